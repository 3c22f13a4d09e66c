"""How the settings of `burst` reach its components, and what they refuse."""

import json

import pytest

from ackb.domain.problems import InvalidInput
from ackb.planning import Plan
from blueprints.settings import BurstSettings, load
from tests.unit.blueprints import test_program
from tests.unit.settings.examples import VALID

RELEASE = "kubernetes:helm.sh/v3:Release"
ADDON = "alicloud:cs/kubernetesAddon:KubernetesAddon"
S = "ackb:settings"


def plan(**changes: object) -> Plan:
    return test_program.plan("burst-dev", secrets={}, **changes)


def refusal(**changes: object) -> str:

    with pytest.raises(InvalidInput) as caught:
        load(json.dumps(test_program.settings("burst-dev", **changes)), stack="burst-dev")
    return str(caught.value)


def test_the_virtual_nodes_may_be_managed() -> None:
    """S1-08: nothing to scale by hand, no chart."""
    made = plan(virtual_nodes={"type": "managed", "cluster_ip": False})
    assert made.of(RELEASE) == []
    (addon,) = made.of(ADDON)
    assert addon.inputs["name"] == "ack-virtual-node"
    assert '"enableClusterIp": "false"' in addon.inputs["config"]


def test_a_secret_of_the_user_takes_the_place_of_the_role() -> None:
    made = plan(
        virtual_nodes={
            "type": "self_managed",
            "replicas": 2,
            "credentials": {"type": "secret", "secret_name": "mine"},
        }
    )
    (release,) = made.of(RELEASE)
    assert release.inputs["values"]["replicas"] == 2
    assert release.inputs["values"]["credentials"]["secret"]["name"] == "mine"


def test_the_defaults_are_those_of_a_small_class() -> None:
    """S1-15, S1-16: ten pods in the namespace vk."""
    settings = load(
        json.dumps(
            {key: VALID[key] for key in ("target", "region", "tags", "network", "node_pools")}
            | {"blueprint": "burst"}
        ),
        stack="class-dev",
    )
    assert isinstance(settings, BurstSettings)
    assert (settings.namespace, settings.replicas) == ("vk", 10)
    assert settings.virtual_nodes.type == "managed"
    assert settings.resources.limits.model_dump() == {"cpu": "250m", "memory": "512Mi"}


def test_more_pods_than_the_virtual_nodes_hold_are_refused() -> None:
    """S1-11: 3,000 pods each."""
    assert refusal(replicas=12_001) == (
        f"SET-034 {S}.replicas: 12001 – must not be more than 12000, what 4 self-managed virtual "
        "nodes hold. Fix: write virtual_nodes.replicas: 5."
    )
    assert plan(replicas=12_000).of("kubernetes:apps/v1:Deployment")


def test_a_role_needs_a_cluster_that_gives_roles() -> None:
    cluster = {"api_access": "public", "deletion_protection": False, "rrsa": False}
    assert refusal(cluster=cluster) == (
        f'SET-034 {S}.virtual_nodes.credentials.type: "ram_role" – needs the cluster\'s service '
        "accounts to have RAM roles, which cluster.rrsa turns off. Fix: write cluster.rrsa: true, "
        "or credentials of type secret."
    )


POD = "kubernetes:apps/v1:Deployment"
JOB = "kubernetes:batch/v1:Job"
RECORD = "alicloud:pvtz/zoneRecord:ZoneRecord"
SERVICE = "kubernetes:core/v1:Service"
SCAN = {"image": "registry.example.com/scan:1.0.0", "command": ["scan"], "tasks": 40}
FRONT = {"private_name": {"zone": "class.private"}}


def test_pods_without_cluster_ip_are_called_by_a_name_of_the_vpc() -> None:
    """S1-20: an intranet load balancer, and a private name for its address."""
    made = plan(service={**FRONT, "name": "class"})
    (service,) = made.of(SERVICE)
    prefix = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-"
    annotations = service.inputs["metadata"]["annotations"]
    assert annotations[f"{prefix}address-type"] == "intranet"
    assert annotations[f"{prefix}vswitch-id"] == "<id of net-nodes-i>"
    assert service.inputs["spec"]["selector"] == {"app": "nginx"}
    (record,) = made.of(RECORD)
    assert (record.inputs["rr"], record.inputs["type"]) == ("www", "A")
    assert "class-front-service" in record.dependencies
    (attachment,) = made.of("alicloud:pvtz/zoneAttachment:ZoneAttachment")
    assert attachment.inputs["vpcIds"] == ["<id of net-vpc>"]
    assert made.stack_outputs["private_name"] == "www.class.private"


@pytest.mark.parametrize(
    ("service", "balancers", "records"),
    [(None, 0, 0), ({}, 1, 0), ({"access": "internet"}, 1, 0), (FRONT, 1, 1)],
)
def test_what_calls_the_pods_is_a_choice(service: object, balancers: int, records: int) -> None:
    """Without a replacement, pods that nobody calls do without ClusterIP too (S1-19)."""
    made = plan(service=service)
    assert (len(made.of(SERVICE)), len(made.of(RECORD))) == (balancers, records)
    assert ("service_url" in made.stack_outputs) == bool(balancers)


