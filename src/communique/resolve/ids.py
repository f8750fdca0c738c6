"""Ids of what is found in a document: the same finding has the same id on every run."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def make_id(letter: str, parts: Iterable[str]) -> str:
    """A letter that tells the kind, and 12 hex digits of a digest over what makes the finding this one."""
    return letter + hashlib.blake2b("\x1f".join(parts).encode(), digest_size=6).hexdigest()
