"""Unpacks gzip, and goes on behind damage where another member of the file begins.

A .warc.gz has a member for each record, and files of many days are often put together of members: what is damaged costs the
member it is in, the rest is found by the bytes that every member begins with.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import TypeVar

from communique.errors import InputError
from communique.ingest.stream import Readable

Item = TypeVar("Item")

_MAGIC = b"\x1f\x8b\x08"
_GZIP = 31  # zlib's window bits for gzip with its header and check
# Packed bytes unpacked at once: of zeros a thousand times as many come out.
_CHUNK = 2**14
# Packed bytes kept behind what has been read. Damaged data may be noticed only where the next member has long begun;
# members of web archives are far smaller.
_KEPT = 2**20
# Bytes, packed or unpacked, that must come out right for a place to count as the beginning of a member: three bytes are
# found by chance in every 16 MB.
_PROBE = 2**15
# Unpacked bytes of the largest member that is looked for behind one that seems to end in order.
_LARGE = 2**24
# Damaged members and places that only looked like the beginning of one, after which a file is given up.
_TRIES = 1000


class Damaged(EOFError):
    """Gzip data that can't be unpacked: in the member that begins at byte `start`, noticed at byte `at`.

    Of the `given` bytes that came out so far, the first `sound` are known to be right.
    """

    def __init__(self, unpacker: Gunzip, reason: str, start: int, at: int, given: int, sound: int) -> None:
        inside = f" in the gzip member that begins at byte {start:,}" if start != at else ""
        super().__init__(f"{reason} at byte {at:,}{inside}")
        self.start, self.at, self.given, self.sound = start, at, given, sound
        self._unpacker = unpacker

    def resume(self) -> int | None:
        """Makes the stream go on with the next member; returns the byte at which that begins, None where there is none."""
        return self._unpacker.resume()


def read_on(read: Callable[[], Iterator[Item]], name: str) -> Iterator[Item | InputError]:
    """What `read` gives, called again after each damage that can be got over. Damage comes as an error in its place."""
    while True:
        try:
            yield from read()
            return
        except Damaged as damage:
            at = damage.resume()
            rest = "nothing behind it can be read" if at is None else f"read on from byte {at:,}"
            yield InputError(name, f"damaged archive: {damage}; {rest}")
            if at is None:
                return


class Gunzip:
    """The unpacked bytes of a gzip stream, all its members in a row. Raises Damaged, again until it is made to resume.

    What comes out before the damage is given first. Holds at most some 20 MB.
    """

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._packed = bytearray()  # the packed bytes from `_base` on
        self._base = 0
        self._at = 0  # the next packed byte
        self._start = 0  # of the member
        self._end: int | None = None  # of a member that is whole but for its check
        self._inflate: zlib._Decompress | None = None
        self._out = b""
        self._unpacked = self._sound = 0
        self._failed: Damaged | None = None
        self._tries = 0

    def read(self, size: int = -1, /) -> bytes:
        """At most so many bytes; none at the end."""
        while not self._out:
            if self._failed is not None:
                raise self._failed
            if not self._unpack():
                return b""
        if size < 0:
            size = len(self._out)
        given, self._out = self._out[:size], self._out[size:]
        return given

    def _unpack(self) -> bool:
        """Unpacks some more; whether there is more."""
        if self._inflate is None:
            if not self._begin():
                return False
            self._inflate = zlib.decompressobj(_GZIP)
        if not self._has(1):
            self._sound = self._unpacked  # a cut changes nothing of what stands before it
            raise self._fail("cut off")
        chunk = bytes(self._packed[self._at - self._base :][:_CHUNK])
        before = self._inflate.copy()
        try:
            self._out = self._inflate.decompress(chunk)
            self._at += len(chunk) - len(self._inflate.unused_data)
        except zlib.error:
            self._unpack_to_damage(before, chunk)
        self._unpacked += len(self._out)
        if self._failed is not None:
            self._failed.given = self._unpacked
        elif self._inflate.eof:
            self._inflate, self._sound = None, self._unpacked
        return True

    def _begin(self) -> bool:
        """Comes to the next member; whether there is one."""
        while self._has(1):  # some writers fill up their blocks with zeros
            rest = self._packed[self._at - self._base :]
            self._at += len(rest) - len(rest := rest.lstrip(b"\0"))
            if rest:
                break
        self._start = self._at
        if not self._has(1):
            return False
        self._has(len(_MAGIC))
        if not _MAGIC.startswith(self._packed[self._at - self._base :][: len(_MAGIC)]):
            raise self._fail("not gzip")
        return True

    def _unpack_to_damage(self, inflate: zlib._Decompress, chunk: bytes) -> None:
        """Unpacks byte by byte, since zlib gives nothing of a piece that is damaged somewhere."""
        out = []
        for n in range(len(chunk)):
            try:
                out.append(inflate.decompress(chunk[n : n + 1]))
            except zlib.error as error:
                self._out = b"".join(out)
                self._at += n
                reason = str(error).rpartition(": ")[2]
                self._fail(f"damaged ({reason})")
                # zlib looks at the check, and then at the length, when the last byte of it is there
                behind = {"incorrect data check": 5, "incorrect length check": 1}.get(reason)
                self._end = self._at + behind if behind else None
                return

    def _fail(self, reason: str) -> Damaged:
        self._inflate = None
        self._failed = Damaged(self, reason, self._start, self._at, self._unpacked, self._sound)
        return self._failed

    def resume(self) -> int | None:
        """See `Damaged.resume`."""
        end, self._end = self._end, None
        if end is not None:
            self._at = end
            more = self._has(1)
            if not more or self._begins(end):
                return self._resume_at(end, more)
        at: int | None = max(self._start + 1, self._base)
        while self._tries < _TRIES and at is not None:
            self._tries += 1
            at = self._find(at)
            if at is not None:
                if self._is_member(at):
                    return self._go_on(at)
                at += 1
        return None

    def _resume_at(self, end: int, more: bool) -> int | None:
        """Where to go on when the damaged member seems to end where the next one begins, or with the file.

        What looks like a member before that is mostly something that it holds, such as a page that was sent packed. But
        damaged data may also run on to the end of another member: then this one ends there, too, or where a third begins.
        """
        at = self._start
        while self._tries < _TRIES:
            self._tries += 1
            at = self._packed.find(_MAGIC, max(at + 1 - self._base, 0)) + self._base
            if not self._base <= at < end:
                break
            length = self._measure(at, end)
            if length and (at + length == end or self._begins(at + length)):
                return self._go_on(at)
        return self._go_on(end) if more else None

    def _begins(self, at: int) -> bool:
        self._at = at
        return self._has(len(_MAGIC)) and self._packed.startswith(_MAGIC, at - self._base)

    def _measure(self, at: int, end: int) -> int:
        """Packed bytes of a whole member that begins there and ends before; 0 for what is none."""
        inflate, out = zlib.decompressobj(_GZIP), 0
        rest = bytes(self._packed[at - self._base : end - self._base])
        try:
            while rest and not inflate.eof and out < _LARGE:
                out += len(inflate.decompress(rest, _CHUNK))
                rest = inflate.unconsumed_tail
        except zlib.error:
            return 0
        return end - at - len(inflate.unused_data) if inflate.eof else 0

    def _go_on(self, at: int) -> int:
        self._at, self._failed, self._sound = at, None, self._unpacked
        return at

    def _find(self, at: int) -> int | None:
        """The first place from `at` on that looks like the beginning of a member."""
        while True:
            found = self._packed.find(_MAGIC, at - self._base)
            if found >= 0:
                return self._base + found
            at = max(at, self._base + len(self._packed) - len(_MAGIC) + 1)
            if not self._fetch():
                return None

    def _is_member(self, at: int) -> bool:
        """Whether what begins there unpacks, as far as it is looked at."""
        inflate, out, fed = zlib.decompressobj(_GZIP), 0, 0
        while fed < _PROBE and out < _PROBE and not inflate.eof:
            piece = bytes(self._packed[at + fed - self._base :][: _PROBE - fed])
            if not piece:
                if self._fetch():
                    continue
                break  # cut off, but sound as far as it goes
            fed += len(piece)
            try:
                out += len(inflate.decompress(piece, _PROBE))
            except zlib.error:
                return False
        return True

    def _has(self, count: int) -> bool:
        """Whether so many packed bytes are there to unpack."""
        while self._base + len(self._packed) - self._at < count:
            if not self._fetch():
                return False
        return True

    def _fetch(self) -> bool:
        try:
            more = self._stream.read(_CHUNK)
        except Damaged as below:
            below.sound = 0  # it counts other bytes than ours
            raise
        if len(self._packed) > 2 * _KEPT:
            old = len(self._packed) - _KEPT
            del self._packed[:old]
            self._base += old
        self._packed += more
        return bool(more)
