#!/bin/sh
# MariaDB (10.6 or later, of Debian or Ubuntu) on one of the two nodes behind a HAVIP.
#
# A server starts read-only, whatever it was; who holds the address is made writable.
#
#   setup     lay the server out, once, as the first primary or as its standby
#   check     keepalived, every second: answers, and takes writes if it should
#   promote   keepalived, on becoming master: apply what has come in, then take writes
#   fence     keepalived, on leaving: a primary that gave the address up takes none any more
#   rejoin    make a read-only server the standby of the primary, from where it stands
#   rebuild   the same by a new copy of all data, where the two have parted ways
#   tend      a timer: wait for the standby on every commit, once there is one; rejoin; fence
#   status    say what the server is
set -eu
cd /

# shellcheck source=/dev/null
. "${HAVIP_DATABASE_ENV:-/etc/keepalived/database.env}"
: "${HAVIP_PORT:?}" "${HAVIP_SELF:?}" "${HAVIP_PEER:?}" "${HAVIP_VIP:?}" "${HAVIP_FIRST:?}"
: "${HAVIP_SYNC:?}" "${HAVIP_REPLICATION_PASSWORD:?}"

account=/etc/keepalived/replication.cnf
done_once=/var/lib/mysql/havip-setup-done
was_master=/run/havip/mariadb.master
took_writes=/run/havip/mariadb.writes
patience=${HAVIP_PATIENCE:-600}

say() {
    echo "mariadb: $*" >&2
    logger -t havip "mariadb: $*" 2>/dev/null || true
}

fail() {
    say "$*"
    exit 1
}

sql() {
    mariadb --no-defaults --skip-column-names --batch -e "$1"
}

peer() {
    command=$1
    shift
    "$command" --defaults-file="$account" --host="$HAVIP_PEER" --port="$HAVIP_PORT" "$@"
}

runs() {
    mariadb-admin --no-defaults --connect-timeout=2 ping >/dev/null 2>&1
}

is_primary() {
    [ "$(sql 'SELECT @@global.read_only')" = 0 ]
}

peer_is_primary() {
    [ "$(peer mariadb --connect-timeout=2 -N -B -e 'SELECT @@global.read_only' 2>/dev/null)" = 0 ]
}

# Every promotion is counted: of two primaries, the one promoted last has the higher count.
count="SELECT COALESCE(MAX(number), 0) FROM mysql.havip_promotions"

# Prints -1, 0 or 1: whether this primary was promoted before its peer, or after it.
compare_promotions() {
    own=$(sql "$count" 2>/dev/null) || own=0
    other=$(peer mariadb --connect-timeout=2 -N -B -e "$count" 2>/dev/null) || other=0
    echo $(((own > other) - (own < other)))
}

count_promotion() {
    mariadb --no-defaults <<-SQL
		CREATE TABLE IF NOT EXISTS mysql.havip_promotions
		    (number INT PRIMARY KEY, server VARCHAR(15), at TIMESTAMP) ENGINE = InnoDB;
		INSERT INTO mysql.havip_promotions
		    SELECT COALESCE(MAX(number), 0) + 1, '$HAVIP_SELF', NOW() FROM mysql.havip_promotions;
	SQL
}

# Whether this standby has noticed by itself that its primary is gone.
lost_peer() {
    [ "$(replica Slave_IO_Running)" = Connecting ]
}

# A primary that waits for this standby has acknowledged nothing that is not here. One that lives
# answers at once; for a dead one the takeover must not wait.
peer_commits_alone() {
    [ "$(timeout 0.5 mariadb --defaults-file="$account" --host="$HAVIP_PEER" --port="$HAVIP_PORT" \
        -N -B -e 'SELECT @@global.read_only = 0 AND @@global.rpl_semi_sync_master_enabled = 0' \
        2>/dev/null)" = 1 ]
}

is_replica() {
    [ -n "$(sql 'SHOW SLAVE STATUS')" ]
}

# A field of SHOW SLAVE STATUS, or nothing.
replica() {
    mariadb --no-defaults -e 'SHOW SLAVE STATUS\G' | sed -n "s/^ *$1: //p"
}

follows() {
    [ "$(replica Slave_IO_Running)$(replica Slave_SQL_Running)" = YesYes ]
}

