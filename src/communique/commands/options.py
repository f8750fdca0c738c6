"""Options that several commands share, so that the same word means the same everywhere."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

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
        try:
            if name in wanted:
                date.fromisoformat(wanted[name])
        except ValueError as error:
            raise typer.BadParameter(
                f"{wanted[name]!r} is not a day such as 2022-02-04", param_hint=option
            ) from error
    return wanted
