#!/bin/sh
# Makes .venv and installs the named locks into it, every file checked against its hash.
# PYTHON names an interpreter; otherwise the first of python3, python3.13 ... python3.11 that fits.
# In a bundle (scripts/bundle.py) the wheels are there, for one release of Python, and no network is asked.
set -eu

UV=uv==0.13.9
RELEASES=$(cat wheels/python 2>/dev/null || echo 3.11, 3.12 or 3.13)

fits() { "$1" -c 'import sys; sys.exit("%d.%d" % sys.version_info[:2] not in sys.argv[1])' "$RELEASES" >/dev/null 2>&1; }

choose() {
    if [ -n "${PYTHON:-}" ]; then
        fits "$PYTHON" && echo "$PYTHON" && return
    else
        for candidate in python3 python3.13 python3.12 python3.11; do
            fits "$candidate" && echo "$candidate" && return
        done
    fi
    asked=${PYTHON:-python3}
    found=$(command -v "$asked" >/dev/null && "$asked" --version 2>&1) || found="not there, or not a Python"
    echo "Python $RELEASES is needed; $asked is $found." >&2
    echo "Install one (Debian: apt-get install python3 python3-venv), or name it: make run PYTHON=/path/to/python3.12" >&2
    return 1
}

make_venv() {
    python=$(choose)
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        echo "$("$python" --version) has no venv package. On Debian and Ubuntu: sudo apt-get install python3-venv" >&2
        return 1
    fi
    echo "Making .venv with $("$python" --version)."
    "$python" -m venv --clear .venv
}

# uv does not read pip's settings: where pip has been pointed at a mirror, uv must go there too.
follow_mirror() {
    mirror=${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
    if [ -n "$mirror" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then export UV_DEFAULT_INDEX="$mirror"; fi
}

# An environment left behind by a broken install or by an interpreter since removed is made again.
if ! fits .venv/bin/python || ! .venv/bin/python -c 'import pip' 2>/dev/null; then
    make_venv
fi

locks=
for lock in "$@"; do locks="$locks -r $lock"; done

echo "Installing $* ..."
if [ -f wheels/python ]; then
    # shellcheck disable=SC2086
    exec .venv/bin/python -m pip --isolated install --quiet --no-index --find-links wheels --require-hashes $locks
fi
follow_mirror
# uv takes seconds where pip takes a minute; both check the same hashes, so pip serves where uv cannot be had.
# shellcheck disable=SC2086
if .venv/bin/python -m pip install --quiet --disable-pip-version-check "$UV" &&
    .venv/bin/python -m uv pip install --quiet --python .venv/bin/python --require-hashes $locks; then
    exit 0
fi
echo "Without uv: pip, about a minute."
# shellcheck disable=SC2086
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes $locks
