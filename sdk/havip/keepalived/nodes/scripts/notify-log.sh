#!/bin/sh
# Called by keepalived on every state change: notify "/etc/keepalived/notify-log.sh"
# Writes the change to the system log, and the current state to a file.
set -eu

kind=${1:?usage: notify-log.sh INSTANCE|GROUP NAME STATE [PRIORITY]}
name=${2:?no name}
state=${3:?no state}
folder=${HAVIP_RUN:-/run/havip}

logger -t havip "$kind $name is now $state (priority ${4:-unknown})" 2>/dev/null || true

mkdir -p "$folder"
printf '%s %s\n' "$state" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$folder/.$name.new"
mv "$folder/.$name.new" "$folder/$name"
