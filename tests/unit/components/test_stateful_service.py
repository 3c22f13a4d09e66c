"""`StatefulService`: one server with a disk of its own."""

import pytest

from ackb.domain.problems import InvalidArguments
from ackb.domain.qos import QosClass, classify
from ackb.domain.tiers import Tier
from ackb.planning import Plan
from components.node_pool import Taint
from components.stateful_service import Disk, StatefulService, StatefulServiceArgs
from components.workload import Resources

SET = "kubernetes:apps/v1:StatefulSet"
CLAIM = "kubernetes:core/v1:PersistentVolumeClaim"


def args(**changes) -> StatefulServiceArgs:
    return StatefulServiceArgs(
        **{
            "namespace": "online",
            "app": "mysql",
            "image": "mysql:8.4.6",
            "port": 3306,
            "port_name": "mysql",
            "resources": Resources(cpu="1", memory="2Gi"),
            "disk": Disk(mount_path="/var/lib/mysql"),
            "check": ["mysqladmin", "ping"],
            "tier": Tier.ONLINE,
            "user_id": 999,
            "secret_environment": {"MYSQL_ROOT_PASSWORD": "hush"},
            "scratch_paths": ["/tmp"],
            **changes,
        }
    )


def plan_of(deploy, **changes) -> Plan:
    return deploy(lambda opts: StatefulService("db", args(**changes), opts))


def refused(**changes) -> str:
    with pytest.raises(InvalidArguments) as caught:
        StatefulService("db", args(**changes))
    return str(caught.value)


def test_one_guaranteed_pod_with_its_disk(deploy) -> None:
    """S3-10, S3-19."""
    plan = plan_of(deploy, priority_class="ackb-online")
    spec = plan.one(SET, "db-set").inputs["spec"]
    assert (spec["replicas"], spec["serviceName"]) == (1, "mysql")
    pod = spec["template"]["spec"]
    assert classify(pod).qos is QosClass.GUARANTEED
    assert pod["priorityClassName"] == "ackb-online"
    assert pod["securityContext"]["runAsUser"] == 999
    assert pod["volumes"][0] == {"name": "data", "persistentVolumeClaim": {"claimName": "mysql"}}
    (container,) = pod["containers"]
    assert container["volumeMounts"][0] == {"name": "data", "mountPath": "/var/lib/mysql"}
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["startupProbe"]["exec"] == {"command": ["mysqladmin", "ping"]}
    assert container["livenessProbe"]["tcpSocket"] == {"port": "mysql"}
    claim = plan.one(CLAIM, "db-claim").inputs["spec"]
    assert claim["storageClassName"] == "alicloud-disk-topology-alltype"
    assert claim["resources"] == {"requests": {"storage": "20Gi"}}


def test_the_password_goes_through_a_secret(deploy) -> None:
    plan = plan_of(deploy)
    (secret,) = plan.of("kubernetes:core/v1:Secret")
    assert secret.inputs["stringData"].value == {"MYSQL_ROOT_PASSWORD": "hush"}
    assert "hush" not in plan.render()
    pod = plan.one(SET, "db-set").inputs["spec"]["template"]["spec"]
    assert pod["containers"][0]["envFrom"] == [{"secretRef": {"name": "mysql"}}]


def test_no_drain_stops_it(deploy) -> None:
    budget = plan_of(deploy).one("kubernetes:policy/v1:PodDisruptionBudget", "db-budget")
    assert budget.inputs["spec"]["maxUnavailable"] == 0


def test_it_may_go_where_others_may_not(deploy) -> None:
    taint = Taint(key="tier", value="online", effect="NoSchedule")
    pod = plan_of(deploy, tolerations=[taint]).of(SET)[0].inputs["spec"]["template"]["spec"]
    assert pod["tolerations"] == [
        {"key": "tier", "operator": "Equal", "value": "online", "effect": "NoSchedule"}
    ]


def test_its_service_is_headless(deploy) -> None:
    (service,) = plan_of(deploy).of("kubernetes:core/v1:Service")
    assert service.inputs["spec"]["clusterIP"] == "None"
    assert service.inputs["spec"]["ports"][0]["port"] == 3306


@pytest.mark.parametrize("gib", [20, 32768])
def test_the_sizes_that_are_sold(deploy, gib: int) -> None:
    disk = Disk(mount_path="/data", gib=gib)
    claim = plan_of(deploy, disk=disk).of(CLAIM)[0].inputs["spec"]
    assert claim["resources"]["requests"] == {"storage": f"{gib}Gi"}


@pytest.mark.parametrize("gib", [19, 32769])
def test_other_sizes_are_refused(gib: int) -> None:
    text = refused(disk=Disk(mount_path="/data", gib=gib))
    assert f"'disk.gib' must be from 20 to 32768 (got {gib})" in text


def test_every_wrong_argument_is_named_at_once() -> None:
    text = refused(
        app="My_DB",
        image="mysql",
        port=306,
        check=[],
        user_id=0,
        startup_seconds=0,
        scratch_paths=["tmp", "/var/lib/mysql"],
        resources=Resources(cpu="1", memory="2Gi", memory_request="4Gi"),
    )
    for field in ("app", "image", "port", "check", "user_id", "startup_seconds"):
        assert f"'{field}' must" in text, field
    assert 'must be absolute paths (got "tmp")' in text
    assert 'must name a path once (got "/var/lib/mysql")' in text
    assert "'resources.memory_request' must not be above the limit, 2Gi" in text
