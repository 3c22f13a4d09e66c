"""HPA-05: a VPA does not change what another autoscaler measures."""
