#!/bin/sh
# In the folder that `make bundle` wrote: finds that every file is as it was written and none was added, then makes .venv
# from its wheels. Nothing is asked of a network. SHA256SUMS is compared by its own digest with what its maker said.
set -eu
cd "$(dirname "$0")/.."

[ -f SHA256SUMS ] || { echo "This is no bundle: make bundle writes one, on a machine with a network." >&2 && exit 2; }
# Left by the app; Python would read them in the place of what is checked.
find . -path ./.venv -prune -o -name __pycache__ -prune -exec rm -rf {} +
sha256sum --check --quiet --strict SHA256SUMS || { echo "Not installed: copy the bundle again." >&2 && exit 1; }
added=$(find . \( -path ./.venv -o -path ./.store -o -path ./SHA256SUMS -o -path ./.streamlit/secrets.toml \) -prune \
    -o ! -type d -print | sed 's,^\./,,' | awk 'NR == FNR { known[substr($0, 67)]; next } !($0 in known)' SHA256SUMS -)
[ -z "$added" ] || { printf '%s\n' "Not installed: these are not of the bundle:" "$added" >&2 && exit 1; }
echo "SHA256SUMS fits, and is itself $(sha256sum SHA256SUMS | cut -d' ' -f1)."

rm -rf .venv
exec sh scripts/environment.sh requirements.txt requirements-postgresql.txt
