"""The whole plan of each stack, as a text that can be read, and what must never change in it."""

import re
from functools import cache
from pathlib import Path

import pytest

from ackb.domain.provider_types import provider_type, tokens
from ackb.domain.qos import QosClass, classify
from ackb.planning import Plan, plan_stack

ROOT = Path(__file__).parents[2]
WORDPRESS = ("wordpress-dev", "wordpress-prod")
BURST = ("burst-dev", "burst-prod")
PLATFORM = ("elastic-platform-dev", "elastic-platform-prod")
COLOCATION = ("colocation-dev", "colocation-prod")
STACKS = (*WORDPRESS, *BURST, *PLATFORM, *COLOCATION)
DEPLOYMENT = "kubernetes:apps/v1:Deployment"
STATEFUL_SET = "kubernetes:apps/v1:StatefulSet"
CLUSTER = "alicloud:cs/managedKubernetes:ManagedKubernetes"


@cache
def plan_of(stack: str) -> Plan:
    return plan_stack(ROOT, stack)


@pytest.mark.parametrize("stack", STACKS)
def test_the_plan_is_the_one_that_was_reviewed(matches_plan, stack: str) -> None:
    matches_plan(plan_of(stack), stack)


@pytest.mark.parametrize("stack", STACKS)
def test_two_plans_of_one_stack_are_equal(stack: str) -> None:
    assert plan_stack(ROOT, stack).render() == plan_of(stack).render()


@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_has_an_explicit_provider(stack: str) -> None:
    custom = [one for one in plan_of(stack).resources if one.custom]
    providers = [one for one in custom if one.type.startswith("pulumi:providers:")]
    assert {one.name for one in providers} == {"alicloud", "ack-kubernetes"}
    assert [one.name for one in custom if one.provider is None] == [one.name for one in providers]
    wrong = [
        one.name
        for one in custom
        if one.provider and (one.provider == "alicloud") != one.type.startswith("alicloud:")
    ]
    assert wrong == []


@pytest.mark.parametrize("stack", STACKS)
def test_every_taggable_resource_carries_the_stack_s_tags_and_its_urn(stack: str) -> None:
    taggable = [
        one
        for one in plan_of(stack).resources
        if one.type.startswith("alicloud:") and "tags" in provider_type(one.type).inputs
    ]
    assert len(taggable) >= 8
    for one in taggable:
        tags = one.inputs["tags"]
        assert set(tags) == {"ackb:urn", "owner", "env", "tier", "cost-center"}, one.name
        assert one.urn.endswith(tags["ackb:urn"][-40:]), one.name


def test_dev_cannot_reach_the_real_cloud_nor_prod_the_sandbox() -> None:
    sources = {
        stack: plan_of(stack).one("pulumi:providers:alicloud", "alicloud").inputs
        for stack in STACKS
    }
    assert sources["burst-dev"]["configurationSource"] == "ackb-sandbox"
    assert sources["burst-prod"]["configurationSource"] == "ackb"
    assert sources["wordpress-dev"]["configurationSource"] == "ackb-sandbox"
    assert sources["wordpress-prod"]["configurationSource"] == "ackb"
    assert sources["colocation-dev"]["configurationSource"] == "ackb-sandbox"
    assert sources["colocation-prod"]["configurationSource"] == "ackb"
    assert sources["elastic-platform-dev"]["configurationSource"] == "ackb-sandbox"
    assert sources["elastic-platform-prod"]["configurationSource"] == "ackb"


@pytest.mark.parametrize(
    ("stack", "secrets"),
    [
        *((one, 3) for one in WORDPRESS),
        *((one, 0) for one in BURST),
        *((one, 1) for one in COLOCATION),
    ],
)
def test_no_secret_stands_in_the_text(stack: str, secrets: int) -> None:
    text = plan_of(stack).render()
    assert "Placeholder_0" not in text
    assert text.count("<secret>") == secrets


@pytest.mark.parametrize("stack", STACKS)
def test_the_online_tier_is_guaranteed(stack: str) -> None:
    """S3-10."""
    online = [*plan_of(stack).of(DEPLOYMENT), *plan_of(stack).of(STATEFUL_SET)]
    assert online
    for one in online:
        assert classify(one.inputs["spec"]["template"]["spec"]).qos is QosClass.GUARANTEED


