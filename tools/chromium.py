"""Finds Chromium for the tests of HTML reports; as root on Debian, installs it where missing.

`python tools/chromium.py` is run by `make test`; with `--check` it changes nothing.
"""

import argparse
import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "Chromium is missing, which the tests of HTML reports open them in; install it, for example "
    "with `apt-get install chromium`, or put it on PATH."
)
INSTALL = ("apt-get", "install", "--yes", "--no-install-recommends", "chromium")


def find() -> str | None:
    """Return the path of the browser, or None where there is none."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def ensure() -> str | None:
    """Return the path of the browser, installed if need be; None where that cannot be done."""
    found = find()
    if found or os.geteuid() != 0 or not shutil.which("apt-get"):
        return found
    print("make test: installing Debian's chromium (about a minute)", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # Most machines have an index of packages; it is fetched only where the first try shows none.
    for command in (INSTALL, ("apt-get", "update"), INSTALL):
        done = subprocess.run(
            command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, check=False
        )
        if done.returncode == 0 and find():
            break
    return find()


def main() -> int:
    """Find or install it; 0 with its path on standard output, or 1 with what to do."""
    parser = argparse.ArgumentParser(prog="chromium", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    path = find() if parser.parse_args().check else ensure()
    print(path or MISSING, file=sys.stdout if path else sys.stderr, flush=True)
    return 0 if path else 1


if __name__ == "__main__":
    sys.exit(main())
