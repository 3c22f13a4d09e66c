"""Runs the sandbox of one home until it is told to stop (SIGTERM or SIGINT)."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import signal
import sys
from pathlib import Path

import psutil

from ackb.domain.home import Home
from sandbox.cloud.cloud import Cloud
from sandbox.controllers.manager import Manager
from sandbox.daemon.record import DaemonRecord, code_fingerprint
from sandbox.providers.alicloud.provider import AlicloudProvider
from sandbox.providers.kubernetes.provider import KubernetesProvider
from sandbox.providers.serving import serve

_log = logging.getLogger("sandbox.daemon")

#: The package versions whose providers are stood in for (requirements.in pins the same).
ALICLOUD_VERSION = "4.0.0"
KUBERNETES_VERSION = "4.34.0"


async def _run(home: Home) -> None:
    cloud = Cloud.open(home.cloud_db)
    manager = Manager(cloud, home)
    alicloud = await serve(lambda: AlicloudProvider(cloud), ALICLOUD_VERSION)
    kubernetes = await serve(KubernetesProvider, KUBERNETES_VERSION)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    await asyncio.to_thread(manager.start)
    record = DaemonRecord(
        pid=os.getpid(),
        started=psutil.Process().create_time(),
        ports={"alicloud": alicloud.port, "kubernetes": kubernetes.port},
        code=code_fingerprint(),
    )
    record.write(home)
    _log.info("serving %s", record.debug_providers)
    await stopping.wait()
    _log.info("stopping")
    await alicloud.stop()
    await kubernetes.stop()
    await asyncio.to_thread(manager.stop)
    home.daemon_record.unlink(missing_ok=True)


def main() -> int:
    """Start the daemon for the home given as the only argument; 3 when one already runs."""
    home = Home(Path(sys.argv[1]))
    home.ensure()
    os.environ["ACKB_HOME"] = str(home.root)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    with home.daemon_lock.open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _log.info("another daemon serves %s", home.root)
            return 3
        asyncio.run(_run(home))
    return 0


if __name__ == "__main__":
    sys.exit(main())
