"""When an object is ready, with the reasons a person reads when it is not."""

import pytest

from sandbox.providers.kubernetes.readiness import check
from sandbox.providers.kubernetes.readiness.complaints import complaints

from .fakes import FakeCluster, condition, thing

APPS = {"api_version": "apps/v1", "namespace": "blue"}


def reasons(obj, cluster=None, declared=None):
    return list(check(obj, declared or obj, cluster or FakeCluster()).reasons)


def deployment(*, replicas=3, updated=3, ready=3, observed=2, revision="2", conditions=None):
    if conditions is None:
        conditions = [
            condition("Available"),
            condition("Progressing", reason="NewReplicaSetAvailable"),
        ]
    return thing(
        "Deployment",
        spec={"replicas": replicas},
        status={
            "observedGeneration": observed,
            "updatedReplicas": updated,
            "readyReplicas": ready,
            "conditions": conditions,
        },
        generation=2,
        annotations={"deployment.kubernetes.io/revision": revision},
        **APPS,
    )


def test_a_deployment_is_ready_when_its_newest_revision_is_rolled_out():
    assert reasons(deployment()) == []


def test_a_deployment_that_an_autoscaler_scaled_down_to_none_is_ready():
    assert reasons(deployment(replicas=0, updated=0, ready=0)) == []


@pytest.mark.parametrize(
    ("changes", "first"),
    [
        ({"observed": 1}, "the controller has not looked at the latest declaration yet"),
        ({"ready": 2}, "2 of 3 updated pods are ready"),
        ({"updated": 1}, "1 of 3 updated pods are ready"),
        (
            {"conditions": [condition("Available"), condition("Progressing", reason="Updated")]},
            "3 of 3 updated pods are ready",
        ),
    ],
)
def test_a_deployment_is_not_ready_before(changes, first):
    assert reasons(deployment(**changes))[0] == first


def test_a_deployment_tells_its_conditions():
    stuck = deployment(
        ready=0,
        conditions=[
            condition("Available", "False", "MinimumReplicasUnavailable", "no minimum"),
            condition("Progressing", "False", "ProgressDeadlineExceeded", "timed out"),
        ],
    )
    assert reasons(stuck) == [
        "0 of 3 updated pods are ready",
        "condition Progressing is False: [ProgressDeadlineExceeded] timed out",
        "condition Available is False: [MinimumReplicasUnavailable] no minimum",
    ]


def test_the_first_revision_of_a_deployment_needs_no_progress():
    assert reasons(deployment(revision="1", conditions=[condition("Available")])) == []
    assert reasons(deployment(revision="2", conditions=[condition("Available")])) != []


def stateful_set(*, strategy="RollingUpdate", **status):
    counts = {"replicas": 2, "readyReplicas": 2, "currentReplicas": 2, "observedGeneration": 2}
    revisions = {"currentRevision": "a", "updateRevision": "a"}
    return thing(
        "StatefulSet",
        spec={"replicas": 2, "updateStrategy": {"type": strategy}},
        status=counts | revisions | status,
        generation=2,
        **APPS,
    )


def test_a_stateful_set_is_ready_when_all_pods_are_of_one_revision():
    assert reasons(stateful_set()) == []
    assert reasons(stateful_set(readyReplicas=1)) == ["1 of 2 pods are ready"]
    assert reasons(stateful_set(updateRevision="b", updatedReplicas=1)) == [
        "1 of 2 pods are of revision b"
    ]
    assert reasons(stateful_set(strategy="OnDelete", updateRevision="b")) == []


def test_a_daemon_set_is_ready_on_every_node_even_on_none():
    def daemon_set(**status):
        return thing("DaemonSet", spec={}, status={"observedGeneration": 1} | status, **APPS)

    assert reasons(daemon_set()) == []
    numbers = {"desiredNumberScheduled": 2, "updatedNumberScheduled": 2, "numberAvailable": 2}
    assert reasons(daemon_set(**numbers)) == []
    assert reasons(daemon_set(**numbers | {"numberAvailable": 1})) == [
        "1 of 2 nodes run the updated pod"
    ]


