"""Write `ackb/domain/data/provider_types.json`: the Alibaba Cloud types this project uses.

The table is read from the installed `pulumi_alicloud` by introspection, so it always says what the
pinned SDK says. Without options the file is rewritten; `--check` only compares.
"""

import argparse
import importlib
import inspect
import json
import re
import sys
import typing
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import pulumi
from pulumi import _types

PACKAGE = "pulumi_alicloud"
TABLE = Path(__file__).parents[1] / "ackb" / "domain" / "data" / "provider_types.json"

RESOURCES = (
    "alicloud:cms/alarm:Alarm",
    "alicloud:cms/alarmContact:AlarmContact",
    "alicloud:cms/alarmContactGroup:AlarmContactGroup",
    "alicloud:cs/autoscalingConfig:AutoscalingConfig",
    "alicloud:cs/kubernetesAddon:KubernetesAddon",
    "alicloud:cs/managedKubernetes:ManagedKubernetes",
    "alicloud:cs/nodePool:NodePool",
    "alicloud:ecs/eipAddress:EipAddress",
    "alicloud:ecs/eipAssociation:EipAssociation",
    "alicloud:ecs/securityGroup:SecurityGroup",
    "alicloud:ecs/securityGroupRule:SecurityGroupRule",
    "alicloud:kvstore/instance:Instance",
    "alicloud:log/project:Project",
    "alicloud:nas/accessGroup:AccessGroup",
    "alicloud:nas/accessRule:AccessRule",
    "alicloud:nas/fileSystem:FileSystem",
    "alicloud:nas/mountTarget:MountTarget",
    "alicloud:pvtz/zone:Zone",
    "alicloud:pvtz/zoneAttachment:ZoneAttachment",
    "alicloud:pvtz/zoneRecord:ZoneRecord",
    "alicloud:rds/account:Account",
    "alicloud:rds/accountPrivilege:AccountPrivilege",
    "alicloud:rds/database:Database",
    "alicloud:rds/instance:Instance",
    "alicloud:ros/stack:Stack",
    "alicloud:slb/acl:Acl",
    "alicloud:slb/aclEntryAttachment:AclEntryAttachment",
    "alicloud:vpc/natGateway:NatGateway",
    "alicloud:vpc/network:Network",
    "alicloud:vpc/snatEntry:SnatEntry",
    "alicloud:vpc/switch:Switch",
)
FUNCTIONS = (
    "alicloud:cs/getClusterCredential:getClusterCredential",
    "alicloud:cs/getClusters:getClusters",
    "alicloud:cs/getKubernetesAddons:getKubernetesAddons",
    "alicloud:cs/getManagedKubernetesClusters:getManagedKubernetesClusters",
    "alicloud:ecs/getSecurityGroups:getSecurityGroups",
    "alicloud:index/getCallerIdentity:getCallerIdentity",
    "alicloud:kvstore/getInstances:getInstances",
    "alicloud:nas/getFileSystems:getFileSystems",
    "alicloud:nas/getMountTargets:getMountTargets",
    "alicloud:rds/getAccounts:getAccounts",
    "alicloud:rds/getInstances:getInstances",
    "alicloud:vpc/getNetworks:getNetworks",
    "alicloud:vpc/getSwitches:getSwitches",
)
PROVIDER = "pulumi:providers:alicloud"

SCALARS = {str: "string", int: "integer", float: "number", bool: "boolean"}


def module_of(token: str) -> ModuleType:
    """The SDK submodule that declares a token such as `alicloud:vpc/network:Network`."""
    folder = token.split(":")[1].split("/")[0]
    return importlib.import_module(PACKAGE if folder == "index" else f"{PACKAGE}.{folder}")


def shape(annotation: object) -> dict[str, Any]:
    """The wire shape of a type annotation, freed of `Input`, `Output`, `Optional` and twins."""
    if annotation in SCALARS:
        return {"type": SCALARS[annotation]}
    if isinstance(annotation, type) and _is_nested(annotation):
        return {"type": "object", "properties": fields(annotation)}
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Sequence:
        return {"type": "array", "items": shape(arguments[0])}
    if origin is Mapping:
        return {"type": "object", "items": shape(arguments[1])}
    if origin is pulumi.Output:
        return shape(arguments[0])
    members = [one for one in arguments if not _is_plumbing(one)]
    # An input type comes with twins (`XArgs`, `XArgsDict`, `outputs.X`); the first is the input.
    if members and (len(members) == 1 or _types.is_input_type(members[0])):
        return shape(members[0])
    raise TypeError(f"no wire shape is known for {annotation!r}")


def _is_nested(cls: type) -> bool:
    return _types.is_input_type(cls) or _types.is_output_type(cls)


def _is_plumbing(member: object) -> bool:
    wrapper = typing.get_origin(member)
    return (
        member is type(None)
        or typing.is_typeddict(member)
        or wrapper is pulumi.Output
        or getattr(wrapper, "__name__", "") == "Awaitable"
    )


def annotation_of(getter: Any, owner: type) -> object:
    """The resolved return annotation of a property getter, looking names up where the SDK does."""
    return typing.get_type_hints(
        inspect.unwrap(getter),
        globalns=_types._globals_for_cls(owner),
        localns={"Output": pulumi.Output, "T": type(None)},
    )["return"]


