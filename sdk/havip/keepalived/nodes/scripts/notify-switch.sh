#!/bin/sh
# keepalived calls it where there is no HAVIP and an API call has to bring an ordinary address:
#     notify "/etc/keepalived/notify-switch.sh ADDRESS"
#     notify_master_rx_lower_pri "/etc/keepalived/notify-switch.sh ADDRESS"
# The second line counts: after a short loss of VRRP the winner stays the master without a notify.
# The first run as the master goes on until this node is the master no more.
#
# Scripts may start late and in another order than keepalived changed its state. So the words that
# keepalived adds are not trusted: this node is the master as long as keepalived runs and the
# address (one of virtual_ipaddress) is on an interface. As long as it is, the call is repeated,
# often at first and then every HAVIP_SWITCH_GUARD seconds: a call that the other node began may
# end after this one, and where this node's advertisement ends a loss of VRRP before the other
# node's arrives, keepalived runs no script here at all. A call that has nothing to do is one look
# at the API. Settings, such as TENCENTCLOUD_REGION, HAVIP_ENDPOINT or HAVIP_COMMAND, may stand
# in /etc/keepalived/switch.env.
set -eu
umask 022 # keepalived's own would make a folder that only root can enter

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
again=$folder/switch-$address.again

say() {
    logger -t havip "$address: $*" 2>/dev/null || true
}

is_master() {
    pidof keepalived >/dev/null && [ -n "$(ip -o address show to "$address" 2>/dev/null)" ]
}

bring() {
    left=${HAVIP_SWITCH_TRIES:-60}
    looks=${HAVIP_SWITCH_LOOKS:-8}
    before=
    while is_master; do
        code=0
        said=$("${HAVIP_COMMAND:-havip}" switch-ip "$address" --timeout 10 2>&1 9>&-) || code=$?
        [ "$said" = "$before" ] || say "$said"
        before=$said
        case $code in
            0)
                left=${HAVIP_SWITCH_TRIES:-60}
                if [ -e "$again" ]; then
                    rm -f "$again"
                    looks=${HAVIP_SWITCH_LOOKS:-8}
                fi
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
            say "given up: the address is not here, though this node is the master"
            return "$code"
        fi
        sleep "${HAVIP_SWITCH_PAUSE:-1}"
    done
    say "this node is not the master (${event:-no event}): the address is left to the one that is"
}

# One run at a time; an event that comes meanwhile has the running one begin anew.
: >"$again"
code=0
while [ -e "$again" ]; do
    exec 9>"$folder/switch-$address.lock"
    flock -n 9 || exit 0
    rm -f "$again"
    bring && code=0 || code=$?
    exec 9>&-
done
exit "$code"
