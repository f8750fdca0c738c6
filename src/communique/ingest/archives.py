"""The members of zip archives, and what unpacking raises."""

from __future__ import annotations

import io
import lzma
import re
import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import IO

from communique.errors import InputError
from communique.ingest.article import Limits

# What unpacking raises over damaged data, as opposed to over our own mistakes.
UNPACK_ERRORS = (zlib.error, lzma.LZMAError, EOFError, zipfile.BadZipFile)


# The system that made a member, where its attributes are those of Unix.
_UNIX = 3


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
    """The member's bytes. Raises InputError for one that is locked, damaged, or named to leave the archive, or no file."""
    path = PurePosixPath(member.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", member.filename):
        raise InputError(name, "its path leads out of the archive; refused")
    if member.create_system == _UNIX and stat.S_ISLNK(member.external_attr >> 16):
        raise InputError(name, "a link to another file, not a file; refused")
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
