#!/bin/sh
# Installs the programs that the lab runs, on Debian or Ubuntu, as root. Their services are not
# started, now or at boot; existing services are not changed. With --soak, also installs what only
# the tests of whole machines need.
set -eu

# The network and the load balancers; the databases and their quorum; faults;
# additional tools of the tests.
packages="keepalived haproxy nginx nftables psmisc iproute2 util-linux procps iputils-ping curl"
packages="$packages postgresql-15 etcd-server etcd-client"
packages="$packages python3-venv python3-psycopg2 python3-yaml python3-urllib3 python3-dateutil"
packages="$packages python3-psutil python3-prettytable python3-click python3-etcd python3-cdiff"
packages="$packages mariadb-server mariadb-backup galera-4 rsync socat"
packages="$packages faketime"
packages="$packages iperf3 shellcheck cloud-init"
if [ "${1:-}" = --soak ]; then
    packages="$packages debootstrap systemd-container"
fi

if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "install-deps.sh: needs root, and apt-get of Debian or Ubuntu" >&2
    exit 1
fi

# Installed where the set-up of a node would: nodes of the lab have no package index.
patroni() {
    [ ! -x /opt/havip/patroni/bin/patroni ] || return 0
    /usr/bin/python3 -m venv --system-site-packages /opt/havip/patroni
    /opt/havip/patroni/bin/pip install --quiet --no-deps --require-hashes --only-binary=:all: \
        -r "$(dirname "$0")/../keepalived/nodes/patroni.txt"
}

absent=
for package in $packages; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || absent="$absent $package"
done
if [ -z "$absent" ]; then
    patroni
    echo "all packages of the lab are installed"
    exit 0
fi

# This policy prevents packages from starting services. An existing one is restored afterwards.
policy=/usr/sbin/policy-rc.d
saved=$(mktemp -d)
restore() {
    rm -f "$policy"
    if [ -e "$saved/policy" ]; then
        cp -p "$saved/policy" "$policy"
    fi
    rm -rf "$saved"
}
if [ -e "$policy" ]; then
    cp -p "$policy" "$saved/policy"
fi
trap restore EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
printf '#!/bin/sh\nexit 101\n' >"$policy"
chmod 755 "$policy"

export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# shellcheck disable=SC2086 # one word a package
apt-get install -y -qq --no-install-recommends $absent >/dev/null

case "$absent " in
    # Its schema check alone is wanted: at the next boot it must not set this machine up.
    *" cloud-init "*) touch /etc/cloud/cloud-init.disabled ;;
esac
if command -v systemctl >/dev/null; then
    for package in $absent; do
        case $package in
            keepalived | haproxy | nginx | nftables | iperf3) service=$package ;;
            etcd-server) service=etcd ;;
            postgresql-*) service=postgresql ;;
            mariadb-server) service=mariadb ;;
            *) continue ;;
        esac
        systemctl disable --quiet "$service" 2>/dev/null || true
    done
fi
patroni
echo "installed:$absent"
