"""`communique actors`: how a name resolves, and why."""

from __future__ import annotations

from typing import Annotated

import typer

from communique.commands.options import parse_day
from communique.commands.print import print_table


def actors(
    query: Annotated[str, typer.Argument(metavar="QUERY", help="A name, as an article might write it.")],
    date: Annotated[
        str | None, typer.Option(metavar="DATE", help="The article's day; offices depend on it.")
    ] = None,
    own: Annotated[
        list[str] | None,
        typer.Option(
            "--actors", metavar="FILE", help="Your own actors (TOML, CSV), added to ours; may be repeated."
        ),
    ] = None,
) -> None:
    """Every reading of a name, the one taken first, with the reason and the line of the data file. Exit code 1: none."""
    from communique.knowledge.actors import explain_name, load_actors

    found = explain_name(query, parse_day("--date", date), load_actors(own or ()))
    if not found:
        typer.echo(f"{query}: no actor of the dictionaries has this name", err=True)
        raise typer.Exit(1)
    print_table(
        ("taken", "code", "name", "id", "kind", "office", "why", "where"),
        (
            (
                "yes" if e.chosen else "",
                e.code,
                e.entry.name,
                e.entry.id,
                e.entry.kind,
                e.office,
                e.why,
                e.where,
            )
            for e in found
        ),
    )
