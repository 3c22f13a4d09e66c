"""The folder of built tools: which are current, and who may change it."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ackb.domain.files import write_atomically
from ackb.toolchain.pins import CLONE, Pin


@dataclass(frozen=True)
class BuiltTools:
    """The folder that holds the built binaries, each with a stamp of what it was built from."""

    folder: Path

    @classmethod
    def find(cls) -> BuiltTools:
        """Return the folder in use: `$ACKB_TOOLS`, otherwise `.ackb/tools/bin` in the clone."""
        configured = os.environ.get("ACKB_TOOLS")
        return cls(Path(configured or CLONE / ".ackb/tools/bin").expanduser().resolve())

    def path(self, pin: Pin) -> Path:
        """Return where the binary of `pin` lies once it is built."""
        return self.folder / pin.name

    def is_current(self, pin: Pin) -> bool:
        """Tell whether the binary is there and was built from today's pins and flags."""
        try:
            stamp = self._stamp(pin).read_text(encoding="utf-8")
        except OSError:
            return False
        there = os.access(self.path(pin), os.X_OK) and all(
            (self.files(pin) / name).exists() for name in pin.files
        )
        return there and stamp == pin.fingerprint()

    def files(self, pin: Pin) -> Path:
        """Return the folder of what was kept of its module."""
        return self.folder / ".files" / pin.name

    def unfinished(self, pin: Pin) -> Path:
        """Return an unused name to build `pin` under; what a killed build left there is removed."""
        path = self.folder / f".building-{pin.name}"
        path.unlink(missing_ok=True)
        return path

    def accept(self, pin: Pin, binary: Path, module: Path | None = None) -> None:
        """Put a finished binary in place; a kill in between only means it is linked once more.

        `module` is the folder of its module's source, for a pin with files.
        """
        if module is not None:
            self._keep(pin, module)
        binary.replace(self.path(pin))
        self._stamp(pin).parent.mkdir(exist_ok=True)
        write_atomically(self._stamp(pin), pin.fingerprint())

    def _keep(self, pin: Pin, module: Path) -> None:
        shutil.rmtree(self.files(pin), ignore_errors=True)
        self.files(pin).mkdir(parents=True)
        for name, path in pin.files.items():
            source, target = module / path, self.files(pin) / name
            # The module cache is read-only; copies keep no modes, so that they can be removed.
            if source.is_dir():
                shutil.copytree(source, target, copy_function=shutil.copyfile)
                target.chmod(0o755)
            else:
                shutil.copyfile(source, target)

    @contextmanager
    def locked(self, on_wait: Callable[[str], None]) -> Iterator[BuildLock]:
        """Hold the folder against other builds; `on_wait` hears which process is waited for."""
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.folder / ".lock", os.O_RDWR | os.O_CREAT, 0o644)
        lock = BuildLock(descriptor)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                on_wait(lock.holder())
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            lock.name_holder(os.getpid())
            yield lock
        finally:
            os.close(descriptor)

    def _stamp(self, pin: Pin) -> Path:
        return self.folder / ".stamps" / pin.name


_PID_DIGITS: Final = 20


@dataclass(frozen=True)
class BuildLock:
    """The held lock. A child that inherits `descriptor` keeps it when this process is killed."""

    descriptor: int

    def holder(self) -> str:
        """Return the process id written by the holder; empty in the instant before it writes."""
        return os.pread(self.descriptor, _PID_DIGITS, 0).decode("ascii", "replace").strip()

    def name_holder(self, pid: int) -> None:
        """Write which process the lock is freed with, for those who wait."""
        os.pwrite(self.descriptor, str(pid).ljust(_PID_DIGITS).encode(), 0)
