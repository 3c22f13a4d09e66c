#!/bin/sh
# Prints the path of a Python that the pinned packages have wheels for and that can make a virtual
# environment; $PYTHON, where set, is the only one looked at. One sentence and exit code 3 if none.
set -u

candidates=${PYTHON:-python3 python3.11 python3.12 python3.13 python3.14 \
    "${PYENV_ROOT:-${HOME:-}/.pyenv}"/versions/*/bin/python3}
# A name on PATH proves nothing: a pyenv shim is there for versions it then refuses to run.
works='import sys
(3, 11) <= sys.version_info < (3, 15) or sys.exit(1)
print(sys.executable)'
without_venv=

for candidate in $candidates; do
    path=$("$candidate" -c "$works" 2>/dev/null) || continue
    if "$path" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$path"
        exit 0
    fi
    without_venv=$path
done

if [ -n "$without_venv" ]; then
    echo "$without_venv cannot make a virtual environment; install its venv module (Debian and Ubuntu: the package python3-venv) and run this again." >&2
else
    echo "Python 3.11 to 3.14 is needed, and there is none (looked at: ${PYTHON:-python3, python3.11 to python3.14, versions of pyenv}); install one, or name it with PYTHON=/path/to/python3, and run this again." >&2
fi
exit 3
