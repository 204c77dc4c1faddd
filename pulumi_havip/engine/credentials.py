"""Provider settings that must not be kept in a state: credentials, under whatever name."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any, Final

from pulumi_havip.engine.values import Properties, Secret

_NAMES: Final = re.compile(
    r"secret|passw|passphrase|passcode|pwd|token|credential|bearer|cookie|signature|webhook"
    r"|connection_?string|kubeconfig|private"
    r"|(^|[_.:-])(pass|auth|cert|pem|dsn|psk|pin|salt|jwt|sas|sk|ak|pw|creds?)($|[_.:-])"
    r"|_?keys?$",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_VALUES: Final = re.compile(r"://[^/\s:@]*:[^/\s@]+@|-----BEGIN |\b(AKID|ghp_|xox[bap]-|sk-)\w{8}")


def is_credential(name: str, value: Any) -> bool:
    """Return whether a setting looks like a credential, by its name, its value, or a part of it.

    name: The setting's name, in any casing, with or without a namespace.
        name: Its name, in any casing, with or without a namespace.
        value: Its value; JSON text is searched too.
    """
    if _NAMES.search(_WORDS.sub("_", name.rpartition(":")[2])):
        return True
    if isinstance(value, str) and _VALUES.search(value):
        return True
    if isinstance(value, str) and value[:1] in ("{", "["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return False
    if isinstance(value, dict):
        return any(is_credential(str(key), item) for key, item in value.items())
    return isinstance(value, list) and any(is_credential("", item) for item in value)


def for_the_state(inputs: Properties, given: Collection[str] = ()) -> Properties:
    """Return a default provider's configuration in the form that the state holds.

    Each run configures the provider from the stack's configuration of that time, so the state
    needs neither settings that were given for one run nor unencrypted credentials.

    Args:
        inputs: The configuration.
        given: The names of the settings that were given for this run only.
    """
    return {
        name: value
        for name, value in inputs.items()
        if isinstance(value, Secret) or not (name in given or is_credential(name, value))
    }