trouble() {
    echo "$(replica Last_IO_Error)$(replica Last_SQL_Error)"
}

holds_address() {
    ip -4 -o address | grep -qF " $HAVIP_VIP/"
}

setup() {
    [ ! -e "$done_once" ] || return 0
    install -m 644 /etc/keepalived/mariadb.cnf /etc/mysql/mariadb.conf.d/60-havip.cnf
    service mariadb restart
    if [ "$HAVIP_FIRST" = on ]; then
        sql 'SET GLOBAL read_only = 0'
        add_account
    else
        wait_for_primary
        join
        let_primary_go_first
    fi
    touch "$done_once"
    say "is set up"
}

add_account() {
    for node in "$HAVIP_SELF" "$HAVIP_PEER"; do
        mariadb --no-defaults <<-SQL
			CREATE USER havip_replication@'$node' IDENTIFIED BY '$HAVIP_REPLICATION_PASSWORD';
			GRANT SELECT, SHOW VIEW, TRIGGER, EVENT, LOCK TABLES, RELOAD, PROCESS,
			    REPLICATION SLAVE, BINLOG MONITOR ON *.* TO havip_replication@'$node';
		SQL
    done
}

wait_for_primary() {
    left=$patience
    until peer_is_primary; do
        [ "$left" -gt 0 ] || fail "no primary answers on $HAVIP_PEER: set that node up first"
        left=$((left - 1))
        sleep 1
    done
}

let_primary_go_first() {
    left=${HAVIP_COURTESY:-60}
    until mariadb-admin --defaults-file="$account" --connect-timeout=2 --host="$HAVIP_VIP" \
        --port="$HAVIP_PORT" ping >/dev/null 2>&1; do
        [ "$left" -gt 0 ] || return 0
        left=$((left - 1))
        sleep 1
    done
}

# Follow the peer from where this server stands, and see that it agrees.
join() {
    mariadb --no-defaults <<-SQL
		CHANGE MASTER TO MASTER_HOST = '$HAVIP_PEER', MASTER_PORT = $HAVIP_PORT,
		    MASTER_USER = 'havip_replication', MASTER_PASSWORD = '$HAVIP_REPLICATION_PASSWORD',
		    MASTER_CONNECT_RETRY = 1, MASTER_HEARTBEAT_PERIOD = 1, MASTER_USE_GTID = slave_pos;
		START SLAVE;
	SQL
    left=30
    until follows; do
        error=$(trouble)
        if [ -n "$error" ] || [ "$left" = 0 ]; then
            fail "does not follow $HAVIP_PEER: ${error:-no answer}; copy all data anew with: $0 rebuild"
        fi
        left=$((left - 1))
        sleep 1
    done
    say "is a standby of $HAVIP_PEER"
}

rejoin() {
    peer_is_primary || fail "$HAVIP_PEER is no primary: there is nothing to join"
    ! is_primary || fail "takes writes: fence it first"
    if ! is_replica; then
        sql 'SET GLOBAL gtid_slave_pos = @@global.gtid_current_pos'
    fi
    sql 'STOP SLAVE'
    join
}

rebuild() {
    peer_is_primary || fail "$HAVIP_PEER is no primary: there is nothing to copy"
    copy=$(mktemp /var/lib/mysql/havip-copy.XXXXXX)
    # shellcheck disable=SC2064 # the name of now is meant
    trap "rm -f '$copy'" EXIT
    # What is copied has its place in the primary's log, and none in this server's.
    echo 'SET SESSION sql_log_bin = 0;' >"$copy"
    peer mariadb-dump --all-databases --single-transaction --gtid --master-data=1 \
        --ignore-table=mysql.gtid_slave_pos >>"$copy" || fail "the data could not be copied"
    sql 'SET GLOBAL read_only = 1; STOP SLAVE; RESET SLAVE ALL; RESET MASTER'
    mariadb --no-defaults <"$copy"
    sql 'FLUSH LOCAL PRIVILEGES'
    join
}

# A primary that was started anew is read-only: its standby is to take over.
check() {
    writes=$(mariadb --no-defaults --connect-timeout=1 -N -B -e 'SELECT @@global.read_only = 0')
    [ "$writes" = 1 ] || [ ! -e "$took_writes" ]
}

promote() {
    mkdir -p "${was_master%/*}"
    touch "$was_master"
    is_primary || take_over
    touch "$took_writes"
}

