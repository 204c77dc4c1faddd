"""Files of Patroni, which elects the PostgreSQL leader."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Literal

from pydantic import SecretStr

from havip.keepalived.config.model import VrrpScript
from havip.keepalived.nodes.database import CERTIFICATE, HOME, unit
from havip.keepalived.nodes.setup import NodeFile

REQUIREMENT: Final = files("havip.keepalived.nodes").joinpath("patroni.txt").read_text()
"""The pinned version from the package index, with the hash of its wheel."""
_VENV: Final = "/opt/havip/patroni"
_KEY: Final = f"{HOME}/postgres.key"
_LIBRARIES: Final = (
    "python3-venv",
    "python3-psycopg2",
    "python3-yaml",
    "python3-urllib3",
    "python3-dateutil",
    "python3-psutil",
    "python3-prettytable",
    "python3-click",
    "python3-etcd",
    "python3-cdiff",
)
"""Patroni's dependencies, patched by the distribution; only Patroni itself is pinned."""


def leader_check(own: str, *, interval: int, fall: int) -> VrrpScript:
    """Build a check that this node's server is the leader according to its Patroni."""
    command = f"/usr/bin/curl -sf -o /dev/null -m 1 --cacert {CERTIFICATE}"
    return VrrpScript(
        name="checkleader",
        script=f"{command} https://{own}:8008/primary",
        interval=interval,
        timeout=interval,
        fall=fall,
        rise=1,
    )


@dataclass(frozen=True, slots=True)
class Cluster:
    """Settings shared by the two servers.

    Attributes:
        vip: The HAVIP's address, which names the cluster.
        machines: The addresses of all three, the witness last.
        version: The major version of PostgreSQL.
        port: The servers' port.
        clients: The CIDR block of the clients.
        subnet: The CIDR block of the subnet.
        synchronous: Whether commits wait for the standby.
        password: The password of the roles for replication and pg_rewind.
        source: The source of Patroni.
    """

    vip: str
    machines: tuple[str, str, str]
    version: int
    port: int
    clients: str
    subnet: str
    synchronous: bool
    password: SecretStr
    source: Literal["pypi", "packages"]

    @property
    def etcd_api(self) -> int:
        """Version of etcd's API: 2 if the version of Patroni is not known."""
        return 3 if self.source == "pypi" else 2

    @property
    def packages(self) -> tuple[str, ...]:
        """Packages of a server, besides those of etcd."""
        patroni = _LIBRARIES if self.source == "pypi" else ("patroni", "python3-etcd")
        return (f"postgresql-{self.version}", *patroni)

    @property
    def commands(self) -> tuple[tuple[str, ...], ...]:
        """One-time commands: stop the package's own server, without changing its data."""
        return (
            ("chown", "postgres:", f"{HOME}/patroni.yml"),
            ("sh", "-c", f"pg_ctlcluster {self.version} main stop || true"),
        )

    def binary(self, name: str) -> str:
        """Return the path of a Patroni program."""
        return f"{_VENV}/bin/{name}" if self.source == "pypi" else f"/usr/bin/{name}"

    def files(self, own: str) -> tuple[NodeFile, ...]:
        """Build the files of a server."""
        config = NodeFile(
            path=f"{HOME}/patroni.yml", content=self._config(own), mode="0600", secret=True
        )
        requirements = NodeFile(path=f"{HOME}/patroni.txt", content=REQUIREMENT)
        service = unit("patroni.service", _UNIT.format(binary=self.binary("patroni")))
        # The package's own server uses Patroni's port, so it must never start again.
        start = NodeFile(path=f"/etc/postgresql/{self.version}/main/start.conf", content="manual\n")
        return (config, service, start, *((requirements,) if self.source == "pypi" else ()))

    def _config(self, own: str) -> str:
        return _CONFIG.format(
            own=own,
            scope=f"havip-{self.vip}",
            store="etcd3" if self.etcd_api == 3 else "etcd",
            stores=", ".join(f"{one}:2379" for one in self.machines),
            certificate=CERTIFICATE,
            key=_KEY,
            synchronous=str(self.synchronous).lower(),
            port=self.port,
            version=self.version,
            password=self.password.get_secret_value(),
            subnet=self.subnet,
            clients=self.clients,
        )


_CONFIG: Final = """\
scope: {scope}
name: "{own}"
restapi:
  listen: {own}:8008
  connect_address: {own}:8008
  certfile: {certificate}
  keyfile: {key}
  cafile: {certificate}
  # Reads are open; stop, restart and switchover require the cluster's certificate.
  verify_client: optional
ctl:
  cacert: {certificate}
  certfile: {certificate}
  keyfile: {key}
{store}:
  hosts: [{stores}]
  protocol: https
  cacert: {certificate}
  cert: {certificate}
  key: {key}
bootstrap:
  dcs:
    ttl: 20
    loop_wait: 2
    retry_timeout: 3
    primary_start_timeout: 0
    maximum_lag_on_failover: 1048576
    synchronous_mode: {synchronous}
    postgresql:
      use_pg_rewind: true
      use_slots: true
      parameters:
        wal_log_hints: 'on'
        wal_keep_size: 256MB
        max_slot_wal_keep_size: 4GB
        wal_receiver_timeout: 3s
        wal_sender_timeout: 3s
        wal_retrieve_retry_interval: 500ms
  initdb:
  - encoding: UTF8
  - data-checksums
postgresql:
  listen: 0.0.0.0:{port}
  connect_address: {own}:{port}
  data_dir: /var/lib/postgresql/{version}/havip
  bin_dir: /usr/lib/postgresql/{version}/bin
  pgpass: /var/lib/postgresql/havip.pgpass
  use_unix_socket: true
  # Otherwise the first copy waits for the primary's next regular checkpoint.
  basebackup:
  - checkpoint: fast
  authentication:
    superuser: {{username: postgres}}
    replication:
      username: havip_replication
      password: {password}
      sslmode: verify-ca
      sslrootcert: {certificate}
    rewind:
      username: havip_rewind
      password: {password}
      sslmode: verify-ca
      sslrootcert: {certificate}
  remove_data_directory_on_rewind_failure: true
  remove_data_directory_on_diverged_timelines: true
  parameters:
    unix_socket_directories: /var/run/postgresql
    ssl: 'on'
    ssl_cert_file: {certificate}
    ssl_key_file: {key}
  pg_hba:
  - local all all peer
  - local replication postgres peer
  - hostssl replication havip_replication 127.0.0.1/32 scram-sha-256
  - hostssl replication havip_replication {subnet} scram-sha-256
  - hostssl postgres havip_rewind {subnet} scram-sha-256
  - host all havip_replication,havip_rewind 0.0.0.0/0 reject
  - host all all {clients} scram-sha-256
watchdog: {{mode: 'off'}}
"""
_UNIT: Final = """\
[Unit]
Description=Patroni, leader election of the PostgreSQL servers behind a HAVIP
After=network-online.target etcd.service
Wants=network-online.target
StartLimitIntervalSec=0

[Service]
User=postgres
Group=postgres
ExecStartPre=+/etc/havip/member patroni
ExecStart={binary} /etc/havip/patroni.yml
ExecReload=/bin/kill -s HUP $MAINPID
KillMode=process
TimeoutStartSec=infinity
TimeoutStopSec=60
Restart=always
RestartSec=2

[Install]
WantedBy=multi-user.target
"""
