#!/bin/sh
# Finds and installs the programs that the tests drive, which no Python package brings.
#
#   programs.sh find NAME     where it is, or exit 1; of PostgreSQL its initdb
#   programs.sh install       Debian's of all that are not there, where that is allowed; then what is still missing
#   programs.sh missing       a line each for what is not there
#
# A test whose program is missing skips, and fails where CI is set (tests/programs.py). Nothing is started: a test starts
# what it needs and stops it. CHROMIUM names a browser, which is then not replaced by another.
set -eu

# name, Debian's package, what for
NEEDED='chromium chromium the browser tests
font fonts-noto-cjk Chinese letters in the browser
pdftotext poppler-utils reading PDF reports back
initdb postgresql stores that several processes share
nginx nginx-light several processes behind one address
curl curl the commands of the HTTP interface
openssl openssl connections over TLS
strace strace losses at each system call
rsyslogd rsyslog the log sent to another machine
promtool prometheus the alert rules
ip iproute2 a machine without a network'

# A file on the PATH, or where Debian keeps servers: PostgreSQL's newest first. Not `command -v`, which finds functions of
# this script as well.
program() (
    beside=${PROGRAM_FOLDERS-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV | tr '\n' ':')/usr/sbin}
    IFS=:
    folders=$PATH:$beside # only what is expanded is split
    for folder in $folders; do
        [ -n "$folder" ] && [ -f "$folder/$1" ] && [ -x "$folder/$1" ] && echo "$folder/$1" && return
    done
    return 1
)

# On Ubuntu the chromium package only leads to a snap, which cannot read what a test puts in /tmp.
browser() {
    case $1 in */*) path=$1 ;; *) path=$(program "$1") || return 1 ;; esac
    case $(readlink -f "$path") in /snap/* | */bin/snap) return 1 ;; esac
    ! grep -qsI '/snap/' "$path" && "$path" --version >/dev/null 2>&1 && echo "$path"
}

find() (
    case $1 in
    chromium)
        [ -z "${CHROMIUM:-}" ] || { browser "$CHROMIUM" && return || return 1; }
        for name in chromium chromium-browser google-chrome google-chrome-stable; do browser "$name" && return; done
        return 1
        ;;
    font) lister=$(program fc-list) && [ -n "$("$lister" :lang=zh-cn family)" ] && echo installed ;;
    *) program "$1" ;;
    esac
)

missing() {
    echo "$NEEDED" | while read -r name package purpose; do
        find "$name" >/dev/null && continue
        if [ "$name" = chromium ] && [ -n "${CHROMIUM:-}" ]; then
            echo "Missing: $CHROMIUM does not start, for $purpose. Name a browser that does (not a snap): CHROMIUM=/path/to/chromium"
        else
            echo "Missing: $name, for $purpose. Install Debian's $package."
        fi
    done
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

may_install() {
    grep -qs '^ID=debian' /etc/os-release && program apt-get >/dev/null &&
        { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

install() {
    wanted=$(echo "$NEEDED" | while read -r name package _; do
        [ "$name" = chromium ] && [ -n "${CHROMIUM:-}" ] && continue
        [ "$name" = font ] && package="$package fontconfig"
        find "$name" >/dev/null || echo "$package"
    done | tr '\n' ' ')
    [ -n "$wanted" ] && may_install || return 0
    echo "Installing for the tests: $wanted"
    case $wanted in
    *postgresql*)
        # Debian would make and start a server of its own, which nobody here asked for.
        as_root mkdir -p /etc/postgresql-common/createcluster.d
        echo "create_main_cluster = false" | as_root tee /etc/postgresql-common/createcluster.d/none-for-tests.conf >/dev/null
        ;;
    esac
    # One by one where they do not come together: what cannot be had keeps nothing else away.
    as_root apt-get update -qq
    # shellcheck disable=SC2086
    debian $wanted || for package in $wanted; do debian "$package" || true; done
    case $wanted in
    *nginx*) as_root systemctl disable --now nginx >/dev/null 2>&1 || as_root service nginx stop >/dev/null 2>&1 || true ;;
    esac
}

debian() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

case ${1:-} in
find) find "$2" ;;
install) install && missing >&2 ;;
missing) missing ;;
*) echo "programs.sh find NAME | install | missing" >&2 && exit 2 ;;
esac
