#!/bin/sh
# Keeps a store on PostgreSQL in a second place, so that a lost disk costs at most a minute, and brings it back from there.
# PostgreSQL's own tools do the work. PLACE is a folder on another machine or disk, for its owner alone.
#
#   second-place.sh stream PLACE            goes on receiving the database's log (WAL); the unit duibiao-wal.service
#   second-place.sh copy PLACE FILES        once a minute: a point in the log, then the files that rows until there name; once a
#                                           day a base backup, and what only older ones need goes; the timer duibiao-copy.timer
#   second-place.sh restore PLACE DATA FILES [SEQ:MAC]
#                                           data and files as of the last point into empty folders; start PostgreSQL on DATA then.
#                                           SEQ:MAC, an act that a log kept elsewhere names, has the store say which acts are lost
#
# DATABASE is the address (postgresql://...) of who may replicate and call pg_create_restore_point.
set -eu
umask 077

wal() { echo "$place/wal"; }
# Not one that is on its way (.part).
bases() { ls -1d "$place"/base/*[0-9]/ 2>/dev/null; }
newest() { bases | tail -n 1; }

stream() {
    mkdir -p "$(wal)"
    pg_receivewal --dbname="$DATABASE" --directory="$(wal)" --slot=duibiao --create-slot --if-not-exists
    exec pg_receivewal --dbname="$DATABASE" --directory="$(wal)" --slot=duibiao --synchronous
}

copy() {
    mkdir -p "$place/files" "$place/base"
    rm -rf "$place"/base/*.part
    # Before the point: a point that lies before a base backup is never reached from it.
    made=
    if [ -z "$(newest)" ] || [ -n "$(find "$(newest)" -maxdepth 0 -mmin +1440)" ]; then begin_base; fi
    point="duibiao-$(date -u +%Y%m%dT%H%M%S.%N)"
    # The mark of the trail's end first: it must not be ahead of the rows. Then the point; then files, each of which is
    # written before the row that names it. What is being written, and logs, are no part of the store.
    if [ -f "$files/audit-head" ]; then cp -p "$files/audit-head" "$place/files/"; fi
    await "$(ask "select pg_create_restore_point('$point')")"
    for part in secret originals frozen; do
        if [ -e "$files/$part" ]; then cp -au "$files/$part" "$place/files/"; fi
    done
    echo "$point" >"$place/point.part" && mv "$place/point.part" "$place/point"
    if [ -n "$made" ]; then keep_base; fi
    # For the figure of monitoring, as a store in a folder keeps it.
    date -u +%Y-%m-%dT%H:%M:%S+00:00 >"$files/last-snapshot.part" && mv "$files/last-snapshot.part" "$files/last-snapshot"
}

ask() { psql --no-psqlrc --quiet --tuples-only --no-align --dbname="$DATABASE" --command="$1"; }

# The log has arrived here up to a place in it; else the point before stays, which can be restored.
await() {
    for _ in $(seq "${PATIENCE:-30}"); do
        [ "$(ask "select restart_lsn >= '$1' from pg_replication_slots where slot_name = 'duibiao'")" != t ] || return 0
        sleep 1
    done
    echo "The log does not arrive here: is duibiao-wal.service running? The copy before stays the last." >&2
    exit 1
}

begin_base() {
    made="$place/base/$(date -u +%Y%m%dT%H%M%S)"
    pg_basebackup --dbname="$DATABASE" --pgdata="$made.part" --wal-method=fetch --checkpoint=fast
}

keep_base() {
    mv "$made.part" "$made"
    touch "$made"
    # The one before stays, until another is whole.
    bases | head -n -2 | while read -r old; do rm -rf "$old"; done
    first=$(sed -n 's/^START WAL LOCATION.*file \([0-9A-F]*\).*/\1/p' "$(bases | head -n 1)backup_label")
    pg_archivecleanup "$(wal)" "$first"
}

restore() {
    [ -n "$(newest)" ] && [ -f "$place/point" ] || { echo "There is no whole copy in $place." >&2; exit 1; }
    for empty in "$data" "$files"; do
        mkdir -p "$empty"
        [ -z "$(ls -A "$empty")" ] || { echo "$empty is not empty" >&2; exit 1; }
    done
    cp -a "$(newest)." "$data/"
    chmod 0700 "$data"
    cp -a "$place/files/." "$files/"
    # A segment that was not full when the disk was lost is one all the same.
    cat >>"$data/postgresql.auto.conf" <<END
restore_command = 'cp "$(wal)/%f" "%p" || cp "$(wal)/%f.partial" "%p"'
recovery_target_name = '$(cat "$place/point")'
recovery_target_action = 'promote'
END
    touch "$data/recovery.signal"
    if [ -n "$anchor" ]; then echo "$anchor" | tr ':' ' ' | tr -d '\n' >"$files/audit-head"; fi
}

[ $# -ge 2 ] || { sed -n '2,16p' "$0" >&2; exit 2; }
place=$2
case $1 in
stream) stream ;;
copy) files=$3 && copy ;;
restore) data=$3 files=$4 anchor=${5-} && restore ;;
*) sed -n '2,16p' "$0" >&2 && exit 2 ;;
esac
