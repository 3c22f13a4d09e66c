"""Resource Orchestration Service."""
