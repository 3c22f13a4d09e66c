"""TrainJob: the Kubeflow Trainer, whose jobs the controller manager runs."""
