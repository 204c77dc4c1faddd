"""Checks on a database cluster: leader, quorum, and holder of the address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from havip.doctor.database import SOON
from havip.doctor.registry import CHECKS, DATABASE, NODE
from havip.rules import Problem, Severity

if TYPE_CHECKING:
    from havip.doctor.database import Database
    from havip.doctor.facts import Facts
    from havip.doctor.local import Local

_CLUSTER: Final = "measured on clusters of three machines"


def _databases(facts: Facts) -> Iterator[tuple[str, Database]]:
    """Yield the cluster behind each HAVIP, with the id of the HAVIP."""
    for here, database in _here(facts):
        yield here.id, database
    if facts.cluster is not None:
        for vip in facts.clustered:
            yield vip.ha_vip_id, facts.cluster


def _here(facts: Facts) -> Iterator[tuple[Local, Database]]:
    """Yield the cluster that this machine belongs to, for each HAVIP."""
    for here in facts.local:
        if here.database is not None:
            yield here, here.database


@CHECKS.rule(
    "database-quorum",
    Severity.ERROR,
    reason="Without a majority of its three machines a cluster accepts no writes and cannot fail "
    "over.",
    fix="Start the machines that do not respond, and open the cluster's ports between all three "
    "machines.",
    source=_CLUSTER,
    needs=DATABASE,
)
def _quorum(facts: Facts) -> Iterator[Problem]:
    for id, database in _databases(facts):
        if not database.quorum:
            silent = ", ".join(one for one in database.nodes if one not in database.votes)
            yield Problem(f"the database has no quorum: {silent} do not vote", subject=id)


@CHECKS.rule(
    "database-leader",
    Severity.ERROR,
    reason="Clients cannot write.",
    fix="Check the log of each server: journalctl -u patroni, or -u mariadb.",
    source=_CLUSTER,
    needs=DATABASE,
)
def _leader(facts: Facts) -> Iterator[Problem]:
    for id, database in _databases(facts):
        if not database.writable:
            known = ", ".join(f"{one.node} {one.state}" for one in database.servers.values())
            yield Problem(f"no database server is writable ({known})", subject=id)


@CHECKS.rule(
    "database-two-leaders",
    Severity.ERROR,
    reason="From now on the two writable servers diverge.",
    fix="Stop Patroni on the server that is not the leader according to etcd: patronictl list.",
    source=_CLUSTER,
    needs=DATABASE,
)
def _two_leaders(facts: Facts) -> Iterator[Problem]:
    for id, database in _databases(facts):
        if database.engine == "postgresql" and len(database.writable) > 1:
            both = " and ".join(database.writable)
            yield Problem(f"two PostgreSQL servers claim to be the leader: {both}", subject=id)


@CHECKS.rule(
    "database-redundancy",
    Severity.WARNING,
    reason="The cluster is available, but the next fault would be an outage.",
    fix="Restore what is missing; havip-redundancy.service fails until then.",
    source=_CLUSTER,
    needs=DATABASE,
)
def _redundancy(facts: Facts) -> Iterator[Problem]:
    for id, database in _databases(facts):
        if database.quorum and database.lacks:
            yield Problem(f"redundancy is lost: {database.lacks}", subject=id)


@CHECKS.rule(
    "database-not-writable",
    Severity.ERROR,
    reason="Clients of the address reach a server that does not serve them.",
    fix="Check keepalived's health check on this machine, and that it has no weight.",
    source=_CLUSTER,
    needs=DATABASE,
)
def _not_writable(facts: Facts) -> Iterator[Problem]:
    for here, database in _here(facts):
        if here.configured_on and not database.serves:
            what = f"this machine has {here.vip.vip} configured, but its database does not serve"
            yield Problem(what, subject=here.id)
    for vip in facts.clustered:
        holder = facts.holder(vip)
        if facts.cluster and holder and holder not in facts.cluster.writable:
            what = f"{holder} holds {vip.vip}, and its database does not serve"
            yield Problem(what, subject=vip.ha_vip_id)


@CHECKS.rule(
    "database-unreachable",
    Severity.ERROR,
    reason="Clients do not reach the leader.",
    fix="Start keepalived here: systemctl start keepalived. No other machine may take the address.",
    source=_CLUSTER,
    needs=NODE,
)
def _unreachable(facts: Facts) -> Iterator[Problem]:
    for here, database in _here(facts):
        if database.engine == "postgresql" and database.serves and not here.configured_on:
            what = f"this machine's database leads, but {here.vip.vip} is not configured here"
            yield Problem(what, subject=here.id)


@CHECKS.rule(
    "database-restart-pending",
    Severity.WARNING,
    reason="A changed setting takes effect with the next restart, which may be an unplanned one.",
    fix="Restart the standby, switch over, restart the other server: patronictl restart.",
    source=_CLUSTER,
    needs=DATABASE,
)
def _restart_pending(facts: Facts) -> Iterator[Problem]:
    for id, database in _databases(facts):
        for one in database.servers.values():
            if one.restart_pending:
                yield Problem(f"the server {one.node} needs a restart", subject=id)


@CHECKS.rule(
    "database-certificate",
    Severity.WARNING,
    reason="After it expires, the cluster's machines no longer trust each other.",
    fix="Create a new one and install it on all three machines, see docs/howto/databases.md.",
    source=_CLUSTER,
    needs=DATABASE,
)
def _certificate(facts: Facts) -> Iterator[Problem]:
    for id, database in _databases(facts):
        if database.certificate_ends:
            what = f"the certificate of the cluster expires within {SOON} days"
            yield Problem(what, subject=id)