def test_the_numbers_of_the_best_practice() -> None:
    """S2-26, S2-27, S2-31, S2-45, S2-46."""
    plan = plan_of("wordpress-dev")
    (deployment,) = plan.of(DEPLOYMENT)
    assert "replicas" not in deployment.inputs["spec"]
    (autoscaler,) = plan.of("kubernetes:autoscaling/v2:HorizontalPodAutoscaler")
    spec = autoscaler.inputs["spec"]
    target = spec["metrics"][0]["resource"]["target"]
    assert (spec["minReplicas"], spec["maxReplicas"], target["averageUtilization"]) == (22, 100, 60)
    (service,) = plan.of("kubernetes:core/v1:Service")
    assert service.inputs["metadata"] == {
        "name": "sp-svc",
        "namespace": "wordpress",
        "annotations": service.inputs["metadata"]["annotations"],
    }
    assert service.inputs["spec"]["externalTrafficPolicy"] == "Local"
    assert [one["port"] for one in service.inputs["spec"]["ports"]] == [80]
    (database,) = plan.of("alicloud:rds/database:Database")
    assert database.inputs["dataBaseName"] == "wordpress"
    (policy,) = plan.of("kubernetes:scheduling.alibabacloud.com/v1alpha1:ResourcePolicy")
    assert policy.inputs["spec"]["units"] == [{"resource": "ecs", "max": 22}, {"resource": "eci"}]


def test_the_image_is_pinned_and_in_prod_comes_from_acr() -> None:
    """S2-29."""
    images = {
        stack: plan_of(stack)
        .of(DEPLOYMENT)[0]
        .inputs["spec"]["template"]["spec"]["containers"][0]["image"]
        for stack in WORDPRESS
    }
    assert images == {
        "wordpress-dev": "wordpress:6.8.3-php8.3-apache",
        "wordpress-prod": (
            "shop-registry-vpc.cn-hangzhou.cr.aliyuncs.com/web/wordpress:6.8.3-php8.3-apache"
        ),
    }


def test_the_database_is_wired_in_by_a_secret() -> None:
    """S2-33: nobody types an address or a password into a form."""
    plan = plan_of("wordpress-dev")
    (secret,) = plan.of("kubernetes:core/v1:Secret")
    values = secret.inputs["stringData"].value
    assert values["WORDPRESS_DB_HOST"] == "<connectionString of db-instance>"
    assert values["WORDPRESS_DB_NAME"] == values["WORDPRESS_DB_USER"] == "wordpress"
    assert values["WP_REDIS_HOST"] == "<connectionDomain of cache-instance>"
    assert len({value for key, value in values.items() if key.endswith(("_KEY", "_SALT"))}) == 8


def test_prod_is_protected_private_and_spread_over_three_zones() -> None:
    plan = plan_of("wordpress-prod")
    (cluster,) = plan.of(CLUSTER)
    assert cluster.inputs["deletionProtection"] is True
    assert cluster.inputs["slbInternetEnabled"] is False
    assert len(cluster.inputs["vswitchIds"]) == 3
    assert plan.of("alicloud:rds/instance:Instance")[0].inputs["deletionProtection"] is True
    redis = plan.of("alicloud:kvstore/instance:Instance")[0].inputs
    assert redis["instanceReleaseProtection"] is True


def test_a_real_burst_is_protected_private_and_spread_over_three_zones() -> None:
    """S1-08, S1-09, S1-19, S1-20: ACK runs the virtual nodes, no pod watches the API server."""
    plan = plan_of("burst-prod")
    (cluster,) = plan.of(CLUSTER)
    assert cluster.inputs["deletionProtection"] is True
    assert cluster.inputs["slbInternetEnabled"] is False
    pods = {
        one.inputs["zoneId"]: one.inputs["cidrBlock"]
        for one in plan.of("alicloud:vpc/switch:Switch")
        if one.name.startswith("net-pods-")
    }
    assert sorted(pods) == ["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-j"]
    assert {cidr.rsplit("/")[-1] for cidr in pods.values()} == {"16"}
    (addon,) = [
        one
        for one in plan.of("alicloud:cs/kubernetesAddon:KubernetesAddon")
        if one.inputs["name"] == "ack-virtual-node"
    ]
    assert '"enableClusterIp": "false"' in addon.inputs["config"]
    (deployment,) = plan.of(DEPLOYMENT)
    assert deployment.inputs["spec"]["template"]["spec"]["dnsPolicy"] == "Default"
    assert plan.stack_outputs["private_name"] == "www.class.private"


def test_prod_serves_https_and_redirects_http() -> None:
    (service,) = plan_of("wordpress-prod").of("kubernetes:core/v1:Service")
    prefix = "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-"
    annotations = service.inputs["metadata"]["annotations"]
    assert annotations[f"{prefix}protocol-port"] == "https:443,http:80"
    assert annotations[f"{prefix}forward-port"] == "80:443"
    assert plan_of("wordpress-prod").stack_outputs["site_url"].startswith("https://")


def must_outlive(plan: Plan, name: str) -> set[str]:
    """Everything that is deleted only after `name`: what it waits for, and what its parents do."""
    by_name = {one.name: one for one in plan.resources}
    found: set[str] = set()
    queue = [name]
    while queue:
        one = by_name[queue.pop()]
        above = [one.parent] if one.parent else []
        provider = [one.provider] if one.provider else []
        for next_name in {*one.dependencies, *above, *provider} - found:
            found.add(next_name)
            queue.append(next_name)
    return found


