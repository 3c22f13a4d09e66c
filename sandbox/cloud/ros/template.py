"""Templates: what they may hold, and what they come to with the values of their parameters.

Source: "Template structure", "Functions" and "ALIYUN::CS::AnyCluster" of the ROS user guide, read
2026-11-22. The functions Ref and Fn::GetAtt are known; of resource types AnyCluster alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.cloud.ros import errors

ANY_CLUSTER = "ALIYUN::CS::AnyCluster"

_VERSION = "2015-09-01"
_SECTIONS = frozenset(
    {
        "ROSTemplateFormatVersion",
        "Description",
        "Metadata",
        "Parameters",
        "Mappings",
        "Conditions",
        "Resources",
        "Outputs",
        "Rules",
        "Transform",
        "Locals",
    }
)
_REAL_TYPE = re.compile(r"(ALIYUN|DATASOURCE)::[A-Za-z0-9]+::[A-Za-z0-9]+")
_ATTRIBUTES = frozenset(
    {
        "ClusterId",
        "TaskId",
        "WorkerRamRoleName",
        "DefaultUserKubeConfig",
        "PrivateUserKubConfig",
        "ScalingGroupId",
        "ScalingRuleId",
        "ScalingConfigurationId",
        "Nodes",
        "APIServerSLBId",
        "IngressSLBId",
    }
)

Attribute = Callable[[str, str], Any]
"""Value of an attribute of a resource, both by name."""


@dataclass(frozen=True)
class Template:
    """A template that holds together, with the values of its parameters."""

    parameters: dict[str, Any]
    """With the pseudo parameters, such as ALIYUN::Region."""
    clusters: dict[str, dict[str, Any]]
    """ClusterConfig of each AnyCluster by logical id, references resolved."""
    outputs: dict[str, Any]
    """Value of each output, references not resolved."""

    def output_values(self, attribute: Attribute) -> dict[str, Any]:
        """What the outputs come to once the resources are there."""
        return {
            name: _resolved(value, self.parameters, name, attribute)
            for name, value in self.outputs.items()
        }


def parsed(body: str, given: Sequence[Mapping[str, str]], pseudo: Mapping[str, str]) -> Template:
    """Check a template and put the parameters in.

    Raises:
        CloudError: the codes of CreateStack; Sandbox.NotSimulated for other resource types.
    """
    document = _document(body)
    parameters = {**pseudo, **_parameters(document.get("Parameters") or {}, given)}
    clusters = {}
    for name, resource in (document.get("Resources") or {}).items():
        config = _cluster_config(name, resource)
        clusters[name] = _resolved(config, parameters, name, None)
    outputs = {}
    for name, output in (document.get("Outputs") or {}).items():
        if not isinstance(output, dict) or "Value" not in output:
            raise errors.INVALID_SCHEMA(reason=f"Outputs.{name} has no Value")
        outputs[name] = output["Value"]
    template = Template(parameters, clusters, outputs)

    def known(resource: str, attribute: str) -> str:
        if resource not in clusters:
            raise errors.INVALID_REFERENCE(name=resource, referencer="Outputs")
        if attribute not in _ATTRIBUTES:
            raise errors.INVALID_ATTRIBUTE(resource=resource, name=attribute)
        return ""

    template.output_values(known)
    return template


def _document(body: str) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise errors.INVALID_SCHEMA(reason=f"the template is not JSON: {error}") from error
    if not isinstance(document, dict):
        raise errors.INVALID_SCHEMA(reason="the template is not an object")
    version = document.get("ROSTemplateFormatVersion")
    if version != _VERSION:
        raise errors.INVALID_VERSION(reason=f"{version}, must be {_VERSION}")
    for section in document:
        if section not in _SECTIONS:
            raise errors.INVALID_SECTION(section=section)
    return document


def _parameters(declared: Mapping[str, Any], given: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    values = {one["ParameterKey"]: one["ParameterValue"] for one in given}
    for name in values:
        if name not in declared:
            raise errors.UNKNOWN_PARAMETER(name=name)
    for name, declaration in declared.items():
        if name not in values:
            if "Default" not in declaration:
                raise errors.MISSING_PARAMETER(name=name)
            values[name] = declaration["Default"]
    return values


def _cluster_config(name: str, resource: Any) -> dict[str, Any]:
    if not isinstance(resource, dict) or not isinstance(resource.get("Type"), str):
        raise errors.INVALID_SCHEMA(reason=f"Resources.{name} has no Type")
    kind = resource["Type"]
    if kind != ANY_CLUSTER and _REAL_TYPE.fullmatch(kind):
        raise errors.NOT_SIMULATED(
            what=f"resources of type {kind}", instead=f"It knows {ANY_CLUSTER}."
        )
    if kind != ANY_CLUSTER:
        raise errors.VALIDATION_FAILED(reason=f"The Resource Type ({kind}) could not be found")
    properties = resource.get("Properties") or {}
    unknown = sorted(set(properties) - {"ClusterConfig"})
    if unknown:
        raise errors.VALIDATION_FAILED(reason=f"{name}: Unknown Property {unknown[0]}")
    config = properties.get("ClusterConfig")
    if not isinstance(config, dict):
        why = "is not a map" if "ClusterConfig" in properties else "not assigned"
        raise errors.VALIDATION_FAILED(reason=f"{name}: Property ClusterConfig {why}")
    return config


def _resolved(
    value: Any, parameters: Mapping[str, Any], where: str, attribute: Attribute | None
) -> Any:
    if isinstance(value, list):
        return [_resolved(item, parameters, where, attribute) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"Ref"}:
        if value["Ref"] not in parameters:
            raise errors.INVALID_REFERENCE(name=value["Ref"], referencer=where)
        return parameters[value["Ref"]]
    if set(value) == {"Fn::GetAtt"}:
        target = value["Fn::GetAtt"]
        if attribute is None or not isinstance(target, list) or len(target) != 2:
            raise errors.INVALID_REFERENCE(name=str(target), referencer=where)
        return attribute(*target)
    return {key: _resolved(item, parameters, where, attribute) for key, item in value.items()}
