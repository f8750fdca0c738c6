"""What a user gives to be read — files, folders, globs, a text on stdin — as articles, lazily and in a fixed order."""

from __future__ import annotations

import glob
import io
import os
import stat
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

from communique.errors import InputError
from communique.ingest.archives import (
    UNPACK_ERRORS,
    list_members,
    open_member,
    open_zip,
    to_seekable,
)
from communique.ingest.article import Article, Limits
from communique.ingest.decode import decode_text
from communique.ingest.feed import read_feed
from communique.ingest.gauge import Gauge
from communique.ingest.gunzip import Gunzip
from communique.ingest.markdown import read_markdown
from communique.ingest.page import looks_like_page
from communique.ingest.stream import Borrowed, Budget, Counted, TooMuch, read_whole
from communique.ingest.tables import read_csv_rows, read_jsonl, read_parquet
from communique.ingest.warc import read_warc

Found = Iterator[Article | InputError]
STDIN = "-"
DEFAULTS = Limits()
# How a file without an ending opens, and what it then is; anything else is a page or a text.
_MARKS = ((b'{"', ".jsonl"), (b"WARC/", ".warc"), (b"<rss", ".xml"), (b"<feed", ".xml"), (b"<?xml", ".xml"))
_OPENING = 512
_SPOOL = 32 * 2**20  # bytes of an unpacked zip or Parquet kept in memory before a temporary file takes over


def read_articles(inputs: Sequence[str], *, limits: Limits = DEFAULTS, gauge: Gauge | None = None) -> Found:
    """Every article of the inputs, one at a time; what can't be read comes as an InputError in its place.

    An input is a file (txt, md, html, htm, jsonl, csv, parquet, warc, zip, xml as RSS or Atom, and gz of any of
    these), a folder (read through to its depths, hidden files left out, names in order), a glob, or "-" for one
    text or page on stdin. Nothing larger than one article, or a few rows of Parquet, is held in memory; a zip or
    Parquet file inside another archive goes through a temporary file. `gauge` is told how far it is.
    """
    gauge = gauge or Gauge()
    for given in inputs:
        if given == STDIN:
            yield from _guard("stdin", lambda: _read_stdin(limits))
        else:
            yield from _read_path(given, limits, gauge)


def list_files(given: str) -> Iterator[str]:
    """The files an input stands for, in the order they are read. What can't be listed — a folder that is empty or locked,
    a glob without a match — comes as it is, for `read_articles` to say why."""
    if os.path.isdir(given):  # noqa: PTH112 - a name with a NUL byte or too long is False here, too
        count = 0
        for file in _walk(given):
            count += 1
            yield file
        if not count:
            yield given
    elif not os.path.lexists(given) and glob.has_magic(given):
        for match in sorted(glob.iglob(given, recursive=True)) or [given]:  # noqa: PTH207 - Path.glob takes no absolute pattern
            if match == given:
                yield given
            elif not (os.path.isdir(match) and "**" in given):  # noqa: PTH112 - its files match by themselves
                yield from list_files(match)
    else:
        yield given


