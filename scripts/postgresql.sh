#!/bin/sh
# Sees to it that the tests have a PostgreSQL to compare with: Debian's is installed where that is allowed, else what is
# missing is said. Nothing is started: a test starts its own and stops it. Without one these tests skip, and fail where
# CI is set.
set -eu

present() { command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1; }

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

may_install() {
    grep -qs '^ID=debian' /etc/os-release && command -v apt-get >/dev/null &&
        { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

if ! present && may_install; then
    echo "Installing for the tests: postgresql"
    # Debian would make and start a server of its own, which nobody here asked for.
    as_root mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" | as_root tee /etc/postgresql-common/createcluster.d/none-for-tests.conf >/dev/null
    as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends postgresql >/dev/null || true
fi

present || echo "No PostgreSQL to compare with: install Debian's postgresql." >&2
