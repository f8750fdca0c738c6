"""`communique dyads`: who did how much to whom, over time."""

from __future__ import annotations

from typing import Annotated

import typer

from communique.commands.options import (
    OWN,
    Datasets,
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
    choose_dataset,
    choose_factuality,
    join_datasets,
    write_table,
)
from communique.commands.wanted import check_wanted


def dyads(
    db: Db,
    by: Annotated[str, typer.Option(help="Period: day, week, month, quarter or year.")] = "month",
    a: Annotated[str | None, typer.Option(metavar="CODE", help="Only where this one acts.")] = None,
    b: Annotated[str | None, typer.Option(metavar="CODE", help="Only where this one receives.")] = None,
    level: Level = "country",
    type: Type = None,
    weight: Weight = "one",
    factuality: Factuality = None,
    start: Start = None,
    end: End = None,
    publisher: Publisher = None,
    deduplicated: Deduplicated = False,
    dataset: Datasets = None,
    format: Format = None,
    output: Output = None,
    plot: Plot = None,
) -> None:
    """Counts and mean score of events for each actor and recipient.

    Only what is said to have happened counts (asserted, recurring), unless --factuality asks otherwise. Reciprocal
    events count in both directions; parties without a code are left out. Periods without events have no row: `communique
    series` fills them.
    """
    from communique.store import open_store
    from communique.store.queries import LEVELS, PERIODS, WEIGHTS

    check_choice("--by", by, PERIODS)
    check_choice("--level", level, LEVELS)
    check_choice("--weight", weight, WEIGHTS)
    check_output(format, output, plot)
    if plot is not None and dataset and len(dataset) > 1:
        raise typer.BadParameter("one dataset at a time is drawn", param_hint="--plot")
    wanted = make_filter(
        a=a,
        b=b,
        type=type,
        start=start,
        end=end,
        publisher=publisher,
        deduplicated=deduplicated,
    )
    with open_store(db) as store:
        check_wanted(store, {**wanted, "dataset": dataset})
        tables = [
            store.dyads(
                by=by, level=level, weight=weight, dataset=name, **wanted, **choose_factuality(factuality)
            )
            for name in map(choose_dataset, dataset or [OWN])
        ]
    table = join_datasets(tables, dataset) if dataset and len(dataset) > 1 else tables[0]
    write_table(table, format, output)
    if plot is not None:
        from communique.export.plots import say_filter, write_dyads_plot

        who = say_filter(a=a, b=b, type=type, factuality=factuality, publisher=publisher)
        write_dyads_plot(table, plot, by=by, who=who)
        typer.echo(f"{plot}: drawn.", err=True)