def deprecation(getter: Any) -> str | None:
    """The message of the SDK's `deprecated` decorator, which keeps it only in its closure."""
    if "_pulumi_deprecated_callable" not in getter.__dict__:
        return None
    return str(inspect.getclosurevars(getter).nonlocals["message"]).strip()


def required(owner: type) -> set[str]:
    """Python names of the constructor parameters without a default."""
    return {
        one.name
        for one in inspect.signature(owner).parameters.values()
        if one.kind is one.KEYWORD_ONLY and one.default is one.empty
    }


def fields(owner: type) -> dict[str, Any]:
    """Wire name -> field of an input, output or resource class."""
    needed = required(owner)
    result = {}
    for python_name, wire_name, getter in _types._py_properties(owner):
        entry = shape(annotation_of(getter.fget, owner))
        entry["required"] = python_name in needed
        entry["deprecated"] = deprecation(getter.fget)
        entry["secret"] = False
        result[wire_name] = entry
    return dict(sorted(result.items()))


def resource(token: str) -> dict[str, Any]:
    """The table entry of one resource type."""
    name = token.rsplit(":", 1)[1]
    cls = getattr(module_of(token), name)
    return resource_entry(cls)


def resource_entry(cls: type) -> dict[str, Any]:
    """Inputs and outputs of a resource class, secrets marked as its constructor marks them."""
    home = sys.modules[cls.__module__]
    arguments = getattr(home, f"{cls.__name__}InitArgs", None) or getattr(
        home, f"{cls.__name__}Args"
    )
    inputs, outputs = fields(arguments), fields(cls)
    source = inspect.getsource(cls._internal_init)  # type: ignore[attr-defined]
    secret_inputs = re.findall(
        r'__props__\.__dict__\["(\w+)"\] = None if .*Output\.secret\(', source
    )
    wire = {python: name for python, name, _ in _types._py_properties(arguments)}
    listed = re.search(r"additional_secret_outputs=\[(.*?)\]", source)
    secret_outputs = re.findall(r'"(\w+)"', listed.group(1)) if listed else []
    for name in secret_inputs:
        inputs[wire[name]]["secret"] = True
    for name in secret_outputs:
        outputs[name]["secret"] = True
    return {"inputs": inputs, "outputs": outputs}


def function(token: str) -> dict[str, Any]:
    """The table entry of one function; argument names come from the lines that fill `__args__`."""
    python_name = re.sub(r"(?<!^)([A-Z])", r"_\1", token.rsplit(":", 1)[1]).lower()
    call = getattr(module_of(token), python_name)
    source = inspect.getsource(call)
    parameters = typing.get_type_hints(call)
    inputs = {}
    for wire_name, parameter in re.findall(r"__args__\['(\w+)'\] = (\w+)", source):
        # The SDK marks every argument optional; the getter of the result tells which ones are.
        entry = shape(parameters[parameter])
        inputs[wire_name] = {**entry, "required": False, "deprecated": None, "secret": False}
    result = parameters["return"].__mro__[1]
    outputs = fields(result)
    for name, getter in vars(result).items():
        wire_name = getattr(getattr(getter, "fget", None), "_pulumi_name", name)
        # `ids` is given back by every list of resources, and never has to be given.
        if wire_name in inputs and wire_name != "ids":
            inputs[wire_name]["required"] = type(None) not in typing.get_args(
                annotation_of(getter.fget, result)
            )
    return {"inputs": dict(sorted(inputs.items())), "outputs": outputs}


def table() -> dict[str, Any]:
    """The whole table with the version of the SDK it was read from."""
    provider = importlib.import_module(PACKAGE).Provider
    types = {PROVIDER: resource_entry(provider)}
    types |= {token: resource(token) for token in RESOURCES}
    types |= {token: function(token) for token in FUNCTIONS}
    return {"package": PACKAGE, "version": metadata.version(PACKAGE), "types": types}


def rendered(whole: dict[str, Any]) -> str:
    """JSON with one line for each field, so that an SDK upgrade is a readable diff."""
    blocks = []
    for token, sides in sorted(whole["types"].items()):
        lists = []
        for side in ("inputs", "outputs"):
            lines = [f"{json.dumps(name)}: {json.dumps(one)}" for name, one in sides[side].items()]
            lists.append(f"  {json.dumps(side)}: {{\n   " + ",\n   ".join(lines) + "\n  }")
        blocks.append(f" {json.dumps(token)}: {{\n" + ",\n".join(lists) + "\n }")
    head = {key: whole[key] for key in ("package", "version")}
    return json.dumps(head)[:-1] + ', "types": {\n' + ",\n".join(blocks) + "\n}}\n"


def main() -> int:
    """Write the table, or with `--check` say whether the committed one is current."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 on a difference")
    check = parser.parse_args().check
    text = rendered(table())
    if check:
        if TABLE.read_text("utf-8") == text:
            return 0
        print(f"{TABLE.name} differs from the installed {PACKAGE}: run tools/generate_types.py")
        return 1
    TABLE.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
