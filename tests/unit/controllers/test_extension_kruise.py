"""What is installed for OpenKruise and the VPA is what their manifests say, with their patches."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ackb.toolchain import Tool
from sandbox.controllers.extensions import extension, kruise, vpa
from sandbox.controllers.extensions.extension import Place

CRD = """
kind: CustomResourceDefinition
metadata: {{name: {plural}.apps.kruise.io}}
spec: {{versions: []}}
status: {{conditions: []}}
"""
WEBHOOKS = """
kind: MutatingWebhookConfiguration
metadata: {name: mutating-webhook-configuration}
webhooks:
- {name: mpod.kb.io, failurePolicy: Fail, clientConfig: {service: {path: /mutate-pod}}}
- {name: mother.kb.io, failurePolicy: Fail}
---
kind: ValidatingWebhookConfiguration
metadata: {name: validating-webhook-configuration}
webhooks:
- {name: vpod.kb.io}
"""
PATCHES = """
kind: MutatingWebhookConfiguration
webhooks:
- {name: mpod.kb.io, namespaceSelector: {matchExpressions: [{key: control-plane}]}}
---
kind: ValidatingWebhookConfiguration
webhooks: []
"""


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What the toolchain kept of the modules."""
    (tmp_path / "crds").mkdir()
    for plural in ("statefulsets", "clonesets"):
        (tmp_path / "crds" / f"{plural}.yaml").write_text(CRD.format(plural=plural))
    (tmp_path / "crds.yaml").write_text(f"---\n{CRD.format(plural='a')}---\n")
    (tmp_path / "webhooks.yaml").write_text(WEBHOOKS)
    (tmp_path / "webhooks.patch.yaml").write_text(PATCHES)
    tool = Tool("any", tmp_path / "any", "1.0.0", "built", (), tmp_path)
    monkeypatch.setattr(extension, "find", lambda _name: tool)
    return tmp_path


def place(*ports: int) -> Place:
    client: Any = None
    folder = Path("/plane/kruise-manager")
    return Place(client=client, kubeconfig=Path("/plane/config"), folder=folder, ports=ports)


def test_only_the_stateful_set_is_converted() -> None:
    found = {one["metadata"]["name"]: one for one in kruise.EXTENSION.crds()}
    assert all("status" not in one for one in found.values())
    assert "conversion" not in found["clonesets.apps.kruise.io"]["spec"]
    conversion = found["statefulsets.apps.kruise.io"]["spec"]["conversion"]
    assert conversion["strategy"] == "Webhook"
    assert conversion["webhook"]["clientConfig"]["service"]["path"] == "/convert"


def test_the_webhooks_have_their_patches_and_the_names_the_manager_looks_for() -> None:
    mutating, validating = kruise.EXTENSION.objects()
    assert mutating["metadata"]["name"] == "kruise-mutating-webhook-configuration"
    assert validating["metadata"]["name"] == "kruise-validating-webhook-configuration"
    pod, other = mutating["webhooks"]
    assert pod["namespaceSelector"] == {"matchExpressions": [{"key": "control-plane"}]}
    assert pod["clientConfig"] == {"service": {"path": "/mutate-pod"}}
    assert other == {"name": "mother.kb.io", "failurePolicy": "Fail"}


def test_the_manager_keeps_to_the_loopback_and_its_own_folder() -> None:
    process = kruise.EXTENSION.process
    assert process is not None
    environment = process.environment(place(1111, 2222))
    assert environment == {
        "WEBHOOK_HOST": "localhost",
        "WEBHOOK_PORT": "1111",
        "WEBHOOK_CERT_DIR": "/plane/kruise-manager/certificates",
    }
    arguments = process.arguments(place(1111, 2222))
    assert "--health-probe-addr=127.0.0.1:2222" in arguments
    assert "--kubeconfig=/plane/config" in arguments
    assert process.ports == 2


def test_the_recommender_keeps_to_the_loopback() -> None:
    assert [one["metadata"]["name"] for one in vpa.EXTENSION.crds()] == ["a.apps.kruise.io"]
    process = vpa.EXTENSION.process
    assert process is not None
    arguments = process.arguments(place(1111))
    assert "--address=127.0.0.1:1111" in arguments
    assert "--recommender-interval=10s" in arguments


def test_a_tool_without_files_is_a_mistake_of_its_pin(
    files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tool = Tool("any", files / "any", "1.0.0", "built")
    monkeypatch.setattr(extension, "find", lambda _name: tool)
    with pytest.raises(ValueError, match="the pin of kruise-manager names no files"):
        extension.files_of("kruise-manager")