def service(kind="ClusterIP", *, ingress=None, **spec):
    status = {"loadBalancer": {"ingress": ingress} if ingress else {}}
    return thing(
        "Service",
        spec={"type": kind, "selector": {"app": "web"}} | spec,
        status=status,
        namespace="blue",
    )


def endpoint_slice(*ready, terminating=False):
    endpoints = [{"conditions": {"ready": one, "terminating": terminating}} for one in ready]
    return thing(
        "EndpointSlice",
        api_version="discovery.k8s.io/v1",
        namespace="blue",
        labels={"kubernetes.io/service-name": "web"},
    ) | {"endpoints": endpoints}


def test_a_service_is_ready_without_pods_but_not_before_its_pods():
    assert reasons(service()) == []
    assert reasons(service(), FakeCluster(endpoint_slice(True, True))) == []
    assert reasons(service(), FakeCluster(endpoint_slice(True, False))) == [
        "1 pods behind the service are not ready"
    ]


def test_pods_that_end_do_not_hold_a_service_up():
    assert reasons(service(), FakeCluster(endpoint_slice(False, terminating=True))) == []


@pytest.mark.parametrize(
    "spec", [{"clusterIP": "None"}, {"selector": {}}, {"type": "ExternalName", "selector": None}]
)
def test_a_service_without_pods_of_its_own_does_not_look_for_them(spec):
    cluster = FakeCluster(endpoint_slice(False))
    assert (
        reasons(service(**spec) if "type" not in spec else service("ExternalName"), cluster) == []
    )


def test_a_load_balancer_service_waits_for_its_address():
    assert reasons(service("LoadBalancer")) == [
        "no load balancer has given the service an address yet"
    ]
    assert reasons(service("LoadBalancer", ingress=[{"ip": "203.0.113.9"}])) == []


def test_an_ingress_waits_for_its_address_and_names_missing_services():
    def ingress(**status):
        backend = {"backend": {"service": {"name": "web"}}}
        return thing(
            "Ingress",
            api_version="networking.k8s.io/v1",
            spec={"rules": [{"http": {"paths": [backend, {"backend": {"resource": {}}}]}}, {}]},
            status=status,
            namespace="blue",
        )

    address = {"loadBalancer": {"ingress": [{"hostname": "a"}]}}
    assert reasons(ingress(**address)) == []
    missing = "service web of a rule does not exist"
    assert missing in reasons(ingress())
    assert missing not in reasons(ingress(), FakeCluster(service()))


def test_a_claim_waits_for_a_volume_unless_its_class_waits_for_a_pod():
    def claim(phase):
        spec = {"storageClassName": "fast"}
        return thing("PersistentVolumeClaim", spec=spec, status={"phase": phase}, namespace="blue")

    def storage_class(mode):
        found = thing("StorageClass", api_version="storage.k8s.io/v1", name="fast")
        return FakeCluster(found | {"volumeBindingMode": mode})

    assert reasons(claim("Bound")) == []
    pending = ["the claim is Pending, no volume is bound to it"]
    assert reasons(claim("Pending")) == pending
    assert reasons(claim("Pending"), storage_class("Immediate")) == pending
    assert reasons(claim("Pending"), storage_class("WaitForFirstConsumer")) == []


@pytest.mark.parametrize(
    ("phase", "ready"), [("Available", True), ("Bound", True), ("Pending", False)]
)
def test_a_volume_is_ready_when_it_can_be_used(phase, ready):
    assert (reasons(thing("PersistentVolume", spec={}, status={"phase": phase})) == []) is ready


def test_a_pod_is_ready_or_done():
    def pod(phase, *conditions, **status):
        return thing("Pod", spec={}, status={"phase": phase, "conditions": conditions} | status)

    assert reasons(pod("Running", condition("Ready"))) == []
    assert reasons(pod("Succeeded", condition("Ready", "False"))) == []
    state = {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}
    stuck = pod(
        "Pending",
        condition("PodScheduled", "False", "Unschedulable", "0/1 nodes are available"),
        containerStatuses=[{"name": "web", "state": state}],
    )
    assert reasons(stuck) == [
        "the pod is Pending",
        "condition PodScheduled is False: [Unschedulable] 0/1 nodes are available",
        "container web: ImagePullBackOff: no such image",
    ]


