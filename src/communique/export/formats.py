"""The formats that coded documents can be written in: an explicit list."""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from communique.errors import CommuniqueError
from communique.export.jsonl import write_jsonl
from communique.export.networks import write_gexf, write_graphml
from communique.export.options import Options
from communique.export.plover import write_plover
from communique.export.tabbed import (
    write_gdelt,
    write_gdelt_mentions,
    write_icews,
    write_phoenix,
    write_polecat,
)
from communique.export.tables import write_csv, write_dta, write_parquet
from communique.records import CodedDocument

# What writing can run into.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)

Writer = Callable[[Iterable[CodedDocument], BinaryIO, Options], int]

#: What most formats hold of a document, by the store's tables.
EVENTS = ("actors", "events", "event_members", "event_context", "event_quantities")
EDGES = ("events", "event_members")


@dataclass(frozen=True, slots=True)
class Format:
    """A format. `write` takes documents, a binary file and options, and returns the number of rows written. It needs
    no more of a document than its header and the store's tables that `details` names, or all where that is None."""

    name: str
    ending: str
    means: str
    write: Writer
    details: tuple[str, ...] | None = EVENTS


FORMATS: tuple[Format, ...] = (
    Format("jsonl", ".jsonl", "one record a document with everything that was coded", write_jsonl, None),
    Format(
        "csv",
        ".csv",
        "a row an event (or statement, stance, dispute), several values in a cell joined with “; ”",
        write_csv,
    ),
    Format(
        "parquet",
        ".parquet",
        "a row an event (or statement, stance, dispute), typed columns and lists",
        write_parquet,
    ),
    Format(
        "dta",
        ".dta",
        "a row an event (or statement, stance, dispute) for Stata 14 and later; needs pandas",
        write_dta,
    ),
    Format(
        "plover",
        ".json",
        "PLOVER 2.0 JSON, every event; what did not happen is marked in context",
        write_plover,
    ),
    Format("polecat", ".polecat.txt", "POLECAT's tab-separated columns, one row an event", write_polecat),
    Format(
        "phoenix",
        ".phoenix.txt",
        "Phoenix's tab-separated columns, one row a dyad, CAMEO codes",
        write_phoenix,
    ),
    Format("icews", ".icews.tab", "ICEWS's tab-separated columns, one row a dyad, CAMEO codes", write_icews),
    Format(
        "gdelt",
        ".export.csv",
        "GDELT 2.0's 61 tab-separated columns without a header, one row a dyad",
        write_gdelt,
    ),
    Format(
        "gdelt-mentions",
        ".mentions.csv",
        "GDELT 2.0's 16 columns of mentions, to join with gdelt",
        write_gdelt_mentions,
    ),
    Format(
        "graphml",
        ".graphml",
        "the signed network of countries and organisations; needs networkx",
        write_graphml,
        EDGES,
    ),
    Format("gexf", ".gexf", "the signed network for Gephi; needs networkx", write_gexf, EDGES),
)


def find_format(name: str | None, path: str) -> Format:
    """The format of that name, or, without one, of the file's ending; JSONL where it has none, or is standard output.

    Raises ValueError for a name that isn't one, and for an ending that tells none.
    """
    if name is None:
        fits = [known for known in FORMATS if path.lower().endswith(known.ending)]
        if fits:
            return max(fits, key=lambda known: len(known.ending))
        if not Path(path).suffix:
            return FORMATS[0]
        endings = ", ".join(known.ending for known in FORMATS)
        raise ValueError(
            f"no format is known by the ending of {path!r}; known are {endings}; or add --format"
        )
    for known in FORMATS:
        if known.name == name:
            return known
    raise ValueError(f"no format {name!r}; there are {', '.join(known.name for known in FORMATS)}")


@contextmanager
def open_output(path: str) -> Iterator[BinaryIO]:
    """A file to write, "-" for standard output. It appears under its name once whole; until then, and after a
    failure, what was written stands beside it as `.part`. A link's target is replaced, not the link; a device or pipe
    (/dev/null, /dev/stdout) is written to as it is. Raises CommuniqueError naming the file."""
    if path == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    target = Path(path).resolve()
    special = Path(path).exists() and not target.is_file()
    part = target if special else target.with_name(target.name + ".part")
    try:
        if target.is_dir():
            raise CommuniqueError(f"{path}: a folder")
        handle = (Path(path) if special else part).open("wb")
    except OSError as error:
        raise CommuniqueError(f"{path}: {error.strerror}") from error
    with handle:
        try:
            yield handle
            handle.flush()
        except OSError as error:
            if error.errno not in _FULL:
                raise  # not this file's
            raise CommuniqueError(f"{path}: {error.strerror}; {part.name} has what was written") from error
    if not special:
        part.replace(target)
