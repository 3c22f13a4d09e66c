"""Clusters, node pools, add-ons and credentials through the provider."""

import json

import pytest

from sandbox.providers.serving import PartialFailure, ProviderError
from tests.unit.alicloud_provider import cases
from tests.unit.alicloud_provider.cases import ADDON, CLUSTER, POOL
from tests.unit.alicloud_provider.conftest import Engine, Place

CREDENTIAL = "alicloud:cs/getClusterCredential:getClusterCredential"
IDENTITY = "alicloud:index/getCallerIdentity:getCallerIdentity"


def test_a_cluster_tells_where_it_is_reached(engine: Engine, place: Place):
    id, state = engine.create(CLUSTER, cases.cluster(engine, place))
    (endpoints,) = state["connections"]
    assert endpoints["apiServerInternet"] == endpoints["apiServerIntranet"]
    assert endpoints["apiServerInternet"] == "https://127.0.0.1:6443"
    assert endpoints["serviceDomain"] == f"*.{id}.cn-hangzhou.alicontainer.com"
    assert (state["vpcId"], state["securityGroupId"]) == (place.vpc_id, place.group_id)
    assert state["slbId"].startswith("lb-")
    assert state["workerRamRoleName"].startswith("KubernetesWorkerRole-")
    assert state["rrsaMetadata"]["ramOidcProviderArn"].endswith(f"oidc-provider/ack-rrsa-{id}")
    assert "certificateAuthorities" not in state


def test_a_private_cluster_has_no_public_endpoint(engine: Engine, place: Place):
    inputs = {**cases.cluster(engine, place), "slbInternetEnabled": False}
    _, state = engine.create(CLUSTER, inputs)
    assert state["connections"][0]["apiServerInternet"] == ""


def test_a_cluster_that_fails_keeps_its_id_and_the_reason(engine: Engine, place: Place):
    engine.plan_faults({"verb": "cs.create_cluster", "action": "fail"})
    told = r"creating ACK cluster thing \(c\w+\): task T\w*-?\w+ failed: no stock for the control"
    with pytest.raises(PartialFailure, match=told) as caught:
        engine.create(CLUSTER, cases.cluster(engine, place))
    assert caught.value.resource_id in {item["id"] for item in engine.cloud.inventory()}
    engine.delete(CLUSTER, caught.value.resource_id)


def test_a_cluster_that_never_gets_ready_names_its_task(
    engine: Engine, place: Place, monkeypatch: pytest.MonkeyPatch
):
    inputs = cases.cluster(engine, place)
    monkeypatch.setattr(engine.cloud.clock, "cloud", None)
    told = r"task T\w*-?\w+: it is still running after 90 minutes waiting for success\. Next: run"
    with pytest.raises(PartialFailure, match=told):
        engine.create(CLUSTER, inputs)


def test_without_vswitches_the_default_nat_is_refused(engine: Engine, place: Place):
    inputs = cases.cluster(engine, place)
    del inputs["newNatGateway"]
    with pytest.raises(ProviderError, match=r"Sandbox\.NotSimulated: .*NAT gateway"):
        engine.create(CLUSTER, inputs)


def test_upgrading_a_cluster_is_refused(engine: Engine, place: Place):
    inputs = cases.cluster(engine, place)
    id, state = engine.create(CLUSTER, inputs)
    with pytest.raises(PartialFailure, match="does not simulate a change of 'version'"):
        engine.update(CLUSTER, id, state, {**inputs, "version": "1.99"}, inputs)


def test_delete_options_reach_the_deletion(engine: Engine, place: Place):
    inputs = cases.cluster(engine, place)
    wanted = {**inputs, "deleteOptions": [{"resourceType": "SLB", "deleteMode": "retain"}]}
    id, state = engine.create(CLUSTER, inputs)
    balancer = engine.cloud.slb.create_load_balancer(
        region_id="cn-hangzhou", tags={"ack.aliyun.com": id}
    )
    state = engine.update(CLUSTER, id, state, wanted, inputs)
    engine.delete(CLUSTER, id, state)
    left = [item["id"] for item in engine.cloud.inventory() if item["service"] == "slb"]
    assert left == [balancer["LoadBalancerId"]]


def test_a_pool_has_its_nodes_and_follows_its_size(engine: Engine, place: Place):
    inputs = cases.pool(engine, place)

    def nodes() -> int:
        return engine.cloud.ecs.describe_instances()["TotalCount"]

    id, state = engine.create(POOL, inputs)
    assert state["nodePoolId"] == id.split(":")[1]
    assert state["scalingGroupId"].startswith("asg-")
    assert nodes() == 2
    wanted = {**inputs, "desiredSize": "4"}
    state = engine.update(POOL, id, state, wanted, inputs)
    assert nodes() == 4
    engine.delete(POOL, id, state)
    assert nodes() == 0


def test_a_pool_that_scales_by_itself_has_bounds_and_no_size(engine: Engine, place: Place):
    inputs = cases.pool(engine, place)
    del inputs["desiredSize"]
    bounds = {"enable": True, "minSize": 1, "maxSize": 5}
    id, state = engine.create(POOL, {**inputs, "scalingConfig": bounds})
    assert state["scalingConfig"] == bounds
    assert "desiredSize" not in state
    assert not engine.diff(POOL, state, {**inputs, "scalingConfig": bounds}).changes
    wider = {**inputs, "scalingConfig": {**bounds, "maxSize": 9}}
    assert engine.diff(POOL, state, wider).diffs == ["scalingConfig"]
    assert engine.update(POOL, id, state, wider)["scalingConfig"]["maxSize"] == 9


