"""The Deployment of an elastic unit: the source's, with the unit's overrides."""

from __future__ import annotations

import copy
import hashlib
import json

from sandbox.controllers.elastic_workload.workload import (
    API_VERSION,
    KIND,
    ElasticWorkload,
    Unit,
)
from sandbox.kube.client import Object
from sandbox.kube.owners import owned_by

UNIT_LABEL = "elasticworkload.alibabacloud.com/unit"
"""On the pods of a unit and in its selector: no two Deployments then select the same pods."""

DIGEST = "elasticworkload.alibabacloud.com/digest"
"""Annotation of a clone: what it was made of. A change of the source or of the unit changes it."""

_COPIED = ("strategy", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds")


def clone(owner: Object, workload: ElasticWorkload, unit: Unit, source: Object) -> Object:
    """The unit's Deployment, without its number of replicas: that is set apart from the rest."""
    spec = source["spec"]
    template = copy.deepcopy(spec["template"])
    metadata = template.setdefault("metadata", {})
    metadata.pop("creationTimestamp", None)
    mark = {UNIT_LABEL: unit.name}
    metadata["labels"] = {**(metadata.get("labels") or {}), **unit.labels, **mark}
    if unit.annotations:
        metadata["annotations"] = {**(metadata.get("annotations") or {}), **unit.annotations}
    pod = template["spec"]
    if unit.node_selector:
        pod["nodeSelector"] = {**(pod.get("nodeSelector") or {}), **unit.node_selector}
    if unit.tolerations:
        pod["tolerations"] = [*(pod.get("tolerations") or []), *unit.tolerations]
    selector = copy.deepcopy(spec["selector"])
    selector["matchLabels"] = {**(selector.get("matchLabels") or {}), **mark}
    made: Object = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {
            "name": workload.deployment_of(unit),
            "namespace": workload.namespace,
            "labels": {**(source["metadata"].get("labels") or {}), **mark},
            "ownerReferences": owned_by(owner, KIND, API_VERSION),
        },
        "spec": {
            **{key: spec[key] for key in _COPIED if key in spec},
            "selector": selector,
            "template": template,
        },
    }
    text = json.dumps(made, sort_keys=True)
    made["metadata"]["annotations"] = {DIGEST: hashlib.sha256(text.encode()).hexdigest()[:16]}
    return made


def is_current(there: Object, wanted: Object) -> bool:
    """Whether a clone that is there was made of the same parts."""
    annotations = there["metadata"].get("annotations") or {}
    return bool(annotations.get(DIGEST) == wanted["metadata"]["annotations"][DIGEST])
