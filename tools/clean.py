"""`make clean`: remove what can be made again; what a run has built up is never touched."""

import fcntl
import shutil
import sys
from pathlib import Path

CLONE = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(CLONE))

from ackb.domain.home import Home  # noqa: E402  (the virtual environment may be gone already)

REMOVABLE = (
    ".venv",
    ".ackb/tools",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    "ackb.egg-info",
)


def main() -> int:
    """Clean the clone; 1, and nothing removed, while a sandbox is running."""
    home = Home.find(CLONE)
    if in_use(home):
        print(
            f"make clean: a sandbox in {home.root} is running, or was not ended in order; "
            "run `make down` first. Nothing was removed.",
            file=sys.stderr,
        )
        return 1
    for name in REMOVABLE:
        shutil.rmtree(CLONE / name, ignore_errors=True)
    for folder in CLONE.rglob("__pycache__"):
        shutil.rmtree(folder, ignore_errors=True)
    print(f"clean; stacks and the simulated cloud are kept in {home.root}")
    return 0


def in_use(home: Home) -> bool:
    """Tell whether a daemon runs, or control planes are left by one that was killed."""
    clusters = home.kwok / "clusters"
    if clusters.is_dir() and any(clusters.iterdir()):
        return True
    if not home.daemon_lock.exists():
        return False
    with home.daemon_lock.open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


if __name__ == "__main__":
    sys.exit(main())
