#!/bin/sh
# Sees to it that the tests have a Chromium, a Chinese font and pdftotext: Debian's are installed where that is allowed,
# else what is missing is said. Without one of them the tests that need it skip, and fail where CI is set.
# `browser.sh --find` names the browser.
set -eu

# On Ubuntu the chromium package only leads to a snap, which cannot read what a test puts in /tmp.
usable() {
    path=$(command -v "$1") || return 1
    case $(readlink -f "$path") in /snap/* | */bin/snap) return 1 ;; esac
    ! grep -qsI '/snap/' "$path" && "$path" --version >/dev/null 2>&1 && echo "$path"
}

find_browser() {
    if [ -n "${CHROMIUM:-}" ]; then
        usable "$CHROMIUM"
        return
    fi
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        usable "$name" && return
    done
    return 1
}

font() { [ -n "$(fc-list :lang=zh-cn family 2>/dev/null)" ]; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

may_install() {
    grep -qs '^ID=debian' /etc/os-release && command -v apt-get >/dev/null &&
        { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

if [ "${1:-}" = --find ]; then
    find_browser
    exit
fi

wanted=
# A browser that was named is not replaced by another behind its user's back.
[ -n "${CHROMIUM:-}" ] || find_browser >/dev/null || wanted="chromium"
font || wanted="$wanted fonts-noto-cjk fontconfig"
command -v pdftotext >/dev/null || wanted="$wanted poppler-utils"

if [ -n "$wanted" ] && may_install; then
    echo "Installing for the tests: $wanted"
    # shellcheck disable=SC2086
    as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends $wanted >/dev/null || true
fi

find_browser >/dev/null ||
    echo "No Chromium for the browser tests${CHROMIUM:+ ($CHROMIUM does not start)}. Install Chromium or Chrome, not a snap, or name it: make test CHROMIUM=/path/to/chromium" >&2
font || echo "No Chinese font: install fonts-noto-cjk, or PDF reports and pictures cannot be checked." >&2
command -v pdftotext >/dev/null || echo "No pdftotext: install poppler-utils, or PDF reports cannot be read back." >&2
