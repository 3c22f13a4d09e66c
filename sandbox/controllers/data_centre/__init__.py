"""The simulated data centre whose cluster joins a registered cluster."""
