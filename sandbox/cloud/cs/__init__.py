"""Container Service for Kubernetes (ACK), API CS 2015-12-15."""
