"""`communique dyads`: who did how much to whom, over time."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from communique.commands.options import Db, End, Factuality, Publisher, Start, Type, make_filter
from communique.commands.print import print_table
from communique.records import Factuality as Kind


def dyads(
    db: Db,
    by: Annotated[str, typer.Option(help="Period: day, week, month or year.")] = "month",
    a: Annotated[str | None, typer.Option(metavar="CODE", help="Only where this one acts.")] = None,
    b: Annotated[str | None, typer.Option(metavar="CODE", help="Only where this one receives.")] = None,
    level: Annotated[
        str, typer.Option(help="country takes RUS.GOV and RUS.MIL together, code keeps them apart.")
    ] = "country",
    type: Type = None,
    factuality: Factuality = None,
    start: Start = None,
    end: End = None,
    publisher: Publisher = None,
) -> None:
    """Counts and mean score of events for each actor and recipient; CSV in a pipe.

    Only what is said to have happened counts (asserted, recurring), unless --factuality asks otherwise. Reciprocal
    events count in both directions; parties without a code are left out.
    """
    from communique.store import open_store
    from communique.store.queries import LEVELS, PERIODS

    check_choice("--by", by, PERIODS)
    check_choice("--level", level, LEVELS)
    wanted = make_filter(a=a, b=b, type=type, start=start, end=end, publisher=publisher)
    with open_store(db) as store:
        table = store.dyads(by=by, level=level, **wanted, **choose_factuality(factuality))
    print_table(table.column_names, (list(row.values()) for row in table.to_pylist()))


def check_choice(option: str, value: str, choices: tuple[str, ...]) -> None:
    """Raises BadParameter."""
    if value not in choices:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(choices)}", param_hint=option)


def choose_factuality(given: list[str] | None) -> dict[str, Any]:
    """The keyword for `Store.dyads`: none for its default, all kinds for "all". Raises BadParameter."""
    from typing import get_args

    if not given:
        return {}
    if given == ["all"]:
        return {"factuality": None}
    for kind in given:
        check_choice("--factuality", kind, get_args(Kind))
    return {"factuality": given}