@pytest.mark.parametrize("form", ["managed", "self_managed"])
@pytest.mark.parametrize(("cluster_ip", "policy"), [(False, "Default"), (True, None)])
def test_without_cluster_ip_names_come_from_the_vpc(
    form: str, cluster_ip: bool, policy: str | None
) -> None:
    """S1-19: CoreDNS is a ClusterIP Service itself."""
    keys = {"type": "secret"}
    credentials = {"credentials": keys} if form == "self_managed" else {}
    nodes = {"type": form, "cluster_ip": cluster_ip, **credentials}
    made = plan(virtual_nodes=nodes, jobs={"scan": SCAN})
    pods = [one.inputs["spec"]["template"]["spec"] for one in (*made.of(POD), *made.of(JOB))]
    assert [pod.get("dnsPolicy") for pod in pods] == [policy, policy]


def test_a_job_of_many_tasks_runs_on_eci_when_the_names_are_there() -> None:
    """S1-04, S1-05."""
    job = {**SCAN, "parallelism": 20, "environment": {"INPUT": "oss://lessons"}}
    made = plan(jobs={"scan": job}, service=FRONT)
    (one,) = made.of(JOB)
    spec = one.inputs["spec"]
    assert (spec["completions"], spec["parallelism"], spec["completionMode"]) == (40, 20, "Indexed")
    assert (spec["activeDeadlineSeconds"], one.options["customTimeouts"]["create"]) == (
        3600,
        "3600s",
    )
    assert one.inputs["metadata"]["labels"]["ackb/tier"] == "offline"
    assert one.inputs["metadata"]["namespace"] == "vk"
    begins_after = made.one("ackb:workload:BatchJob", "job-scan").dependencies
    assert {"eci-virtual-node-release", "names-attachment"} <= set(begins_after)


def test_tasks_may_be_cheaper_on_spot_instances() -> None:
    """S1-04: data computing at lower cost."""
    two = {"limits": {"cpu": "2", "memory": "8Gi"}}
    spot = {**SCAN, "resources": two, "eci_pods": {"spot": {"fall_back": True}}}
    (one,) = plan(jobs={"scan": spot}).of(JOB)
    annotations = one.inputs["spec"]["template"]["metadata"]["annotations"]
    assert annotations["k8s.aliyun.com/eci-spot-strategy"] == "SpotAsPriceGo"
    assert annotations["k8s.aliyun.com/eci-spot-fallback"] == "true"
    wrong = {**spot, "eci_pods": {"spot": {"protected_hours": 2}}}
    assert refusal(jobs={"scan": wrong}).startswith(
        f"SET-062 {S}.jobs.scan.eci_pods.spot.protected_hours: 2 – "
    )


def test_a_private_name_leads_into_the_vpc() -> None:
    front = {"access": "internet", "private_name": {"zone": "class.private", "host": "@"}}
    assert refusal(service=front) == (
        f'SET-047 {S}.service.private_name: "class.private" – must lead to an intranet load '
        "balancer, and service.access says internet. Fix: write service.access: intranet, or "
        "leave the private name out."
    )


def test_a_private_name_hides_nothing_that_is_needed() -> None:
    assert refusal(service={"private_name": {"zone": "aliyuncs.com"}}) == (
        f'SET-047 {S}.service.private_name.zone: "aliyuncs.com" – must not hide the endpoints of '
        "Alibaba Cloud (aliyuncs.com) from the VPC. Fix: choose a name of your own, such as "
        "class.private."
    )


def test_a_record_without_a_load_balancer_cannot_be_written() -> None:
    assert refusal(private_name={"zone": "class.private"}).startswith(f"SET-001 {S}.private_name: ")


def test_jobs_have_names_of_their_own_and_sizes_that_fit() -> None:
    large = {"limits": {"cpu": "1", "memory": "2Gi"}, "requests": {"cpu": "2", "memory": "2Gi"}}
    lines = refusal(jobs={"nginx": SCAN, "Scan": SCAN, "scan": {**SCAN, "resources": large}})
    name, duplicate, size = sorted(lines.splitlines())
    assert name.startswith(f'SET-008 {S}.jobs.Scan: "Scan" – must have 1 to 63 characters')
    assert duplicate.startswith(f'SET-009 {S}.jobs.nginx: "nginx" – must not be the name of the D')
    assert size.startswith(f"SET-041 {S}.jobs.scan.resources.requests.cpu: ")


def test_tasks_that_run_at_once_need_virtual_nodes_too() -> None:
    """S1-11."""
    job = {**SCAN, "tasks": 5000, "parallelism": 2001}
    assert refusal(replicas=10_000, jobs={"scan": job}) == (
        f"SET-034 {S}.jobs: 12001 – must not be more than 12000, what 4 self-managed virtual nodes "
        "hold (at once run 10000 pods of the Deployment and 2001 tasks of jobs). Fix: write "
        "virtual_nodes.replicas: 5, or lower a parallelism."
    )
    assert plan(replicas=10_000, jobs={"scan": {**job, "parallelism": 2000}}).of(JOB)


def test_the_managed_virtual_node_has_a_limit_too() -> None:
    managed = {"type": "managed"}
    assert refusal(virtual_nodes=managed, replicas=50_001) == (
        f"SET-034 {S}.replicas: 50001 – must not be more than 50000, what the managed virtual node "
        "holds. Fix: spread them over several clusters."
    )
    assert plan(virtual_nodes=managed, replicas=50_000).of(POD)
