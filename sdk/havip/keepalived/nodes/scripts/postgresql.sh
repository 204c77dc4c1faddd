#!/bin/sh
# PostgreSQL (15 or later, of Debian or Ubuntu) on one of the two nodes behind a HAVIP.
#
#   setup     lay the server out, once, as the first primary or as its standby
#   start     start it in the role that it has now: what was a primary asks its peer first
#   promote   keepalived, on becoming master: a standby becomes the primary
#   fence     keepalived, on leaving: a primary that gave the address up is stopped
#   rejoin    make a stopped old primary the standby of the new one, by rewinding it
#   rebuild   the same by a new copy of all data, where rewinding cannot help
#   tend      a timer: wait for the standby on every commit, once there is one; fence a twin
#   status    say what the server is
set -eu
cd /

# shellcheck source=/dev/null
. "${HAVIP_DATABASE_ENV:-/etc/keepalived/database.env}"
: "${HAVIP_VERSION:?}" "${HAVIP_PORT:?}" "${HAVIP_SELF:?}" "${HAVIP_PEER:?}" "${HAVIP_VIP:?}"
: "${HAVIP_FIRST:?}" "${HAVIP_SYNC:?}" "${HAVIP_CLIENTS:?}" "${HAVIP_REPLICATION_PASSWORD:?}"

cluster=main
home=/var/lib/postgresql
data=$home/$HAVIP_VERSION/$cluster
conf=/etc/postgresql/$HAVIP_VERSION/$cluster
bin=/usr/lib/postgresql/$HAVIP_VERSION/bin
done_once=$home/havip-setup-done
was_master=/run/havip/postgresql.master
patience=${HAVIP_PATIENCE:-600}
primary="host=$HAVIP_PEER port=$HAVIP_PORT user=havip_replication dbname=postgres application_name=$HAVIP_SELF"

say() {
    echo "postgresql: $*" >&2
    logger -t havip "postgresql: $*" 2>/dev/null || true
}

fail() {
    say "$*"
    exit 1
}

as_postgres() {
    setpriv --reuid=postgres --regid=postgres --init-groups --reset-env "$@"
}

sql() {
    as_postgres psql -h /var/run/postgresql -p "$HAVIP_PORT" -d postgres -XAtq \
        -v ON_ERROR_STOP=1 -c "$1"
}

peer_sql() {
    as_postgres psql -w "$primary connect_timeout=2" -XAtqc "$1" 2>/dev/null
}

runs() {
    pg_ctlcluster "$HAVIP_VERSION" "$cluster" status >/dev/null 2>&1
}

start_server() {
    runs || pg_ctlcluster "$HAVIP_VERSION" "$cluster" start
}

stop_server() {
    runs || return 0
    pg_ctlcluster "$HAVIP_VERSION" "$cluster" stop -m fast -- -t 10 ||
        pg_ctlcluster "$HAVIP_VERSION" "$cluster" stop -m immediate
}

is_standby() {
    [ "$(sql 'SELECT pg_is_in_recovery()')" = t ]
}

peer_is_primary() {
    [ "$(peer_sql 'SELECT pg_is_in_recovery()')" = f ]
}

# Every promotion begins a timeline: of two primaries, the one promoted last has the higher one.
timeline="SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::int"

# Prints -1, 0 or 1: whether this primary was promoted before its peer, or after it.
compare_promotions() {
    own=$(sql "$timeline") && other=$(peer_sql "$timeline") || return 1
    echo $(((own > other) - (own < other)))
}

# A peer that lives answers at once; for a dead one the takeover must not wait.
peer_commits_alone() {
    [ "$(as_postgres timeout 0.5 psql -w "$primary" -XAtqc "SELECT NOT pg_is_in_recovery()
        AND current_setting('synchronous_standby_names') = ''" 2>/dev/null)" = t ]
}

holds_address() {
    ip -4 -o address | grep -qF " $HAVIP_VIP/"
}

