#!/bin/sh
# Called by keepalived to move an ordinary address by an API call, without a HAVIP:
#     notify "/etc/keepalived/notify-switch.sh ADDRESS"
#     notify_master_rx_lower_pri "/etc/keepalived/notify-switch.sh ADDRESS"
# The second line is essential: after a short loss of VRRP the winner stays master without a notify.
# A run as master continues until this node is no longer master.
#
# Scripts may start late and in a different order than the state changes. So keepalived's arguments
# are not trusted: this node is master as long as keepalived runs and the address (one of
# virtual_ipaddress) is configured on an interface. Meanwhile the call is repeated, often at first
# and then every HAVIP_SWITCH_GUARD seconds: a call that the other node has started may finish after
# this one, and if this node's advertisement ends a loss of VRRP before the other node's arrives,
# keepalived does not run a script here at all. A call without a change is a single API request.
#
# All runs do the same, and the newest goes on: the others leave after their current call. A lock
# would not do, as a process that a killed run leaves behind would keep it.
# Settings such as TENCENTCLOUD_REGION, HAVIP_ENDPOINT or HAVIP_COMMAND are read from
# /etc/keepalived/switch.env.
set -eu
umask 022 # with keepalived's umask only root could read the folder

address=${1:?usage: notify-switch.sh ADDRESS [INSTANCE|GROUP NAME STATE PRIORITY]}
event="${3:-} ${4:-}"

settings=${HAVIP_SWITCH_ENV:-/etc/keepalived/switch.env}
if [ -r "$settings" ]; then
    set -a
    # shellcheck source=/dev/null
    . "$settings"
    set +a
fi
folder=${HAVIP_RUN:-/run/havip}
mkdir -p "$folder"
newest=$folder/switch-$address.pid

say() {
    logger -t havip "$address: $*" 2>/dev/null || true
}

is_master() {
    pidof keepalived >/dev/null && [ -n "$(ip -o address show to "$address" 2>/dev/null)" ]
}

is_newest() {
    [ "$(cat "$newest" 2>/dev/null)" = "$$" ]
}

bring() {
    left=${HAVIP_SWITCH_TRIES:-60}
    looks=${HAVIP_SWITCH_LOOKS:-8}
    before=
    while is_master; do
        is_newest || return 0
        code=0
        said=$("${HAVIP_COMMAND:-havip}" switch-ip "$address" --timeout 10 2>&1) || code=$?
        [ "$said" = "$before" ] || say "$said"
        before=$said
        case $code in
            0)
                left=${HAVIP_SWITCH_TRIES:-60}
                looks=$((looks - 1))
                if [ "$looks" -gt 0 ]; then
                    sleep "${HAVIP_SWITCH_AGAIN:-3}"
                else
                    [ "${HAVIP_SWITCH_GUARD-6}" ] || return 0
                    sleep "${HAVIP_SWITCH_GUARD-6}"
                fi
                continue
                ;;
            2 | 126 | 127) return "$code" ;;
        esac
        left=$((left - 1))
        if [ "$left" -le 0 ]; then
            say "giving up: the address is not on this node, although it is the master"
            return "$code"
        fi
        sleep "${HAVIP_SWITCH_PAUSE:-1}"
    done
    say "this node is not the master (${event:-no event}): leaving the address to the other node"
}

echo "$$" >"$newest.$$"
mv "$newest.$$" "$newest"
bring
