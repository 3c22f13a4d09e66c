"""ElasticWorkload: a Deployment and its clones, filled in order."""
