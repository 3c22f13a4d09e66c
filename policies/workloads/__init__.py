"""Rules about what runs on the cluster."""