# A server that is back as a standby before keepalived has missed it would keep the address, and
# nobody could write.
let_address_go() {
    left=${HAVIP_COURTESY:-60}
    while holds_address && pidof keepalived >/dev/null; do
        [ "$left" -gt 0 ] || fail "$HAVIP_VIP is still here: stop keepalived, and call this again"
        left=$((left - 1))
        sleep 1
    done
}

configure() {
    echo manual >"$conf/start.conf"
    mkdir -p "$conf/conf.d"
    install -o postgres -g postgres -m 644 /etc/keepalived/postgresql.conf "$conf/conf.d/havip.conf"
    install -o postgres -g postgres -m 600 /dev/null "$home/.pgpass"
    echo "*:*:*:havip_replication:$HAVIP_REPLICATION_PASSWORD" >"$home/.pgpass"
    grep -qs havip_replication "$conf/pg_hba.conf" && return
    cat >>"$conf/pg_hba.conf" <<-RULES
		host replication havip_replication $HAVIP_PEER/32 scram-sha-256
		host postgres havip_replication $HAVIP_PEER/32 scram-sha-256
		host all havip_replication 0.0.0.0/0 reject
		host all all $HAVIP_CLIENTS scram-sha-256
	RULES
}

setup() {
    if [ -e "$done_once" ]; then
        start
        return
    fi
    configure
    if [ "$HAVIP_FIRST" = on ]; then
        stop_server
        start_server
        add_role
    else
        copy_primary
        let_primary_go_first
    fi
    touch "$done_once"
    say "is set up"
}

# Where both nodes start at once, the primary's has to win the address; a dead one's never will.
let_primary_go_first() {
    left=${HAVIP_COURTESY:-60}
    until "$bin/pg_isready" -q -t 1 -h "$HAVIP_VIP" -p "$HAVIP_PORT"; do
        [ "$left" -gt 0 ] || return 0
        left=$((left - 1))
        sleep 1
    done
}

# What pg_rewind needs besides replication: to read files, and to ask for a checkpoint.
add_role() {
    as_postgres psql -h /var/run/postgresql -p "$HAVIP_PORT" -d postgres -Xq \
        -v ON_ERROR_STOP=1 <<-SQL
		CREATE ROLE havip_replication LOGIN REPLICATION PASSWORD '$HAVIP_REPLICATION_PASSWORD';
		GRANT pg_checkpoint TO havip_replication;
		GRANT EXECUTE ON FUNCTION pg_ls_dir(text, boolean, boolean) TO havip_replication;
		GRANT EXECUTE ON FUNCTION pg_stat_file(text, boolean) TO havip_replication;
		GRANT EXECUTE ON FUNCTION pg_read_binary_file(text) TO havip_replication;
		GRANT EXECUTE ON FUNCTION pg_read_binary_file(text, bigint, bigint, boolean)
		    TO havip_replication;
	SQL
}

copy_primary() {
    left=$patience
    until peer_is_primary; do
        [ "$left" -gt 0 ] || fail "no primary answers on $HAVIP_PEER: set that node up first"
        left=$((left - 1))
        sleep 1
    done
    stop_server
    let_address_go
    find "$data" -mindepth 1 -delete
    as_postgres "$bin/pg_basebackup" -w -d "$primary" -D "$data" -X stream -c fast -R
    start_server
    say "is a standby of $HAVIP_PEER, from a new copy"
}

start() {
    runs && return
    if [ -e "$data/standby.signal" ]; then
        start_server
        let_primary_go_first
        return
    fi
    if [ "${1:-}" = alone ]; then
        start_server
        return
    fi
    # The server was a primary when it stopped; by now its peer may be the one.
    left=$patience
    until answer=$(peer_sql 'SELECT pg_is_in_recovery()'); do
        [ "$left" -gt 0 ] || fail "$HAVIP_PEER does not answer, and may be the primary by now." \
            "To start as the only primary all the same: $0 start alone"
        left=$((left - 1))
        sleep 1
    done
    if [ "$answer" = f ]; then
        rejoin
    else
        start_server
    fi
}

