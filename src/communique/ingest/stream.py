"""Byte streams that keep to the limits: bounded reads, bounded lines, counted unpacking."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any, Protocol

from communique.errors import InputError
from communique.ingest.article import Limits
from communique.ingest.decode import find_mark


class Readable(Protocol):
    """What reading needs of a stream."""

    def read(self, size: int = ..., /) -> bytes: ...


class TooMuch(InputError):
    """A file unpacks beyond the limits: nothing more of it is read, whatever archive it stands in."""


@dataclass(slots=True)
class Budget:
    """What one file given has unpacked so far, nested archives included. The one record here that changes."""

    name: str
    packed: int
    limits: Limits
    unpacked: int = 0

    def take(self, count: int) -> None:
        """Counts bytes as unpacked. Raises TooMuch beyond the limits."""
        self.unpacked += count
        if self.unpacked > self.limits.unpacked_bytes:
            raise TooMuch(self.name, f"unpacks to more than {self.limits.unpacked_bytes:,} bytes; refused")
        if self.unpacked > max(self.limits.ratio_from, self.limits.ratio * self.packed):
            reason = f"unpacks to over {self.limits.ratio} times its size, as zip bombs do; refused"
            raise TooMuch(self.name, reason)


class Borrowed(io.RawIOBase):
    """A stream lent to a buffer: whoever closes the buffer leaves the stream to the one who opened it."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._stream.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class Recoded(Borrowed):
    """A stream of text in another encoding, as UTF-8; what can't be read in it as U+FFFD. `begun` was taken from it before."""

    def __init__(self, stream: Readable, encoding: str, begun: bytes) -> None:
        super().__init__(stream)
        self._decoder = codecs.getincrementaldecoder(encoding)("replace")
        self._ready = self._decode(begun)

    def readinto(self, buffer: Any) -> int:
        while not self._ready and (data := self._stream.read(io.DEFAULT_BUFFER_SIZE)):
            self._ready = self._decode(data)
        self._ready = self._ready or self._decode(b"", final=True)
        given, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(given)] = given
        return len(given)

    def _decode(self, data: bytes, final: bool = False) -> bytes:
        return self._decoder.decode(data, final).encode("utf-8", "replace")


class Counted(Borrowed):
    """An unpacking stream whose bytes are taken from a budget as they are read."""

    def __init__(self, stream: Readable, budget: Budget) -> None:
        super().__init__(stream)
        self._budget = budget

    def readinto(self, buffer: Any) -> int:
        size = super().readinto(buffer)
        self._budget.take(size)
        return size


def read_whole(stream: Readable, name: str, limits: Limits) -> bytes:
    """All bytes of one article. Raises InputError where it is empty or larger than one may be."""
    data = stream.read(limits.article_bytes + 1)
    if len(data) > limits.article_bytes:
        raise InputError(name, f"larger than {limits.article_bytes:,} bytes, the most one article may have")
    if not data.strip():
        raise InputError(name, "empty")
    return data


def read_text_lines(stream: IO[bytes], name: str, limits: Limits) -> Iterator[bytes | None]:
    """As `read_lines`, of a text that may be in UTF-16 or UTF-32 with a mark of byte order: the lines come in UTF-8. Raises
    InputError where it opens as no text does."""
    start = stream.readline(limits.article_bytes + 1)
    encoding = find_mark(start)
    if encoding is not None and encoding != "utf-8-sig":
        stream = io.BufferedReader(Recoded(stream, encoding, start))
        start = stream.readline(limits.article_bytes + 1)
    if b"\0" in start:
        raise InputError(name, "binary, not text")
    yield from read_lines(stream, limits, start)


def read_lines(stream: IO[bytes], limits: Limits, start: bytes = b"") -> Iterator[bytes | None]:
    """The lines of a stream, without a mark of byte order; None for one longer than an article may be. `start` is a first
    line that was read already."""
    first = True
    while line := (first and start) or stream.readline(limits.article_bytes + 1):
        if len(line) > limits.article_bytes:
            while line and not line.endswith(b"\n"):
                line = stream.readline(limits.article_bytes)
            yield None
        else:
            yield line.removeprefix(b"\xef\xbb\xbf") if first else line
        first = False
