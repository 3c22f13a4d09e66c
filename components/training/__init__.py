"""Distributed training with parameter servers and workers, in three forms."""

from components.training.args import DistributedTrainingArgs
from components.training.component import DistributedTraining

__all__ = ["DistributedTraining", "DistributedTrainingArgs"]
