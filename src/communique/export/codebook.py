"""The codebook of an export: what stands in it, made how, with what left out, and how to cite it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from communique.export.formats import Format
from communique.export.options import Options
from communique.export.tabbed import (
    GDELT_COLUMNS,
    GDELT_MENTION_COLUMNS,
    ICEWS_COLUMNS,
    PHOENIX_COLUMNS,
    POLECAT_COLUMNS,
)
from communique.export.tables import TABLE_FORMATS, choose_columns
from communique.knowledge.load import DATA, read_csv
from communique.version import VERSION

_TABBED = {
    "gdelt": GDELT_COLUMNS,
    "gdelt-mentions": GDELT_MENTION_COLUMNS,
    "icews": ICEWS_COLUMNS,
    "phoenix": PHOENIX_COLUMNS,
    "polecat": POLECAT_COLUMNS,
}
_GRAPHS = ("graphml", "gexf")
# The second party has the columns of the first.
_SECOND = {"Actor2": "Actor1", "Target": "Source", "Recipient": "Actor", "target": "source"}
CITATION = f"""@software{{communique,
  title = {{Communiqué: political event data coded from news text}},
  author = {{{{The Communiqué maintainers}}}},
  version = {{{VERSION}}}
}}"""


class _Meaning(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    format: str
    column: str
    meaning: str


@cache
def _load_meanings() -> dict[str, dict[str, str]]:
    """What columns mean, by format and column."""
    found: dict[str, dict[str, str]] = {}
    for _, row in read_csv(DATA / "export" / "columns.csv", _Meaning):
        found.setdefault(row.format, {})[row.column] = row.meaning
    return found | {"gexf": found["graphml"]}


def list_meanings(format: str) -> list[tuple[str, str]]:
    """The columns, keys or attributes of a format of another project, in order, each with what it means."""
    known = _load_meanings().get(format, {})
    return [(column, known[_to_first(column, known)]) for column in _TABBED.get(format, known)]


def _to_first(column: str, known: Mapping[str, str]) -> str:
    firsts = (column.replace(second, first) for second, first in _SECOND.items())
    return next(name for name in (column, *firsts) if name in known)


def make_codebook(format: Format, options: Options, rows: int, selection: Mapping[str, Any]) -> str:
    """The codebook in Markdown. It has no date, so that the same data makes the same file."""
    chosen = ", ".join(f"{name} = {value}" for name, value in selection.items()) or "everything"
    lines = [
        f"# Codebook: {format.name}",
        "",
        f"{format.means[0].upper()}{format.means[1:]}.",
        "",
        f"- Made by: Communiqué {VERSION}",
        f"- Rows: {rows}",
        f"- Selection: {chosen}",
        f"- Citation: Communiqué, version {VERSION}: political event data coded from news text. As BibTeX below.",
        "- Actors: ISO 3166 alpha-3 with KOS (Kosovo) and PSE (Palestine), or an organisation's short name; after a"
        " dot PLOVER's sector, in which JRN is the media and MED health.",
        "- Dates: an event counts for the first day its text gives, else for the day of publication.",
    ]
    if format.name == "jsonl" or options.with_text:
        lines.append("- Text: the articles' full text is in it.")
    elif format.name in (*TABLE_FORMATS, "plover"):
        lines.append("- Text: sentences and the words that matter, not the articles' full text.")
    else:
        lines.append("- Text: names of parties and places; no sentences, nor the articles' text.")
    if options.datasets:
        lines.append(
            f"- Datasets: {', '.join(options.datasets)}; communique is one's own coding. Of an imported one the types, codes"
            " and scores are as docs/imports.md says; it has no words, and everything counts as asserted."
        )
    if options.deduplicated:
        lines.append(
            "- Deduplicated: an event stands for all that report it, by the rule in docs/stories.md."
        )
    if format.name in _TABBED or format.name in _GRAPHS:
        lines.append(
            "- Left out: whatever is denied, intended, demanded, hypothetical or suspected; only asserted and"
            " recurring events are here."
            + (" Events that neither the text nor the article dates." if format.name in _TABBED else "")
        )
    elif format.name == "plover":
        lines.append(
            "- Not happened: `context` holds negation (denied), future (intended, demanded), hypothetical"
            " (hypothetical, suspected) or historical (ended over a year before publication)."
        )
    elif options.table == "events":
        lines.append(
            "- Not happened: rows whose `factuality` is neither asserted nor recurring, or whose `polarity` is"
            " negative; leave them out of counts."
        )
    lines += [f"- Left out: {count} events {reason}." for reason, count in sorted(options.left_out.items())]
    if format.name in ("gdelt", "gdelt-mentions", "icews", "phoenix"):
        lines.append(
            "- CAMEO: MED is the media and HLH health there; events without a CAMEO code are left out; scores are"
            " Goldstein's; every actor is paired with every recipient, reciprocal events in both directions."
        )
    if format.name in _TABBED or format.name == "csv":
        lines.append(
            "- Cells: an apostrophe stands before a text that a spreadsheet would run as a formula (=, +, -, @)."
        )
    if format.name in TABLE_FORMATS:
        lines += ["", "| column | type | meaning |", "|---|---|---|"]
        lines += [f"| {name} | {type} | {means} |" for name, type, means in choose_columns(options)]
    elif found := list_meanings(format.name):
        lines += ["", "| column | meaning |", "|---|---|"]
        lines += [f"| {name} | {means} |" for name, means in found]
    return "\n".join([*lines, "", "```bibtex", CITATION, "```"]) + "\n"
