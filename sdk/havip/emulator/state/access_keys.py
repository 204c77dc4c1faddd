"""Access keys that the emulator accepts, with their accounts and expiry."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from havip._checks import sequence
from havip.errors import UsageError

DEFAULT_ACCOUNT: Final = "100000000001"
"""Account (uin) of the default key."""
DEFAULT_SECRET_ID: Final = "AKIDEXAMPLE"  # noqa: S105  (made up, and public)
DEFAULT_SECRET_KEY: Final = "SECRETEXAMPLE"  # noqa: S105  (made up, and public)
"""Default key pair of an emulator started without keys."""

_FORM = re.compile(
    r"(?P<id>[A-Za-z0-9_*-]{1,128}):(?P<key>[^\s:,]{1,128})"
    r"(:(?P<account>[0-9]{0,20})(:(?P<expires>[0-9]{1,12}))?)?"
)


_TEMPORARY = re.compile(r"AKIDtmp-[0-9a-f]{16}-([0-9]{1,20})-([0-9]{1,12})")


@dataclass(frozen=True, slots=True)
class Key:
    """An access key with its account and expiry.

    Example::

        Key("AKIDEXAMPLE", "SECRETEXAMPLE", account="100000000001")

    Attributes:
        secret_id: The SecretId.
        secret_key: The SecretKey; never displayed.
        account: The uin of the account that the key belongs to.
        token: The session token required with a temporary key, empty for a permanent one.
        expires: Expiry on the cloud's clock, in seconds since the epoch; None means never.
    """

    secret_id: str
    secret_key: str = field(repr=False)
    account: str = DEFAULT_ACCOUNT
    token: str = field(default="", repr=False)
    expires: float | None = None


DEFAULT_KEY: Final = Key(DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY)


class Keys:
    """Registry of access keys, including temporary keys issued by STS.

    Temporary keys are not stored: their secret and token are derived from their id and a master
    secret, so that keys issued before a restart remain valid.

    Example::

        keys = Keys([Key("AKIDEXAMPLE", "SECRETEXAMPLE")])
        temporary = keys.issue(account="100000000001", expires=clock.time() + 7200)

    Args:
        known: The permanent keys.
        master: The secret that temporary keys are derived from; random by default.
    """

    def __init__(self, known: Iterable[Key] = (DEFAULT_KEY,), master: bytes | None = None) -> None:
        listed = sequence("known", known, Key, "Key(secret_id, secret_key)")
        self._known = {key.secret_id: key for key in listed}
        self._master = master or secrets.token_bytes(32)

    def __iter__(self) -> Iterator[Key]:
        return iter(list(self._known.values()))

    def add(self, key: Key) -> None:
        """Add a key; replace one with the same id."""
        self._known[key.secret_id] = key

    def remove(self, secret_id: str) -> None:
        """Remove a key; an unknown one is ignored."""
        self._known.pop(secret_id, None)

    def issue(self, account: str, expires: float) -> Key:
        """Create a temporary key of an account, as STS does.

        Args:
            account: The uin of the account that the key acts for.
            expires: Expiry on the cloud's clock, in seconds since the epoch.
        """
        moment = int(expires)
        secret_id = f"AKIDtmp-{secrets.token_hex(8)}-{account}-{moment}"
        return self._temporary(secret_id, account, float(moment))

    def find(self, secret_id: str) -> Key | None:
        """Return a key by id, permanent or temporary, or None if it is unknown."""
        key = self._known.get(secret_id)
        if key is not None:
            return key
        match = _TEMPORARY.fullmatch(secret_id)
        return self._temporary(secret_id, match[1], float(match[2])) if match else None

    def _temporary(self, secret_id: str, account: str, expires: float) -> Key:
        secret_key = self._derive("key", secret_id)[:32]
        return Key(secret_id, secret_key, account, self._derive("token", secret_id), expires)

    def _derive(self, purpose: str, secret_id: str) -> str:
        return hmac.digest(self._master, f"{purpose}\n{secret_id}".encode(), "sha256").hex()


def parse_key(text: str, account: str = DEFAULT_ACCOUNT) -> Key:
    """Parse ``ID:SECRET``, ``ID:SECRET:ACCOUNT`` or ``ID:SECRET:ACCOUNT:EXPIRES``.

    The account may be empty; the expiry is in seconds since the epoch on the cloud's clock.

    Example::

        parse_key("AKIDEXAMPLE:SECRETEXAMPLE:100000000001")
        parse_key("AKIDEXAMPLE:SECRETEXAMPLE::1798761600")

    Raises:
        UsageError: The text is malformed; it is not repeated, as it may contain a secret.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise UsageError("a key is malformed: expected ID:SECRET[:ACCOUNT[:EXPIRES]]")
    expires = None if match["expires"] is None else float(match["expires"])
    return Key(match["id"], match["key"], match["account"] or account, expires=expires)


def parse_keys(texts: Iterable[str], account: str = DEFAULT_ACCOUNT) -> list[Key]:
    """Parse keys from texts, each with one or more keys separated by whitespace or commas."""
    return [
        parse_key(part, account) for text in texts for part in re.split(r"[\s,]+", text) if part
    ]


def read_keys(file: Path, account: str = DEFAULT_ACCOUNT) -> list[Key]:
    """Read keys from a file, one ``ID:SECRET[:ACCOUNT[:EXPIRES]]`` per line; ``#`` is a comment.

    Raises:
        UsageError: The file cannot be read, or a line is malformed.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the key file {file} cannot be read: {error}") from None
    return parse_keys([line.partition("#")[0] for line in lines], account)
