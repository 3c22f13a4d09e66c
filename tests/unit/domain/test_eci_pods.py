"""What a pod may not have on ECI."""

import pytest

from ackb.domain.eci_pods import check_kind, check_pod_spec, check_service


def rules(spec) -> list[str]:
    return [broken.rule for broken in check_pod_spec(spec)]


def container(**more) -> dict:
    return {"containers": [{"name": "web", **more}]}


@pytest.mark.parametrize(
    ("spec", "rule"),
    [
        ({"hostNetwork": True}, "not use the network of its node to run on ECI"),
        (
            {"volumes": [{"name": "logs", "hostPath": {"path": "/var/log"}}]},
            "not mount a folder of its node to run on ECI (volume logs)",
        ),
        (
            container(securityContext={"privileged": True}),
            "not be privileged to run on ECI (container web)",
        ),
        (
            container(ports=[{"containerPort": 80, "hostPort": 80}]),
            "not use a port of its node to run on ECI (container web)",
        ),
        (
            container(ports=[{"containerPort": 10250}]),
            "not listen on a port that ECI uses itself (111, 10250, 10255)",
        ),
        (
            {"initContainers": [{"name": "init", "securityContext": {"privileged": True}}]},
            "not be privileged to run on ECI (container init)",
        ),
    ],
)
def test_what_needs_a_node(spec, rule) -> None:
    assert rules(spec) == [rule]


def test_an_ordinary_pod_is_fine() -> None:
    spec = {
        "hostNetwork": False,
        "volumes": [{"name": "tmp", "emptyDir": {}}],
        **container(ports=[{"containerPort": 8080}], securityContext={"privileged": False}),
    }
    assert rules(spec) == []
    assert rules({}) == []


def test_kinds_and_services() -> None:
    assert check_kind("Deployment") is None
    assert check_service("LoadBalancer") is None
    daemon, port = check_kind("DaemonSet"), check_service("NodePort")
    assert daemon is not None
    assert daemon.rule == "not be a DaemonSet to run on ECI, where no pod has a node to itself"
    assert port is not None
    assert port.rule == "not be a NodePort for pods on ECI, which no port of a node leads to"
