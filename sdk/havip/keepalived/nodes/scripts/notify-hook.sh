#!/bin/sh
# keepalived calls it on every change of state: notify "/etc/keepalived/notify-hook.sh"
# Runs every executable of /etc/keepalived/hooks.d, in the order of their names, with keepalived's
# own arguments: INSTANCE or GROUP, the name, the state, the priority. One that fails or takes
# longer than ten seconds is logged, and does not keep the others from running.
set -eu

folder=${HAVIP_HOOKS:-/etc/keepalived/hooks.d}
: "${3:?usage: notify-hook.sh INSTANCE|GROUP NAME STATE [PRIORITY]}"

for hook in "$folder"/*; do
    if [ ! -f "$hook" ] || [ ! -x "$hook" ]; then
        continue
    fi
    if timeout "${HAVIP_HOOK_SECONDS:-10}" "$hook" "$@"; then
        continue
    fi
    logger -t havip "hook $hook failed on $2 $3" 2>/dev/null || true
done
