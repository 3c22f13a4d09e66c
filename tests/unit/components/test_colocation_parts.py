"""What keeps two tiers apart on the same nodes, and who is told when they are full."""

import json

import pytest

from ackb.domain.problems import InvalidArguments
from components.access_list import AccessList, AccessListArgs
from components.alarms import ClusterAlarms, ClusterAlarmsArgs, Contact
from components.batch_resources import BatchResources, BatchResourcesArgs
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.pod_quota import PodQuota, PodQuotaArgs
from components.priority_class import PriorityClass, PriorityClassArgs


def refused(component, arguments) -> str:
    with pytest.raises(InvalidArguments) as caught:
        component("part", arguments)
    return str(caught.value)


def priority(**changes) -> PriorityClassArgs:
    return PriorityClassArgs(
        **{
            "class_name": "ackb-offline",
            "value": -100_000,
            "preempts": False,
            "description": "waits",
            **changes,
        }
    )


def test_offline_work_pushes_nobody_out(deploy) -> None:
    plan = deploy(lambda opts: PriorityClass("offline", priority(), opts))
    made = plan.one("kubernetes:scheduling.k8s.io/v1:PriorityClass", "offline-class")
    assert (made.inputs["value"], made.inputs["preemptionPolicy"]) == (-100_000, "Never")
    assert made.inputs["globalDefault"] is False
    assert made.options["deleteBeforeReplace"] is True


def test_priorities_of_kubernetes_itself_are_out_of_reach() -> None:
    assert "'value' must be from" in refused(PriorityClass, priority(value=1_000_000_001))
    text = refused(PriorityClass, priority(class_name="system-mine"))
    assert "'class_name' must not begin with system-" in text


def test_a_quota_counts_pods(deploy) -> None:
    """S3-04."""
    arguments = PodQuotaArgs(namespace="offline", quota_name="offline", max_pods=10)
    plan = deploy(lambda opts: PodQuota("offline", arguments, opts))
    quota = plan.one("kubernetes:core/v1:ResourceQuota", "offline-quota")
    assert quota.inputs["spec"] == {"hard": {"pods": "10"}}
    none = PodQuotaArgs(namespace="offline", quota_name="offline", max_pods=0)
    assert "'max_pods' must be 1 or more (got 0)" in refused(PodQuota, none)


def test_batch_resources_are_an_add_on_and_its_settings(deploy) -> None:
    arguments = BatchResourcesArgs(cluster_id="c1", cpu_threshold_percent=50)
    plan = deploy(lambda opts: BatchResources("batch", arguments, opts))
    addon = plan.one("alicloud:cs/kubernetesAddon:KubernetesAddon", "batch-addon")
    assert addon.inputs["name"] == "ack-koordinator"
    config = plan.one("kubernetes:core/v1:ConfigMap", "batch-config")
    assert config.inputs["metadata"] == {"name": "ack-slo-config", "namespace": "kube-system"}
    settings = json.loads(config.inputs["data"]["colocation-config"])
    assert settings["enable"] is True
    assert settings["cpuReclaimThresholdPercent"] == 50
    assert settings["memoryReclaimThresholdPercent"] == 70
    assert addon.name in config.dependencies


@pytest.mark.parametrize("percent", [0, 101])
def test_a_share_is_a_percentage(percent: int) -> None:
    arguments = BatchResourcesArgs(cluster_id="c1", memory_threshold_percent=percent)
    assert "'memory_threshold_percent' must be from 1 to 100" in refused(BatchResources, arguments)


def alarms(**changes) -> ClusterAlarmsArgs:
    return ClusterAlarmsArgs(
        **{
            "account_id": "1000000000000001",
            "cluster_id": "c1",
            "contacts": [Contact(contact_name="on-call", mail="on-call@example.com")],
            **changes,
        }
    )


