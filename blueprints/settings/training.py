"""Settings of distributed training: three ways to run the same job, and what its pods get."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain import images
from blueprints.settings.base import Settings, rule
from blueprints.settings.codes import Code
from blueprints.settings.forms import physical_name
from blueprints.settings.scaling import MarketplaceChart
from blueprints.settings.workload import Amounts


class BestEffort(Settings):
    """No requests and no limits: what is left over, and the first to be evicted (S3-08)."""

    type: Literal["best_effort"]


class Batch(Settings):
    """Batch resources of ack-koordinator: what online pods have reserved and do not use.

    The scheduler counts them and the node enforces them, so that a job cannot take a whole node.
    The pods keep the QoS class BestEffort.
    """

    type: Literal["batch"]
    amounts: Amounts = Field(
        default=Amounts(cpu="1", memory="2Gi"),
        description="Batch CPU and batch memory of each pod. Default: 1 CPU, 2Gi memory.",
    )
    cpu_threshold_percent: int = Field(
        default=60,
        ge=1,
        le=100,
        description="Share of a node's CPU that online use and batch resources have together. "
        "Default: 60.",
    )
    memory_threshold_percent: int = Field(
        default=70,
        ge=1,
        le=100,
        description="The same for memory. Default: 70.",
    )


TrainingResources = Annotated[BestEffort | Batch, Field(discriminator="type")]


class Job(Settings):
    """What all forms have; the defaults are those of the article's job (S3-23)."""

    name: Annotated[str, physical_name("service")] = Field(
        default="dist-mnist-for-e2e-test",
        description="Name of the job. Default: dist-mnist-for-e2e-test.",
    )
    image: Annotated[str, rule(Code.IMAGE, images.check)] = Field(
        default="kubeflow/tf-dist-mnist-test:1.0",
        description="Image of all its pods, with a tag that is a version, or a digest. Default: "
        "kubeflow/tf-dist-mnist-test:1.0.",
    )
    command: tuple[str, ...] = Field(
        default=("python", "/var/tf_dist_mnist/dist_mnist.py"),
        min_length=1,
        description="Program and its arguments; it reads the addresses of the others from "
        "TF_CONFIG. Default: python /var/tf_dist_mnist/dist_mnist.py.",
    )
    parameter_servers: int = Field(
        default=2, ge=0, le=100, description="Parameter servers. Default: 2."
    )
    workers: int = Field(default=4, ge=1, le=1000, description="Workers. Default: 4.")
    user_id: int = Field(
        default=1000,
        ge=1,
        le=65535,
        description="Numeric user the containers run as; not root. Default: 1000.",
    )
    annotations: dict[str, str] = Field(
        default={}, description="Annotations of all its pods. Default: none."
    )
    resources: TrainingResources = Field(
        default=BestEffort(type="best_effort"),
        description="What each pod gets. Default: best_effort, as in the article.",
    )


class IndexedJob(Job):
    """A plain Job of Kubernetes: one pod for each index, done when all workers are."""

    type: Literal["indexed_job"]
    retries: int = Field(
        default=6,
        ge=0,
        description="Failed pods before the job gives up; evicted ones do not count. Default: 6.",
    )


class TrainJob(Job):
    """A TrainJob of Kubeflow Trainer v2 with a ClusterTrainingRuntime of its own."""

    type: Literal["train_job"]
    operator: MarketplaceChart | None = Field(
        default=MarketplaceChart(repository="oci://ghcr.io/kubeflow/charts", version="2.3.0"),
        description="Chart `kubeflow-trainer`, installed with the stack. `null`: the operator is "
        "there already. Default: 2.3.0 of oci://ghcr.io/kubeflow/charts.",
    )


class TfJob(Job):
    """Legacy: a TFJob of the Training Operator v1, as in the article."""

    type: Literal["tf_job"]
    operator: MarketplaceChart | None = Field(
        default=None,
        description="A chart `training-operator` of your own, installed with the stack; the "
        "retired project has none. Default: the operator is there already.",
    )


Training = Annotated[IndexedJob | TrainJob | TfJob, Field(discriminator="type")]
