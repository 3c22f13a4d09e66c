"""`Workload`: pods that are Guaranteed, restricted, spread and stopped gently."""

import pulumi
import pytest

from ackb.domain.problems import InvalidArguments
from ackb.domain.qos import QosClass, classify
from ackb.domain.tiers import Tier
from ackb.planning import Plan, Secret
from components.workload import Probe, Resources, Workload, WorkloadArgs
from components.workload.content import fingerprint

DEPLOYMENT = "kubernetes:apps/v1:Deployment"


def args(**changes) -> WorkloadArgs:
    return WorkloadArgs(
        **{
            "namespace": "shop",
            "app": "shop",
            "image": "registry.example.com/shop:1.2.3",
            "port": 8080,
            "resources": Resources(cpu="500m", memory="1Gi"),
            "probe": Probe(path="/ready"),
            "tier": Tier.ONLINE,
            "user_id": 33,
            "replicas": 22,
            **changes,
        }
    )


def plan_of(deploy, **changes) -> Plan:
    return deploy(lambda opts: Workload("site", args(**changes), opts))


def spec(plan: Plan) -> dict:
    return plan.one(DEPLOYMENT, "site-deployment").inputs["spec"]


def pod(plan: Plan) -> dict:
    return spec(plan)["template"]["spec"]


def container(plan: Plan) -> dict:
    (only,) = pod(plan)["containers"]
    return only


def refused(**changes) -> str:
    with pytest.raises(InvalidArguments) as caught:
        Workload("site", args(**changes))
    return str(caught.value)


def test_equal_limits_and_requests_make_the_pod_guaranteed(deploy) -> None:
    """S3-06, S3-10: online pods are the last to be evicted."""
    plan = plan_of(deploy)
    assert container(plan)["resources"] == {
        "limits": {"cpu": "500m", "memory": "1Gi"},
        "requests": {"cpu": "500m", "memory": "1Gi"},
    }
    assert classify(pod(plan)).qos is QosClass.GUARANTEED


def test_a_smaller_request_is_kept(deploy) -> None:
    resources = Resources(cpu="1", memory="1Gi", cpu_request="500m")
    plan = plan_of(deploy, resources=resources)
    assert container(plan)["resources"]["requests"] == {"cpu": "500m", "memory": "1Gi"}
    assert classify(pod(plan)).qos is QosClass.BURSTABLE


def test_a_fixed_number_stands_in_the_deployment(deploy) -> None:
    """S2-28: also where an autoscaler owned it before."""
    plan = plan_of(deploy)
    assert spec(plan)["replicas"] == 22
    annotations = plan.one(DEPLOYMENT, "site-deployment").inputs["metadata"]["annotations"]
    assert annotations == {"pulumi.com/patchForce": "true"}


def test_under_an_autoscaler_the_deployment_names_no_number(deploy) -> None:
    plan = plan_of(deploy, replicas=None)
    assert "replicas" not in spec(plan)
    deployment = plan.one(DEPLOYMENT, "site-deployment")
    assert "annotations" not in deployment.inputs["metadata"]
    # A number from before stays until the autoscaler acts; given back it would become 1.
    assert deployment.options["ignoreChanges"] == ["spec.replicas"]


def test_a_fixed_number_is_never_ignored(deploy) -> None:
    assert "ignoreChanges" not in plan_of(deploy).one(DEPLOYMENT, "site-deployment").options


