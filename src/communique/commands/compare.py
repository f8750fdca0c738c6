"""`communique compare`: one's own coding and imported datasets, event by event."""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer

from communique.commands.options import (
    Actor,
    Db,
    Dyad,
    End,
    Factuality,
    Publisher,
    Start,
    Type,
    make_filter,
)
from communique.commands.print import print_table
from communique.commands.tables import (
    Format,
    Level,
    Output,
    check_choice,
    check_output,
    choose_factuality,
    write_table,
)
from communique.commands.wanted import check_wanted
from communique.export.plain import clean_line
from communique.knowledge.stories import load_rules

USUAL = load_rules().matches


def compare(
    db: Db,
    dataset: Annotated[
        list[str] | None,
        typer.Option(
            "--dataset",
            metavar="NAME",
            help="A dataset added by `communique import`; may be repeated; all of them by default.",
        ),
    ] = None,
    found: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND", help="Only these rows: both, ours, theirs, uncovered or vague; may be repeated."
        ),
    ] = None,
    a: Annotated[str | None, typer.Option(metavar="CODE", help="Only where this one acts.")] = None,
    b: Annotated[str | None, typer.Option(metavar="CODE", help="Only where this one receives.")] = None,
    actor: Actor = None,
    dyad: Dyad = None,
    type: Type = None,
    factuality: Factuality = None,
    start: Start = None,
    end: End = None,
    publisher: Publisher = None,
    days: Annotated[int, typer.Option(min=0, help="How far apart the two may be dated.")] = USUAL.days,
    longest: Annotated[
        int, typer.Option(metavar="DAYS", min=1, help="What is dated by more days is too vague to compare.")
    ] = USUAL.longest,
    gap: Annotated[
        int,
        typer.Option(
            metavar="DAYS", min=0, help="Days in a row without anything that still count as covered."
        ),
    ] = USUAL.gap,
    kind: Annotated[
        str,
        typer.Option(
            help="What the two must share: type (PLOVER), or quad (verbal or material, for or against)."
        ),
    ] = USUAL.kind,
    level: Level = USUAL.level,
    direction: Annotated[
        bool,
        typer.Option("--direction/--any-direction", help="Whether the same one must act on the same other."),
    ] = USUAL.direction,
    one_side: Annotated[
        bool,
        typer.Option(
            "--one-side/--two-sides",
            help="Whether an event of which one side is known is compared by that, its type and the place's country.",
        ),
    ] = USUAL.one_side,
    place: Annotated[
        bool,
        typer.Option(
            "--place/--any-place", help="Whether places, where both are known, must be of one country."
        ),
    ] = USUAL.place,
    limit: Annotated[
        int, typer.Option(metavar="N", min=0, help="How many rows of each kind a terminal shows.")
    ] = 5,
    format: Format = None,
    output: Output = None,
) -> None:
    """Your own coding beside imported datasets: which events are in both, in yours alone, in theirs alone.

    Each of their events is paired with the happening of yours that it agrees with best, if the rule allows any
    (docs/compare.md). Other options than the rule's choose rows, by either event. Neither side is the truth: what is in one
    alone is not yet an error of the other. Exit code 1: no dataset was imported.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    from communique.analyse.comparing import FOUND, count_compared
    from communique.store import open_store
    from communique.store.queries import LEVELS

    check_choice("--kind", kind, ("type", "quad"))
    check_choice("--level", level, LEVELS)
    for one in found or ():
        check_choice("--found", one, FOUND)
    check_output(format, output, None)
    wanted = make_filter(
        a=a, b=b, actor=actor, dyad=dyad, type=type, start=start, end=end, publisher=publisher
    )
    rule: dict[str, Any] = {
        "days": days,
        "longest": longest,
        "gap": gap,
        "kind": kind,
        "level": level,
        "direction": direction,
        "one_side": one_side,
        "place": place,
    }
    with open_store(db) as store:
        names = list(dict.fromkeys(dataset or ())) or store.datasets()
        if not names:
            typer.echo(f"{db}: no dataset was imported; `communique import` adds one", err=True)
            raise typer.Exit(1)
        check_wanted(store, wanted)
        tables = [store.compare(name, **wanted, **choose_factuality(factuality), **rule) for name in names]
    table = pa.concat_tables(tables)
    counts = count_compared(table, names)
    if found:
        table = table.filter(pc.is_in(table["found"], pa.array(found)))
    if format is None and output in (None, "-") and sys.stdout.isatty():
        print_table(counts.column_names, (list(row.values()) for row in counts.to_pylist()))
        typer.echo()
        shown = _cut(table, limit)
        print_table(("dataset", "found", "ours", "theirs", "agree in"), map(_say_row, shown.to_pylist()))
        if shown.num_rows < table.num_rows:
            typer.echo(f"{shown.num_rows:,} of {table.num_rows:,} rows; all of them with -o FILE.", err=True)
        return
    write_table(table, format, output)
    sides = counts.to_pylist()
    for ours, theirs in zip(sides[::2], sides[1::2], strict=True):
        typer.echo(_say_counts(ours, theirs), err=True)


def _say_counts(ours: dict[str, Any], theirs: dict[str, Any]) -> str:
    return clean_line(
        f"{ours['dataset']}: of yours {ours['both']:,} in both, {ours['alone']:,} alone, {ours['uncovered']:,} on days"
        f" without it, {ours['vague']:,} too vague to compare; of theirs {theirs['both']:,} in both,"
        f" {theirs['alone']:,} alone, {theirs['vague']:,} too vague."
    )


def _cut(table: Any, limit: int) -> Any:
    """The first rows of each dataset and kind, in the order they are in."""
    import pyarrow as pa

    shown: dict[tuple[str, str], int] = {}
    kept = []
    for n, group in enumerate(zip(table["dataset"].to_pylist(), table["found"].to_pylist(), strict=True)):
        shown[group] = shown.get(group, 0) + 1
        if shown[group] <= limit:
            kept.append(n)
    return table.take(pa.array(kept, pa.int64()))


def _say_row(row: dict[str, Any]) -> list[str | None]:
    agrees = ", ".join(row["agrees"]) if row["agrees"] else None
    return [row["dataset"], row["found"], _say_event(row, ""), _say_event(row, "other_"), agrees]


def _say_event(row: dict[str, Any], side: str) -> str | None:
    if row[f"{side}document"] is None:
        return None
    actors, recipients = (
        [code or text for code, text in zip(row[side + name], row[f"{side}{name}_text"], strict=True)]
        for name in ("actor", "recipient")
    )
    if row[f"{side}reciprocal"]:
        parties = " ↔ ".join(actors + recipients)
    else:
        parties = f"{', '.join(actors) or '?'} → {', '.join(recipients) or '?'}"
    day, type, cameo = (row[side + name] for name in ("day", "type", "cameo"))
    return f"{day or 'no day'} {type or (f'CAMEO {cameo}' if cameo else 'no type')}: {parties}"
