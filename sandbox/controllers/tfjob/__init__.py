"""TFJob: the legacy training operator of Kubeflow, with its parameter servers and workers."""
