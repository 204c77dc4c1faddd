#!/bin/sh
# Called by keepalived on every state change: notify "/etc/keepalived/notify-hook.sh"
# Runs all executables in /etc/keepalived/hooks.d, sorted by name, with keepalived's arguments:
# INSTANCE or GROUP, the name, the state, the priority. A hook that fails or takes longer than ten
# seconds is logged; the others still run.
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