def test_pods_keep_the_restricted_standard(deploy) -> None:
    plan = plan_of(deploy)
    assert pod(plan)["securityContext"] == {
        "runAsNonRoot": True,
        "runAsUser": 33,
        "runAsGroup": 33,
        "fsGroup": 33,
        "fsGroupChangePolicy": "OnRootMismatch",
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    assert container(plan)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod(plan)["automountServiceAccountToken"] is False


def test_pods_are_spread_and_a_virtual_node_draws_none_of_them(deploy) -> None:
    constraints = pod(plan_of(deploy))["topologySpreadConstraints"]
    assert [one["topologyKey"] for one in constraints] == [
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    ]
    assert {one["nodeTaintsPolicy"] for one in constraints} == {"Honor"}
    assert {one["whenUnsatisfiable"] for one in constraints} == {"ScheduleAnyway"}


def test_pods_stop_after_load_balancers_look_away(deploy) -> None:
    plan = plan_of(deploy)
    assert container(plan)["lifecycle"] == {"preStop": {"exec": {"command": ["sleep", "15"]}}}
    assert pod(plan)["terminationGracePeriodSeconds"] == 45


def test_only_a_dead_process_restarts_a_container(deploy) -> None:
    plan = plan_of(deploy, probe=Probe(path="/ready", startup_seconds=61))
    assert container(plan)["livenessProbe"]["tcpSocket"] == {"port": "http"}
    assert container(plan)["readinessProbe"]["httpGet"]["path"] == "/ready"
    startup = container(plan)["startupProbe"]
    assert (startup["periodSeconds"], startup["failureThreshold"]) == (5, 13)


def test_the_tier_stands_on_pods_and_only_the_app_selects_them(deploy) -> None:
    got = spec(plan_of(deploy))
    assert got["selector"] == {"matchLabels": {"app": "shop"}}
    assert got["template"]["metadata"]["labels"] == {"app": "shop", "ackb/tier": "online"}


def test_secrets_go_through_a_secret_and_the_pod_waits_for_it(deploy) -> None:
    plan = plan_of(deploy, secret_environment={"PASSWORD": "hunter2"})
    secret = plan.one("kubernetes:core/v1:Secret", "site-secrets").inputs
    assert secret["stringData"] == Secret({"PASSWORD": "hunter2"})
    assert container(plan)["envFrom"] == [{"secretRef": {"name": "shop"}}]
    assert "site-secrets" in plan.one(DEPLOYMENT, "site-deployment").dependencies
    assert "hunter2" not in plan.render()


def test_files_are_mounted_one_by_one(deploy) -> None:
    plan = plan_of(deploy, files={"/etc/app/a.conf": "x", "/b": "y"})
    config = plan.one("kubernetes:core/v1:ConfigMap", "site-config").inputs
    assert config["data"] == {"b": "y", "etc.app.a.conf": "x"}
    assert container(plan)["volumeMounts"] == [
        {"name": "files", "mountPath": "/b", "subPath": "b", "readOnly": True},
        {
            "name": "files",
            "mountPath": "/etc/app/a.conf",
            "subPath": "etc.app.a.conf",
            "readOnly": True,
        },
    ]


def test_a_folder_is_mounted_before_what_lies_in_it(deploy) -> None:
    plan = plan_of(
        deploy, claims={"/var/www/html/content": "files"}, scratch_paths=["/var/www/html", "/tmp"]
    )
    assert [one["mountPath"] for one in container(plan)["volumeMounts"]] == [
        "/tmp",
        "/var/www/html",
        "/var/www/html/content",
    ]
    assert {one["name"]: one for one in pod(plan)["volumes"]} == {
        "claim-var-www-html-content": {
            "name": "claim-var-www-html-content",
            "persistentVolumeClaim": {"claimName": "files"},
        },
        "scratch-tmp": {"name": "scratch-tmp", "emptyDir": {}},
        "scratch-var-www-html": {"name": "scratch-var-www-html", "emptyDir": {}},
    }


def test_without_files_and_secrets_there_is_nothing_extra(deploy) -> None:
    plan = plan_of(deploy)
    assert plan.of("kubernetes:core/v1:ConfigMap") == []
    assert plan.of("kubernetes:core/v1:Secret") == []
    assert "envFrom" not in container(plan)
    assert "imagePullSecrets" not in pod(plan)


def test_a_pull_secret_reaches_the_pod(deploy) -> None:
    assert pod(plan_of(deploy, pull_secret="acr"))["imagePullSecrets"] == [{"name": "acr"}]


def test_at_most_a_tenth_of_the_pods_is_taken_away_at_once(deploy) -> None:
    budget = plan_of(deploy).one("kubernetes:policy/v1:PodDisruptionBudget", "site-budget").inputs
    assert budget["spec"] == {
        "maxUnavailable": "10%",
        "selector": {"matchLabels": {"app": "shop"}},
    }


def test_a_change_of_files_or_secrets_updates_the_pods(deploy) -> None:
    def mark(**changes) -> str:
        return spec(plan_of(deploy, **changes))["template"]["metadata"]["annotations"][
            "ackb/configuration"
        ]

    base = {"files": {"/a": "1"}, "secret_environment": {"P": "x"}}
    assert mark(**base) == mark(**base)
    assert len({mark(**base), mark(**{**base, "files": {"/a": "2"}}), mark()}) == 3
    assert mark(**base) != mark(**{**base, "secret_environment": {"P": "y"}})


def test_the_mark_of_a_secret_is_short_and_salted_by_the_app() -> None:
    assert len(fingerprint("shop", {}, {"P": "x"})) == 16
    assert fingerprint("shop", {}, {"P": "x"}) != fingerprint("blog", {}, {"P": "x"})


def test_labels_are_plain_and_the_name_is_an_output(deploy) -> None:
    def program(opts) -> None:
        workload = Workload("site", args(), opts)
        assert workload.labels == {"app": "shop"}
        pulumi.export("name", workload.deployment_name)

    assert deploy(program).stack_outputs["name"] == "shop"


def test_every_wrong_argument_is_named_at_once() -> None:
    text = refused(
        app="Shop!",
        image="shop:latest",
        port=80,
        user_id=0,
        replicas=-1,
        resources=Resources(cpu="500m", memory="1", cpu_request="1"),
        files={"etc/a": "x"},
        scratch_paths=["/tmp", "/tmp"],
    )
    assert [line.split("'")[1] for line in text.splitlines()] == [
        "app",
        "image",
        "port",
        "user_id",
        "replicas",
        "resources.memory",
        "resources.cpu_request",
        "files, claims, scratch_paths",
        "files, claims, scratch_paths",
    ]
    lines = text.splitlines()
    assert lines[2] == (
        "Workload \"site\": 'port' must be from 1025 to 65535, since the container does not run as "
        "root (got 80); let it listen on 8080"
    )
    assert lines[3] == (
        "Workload \"site\": 'user_id' must not be root (got 0); name the numeric user of the image"
    )
    assert lines[6] == (
        'Workload "site": \'resources.cpu_request\' must not be above the limit, 500m (got "1"); '
        "leave it out to make it equal"
    )


@pytest.mark.parametrize("change", [{"port": 1025}, {"port": 65535}, {"replicas": 0}])
def test_the_edges_are_fine(deploy, change: dict) -> None:
    plan_of(deploy, **change)
