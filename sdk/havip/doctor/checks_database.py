"""The checks on a machine of a database cluster: who leads, who votes, and who has the address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from havip.doctor.database import SOON
from havip.doctor.registry import CHECKS, NODE
from havip.rules import Problem, Severity

if TYPE_CHECKING:
    from havip.doctor.database import Database
    from havip.doctor.facts import Facts
    from havip.doctor.local import Local

_CLUSTER: Final = "measured on clusters of three machines"


def _databases(facts: Facts) -> Iterator[tuple[Local, Database]]:
    for here in facts.local:
        if here.database is not None:
            yield here, here.database


@CHECKS.rule(
    "database-quorum",
    Severity.ERROR,
    reason="Without a majority of its three machines a cluster takes no writes and moves nothing.",
    fix="Start the machines that do not answer, and let the ports of the cluster pass between "
    "all three.",
    source=_CLUSTER,
    needs=NODE,
)
def _quorum(facts: Facts) -> Iterator[Problem]:
    for here, database in _databases(facts):
        if not database.quorum:
            silent = ", ".join(one for one in database.nodes if one not in database.votes)
            yield Problem(f"the database has no quorum: {silent} do not vote", subject=here.id)


@CHECKS.rule(
    "database-leader",
    Severity.ERROR,
    reason="Clients can write to nobody.",
    fix="See why on each server: journalctl -u patroni, or -u mariadb.",
    source=_CLUSTER,
    needs=NODE,
)
def _leader(facts: Facts) -> Iterator[Problem]:
    for here, database in _databases(facts):
        if not database.writable:
            known = ", ".join(f"{one.node} {one.state}" for one in database.servers.values())
            yield Problem(f"no database server takes writes ({known})", subject=here.id)


@CHECKS.rule(
    "database-two-leaders",
    Severity.ERROR,
    reason="Two servers that both take writes hold different rows from then on.",
    fix="Stop Patroni on the one that etcd does not name as the leader: patronictl list.",
    source=_CLUSTER,
    needs=NODE,
)
def _two_leaders(facts: Facts) -> Iterator[Problem]:
    for here, database in _databases(facts):
        if database.engine == "postgresql" and len(database.writable) > 1:
            both = " and ".join(database.writable)
            yield Problem(f"two PostgreSQL servers say that they lead: {both}", subject=here.id)


@CHECKS.rule(
    "database-redundancy",
    Severity.WARNING,
    reason="The cluster serves, and the next fault would be an outage.",
    fix="Bring back what is missing; havip-redundancy.service fails until it is there.",
    source=_CLUSTER,
    needs=NODE,
)
def _redundancy(facts: Facts) -> Iterator[Problem]:
    for here, database in _databases(facts):
        if database.quorum and database.lacks:
            yield Problem(f"redundancy is lost: {database.lacks}", subject=here.id)


@CHECKS.rule(
    "database-astray",
    Severity.ERROR,
    reason="Clients of the address reach a server that does not serve them.",
    fix="See what the check of keepalived says here, and that it has no weight.",
    source=_CLUSTER,
    needs=NODE,
)
def _astray(facts: Facts) -> Iterator[Problem]:
    for here, database in _databases(facts):
        if here.having and not database.serves:
            what = f"this machine has configured {here.vip.vip}, and its database does not serve"
            yield Problem(what, subject=here.id)


@CHECKS.rule(
    "database-unreached",
    Severity.ERROR,
    reason="The server that leads is not the one that clients reach.",
    fix="Start keepalived here: systemctl start keepalived. Nobody else may take the address.",
    source=_CLUSTER,
    needs=NODE,
)
def _unreached(facts: Facts) -> Iterator[Problem]:
    for here, database in _databases(facts):
        if database.engine == "postgresql" and database.serves and not here.having:
            what = f"this machine's database leads, and {here.vip.vip} is not configured here"
            yield Problem(what, subject=here.id)


@CHECKS.rule(
    "database-restart-pending",
    Severity.WARNING,
    reason="A changed setting takes effect at a restart, which is then an unplanned one.",
    fix="Restart the standby, switch over, restart the other: patronictl restart.",
    source=_CLUSTER,
    needs=NODE,
)
def _restart_pending(facts: Facts) -> Iterator[Problem]:
    for here, database in _databases(facts):
        for one in database.servers.values():
            if one.restart_pending:
                yield Problem(f"the server {one.node} waits for a restart", subject=here.id)


@CHECKS.rule(
    "database-certificate",
    Severity.WARNING,
    reason="When it ends, the machines of the cluster do not know each other any more.",
    fix="Draw another one and lay it on all three: docs/howto/databases.md says how.",
    source=_CLUSTER,
    needs=NODE,
)
def _certificate(facts: Facts) -> Iterator[Problem]:
    for here, database in _databases(facts):
        if database.certificate_ends:
            what = f"the certificate of the cluster ends within {SOON} days"
            yield Problem(what, subject=here.id)
