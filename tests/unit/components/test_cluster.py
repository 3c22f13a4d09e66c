"""`Cluster`: a managed cluster whose kubeconfig holds no credential, and goes without leftovers."""

import json
import re

import pytest

from ackb.domain.problems import InvalidArguments
from ackb.planning import Plan
from components.cluster import Cluster, ClusterArgs, Flannel, Logs, Serverless, Terway

CLUSTER = "alicloud:cs/managedKubernetes:ManagedKubernetes"
PROVIDER = "pulumi:providers:kubernetes"


def args(**changes) -> ClusterArgs:
    return ClusterArgs(
        **{
            "target": "sandbox",
            "region": "cn-hangzhou",
            "vswitch_ids": ["vsw-1", "vsw-2"],
            "security_group_id": "sg-1",
            "network_plugin": Terway(pod_vswitch_ids=["vsw-3"]),
            **changes,
        }
    )


def plan_of(deploy, **changes) -> Plan:
    return deploy(lambda opts: Cluster("ack", args(**changes), opts))


def inputs(plan: Plan) -> dict:
    return plan.one(CLUSTER, "ack-cluster").inputs


def refused(**changes) -> str:
    with pytest.raises(InvalidArguments) as caught:
        Cluster("ack", args(**changes))
    return str(caught.value)


def test_a_cluster_is_private_protected_and_makes_no_nat_gateway(deploy) -> None:
    got = inputs(plan_of(deploy))
    assert got["slbInternetEnabled"] is False
    assert got["newNatGateway"] is False
    assert got["deletionProtection"] is True
    assert got["enableRrsa"] is True
    assert got["clusterSpec"] == "ack.pro.small"
    assert got["vswitchIds"] == ["vsw-1", "vsw-2"]
    assert got["proxyMode"] == "iptables"


def test_no_certificate_reaches_the_state(deploy) -> None:
    assert inputs(plan_of(deploy))["skipSetCertificateAuthority"] is True


def test_everything_the_cluster_made_goes_with_it(deploy) -> None:
    options = inputs(plan_of(deploy))["deleteOptions"]
    assert {one["resourceType"]: one["deleteMode"] for one in options} == {
        "SLB": "delete",
        "ALB": "delete",
        "SLS_Data": "delete",
        "SLS_ControlPlane": "delete",
    }


def test_terway_comes_by_add_ons_with_the_pod_vswitches(deploy) -> None:
    got = inputs(plan_of(deploy, network_plugin=Terway(pod_vswitch_ids=["vsw-3"])))
    addons = {one["name"]: one for one in got["addons"]}
    assert addons["terway-eniip"]["config"] == '{"NetworkPolicy": "true"}'
    assert "terway-controlplane" in addons
    assert "flannel" not in addons
    assert addons["nginx-ingress-controller"]["disabled"] is True
    assert got["podVswitchIds"] == ["vsw-3"]
    assert "podCidr" not in got


def test_terway_without_network_policy_says_so(deploy) -> None:
    plugin = Terway(pod_vswitch_ids=["vsw-3"], network_policy=False)
    addons = inputs(plan_of(deploy, network_plugin=plugin))["addons"]
    assert addons[0]["config"] == '{"NetworkPolicy": "false"}'


def test_flannel_takes_a_range_instead(deploy) -> None:
    got = inputs(plan_of(deploy, network_plugin=Flannel(pod_cidr="172.20.0.0/16")))
    assert (got["podCidr"], got["nodeCidrMask"]) == ("172.20.0.0/16", 25)
    assert "podVswitchIds" not in got
    assert got["addons"][0] == {"name": "flannel"}


def test_logs_are_kept_in_a_project_of_the_stack(deploy) -> None:
    plan = plan_of(deploy, logs=Logs(project_name="shop-1", retention_days=7))
    got = inputs(plan)
    assert plan.one("alicloud:log/project:Project", "ack-logs").inputs["projectName"] == "shop-1"
    assert got["auditLogConfig"] == {"enabled": True, "slsProjectName": "shop-1"}
    assert got["controlPlaneLogProject"] == "shop-1"
    assert got["controlPlaneLogTtl"] == "7"
    assert got["controlPlaneLogComponents"] == ["apiserver", "kcm", "scheduler", "ccm"]
    assert "ack-logs" in plan.one(CLUSTER, "ack-cluster").dependencies


def test_without_logs_the_audit_is_off_and_no_project_exists(deploy) -> None:
    plan = plan_of(deploy)
    assert inputs(plan)["auditLogConfig"] == {"enabled": False}
    assert plan.of("alicloud:log/project:Project") == []


@pytest.mark.parametrize(("access", "address"), [("private", "intranet"), ("public", "internet")])
def test_the_kubeconfig_holds_server_and_authority_but_no_credential(
    deploy, access: str, address: str
) -> None:
    """S3-17: kubectl from anywhere, by a certificate that is fetched when it is needed."""
    plan = plan_of(deploy, api_access=access)
    text = plan.one(PROVIDER, "ack-kubernetes").inputs["kubeconfig"]
    config = json.loads(text)
    cluster = config["clusters"][0]["cluster"]
    assert cluster["server"] == f"https://<{address} address of ack-cluster>:6443"
    assert cluster["certificate-authority-data"]
    (user,) = config["users"]
    assert list(user["user"]) == ["exec"]
    assert user["user"]["exec"]["args"] == [
        "credential",
        "<id of ack-cluster>",
        "--target",
        "sandbox",
        "--region",
        "cn-hangzhou",
    ]
    for secret in ("client-key", "client-certificate", "token", "password"):
        assert secret not in text


