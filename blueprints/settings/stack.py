"""Settings that every blueprint has: where the stack goes, who owns it, where images come from."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ackb.domain import regions
from blueprints.settings.base import Settings, rule
from blueprints.settings.codes import Code
from blueprints.settings.forms import form, physical_name


class PullSecret(Settings):
    """Pull with a docker-registry Secret that exists beside the workload."""

    type: Literal["pull_secret"]
    name: Annotated[str, physical_name("secret")] = Field(
        examples=["registry"],
        description="Name of the Secret (kind kubernetes.io/dockerconfigjson) in the namespace of "
        "the workload.",
    )


class CredentialFree(Settings):
    """Pull without a password: the ACR credential helper of ACK gets a token for each pull."""

    type: Literal["credential_free"]
    instance_id: Annotated[str, form("acr_instance_id")] | None = Field(
        default=None,
        description="Id of the ACR Enterprise instance (`cri-…`). Default: the Personal Edition of "
        "the account.",
    )


Pull = Annotated[PullSecret | CredentialFree, Field(discriminator="type")]


class Mirror(Settings):
    """Pull every image through a mirror that serves the paths of the original registries."""

    type: Literal["mirror"]
    prefix: Annotated[str, form("registry_prefix")] = Field(
        examples=["mirror.example.com/hub"],
        description="Host, and path where needed, that replaces the registry of every image: with "
        "`mirror.example.com/hub`, `wordpress:6.8.3` becomes "
        "`mirror.example.com/hub/library/wordpress:6.8.3`.",
    )
    pull: PullSecret | None = Field(
        default=None, description="How to log in to the mirror. Default: it asks for no login."
    )


class Acr(Settings):
    """Pull from Container Registry (ACR) through its VPC endpoint, where images were copied to."""

    type: Literal["acr"]
    endpoint: Annotated[str, form("host")] = Field(
        examples=["registry-vpc.cn-hangzhou.aliyuncs.com"],
        description="VPC endpoint of the registry, such as "
        "`shop-registry-vpc.cn-hangzhou.cr.aliyuncs.com` or "
        "`registry-vpc.cn-hangzhou.aliyuncs.com`.",
    )
    namespace: Annotated[str, form("registry_namespace")] = Field(
        examples=["shop"],
        description="Registry namespace that holds the copies: `wordpress:6.8.3` is pulled from "
        "`<endpoint>/<namespace>/wordpress:6.8.3`.",
    )
    pull: Pull = Field(
        default=CredentialFree(type="credential_free"),
        description="How to log in. Default: credential_free.",
    )


Registry = Annotated[Mirror | Acr, Field(discriminator="type")]


class StackSettings(Settings):
    """What every stack says, whatever blueprint it builds."""

    blueprint: str = Field(description="Architecture to build.")
    target: Literal["sandbox", "alibaba-cloud"] = Field(
        description="Where the stack goes: `sandbox` is simulated on this machine and costs "
        "nothing; `alibaba-cloud` is the real cloud and costs money."
    )
    region: Annotated[str, rule(Code.PLACE, regions.check_region)] = Field(
        examples=["cn-hangzhou"], description="Region id, such as `cn-hangzhou`."
    )
    expected_account_id: Annotated[str, form("account_id")] | None = Field(
        default=None,
        description="Id of the Alibaba Cloud account (16 digits, in quotes). Compared with the "
        "account of the credentials before anything is written; required for the target "
        "`alibaba-cloud`. Default: not compared.",
    )
    resource_group_id: Annotated[str, form("resource_group_id")] | None = Field(
        default=None,
        description="Resource group (`rg-…`) of every resource that takes one. Default: the "
        "account's default group.",
    )
    tags: dict[str, str] = Field(
        examples=["owner: web, env: dev, tier: online, cost-center: shop"],
        description="Tags of every taggable resource. Required keys: `owner`, `env`, `tier`, "
        "`cost-center`.",
    )
    registry: Registry | None = Field(
        default=None,
        description="Where images are pulled from, for the whole stack. Default: from the "
        "registries they name; docker.io cannot be reached from regions in mainland China.",
    )