rejoin() {
    peer_is_primary || fail "$HAVIP_PEER is no primary: there is nothing to join"
    stop_server
    let_address_go
    peer_sql 'CHECKPOINT'
    as_postgres "$bin/pg_rewind" -D "$data" --config-file="$conf/postgresql.conf" \
        --source-server="$primary" --write-recovery-conf ||
        fail "could not be rewound; copy all data anew with: $0 rebuild"
    start_server
    say "is a standby of $HAVIP_PEER, rewound"
}

promote() {
    mkdir -p "${was_master%/*}"
    touch "$was_master"
    standby=$(sql 'SELECT pg_is_in_recovery()')
    if [ "$standby" = f ]; then
        return
    fi
    if [ "$HAVIP_SYNC" = on ] && peer_commits_alone; then
        fail "$HAVIP_PEER takes writes and waits for nobody: not promoted, since they would be lost"
    fi
    # The peer is gone: a commit must not wait for it.
    sql "ALTER SYSTEM SET synchronous_standby_names = ''"
    sql 'SELECT pg_reload_conf()' >/dev/null
    [ "$(sql 'SELECT pg_promote(true, 30)')" = t ] || fail "was not promoted within 30 seconds"
    say "is the primary now"
}

# keepalived also calls this when it starts, on the primary of an idle pair: that one must live.
fence() {
    if ! runs; then
        rm -f "$was_master"
        return
    fi
    if standby=$(sql 'SELECT pg_is_in_recovery()') && [ "$standby" = t ]; then
        rm -f "$was_master"
        return
    fi
    if [ ! -e "$was_master" ] && ! peer_is_primary; then
        return
    fi
    if [ "$(compare_promotions)" = 1 ]; then
        say "is left running: it was promoted after $HAVIP_PEER, which has to yield"
        return
    fi
    stop_server
    rm -f "$was_master"
    say "was stopped, since $HAVIP_VIP is its peer's; bring it back with: $0 rejoin"
}

tend() {
    # A server that does not say what it is, since it is only starting, is left alone.
    standby=$(sql 'SELECT pg_is_in_recovery()' 2>/dev/null) || return 0
    if [ "$standby" = t ]; then
        if [ -e "$was_master" ] && holds_address; then
            promote
        fi
        return
    fi
    if peer_is_primary; then
        fence_twin
        return
    fi
    wanted=\"$HAVIP_PEER\"
    if [ "$HAVIP_SYNC" != on ] || [ "$(sql 'SHOW synchronous_standby_names')" = "$wanted" ]; then
        return
    fi
    streaming=$(sql "SELECT count(*) FROM pg_stat_replication
        WHERE application_name = '$HAVIP_PEER' AND state = 'streaming'")
    if [ "$streaming" != 0 ]; then
        sql "ALTER SYSTEM SET synchronous_standby_names = '$wanted'"
        sql 'SELECT pg_reload_conf()' >/dev/null
        say "every commit waits for $HAVIP_PEER from now on"
    fi
}

# Two primaries: the one promoted last has what clients were told since. It stays.
fence_twin() {
    order=$(compare_promotions) || return 0
    if [ "$order" = -1 ] || { [ "$order" = 0 ] && ! holds_address; }; then
        mkdir -p "${was_master%/*}"
        touch "$was_master"
        fence
    fi
}

status() {
    if ! runs; then
        echo "down"
    elif is_standby; then
        echo "standby $(sql "SELECT coalesce(max(status), 'alone') FROM pg_stat_wal_receiver")"
    else
        echo "primary $(sql "SELECT coalesce(max(sync_state), 'alone') FROM pg_stat_replication")"
    fi
}

case ${1:-} in
    setup | promote | fence | rejoin | tend | status) "$1" ;;
    start) start "${2:-}" ;;
    rebuild) copy_primary ;;
    *) fail "usage: $0 setup|start [alone]|promote|fence|rejoin|rebuild|tend|status" ;;
esac
