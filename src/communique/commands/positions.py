"""`communique positions`: who stands where on an issue, since when, with the words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from communique.commands.options import Db, Publisher, make_filter

_FORMATS = ("table", "json", "csv")
_ENDINGS = {".json": "json", ".csv": "csv", ".txt": "table", "": "table"}


def positions(
    db: Db,
    issue: Annotated[
        str | None,
        typer.Option(
            metavar="WORDS",
            help="What it is about, such as “NATO enlargement”; without it the issues are listed.",
        ),
    ] = None,
    holder: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="Only who stands where of this one; RUS includes RUS.GOV and its people."
        ),
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Articles of this day or later.")] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="Articles of this day or earlier.")
    ] = None,
    publisher: Publisher = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            min=0.0, max=1.0, help="Cosine from which other words mean the same; higher keeps more apart."
        ),
    ] = None,
    vectors: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="wordllama (the default), spacy or minilm; see docs/positions.md."),
    ] = None,
    format: Annotated[
        str | None, typer.Option(help="table, json or csv; a table on a terminal, CSV in a pipe.")
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write to this file instead; its ending tells the format: .json, .csv, or .txt for a table.",
        ),
    ] = None,
) -> None:
    """Who is for and who against an issue, from when to when, with changes of side and the words.

    Objects of stances that say the same in other words are taken together. Exit code 1: nobody takes a side on it.
    """
    from communique.store import open_store

    shape = _choose_format(format, output)
    wanted: dict[str, Any] = make_filter(actor=holder, publisher=publisher)
    wanted |= _days(since, until)
    with open_store(db) as store:
        if not store.count()["stances"]:
            typer.echo(f"{db}: no stances are stored, so there are no positions", err=True)
            raise typer.Exit(1)
        table = store.positions(issue=issue, threshold=threshold, vectors=vectors, **wanted)
        if not table.num_rows:
            near = store.nearest_issues(issue, vectors=vectors, **wanted) if issue else []
            typer.echo(_say_none(issue, near), err=True)
            raise typer.Exit(1)
    rows = table.to_pylist()
    with _open(output) as file:
        if shape == "json":
            file.write((json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode())
        elif shape == "csv":
            file.write(_to_csv(table.column_names, rows).encode())
        else:
            file.write((_render_issue(rows) if issue else _render_issues(rows)).encode())


def _choose_format(format: str | None, output: str | None) -> str:
    """Raises BadParameter."""
    import sys

    if format is not None:
        if format not in _FORMATS:
            raise typer.BadParameter(f"{format!r} is none of {', '.join(_FORMATS)}", param_hint="--format")
        return format
    if output not in (None, "-"):
        ending = Path(output or "").suffix.lower()
        if ending not in _ENDINGS:
            raise typer.BadParameter(
                f"can't tell a format by the ending of {output!r}; known are .json, .csv and, for a table, .txt;"
                " or add --format",
                param_hint="--output",
            )
        return _ENDINGS[ending]
    return "table" if sys.stdout.isatty() else "csv"


def _days(since: str | None, until: str | None) -> dict[str, Any]:
    from communique.commands.options import parse_day

    days = {"start": parse_day("--since", since), "end": parse_day("--until", until)}
    return {name: day for name, day in days.items() if day}


def _open(output: str | None) -> Any:
    from communique.export.formats import open_output

    return open_output(output or "-")


def _say_none(issue: str | None, near: Sequence[tuple[str, float]]) -> str:
    if issue is None:
        return "nobody takes a side there"
    if not near:
        return f"nobody takes a side on “{issue}”"
    close = ", ".join(f"“{' '.join(text.split())}” ({score:.2f})" for text, score in near)
    return f"nobody takes a side on “{issue}” at this threshold; nearest: {close}. A lower --threshold takes in more."


def _to_csv(columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> str:
    import csv
    import io

    from communique.export.tables import to_cell

    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([to_cell(row[name]) for name in columns] for row in rows)
    return out.getvalue()


def _render_issues(rows: Sequence[dict[str, Any]]) -> str:
    lines = [f"{len(rows)} issues; the same in other words from a cosine of {rows[0]['threshold']:.2f}", ""]
    for row in rows:
        lines.append(
            f"{_shorten(row['issue'])}  ({_count(row['holders'], 'holder')}: {row['support']} for, {row['oppose']} against;"
            f" {_say_days(row['first'], row['last'])})"
        )
        others = [_shorten(text) for text in row["objects"][1:4]]
        if others:
            more = f" and {len(row['objects']) - 4} more" if len(row["objects"]) > 4 else ""
            lines.append(f"    also: {'; '.join(others)}{more}")
    return "\n".join(lines) + "\n"


def _render_issue(rows: Sequence[dict[str, Any]]) -> str:
    from communique.export.plain import clean_line

    lines = [
        f"{clean_line(rows[0]['issue'])}: {_count(len({(r['document'], r['stance']) for r in rows}), 'stance')};"
        f" the same in other words from a cosine of {rows[0]['threshold']:.2f}"
    ]
    before = None
    for row in rows:
        who = row["holder_id"] or row["holder"]
        if who != before:
            own = [r for r in rows if (r["holder_id"] or r["holder"]) == who]
            sides = {"support": "for", "oppose": "against"}
            said = " then ".join(_runs([sides[r["polarity"]] for r in own]))
            code = f" ({row['holder_id']})" if row["holder_id"] else ""
            lines += [
                "",
                f"{clean_line(row['holder'])}{code}: {said}, {_say_days(row['first'], row['last'])}",
            ]
            before = who
        mark = "+" if row["polarity"] == "support" else "−"
        change = "  CHANGED" if row["changed"] else ""
        where = ", ".join(clean_line(x) for x in (row["publisher"], row["title"]) if x) or row["document"]
        lines.append(
            f"  {mark} {row['published'] or 'no date'}  {clean_line(row['object'])}  [{row['similarity']:.2f}]{change}"
        )
        lines.append(f"      “{clean_line(row['words'])}”")
        lines.append(f"      {where}")
    return "\n".join(lines) + "\n"


def _shorten(text: str) -> str:
    """On one line, and of a long clause its beginning."""
    from textwrap import shorten

    from communique.export.plain import clean_line

    return shorten(clean_line(text), 100, placeholder="…")


def _runs(values: Sequence[str]) -> list[str]:
    return [v for n, v in enumerate(values) if n == 0 or values[n - 1] != v]


def _say_days(first: str | None, last: str | None) -> str:
    if first is None:
        return "undated"
    return first if first == last else f"{first} to {last}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
