"""Everything Communiqué raises on purpose.

CommuniqueError
├── InputError        one input can't be read or coded; a run names it, counts it and goes on
├── KnowledgeError    a data file (actors, frames, ontology) is wrong; carries file and line; nothing runs
└── StoreError        the database can't be opened, is of a newer schema or damaged
    └── StoreBusy     another process has it open, and went on having it as long as was waited
"""

from __future__ import annotations


class CommuniqueError(Exception):
    """Base of every error raised on purpose."""


class InputError(CommuniqueError):
    """One input can't be used. `name` is the path or record that was given, `reason` says why in a few words."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(name, reason)  # as they are: so it can go from one process to another
        self.name = name
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.name}: {self.reason}"


class KnowledgeError(CommuniqueError):
    """A data file breaks its schema. `line` is 1-based, or None where the whole file is meant."""

    def __init__(self, file: str, line: int | None, reason: str) -> None:
        super().__init__(file, line, reason)
        self.file = file
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.reason}" if self.line else f"{self.file}: {self.reason}"


class StoreError(CommuniqueError):
    """The database can't be used; the message names the file and says what to do."""


class StoreBusy(StoreError):
    """Another process has the database open. The same may work later."""
