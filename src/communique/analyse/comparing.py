"""Events of another dataset set beside the happenings of one's own coding. docs/compare.md explains the rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise

import pyarrow as pa

from communique.knowledge.stories import MatchRule
from communique.store.connection import open_silently

#: Where an event was found, in the order of the rows. Uncovered are happenings on days that the dataset has nothing of;
#: vague is what the rule can't compare with anything: undated, dated too widely, or without a party that is known.
FOUND = ("both", "ours", "theirs", "uncovered", "vague")
#: What the two of a pair may agree in beyond what the rule asks, the weightiest first.
AGREES = ("parties", "type", "day", "mode", "sectors", "place")
#: Columns of either side; those of the other dataset begin with `other_`.
SIDE = (
    "document",
    "day",
    "type",
    "mode",
    "cameo",
    "quad",
    "score",
    "reciprocal",
    "actor",
    "actor_text",
    "recipient",
    "recipient_text",
    "place_text",
    "place_country",
    "reports",
    "publisher",
    "url",
)
#: What only one's own coding has.
OWN = ("event", "factuality", "title", "sentence")


def compare_events(
    ours: pa.Table,
    theirs: pa.Table,
    ours_cover: Iterable[date],
    theirs_cover: Iterable[date],
    rule: MatchRule,
) -> pa.Table:
    """A row for each pair, and for each event without one; of theirs only those on days that ours cover.

    Each of `theirs` is paired with the one of `ours` that it agrees with best, if the rule allows any; one of ours may
    have several of theirs. Where two agree as well it is the earlier, then the one whose key sorts first. Both tables have
    `key`, which names the event, `start` and `end`, its days, `asked`, and the columns of `SIDE`; codes of parties that
    nobody knows are null. Rows are left out of which neither event is asked for.

    Columns: found (of `FOUND`), apart (days between the two), agrees (of `AGREES`), happening (the key of ours), `SIDE`
    and `OWN` of ours, `SIDE` of theirs; null for the side that is missing.
    """
    with open_silently(":memory:") as connection:
        for name, table, cover in (("o", ours, ours_cover), ("t", theirs, theirs_cover)):
            connection.register(f"{name}_all", table)
            connection.register(f"{name}_cover", pa.table({"day": pa.array(sorted(cover), pa.date32())}))
            for sql in _prepare(name, rule):
                connection.execute(sql)
        connection.execute(_pair(rule))
        found: pa.Table = connection.sql(_SET_BESIDE).to_arrow_table()
    return found


def fill_days(days: Iterable[date], rule: MatchRule) -> set[date]:
    """The days that a side covers which has reports of these: gaps between them of at most `rule.gap` days are filled,
    and `rule.days` before and after each count as covered."""
    known = sorted(set(days))
    filled = [(a, b) if (b - a).days <= rule.gap + 1 else (a, a) for a, b in pairwise([*known, *known[-1:]])]
    return _spread(filled, rule.days)


def find_days(ours: pa.Table, rule: MatchRule) -> set[date]:
    """The days of the events that some of `ours` may be paired with."""
    spans = ours.select(["start", "end"]).group_by(["start", "end"]).aggregate([]).to_pylist()
    return _spread(
        (
            (span["start"], span["end"])
            for span in spans
            if span["start"] and (span["end"] - span["start"]).days < rule.longest
        ),
        rule.days,
    )


def _spread(spans: Iterable[tuple[date, date]], more: int) -> set[date]:
    """The days of spans, both ends included, and some more before and after each."""
    first, last = date.min.toordinal(), date.max.toordinal()
    return {
        date.fromordinal(number)
        for start, end in spans
        for number in range(max(first, start.toordinal() - more), min(last, end.toordinal() + more) + 1)
    }


def _prepare(name: str, rule: MatchRule) -> list[str]:
    """Tables of one side: `x_role` every party by the side it is on, `x_two` who acts on whom, `x` the events that can be
    compared, and whether both their sides are known."""
    code = "split_part(code, '.', 1)" if rule.level == "country" else "code"
    kind = "type" if rule.kind == "type" else "coalesce(quad, type)"
    both = "reciprocal" if rule.direction else "true"
    alone = f"place_country is not null and type is not null and key in (select key from {name}_role)"
    return [
        f"""create temp table {name}_dated as select * from {name}_all
            where start is not null and "end" - start < {rule.longest} and {kind} is not null""",
        f"""create temp table {name}_role as
            select key, reciprocal, side, n, {code} as code, code as whole,
                unnest(if({both}, ['actor', 'recipient'], [side])) as role
            from (
                select key, reciprocal, 'actor' as side, unnest(actor) as code, generate_subscripts(actor, 1) as n
                from {name}_dated
                union all
                select key, reciprocal, 'recipient', unnest(recipient), generate_subscripts(recipient, 1)
                from {name}_dated
            ) where code is not null""",
        f"""create temp table {name}_two as
            select distinct a.key, a.code as a, b.code as b from {name}_role a join {name}_role b on b.key = a.key
            where a.role = 'actor' and b.role = 'recipient'
                and (a.side <> b.side or (a.reciprocal and a.n <> b.n))""",
        f"""create temp table {name} as
            select *, key in (select key from {name}_two) as two from {name}_dated where two or ({rule.one_side} and {alone})""",
    ]


def _pair(rule: MatchRule) -> str:
    """Each of theirs with the best of ours. An event of which one side alone is known is compared by that, its type
    and the country of the place: less would make one of every arrest and every attack in a country."""
    kind = "o.type = t.type" if rule.kind == "type" else "(o.quad = t.quad or o.type = t.type)"
    near = f'and t.start <= o."end" + {rule.days} and t."end" >= o.start - {rule.days}'
    place = "and coalesce(o.place_country = t.place_country, true)" if rule.place else ""
    agrees = ", ".join(f"if(cast({name} as boolean), '{name}', '')" for name in AGREES)
    return f"""
    create temp table pairs as
    with met as (
        select p.key as ours, q.key as theirs, true as parties
        from o_two p join t_two q on q.a = p.a and q.b = p.b
        join o on o.key = p.key join t on t.key = q.key where {kind} {near} {place}
        union all
        select o.key, t.key, false
        from o_role p join t_role q on q.role = p.role and q.code = p.code
        join o on o.key = p.key join t on t.key = q.key
        where not (o.two and t.two) and o.place_country = t.place_country and o.type = t.type {near}
    ), best as (
        select ours, theirs, bool_or(parties) as parties from met group by all
    ), shared as (
        select b.ours, b.theirs, count(distinct x.whole) as n from best b
        join o_role x on x.key = b.ours join t_role y on y.key = b.theirs and y.whole = x.whole
        where contains(x.whole, '.') group by all
    ), told as (
        select b.*, o.start as first, cast(greatest(0, t.start - o."end", o.start - t."end") as integer) as apart,
            apart = 0 as day, coalesce(o.type = t.type, false) as type, coalesce(o.mode = t.mode, false) as mode,
            coalesce(s.n, 0) as sectors, coalesce(o.place_country = t.place_country, false) as place
        from best b join o on o.key = b.ours join t on t.key = b.theirs
        left join shared s on s.ours = b.ours and s.theirs = b.theirs
    )
    select ours, theirs, apart, list_filter([{agrees}], lambda name : name <> '') as agrees
    from told
    qualify row_number() over (
        partition by theirs
        order by parties desc, type desc, apart, mode desc, sectors desc, place desc, first, ours
    ) = 1"""


_SET_BESIDE = f"""
    with rows as (
        select 'both' as found, * from pairs
        union all
        select
            case when key not in (select key from o) then 'vague'
                when exists (select 1 from t_cover c where c.day between x.start and x."end") then 'ours'
                else 'uncovered' end,
            key, null, null, null
        from o_all x where key not in (select ours from pairs)
        union all
        select if(key in (select key from t), 'theirs', 'vague'), null, key, null, null
        from t_all x where key not in (select theirs from pairs)
            and exists (select 1 from o_cover c where c.day between x.start and x."end")
    )
    select r.found, r.apart, r.agrees, r.ours as happening,
        {", ".join(f"o.{name}" for name in (*SIDE, *OWN))}, {", ".join(f"t.{name} as other_{name}" for name in SIDE)}
    from rows r left join o_all o on o.key = r.ours left join t_all t on t.key = r.theirs
    where coalesce(o.asked, false) or coalesce(t.asked, false)
    order by list_position({list(FOUND)}, r.found), coalesce(o.start, t.start) nulls last, r.ours, t.start, r.theirs"""


def count_compared(table: pa.Table, datasets: Sequence[str]) -> pa.Table:
    """How much of each side comparisons with some datasets have: dataset, side (ours, theirs), both, alone, uncovered (null
    of theirs, of which such events are left out) and vague. A happening that several events are paired with is one."""
    sides = (
        ("ours", "happening", "count(*) filter (where found = 'uncovered')"),
        ("theirs", "other_document", "null"),
    )
    with open_silently(":memory:") as connection:
        connection.register("compared", table)
        connection.register("names", pa.table({"dataset": pa.array(datasets, pa.string())}))
        found: pa.Table = connection.sql(
            " union all ".join(
                f"""select dataset, '{side}' as side, count(distinct {key}) filter (where found = 'both') as both,
                    count({key}) filter (where found = '{side}') as alone, {uncovered} as uncovered,
                    count({key}) filter (where found = 'vague') as vague
                from names left join compared using (dataset) group by dataset"""
                for side, key, uncovered in sides
            )
            + " order by list_position($1, dataset), side",
            params=[list(datasets)],
        ).to_arrow_table()
    return found
