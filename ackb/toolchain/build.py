"""Building the pinned tools with Go, one after the other."""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import shutil
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, Literal, cast

from ackb.toolchain.built import BuildLock, BuiltTools
from ackb.toolchain.errors import BuildFailed, GoMissing
from ackb.toolchain.pins import GO_ENVIRONMENT, Pin, Version, make_command

_TICK_SECONDS: Final = 0.5
_GO_ANSWER_SECONDS: Final = 60
_STOP_SECONDS: Final = 5
_SHOWN_LINES: Final = 15

# The first that occurs in what go printed is said as the fix.
_FIXES: Final = (
    (
        r"dial tcp|i/o timeout|no such host|connection re(?:fused|set)|TLS handshake|proxyconnect",
        "check the network, or set GOPROXY to a Go module proxy that can be reached from here",
    ),
    (r"no space left on device", "free about 8 GB for the Go caches (`go env GOCACHE GOMODCACHE`)"),
    (r"signal: killed", "give the build more memory: linking takes up to 3 GB"),
)


@dataclass(frozen=True)
class Progress:
    """One moment of finding or building tools.

    `ignored`: `detail` is the line about a binary on PATH that will not do. `waiting`: another
    build must end first. `building` and `built` are about `tool`.
    """

    state: Literal["ignored", "waiting", "building", "built"]
    tool: str = ""
    version: str = ""
    number: int = 0
    """Which of the `total` tools to build this is, from 1."""
    total: int = 0
    seconds: float = 0.0
    """Time spent on this tool so far."""
    detail: str = ""


Listener = Callable[[Progress], None]


def silent(_progress: Progress) -> None:
    """Listen to nothing."""


def build_all(pins: Sequence[Pin], built: BuiltTools, listener: Listener) -> None:
    """Build those of `pins` that are not current; each is usable the moment it is finished.

    Raises:
        GoMissing: there is no Go, or it is older than a go.mod asks for.
        BuildFailed: a build ended with an error; the tools before it stay.
        OSError: the folder of built tools cannot be written.
    """

    def waiting(holder: str) -> None:
        process = f" (process {holder})" if holder else ""
        listener(Progress("waiting", detail=f"waiting for another build of the tools{process}"))

    with built.locked(waiting) as lock:
        missing = [pin for pin in pins if not built.is_current(pin)]
        if not missing:
            return
        go = find_go(missing)
        for number, pin in enumerate(missing, start=1):
            job = _Job(pin, number, len(missing), listener)
            unfinished = built.unfinished(pin)
            try:
                _go_build(go, job, unfinished, lock)
                built.accept(pin, unfinished, _source(go, pin) if pin.files else None)
            finally:
                unfinished.unlink(missing_ok=True)
            job.tell("built")


def find_go(pins: Sequence[Pin]) -> Path:
    """Return the `go` on PATH, new enough to build all of `pins`.

    Raises:
        GoMissing: there is none, or it is too old, or it does not work.
    """
    needed = max((pin.required_go for pin in pins), key=lambda go: go.numbers)
    why = f"Go {needed.major}.{needed.minor} or later is needed to build "
    why += ", ".join(pin.name for pin in pins)
    fix = f"install it from https://go.dev/dl/ and run `{make_command(pins)}` again."
    found = shutil.which("go")
    if found is None:
        raise GoMissing(f"{why}, but there is no `go` on PATH; {fix}")
    try:
        answer = subprocess.run(
            [found, "env", "GOVERSION"],
            # Not in a module: there, an old Go only says that the module wants a newer one.
            cwd="/",
            env=os.environ | GO_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_GO_ANSWER_SECONDS,
            check=True,
        ).stdout
    except (OSError, subprocess.SubprocessError):
        answer = ""
    version = Version.find_in(answer)
    if version is None:
        raise GoMissing(f"{why}, but {found} does not tell its version; {fix}")
    if version.numbers < needed.numbers:
        raise GoMissing(f"{why}, but {found} is {version}; {fix}")
    return Path(found)


@dataclass
class _Job:
    """The build of one tool, as told to the listener."""

    pin: Pin
    number: int
    total: int
    listener: Listener
    started: float = field(default_factory=time.monotonic)

    def tell(self, state: Literal["building", "built"], detail: str = "") -> None:
        self.listener(
            Progress(
                state,
                tool=self.pin.name,
                version=str(self.pin.version),
                number=self.number,
                total=self.total,
                seconds=time.monotonic() - self.started,
                detail=detail,
            )
        )


def _go_build(go: Path, job: _Job, output: Path, lock: BuildLock) -> None:
    pin = job.pin
    job.tell("building")
    told: deque[str] = deque(maxlen=_SHOWN_LINES)
    with _child(
        [str(go), "build", "-v", *pin.build_arguments(), "-o", str(output), pin.package],
        pin.directory,
        lock,
    ) as process:
        detail = ""
        for line in _lines(process):
            if line.startswith("go: downloading "):
                detail = line.removeprefix("go: ")
            elif line == pin.package:
                detail = "linking"
            elif line and " " not in line:
                detail = f"compiling {line}"
            elif line:
                told.append(line)
            job.tell("building", detail)
    if process.returncode != 0:
        raise BuildFailed(_failure(pin, process.returncode, told))


def _source(go: Path, pin: Pin) -> Path:
    """Return the folder of the module's source; the build has put it into the module cache."""
    answer = subprocess.run(
        [str(go), "list", "-mod=readonly", "-m", "-f", "{{.Dir}}", pin.module],
        cwd=pin.directory,
        env=os.environ | GO_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=_GO_ANSWER_SECONDS,
        check=False,
    )
    if answer.returncode != 0 or not answer.stdout.strip():
        raise BuildFailed(_failure(pin, answer.returncode, answer.stderr.splitlines()))
    return Path(answer.stdout.strip())


def _failure(pin: Pin, code: int, told: Sequence[str]) -> str:
    text = "\n  ".join(told)
    fix = next((fix for pattern, fix in _FIXES if re.search(pattern, text)), "")
    again = f"run `{make_command([pin])}` again; what is built is kept."
    return (
        f"building {pin.name} {pin.version} failed (go build ended with {code}):\n  {text}\n"
        f"Fix: {fix + ', then ' if fix else ''}{again}"
    )


@contextmanager
def _child(
    command: Sequence[str], directory: Path, lock: BuildLock
) -> Iterator[subprocess.Popen[bytes]]:
    """Run `command`; it and its children end with the block, however that ends."""
    # The child holds the lock too: where this process is killed, the next build waits for what
    # still compiles instead of doing the same work beside it.
    process = subprocess.Popen(
        command,
        cwd=directory,
        env=os.environ | GO_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
        pass_fds=(lock.descriptor,),
    )
    lock.name_holder(process.pid)
    with process:
        try:
            yield process
            process.wait()
        except BaseException:
            _end(process)
            raise
    lock.name_holder(os.getpid())


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=_STOP_SECONDS)
            return


def _lines(process: subprocess.Popen[bytes]) -> Iterator[str]:
    """Yield what the process prints, line by line, and an empty line for each quiet moment."""
    descriptor = cast("IO[bytes]", process.stderr).fileno()
    rest = b""
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while True:
            if not selector.select(timeout=_TICK_SECONDS):
                yield ""
                continue
            chunk = os.read(descriptor, 65536)
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield line.decode("utf-8", "replace").strip()
            if not chunk:
                yield rest.decode("utf-8", "replace").strip()
                return