def test_alarms_on_cpu_and_memory_reach_a_group(deploy) -> None:
    """S3-27."""
    plan = deploy(lambda opts: ClusterAlarms("alarms", alarms(cpu_percent=70), opts))
    (contact,) = plan.of("alicloud:cms/alarmContact:AlarmContact")
    assert contact.inputs["channelsMail"] == "on-call@example.com"
    assert contact.options["ignoreChanges"] == ["channelsMail", "channelsSms"]
    name = contact.inputs["alarmContactName"]
    (group,) = plan.of("alicloud:cms/alarmContactGroup:AlarmContactGroup")
    assert name.startswith("on-call-")
    assert group.inputs["contacts"] == [name]
    rules = {one.inputs["metric"]: one.inputs for one in plan.of("alicloud:cms/alarm:Alarm")}
    assert set(rules) == {"cluster.cpu.utilization", "cluster.memory.utilization"}
    cpu = rules["cluster.cpu.utilization"]
    assert cpu["project"] == "acs_k8s"
    assert json.loads(cpu["metricDimensions"]) == [{"userId": "1000000000000001", "cluster": "c1"}]
    assert cpu["escalationsCritical"] == {
        "statistics": "Value",
        "comparisonOperator": ">=",
        "threshold": "70",
        "times": 3,
    }
    assert cpu["contactGroups"] == [group.inputs["alarmContactGroupName"]]


def test_another_address_is_another_contact(deploy) -> None:
    """Until it is confirmed the cloud does not tell the address, so no change of it is seen."""
    names = set()
    for phone in ("100001", "100002"):
        contacts = [Contact(contact_name="on-call", phone=phone)]
        plan = deploy(lambda opts, to=contacts: ClusterAlarms("a", alarms(contacts=to), opts))
        (contact,) = plan.of("alicloud:cms/alarmContact:AlarmContact")
        names.add(contact.inputs["alarmContactName"])
    assert len(names) == 2


def test_an_alarm_reaches_somebody() -> None:
    text = refused(
        ClusterAlarms,
        alarms(
            contacts=[Contact(contact_name="on-call"), Contact(contact_name="on-call", phone="1")],
            cpu_percent=0,
            period_seconds=90,
            times=0,
            silence_seconds=299,
        ),
    )
    assert "'contacts[0]' must have a channel" in text
    assert "'contacts[1].contact_name' must be given once" in text
    for field in ("cpu_percent", "period_seconds", "times", "silence_seconds"):
        assert f"'{field}' must" in text, field
    assert "'contacts' must hold at least one" in refused(ClusterAlarms, alarms(contacts=[]))


def test_a_load_balancer_lets_in_whom_its_list_names(deploy) -> None:
    """S3-21."""

    def build(opts) -> None:
        clients = AccessList(
            "clients", AccessListArgs(cidrs=["203.0.113.0/24", "198.51.100.7"]), opts
        )
        LoadBalancer(
            "front",
            LoadBalancerArgs(
                namespace="online",
                service_name="mysql-front",
                selector={"app": "mysql"},
                target_port=3306,
                port=3306,
                port_name="mysql",
                access_list_id=clients.access_list_id,
            ),
            opts,
        )

    plan = deploy(build)
    entries = plan.of("alicloud:slb/aclEntryAttachment:AclEntryAttachment")
    assert sorted(one.inputs["entry"] for one in entries) == ["198.51.100.7/32", "203.0.113.0/24"]
    (service,) = plan.of("kubernetes:core/v1:Service")
    prefix = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-"
    annotations = service.inputs["metadata"]["annotations"]
    assert annotations[f"{prefix}acl-status"] == "on"
    assert annotations[f"{prefix}acl-type"] == "white"
    assert annotations[f"{prefix}acl-id"] == "<id of clients-acl>"
    assert service.inputs["spec"]["ports"][0]["name"] == "mysql"


@pytest.mark.parametrize(
    ("cidrs", "said"),
    [
        ([], "'cidrs' must hold 1 to 300 entries"),
        (["0.0.0.0/0"], "'cidrs[0]' must not let in every address"),
        (["203.0.113.7", "203.0.113.7/32"], "'cidrs[1]' must be given once"),
        (["office"], "'cidrs[0]' must be an IPv4 address or range"),
    ],
)
def test_a_list_names_some_and_not_everybody(cidrs: list[str], said: str) -> None:
    assert said in refused(AccessList, AccessListArgs(cidrs=cidrs))