take_over() {
    if [ "$HAVIP_SYNC" = on ] && ! lost_peer && peer_commits_alone; then
        fail "$HAVIP_PEER takes writes and waits for nobody: not promoted, since they would be lost"
    fi
    if is_replica; then
        stop_receiving
        sql "SELECT MASTER_GTID_WAIT('$(replica Gtid_IO_Pos)', 30)" | grep -qx 0 ||
            fail "did not apply within 30 seconds what had come in"
        sql 'STOP SLAVE; RESET SLAVE ALL'
    fi
    [ -e "$was_master" ] || fail "gave $HAVIP_VIP up before it had applied what had come in"
    # The peer is gone: a commit must not wait for it.
    sql 'SET GLOBAL rpl_semi_sync_master_enabled = OFF'
    count_promotion
    sql 'SET GLOBAL read_only = 0'
    say "is the primary now"
}

# A thread that is connecting to a dead peer would only stop when that has timed out.
stop_receiving() {
    sql 'STOP SLAVE IO_THREAD' &
    while sleep 0.1 && kill -0 "$!" 2>/dev/null; do
        ss -K state syn-sent dst "$HAVIP_PEER" dport = ":$HAVIP_PORT" >/dev/null 2>&1 || true
    done
    wait "$!"
}

fence() {
    rm -f "$took_writes"
    stop_writes
}

stop_writes() {
    if ! runs || ! is_primary; then
        rm -f "$was_master"
        return 0
    fi
    if [ ! -e "$was_master" ] && ! peer_is_primary; then
        return 0
    fi
    if [ "$(compare_promotions)" = 1 ] && peer_is_primary; then
        say "still takes writes: it was promoted after $HAVIP_PEER, which has to yield"
        return 0
    fi
    rm -f "$was_master"
    # A commit that waits for the standby holds this up: then the server is started anew, and
    # it starts read-only.
    if ! timeout 5 mariadb --no-defaults -e 'SET GLOBAL read_only = 1'; then
        killall -KILL mariadbd
        service mariadb start
    fi
    sql "SELECT id FROM information_schema.processlist
        WHERE user NOT IN ('system user', 'root', 'havip_replication', 'event_scheduler')" |
        while read -r id; do
            sql "KILL $id" 2>/dev/null || true
        done
    say "takes no writes any more, since $HAVIP_VIP is its peer's"
}

tend() {
    runs || return 0
    if ! is_primary; then
        if ! is_replica && peer_is_primary; then
            rejoin
        elif [ -e "$was_master" ] && [ ! -e "$took_writes" ] && holds_address; then
            promote
        fi
        return 0
    fi
    if peer_is_primary; then
        fence_twin
        return 0
    fi
    waits=$(sql 'SELECT @@global.rpl_semi_sync_master_enabled')
    if [ "$HAVIP_SYNC" = on ] && [ "$waits" = 0 ] && [ "$(standbys)" != 0 ]; then
        sql 'SET GLOBAL rpl_semi_sync_master_enabled = ON'
        say "every commit waits for $HAVIP_PEER from now on"
    fi
}

# Two primaries: the one promoted last has what clients were told since. It stays. The other one
# keeps the sign that it took writes: so the health check fails, and it gives the address up.
fence_twin() {
    order=$(compare_promotions)
    if [ "$order" = -1 ] || { [ "$order" = 0 ] && ! holds_address; }; then
        mkdir -p "${was_master%/*}"
        touch "$was_master"
        stop_writes
    fi
}

standbys() {
    sql "SELECT count(*) FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'"
}

status() {
    if ! runs; then
        echo "down"
    elif ! is_primary; then
        if follows; then
            echo "standby streaming"
        else
            echo "standby alone $(trouble)"
        fi
    elif [ "$(standbys)" = 0 ]; then
        echo "primary alone"
    else
        case $(sql 'SELECT @@global.rpl_semi_sync_master_enabled') in
            1) echo "primary sync" ;;
            *) echo "primary async" ;;
        esac
    fi
}

case ${1:-} in
    setup | check | promote | fence | rejoin | rebuild | tend | status) "$1" ;;
    *) fail "usage: $0 setup|check|promote|fence|rejoin|rebuild|tend|status" ;;
esac
