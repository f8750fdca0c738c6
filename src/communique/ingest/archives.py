"""Articles from web archives (WARC), and the members of zip archives."""

from __future__ import annotations

import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, Any, cast

from communique.errors import InputError
from communique.ingest.article import Article, Limits
from communique.ingest.decode import decode_text
from communique.ingest.stream import read_whole

# What unpacking raises over damaged data, as opposed to over our own mistakes.
UNPACK_ERRORS = (zlib.error, lzma.LZMAError, EOFError, zipfile.BadZipFile)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.I)


def read_warc(stream: IO[bytes], name: str, limits: Limits) -> Iterator[Article | InputError]:
    """An article for each web page or text in the archive that was fetched well (HTTP status 200 to 299)."""
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    quiet = _Quiet(stream)
    source = cast(Any, quiet)  # its declared type asks for seek and close, which FastWARC never calls
    wanted = WarcRecordType.response | WarcRecordType.resource | WarcRecordType.conversion
    count = found = 0
    try:
        for record in ArchiveIterator(
            source, record_types=wanted, parse_http=True, auto_decode="all", stream_detect=False
        ):
            count += 1
            if count > limits.rows:
                raise InputError(name, f"more than {limits.rows:,} records")
            status = record.http_headers.status_code if record.is_http and record.http_headers else None
            kind = (record.http_content_type or record.headers.get("Content-Type") or "").lower()
            page = "html" in kind
            if (status is not None and not 200 <= status < 300) or not (
                page or kind.startswith("text/plain")
            ):
                continue
            found += 1
            url = record.headers.get("WARC-Target-URI") or None
            here = f"{name}#{url or count}"
            try:
                text, note = decode_text(read_whole(record.reader, here, limits), here, page=page)
            except InputError as error:
                yield error
                continue
            yield Article(
                text=None if page else text,
                html=text if page else None,
                url=url,
                name=here,
                notes=(note,) if note else (),
            )
    except (OSError, ValueError) as error:
        raise quiet.failure or InputError(name, f"not a web archive that can be read: {error}") from error
    if quiet.failure:
        raise quiet.failure
    if not found:
        raise InputError(name, "no web page in it")


class _Quiet:
    """A stream that ends where it fails and keeps the failure: FastWARC dies of one raised inside it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._position = 0
        self.failure: Exception | None = None

    def tell(self) -> int:
        return self._position

    def read(self, size: int = -1) -> bytes:
        if self.failure:
            return b""
        try:
            data = self._stream.read(size)
        except (*UNPACK_ERRORS, OSError, InputError) as error:
            self.failure = error
            return b""
        self._position += len(data)
        return data


def open_zip(file: IO[bytes], name: str, limits: Limits) -> zipfile.ZipFile:
    """The archive, its directory checked. Raises InputError for what is no zip or has too many members."""
    try:
        archive = zipfile.ZipFile(file)
    except (*UNPACK_ERRORS, OSError, ValueError, NotImplementedError) as error:
        raise InputError(name, f"not a zip archive that can be read: {error}") from error
    if len(archive.infolist()) > limits.members:
        raise InputError(name, f"more than {limits.members:,} members")
    return archive


def list_members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    """The members that are files and not hidden, by name."""
    members = (m for m in archive.infolist() if m.filename and not m.is_dir())
    return sorted((m for m in members if not _is_hidden(m.filename)), key=lambda m: m.filename)


def open_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> IO[bytes]:
    """The member's bytes. Raises InputError for one that is locked, damaged, or named to leave the archive."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", member.filename):
        raise InputError(name, "its path leads out of the archive; refused")
    if member.flag_bits & 1:
        raise InputError(name, "locked by a password")
    try:
        return archive.open(member)
    except (*UNPACK_ERRORS, OSError, ValueError, NotImplementedError) as error:
        raise InputError(name, f"damaged: {error}") from error


def _is_hidden(path: str) -> bool:
    parts = PurePosixPath(path).parts
    return any(part == "__MACOSX" or (part.startswith(".") and part != "..") for part in parts)


def to_seekable(stream: IO[bytes], spool: IO[bytes]) -> IO[bytes]:
    """The stream copied to a file that can be sought, as zip and Parquet need."""
    while chunk := stream.read(io.DEFAULT_BUFFER_SIZE * 16):
        spool.write(chunk)
    spool.seek(0)
    return spool
