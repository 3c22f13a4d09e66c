"""The eci-profile is ready when the sandbox has dealt with its selectors."""

from unittest.mock import Mock

import pytest

from sandbox.kube.stand_ins import EXTENSION_LABEL, PROFILE_LABEL, SELECTORS_ANNOTATION, digest
from sandbox.providers.kubernetes.readiness import check


def config_map(selectors: str, seen: str = "", label: str = PROFILE_LABEL) -> dict:
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": "eci-profile",
            "labels": {EXTENSION_LABEL: label},
            "annotations": {SELECTORS_ANNOTATION: seen},
        },
        "data": {"selectors": selectors},
    }


@pytest.mark.parametrize(
    ("obj", "reasons"),
    [
        (config_map("[]", digest("[]")), ()),
        (config_map("[]", digest("")), ("its selectors are not in force yet",)),
        (config_map("[]"), ("its selectors are not in force yet",)),
        (config_map("[]", label="ack-keda"), ()),
    ],
)
def test_its_selectors_are_in_force(obj, reasons):
    assert check(obj, {}, Mock()).reasons == reasons