def _walk(folder: str) -> Iterator[str]:
    """The files in a folder and below, hidden ones left out; of folders in it that can't be read, the name."""
    failed: list[OSError] = []
    for path, folders, files in os.walk(folder, onerror=failed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(name for name in files if not name.startswith(".")):
            yield os.path.join(path, name)  # noqa: PTH118 - keeps the path as the user wrote it
    yield from (str(error.filename) for error in failed if str(error.filename) != folder)


def _read_path(given: str, limits: Limits, gauge: Gauge) -> Found:
    for file in list_files(given):
        if os.path.isdir(file):  # noqa: PTH112
            yield InputError(file, _explain_folder(file))
        elif file == given and not os.path.lexists(given) and glob.has_magic(given):
            yield InputError(given, "no file matches")
        elif file != given and _is_special(file):
            yield InputError(file, "a pipe, socket or device, not a file")
        else:
            yield from _guard(file, lambda file=file: _read_file(file, limits, gauge))  # type: ignore[misc]


def _is_special(path: str) -> bool:
    """Whether it is there and no file, such as a pipe, at which reading would wait for ever: who wants it read names it."""
    try:
        return not stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116
    except OSError:
        return False


def _explain_folder(folder: str) -> str:
    try:
        os.listdir(folder)  # noqa: PTH208 - any string is a name here
    except OSError as error:
        return _explain(error)
    return "no article in this folder"


def _read_file(path: str, limits: Limits, gauge: Gauge) -> Found:
    if "\0" in path:
        raise InputError(path, "no file can have this name")
    status = os.stat(path)  # noqa: PTH116 - Path would hide what was given
    with gauge.open(path, status.st_size) as file:
        if not stat.S_ISREG(status.st_mode):  # a pipe, as the shell's <(…) gives
            yield from _read_text(file, path, limits)
        elif not status.st_size:
            raise InputError(path, "empty")
        else:
            yield from _read_kind(file, path, path, Budget(path, status.st_size, limits), 0)


def _read_kind(stream: IO[bytes], path: str, name: str, budget: Budget, depth: int) -> Found:
    """The articles of a stream whose kind its path tells; `name` is what errors call it."""
    ending = Path(path).suffix.lower()
    if ending == ".gz":
        yield from _read_gz(stream, path, name, budget, depth)
    elif ending == ".zip":
        yield from _read_zip(stream, name, budget, depth)
    elif ending in READERS:
        yield from READERS[ending](stream, name, budget.limits)
    elif ending:
        raise InputError(name, f"{ending} is not a kind of file that is read; known are {' '.join(KINDS)}")
    else:
        buffered = io.BufferedReader(Borrowed(stream), io.DEFAULT_BUFFER_SIZE)
        start = buffered.peek(_OPENING).lstrip()
        reader = next((READERS[kind] for mark, kind in _MARKS if start.startswith(mark)), _read_text)
        yield from reader(buffered, name, budget.limits)


def _read_gz(stream: IO[bytes], path: str, name: str, budget: Budget, depth: int) -> Found:
    _check_depth(depth, name, budget.limits)
    counted = io.BufferedReader(Counted(Gunzip(stream), budget), io.DEFAULT_BUFFER_SIZE)
    with tempfile.SpooledTemporaryFile(_SPOOL) as spool:
        inner = path[: -len(".gz")]
        source: IO[bytes] = counted
        if Path(inner).suffix.lower() in (".zip", ".parquet"):
            source = to_seekable(counted, spool)
        yield from _read_kind(source, inner, name, budget, depth + 1)


def _read_zip(file: IO[bytes], name: str, budget: Budget, depth: int) -> Found:
    _check_depth(depth, name, budget.limits)
    with open_zip(file, name, budget.limits) as archive:
        members = list_members(archive)
        if not members:
            raise InputError(name, "no article in this archive")
        for member in members:
            here = f"{name}#{member.filename}"
            for found in _guard(here, lambda m=member, h=here: _read_member(archive, m, h, budget, depth)):  # type: ignore[misc]
                if isinstance(found, TooMuch):
                    raise found
                yield found


def _read_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, budget: Budget, depth: int
) -> Found:
    with open_member(archive, member, name) as unpacked, tempfile.SpooledTemporaryFile(_SPOOL) as spool:
        source: IO[bytes] = io.BufferedReader(Counted(unpacked, budget), io.DEFAULT_BUFFER_SIZE)
        if Path(member.filename).suffix.lower() in (".zip", ".parquet"):
            source = to_seekable(source, spool)
        yield from _read_kind(source, member.filename, name, budget, depth + 1)


def _read_stdin(limits: Limits) -> Found:
    if sys.stdin is None:  # as Python has it where it was closed by whoever began the process
        raise InputError("stdin", "closed")
    yield from _read_text(sys.stdin.buffer, "stdin", limits)


def _read_text(stream: IO[bytes], name: str, limits: Limits) -> Found:
    """One article of unsaid kind: a page where it opens like one, else a text."""
    text, note = decode_text(read_whole(stream, name, limits), name, page=True)
    page = looks_like_page(text)
    yield Article(
        text=None if page else text, html=text if page else None, name=name, notes=(note,) if note else ()
    )


def _read_plain(stream: IO[bytes], name: str, limits: Limits) -> Found:
    text, note = decode_text(read_whole(stream, name, limits), name)
    yield Article(text=text, name=name, notes=(note,) if note else ())


def _read_page(stream: IO[bytes], name: str, limits: Limits) -> Found:
    html, note = decode_text(read_whole(stream, name, limits), name, page=True)
    yield Article(html=html, name=name, notes=(note,) if note else ())


def _read_markdown(stream: IO[bytes], name: str, limits: Limits) -> Found:
    raw, note = decode_text(read_whole(stream, name, limits), name)
    text, fields = read_markdown(raw)
    yield Article(text=text, name=name, notes=(note,) if note else (), **fields)


READERS: dict[str, Callable[[IO[bytes], str, Limits], Found]] = {
    ".txt": _read_plain,
    ".md": _read_markdown,
    ".html": _read_page,
    ".htm": _read_page,
    ".jsonl": read_jsonl,
    ".csv": read_csv_rows,
    ".parquet": read_parquet,
    ".warc": read_warc,
    ".xml": read_feed,
}
KINDS = (*READERS, ".zip", ".gz")


def _check_depth(depth: int, name: str, limits: Limits) -> None:
    if depth >= limits.nesting:
        raise InputError(name, f"archives stand inside archives more than {limits.nesting} deep; refused")


def _guard(name: str, read: Callable[[], Found]) -> Found:
    """What `read` gives, with an input's failure in place of the rest. Only failures of input and of the file
    system are caught: anything else is a mistake of ours and must be seen."""
    try:
        yield from read()
    except InputError as error:
        yield error
    except OSError as error:
        yield InputError(name, _explain(error))
    except UNPACK_ERRORS as error:
        yield InputError(name, f"damaged archive: {error}")
    except UnicodeEncodeError:
        yield InputError(name, "no file can have this name")


def _explain(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "no such file"
    if isinstance(error, PermissionError):
        return "may not be read: permission denied"
    return error.strerror or str(error)
