"""The format of the state file: Pulumi's checkpoint, and the deployment of export and import."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from pulumi_havip.engine.crypto import Vault, plain_seal
from pulumi_havip.engine.errors import StateError
from pulumi_havip.engine.resource_state import (
    Pending,
    Record,
    now,
    read_record,
    write_record,
)
from pulumi_havip.engine.values import Seal

VERSION: Final = 3
ENGINE: Final = "havip-engine/1"


def parse(text: str, where: str) -> dict[str, Any]:
    """Parse JSON text as an object.

    Raises:
        StateError: It is not a JSON object; the message gives the position of the error.
    """
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise StateError(f"{where} is corrupt: {error}") from None
    if not isinstance(parsed, dict):
        raise StateError(f"{where} is not a Pulumi state: it holds no JSON object")
    return parsed


def latest_of(checkpoint: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the deployment in a checkpoint, empty if the stack was never deployed.

    Raises:
        StateError: The file is not a Pulumi state, or is newer than this engine.
    """
    inner = checkpoint.get("checkpoint")
    if not isinstance(inner, dict):
        raise StateError(f"{where} is not a Pulumi state file: it has no checkpoint")
    _check_version(checkpoint, where)
    latest = inner.get("latest") or {}
    if not isinstance(latest, dict):
        raise StateError(f"{where} is corrupt: its latest deployment is not an object")
    return latest


def deployment_of(export: Mapping[str, Any], where: str) -> dict[str, Any]:
    """Return the deployment in an export, as `pulumi stack export` writes it.

    Raises:
        StateError: The file is not an export, or is newer than this engine.
    """
    deployment = export.get("deployment")
    if not isinstance(deployment, dict):
        raise StateError(f"{where} is not an export of a stack: it has no deployment")
    _check_version(export, where)
    return deployment


def _check_version(holder: Mapping[str, Any], where: str) -> None:
    version = holder.get("version")
    if version == VERSION:
        return
    if isinstance(version, int) and version > VERSION:
        named = holder.get("features")
        features = ", ".join(map(str, named)) if isinstance(named, list) else "unnamed features"
        raise StateError(
            f"{where} is of version {version} ({features}); the embedded engine reads version "
            f"{VERSION}: go on with the Pulumi CLI that wrote it"
        )
    raise StateError(f"{where} is of version {version!r}; the embedded engine reads {VERSION}")


def salt_of(deployment: Mapping[str, Any], where: str) -> str:
    """Return the salt of a deployment's secrets, empty if it has none.

    Raises:
        StateError: Its secrets are not encrypted with a passphrase.
    """
    provider = deployment.get("secrets_providers") or {}
    if not isinstance(provider, dict) or not isinstance(provider.get("state") or {}, dict):
        raise StateError(f"{where} is corrupt: its secrets_providers are not an object")
    kind = provider.get("type", "")
    if kind not in ("", "passphrase"):
        raise StateError(
            f"the secrets in {where} are sealed by {kind}; the embedded engine opens those "
            "sealed by a passphrase alone: go on with the Pulumi CLI"
        )
    return str((provider.get("state") or {}).get("salt", ""))


def read(
    deployment: Mapping[str, Any], vault: Vault, where: str
) -> tuple[list[Record], list[Pending]]:
    """Read the resources and the pending operations of a deployment.

    Raises:
        StateError: A resource cannot be read.
        SecretError: It holds secrets that the passphrase does not decrypt.
    """
    try:
        records = [read_record(item, vault.unseal) for item in deployment.get("resources") or []]
        pending = [
            Pending(str(item["type"]), read_record(item["resource"], vault.unseal))
            for item in deployment.get("pending_operations") or []
        ]
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise StateError(f"{where} is corrupt: {error!r}") from None
    return records, pending


def write(
    records: Sequence[Record],
    pending: Sequence[Pending],
    vault: Vault,
    *,
    show_secrets: bool = False,
) -> dict[str, Any]:
    """Serialize a deployment; secrets are encrypted unless they are to be shown."""
    seal: Seal = plain_seal if show_secrets else vault.seal
    resources = [write_record(record, seal) for record in records]
    operations = [
        {"resource": write_record(item.record, seal), "type": item.kind} for item in pending
    ]
    magic = hashlib.sha256(ENGINE.encode()).hexdigest()
    deployment: dict[str, Any] = {"manifest": {"time": now(), "magic": magic, "version": ENGINE}}
    if vault.salt:
        deployment["secrets_providers"] = {"type": "passphrase", "state": {"salt": vault.salt}}
    if resources:
        deployment["resources"] = resources
    if operations:
        deployment["pending_operations"] = operations
    return deployment | {"metadata": {}}
