"""Creates the instances of pods, tells Kubernetes of them, and deletes them with their pods.

Thousands of pods may come at once, so pods are taken many at a time: one transaction of the cloud
creates or deletes many instances, one look finds those that have started, and each pod gets one
write in all. Nothing here is done for each pod again and again.
"""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import Any

from sandbox.cloud.cs.backend import virtual_node_of
from sandbox.cloud.errors import CloudConnectionError, CloudError, CloudTimeoutError
from sandbox.controllers import events
from sandbox.controllers.controller import EVERYTHING, Context, Key
from sandbox.controllers.node_objects import on_virtual_node
from sandbox.controllers.virtual_kubelet import placement, statuses
from sandbox.controllers.virtual_kubelet.instances import Instances
from sandbox.controllers.virtual_kubelet.profile import Profile
from sandbox.controllers.virtual_kubelet.request import (
    INSTANCE_ID,
    instance_name,
    refusal,
    request,
)
from sandbox.controllers.virtual_kubelet.telling import Teller
from sandbox.kube import times
from sandbox.kube.client import ApiError, Object, Unreachable

_log = logging.getLogger(__name__)

_SOURCE = "virtual-kubelet"
_CHANGED: Key = ("changed",)
_THROTTLED = "Throttling.User"
_NOT_FOUND, _CONFLICT = 404, 409
_DONE = ("Succeeded", "Failed")
_UNANSWERED = (ApiError, Unreachable, CloudConnectionError, CloudTimeoutError)

_AT_ONCE = 50
"""Pods handled before others, such as the node pools, have their turn."""
_MOST_WRITES = 400
"""Writes that may be under way; more would only wait for the API server."""
_THROTTLED_SECONDS = 0.2
_FAILED_SECONDS = 5.0
_FIRST_RETRY_SECONDS, _LAST_RETRY_SECONDS = 0.5, 30.0
_WRITES_SECONDS = 0.2


@dataclass
class _Start:
    """A pod whose instance does not run yet, or is not written into the pod yet."""

    namespace: str
    name: str
    uid: str
    node: str
    instance_id: str = ""
    attempts: int = 0
    """Calls and instances that failed; each new call has a client token of its own."""
    refusals: int = 0
    """Calls that were refused in a row."""


