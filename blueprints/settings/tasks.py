"""Settings of a job of many tasks on ECI: data computing, tests of a pipeline."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ackb.domain import images
from blueprints.settings.base import Settings, rule
from blueprints.settings.codes import Code
from blueprints.settings.eci import EciPods
from blueprints.settings.workload import Resources


class TaskJob(Settings):
    """A job that runs once, each task in an ECI pod of its own; a change runs it again."""

    image: Annotated[str, rule(Code.IMAGE, images.check)] = Field(
        examples=["registry.example.com/data/scan:2.0.1"],
        description="Image of the container, with a tag that is a version, or a digest.",
    )
    command: tuple[str, ...] = Field(
        min_length=1,
        examples=["[scan, --part, $(JOB_COMPLETION_INDEX)]"],
        description="Program and arguments. Each task has its number, from 0, in the variable "
        "`JOB_COMPLETION_INDEX`, written `$(JOB_COMPLETION_INDEX)` here.",
    )
    tasks: int = Field(default=1, ge=1, description="Tasks; all of them must succeed. Default: 1.")
    parallelism: int = Field(default=1, ge=1, description="Tasks that run at once. Default: 1.")
    resources: Resources = Field(
        default=Resources(), description="CPU and memory of each task. Default: 500m and 1Gi."
    )
    user_id: int = Field(
        default=1000,
        ge=1,
        le=65535,
        description="Numeric user the container runs as; not root. Default: 1000.",
    )
    environment: dict[str, str] = Field(
        default={}, description="Environment variables; no secrets. Default: none."
    )
    retries: int = Field(
        default=3, ge=0, description="Failed pods before the job gives up. Default: 3."
    )
    deadline_seconds: int = Field(
        default=3600,
        ge=1,
        description="Longest it may take; `up` waits for it, and its pods, and their cost, end "
        "then. Default: 3600.",
    )
    eci_pods: EciPods | None = Field(
        default=None,
        description="What the tasks ask of ECI, such as spot instances. Default: what ECI does by "
        "itself.",
    )
