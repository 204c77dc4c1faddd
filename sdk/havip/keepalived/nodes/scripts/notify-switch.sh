#!/bin/sh
# keepalived calls it on every change of state, where there is no HAVIP and an API call has to
# bring an ordinary address: notify "/etc/keepalived/notify-switch.sh ADDRESS"
# A call that fails, or that gives way to another node's, is repeated as long as this node is the
# master, and no longer: the last to become master has the address in the end. Settings, such as
# TENCENTCLOUD_REGION, HAVIP_ENDPOINT or HAVIP_COMMAND, may stand in /etc/keepalived/switch.env.
set -eu
umask 022 # keepalived's own would make a folder that only root can enter

address=${1:?usage: notify-switch.sh ADDRESS INSTANCE|GROUP NAME STATE [PRIORITY]}
name=${3:?no name}
state=${4:?no state}

settings=${HAVIP_SWITCH_ENV:-/etc/keepalived/switch.env}
if [ -r "$settings" ]; then
    set -a
    # shellcheck source=/dev/null
    . "$settings"
    set +a
fi
folder=${HAVIP_RUN:-/run/havip}

say() {
    logger -t havip "$address: $*" 2>/dev/null || true
}

# Whoever runs last for this name has the turn; an earlier run sees that and stops.
mkdir -p "$folder"
turn=$folder/switch-$name
printf '%s\n' "$state $$" >"$turn.$$"
mv "$turn.$$" "$turn"
if [ "$state" != MASTER ]; then
    exit 0
fi

left=${HAVIP_SWITCH_TRIES:-60}
again=yes
while [ "$(cat "$turn")" = "MASTER $$" ]; do
    code=0
    said=$("${HAVIP_COMMAND:-havip}" switch-ip "$address" --timeout 10 2>&1) || code=$?
    say "$said"
    left=$((left - 1))
    case $code in
        0)
            # One more look, later: a call that another node began while it was the master may
            # have ended after this one.
            [ "$again" = yes ] || exit 0
            again=no
            sleep "${HAVIP_SWITCH_AGAIN:-5}"
            continue
            ;;
        2 | 126 | 127) exit "$code" ;;
    esac
    if [ "$left" -le 0 ]; then
        say "given up: the address is not here, though $name is the master"
        exit "$code"
    fi
    sleep "${HAVIP_SWITCH_PAUSE:-1}"
done
say "$name is not the master any more: the address is left to the node that is"
