"""Between the protobuf form of properties and plain data with `Secret` and `UNKNOWN`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from ackb.domain.unknown import UNKNOWN
from ackb.planning.plan import Secret


def decode(value: struct_pb2.Value) -> Any:
    """Return the plain form of a protobuf value; whole numbers become `int`."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return _decode_struct(value.struct_value)
    if kind == "list_value":
        return [decode(one) for one in value.list_value.values]
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "string_value":
        return UNKNOWN if value.string_value == rpc.UNKNOWN else value.string_value
    return value.bool_value if kind == "bool_value" else None


def decode_properties(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Return the plain form of a set of properties, without those that are null."""
    plain = {name: decode(value) for name, value in properties.fields.items()}
    return {name: value for name, value in sorted(plain.items()) if value is not None}


def _decode_struct(struct: struct_pb2.Struct) -> Any:
    signature = struct.fields[rpc._special_sig_key].string_value if _signed(struct) else ""
    if signature == rpc._special_secret_sig:
        return Secret(decode(struct.fields["value"]))
    if signature == rpc._special_resource_sig:
        return struct.fields["urn"].string_value
    if signature:
        raise TypeError("assets and archives are not used by this project")
    return decode_properties(struct)


def _signed(struct: struct_pb2.Struct) -> bool:
    return rpc._special_sig_key in struct.fields


def encode_properties(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Return the protobuf form of plain properties."""
    struct = struct_pb2.Struct()
    struct.update(_encodable(properties))
    return struct


def _encodable(value: Any) -> Any:
    if isinstance(value, Secret):
        return {
            rpc._special_sig_key: rpc._special_secret_sig,
            "value": _encodable(value.value),
        }
    if value is UNKNOWN:
        return rpc.UNKNOWN
    if isinstance(value, Mapping):
        return {key: _encodable(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_encodable(one) for one in value]
    return value


def unwrapped(value: Any) -> Any:
    """Return `value` with the content of every secret in place of its wrapper."""
    if isinstance(value, Secret):
        return unwrapped(value.value)
    if isinstance(value, Mapping):
        return {key: unwrapped(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [unwrapped(one) for one in value]
    return value
