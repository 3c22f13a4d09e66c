"""HPA-02: one autoscaler of replicas for each target."""
