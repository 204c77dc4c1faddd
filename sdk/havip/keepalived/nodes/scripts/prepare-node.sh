#!/bin/sh
# prepare-node.sh INTERFACE: run once, as root, when a node is set up. Keeps the system's daemons
# from interfering with keepalived: with the addresses that it adds to INTERFACE, and its checks.
set -eu

interface=${1:?usage: prepare-node.sh INTERFACE}
root=${HAVIP_ROOT:-}

# systemd-networkd removes addresses that it does not manage on restart, for example on an upgrade.
network=$(networkctl --no-pager --no-legend status "$interface" 2>/dev/null |
    sed -n 's/^ *Network File: *//p' | head -n 1)
if [ -n "$network" ] && [ "$network" != n/a ]; then
    folder=$root/etc/systemd/network/$(basename "$network").d
    mkdir -p "$folder"
    printf '[Network]\nKeepConfiguration=static\n' >"$folder/havip.conf"
    networkctl reload 2>/dev/null || true
fi

# NetworkManager does so when it activates the interface again; and its cloud helper removes every
# address that is missing from the metadata service, which does not list HAVIPs.
if [ -d "$root/etc/NetworkManager" ]; then
    mkdir -p "$root/etc/NetworkManager/conf.d"
    printf '[device-havip]\nmatch-device=interface-name:%s\nkeep-configuration=yes\n' "$interface" \
        >"$root/etc/NetworkManager/conf.d/90-havip.conf"
    systemctl disable --now nm-cloud-setup.timer nm-cloud-setup.service 2>/dev/null || true
fi

# SELinux (enforcing on RHEL and its derivatives): allow haproxy to use any port, and keepalived's
# check to query it.
if command -v selinuxenabled >/dev/null && selinuxenabled; then
    setsebool -P haproxy_connect_any=1 keepalived_connect_any=1
fi