def test_the_provider_is_tied_to_the_cluster_by_its_id(deploy) -> None:
    """Without it every object would look like a replacement while the kubeconfig is computed."""
    provider = plan_of(deploy).one(PROVIDER, "ack-kubernetes")
    assert provider.inputs["clusterIdentifier"] == "<id of ack-cluster>"
    assert provider.parent == "ack"
    assert provider.dependencies == ("ack-cluster",)


def test_a_preview_of_a_new_cluster_knows_no_kubeconfig(deploy) -> None:
    from ackb.domain.unknown import UNKNOWN

    plan = deploy(lambda opts: Cluster("ack", args(), opts), preview=True)
    assert plan.one(PROVIDER, "ack-kubernetes").inputs["kubeconfig"] is UNKNOWN


@pytest.mark.parametrize(
    ("version", "wanted"),
    [("1.36", "1.36.1-aliyun.1"), ("1.35.2-aliyun.1", "1.35.2-aliyun.1")],
)
def test_a_minor_becomes_its_newest_build(deploy, version: str, wanted: str) -> None:
    assert inputs(plan_of(deploy, version=version))["version"] == wanted


def test_other_pod_vswitches_mean_another_cluster_made_beside_the_old_one(deploy) -> None:
    """The provider ignores a change of theirs; names are unique, so the new one has another."""
    options = plan_of(deploy).one(CLUSTER, "ack-cluster").options
    assert options == {"replaceOnChanges": ["podVswitchIds"]}
    name = inputs(plan_of(deploy))["name"]
    assert re.fullmatch("dev-ack-[0-9a-f]{6}", name)
    assert inputs(plan_of(deploy))["name"] == name
    others = plan_of(deploy, network_plugin=Terway(pod_vswitch_ids=["vsw-other"]))
    assert inputs(others)["name"] != name


def test_a_given_name_is_taken_as_it_is(deploy) -> None:
    assert inputs(plan_of(deploy, cluster_name="shop"))["name"] == "shop"


@pytest.mark.parametrize("protected", [True, False])
def test_the_engine_refuses_what_the_cloud_would_refuse_too_late(deploy, protected: bool) -> None:
    """Workloads go before the cluster, so its own protection alone would end in an outage."""
    plan = plan_of(deploy, deletion_protection=protected)
    assert plan.one(CLUSTER, "ack-cluster").protect is protected


def test_outputs_of_a_cluster_without_rrsa(deploy) -> None:
    plan = plan_of(deploy, rrsa=False)
    outputs = plan.one("ackb:cluster:Cluster", "ack").outputs
    assert outputs["cluster_id"] == "<id of ack-cluster>"
    assert "rrsa_provider_arn" not in outputs
    with_rrsa = plan_of(deploy).one("ackb:cluster:Cluster", "ack").outputs
    assert with_rrsa["rrsa_provider_arn"] == "<oidc provider of ack-cluster>"


def test_every_wrong_argument_is_named_at_once() -> None:
    text = refused(
        version="1.12",
        cluster_name="-shop",
        vswitch_ids=[],
        service_cidr="172.20.0.0/20",
        network_plugin=Flannel(pod_cidr="172.20.0.0/16", node_cidr_mask=29),
    )
    fields = [line.split("'")[1] for line in text.splitlines()]
    assert fields == [
        "version",
        "cluster_name",
        "vswitch_ids",
        "network_plugin.node_cidr_mask",
        "network_plugin.pod_cidr",
    ]
    assert text.splitlines()[3] == (
        "Cluster \"ack\": 'network_plugin.node_cidr_mask' must be a prefix length from 24 to 28 "
        "(got 29); choose 25 for up to 127 pods on a node"
    )
    assert text.splitlines()[4] == (
        "Cluster \"ack\": 'network_plugin.pod_cidr' must not overlap 'service_cidr', 172.20.0.0/20 "
        '(got "172.20.0.0/16"); choose ranges that do not share 172.20.0.0-172.20.15.255'
    )


@pytest.mark.parametrize("mask", [24, 28])
def test_both_ends_of_the_node_mask_are_fine(deploy, mask: int) -> None:
    plugin = Flannel(pod_cidr="172.20.0.0/16", node_cidr_mask=mask)
    assert inputs(plan_of(deploy, network_plugin=plugin))["nodeCidrMask"] == mask


def test_terway_needs_pod_vswitches() -> None:
    assert refused(network_plugin=Terway(pod_vswitch_ids=[])) == (
        "Cluster \"ack\": 'network_plugin.pod_vswitch_ids' must hold at least one vSwitch (got "
        "[]); add the pod vSwitch of each zone of the nodes"
    )


def test_a_serverless_cluster_has_no_nodes_to_prepare(deploy) -> None:
    """S3-15."""
    arguments = ClusterArgs(
        target="alibaba-cloud",
        region="cn-hangzhou",
        vswitch_ids=["vsw-1"],
        security_group_id="sg-1",
        network_plugin=Serverless(),
    )
    made = deploy(lambda opts: Cluster("ack", arguments, opts)).of(CLUSTER)[0].inputs
    assert made["profile"] == "Serverless"
    assert [one["name"] for one in made["addons"] if not one.get("disabled")] == []
    assert {"proxyMode", "podVswitchIds", "podCidr"} & set(made) == set()
