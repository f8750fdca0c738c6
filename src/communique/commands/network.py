"""`communique network`: who deals with whom, over the whole time."""

from __future__ import annotations

from typing import Annotated

import typer

from communique.commands.dyads import check_choice, choose_factuality
from communique.commands.options import Db, End, Factuality, Publisher, Start, Type, make_filter
from communique.commands.print import print_table


def network(
    db: Db,
    nodes: Annotated[bool, typer.Option("--nodes", help="The nodes instead of the edges.")] = False,
    level: Annotated[
        str, typer.Option(help="country takes RUS.GOV and RUS.MIL together, code keeps them apart.")
    ] = "country",
    type: Type = None,
    factuality: Factuality = None,
    start: Start = None,
    end: End = None,
    publisher: Publisher = None,
) -> None:
    """The signed network: edges with counts, mean score and sign; CSV in a pipe.

    What counts is as in `communique dyads`. For a graph file: `communique export --format graphml`.
    """
    from communique.store import open_store
    from communique.store.queries import LEVELS

    check_choice("--level", level, LEVELS)
    wanted = make_filter(type=type, start=start, end=end, publisher=publisher)
    with open_store(db) as store:
        found = store.network(level=level, **wanted, **choose_factuality(factuality))
    table = found.nodes if nodes else found.edges
    print_table(table.column_names, (list(row.values()) for row in table.to_pylist()))
