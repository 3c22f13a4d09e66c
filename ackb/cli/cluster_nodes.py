"""The self-managed virtual nodes of a stack's cluster, real or simulated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ackb.cli.context import PROJECT
from ackb.domain import virtual_nodes
from ackb.domain.problems import InvalidInput, Problem
from ackb.virtual_nodes.look import Look, Node, Pod, node_of, pod_of
from ackb.virtual_nodes.scale_in import refuse_left
from ackb.virtual_nodes.scale_in import refuse_stranded as refuse_pods_without_controller
from sandbox.providers.kubernetes.access import read_kubeconfig
from sandbox.providers.kubernetes.rest import ApiError, Rest, Unreachable

if TYPE_CHECKING:
    from ackb.cli.context import Stack
    from ackb.domain.home import Home
    from ackb.planning import Plan

_RELEASE: Final = "kubernetes:helm.sh/v3:Release"
_CHART: Final = "virtual-node"
_SETTINGS: Final = f"{PROJECT}:settings"
_STATEFUL_SETS: Final = f"/apis/apps/v1/namespaces/{virtual_nodes.NAMESPACE}/statefulsets"
_AT_ONCE: Final = 16
"""Evictions under way at a time."""
_PAGE: Final = 500
_MERGE: Final = "application/merge-patch+json"
_GONE: Final = 404
_BLOCKED: Final = (429, 500)
"""A PodDisruptionBudget allows no eviction; a pod has several of them."""


class KubernetesCluster:
    """A cluster reached by a kubeconfig; implements `ackb.virtual_nodes.scale_in.Cluster`."""

    def __init__(self, kubeconfig: Path, cluster_id: str, simulated_in: Home | None) -> None:
        """Use a kubeconfig file; `simulated_in` is the home of a simulated cluster."""
        self._rest = Rest(read_kubeconfig(str(kubeconfig)))
        self._cluster_id = cluster_id
        self._home = simulated_in

    def look(self, first: int) -> Look | None:
        """What there is now, with the pods on nodes from number `first` on.

        None without StatefulSet virtual-node-eci.
        """
        stateful_set = self._find(f"{_STATEFUL_SETS}/{virtual_nodes.STATEFUL_SET}")
        if stateful_set is None:
            return None
        replicas = int(stateful_set["spec"]["replicas"])
        nodes = [node for one in self._list("/api/v1/nodes") if (node := node_of(one))]
        end = max([replicas, *(node.number + 1 for node in nodes)])
        pods = [
            pod
            for number in range(first, end)
            for one in self._list(
                "/api/v1/pods", f"spec.nodeName={virtual_nodes.node_name(number)}"
            )
            if (pod := pod_of(one))
        ]
        return Look(replicas, nodes, pods, self._instances())

    def cordon(self, node: Node) -> None:
        """Let no pod be placed on a node any more."""
        self._change(f"/api/v1/nodes/{node.name}", {"spec": {"unschedulable": True}})

    def evict(self, pods: Sequence[Pod]) -> Mapping[Pod, str]:
        """Ask for the eviction of pods; those that may not go now, with the reason."""
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            said = list(threads.map(self._evict, pods))
        return {pod: reason for pod, reason in zip(pods, said, strict=True) if reason}

    def scale(self, replicas: int) -> None:
        """Set the replicas of the StatefulSet."""
        path = f"{_STATEFUL_SETS}/{virtual_nodes.STATEFUL_SET}/scale"
        self._change(path, {"spec": {"replicas": replicas}})

    def delete(self, node: Node) -> None:
        """Remove a node object."""
        try:
            self._rest.call("DELETE", f"/api/v1/nodes/{node.name}")
        except ApiError as error:
            if error.status != _GONE:
                raise

    def _evict(self, pod: Pod) -> str:
        metadata = {"name": pod.name, "namespace": pod.namespace}
        eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
        path = f"/api/v1/namespaces/{pod.namespace}/pods/{pod.name}/eviction"
        try:
            self._rest.call("POST", path, body=eviction, when_busy="fail")
        except ApiError as error:
            if error.status in _BLOCKED:
                return error.message
            if error.status != _GONE:
                raise
        return ""

    def _change(self, path: str, change: Mapping[str, Any]) -> None:
        self._rest.call("PATCH", path, body=change, content_type=_MERGE)

    def _find(self, path: str) -> Mapping[str, Any] | None:
        try:
            found: Mapping[str, Any] = self._rest.call("GET", path)
        except ApiError as error:
            if error.status == _GONE:
                return None
            raise
        return found

    def _list(self, path: str, fields: str = "") -> Iterator[Mapping[str, Any]]:
        query = {"limit": str(_PAGE), "fieldSelector": fields}
        while True:
            page = self._rest.call("GET", path, query=query)
            yield from page["items"]
            token = page["metadata"].get("continue")
            if not token:
                return
            query["continue"] = token

    def _instances(self) -> dict[str, list[str]] | None:
        """ECI instances by node. The real ECI does not tell of which node an instance is: there, a
        pod goes only after its controller has asked ECI to delete the instance."""
        if self._home is None:
            return None
        from sandbox.cloud.cloud import Cloud

        backend = Cloud.open(self._home.cloud_db).cs.backend
        return backend.instances_by_node(self._cluster_id)


def open_cluster(stack: Stack) -> KubernetesCluster:
    """The cluster of a stack that is up.

    Raises:
        InvalidInput: the stack has no cluster.
    """
    cluster = find_cluster(stack)
    if cluster is None:
        raise InvalidInput(
            [
                Problem(
                    "VND-06",
                    "STACK",
                    stack.name,
                    "has no cluster",
                    f"run `ackb up {stack.name}` first",
                )
            ]
        )
    return cluster


def find_cluster(stack: Stack) -> KubernetesCluster | None:
    """The cluster of a stack; None where the last update ended before there was one."""
    from ackb.cli import output, results
    from ackb.engine.engine import Engine

    place = stack.workplace
    engine = Engine(place.project, place.home, stack.target, report=output.note)
    outputs = engine.outputs(stack.name)
    kubeconfig = results.write_kubeconfig(stack, outputs)
    if kubeconfig is None:
        return None
    if stack.simulated:
        engine.environment()  # starts the daemon, and with it the control plane
    home = place.home if stack.simulated else None
    return KubernetesCluster(kubeconfig, str(outputs.get("cluster_id", "")), home)


def refuse_orphans(stack: Stack, plan: Plan) -> None:
    """Refuse an update that takes controllers from virtual nodes which run pods.

    It asks the cluster only when the plan has fewer replicas than the last update; the chart itself
    refuses too, but by then other resources would have been changed.

    Raises:
        InvalidInput: with the pods' names.
    """
    before, after = _recorded_replicas(stack), _planned_replicas(plan)
    if before is None or after >= before:
        return
    cluster = find_cluster(stack)
    look = cluster and cluster.look(after)
    if look:
        pods = [pod for pod in look.pods_going(after) if not pod.leaving]
        refuse_left(pods, replicas=look.replicas, to=after, stack=stack.name)


def refuse_stranded(stack: Stack) -> None:
    """Refuse to delete a stack whose pods nobody can end: the deletion would wait for them.

    Raises:
        InvalidInput: with the pods' names.
    """
    if _recorded_replicas(stack) is None:
        return
    cluster = find_cluster(stack)
    try:
        look = cluster and cluster.look(0)
    except (ApiError, Unreachable):
        return  # the cluster is broken or gone; the engine says what of it is in the way
    if look:
        refuse_pods_without_controller(look)


def set_replicas(stack: Stack, replicas: int) -> bool:
    """Write the number into the stack file, so that the next update does not undo a scale-in.

    Only that number is changed in the file. False where the file does not set a greater one.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    from ackb.domain.files import write_atomically

    path = stack.file.path
    text = path.read_text("utf-8")
    settings = YAML(typ="rt", pure=True).load(text)["config"].get(_SETTINGS)
    found = settings.get("virtual_nodes") if isinstance(settings, dict) else None
    if not isinstance(found, CommentedMap):
        return False
    present = found.get("replicas")
    if not isinstance(present, int) or present <= replicas:
        return False
    line, column = found.lc.value("replicas")
    lines = text.splitlines(keepends=True)
    rest = lines[line][column:]
    lines[line] = f"{lines[line][:column]}{replicas}{rest.removeprefix(str(present))}"
    write_atomically(path, "".join(lines), mode=path.stat().st_mode & 0o777)
    return True


def _planned_replicas(plan: Plan) -> int:
    """Replicas in the plan; 0 where it has no self-managed virtual nodes."""
    found = (_replicas(one.inputs) for one in plan.of(_RELEASE))
    return next((one for one in found if one is not None), 0)


def _recorded_replicas(stack: Stack) -> int | None:
    """Replicas of the last update; None where there were none, or the state is not a local file."""
    from ackb.engine import checkpoint

    try:
        recorded = checkpoint.deployment(stack.workplace.home.state, PROJECT, stack.name)
    except ValueError:
        return None  # torn by a kill; the engine puts its backup in place
    releases = (one for one in recorded.get("resources") or () if one["type"] == _RELEASE)
    found = (_replicas(one.get("inputs") or {}) for one in releases)
    return next((one for one in found if one is not None), None)


def _replicas(inputs: Mapping[str, Any]) -> int | None:
    """The replicas in the inputs of a release; None where it is of another chart."""
    chart = str(inputs.get("chart", "")).rstrip("/").rpartition("/")[2]
    replicas = (inputs.get("values") or {}).get("replicas")
    return int(replicas) if chart == _CHART and replicas is not None else None
