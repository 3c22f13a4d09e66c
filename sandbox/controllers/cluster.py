"""The life of one cluster: its control plane, its controllers, its metrics."""

from __future__ import annotations

import logging
import threading
import time

from ackb.domain.home import Home
from ackb.toolchain import ToolchainError
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.cs.backend import ClusterRecord
from sandbox.controllers.alarms.controller import Alarms
from sandbox.controllers.cloud_controller import CloudController
from sandbox.controllers.controller import Context, Controller
from sandbox.controllers.data_centre.controller import DataCentre
from sandbox.controllers.disks import Disks
from sandbox.controllers.extensions.controller import Extensions
from sandbox.controllers.gpus.capacity import Gpus
from sandbox.controllers.gpus.device_plugin import DevicePlugin
from sandbox.controllers.node_autoscaler.controller import NodeAutoscaler
from sandbox.controllers.nodes import Nodes
from sandbox.controllers.pressure.controller import MemoryPressure
from sandbox.controllers.resource_policy.controller import ResourcePolicies
from sandbox.controllers.runner import BASIC, WATCHED, Runner
from sandbox.controllers.self_managed_nodes import SelfManagedNodes
from sandbox.controllers.virtual_kubelet.controller import VirtualKubelet
from sandbox.controllers.virtual_kubelet.spot import SpotReleases
from sandbox.controllers.virtual_kubelet.webhook import SelectorWebhook
from sandbox.controllers.virtual_nodes import VirtualNodes
from sandbox.kube.bootstrap import BootstrapError, before_stop, bootstrap
from sandbox.kube.client import ApiError, Client, Unreachable
from sandbox.kube.configuration import Settings
from sandbox.kube.control_plane import ControlPlane, ControlPlaneError, name_of
from sandbox.kube.pace import Pace
from sandbox.metrics import answers, load, looks, pressure
from sandbox.metrics.answers import Sample
from sandbox.metrics.server import MetricsServer, Question

_log = logging.getLogger(__name__)

_NOT_UP = (ControlPlaneError, BootstrapError, ToolchainError)

_LOOK_SECONDS = 2.0
_RETRY_SECONDS = 5.0
_LEAVING_SECONDS = 0.1


