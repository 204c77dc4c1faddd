"""The keys that may call an emulator: whose they are, and until when they hold."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from havip.errors import UsageError

DEFAULT_ACCOUNT: Final = "100000000001"
"""The account (uin) of the default key."""
DEFAULT_SECRET_ID: Final = "AKIDEXAMPLE"  # noqa: S105  (made up, and public)
DEFAULT_SECRET_KEY: Final = "SECRETEXAMPLE"  # noqa: S105  (made up, and public)
"""The key pair that an emulator takes when it was given none."""

_FORM = re.compile(
    r"(?P<id>[A-Za-z0-9_*-]{1,128}):(?P<key>[^\s:,]{1,128})"
    r"(:(?P<account>[0-9]{0,20})(:(?P<expires>[0-9]{1,12}))?)?"
)


_TEMPORARY = re.compile(r"AKIDtmp-[0-9a-f]{16}-([0-9]{1,20})-([0-9]{1,12})")


@dataclass(frozen=True, slots=True)
class Key:
    """A secret id with its key, and what they are good for.

    Example::

        Key("AKIDEXAMPLE", "SECRETEXAMPLE", account="100000000001")

    Attributes:
        secret_id: The public half.
        secret_key: The secret half; never shown.
        account: The uin of the account that it belongs to.
        token: The session token that must come with a temporary key, empty for a permanent one.
        expires: When it ends to hold, in seconds since 1970 of the cloud's clock; None is never.
    """

    secret_id: str
    secret_key: str = field(repr=False)
    account: str = DEFAULT_ACCOUNT
    token: str = field(default="", repr=False)
    expires: float | None = None


DEFAULT_KEY: Final = Key(DEFAULT_SECRET_ID, DEFAULT_SECRET_KEY)


class Keys:
    """The register of keys, with the temporary ones that STS hands out.

    A temporary key is not stored: its secret half and its token are made from its id and a master
    secret, so that one which was handed out before a restart still holds after it.

    Example::

        keys = Keys([Key("AKIDEXAMPLE", "SECRETEXAMPLE")])
        temporary = keys.issue(account="100000000001", expires=clock.time() + 7200)

    Args:
        known: The permanent keys.
        master: The secret that temporary keys are made from; drawn where none is given.
    """

    def __init__(self, known: Iterable[Key] = (DEFAULT_KEY,), master: bytes | None = None) -> None:
        self._known = {key.secret_id: key for key in known}
        self._master = master or secrets.token_bytes(32)

    def __iter__(self) -> Iterator[Key]:
        return iter(list(self._known.values()))

    def add(self, key: Key) -> None:
        """Add a key, replacing one of the same id."""
        self._known[key.secret_id] = key

    def remove(self, secret_id: str) -> None:
        """Remove a key; an unknown one is ignored."""
        self._known.pop(secret_id, None)

    def issue(self, account: str, expires: float) -> Key:
        """Create a temporary key of an account, as STS does.

        Args:
            account: The uin for which calls with this key act.
            expires: When it ends to hold, in seconds since 1970 of the cloud's clock.
        """
        moment = int(expires)
        secret_id = f"AKIDtmp-{secrets.token_hex(8)}-{account}-{moment}"
        return self._temporary(secret_id, account, float(moment))

    def find(self, secret_id: str) -> Key | None:
        """Return the key of an id, permanent or temporary, or None if it is unknown."""
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
    """Read ``ID:SECRET``, ``ID:SECRET:ACCOUNT`` or ``ID:SECRET:ACCOUNT:EXPIRES``.

    The account may be empty; the expiry is in seconds since 1970, on the cloud's clock.

    Example::

        parse_key("AKIDEXAMPLE:SECRETEXAMPLE:100000000001")
        parse_key("AKIDEXAMPLE:SECRETEXAMPLE::1798761600")

    Raises:
        UsageError: The text has another form; it is not repeated, as it may hold a secret.
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise UsageError("a key has not the form ID:SECRET[:ACCOUNT[:EXPIRES]]")
    expires = None if match["expires"] is None else float(match["expires"])
    return Key(match["id"], match["key"], match["account"] or account, expires=expires)


def parse_keys(texts: Iterable[str], account: str = DEFAULT_ACCOUNT) -> list[Key]:
    """Read several keys; each text may hold more than one, parted by spaces, commas or lines."""
    return [
        parse_key(part, account) for text in texts for part in re.split(r"[\s,]+", text) if part
    ]


def read_keys(file: Path, account: str = DEFAULT_ACCOUNT) -> list[Key]:
    """Read keys from a file, one ``ID:SECRET[:ACCOUNT[:EXPIRES]]`` a line; ``#`` starts a comment.

    Raises:
        UsageError: The file cannot be read, or a line has another form.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the key file {file} cannot be read: {error}") from None
    return parse_keys([line.partition("#")[0] for line in lines], account)
