import asyncio

import pytest

from sandbox.providers.kubernetes import waiting
from sandbox.providers.kubernetes.kinds import Kind
from sandbox.providers.kubernetes.waiting import time_limit, until_gone, until_ready

from .fakes import FakeCluster, thing

SERVICE = {"spec": {"type": "LoadBalancer"}, "namespace": "blue"}


def service(*, address=False, uid="1"):
    ingress = [{"ip": "203.0.113.9"}] if address else []
    return thing("Service", status={"loadBalancer": {"ingress": ingress}}, uid=uid, **SERVICE)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(waiting, "_FIRST_PAUSE", 0.001)
    monkeypatch.setattr(waiting, "_LONGEST_PAUSE", 0.001)


class Changing(FakeCluster):
    """Does something at the n-th look."""

    def __init__(self, *objects, at, change):
        super().__init__(*objects)
        self.at, self.change = at, change

    def read(self, kind, namespace, name):
        if len(self.reads) == self.at:
            self.change(self)
        return super().read(kind, namespace, name)


def wait(cluster, *, timeout=0.0, cancelled=False):
    async def run():
        event = asyncio.Event()
        if cancelled:
            event.set()
        made = service()
        return await until_ready(cluster, made, made, timeout=timeout, cancelled=event)

    return asyncio.run(run())


def test_it_looks_until_the_object_is_ready():
    cluster = Changing(service(), at=3, change=lambda c: c.put(service(address=True)))
    seen = wait(cluster)
    assert seen.reasons == []
    assert seen.live == service(address=True)
    assert len(cluster.reads) == 4


def test_it_gives_up_after_the_time_of_the_resource_and_says_why():
    seen = wait(FakeCluster(service()), timeout=0.05)
    assert seen.live == service()
    assert seen.reasons == [
        "not ready within 0.05 s",
        "no load balancer has given the service an address yet",
    ]


def test_a_cancelled_update_stops_waiting_after_one_look():
    cluster = FakeCluster(service())
    assert wait(cluster, cancelled=True).reasons[0] == "the update was cancelled"
    assert len(cluster.reads) == 1


def test_an_object_that_is_ready_is_no_victim_of_the_cancellation():
    assert wait(FakeCluster(service(address=True)), cancelled=True).reasons == []


def test_a_control_plane_that_restarts_is_waited_for():
    def back(cluster):
        cluster.down = False
        cluster.put(service(address=True))

    cluster = Changing(service(), at=3, change=back)
    cluster.down = True
    assert wait(cluster).reasons == []


def test_an_object_that_someone_deletes_is_not_waited_for():
    seen = wait(FakeCluster())
    assert seen.reasons == ["it was deleted while it was waited for"]
    assert seen.live == service()


def gone(cluster, limit=5.0):
    async def run():
        return await until_gone(
            cluster,
            Kind("", "v1", "Service"),
            "blue",
            "web",
            "1",
            limit=limit,
            cancelled=asyncio.Event(),
        )

    return asyncio.run(run())


def test_gone_is_gone():
    assert gone(FakeCluster()) is None
    assert gone(Changing(service(), at=2, change=lambda c: c.objects.clear())) is None


def test_a_new_object_of_the_same_name_is_not_the_deleted_one():
    assert gone(FakeCluster(service(uid="2"))) is None


def test_what_stays_is_returned():
    assert gone(FakeCluster(service()), limit=0.05) == service()


@pytest.mark.parametrize(
    ("table", "kind", "seconds"),
    [
        ("ready", Kind("apps", "v1", "Deployment"), 600),
        ("ready", Kind("", "v1", "PersistentVolumeClaim"), 300),
        ("gone", Kind("apps", "v1", "Deployment"), 600),
        ("gone", Kind("", "v1", "Namespace"), 300),
    ],
)
def test_the_usual_times_are_those_of_the_kind(table, kind, seconds):
    assert time_limit(table, kind, 0.0, {}) == seconds


def test_the_resource_and_the_annotation_may_say_otherwise():
    kind = Kind("apps", "v1", "Deployment")
    declared = {"metadata": {"annotations": {"pulumi.com/timeoutSeconds": "30"}}}
    assert time_limit("ready", kind, 0.0, declared) == 30
    assert time_limit("ready", kind, 5.0, declared) == 5
    wrong = {"metadata": {"annotations": {"pulumi.com/timeoutSeconds": "soon"}}}
    assert time_limit("ready", kind, 0.0, wrong) == 600
