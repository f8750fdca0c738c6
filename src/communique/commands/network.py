"""`communique network`: who deals with whom, in which blocs, and how balanced that is."""

from __future__ import annotations

from typing import Annotated

import typer

from communique.commands.options import (
    Dataset,
    Db,
    Deduplicated,
    End,
    Factuality,
    Publisher,
    Start,
    Type,
    make_filter,
)
from communique.commands.tables import (
    Format,
    Level,
    Output,
    Plot,
    Weight,
    check_choice,
    check_output,
    choose_factuality,
    write_table,
)
from communique.commands.wanted import check_wanted

TABLES = ("edges", "ties", "nodes", "balance")


def network(
    db: Db,
    by: Annotated[
        str | None, typer.Option(help="Per day, week, month, quarter or year; over all time by default.")
    ] = None,
    table: Annotated[
        str,
        typer.Option(help="edges; ties (without direction); nodes, with their blocs; or balance."),
    ] = "edges",
    nodes: Annotated[bool, typer.Option("--nodes", help="Short for --table nodes.")] = False,
    level: Level = "country",
    type: Type = None,
    weight: Weight = "one",
    least: Annotated[
        int, typer.Option(min=1, metavar="N", help="Leave out edges and ties of fewer events.")
    ] = 1,
    resolution: Annotated[
        float, typer.Option(min=0.01, help="Above 1 for smaller blocs, below for larger ones.")
    ] = 1.0,
    seed: Annotated[int, typer.Option(min=0, help="Fixes the search for blocs.")] = 1,
    factuality: Factuality = None,
    start: Start = None,
    end: End = None,
    publisher: Publisher = None,
    deduplicated: Deduplicated = False,
    dataset: Dataset = None,
    format: Format = None,
    output: Output = None,
    plot: Plot = None,
) -> None:
    """The signed network: edges with counts, mean score and sign; blocs and structural balance, also over time.

    What counts is as in `communique dyads`; with --by, events without a day are left out. A tie's sign is that of its mean score. Blocs are Louvain communities of
    the friendly ties, and keep their number from period to period. Balance: the shares of triads that are balanced
    (the product of the signs is positive) and weakly balanced (also three enemies), and frustration, the share of ties
    against the best division into two sides found. For a graph file: `communique export --format graphml`.
    """
    from communique.store import open_store
    from communique.store.queries import LEVELS, PERIODS, WEIGHTS

    if by is not None:
        check_choice("--by", by, PERIODS)
    chosen = "nodes" if nodes else table
    check_choice("--table", chosen, TABLES)
    check_choice("--level", level, LEVELS)
    check_choice("--weight", weight, WEIGHTS)
    check_output(format, output, plot)
    wanted = make_filter(
        type=type, start=start, end=end, publisher=publisher, deduplicated=deduplicated, dataset=dataset
    )
    with open_store(db) as store:
        check_wanted(store, wanted)
        found = store.network(
            by=by,
            level=level,
            weight=weight,
            least=least,
            resolution=resolution,
            seed=seed,
            **wanted,
            **choose_factuality(factuality),
        )
    write_table(getattr(found, chosen), format, output)
    if plot is not None:
        from communique.export.plots import say_filter, write_network_plot

        who = say_filter(type=type, factuality=factuality, publisher=publisher)
        write_network_plot(found, plot, by=by, who=who)
        typer.echo(f"{plot}: drawn.", err=True)
