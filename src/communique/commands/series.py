"""`communique series`: how much happened over time, and how friendly it was."""

from __future__ import annotations

from typing import Annotated

import typer

from communique.commands.options import (
    OWN,
    Actor,
    Datasets,
    Db,
    Deduplicated,
    Dyad,
    End,
    Factuality,
    Publisher,
    Start,
    Type,
    make_filter,
)
from communique.commands.tables import (
    Format,
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

#: The columns that each measure shows.
MEASURES = {
    "count": ("events",),
    "score": ("events", "mean_score"),
    "quad": (
        "events",
        "verbal_cooperation",
        "material_cooperation",
        "verbal_conflict",
        "material_conflict",
    ),
}


def series(
    db: Db,
    by: Annotated[str, typer.Option(help="Period: day, week, month, quarter or year.")] = "month",
    a: Annotated[str | None, typer.Option(metavar="CODE", help="Only where this one acts.")] = None,
    b: Annotated[str | None, typer.Option(metavar="CODE", help="Only where this one receives.")] = None,
    actor: Actor = None,
    dyad: Dyad = None,
    type: Type = None,
    measure: Annotated[
        str | None,
        typer.Option(
            help="count, score (mean, −10 to 10) or quad (verbal and material, cooperation and conflict); all by default."
        ),
    ] = None,
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
    """Events per period: counts, kinds and mean score, without gaps.

    Periods run from --from to --to, or from the first event to the last. In one without events the counts are 0
    and the mean score is empty. Each event counts once; only what is said to have happened counts (asserted, recurring),
    unless --factuality asks otherwise.
    """
    from communique.store import open_store
    from communique.store.queries import PERIODS, WEIGHTS

    check_choice("--by", by, PERIODS)
    check_choice("--weight", weight, WEIGHTS)
    if measure is not None:
        check_choice("--measure", measure, tuple(MEASURES))
    check_output(format, output, plot)
    wanted = make_filter(
        a=a,
        b=b,
        actor=actor,
        dyad=dyad,
        type=type,
        start=start,
        end=end,
        publisher=publisher,
        deduplicated=deduplicated,
    )
    if plot is not None and dataset and len(dataset) > 1:
        raise typer.BadParameter("one dataset at a time is drawn", param_hint="--plot")
    with open_store(db) as store:
        check_wanted(store, {**wanted, "dataset": dataset})
        tables = [
            store.series(
                by=by,
                weight=weight,
                undated=True,
                dataset=name,
                **wanted,
                **choose_factuality(factuality),
            )
            for name in map(choose_dataset, dataset or [OWN])
        ]
    names = ["dataset"] if dataset and len(dataset) > 1 else []
    table = join_datasets(tables, dataset) if dataset and names else tables[0]
    undated = table.filter(table["period"].is_null())
    table = table.filter(table["period"].is_valid())
    write_table(table.select([*names, "period", *MEASURES[measure]]) if measure else table, format, output)
    if undated.num_rows:
        typer.echo(f"{sum(undated['events'].to_pylist()):g} events without a day are left out.", err=True)
    if plot is not None:
        from communique.export.plots import say_filter, write_series_plot

        who = say_filter(
            a=a, b=b, actor=actor, dyad=dyad, type=type, factuality=factuality, publisher=publisher
        )
        write_series_plot(table, plot, by=by, who=who, measure=measure, weight=weight)
        typer.echo(f"{plot}: drawn.", err=True)
