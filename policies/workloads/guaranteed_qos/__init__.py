"""WL-01: online pods are of QoS class Guaranteed."""
