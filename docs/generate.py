"""Writes the pages that are made from the program itself: `python docs/generate.py`. A test compares them."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import typer

from communique import Coder
from communique.commands import app
from communique.export.formats import FORMATS
from communique.export.report import make_console, write_report
from communique.store import open_store
from communique.store.migrate import list_migrations
from communique.store.rows import DETAILS

HERE = Path(__file__).parent
MADE = "<!-- made by docs/generate.py -->"


def make_cli_page() -> str:
    """Every command with its arguments and options, and the formats."""
    root: Any = typer.main.get_command(app)
    lines = [
        "# Command line",
        "",
        MADE,
        "",
        "Exit code 0: done. 1: some inputs failed (each named on standard error, the rest done) or nothing was found."
        " 2: wrong usage, or a file that can't be used.",
        "Results go to standard output or the file named, everything else to standard error. Tables are CSV in a pipe.",
    ]
    for name, command in _walk("communique", root):
        lines += ["", f"## {name}", "", " ".join((command.help or "").split())]
        shown = [p for p in command.params if p.name != "help"]
        if shown:
            lines += ["", "| | | default |", "|---|---|---|"]
        for param in shown:
            label = f"`{param.metavar}`" if param.param_type_name == "argument" else _label(param)
            default = (
                ""
                if param.default is None or param.required or param.default is False
                else f"`{param.default}`"
            )
            lines.append(f"| {label} | {param.help or ''} | {default} |")
    lines += ["", "## Formats", "", "| name | ending | what is written |", "|---|---|---|"]
    lines += [f"| `{f.name}` | `{f.ending}` | {f.means} |" for f in FORMATS]
    return "\n".join(lines) + "\n"


def _label(param: Any) -> str:
    names = ", ".join(f"`{name}`" for name in (*param.opts, *param.secondary_opts))
    return names if param.is_flag or not param.metavar else f"{names} {param.metavar}"


def _walk(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    """Commands with their full names; of groups those that also do something by themselves."""
    children = getattr(command, "commands", {})
    if not children or getattr(command, "invoke_without_command", False):
        yield path, command
    for name, child in children.items():
        yield from _walk(f"{path} {name}", child)


def make_schema_page() -> str:
    """Every table and view, as the database itself describes them."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "empty.duckdb")
        open_store(path, write=True).close()
        path_of = "case when schema_name = 'main' then '' else schema_name || '.' end || "
        with duckdb.connect(path) as connection:
            tables = dict(
                connection.execute(
                    f"select {path_of}table_name, comment from duckdb_tables()"
                    f" union all select {path_of}view_name, comment from duckdb_views() where not internal"
                ).fetchall()
            )
            columns = connection.execute(
                f"select {path_of}table_name, column_name, data_type, is_nullable, comment from duckdb_columns()"
                " where not internal order by table_name, column_index"
            ).fetchall()
    lines = [
        "# Database",
        "",
        MADE,
        "",
        f"A DuckDB file; this is schema {list_migrations()[-1][0]} (`schema_version`). An older file is upgraded when it"
        " is opened, a newer one refused. The database holds these descriptions as comments on its tables and columns.",
        "",
        "Spans are half-open character offsets into `documents.text`; in SQL the words are"
        " `substr(text, span_start + 1, span_end - span_start)`. Parts are joined on `document` and position:",
        "",
        "```sql",
        "select e.type, m.side, m.code, m.text",
        "from events e join event_members m on m.document = e.document and m.event = e.position",
        "where e.factuality in ('asserted', 'recurring')",
        "```",
    ]
    for table in ("documents", *DETAILS, "runs", "failures", "reviews", *STORIES, *VIEWS, *IMPORTED):
        lines += ["", f"## {table}", "", tables[table], "", "| column | type | |", "|---|---|---|"]
        lines += [
            f"| {column} | {type.lower()}{'' if not nullable or table in VIEWS else ', may be null'} | {comment} |"
            for name, column, type, nullable, comment in columns
            if name == table
        ]
    return "\n".join(lines) + "\n"


def make_readme(coder: Any) -> str:
    """README.md with the report of the shipped sample as it is now, cut after its first events."""
    old = (HERE.parent / "README.md").read_text(encoding="utf-8")
    sample = HERE.parent / "src" / "communique" / "data" / "samples" / "singapore-summit.txt"
    document = coder.code(sample.read_text(encoding="utf-8"))
    out = io.StringIO()
    write_report([document], make_console(out, width=80))
    lines = [line.rstrip() for line in out.getvalue().splitlines()][:README_LINES]
    begin, end = "<!-- report:begin (made by docs/generate.py) -->", "<!-- report:end -->"
    head, rest = old.split(begin)
    tail = rest.split(end)[1]
    return "\n".join((f"{head}{begin}", "", "```", *lines, "…", "```", "", end)) + tail


# Tables made from the rest by `communique stories`, and views.
STORIES = (
    "stories",
    "story_members",
    "story_links",
    "happenings",
    "event_reports",
    "story_rule",
    "story_index",
    "story_bands",
    "story_keys",
)
VIEWS = ("event_days", "dyads", "event_keys", "events_deduplicated")
IMPORTED = ("imported.coded", "imported.members")
# As much of the report as shows what it is.
README_LINES = 40
PAGES = {"cli.md": make_cli_page, "schema.md": make_schema_page}

if __name__ == "__main__":
    for name, make in PAGES.items():
        (HERE / name).write_text(make(), encoding="utf-8")
    (HERE.parent / "README.md").write_text(make_readme(Coder()), encoding="utf-8")
