"""The codebook of an export: what stands in it, made how, with what left out, and how to cite it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from communique.export.formats import Format
from communique.export.options import Options
from communique.export.tabbed import (
    GDELT_COLUMNS,
    GDELT_MENTION_COLUMNS,
    ICEWS_COLUMNS,
    PHOENIX_COLUMNS,
    POLECAT_COLUMNS,
)
from communique.export.tables import choose_columns
from communique.version import VERSION

_TABBED = {
    "gdelt": GDELT_COLUMNS,
    "gdelt-mentions": GDELT_MENTION_COLUMNS,
    "icews": ICEWS_COLUMNS,
    "phoenix": PHOENIX_COLUMNS,
    "polecat": POLECAT_COLUMNS,
}


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
        f"- Citation: Communiqué, version {VERSION}: political event data coded from news text.",
        "- Actors: ISO 3166 alpha-3 with KOS (Kosovo) and PSE (Palestine), or an organisation's short name; after a"
        " dot PLOVER's sector, in which JRN is the media and MED health.",
        "- Dates: an event counts for the first day its text gives, else for the day of publication.",
    ]
    if options.datasets:
        lines.append(
            f"- Datasets: {', '.join(options.datasets)}; communique is one's own coding. Of an imported one the types, codes"
            " and scores are as docs/imports.md says; it has no words, and everything counts as asserted."
        )
    if format.name in _TABBED or format.name in ("graphml", "gexf"):
        lines.append(
            "- Left out: whatever is denied, intended, demanded, hypothetical or suspected; only asserted and"
            " recurring events are here."
        )
    elif format.name == "plover":
        lines.append(
            "- Not happened: `context` holds negation (denied), future (intended, demanded), hypothetical"
            " (hypothetical, suspected) or historical (ended over a year before publication)."
        )
    else:
        lines.append(
            "- Not happened: rows whose `factuality` is neither asserted nor recurring; leave them out of counts."
        )
    if format.name in ("gdelt", "gdelt-mentions", "icews", "phoenix"):
        lines.append(
            "- CAMEO: MED is the media and HLH health there; events without a CAMEO code are left out; scores are"
            " Goldstein's; every actor is paired with every recipient, reciprocal events in both directions."
        )
    if format.name in ("csv", "parquet", "dta"):
        lines += ["", "| column | type | meaning |", "|---|---|---|"]
        lines += [f"| {name} | {type} | {means} |" for name, type, means in choose_columns(options)]
    elif format.name in _TABBED:
        lines += ["", "Columns, in order: " + ", ".join(_TABBED[format.name]) + "."]
    return "\n".join(lines) + "\n"
