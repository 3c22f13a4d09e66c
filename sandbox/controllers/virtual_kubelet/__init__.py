"""The virtual kubelet: each pod on a virtual node is an ECI instance."""
