"""What changes the number of pods, their size, and the number of nodes."""

from components.autoscaling.cron import CronAutoscaler, CronAutoscalerArgs
from components.autoscaling.horizontal import SCALE_IN, SCALE_OUT, Autoscaler, AutoscalerArgs
from components.autoscaling.metrics import Cpu, ExternalMetric, Memory, Metric, PodsMetric
from components.autoscaling.schedule import Schedule, ScheduledSize
from components.autoscaling.target import ScaleTarget

__all__ = [
    "SCALE_IN",
    "SCALE_OUT",
    "Autoscaler",
    "AutoscalerArgs",
    "Cpu",
    "CronAutoscaler",
    "CronAutoscalerArgs",
    "ExternalMetric",
    "Memory",
    "Metric",
    "PodsMetric",
    "ScaleTarget",
    "Schedule",
    "ScheduledSize",
]
