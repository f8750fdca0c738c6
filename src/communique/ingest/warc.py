"""Articles from web archives (WARC).

The archive is cut into records here, and each is read by FastWARC alone: what is wrong with one ends that one only.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import IO

from communique.errors import InputError
from communique.ingest.article import Article, Limits
from communique.ingest.decode import decode_text
from communique.ingest.gunzip import Damaged, read_on
from communique.ingest.stream import read_whole

_MARK = b"WARC/"
_NEXT = re.compile(rb"\nWARC/\d")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.I | re.M)
# Bytes of a record's header, or of the headers of the page in it.
_HEADER = 2**16
_CHUNK = 2**20
# Records of one archive that may say a wrong length: behind each, what it spans is read again.
_WRONG = 100


def read_warc(stream: IO[bytes], name: str, limits: Limits) -> Iterator[Article | InputError]:
    """An article for each web page or text in the archive that was fetched well (HTTP status 200 to 299). A damaged
    record gives its error and the rest is read; likewise a damaged member of the gzip that it comes in."""
    found = False
    source = _Source(stream)
    for count, record in enumerate(read_on(lambda: _split_records(source, name, limits), name), 1):
        if count > limits.rows:
            raise InputError(name, f"more than {limits.rows:,} records")
        result = record if isinstance(record, InputError) else _read_record(record, name, count, limits)
        if result is not None:
            found = True
            yield result
    if not found:
        raise InputError(name, "no web page in it")


def _read_record(record: bytes, name: str, number: int, limits: Limits) -> Article | InputError | None:
    """The article in a record; None where it holds no page or text, or one that wasn't fetched well."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    wanted = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    here = f"{name}#{number}"
    try:
        read = ArchiveIterator(io.BytesIO(record), record_types=wanted, parse_http=False, stream_detect=False)
        for found in read:
            url = found.headers.get("WARC-Target-URI") or None
            here = f"{name}#{url or number}"
            if found.is_http:
                found.parse_http(auto_decode="all")
            status = found.http_headers.status_code if found.is_http and found.http_headers else None
            kind = (found.http_content_type or found.headers.get("Content-Type") or "").lower()
            page = "html" in kind
            if (status is not None and not 200 <= status < 300) or not (
                page or kind.startswith("text/plain")
            ):
                return None
            text, note = decode_text(
                read_whole(found.reader, here, limits), here, page=page, declared=found.http_charset
            )
            return Article(
                text=None if page else text,
                html=text if page else None,
                url=url,
                name=here,
                notes=(note,) if note else (),
            )
    except InputError as error:
        return error
    except (OSError, ValueError) as error:
        return InputError(here, f"a damaged record: {error}")
    return None


class _Source:
    """A stream that takes back what was read too far. `taken` are the bytes read, `number` the records begun."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._back = b""
        self.taken = self.number = 0

    def push(self, data: bytes) -> None:
        self._back = data + self._back
        self.taken -= len(data)

    def forget(self, taken: int) -> None:
        """Goes on behind what was read of the stream, so many bytes, whatever became of it."""
        self._back, self.taken = b"", taken

    def readline(self) -> bytes:
        """A line, or so much of one as a header may have."""
        line, self._back = self._cut(self._back.find(b"\n") + 1 or len(self._back))
        if not line.endswith(b"\n"):
            line += self._stream.readline(_HEADER)
        self.taken += len(line)
        return line

    def read(self, size: int) -> bytes:
        """So many bytes, fewer at the end."""
        data, self._back = self._cut(size)
        data += self._stream.read(size - len(data))
        self.taken += len(data)
        return data

    def _cut(self, size: int) -> tuple[bytes, bytes]:
        return self._back[:size], self._back[size:]


def _split_records(source: _Source, name: str, limits: Limits) -> Iterator[bytes | InputError]:
    """Each record, its block cut where it is larger than an article may be. Where none begins that should, or one ends
    elsewhere than it says, an error, and it goes on with the next that begins a line.

    Raises Damaged, before which a record that stands whole before the damage is given.
    """
    read, end = b"", 0  # a record read to its end, which only what follows it can confirm
    wrong = 0
    try:
        _, line = _skip_blank(source)
        if not line.startswith(_MARK) and not source.number:
            source.number, line = 1, _skip_to_record(source)
            if not line:
                raise InputError(name, "not a web archive: no record begins in it")
            yield InputError(f"{name}#1", "no record begins where one should")
        while line:
            source.number += 1
            here = f"{name}#{source.number}"
            if not line.startswith(_MARK):
                yield InputError(here, "no record begins where one should")
                line = _skip_to_record(source)
                continue
            header = line
            while (line := source.readline()).strip() and len(header) < _HEADER:
                header += line
            length = _LENGTH.search(header)
            if line.strip() or length is None:
                yield InputError(here, "a damaged record: its header doesn't say how long it is")
                line = _skip_to_record(source)
                continue
            size = int(length[1])
            block = source.read(min(size, limits.article_bytes + _HEADER))
            ended = len(block) < min(size, limits.article_bytes + _HEADER) or not _skip(
                source, size - len(block)
            )
            start = header[: length.start(1)] + b"%d" % len(block) + header[length.end(1) :]
            record = start + b"\r\n" + block + b"\r\n\r\n"
            read, end = (b"" if ended else record), source.taken
            blank, line = _skip_blank(source)
            read = b""
            if not ended and (blank > 1 or not line or line.startswith(_MARK)):
                yield record
                continue
            yield InputError(here, f"a damaged record: it is not {size:,} bytes long, as it says")
            if (wrong := wrong + 1) > _WRONG:
                raise InputError(name, f"more than {_WRONG} records of a wrong length; given up")
            over = block + line  # where the next one may have begun
            begins = _NEXT.search(over)
            source.push(over[begins.start() + 1 :] if begins else line)
            line = _skip_to_record(source)
    except Damaged as damage:
        if read and end <= damage.sound:
            yield read
        source.forget(damage.given)
        raise


def _skip_blank(source: _Source) -> tuple[int, bytes]:
    """How many blank lines there are, as two follow a record, and the line after them; none at the end."""
    blank = 0
    while (line := source.readline()) and not line.strip():
        blank += 1
    return blank, line


def _skip_to_record(source: _Source) -> bytes:
    """The next line that begins a record; none at the end."""
    while (line := source.readline()) and not line.startswith(_MARK):
        pass
    return line


def _skip(source: _Source, size: int) -> bool:
    """Whether there were so many bytes to pass over."""
    while size > 0 and (piece := source.read(min(size, _CHUNK))):
        size -= len(piece)
    return size <= 0
