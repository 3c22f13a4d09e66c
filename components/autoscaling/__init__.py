"""What changes the number of pods, their size, and the number of nodes."""

from components.autoscaling.controllers import (
    KEDA_CHART,
    VERTICAL_CHART,
    cron_controller,
    marketplace_chart,
)
from components.autoscaling.cron import CronAutoscaler, CronAutoscalerArgs
from components.autoscaling.horizontal import SCALE_IN, SCALE_OUT, Autoscaler, AutoscalerArgs
from components.autoscaling.metrics import Cpu, ExternalMetric, Memory, PodsMetric
from components.autoscaling.nodes import NodeAutoscaling, NodeAutoscalingArgs
from components.autoscaling.scaled_job import ScaledJob, ScaledJobArgs
from components.autoscaling.scaled_object import ScaledObject, ScaledObjectArgs
from components.autoscaling.schedule import Schedule, ScheduledSize
from components.autoscaling.target import ScaleTarget
from components.autoscaling.triggers import (
    CpuTrigger,
    CronTrigger,
    ExternalTrigger,
    MemoryTrigger,
    OtherTrigger,
    PrometheusTrigger,
)
from components.autoscaling.vertical import Size, VerticalAutoscaler, VerticalAutoscalerArgs

__all__ = [
    "KEDA_CHART",
    "SCALE_IN",
    "SCALE_OUT",
    "VERTICAL_CHART",
    "Autoscaler",
    "AutoscalerArgs",
    "Cpu",
    "CpuTrigger",
    "CronAutoscaler",
    "CronAutoscalerArgs",
    "CronTrigger",
    "ExternalMetric",
    "ExternalTrigger",
    "Memory",
    "MemoryTrigger",
    "NodeAutoscaling",
    "NodeAutoscalingArgs",
    "OtherTrigger",
    "PodsMetric",
    "PrometheusTrigger",
    "ScaleTarget",
    "ScaledJob",
    "ScaledJobArgs",
    "ScaledObject",
    "ScaledObjectArgs",
    "Schedule",
    "ScheduledSize",
    "Size",
    "VerticalAutoscaler",
    "VerticalAutoscalerArgs",
    "cron_controller",
    "marketplace_chart",
]
