"""URNs and provider references: the identifiers of resources in a stack.

All URNs are taken apart here: a resource's name may contain the separator, ``::``.
"""

from __future__ import annotations

STACK_TYPE = "pulumi:pulumi:Stack"
STACK_REFERENCE = "pulumi:pulumi:StackReference"
PROVIDER_PREFIX = "pulumi:providers:"
DYNAMIC_PACKAGE = "pulumi-python"


def make(stack: str, project: str, parent: str, kind: str, name: str) -> str:
    """Build the URN of a resource from its type, its name and its parent's URN.

    Example::

        make("dev", "shop", "", "havip:HaVip", "front")
        # 'urn:pulumi:dev::shop::havip:HaVip::front'
    """
    above = qualified_type(parent) if parent else ""
    prefix = "" if above in {"", STACK_TYPE} else above + "$"
    return f"urn:pulumi:{stack}::{project}::{prefix}{kind}::{name}"


def stack_of(urn: str) -> str:
    """Return the name of the stack."""
    return _parts(urn)[0].rpartition(":")[2]


def project_of(urn: str) -> str:
    """Return the name of the project."""
    return _parts(urn)[1]


def qualified_type(urn: str) -> str:
    """Return the type, preceded by the types of its parents, joined by ``$``."""
    return _parts(urn)[2]


def kind_of(urn: str) -> str:
    """Return the resource's own type."""
    return qualified_type(urn).rpartition("$")[2]


def name_of(urn: str) -> str:
    """Return the resource's name."""
    return _parts(urn)[3]


def label(urn: str) -> str:
    """Return the short type and the name of a resource, for error messages: ``HaVip front``."""
    return f"{kind_of(urn).rpartition(':')[2]} {name_of(urn)}"


def is_stack(urn: str) -> bool:
    """Return whether the URN is that of a stack's root resource."""
    return bool(urn) and qualified_type(urn) == STACK_TYPE


def package_of(kind: str) -> str:
    """Return the package of a type token: ``havip`` of ``havip:index:HaVip``."""
    return kind.partition(":")[0]


def is_provider(kind: str) -> bool:
    """Return whether a type is that of a provider resource."""
    return kind.startswith(PROVIDER_PREFIX)


def reference(urn: str, resource_id: str) -> str:
    """Build the provider reference that resources use."""
    return f"{urn}::{resource_id}"


def split_reference(reference: str) -> tuple[str, str]:
    """Split a provider reference into the provider's URN and id."""
    urn, _, resource_id = reference.rpartition("::")
    return urn, resource_id


def _parts(urn: str) -> list[str]:
    parts = urn.split("::", 3)
    return parts if len(parts) == 4 else ["", "", "", ""]
