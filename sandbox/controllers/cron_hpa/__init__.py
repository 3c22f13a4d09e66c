"""CronHorizontalPodAutoscaler: replicas at given times."""
