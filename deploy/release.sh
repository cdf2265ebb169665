#!/bin/sh
# Another release of the app, and back, for a store in a folder that systemd's duibiao.service serves. As its user may not stop it: as root.
#
#   sh deploy/release.sh to v1.1.0     stop, install, bring the store forward after a backup, start; back by itself where that fails
#   sh deploy/release.sh back          the release before; where the store was brought forward, its backup from then. What was done
#                                      since is lost, and the trail names it
#
# KPI_STORE is the store's folder; what is done to it is done as its owner, who has to read it afterwards. A room without internet puts the next bundle beside this one instead (README.md).
set -eu

note=.git/duibiao-release

use() {
    # Each step asked for by itself: within an "if" the shell does not stop at one that fails.
    git checkout --quiet --detach "$1" &&
        .venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
}

of_store() {
    owner=$(stat -c %U "$KPI_STORE")
    # Only root may become somebody else; without a login, so that the settings of this call hold.
    if [ "$(id -un)" = "$owner" ]; then "$@"; else runuser -u "$owner" -- "$@"; fi
}

to() {
    before=$(git rev-parse HEAD)
    git fetch --quiet --tags 2>/dev/null || echo "Nothing fetched: the releases that are here are used." >&2
    git rev-parse --verify --quiet "$1^{commit}" >/dev/null || { echo "There is no release $1 here." >&2; exit 2; }
    systemctl stop duibiao
    if use "$1" && said=$(of_store .venv/bin/python -m kpi store upgrade --json); then
        backup=$(echo "$said" | .venv/bin/python -c 'import json, sys; print(json.load(sys.stdin)["backup"] or "-")')
        echo "$before $backup" >"$note"
        systemctl start duibiao
        echo "Now $1. Back: sh deploy/release.sh back"
    else
        use "$before"
        systemctl start duibiao
        echo "Not upgraded: the release before goes on." >&2
        exit 3
    fi
}

back() {
    read -r before backup <"$note" || { echo "No release before this one is known." >&2; exit 2; }
    systemctl stop duibiao
    use "$before"
    if [ "$backup" != - ]; then
        of_store .venv/bin/python -m kpi store restore "$KPI_STORE/$backup" --reason "back to the release before"
    fi
    rm "$note"
    systemctl start duibiao
    echo "Back at $before."
}

# Read whole before anything is done: the file itself is another one after a checkout.
main() {
    : "${KPI_STORE:?names the folder of the store}"
    cd "$(dirname "$0")/.."
    case ${1-} in
    to) to "${2:?names the release}" ;;
    back) back ;;
    *) sed -n '2,9p' "$0" >&2 && exit 2 ;;
    esac
    exit
}
main "$@"