def test_a_failed_job_is_not_waited_for():
    def job(*conditions):
        status = {"conditions": conditions, "succeeded": 1, "failed": 2}
        return thing("Job", api_version="batch/v1", spec={"completions": 3}, status=status)

    assert reasons(job(condition("Complete"))) == []
    failed = job(condition("Failed", reason="BackoffLimitExceeded"))
    verdict = check(failed, failed, FakeCluster())
    assert verdict.final
    assert verdict.reasons == ("the job failed: condition Failed is True: [BackoffLimitExceeded]",)
    running = check(job(), job(), FakeCluster())
    assert not running.final
    assert running.reasons == ("1 of 3 pods succeeded, 2 failed",)


def test_smaller_kinds():
    established = [condition("Established")]
    crd = {"api_version": "apiextensions.k8s.io/v1", "spec": {}}
    assert (
        reasons(thing("CustomResourceDefinition", status={"conditions": established}, **crd)) == []
    )
    assert reasons(thing("CustomResourceDefinition", status={}, **crd)) == [
        "the kind is not served yet"
    ]
    assert reasons(thing("Namespace", status={"phase": "Active"})) == []
    assert reasons(thing("Namespace", status={"phase": "Terminating"})) == [
        "the namespace is Terminating"
    ]
    hard = {"cpu": "1"}
    quota = thing("ResourceQuota", spec={"hard": hard}, status={"hard": hard})
    assert reasons(quota) == []
    assert reasons(quota | {"status": {}}) == ["the limits are not in force yet"]
    token = thing("Secret") | {"type": "kubernetes.io/service-account-token"}
    assert reasons(token) == ["no token has been issued yet"]
    assert reasons(token | {"data": {"token": "x"}}) == []
    assert reasons(thing("Secret")) == []


@pytest.mark.parametrize(
    "kind", ["ConfigMap", "HorizontalPodAutoscaler", "ServiceAccount", "Thing"]
)
def test_kinds_without_work_to_do_are_ready_at_once(kind):
    assert reasons(thing(kind, status={"conditions": [condition("Ready", "False")]})) == []


def test_a_program_may_skip_the_wait_or_name_another_condition():
    pending = deployment(ready=0)
    skip = {"metadata": {"annotations": {"pulumi.com/skipAwait": "true"}}}
    assert reasons(pending, declared=skip) == []
    wait_for = {"metadata": {"annotations": {"pulumi.com/waitFor": "condition=Available"}}}
    assert reasons(pending, declared=wait_for) == []
    never = {"metadata": {"annotations": {"pulumi.com/waitFor": "condition=Frozen"}}}
    assert reasons(deployment(), declared=never) == ["condition Frozen is not there yet"]


def test_complaints_name_stuck_pods_and_the_latest_warnings():
    owner = deployment(ready=0) | {
        "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "web"}}}
    }
    pod = thing(
        "Pod",
        status={"conditions": [condition("PodScheduled", "False", "Unschedulable", "no node")]},
        namespace="blue",
        labels={"app": "web"},
        creationTimestamp="2026-11-22T12:00:00Z",
    )
    pod["metadata"]["name"] = "web-1-x"

    def event(name, message, moment):
        found = thing("Event", namespace="blue", creationTimestamp=moment)
        found["metadata"]["name"] = f"{name}.{moment}"
        return found | {
            "involvedObject": {"kind": "Pod", "name": name},
            "reason": "FailedScheduling",
            "message": message,
            "lastTimestamp": moment,
        }

    cluster = FakeCluster(
        pod,
        event("web-1-x", "second", "2026-11-22T12:00:02Z"),
        event("web-1-x", "first", "2026-11-22T12:00:01Z"),
        event("webshop", "of another", "2026-11-22T12:00:03Z"),
    )
    assert complaints(owner, cluster) == [
        "pod web-1-x: condition PodScheduled is False: [Unschedulable] no node",
        "event Pod web-1-x: FailedScheduling: first",
        "event Pod web-1-x: FailedScheduling: second",
    ]
