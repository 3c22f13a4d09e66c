"""Turns the clusters of the simulated cloud into control planes that run."""

from __future__ import annotations

import logging
import threading
from concurrent.futures import ThreadPoolExecutor

from ackb.domain.home import Home
from sandbox.cloud.cloud import Cloud
from sandbox.controllers.changes import ChangeCounter
from sandbox.controllers.cluster import Cluster
from sandbox.kube.control_plane import ControlPlane, leftovers, name_of

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.1
_MANY, _BUSY_SECONDS = 30, 0.5
"""So many looks in a row that found a change mean a burst of pods: then they are rarer."""
_FIRST_LOOK_SECONDS = 50.0


class Manager:
    """Follows the clusters of one home; run by its daemon."""

    def __init__(self, cloud: Cloud, home: Home) -> None:
        self._cloud = cloud
        self._home = home
        self._clusters: dict[str, Cluster] = {}
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="clusters", daemon=True)
        self._changes = ChangeCounter(cloud.store.path)

    def start(self) -> None:
        """Take over the control planes that run, restart the others, and follow the cloud.

        Returns when every cluster there is has been looked at, so its API server answers by then.

        Raises:
            PortTaken: another program listens where a cluster's API server did; nothing was begun.
        """
        records = self._cloud.cs.backend.clusters()
        known = [record.cluster_id for record in records]
        for record in records:
            if record.api_port is not None and record.status != "deleting":
                plane = ControlPlane(self._home, name_of(self._home, record.cluster_id))
                plane.require_port(record.api_port)
        for stray in leftovers(self._home, known):
            _log.warning("removing %s, which no cluster knows", stray.name)
            stray.delete()
        self._changes.changed()
        self._follow()
        for cluster in self._clusters.values():
            cluster.wait(_FIRST_LOOK_SECONDS)
        self._thread.start()

    def stop(self) -> None:
        """End everything; the data of the control planes stay."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        clusters = list(self._clusters.values())
        if clusters:
            # All at once: each waits for its components to end.
            with ThreadPoolExecutor(len(clusters)) as ends:
                for end in [ends.submit(cluster.stop) for cluster in clusters]:
                    end.result()
        self._changes.close()

    def _run(self) -> None:
        open_work = False
        in_a_row = 0
        while not self._stopping.wait(_BUSY_SECONDS if in_a_row > _MANY else _LOOK_SECONDS):
            try:
                changed = self._changes.changed()
                in_a_row = in_a_row + 1 if changed else 0
                open_work |= changed
                if open_work:
                    self._follow()
                    open_work = False
            except Exception:
                _log.exception("could not look at the clusters; trying again")

    def _follow(self) -> None:
        for record in self._cloud.cs.backend.clusters():
            if record.cluster_id not in self._clusters:
                cluster = Cluster(self._cloud, self._home, record.cluster_id)
                self._clusters[record.cluster_id] = cluster
                cluster.start()
        for cluster_id, cluster in list(self._clusters.items()):
            if cluster.is_over:
                del self._clusters[cluster_id]
            else:
                cluster.cloud_changed()
