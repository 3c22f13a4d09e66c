"""Settings of the blueprint `elastic-platform`: the services and jobs of teams, as data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain import autoscaling, images
from blueprints.settings.alarms import Alarms
from blueprints.settings.base import Settings, rule
from blueprints.settings.cluster import VirtualNodes
from blueprints.settings.codes import Code
from blueprints.settings.eci import EciPods
from blueprints.settings.forms import physical_name
from blueprints.settings.placement import Placement
from blueprints.settings.platform import PlatformSettings
from blueprints.settings.scaling import Crontab, Fixed, RightSizing, Scaling, TimeZone
from blueprints.settings.workload import Resources


class ServiceDefaults(Settings):
    """What services have in common; a service that gives a key replaces the whole value of it."""

    kind: Literal["Deployment", "CloneSet", "UnitedDeployment"] = Field(
        default="Deployment",
        description="Kind of the workload; the last two are those of the add-on ack-kruise. A "
        "change replaces it with all its pods. Default: Deployment.",
    )
    container_port: int = Field(
        default=8080,
        ge=1025,
        le=65535,
        description="Port the container listens on; above 1024, since it does not run as root. "
        "Default: 8080.",
    )
    user_id: int = Field(
        default=1000,
        ge=1,
        le=65535,
        description="Numeric user the container runs as; not root. Default: 1000.",
    )
    health_path: str = Field(
        default="/",
        pattern="^/",
        description="Path that answers with a status below 400 as soon as the container serves. "
        "Default: /.",
    )
    environment: dict[str, str] = Field(
        default={}, description="Environment variables; no secrets. Default: none."
    )
    resources: Resources = Field(
        default=Resources(),
        description="CPU and memory of the container. Default: 500m and 1Gi, requests equal to "
        "limits.",
    )
    scaling: Scaling = Field(
        default=Fixed(type="fixed", replicas=2),
        description="How many pods run: a fixed number, or as many as the load or a timetable asks "
        "for. Default: fixed, 2 pods.",
    )
    placement: Placement | None = Field(
        default=None,
        description="Where the pods run. Default: the least number of pods of an autoscaler on ECS "
        "nodes and what it adds on ECI; without one ECI only where ECS nodes are full. Scale-in "
        "takes ECI pods first.",
    )
    eci_pods: EciPods | None = Field(
        default=None, description="What pods ask of ECI. Default: what ECI does by itself."
    )
    right_sizing: RightSizing | None = Field(
        default=RightSizing(),
        description="Find out, from what the pods use, which size they should have; `null` to "
        "leave it. Default: recommend, which changes nothing.",
    )
    access: Literal["cluster", "intranet", "internet"] = Field(
        default="cluster",
        description="Who reaches it: `cluster` the pods of the cluster, by a ClusterIP Service of "
        "its name on port 80; the others have a load balancer too. Default: cluster.",
    )


class TeamService(ServiceDefaults):
    """A service of a team: what it does not say is taken from `defaults.service`."""

    image: Annotated[str, rule(Code.IMAGE, images.check)] = Field(
        examples=["registry.example.com/orders/checkout:1.4.2"],
        description="Image of the container, with a tag that is a version, or a digest.",
    )


class JobDefaults(Settings):
    """What jobs have in common; a job that gives a key replaces the whole value of it."""

    user_id: int = Field(
        default=1000,
        ge=1,
        le=65535,
        description="Numeric user the container runs as; not root. Default: 1000.",
    )
    environment: dict[str, str] = Field(
        default={}, description="Environment variables; no secrets. Default: none."
    )
    resources: Resources = Field(
        default=Resources(), description="CPU and memory of the container. Default: 500m and 1Gi."
    )
    completions: int = Field(
        default=1, ge=1, description="Pods that must succeed in a run. Default: 1."
    )
    parallelism: int = Field(default=1, ge=1, description="Pods that run at once. Default: 1.")
    retries: int = Field(
        default=3, ge=0, description="Failed pods before a run gives up. Default: 3."
    )
    deadline_seconds: int | None = Field(
        default=None,
        ge=1,
        description="Longest a run may take; its pods, and their cost, end then. Default: no "
        "limit.",
    )
    time_zone: TimeZone = Field(
        default=autoscaling.TIME_ZONE,
        description="Time zone of `schedule`. Default: Asia/Shanghai.",
    )
    eci_pods: EciPods | None = Field(
        default=None,
        description="What pods ask of ECI, such as spot instances. Default: what ECI does by "
        "itself.",
    )


class TeamJob(JobDefaults):
    """A job of a team, all of whose pods run on ECI: what it does not say is in `defaults.job`."""

    image: Annotated[str, rule(Code.IMAGE, images.check)] = Field(
        examples=["registry.example.com/data/settlement:2.0.1"],
        description="Image of the container, with a tag that is a version, or a digest.",
    )
    command: tuple[str, ...] = Field(
        min_length=1, examples=["[settle, --day, yesterday]"], description="Program and arguments."
    )
    schedule: Crontab | None = Field(
        default=None,
        description="When it runs, in the five fields of crontab. Default: when somebody starts "
        "it, such as a pipeline of Jenkins (kubectl create job --from=cronjob/...).",
    )


class Defaults(Settings):
    """What the services and the jobs of all teams have in common."""

    service: ServiceDefaults = Field(
        default=ServiceDefaults(), description="What services have in common."
    )
    job: JobDefaults = Field(default=JobDefaults(), description="What jobs have in common.")


class Team(Settings):
    """A team, with a namespace of its own."""

    contact: str = Field(
        min_length=1,
        examples=["orders@example.com"],
        description="Whom to tell, such as of ECI instances that run for days.",
    )
    namespace: Annotated[str, physical_name("namespace")] | None = Field(
        default=None, description="Kubernetes namespace. Default: the name of the team."
    )
    services: dict[str, TeamService] = Field(
        default={},
        examples=["{checkout: {image: ...}}"],
        description="Services by name. Default: none.",
    )
    jobs: dict[str, TeamJob] = Field(
        default={},
        examples=["{settlement: {image: ..., command: [...]}}"],
        description="Jobs by name. Default: none.",
    )


class ElasticPlatformSettings(PlatformSettings):
    """The platform of a company: base load on ECS nodes paid by the month, peaks on ECI."""

    blueprint: Literal["elastic-platform"] = Field(description="Architecture to build.")
    virtual_nodes: VirtualNodes = Field(
        default=VirtualNodes(), description="The virtual node, which carries the peaks on ECI."
    )
    alarms: Alarms | None = Field(
        default=None,
        description="Alarms of CloudMonitor on CPU and memory of the nodes, such as when the base "
        "is about to be full. Default: none.",
    )
    defaults: Defaults = Field(
        default=Defaults(), description="What services and jobs have in common."
    )
    teams: dict[str, Team] = Field(
        min_length=1,
        examples=["{orders: {contact: orders@example.com, services: {...}}}"],
        description="Teams by name, with their services and jobs.",
    )
