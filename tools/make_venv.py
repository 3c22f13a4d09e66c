"""`make venv`: the virtual environment in `.venv`, with the pinned packages.

A second run costs nothing, an interrupted one is repaired by the next. Plain Python without
dependencies.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

CLONE = Path(__file__).resolve().parents[1]
VENV = CLONE / ".venv"
REQUIREMENTS = CLONE / "requirements.txt"
STAMP = VENV / "complete"
UNFINISHED = VENV / "unfinished"


def main() -> int:
    """Make or repair the environment; with `--check`, only tell (0) whether it is up to date."""
    parser = argparse.ArgumentParser(prog="make venv", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    if parser.parse_args().check:
        return 0 if is_current() else 1
    with REQUIREMENTS.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another `make venv` may be at work
        if is_current():
            return 0
        try:
            make()
        except subprocess.CalledProcessError:
            print(
                "make venv: the packages could not be installed, see above; check the network, or "
                "set PIP_INDEX_URL to a package index that can be reached, and run it again.",
                file=sys.stderr,
            )
            return 1
        except KeyboardInterrupt:
            print("make venv: stopped; run it again to finish", file=sys.stderr)
            return 130
    return 0


def wanted() -> str:
    """Return a digest of all that the environment is made from, its place included."""
    parts = (REQUIREMENTS.read_bytes(), (CLONE / "pyproject.toml").read_bytes(), os.fsencode(CLONE))
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def is_current() -> bool:
    """Tell whether the environment was finished from today's requirements."""
    return STAMP.is_file() and STAMP.read_text("utf-8") == wanted()


def make() -> None:
    """Bring the environment up to date, from nothing where it is not usable."""
    python = VENV / "bin" / "python"
    if UNFINISHED.exists() or not has_pip(python):
        print(f"make venv: creating {VENV} with {sys.executable}", flush=True)
        shutil.rmtree(VENV, ignore_errors=True)
        VENV.mkdir()
        UNFINISHED.touch()
        venv.create(VENV, with_pip=True)
    UNFINISHED.touch()
    STAMP.unlink(missing_ok=True)
    print(f"make venv: installing what {REQUIREMENTS.name} pins (about a minute)", flush=True)
    pip = [str(python), "-m", "pip", "install", "--disable-pip-version-check"]
    if not sys.stdout.isatty():
        pip.append("--quiet")
    # Wheels only: no foreign set-up code runs, and nothing is fetched without a hash to build it.
    pinned = ["--require-hashes", "--only-binary", ":all:", "--requirement", str(REQUIREMENTS)]
    subprocess.run([*pip, *pinned], check=True)
    this_clone = ["--no-deps", "--no-build-isolation", "--editable", str(CLONE)]
    subprocess.run([*pip, *this_clone], check=True)
    STAMP.write_text(wanted(), "utf-8")
    UNFINISHED.unlink()


def has_pip(python: Path) -> bool:
    """Tell whether the environment's Python runs; a removed base Python leaves a dead link."""
    try:
        return subprocess.run([python, "-c", "import pip"], capture_output=True).returncode == 0
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
