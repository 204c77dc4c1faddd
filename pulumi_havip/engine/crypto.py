"""Passphrase encryption of Pulumi stacks, compatible with the CLI.

A key is derived from the passphrase by PBKDF2 (SHA-256, a million rounds, 8 bytes of salt);
values are encrypted with AES-256-GCM and written as ``v1:NONCE:CIPHERTEXT``. A stack's salt is
``v1:SALT:`` followed by the encrypted word ``pulumi``, so that a wrong passphrase is detected
(Pulumi's `sdk/go/common/resource/config/crypt.go`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from pulumi_havip.engine.errors import UNLOCK, SecretError, StateError
from pulumi_havip.engine.values import SECRET, TAG, Secret, from_json

_ROUNDS = 1_000_000
_PROOF = "pulumi"


def passphrase(environment: Mapping[str, str]) -> str | None:
    """Return the passphrase in the environment, or None.

    Raises:
        SecretError: The file named by PULUMI_CONFIG_PASSPHRASE_FILE cannot be read.
    """
    if "PULUMI_CONFIG_PASSPHRASE" in environment:
        return environment["PULUMI_CONFIG_PASSPHRASE"]
    path = environment.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    if not path:
        return None
    try:
        return Path(path).read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SecretError(f"cannot read the passphrase file {path}: {error}") from None


class Vault:
    """Encrypts and decrypts the secrets of one stack; derives the key on first use.

    Args:
        environment: The environment variables with the passphrase.
        salt: The stack's salt; if empty, one is generated with the first secret.
    """

    def __init__(self, environment: Mapping[str, str], salt: str = "") -> None:
        self._environment = environment
        self.salt = salt
        self._key: bytes | None = None
        self.refusal: SecretError | None = None
        """The error that `require` raised, if any."""

    def salted(self, salt: str) -> Vault:
        """Return the vault with another salt."""
        return self if salt == self.salt else Vault(self._environment, salt)

    @property
    def given(self) -> bool:
        """True if the environment gives a passphrase.

        Raises:
            SecretError: The passphrase file cannot be read.
        """
        return passphrase(self._environment) is not None

    def require(self, owner: str) -> None:
        """Raise an error if a secret could not be encrypted; no salt is generated for it yet.

        Args:
            owner: The owner of the secret, for the error message.

        Raises:
            SecretError: The passphrase is missing or is not this stack's.
        """
        try:
            if self.salt or not self.given:
                self._unlocked(f"{owner} is to keep a secret")
        except SecretError as error:
            self.refusal = error
            raise

    def encrypt(self, text: str) -> str:
        """Encrypt a text.

        Raises:
            SecretError: The passphrase is missing or is not this stack's.
        """
        return _seal(self._unlocked("there is a secret to seal"), text)

    def decrypt(self, sealed: str) -> str:
        """Decrypt a text.

        Raises:
            SecretError: The passphrase is missing, is not this stack's, or the text was encrypted
                with another one.
        """
        return _open(self._unlocked("the stack holds secrets"), sealed)

    def seal(self, secret: Secret, text: str) -> dict[str, Any]:
        """Encrypt a secret for the state file; an unchanged secret keeps its ciphertext."""
        ciphertext = secret.sealed.get(self.salt)
        if ciphertext is None:
            ciphertext = self.encrypt(text)
            secret.sealed[self.salt] = ciphertext
        return {TAG: SECRET, "ciphertext": ciphertext}

    def unseal(self, source: dict[str, Any]) -> Secret:
        """Parse a secret of the state file or an export."""
        if "plaintext" in source:
            return Secret(_plain(source["plaintext"], self))
        ciphertext = source.get("ciphertext")
        if not isinstance(ciphertext, str):
            raise StateError("a secret of the state holds neither ciphertext nor plaintext")
        return Secret(_plain(self.decrypt(ciphertext), self), {self.salt: ciphertext})

    def _unlocked(self, why: str) -> bytes:
        if self._key is None:
            phrase = passphrase(self._environment)
            if phrase is None:
                raise SecretError(f"{why}, and no passphrase is given; {UNLOCK}")
            self._key = self._derive(phrase)
        return self._key

    def _derive(self, phrase: str) -> bytes:
        if not self.salt:
            salt = os.urandom(8)
            key = _key(phrase, salt)
            self.salt = f"v1:{base64.b64encode(salt).decode()}:{_seal(key, _PROOF)}"
            return key
        salt, sealed = _parted(self.salt)
        key = _key(phrase, salt)
        try:
            proof = _open(key, sealed)
        except SecretError:
            proof = ""
        if proof != _PROOF:
            raise SecretError(f"the passphrase is not the one of this stack's secrets; {UNLOCK}")
        return key


def _parted(salt: str) -> tuple[bytes, str]:
    """Split a stack's salt into the salt itself and the value that verifies the passphrase."""
    try:
        version, encoded, sealed = salt.split(":", 2)
        if version == "v1":
            return base64.b64decode(encoded), sealed
    except ValueError:
        pass
    raise StateError("the salt of the stack's secrets is of no form that is known")


def plain_seal(_secret: Secret, text: str) -> dict[str, Any]:
    """Write a secret as plaintext, for an export with `--show-secrets`."""
    return {TAG: SECRET, "plaintext": text}


def _plain(text: str, vault: Vault) -> Any:
    return from_json(json.loads(text), vault.unseal)


@lru_cache(maxsize=16)
def _key(phrase: str, salt: bytes) -> bytes:
    return hashlib.pbkdf2_hmac("sha256", os.fsencode(phrase), salt, _ROUNDS, 32)


def _seal(key: bytes, text: str) -> str:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, text.encode(), None)
    return f"v1:{base64.b64encode(nonce).decode()}:{base64.b64encode(sealed).decode()}"


def _open(key: bytes, sealed: str) -> str:
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        _version, nonce, text = sealed.split(":")
        opened = AESGCM(key).decrypt(base64.b64decode(nonce), base64.b64decode(text), None)
    except (ValueError, binascii.Error, InvalidTag):
        raise SecretError(f"a secret was sealed with another passphrase; {UNLOCK}") from None
    return opened.decode()