class VirtualKubelet:
    """The virtual kubelet of all virtual nodes of a cluster that have a controller."""

    follows_cloud = False

    def __init__(self, context: Context) -> None:
        self._context = context
        self._pods = context.informers["Pod"]
        self._instances = Instances(context)
        self._teller = Teller(context.client)
        self._lock = threading.Lock()
        self._changed: dict[str, Object] = {}
        """Pods to look at, by uid, as they were last seen."""
        self._starts: dict[str, _Start] = {}
        self._held: dict[str, str] = {}
        """Instances that are written into their pods, by uid."""
        self._waiting: deque[_Start] = deque()
        """Pods without an instance, in order."""
        self._doomed: deque[str] = deque()
        """Instances to delete."""
        self._timers: list[tuple[float, int, _Start]] = []
        self._numbers = itertools.count()
        self._create_after = 0.0
        self._writes = 0
        self._nodes: dict[str, bool] = {}
        """Self-managed virtual nodes, and whether they had a controller when last looked at."""

    def key(self, kind: str, obj: Object) -> Key | None:
        """The pods that have changed, when one comes, ends or goes."""
        if kind != "Pod":
            return None
        if not placement.is_controller(obj):
            if not on_virtual_node(obj):
                return None
            uid = obj["metadata"]["uid"]
            known = uid in self._starts or uid in self._held or bool(_instance_of(obj))
            if known and uid not in self._changed and not self._is_over(obj):
                return None
        with self._lock:
            self._changed[obj["metadata"]["uid"]] = obj
        return _CHANGED

    def keys_at_start(self) -> list[Key]:
        """All pods on virtual nodes, and instances whose pods went while nobody looked."""
        return [EVERYTHING]

    def reconcile(self, key: Key) -> float | None:
        """Do the next step for a number of pods."""
        if key == EVERYTHING:
            self._take_up(None)
            self._delete_dangling(None)
        self._take_changes()
        self._delete()
        self._make_steps()
        self._create()
        return self._seconds_to_next()

    # What has changed

    def _take_up(self, node: str | None) -> None:
        """Look at all pods on a virtual node, or on all of them."""
        pods = [pod for pod in self._context.objects("Pod") if on_virtual_node(pod)]
        with self._lock:
            for pod in pods:
                if node in (None, pod["spec"]["nodeName"]):
                    self._changed.setdefault(pod["metadata"]["uid"], pod)

    def _take_changes(self) -> None:
        with self._lock:
            changed, self._changed = self._changed, {}
        for uid, pod in changed.items():
            if placement.is_controller(pod):
                self._follow_controller(pod["metadata"]["name"])
            elif not placement.is_managed(self._context, pod["spec"]["nodeName"]):
                self._forget(uid)
            elif self._is_over(pod):
                self._doom(self._forget(uid) or _instance_of(pod))
            elif instance_id := _instance_of(pod):
                self._held[uid] = instance_id
            elif not (uid in self._starts or uid in self._held or statuses.is_refused(pod)):
                self._begin(pod)

    def _follow_controller(self, node: str) -> None:
        """A controller that comes takes the pods of its node up; without one they are orphans."""
        managed = placement.is_managed(self._context, node)
        if managed and not self._nodes.get(node):
            self._take_up(node)
            self._delete_dangling(node)
        self._nodes[node] = managed

    def _forget(self, uid: str) -> str:
        """The pod is over, or nobody's: the instance it had."""
        start = self._starts.pop(uid, None)
        return self._held.pop(uid, "") or (start.instance_id if start else "")

    def _begin(self, pod: Object) -> None:
        metadata = pod["metadata"]
        reason = refusal(pod)
        if reason:
            self._warn(pod, "ProviderFailed", reason)
            return
        start = _Start(
            metadata["namespace"], metadata["name"], metadata["uid"], pod["spec"]["nodeName"]
        )
        self._starts[start.uid] = start
        self._waiting.append(start)

    # Instances

    def _create(self) -> None:
        """Create instances for those that wait, until the budget is used up."""
        if not self._waiting or time.monotonic() < self._create_after:
            return
        if self._writes >= _MOST_WRITES:
            return
        profiles: dict[str, Profile] = {}
        with self._context.cloud.together():
            for _ in range(min(_AT_ONCE, len(self._waiting))):
                start = self._waiting.popleft()
                pod = self._pod(start)
                if pod is None:
                    continue
                try:
                    self._create_one(start, pod, profiles)
                except CloudError as error:
                    if error.code == _THROTTLED:
                        self._waiting.appendleft(start)
                        self._create_after = time.monotonic() + _THROTTLED_SECONDS
                        break
                    self._refused(start, pod, error)
                except _UNANSWERED:
                    self._waiting.appendleft(start)
                    raise
                except Exception:
                    # One pod that cannot be understood must not be in the way of all others.
                    _log.exception("%s/%s failed", start.namespace, start.name)
                    self._later(start, _LAST_RETRY_SECONDS)

    def _create_one(self, start: _Start, pod: Object, profiles: dict[str, Profile]) -> None:
        if start.node not in profiles:
            profiles[start.node] = placement.of_node(self._context, start.node)
        where = profiles[start.node]
        zones = self._instances.zones(where.vswitch_ids)
        wanted = request(pod, where.vswitch_ids, where.security_group_id, zones)
        start.instance_id = self._instances.create(wanted, f"{start.uid}/{start.attempts}")
        start.refusals = 0
        self._later(start, self._instances.seconds_to_start(start.instance_id))

    def _refused(self, start: _Start, pod: Object, error: CloudError) -> None:
        delay = min(_FIRST_RETRY_SECONDS * 2**start.refusals, _LAST_RETRY_SECONDS)
        start.refusals += 1
        start.attempts += 1
        self._failed(start, pod, str(error), delay)

    def _failed(self, start: _Start, pod: Object, message: str, delay: float) -> None:
        """Say why a pod has no instance; try again, or give up if the pod wants it so."""
        self._warn(pod, "ProviderCreateFailed", message)
        if request(pod, (), "", {}).fail_fast:
            self._write(start, pod, statuses.refused(pod, message))
        else:
            self._later(start, delay)

    def _make_steps(self) -> None:
        """Look at the instances that should have started by now."""
        due: list[_Start] = []
        with self._lock:
            while self._timers and self._timers[0][0] <= time.monotonic() and len(due) < _AT_ONCE:
                due.append(heapq.heappop(self._timers)[2])
        open_ = [start for start in due if self._starts.get(start.uid) is start]
        self._waiting.extend(start for start in open_ if not start.instance_id)
        looked_at = [start for start in open_ if start.instance_id]
        try:
            groups = self._instances.look([start.instance_id for start in looked_at])
        except Exception:
            for start in looked_at:
                self._later(start, 0.0)
            raise
        for start in looked_at:
            self._judge(start, groups.get(start.instance_id))

    def _judge(self, start: _Start, group: dict[str, Any] | None) -> None:
        status = "gone" if group is None else group["Status"]
        pod = self._pod(start)
        if pod is None:
            return
        if status in ("Scheduling", "Pending"):
            self._later(start, self._instances.seconds_to_start(start.instance_id))
        elif group is not None and status == "Running":
            self._write(start, pod, statuses.running(pod, group, times.now()))
        else:
            message = f"the ECI instance {start.instance_id} is {status}"
            self._doom(start.instance_id)
            start.instance_id = ""
            start.attempts += 1
            self._failed(start, pod, message, _FAILED_SECONDS)

    def _doom(self, instance_id: str) -> None:
        if instance_id:
            self._doomed.append(instance_id)

    def _delete(self) -> None:
        """Delete what is doomed; what fails stays so for the next time."""
        if not self._doomed:
            return
        with self._context.cloud.together():
            for _ in range(min(_AT_ONCE, len(self._doomed))):
                self._instances.delete(self._doomed[0])
                self._doomed.popleft()

    def _delete_dangling(self, node: str | None) -> None:
        """Delete instances whose pods went while nobody watched, of a node or of all."""
        annotated, unfinished = set(), set()
        for pod in self._context.objects("Pod"):
            if on_virtual_node(pod):
                annotated.add(_instance_of(pod))
                unfinished.add(instance_name(pod))
        for group in self._instances.all():
            home = virtual_node_of(group)
            # An instance that no pod knows may still be that of a pod under way, by its name.
            unknown = group["ContainerGroupId"] not in annotated
            nameless = group["ContainerGroupName"] not in unfinished
            mine = node in (None, home) and placement.is_managed(self._context, home)
            if mine and unknown and nameless and group["Status"] != "Terminating":
                self._doom(group["ContainerGroupId"])

    # Pods

    def _pod(self, start: _Start) -> Object | None:
        """The pod of a start, as long as it wants an instance."""
        pod = self._pods.get(start.name, start.namespace)
        if pod is None or pod["metadata"]["uid"] != start.uid:
            return None
        return None if "deletionTimestamp" in pod["metadata"] else pod

    def _is_over(self, pod: Object) -> bool:
        """Whether the pod has ended, or is gone by now."""
        metadata = pod["metadata"]
        there = self._pods.get(metadata["name"], metadata["namespace"])
        if there is None or there["metadata"]["uid"] != metadata["uid"]:
            return True
        return there["status"].get("phase") in _DONE

    def _write(self, start: _Start, pod: Object, change: Object) -> None:
        def done(error: Exception | None) -> None:
            with self._lock:
                self._writes -= 1
                if error is None:
                    if self._starts.pop(start.uid, None) and start.instance_id:
                        self._held[start.uid] = start.instance_id
                elif not _is_lost(error):
                    _log.warning("%s/%s: %s", start.namespace, start.name, error)
                    self._push(start, _FIRST_RETRY_SECONDS)

        with self._lock:
            self._writes += 1
        self._teller.tell(pod, change, done)

    def _warn(self, pod: Object, reason: str, message: str) -> None:
        """Record an event; without an API server, nobody could read it either."""
        try:
            events.warn(self._context.client, pod, _SOURCE, reason, message)
        except (ApiError, Unreachable) as error:
            _log.debug("no event %s of %s: %s", reason, pod["metadata"]["name"], error)

    # Time

    def _later(self, start: _Start, seconds: float) -> None:
        with self._lock:
            self._push(start, seconds)

    def _push(self, start: _Start, seconds: float) -> None:
        due = time.monotonic() + seconds
        heapq.heappush(self._timers, (due, next(self._numbers), start))

    def _seconds_to_next(self) -> float | None:
        """Seconds until there is something to do; None when nothing is under way."""
        now = time.monotonic()
        with self._lock:
            moments = [self._timers[0][0]] if self._timers else []
            if self._doomed:
                moments.append(now)
            if self._writes:
                moments.append(now + _WRITES_SECONDS)
            if self._waiting:
                crowded = self._writes >= _MOST_WRITES
                moments.append(now + _WRITES_SECONDS if crowded else self._create_after)
        return max(0.0, min(moments) - now) if moments else None


def _instance_of(pod: Object) -> str:
    annotations: dict[str, str] = pod["metadata"].get("annotations") or {}
    return annotations.get(INSTANCE_ID, "")


def _is_lost(error: Exception) -> bool:
    """Whether the pod went meanwhile, and another may have its name."""
    return isinstance(error, ApiError) and error.status in (_NOT_FOUND, _CONFLICT)
