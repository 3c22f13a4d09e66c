"""Runs the sandbox of one home until it is told to stop (SIGTERM or SIGINT)."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import signal
import sys
import time
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

import psutil

from ackb.domain.home import Home
from sandbox.cloud.cloud import Cloud
from sandbox.cloud.faults import FileFaults
from sandbox.controllers.manager import Manager
from sandbox.daemon.record import DaemonRecord, code_fingerprint, read
from sandbox.kube.ports import PortTaken
from sandbox.providers.alicloud.provider import AlicloudProvider
from sandbox.providers.kubernetes.provider import KubernetesProvider
from sandbox.providers.serving import serve

_log = logging.getLogger("sandbox.daemon")

#: Seconds that the daemon before this one may take to end.
_TURNOVER_LIMIT = 30.0


async def _run(home: Home) -> None:
    cloud = Cloud.open(home.cloud_db, FileFaults(home.root / "faults.json"))
    manager = Manager(cloud, home)
    # The providers that are stood in for have the versions of their SDKs.
    alicloud = await serve(lambda: AlicloudProvider(cloud), version("pulumi-alicloud"))
    kubernetes = await serve(KubernetesProvider, version("pulumi-kubernetes"))
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
    # First of all: who looks for a daemon from now on must not find this one.
    home.daemon_record.unlink(missing_ok=True)
    await alicloud.stop()
    await kubernetes.stop()
    await asyncio.to_thread(manager.stop)


def main() -> int:
    """Start the daemon for the home given as the only argument.

    Returns 3 when one already runs, 4 when another program has the port of a cluster.
    """
    home = Home(Path(sys.argv[1])).ensure()
    os.environ["ACKB_HOME"] = str(home.root)
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    with home.daemon_lock.open("a+", encoding="utf-8") as lock:
        if not _held(lock, home):
            lock.seek(0)
            _log.info("another daemon (pid %s) serves %s", lock.read(), home.root)
            return 3
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        code = 0
        try:
            asyncio.run(_run(home))
        except PortTaken as error:
            code = 4
            print(error, file=sys.stderr, flush=True)
        logging.shutdown()
        # Calls whose engine is gone may still wait in threads; nobody reads their answers.
        os._exit(code)


def _held(lock: TextIO, home: Home) -> bool:
    """Take the lock; wait for it while its holder ends, which is when it has no record any more."""
    deadline = time.monotonic() + _TURNOVER_LIMIT
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if read(home) is not None or time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        else:
            return True


if __name__ == "__main__":
    sys.exit(main())