def test_nodes_that_are_sold_out_leave_no_pool(engine: Engine, place: Place):
    # The catalogue sells this type everywhere but in zone h.
    sold_out = {"instanceTypes": ["ecs.gn7i-c8g1.2xlarge"], "vswitchIds": [place.vswitch_h]}
    inputs = {**cases.pool(engine, place), **sold_out}
    with pytest.raises(ProviderError, match=r"OperationDenied\.NoStock: .* Next: choose another"):
        engine.create(POOL, inputs)
    pools = engine.cloud.cs.describe_cluster_node_pools(cluster_id=inputs["clusterId"])
    assert pools["nodepools"] == []
    assert engine.cloud.ecs.describe_instances()["TotalCount"] == 0


def test_an_add_on_that_is_there_already_is_configured(engine: Engine, place: Place):
    cluster_id = cases.running_cluster(engine, place)
    inputs = {"clusterId": cluster_id, "name": "terway-eniip", "config": '{"IPVlan": "true"}'}
    engine.create(ADDON, inputs)
    shown = engine.cloud.cs.describe_cluster_addon_instance(
        cluster_id=cluster_id, addon_name="terway-eniip"
    )
    assert json.loads(shown["config"]) == {"IPVlan": "true", "NetworkPolicy": "true"}


def test_a_system_add_on_is_only_forgotten(engine: Engine, place: Place):
    cluster_id = cases.running_cluster(engine, place)
    engine.delete(ADDON, f"{cluster_id}:metrics-server")
    shown = engine.cloud.cs.describe_cluster_addon_instance(
        cluster_id=cluster_id, addon_name="metrics-server"
    )
    assert shown["state"] == "active"


def test_virtual_nodes_go_only_with_their_pods(engine: Engine, place: Place):
    inputs = {"clusterId": cases.running_cluster(engine, place), "name": "ack-virtual-node"}
    id, state = engine.create(ADDON, inputs)
    with pytest.raises(ProviderError, match="cleanup_cloud_resources must be true"):
        engine.delete(ADDON, id, state)
    engine.delete(ADDON, id, {**state, "cleanupCloudResources": True})


def test_an_add_on_that_fails_tells_why(
    engine: Engine, place: Place, monkeypatch: pytest.MonkeyPatch
):
    inputs = {"clusterId": cases.running_cluster(engine, place), "name": "ack-kruise"}
    backend = engine.cloud.cs.backend
    why = "kruise-manager 1.8.0: not built; run `make tools`"
    with monkeypatch.context() as broken:
        broken.setattr(backend, "addon_up", lambda *id: backend.addon_failed(*id, why))
        with pytest.raises(PartialFailure, match=rf"task T\S+ failed: {why}") as caught:
            engine.create(ADDON, inputs)
    assert caught.value.resource_id == f"{inputs['clusterId']}:ack-kruise"
    # The sandbox's controllers try again by themselves.
    backend.addon_up(inputs["clusterId"], "ack-kruise")
    engine.create(ADDON, inputs)


@pytest.mark.parametrize(("took", "there"), [(60, True), (120, False)])
def test_real_programs_of_an_add_on_may_take_longer_than_its_shortened_timeout(
    engine: Engine, place: Place, monkeypatch: pytest.MonkeyPatch, took: float, there: bool
):
    inputs = {"clusterId": cases.running_cluster(engine, place), "name": "ack-kruise"}
    backend, clock = engine.cloud.cs.backend, engine.cloud.clock
    up, begin = backend.addon_up, clock.now()
    slow = lambda *id: up(*id) if clock.now() >= begin + took else None  # noqa: E731
    monkeypatch.setattr(backend, "addon_up", slow)
    if there:
        engine.create(ADDON, inputs)
        return
    with pytest.raises(PartialFailure, match="still initial after 10 minutes waiting for active"):
        engine.create(ADDON, inputs)


def test_credentials_change_and_the_authority_does_not(engine: Engine, place: Place):
    cluster_id = cases.running_cluster(engine, place)
    asked = {"clusterId": cluster_id, "temporaryDurationMinutes": 15}
    first, second = (engine.invoke(CREDENTIAL, asked) for _ in range(2))
    (one,), (other,) = first["certificateAuthorities"], second["certificateAuthorities"]
    assert one["clusterCert"] == other["clusterCert"]
    assert one["clientKey"] != other["clientKey"]
    assert (first["clusterName"], first["id"]) == ("shop", cluster_id)
    assert one["clusterCert"] in first["kubeConfig"]


def test_a_credential_of_a_missing_cluster_is_an_error(engine: Engine):
    with pytest.raises(ProviderError, match=r"ErrorClusterNotFound: .* Next: "):
        engine.invoke(CREDENTIAL, {"clusterId": "c-none"})


def test_the_caller_is_the_sandboxs_account(engine: Engine):
    assert engine.invoke(IDENTITY, {})["accountId"] == "1000000000000001"


def test_a_function_that_is_not_simulated_is_named(engine: Engine):
    with pytest.raises(ProviderError, match=r"does not simulate alicloud:vpc/getVpcs:getVpcs"):
        engine.invoke("alicloud:vpc/getVpcs:getVpcs", {})
