"""Rules about the authentication of VRRP."""

from __future__ import annotations

from collections.abc import Iterator

from havip.keepalived.lint.election import OWNER, priority_of, starts_as_master
from havip.keepalived.lint.registry import GUIDE, RULES, TESTED, Subject, line_of, version_of
from havip.rules import Problem, Severity


@RULES.rule(
    "auth-ignored",
    Severity.ERROR,
    reason="VRRP 3 does not support passwords, IPv6 does not support AH, and AH does not support "
    "nodes that start as MASTER: keepalived ignores the setting.",
    fix="Remove the authentication block, or use VRRP 2 with PASS and state BACKUP; keepalived "
    "2.4 has auth_hmac.",
    source=TESTED,
    since="2.0.0",
)
def _auth_ignored(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        settings = subject.inner(one, "authentication")
        kind = (settings or {}).get("auth_type", ())[1:2]
        if settings is None or kind not in (("PASS",), ("AH",)):
            continue
        line = line_of(one, "authentication")
        if version_of(subject, one) == 3:
            yield Problem(f"{one.name} has a password under VRRP 3", line)
        elif settings.get("auth_pass", ())[1:2] in ((), ("",)):
            if subject.is_complete(one, "authentication"):
                yield Problem(f"{one.name} has an auth_type and no password", line)
        elif kind == ("AH",) and starts_as_master(one) and priority_of(one) != OWNER:
            yield Problem(f"{one.name} starts as MASTER with auth_type AH", line)


@RULES.rule(
    "auth-type-missing",
    Severity.ERROR,
    reason="Without auth_type there is no authentication, and keepalived does not report it: "
    "advertisements from any machine of the subnet are accepted.",
    fix="Add auth_type PASS.",
    source="the code of keepalived 2.0 to 2.4",
    since="2.0.0",
)
def _auth_type_missing(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        settings = subject.inner(one, "authentication")
        missing = settings is not None and "auth_type" not in settings
        if missing and subject.is_complete(one, "authentication"):
            line = line_of(one, "authentication")
            yield Problem(f"{one.name} has an authentication block without auth_type", line)


@RULES.rule(
    "auth-sample",
    Severity.WARNING,
    reason="1111 is the password of all samples: another cluster in the VPC may use it as well.",
    fix="Use a random password of eight characters.",
    source=GUIDE,
)
def _auth_sample(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        if one.authentication and one.authentication.auth_pass.get_secret_value() == "1111":
            line = line_of(one.authentication, "auth_pass")
            yield Problem(f"{one.name} has the samples' password", line)


@RULES.rule(
    "auth-hmac",
    Severity.ERROR,
    reason="keepalived drops a password if there is auth_hmac, and drops auth_hmac if active_key "
    "is not one of its keys: advertisements are not authenticated as intended.",
    fix="Remove the authentication block, and set active_key to one of the keys.",
    source="the code of keepalived 2.4.3",
    since="2.4.0",
)
def _auth_hmac(subject: Subject) -> Iterator[Problem]:
    for one in subject.config.vrrp_instance:
        block = one.auth_hmac
        if block is None:
            continue
        if one.authentication:
            yield Problem(f"{one.name} has auth_hmac and a password", line_of(one, "auth_hmac"))
        ids = [key.id for key in block.key]
        if block.active_key not in ids and subject.is_complete(one, "auth_hmac"):
            yield Problem(
                f"{one.name} signs with key {block.active_key or 'unset'}, which does not exist",
                line_of(block, "active_key"),
            )
        for id in {id for id in ids if ids.count(id) > 1}:
            yield Problem(f"{one.name} has key {id} twice", line_of(block, "key"))
