"""Options that several commands share, so that the same word means the same everywhere."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from communique.export.options import OWN as OWN

Db = Annotated[str, typer.Argument(metavar="DB", help="A database made by `communique code --db`.")]
Actor = Annotated[
    str | None,
    typer.Option(
        metavar="CODE", help="Events this actor takes part in; RUS includes RUS.GOV and its people."
    ),
]
Dyad = Annotated[
    str | None, typer.Option(metavar="A,B", help="Events between these two, in either direction.")
]
Type = Annotated[
    list[str] | None, typer.Option(metavar="TYPE", help="Events of this PLOVER type; may be repeated.")
]
Start = Annotated[str | None, typer.Option("--from", metavar="DATE", help="Events of this day or later.")]
End = Annotated[str | None, typer.Option("--to", metavar="DATE", help="Events of this day or earlier.")]
Publisher = Annotated[str | None, typer.Option(metavar="NAME", help="Articles of this publisher.")]
Document = Annotated[str | None, typer.Option(metavar="ID", help="The document of this id.")]
Datasets = Annotated[
    list[str] | None,
    typer.Option(
        "--dataset",
        metavar="NAME",
        help=f"Events of a dataset added by `communique import`, instead of your own; repeated, side by side, {OWN} being your own.",
    ),
]
Dataset = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help="Events of a dataset added by `communique import`, instead of your own."
    ),
]
Deduplicated = Annotated[
    bool,
    typer.Option(
        "--deduplicated",
        help="One row a real-world event, however often it is reported; see `communique stories`.",
    ),
]
Factuality = Annotated[
    list[str] | None,
    typer.Option(
        metavar="KIND",
        help="asserted, denied, intended, demanded, hypothetical, suspected, recurring, or all; may be repeated.",
    ),
]


def make_filter(*, dyad: str | None = None, **given: Any) -> dict[str, Any]:
    """Keywords for `Store`'s methods, without those not given. Raises BadParameter."""
    wanted = {name: value for name, value in given.items() if value}
    if dyad:
        parts = [part.strip() for part in dyad.split(",")]
        if len(parts) != 2 or not all(parts):
            raise typer.BadParameter("write two codes with a comma, such as RUS,UKR", param_hint="--dyad")
        wanted["dyad"] = (parts[0], parts[1])
    for option, name in (("--from", "start"), ("--to", "end")):
        if name in wanted:
            wanted[name] = parse_day(option, wanted[name])
    if "start" in wanted and "end" in wanted and wanted["start"] > wanted["end"]:
        raise typer.BadParameter(f"{wanted['end']} is before --from {wanted['start']}", param_hint="--to")
    return wanted


Ontology = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE", help="Your own event types or frames (TOML), added to ours; may be repeated."
    ),
]
Actors = Annotated[
    list[str] | None,
    typer.Option(metavar="FILE", help="Your own actors (TOML, CSV), added to ours; may be repeated."),
]
Model = Annotated[
    str | None, typer.Option(metavar="NAME", help="Another spaCy pipeline for English, by package or path.")
]


def parse_shard(shard: str | None) -> tuple[int, int] | None:
    """ "2/4" as (2, 4). Raises BadParameter."""
    if shard is None:
        return None
    first, slash, second = shard.partition("/")
    if not (slash and first.isdecimal() and second.isdecimal() and 1 <= int(first) <= int(second)):
        raise typer.BadParameter("write I/N, the I-th of N parts, such as 1/4", param_hint="--shard")
    return int(first), int(second)


def parse_day(option: str, day: str | None) -> str | None:
    """An ISO day, checked. Raises BadParameter."""
    if day is None:
        return None
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError as error:
        raise typer.BadParameter(f"{day!r} is not a day such as 2022-02-04", param_hint=option) from error
