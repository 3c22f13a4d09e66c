"""`RegisteredCluster`: a cluster elsewhere, registered by a ROS stack, reached without secrets."""

import json

import pytest

from ackb.domain.problems import InvalidArguments
from ackb.domain.unknown import UNKNOWN
from ackb.planning import Plan
from components.registered_cluster import RegisteredCluster, RegisteredClusterArgs, Registration

STACK = "alicloud:ros/stack:Stack"
PROVIDER = "pulumi:providers:kubernetes"
COMPONENT = "ackb:cluster:RegisteredCluster"


def registration(**changes) -> Registration:
    return Registration(
        **{"vpc_id": "vpc-1", "vswitch_ids": ["vsw-1"], "security_group_id": "sg-1", **changes}
    )


def args(**changes) -> RegisteredClusterArgs:
    return RegisteredClusterArgs(
        **{
            "target": "sandbox",
            "region": "cn-zhangjiakou",
            "registration": registration(),
            **changes,
        }
    )


def plan_of(deploy, *, preview: bool = False, **changes) -> Plan:
    return deploy(lambda opts: RegisteredCluster("idc", args(**changes), opts), preview=preview)


def config(plan: Plan) -> dict:
    template = json.loads(plan.one(STACK, "idc-registration").inputs["templateBody"])
    (resource,) = template["Resources"].values()
    assert resource["Type"] == "ALIYUN::CS::AnyCluster"
    return resource["Properties"]["ClusterConfig"]


def test_the_template_asks_for_a_registered_cluster(deploy) -> None:
    """S0-01, S0-08."""
    found = config(plan_of(deploy, registration=registration(cluster_name="idc-1")))
    assert found == {
        "cluster_type": "ExternalKubernetes",
        "name": "idc-1",
        "region_id": "cn-zhangjiakou",
        "vpcid": "vpc-1",
        "vswitch_ids": ["vsw-1"],
        "security_group_id": "sg-1",
        "endpoint_public_access": False,
    }


def test_the_template_gives_out_no_credential(deploy) -> None:
    body = plan_of(deploy).one(STACK, "idc-registration").inputs["templateBody"]
    assert list(json.loads(body)["Outputs"]) == ["ClusterId"]
    assert "KubeConfig" not in body


def test_what_ros_cannot_change_is_made_anew_under_another_name(deploy) -> None:
    first = plan_of(deploy)
    assert first.one(STACK, "idc-registration").options["replaceOnChanges"] == ["templateBody"]
    again = plan_of(deploy, registration=registration(vswitch_ids=["vsw-2"]))
    names = [one.one(STACK, "idc-registration").inputs["stackName"] for one in (first, again)]
    assert len(set(names)) == 2
    assert config(first)["name"] != config(again)["name"]


@pytest.mark.parametrize(("protect", "word"), [(True, "Enabled"), (False, "Disabled")])
def test_protection_is_of_the_stack_and_can_be_taken_off(deploy, protect: bool, word: str) -> None:
    """In the template it could not be changed without a new registration."""
    plan = plan_of(deploy, registration=registration(deletion_protection=protect))
    stack = plan.one(STACK, "idc-registration")
    assert (stack.protect, stack.inputs["deletionProtection"]) == (protect, word)
    assert "protection" not in stack.inputs["templateBody"]


def test_the_kubeconfig_has_no_credential_and_the_address_of_the_registration(deploy) -> None:
    plan = plan_of(deploy)
    text = plan.one(PROVIDER, "idc-kubernetes").inputs["kubeconfig"]
    kubeconfig = json.loads(text)
    (cluster,) = kubeconfig["clusters"]
    assert cluster["cluster"]["server"] == "https://<address of the cluster>:6443"
    (user,) = kubeconfig["users"]
    assert set(user["user"]) == {"exec"}
    assert user["user"]["exec"]["args"][:2] == ["credential", "<id of the registered cluster>"]
    assert plan.one(COMPONENT, "idc").outputs["cluster_id"] == "<id of the registered cluster>"


def test_a_cluster_that_is_not_connected_is_only_registered(deploy) -> None:
    plan = plan_of(deploy, connected=False)
    # The only one left is that of the test.
    assert [one.name for one in plan.of(PROVIDER)] == ["kubernetes"]
    assert "kubeconfig" not in plan.one(COMPONENT, "idc").outputs

    def inside(opts) -> None:
        _ = RegisteredCluster("idc", args(connected=False), opts).provider

    with pytest.raises(ValueError, match="not connected"):
        deploy(inside)


def test_a_registered_cluster_that_is_there_is_left_alone(deploy) -> None:
    plan = plan_of(deploy, registration="c1234")
    assert plan.of(STACK) == []
    assert plan.one(COMPONENT, "idc").outputs["cluster_id"] == "c1234"
    assert plan.one(PROVIDER, "idc-kubernetes").inputs["clusterIdentifier"] == "c1234"


def test_nothing_is_known_of_the_cluster_before_it_is_registered(deploy) -> None:
    plan = plan_of(deploy, preview=True)
    assert plan.one(PROVIDER, "idc-kubernetes").inputs["kubeconfig"] is UNKNOWN


def test_every_bad_argument_is_told() -> None:
    with pytest.raises(InvalidArguments) as caught:
        RegisteredCluster(
            "idc", args(registration=registration(vswitch_ids=[], cluster_name="two words"))
        )
    name, switches = str(caught.value).splitlines()
    assert "'registration.cluster_name' must" in name
    assert "'registration.vswitch_ids' must hold at least one vSwitch" in switches
