"""Reference page of the rules of `havip keepalived lint`, from the registry."""

from __future__ import annotations

from typing import Any

from havip.keepalived.lint import RULES, Rule
from havip.keepalived.lint.registry import DEFAULT_VERSION, TESTED

INTRODUCTION = f"""# Lint rules

`havip keepalived lint FILE` checks a keepalived.conf against these rules. *Refused* marks the \
rules that keepalived's own test (`keepalived --config-test`, version {DEFAULT_VERSION}) enforces \
too; the others find configurations that keepalived accepts, but that do not fail over. *Since* \
gives the first version of keepalived that a rule applies to; a rule without it applies to all \
versions. The linter is compared with keepalived on generated files: a sample in `make test`, more \
than 50,000 in `make soak`.

The linter assumes keepalived {DEFAULT_VERSION}, the version of Debian 12, unless you set \
`--keepalived VERSION`. Lines with a condition (`@ID`) are checked once for each id in the file, \
or only for the id in `--config-id`.

"""


def page() -> str:
    """Return the page."""
    parts = (section(one) for one in sorted(RULES.values(), key=lambda rule: rule.id))
    return INTRODUCTION + "\n".join(parts)


def section(rule: Rule[Any]) -> str:
    """Return the section on a rule."""
    facts = [rule.severity.value]
    if rule.needs:
        facts.append(f"with `{rule.needs}`")
    if rule.source == TESTED:
        facts.append("refused")
    if rule.since:
        facts.append(f"since keepalived {rule.since}")
    source = "" if rule.source == TESTED else f"\n\nSource: {_linked(rule.source)}"
    return (
        f"## {rule.id}\n\n*{', '.join(facts)}*\n\n{_escaped(rule.reason)}\n\n"
        f"**Fix:** {_escaped(rule.fix)}{source}\n"
    )


def _linked(source: str) -> str:
    return " ".join(
        f"<{word.rstrip(',;')}>{word[len(word.rstrip(',;')) :]}"
        if word.startswith("http")
        else word
        for word in source.split()
    )


def _escaped(text: str) -> str:
    """Return text with Markdown's special characters escaped."""
    return text.replace("|", "\\|").replace("_", "\\_").replace("<", "\\<").replace("*", "\\*")
