"""Selectors of the eci-profile, carried out by an admission policy as vk-webhook does.

One policy for all of them: the first that matches a new pod decides, and that needs the whole list.
"""

from __future__ import annotations

import json
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from sandbox.kube.bootstrap import eci_label_expression
from sandbox.kube.client import Object
from sandbox.kube.stand_ins import digest

POLICY: Final = "eci-profile.alibabacloud.com"

PROBE: Final = "ackb/sandbox-selectors-probe"
"""Annotation of a trial pod; the policy in force answers with the digest of its selectors."""

_ECI_LABEL: Final = "alibabacloud.com/eci"
_API: Final = "admissionregistration.k8s.io/v1"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Labels(_Part):
    """A selector of namespaces or pods."""

    match_labels: dict[str, str] = Field(default={}, alias="matchLabels")


class Effect(_Part):
    """What matching pods get, unless they have it."""

    annotations: dict[str, str] = {}
    labels: dict[str, str] = {}


class Selector(_Part):
    """One entry of the list."""

    name: str = ""
    namespaces: Labels = Field(default=Labels(), alias="namespaceSelector")
    pods: Labels = Field(default=Labels(), alias="objectSelector")
    effect: Effect = Effect()


_LIST: Final = TypeAdapter(list[Selector])


class BadSelectors(Exception):
    """The text is no list of selectors; the message says where."""


def parsed(text: str) -> list[Selector]:
    """Return the entries; an empty text has none.

    Raises:
        BadSelectors: it is no JSON, or something else than selectors.
    """
    if not text.strip():
        return []
    try:
        return _LIST.validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(["selectors", *map(str, first["loc"])])
        raise BadSelectors(f"{where}: {first['msg']}; the selectors before stay in force") from None


def policy(text: str) -> list[Object]:
    """Return the admission policy of the selectors and its binding.

    Raises:
        BadSelectors: see `parsed`.
    """
    selectors = parsed(text)
    selected = "-1"
    for number, one in reversed(list(enumerate(selectors))):
        selected = f"({_matches(one)}) ? {number} : ({selected})"
    patches = [_probe(digest(text))]
    patches += [_when(f"variables.selected == {n}", _effect(s)) for n, s in enumerate(selectors)]
    spec: dict[str, Any] = {
        "failurePolicy": "Fail",
        "reinvocationPolicy": "Never",
        "matchConstraints": {
            "resourceRules": [
                {
                    "apiGroups": [""],
                    "apiVersions": ["v1"],
                    "operations": ["CREATE"],
                    "resources": ["pods"],
                }
            ]
        },
        "variables": [
            {"name": "labels", "expression": _map("object.metadata.labels")},
            {"name": "annotations", "expression": _map("object.metadata.annotations")},
            {"name": "namespaceLabels", "expression": _map("namespaceObject.metadata.labels")},
            {"name": "eci", "expression": _IS_ECI},
            {"name": "selected", "expression": selected},
        ],
        "mutations": [{"patchType": "JSONPatch", "jsonPatch": {"expression": " + ".join(patches)}}],
    }
    return [
        {
            "apiVersion": _API,
            "kind": "MutatingAdmissionPolicy",
            "metadata": {"name": POLICY},
            "spec": spec,
        },
        {
            "apiVersion": _API,
            "kind": "MutatingAdmissionPolicyBinding",
            "metadata": {"name": POLICY},
            "spec": {"policyName": POLICY},
        },
    ]


def _map(field: str) -> str:
    return f"has({field}) ? {field} : {{}}"


def _has(variable: str, key: str, value: str) -> str:
    there, name = f"variables.{variable}", _text(key)
    return f"({name} in {there} && {there}[{name}] == {_text(value)})"


_IS_ECI: Final = (
    f"'{_ECI_LABEL}' in variables.labels ? variables.labels['{_ECI_LABEL}'] == 'true'"
    f" : ('{_ECI_LABEL}' in variables.namespaceLabels"
    f" && variables.namespaceLabels['{_ECI_LABEL}'] == 'true')"
    " || (has(object.spec.nodeSelector) && 'type' in object.spec.nodeSelector"
    " && object.spec.nodeSelector['type'] == 'virtual-kubelet')"
)
"""Whether a pod goes to ECI by itself, as far as that is known when it is created."""


def _matches(selector: Selector) -> str:
    wanted = [
        _has("namespaceLabels", key, value)
        for key, value in selector.namespaces.match_labels.items()
    ]
    wanted += [_has("labels", key, value) for key, value in selector.pods.match_labels.items()]
    return " && ".join(wanted) or "variables.eci"


def _effect(selector: Selector) -> str:
    effect = selector.effect
    patches = [*_added("labels", effect.labels), *_added("annotations", effect.annotations)]
    if effect.labels.get(_ECI_LABEL) == "true":
        # The policy of the label looks at pods as they were sent.
        new = (
            f"!('{_ECI_LABEL}' in variables.labels) && !variables.eci"
            " && (!has(object.spec.nodeName) || object.spec.nodeName == '')"
        )
        patches.append(_when(new, eci_label_expression()))
    return " + ".join(patches) or "[]"


def _added(field: str, wanted: dict[str, str]) -> list[str]:
    if not wanted:
        return []
    empty = f"JSONPatch{{op: 'add', path: '/metadata/{field}', value: {{}}}}"
    patches = [_when(f"!has(object.metadata.{field})", f"[{empty}]")]
    for key, value in wanted.items():
        path = f"/metadata/{field}/" + key.replace("~", "~0").replace("/", "~1")
        patch = f"JSONPatch{{op: 'add', path: {_text(path)}, value: {_text(value)}}}"
        patches.append(_when(f"!({_text(key)} in variables.{field})", f"[{patch}]"))
    return patches


def _probe(answer: str) -> str:
    path = f"/metadata/annotations/{PROBE.replace('/', '~1')}"
    patch = f"JSONPatch{{op: 'add', path: '{path}', value: '{answer}'}}"
    return _when(f"'{PROBE}' in variables.annotations", f"[{patch}]")


def _when(condition: str, patches: str) -> str:
    return f"({condition} ? ({patches}) : [])"


def _text(value: str) -> str:
    # The strings of JSON are strings of CEL, but for the halves of characters.
    return json.dumps(value, ensure_ascii=False)
