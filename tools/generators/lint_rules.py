"""The page of the rules that `havip keepalived lint` checks, from the registry."""

from __future__ import annotations

from havip.keepalived.lint import RULES, Rule
from havip.keepalived.lint.registry import DEFAULT_VERSION, TESTED, Subject

INTRODUCTION = f"""# Lint rules

`havip keepalived lint FILE` checks a keepalived.conf against these rules. *Refused* marks those \
that keepalived's own test (`keepalived --config-test`, version {DEFAULT_VERSION}) refuses a file \
for; the others find what keepalived accepts and what does not fail over. *Since* is the first \
version of keepalived for which a rule holds; a rule without one holds for all. Linter and \
keepalived are compared on generated files, by `make test` on a sample and by `make soak` on \
more than 50,000.

A file is judged for keepalived {DEFAULT_VERSION}, that of Debian 12; `--keepalived VERSION` names \
another. Lines with a condition (`@ID`) are judged once for each id of the file, or for the one \
that `--config-id` names.

"""


def page() -> str:
    """Return the page."""
    parts = (_part(one) for one in sorted(RULES.values(), key=lambda rule: rule.id))
    return INTRODUCTION + "\n".join(parts)


def _part(rule: Rule[Subject]) -> str:
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
    """Return text with the words that Markdown would take for something else as code."""
    return text.replace("|", "\\|").replace("_", "\\_").replace("<", "\\<").replace("*", "\\*")
