#!/bin/sh
# Sees to it that the tests have a PostgreSQL and an nginx: Debian's are installed where that is allowed, else what is
# missing is said. Nothing is started: a test starts its own and stops it. Without them these tests skip, and fail where
# CI is set.
set -eu

postgresql() { command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

nginx() { PATH="$PATH:/usr/sbin" command -v nginx >/dev/null; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

may_install() {
    grep -qs '^ID=debian' /etc/os-release && command -v apt-get >/dev/null &&
        { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

install() {
    echo "Installing for the tests: $1"
    as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$1" >/dev/null || true
}

if ! postgresql && may_install; then
    # Debian would make and start a server of its own, which nobody here asked for.
    as_root mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" | as_root tee /etc/postgresql-common/createcluster.d/none-for-tests.conf >/dev/null
    install postgresql
fi

if ! nginx && may_install; then
    install nginx-light
    as_root systemctl disable --now nginx >/dev/null 2>&1 || as_root service nginx stop >/dev/null 2>&1 || true
fi

postgresql || echo "No PostgreSQL to compare with: install Debian's postgresql." >&2
nginx || echo "No nginx to serve several processes: install Debian's nginx-light." >&2