class Cluster:
    """Keeps one cluster as the cloud says it should be, in a thread of its own."""

    def __init__(self, cloud: Cloud, home: Home, cluster_id: str) -> None:
        self.cluster_id = cluster_id
        self._cloud = cloud
        self._plane = ControlPlane(home, name_of(home, cluster_id))
        self._pace = Pace.of(home)
        self._looks = looks.Looks(home, cluster_id)
        self._runner: Runner | None = None
        self._disks: Disks | None = None
        self._client: Client | None = None
        self._metrics: MetricsServer | None = None
        self._wake = threading.Event()
        self._looked = threading.Event()
        self._stopping = False
        self._thread = threading.Thread(target=self._run, name=cluster_id[:8], daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wait(self, seconds: float) -> bool:
        """Whether the first look, with the start it may need, was over within the time."""
        return self._looked.wait(seconds)

    def stop(self) -> None:
        """End the controllers and the control plane, whose data stay."""
        self._stopping = True
        self._wake.set()
        self._thread.join()
        self._end_controllers()
        self._prepare_stop()
        self._plane.stop()

    def cloud_changed(self) -> None:
        """Something in the cloud has changed."""
        self._wake.set()
        runner = self._runner
        if runner is not None:
            runner.cloud_changed()

    @property
    def is_over(self) -> bool:
        """Whether the cluster is gone, and with it all that was here."""
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping:
            self._wake.clear()
            wait = _LOOK_SECONDS
            try:
                if self._look():
                    return
            except (*_NOT_UP, ApiError, Unreachable) as error:
                _log.error("%s: %s; trying again", self._plane.name, error)
                wait = _RETRY_SECONDS
            except Exception:
                _log.exception("%s failed; trying again", self._plane.name)
                wait = _RETRY_SECONDS
            finally:
                self._looked.set()
            self._wake.wait(wait)

    def _look(self) -> bool:
        """Compare and act; whether the cluster is gone."""
        backend = self._cloud.cs.backend
        record = backend.cluster(self.cluster_id)
        if record is None or record.status == "deleting":
            self._release_disks()
            self._end_controllers()
            self._plane.delete()
            while not backend.control_plane_gone(self.cluster_id) and not self._stopping:
                time.sleep(_LEAVING_SECONDS)
            return True
        if record.status == "failed":
            return False
        if record.asked_to_fail and record.status == "initial":
            backend.control_plane_failed(self.cluster_id, "a planned fault")
            return False
        if self._runner is None and self._plane.adopt() and record.api_port is not None:
            self._begin_controllers(record, record.api_port)
        elif self._runner is None or not self._plane.is_running():
            self._restart(record)
        return False

    def _restart(self, record: ClusterRecord) -> None:
        self._end_controllers()
        backend = self._cloud.cs.backend
        settings = Settings(
            authority=backend.authority(self.cluster_id),
            service_cidr=record.service_cidr,
            api_port=record.api_port,
            pace=self._pace,
        )
        begin = time.monotonic()
        try:
            port = self._plane.start(settings)
            self._begin_controllers(record, port)
        except _NOT_UP as error:
            self._plane.stop()
            backend.control_plane_failed(self.cluster_id, str(error))
            raise
        _log.info("%s is up after %.1f s", self._plane.name, time.monotonic() - begin)

    def _begin_controllers(self, record: ClusterRecord, port: int) -> None:
        self._end_controllers()
        backend = self._cloud.cs.backend
        authority = backend.authority(self.cluster_id)
        client = Client(f"https://127.0.0.1:{port}", self._plane.pki)
        managed = not record.registered
        bootstrap(client, self._cloud.account_id, self._plane.is_running, managed=managed)
        runner = Runner(record.cluster_id[:8], client, WATCHED if managed else BASIC)
        context = Context(
            cluster_id=self.cluster_id,
            cloud=self._cloud,
            client=client,
            informers=runner.informers,
            pace=self._pace,
        )
        self._metrics = MetricsServer(
            authority, self._plane.pki, lambda: self._sample(context), self._asked
        )
        self._metrics.start(client)
        self._runner = runner
        if managed:
            self._client = client
            self._disks = Disks(context)
            runner.start([*_of_managed(context, runner, self._plane), self._disks])
        else:
            runner.start(_of_registered(context))
        backend.control_plane_up(self.cluster_id, port)

    def _prepare_stop(self) -> None:
        if self._client is None or not self._plane.is_running():
            return
        try:
            before_stop(self._client)
        except (ApiError, Unreachable) as error:
            _log.warning("%s: its next start may take half a minute: %s", self._plane.name, error)

    def _release_disks(self) -> None:
        """Give back the disks of claims that are gone, which takes a moment after the claims."""
        if self._disks is None:
            return
        try:
            self._disks.release_all()
        except (ApiError, Unreachable) as error:
            _log.warning("%s: disks may be left: %s", self._plane.name, error)

    def _end_controllers(self) -> None:
        if self._runner is not None:
            self._runner.stop()
            self._runner = None
        if self._metrics is not None:
            self._metrics.stop()
            self._metrics = None

    def _sample(self, context: Context) -> Sample:
        window = self._pace.seconds(load.resolution_seconds())
        at = answers.sample_time(self._cloud.clock.now(), window)
        pods = answers.measured(context.objects("Pod"), at, window)
        nodes, namespaces = context.objects("Node"), context.objects("Namespace")
        used, system = pressure.present(self._cloud, self.cluster_id, pods, nodes, namespaces)
        return Sample(at, pods, nodes, used, window, context.objects("Pod"), system)

    def _asked(self, question: Question, sample: Sample) -> None:
        if looks.AUTOSCALER in question.agent:
            now = self._cloud.clock.now()
            self._looks.note(now, question.namespace, question.selector, sample)


def _of_managed(context: Context, runner: Runner, plane: ControlPlane) -> list[Controller]:
    """What ACK runs for its own clusters."""
    return [
        Nodes(context),
        NodeAutoscaler(context),
        MemoryPressure(context),
        Alarms(context),
        DevicePlugin(context),
        Gpus(context),
        VirtualNodes(context),
        SelfManagedNodes(context),
        ResourcePolicies(context),
        VirtualKubelet(context),
        SpotReleases(context),
        SelectorWebhook(context),
        CloudController(context),
        Extensions(context, runner, plane),
    ]


def _of_registered(context: Context) -> list[Controller]:
    """What acts on a cluster of another place: its owner, its kubelets, and ACK through it."""
    return [DataCentre(context), Nodes(context), NodeAutoscaler(context), Gpus(context)]
