#!/bin/sh
# The drill of docs/library-internals.md: the tests that it names, against the newest Streamlit, DuckDB and pandas in
# .venv-newest. All else that requirements*.in pin stays; nothing is hashed, for nothing of it is ever served.
set -eu

python=.venv-newest/bin/python
mirror=${PIP_INDEX_URL:-$(.venv/bin/python -m pip config get global.index-url 2>/dev/null || true)}
if [ -n "$mirror" ] && [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}" ]; then export UV_DEFAULT_INDEX="$mirror"; fi

asked=$(mktemp)
trap 'rm -f "$asked"' EXIT
sed -E '/^-/d; s/^((streamlit|duckdb|pandas)(\[[a-z]+\])?)==.*/\1/' requirements.in requirements-dev.in >"$asked"
.venv/bin/python -m uv venv --quiet --clear --python .venv/bin/python .venv-newest
.venv/bin/python -m uv pip install --quiet --python "$python" -r "$asked"
for name in streamlit duckdb pandas; do
    echo "$name: $(sed -n "s/^$name==\([^ ]*\).*/\1/p" requirements.txt) is locked," \
        "$("$python" -c "from importlib.metadata import version; print(version('$name'))") is tried"
done

tests=$(grep -oE 'tests/[a-z0-9_/]*test_[a-z0-9_]+\.py(::[a-z0-9_]+)?' docs/library-internals.md | sort -u)
# shellcheck disable=SC2086
TMPDIR="$(sh scripts/scratch.sh)" "$python" -m pytest -n 2 --dist loadfile $tests