@pytest.mark.parametrize("stack", WORDPRESS)
@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("site-deployment", "eci-virtual-node-addon"),
        ("site-deployment", "nas-mount-target"),
        ("site-deployment", "pool-base-pool"),
        ("site-deployment", "site-placement-policy"),
        ("site-files-claim", "nas-mount-target"),
        ("site-front-service", "pool-base-pool"),
        ("site-front-service", "ack-cluster"),
        ("eci-virtual-node-addon", "ack-cluster"),
        ("pool-base-pool", "ack-cluster"),
        ("ack-cluster", "net-snat-nodes-i"),
        ("ack-cluster", "net-nat"),
        ("ack-cluster", "sg-from-vpc"),
        ("db-instance", "sg-group"),
        ("cache-instance", "net-nodes-i"),
        ("sg-group", "net-vpc"),
        ("net-nat", "net-nodes-i"),
    ],
)
def test_what_goes_first_at_teardown(stack: str, first: str, later: str) -> None:
    """Each pair is a hang or an orphan if it goes the other way round; ECI pods and load balancers
    would be left without anybody who could remove them."""
    plan = plan_of(stack)
    later = "net-nodes-h" if stack == "wordpress-prod" and later == "net-nodes-i" else later
    assert later in must_outlive(plan, first)
    assert first not in must_outlive(plan, later)


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("class-deployment", "eci-virtual-node-release"),
        ("class-deployment", "apps-namespace"),
        ("eci-virtual-node-release", "pool-base-pool"),
        ("eci-virtual-node-release", "ack-cluster"),
        ("ack-cluster", "net-nat"),
        ("names-attachment", "names-www"),
        ("names-www", "names-zone"),
        ("names-www", "class-front-service"),
        ("names-attachment", "net-vpc"),
        ("class-front-service", "pool-base-pool"),
    ],
)
def test_what_goes_first_at_teardown_of_a_burst(first: str, later: str) -> None:
    """S1-25: pods go before the controllers of their virtual nodes, these before their nodes."""
    plan = plan_of("burst-dev")
    assert later in must_outlive(plan, first)
    assert first not in must_outlive(plan, later)


def test_the_numbers_of_ten_thousand_pods() -> None:
    """S1-09, S1-13, S1-15..S1-17, S1-19."""
    plan = plan_of("burst-dev")
    (release,) = plan.of("kubernetes:helm.sh/v3:Release")
    values = release.inputs["values"]
    assert (values["replicas"], values["kubeProxy"]) == (4, False)
    assert values["vswitchIds"] == ["<id of net-pods-i>", "<id of net-pods-j>"]
    (group,) = plan.of("alicloud:ecs/securityGroup:SecurityGroup")
    assert group.inputs["securityGroupType"] == "enterprise"
    (namespace,) = plan.of("kubernetes:core/v1:Namespace")
    assert namespace.inputs["metadata"]["name"] == "vk"
    assert namespace.inputs["metadata"]["labels"]["alibabacloud.com/eci"] == "true"
    (deployment,) = plan.of(DEPLOYMENT)
    assert deployment.inputs["spec"]["replicas"] == 10


def test_outputs_tell_a_person_where_everything_is() -> None:
    """S2-23, S2-25: addresses and console links."""
    outputs = plan_of("wordpress-dev").stack_outputs
    assert set(outputs) == {
        "target",
        "region",
        "namespace",
        "vpc_id",
        "egress_address",
        "cluster_id",
        "kubeconfig",
        "site_address",
        "site_url",
        "database_address",
        "cache_address",
        "file_storage_address",
        "console_links",
    }
    assert set(outputs["console_links"]) == {"cs", "vpc", "rds", "redis", "nas", "slb", "eci"}
    assert outputs["console_links"]["cs"].endswith("/<id of ack-cluster>/v2/info/overview")
    assert all(isinstance(value, str | dict) for value in outputs.values())


def test_every_type_of_the_table_is_used() -> None:
    """The table of types is generated for what stacks and components use, and nothing else."""
    used = {one.type for stack in STACKS for one in plan_of(stack).resources}
    # A component that no stack has turned on.
    sources = "".join(path.read_text("utf-8") for path in (ROOT / "components").rglob("*.py"))
    made = set(re.findall(r"alicloud\.(\w+)\.(\w+)\(", sources))
    used |= {
        one for one in tokens() if (one.split(":")[1].split("/")[0], one.split(":")[-1]) in made
    }
    sources += "".join(path.read_text("utf-8") for path in (ROOT / "blueprints").rglob("*.py"))
    asked = {
        (folder or "index", _camel(name))
        for folder, name in re.findall(r"alicloud\.(?:(\w+)\.)?(get_\w+?)(?:_output)?\b", sources)
    }
    used |= {
        one for one in tokens() if (one.split(":")[1].split("/")[0], one.split(":")[-1]) in asked
    }
    assert tokens() - used == set()


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
