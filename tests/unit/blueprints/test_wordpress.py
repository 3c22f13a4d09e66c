"""How the settings of `wordpress` reach its components, beyond what the stacks themselves use."""

import pytest

from blueprints.wordpress import site
from tests.unit.blueprints.test_program import plan, settings

DEPLOYMENT = "kubernetes:apps/v1:Deployment"
HPA = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler"
POOL = "alicloud:cs/nodePool:NodePool"
ADDON = "alicloud:cs/kubernetesAddon:KubernetesAddon"


def container(of) -> dict:
    return of.of(DEPLOYMENT)[0].inputs["spec"]["template"]["spec"]["containers"][0]


def test_a_fixed_number_has_no_autoscaler() -> None:
    """S2-28, S2-42: 22 replicas, or 30, by one setting."""
    fixed = plan(scaling={"type": "fixed", "replicas": 30})
    assert fixed.of(DEPLOYMENT)[0].inputs["spec"]["replicas"] == 30
    assert fixed.of(HPA) == []


def test_bounds_of_the_autoscaler_are_settings() -> None:
    scaled = plan(
        scaling={"type": "hpa", "cpu": 50, "min": 2, "max": 4, "scale_in_window_seconds": 60}
    )
    spec = scaled.of(HPA)[0].inputs["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (2, 4)
    assert spec["metrics"][0]["resource"]["target"]["averageUtilization"] == 50
    assert spec["behavior"]["scaleDown"]["stabilizationWindowSeconds"] == 60


def test_changing_a_bound_changes_nothing_else() -> None:
    """An HPA bound is one update in place: the rest of the plan stays equal."""

    def others(**scaling: int) -> dict:
        made = plan(scaling={"type": "hpa", **scaling})
        return {one.urn: one.inputs for one in made.resources if one.type != HPA}

    assert others(min=22) == others(min=30)


def test_the_placement_is_a_setting() -> None:
    placed = plan(placement={"type": "ecs_first", "max_on_ecs": 7})
    policy = placed.of("kubernetes:scheduling.alibabacloud.com/v1alpha1:ResourcePolicy")[0]
    assert policy.inputs["spec"]["units"][0] == {"resource": "ecs", "max": 7}


def test_flannel_pods_may_come_in_and_eci_pods_take_node_vswitches() -> None:
    """S2-20: the network plug-in can be chosen."""
    zones = [
        {"zone_id": zone["zone_id"], "node_cidr": zone["node_cidr"]}
        for zone in settings()["network"]["zones"]
    ]
    made = plan(
        network={"vpc_cidr": "10.0.0.0/8", "zones": zones},
        cluster={
            "network_plugin": {"type": "flannel", "pod_cidr": "172.22.0.0/16"},
            "deletion_protection": False,
        },
    )
    rule = made.one("alicloud:ecs/securityGroupRule:SecurityGroupRule", "sg-from-pods")
    assert rule.inputs["cidrIp"] == "172.22.0.0/16"
    (virtual_node,) = made.of(ADDON)
    assert "<id of net-nodes-i>,<id of net-nodes-j>" in virtual_node.inputs["config"]
    assert "securityIps" not in made.of("alicloud:rds/instance:Instance")[0].inputs


def test_a_node_pool_is_what_the_settings_say() -> None:
    made = plan(
        node_pools=[
            {
                "name": "burst",
                "instance_types": ["ecs.c7.xlarge"],
                "nodes": 1,
                "autoscaling": {"min": 1, "max": 5},
                "zones": ["cn-hangzhou-j"],
                "labels": {"team": "web"},
                "taints": [{"key": "burst", "effect": "NoSchedule"}],
                "spot": {"max_hourly_price": 0.5},
                "max_pods": 64,
                "system_disk_gib": 200,
                "cloud_monitor": False,
            }
        ]
    )
    got = made.one(POOL, "pool-burst-pool").inputs
    assert got["vswitchIds"] == ["<id of net-nodes-j>"]
    assert got["scalingConfig"] == {"enable": True, "minSize": 1, "maxSize": 5}
    assert got["labels"] == [{"key": "team", "value": "web"}]
    assert got["taints"] == [{"key": "burst", "value": "", "effect": "NoSchedule"}]
    assert got["spotPriceLimits"] == [{"instanceType": "ecs.c7.xlarge", "priceLimit": "0.5"}]
    assert got["kubeletConfiguration"] == {"maxPods": "64"}
    assert (got["systemDiskSize"], got["installCloudMonitor"]) == (200, False)


def test_images_come_through_the_stack_s_mirror_with_its_login() -> None:
    made = plan(
        registry={
            "type": "mirror",
            "prefix": "mirror.example.com/hub",
            "pull": {"type": "pull_secret", "name": "mirror-login"},
        }
    )
    assert container(made)["image"] == (
        "mirror.example.com/hub/library/wordpress:6.8.3-php8.3-apache"
    )
    pod = made.of(DEPLOYMENT)[0].inputs["spec"]["template"]["spec"]
    assert pod["imagePullSecrets"] == [{"name": "mirror-login"}]
    assert [one.name for one in made.of(ADDON)] == ["eci-virtual-node-addon"]


def test_pulls_from_acr_need_no_password() -> None:
    made = plan("wordpress-prod")
    helper = made.one(ADDON, "acr-addon").inputs
    assert helper["name"] == "managed-aliyun-acr-credential-helper"
    assert '"instanceId": "cri-' in helper["config"]
    assert '"watchNamespace": "wordpress"' in helper["config"]
    workload = made.one("ackb:workload:Workload", "site")
    assert "acr-addon" in workload.dependencies


def test_a_class_of_one_node_takes_the_first_zone_only() -> None:
    made = plan(database={"instance_class": "mysql.n2.medium.1", "deletion_protection": False})
    got = made.of("alicloud:rds/instance:Instance")[0].inputs
    assert got["vswitchId"] == "<id of net-nodes-i>"


def test_data_stores_stand_where_the_settings_say() -> None:
    """S2-20, S2-24: place and size of RDS, Redis and NAS can be chosen."""
    made = plan(
        file_storage={"zone": "cn-hangzhou-j"},
        cache={"zones": ["cn-hangzhou-j"], "deletion_protection": False},
        database={"zones": ["cn-hangzhou-j"], "storage_gb": 60, "deletion_protection": False},
    )
    database = made.of("alicloud:rds/instance:Instance")[0].inputs
    assert (database["zoneId"], database["instanceStorage"]) == ("cn-hangzhou-j", 60)
    assert database["vswitchId"] == "<id of net-nodes-j>"
    target = made.of("alicloud:nas/mountTarget:MountTarget")[0].inputs
    assert target["vswitchId"] == "<id of net-nodes-j>"
    assert made.of("alicloud:kvstore/instance:Instance")[0].inputs["zoneId"] == "cn-hangzhou-j"


def test_without_a_way_out_there_is_no_egress_address() -> None:
    made = plan(network={**settings()["network"], "nat": None})
    assert made.of("alicloud:vpc/natGateway:NatGateway") == []
    assert "egress_address" not in made.stack_outputs


def test_nas_at_the_web_root_needs_no_folder_beside_it() -> None:
    """S2-30: the NAS path is mounted in the container."""
    paths = [
        one["mountPath"]
        for one in container(plan(file_storage={"mount_path": "/var/www/html"}))["volumeMounts"]
    ]
    assert paths.count("/var/www/html") == 1
    default = {one["mountPath"]: one["name"] for one in container(plan())["volumeMounts"]}
    assert default["/var/www/html"] == "scratch-var-www-html"
    assert default["/var/www/html/wp-content"] == "claim-var-www-html-wp-content"


def test_apache_listens_on_the_port_and_fits_its_memory() -> None:
    made = plan(container_port=8000)
    data = made.of("kubernetes:core/v1:ConfigMap")[0].inputs["data"]
    assert data["etc.apache2.ports.conf"] == "Listen 8000\n"
    assert "<VirtualHost *:8000>" in data["etc.apache2.sites-available.000-default.conf"]
    assert made.of("kubernetes:core/v1:Service")[0].inputs["spec"]["ports"][0]["targetPort"] == 8000


@pytest.mark.parametrize(("memory", "processes"), [("1Gi", 16), ("2Gi", 32), ("128Mi", 4)])
def test_processes_by_memory(memory: str, processes: int) -> None:
    conf = site.files(8080, memory)["/etc/apache2/mods-available/mpm_prefork.conf"]
    assert f"MaxRequestWorkers {processes}\n" in conf


def test_login_cookies_hold_in_every_pod() -> None:
    assert site.cookie_key("AUTH_KEY", "k") == site.cookie_key("AUTH_KEY", "k")
    assert site.cookie_key("AUTH_KEY", "k") != site.cookie_key("AUTH_SALT", "k")
    assert site.cookie_key("AUTH_KEY", "k") != site.cookie_key("AUTH_KEY", "l")
