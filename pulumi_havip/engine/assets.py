"""Assets among properties: files and texts, compared by their hash."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from pulumi_havip.engine.errors import EngineError, UnsupportedFeatureError
from pulumi_havip.engine.values import ARCHIVE, ASSET, TAG, Secret


def with_hashes(value: Any, root: str) -> Any:
    """Return a value with the hash of each asset in it.

    Args:
        value: A property value.
        root: The folder that relative paths start from.

    Raises:
        UnsupportedFeatureError: It holds an archive or a remote asset.
        EngineError: A file cannot be read.
    """
    if isinstance(value, Secret):
        return Secret(with_hashes(value.value, root))
    if isinstance(value, list):
        return [with_hashes(item, root) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(TAG) == ARCHIVE:
        raise UnsupportedFeatureError("an archive asset")
    if value.get(TAG) == ASSET:
        return {**value, "hash": hashlib.sha256(_content(value, root)).hexdigest()}
    return {key: with_hashes(item, root) for key, item in value.items()}


def _content(asset: dict[str, Any], root: str) -> bytes:
    if "text" in asset:
        return str(asset["text"]).encode()
    if "path" not in asset:
        raise UnsupportedFeatureError("a remote asset")
    try:
        return (Path(root) / str(asset["path"])).read_bytes()
    except OSError as error:
        raise EngineError(f"the asset {asset['path']} cannot be read: {error.strerror}") from None
