"""Where a run keeps what it makes, and where the project lies."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

HOME_VARIABLE: Final = "ACKB_HOME"
PROJECT_VARIABLE: Final = "ACKB_PROJECT"

_PROJECT_FILE: Final = "Pulumi.yaml"
_PRIVATE: Final = 0o700


@dataclass(frozen=True)
class Home:
    """The folder that holds everything a run makes: state, simulated cloud, control planes, logs.

    Nothing is created until `ensure()`; the properties only name paths.
    """

    root: Path

    @classmethod
    def find(cls, project: Path) -> Self:
        """Return the home of `project`: `$ACKB_HOME` where set, otherwise `<project>/.ackb`."""
        configured = os.environ.get(HOME_VARIABLE)
        root = Path(configured).expanduser() if configured else project / ".ackb"
        return cls(root.resolve())

    def ensure(self) -> Self:
        """Create the home and its folders, readable by the owner only, and return it.

        A root that already exists keeps its mode (it may be a folder shared on purpose); what lies
        in it is private in any case.

        Raises:
            OSError: a folder cannot be created, or a file lies where a folder must be.
        """
        self.root.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        for folder in (
            self.pulumi_home,
            self.state,
            self.kwok,
            self.logs,
            self.kubeconfigs,
            self.pictures,
        ):
            folder.mkdir(mode=_PRIVATE, exist_ok=True)
        return self

    @property
    def cloud_db(self) -> Path:
        """SQLite file of the simulated cloud."""
        return self.root / "cloud.sqlite"

    @property
    def pulumi_home(self) -> Path:
        """`PULUMI_HOME` of every engine run: plug-ins, credentials, workspaces."""
        return self.root / "pulumi"

    @property
    def state(self) -> Path:
        """Folder of the file backend: checkpoints and history of the stacks."""
        return self.root / "state"

    @property
    def kwok(self) -> Path:
        """`KWOK_WORKDIR`: one folder for each simulated control plane."""
        return self.root / "kwok"

    @property
    def passphrase(self) -> Path:
        """File with the passphrase that encrypts stack secrets (0600)."""
        return self.root / "passphrase"

    @property
    def logs(self) -> Path:
        """Folder of log files."""
        return self.root / "logs"

    @property
    def daemon_record(self) -> Path:
        """JSON file that tells how to reach the running daemon."""
        return self.root / "daemon.json"

    @property
    def daemon_lock(self) -> Path:
        """Lock file held by the daemon while it runs: one daemon for each home."""
        return self.root / "daemon.lock"

    @property
    def kubeconfigs(self) -> Path:
        """Folder of the kubeconfig files written for the user."""
        return self.root / "kubeconfig"

    @property
    def pictures(self) -> Path:
        """Folder of the architecture pictures."""
        return self.root / "pictures"

    @property
    def short_hash(self) -> str:
        """Eight hexadecimal digits of the resolved root; keeps two homes on one machine apart."""
        return hashlib.sha256(os.fsencode(self.root.resolve())).hexdigest()[:8]


def find_project(start: Path) -> Path:
    """Return the Pulumi project that `start` belongs to.

    The nearest folder, from `start` upwards, with a `Pulumi.yaml`; else `$ACKB_PROJECT`; else the
    clone this module was installed from.
    """
    resolved = start.resolve()
    for folder in (resolved, *resolved.parents):
        if (folder / _PROJECT_FILE).is_file():
            return folder
    configured = os.environ.get(PROJECT_VARIABLE)
    if configured:
        return Path(configured).expanduser().resolve()
    return Path(__file__).resolve().parents[2]
