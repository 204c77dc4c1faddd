#!/bin/sh
# prepare-node.sh INTERFACE: once, as root, when a node is set up. Has the system's own daemons
# leave alone what keepalived does: the addresses that it puts on INTERFACE, and its checks.
set -eu

interface=${1:?usage: prepare-node.sh INTERFACE}
root=${HAVIP_ROOT:-}

# systemd-networkd drops addresses that it does not know when it restarts, as at its upgrade.
network=$(networkctl --no-pager --no-legend status "$interface" 2>/dev/null |
    sed -n 's/^ *Network File: *//p' | head -n 1)
if [ -n "$network" ] && [ "$network" != n/a ]; then
    folder=$root/etc/systemd/network/$(basename "$network").d
    mkdir -p "$folder"
    printf '[Network]\nKeepConfiguration=static\n' >"$folder/havip.conf"
    networkctl reload 2>/dev/null || true
fi

# NetworkManager does so where it takes the interface over anew; and its helper for clouds takes
# every address away that the metadata service does not list, which a HAVIP is not.
if [ -d "$root/etc/NetworkManager" ]; then
    mkdir -p "$root/etc/NetworkManager/conf.d"
    printf '[device-havip]\nmatch-device=interface-name:%s\nkeep-configuration=yes\n' "$interface" \
        >"$root/etc/NetworkManager/conf.d/90-havip.conf"
    systemctl disable --now nm-cloud-setup.timer nm-cloud-setup.service 2>/dev/null || true
fi

# SELinux (RHEL and its kin, where it is enforcing): haproxy may serve and reach any port, and
# keepalived's check may ask it.
if command -v selinuxenabled >/dev/null && selinuxenabled; then
    setsebool -P haproxy_connect_any=1 keepalived_connect_any=1
fi
