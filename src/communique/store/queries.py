"""The tables a store gives out, as SQL. Columns are documented in docs/schema.md and in `analyse` and `export`."""

from __future__ import annotations

from typing import Any

from communique.store.filters import Filter, find_event_conditions, find_speech_conditions

#: Events count as having happened only with these; see `CodedDocument` for the rest.
HAPPENED = ("asserted", "recurring")
PERIODS = ("day", "week", "month", "quarter", "year")
LEVELS = ("country", "code")
#: What an event counts for: 1, or its confidence.
WEIGHTS = ("one", "confidence")
QUADS = ("verbal cooperation", "material cooperation", "verbal conflict", "material conflict")


def _members(table: str, owner: str, side: str | None, alias: str, cut: str = "true") -> str:
    """A subquery with one row per event, statement or stance: lists of ids, codes, texts and spans."""
    where = f"where {cut}" + (f" and side = '{side}'" if side else "")
    return f"""left join (
        select document, {owner} as owner,
            list(id order by position) as id, list(code order by position) as code,
            list(text order by position) as text, list([span_start, span_end] order by position) as span
        from {table} {where} group by all
    ) {alias} on {alias}.document = s.document and {alias}.owner = s.position"""


def _columns(alias: str, name: str) -> str:
    return ", ".join(
        f"coalesce({alias}.{column}, []) as {name}{ending}"
        for column, ending in (("code", ""), ("id", "_id"), ("text", "_text"), ("span", "_span"))
    )


# What a condition of `find_event_conditions` speaks of.
_EVENTS = """from events e
        join documents d on d.id = e.document
        join event_days y on y.document = e.document and y.event = e.position"""


def select_events(where: str) -> str:
    """The events that a condition of `find_event_conditions` holds for, as (document, position)."""
    return f"""
        select (e.document, e.position) {_EVENTS}
        where {where}
    """


def build_event_counts(wanted: Filter) -> tuple[str, list[Any]]:
    """How many events of each document are wanted, in the order of `build_events`."""
    where, params = find_event_conditions(wanted)
    sql = f"""
    select e.document, count(*) as events {_EVENTS}
    where {where} group by d.published, e.document order by d.published, e.document"""
    return sql, params


def build_events(wanted: Filter, documents: list[str] | None = None) -> tuple[str, list[Any]]:
    """One row per event; the parties, contexts and statements as lists. Only of some documents, where they are given."""
    where, params = find_event_conditions(wanted)
    some, cut = "", "true"
    if documents is not None:
        some = "with picked as materialized (select unnest(?::varchar[]) as id)"
        cut, params = "document in (select id from picked)", [documents, *params]
        where = f"e.{cut} and {where}"
    sql = f"""{some}
    select s.document, d.published, d.publisher, d.url, d.title, s.id as event, s.type, s.mode,
        coalesce(c.context, []) as context, s.cameo, s.score, s.quad,
        {_columns("a", "actor")}, {_columns("r", "recipient")},
        s.reciprocal, s.factuality, s.polarity, s.according_to,
        s.date_text, s.date_start, s.date_end,
        s.place_text, s.place_country, s.place_lat, s.place_lon, s.place_geonameid,
        s.trigger_text, s.trigger_start, s.trigger_end,
        substr(d.text, s.sentence_start + 1, s.sentence_end - s.sentence_start) as sentence,
        s.sentence_start, s.sentence_end, s.confidence, s.made_by
    from events s
    join documents d on d.id = s.document
    {_members("event_members", "event", "actor", "a", cut)}
    {_members("event_members", "event", "recipient", "r", cut)}
    left join (
        select document, event, list(context order by position) as context from event_context where {cut}
        group by all
    ) c on c.document = s.document and c.event = s.position
    where (s.document, s.position) in ({select_events(where)})
    order by d.published, s.document, s.position"""
    return sql, params


def build_statements(wanted: Filter) -> tuple[str, list[Any]]:
    """One row per statement; who spoke, to whom, through whom, and the words, as lists."""
    where, params = find_speech_conditions(wanted, "statement_members", "statement", "source")
    sql = f"""
    select s.document, d.published, d.publisher, d.url, d.title, s.id as statement, s.kind,
        {_columns("o", "source")}, {_columns("t", "addressee")}, {_columns("v", "via")},
        s.cue_text, s.cue_start, s.cue_end,
        coalesce(c.text, []) as content, coalesce(c.span, []) as content_span,
        s.parent, s.confidence, s.made_by
    from statements s
    join documents d on d.id = s.document
    {_members("statement_members", "statement", "source", "o")}
    {_members("statement_members", "statement", "addressee", "t")}
    {_members("statement_members", "statement", "via", "v")}
    left join (
        select document, statement as owner, list(text order by position) as text,
            list([span_start, span_end] order by position) as span
        from statement_content group by all
    ) c on c.document = s.document and c.owner = s.position
    where {where}
    order by d.published, s.document, s.position"""
    return sql, params


def build_stances(wanted: Filter) -> tuple[str, list[Any]]:
    """One row per stance."""
    where, params = find_speech_conditions(wanted, "stance_members", "stance", None)
    sql = f"""
    select s.document, d.published, d.publisher, d.url, d.title, s.id as stance,
        {_columns("h", "holder")}, s.polarity, s.object_text, s.object_start, s.object_end, s.object_actors,
        s.strength, s.statement,
        substr(d.text, s.sentence_start + 1, s.sentence_end - s.sentence_start) as sentence,
        s.sentence_start, s.sentence_end, s.confidence, s.made_by
    from stances s
    join documents d on d.id = s.document
    {_members("stance_members", "stance", None, "h")}
    where {where}
    order by d.published, s.document, s.position"""
    return sql, params


def build_disputes(wanted: Filter) -> tuple[str, list[Any]]:
    """One row per dispute; who stands on either side as lists."""
    where, params = find_speech_conditions(wanted, "dispute_members", "dispute", None)
    sides = ", ".join(
        f"{_columns(alias, f'{name}_source')}, s.{name}_statements, s.{name}_events,"
        f" s.{name}_text, s.{name}_start, s.{name}_end"
        for alias, name in (("a", "claim"), ("b", "counter"))
    )
    sql = f"""
    select s.document, d.published, d.publisher, d.url, d.title, s.id as dispute,
        s.object_text, s.object_start, s.object_end, {sides}, s.confidence, s.made_by
    from disputes s
    join documents d on d.id = s.document
    {_members("dispute_members", "dispute", "claim", "a")}
    {_members("dispute_members", "dispute", "counter", "b")}
    where {where}
    order by d.published, s.document, s.position"""
    return sql, params


def is_counted(wanted: Filter) -> str:
    """What is denied counts where denials are asked for by name; otherwise what the text says did not happen never does."""
    kinds = (wanted.factuality,) if isinstance(wanted.factuality, str) else wanted.factuality or ()
    return (
        "(e.polarity = 'positive' or e.factuality = 'denied')"
        if "denied" in kinds
        else "e.polarity = 'positive'"
    )


def _pairs(wanted: Filter, level: str) -> tuple[str, list[Any]]:
    """The dyads view at a level, cut to what is wanted: distinct, so that an event counts once for a pair."""
    _check("level", level, LEVELS)
    where, params = find_event_conditions(wanted)
    cut = "split_part({0}, '.', 1)" if level == "country" else "{0}"
    ends = []
    for column, code in (("actor", wanted.a), ("recipient", wanted.b)):
        if code is not None:
            ends.append(f"(lower(p.{column}) = ? or starts_with(lower(p.{column}), ?))")
            params += [code.lower(), code.lower() + "."]
    return (
        f"""
    select distinct p.document, p.event, p.day, p.type, p.quad, p.score, c.confidence,
        {cut.format("p.actor")} as actor, {cut.format("p.recipient")} as recipient
    from dyads p join events c on c.document = p.document and c.position = p.event
    where (p.document, p.event) in ({select_events(f"{is_counted(wanted)} and {where}")}) {"".join(" and " + end for end in ends)}""",
        params,
    )


# What events count for, and their mean score.
_TOTAL = {"one": "count(*)", "confidence": "sum(confidence)"}
_MEAN = {"one": "avg(score)", "confidence": "sum(score * confidence) / nullif(sum(confidence), 0)"}


def _measures(weight: str) -> str:
    """Columns that sum up rows of (quad, score, confidence)."""
    _check("weight", weight, WEIGHTS)
    part = f"coalesce({_TOTAL[weight]} filter (where ends_with(quad, '{{0}}')), 0) as {{0}}"
    return f"""{_TOTAL[weight]} as events, {_MEAN[weight]} as mean_score,
        {part.format("cooperation")}, {part.format("conflict")}"""


def _signed(weight: str) -> str:
    sums = {"one": "sum(score)", "confidence": "sum(score * confidence)"}
    return f"cast(sign({_MEAN[weight]}) as integer) as sign, {sums[weight]} as sum_score"


def _check(name: str, value: str, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise ValueError(f"{name} is one of {', '.join(choices)}, not {value!r}")


def _period(by: str, day: str = "day") -> str:
    _check("by", by, PERIODS)
    return f"cast(date_trunc('{by}', {day}) as date)"


def build_dyads(wanted: Filter, by: str, level: str, weight: str = "one") -> tuple[str, list[Any]]:
    """Counts and mean score per period, actor and recipient. `period` is its first day, null where undated."""
    pairs, params = _pairs(wanted, level)
    sql = f"""
    select {_period(by)} as period, actor, recipient, {_measures(weight)}
    from ({pairs}) group by all order by period, events desc, actor, recipient"""
    return sql, params


def build_edges(
    wanted: Filter, level: str, by: str | None = None, weight: str = "one", least: int = 1
) -> tuple[str, list[Any]]:
    """Directed edges over the whole time, or per period; `sign` is 1, 0 or -1, that of the mean score. Edges of
    fewer than `least` events are left out, and with `by` undated events."""
    pairs, params = _pairs(wanted, level)
    period, dated = (f"{_period(by)} as period, ", " and day is not null") if by else ("", "")
    sql = f"""
    select {period}actor, recipient, {_measures(weight)}, {_signed(weight)}
    from ({pairs}) where actor <> recipient{dated} group by all having count(*) >= ?
    order by {"period, " if by else ""}events desc, actor, recipient"""
    return sql, [*params, least]


def build_ties(
    wanted: Filter, level: str, by: str | None = None, weight: str = "one", least: int = 1
) -> tuple[str, list[Any]]:
    """As `build_edges` without direction, `a` before `b`; an event counts once for a tie."""
    pairs, params = _pairs(wanted, level)
    period, dated = (f"{_period(by)} as period, ", " and day is not null") if by else ("", "")
    sql = f"""
    select {period}a, b, {_measures(weight)}, {_signed(weight)}
    from (
        select distinct document, event, day, quad, score, confidence,
            least(actor, recipient) as a, greatest(actor, recipient) as b
        from ({pairs}) where actor <> recipient{dated}
    ) group by all having count(*) >= ? order by {"period, " if by else ""}events desc, a, b"""
    return sql, [*params, least]


def build_series(wanted: Filter, by: str, weight: str = "one") -> tuple[str, list[Any]]:
    """Counts by kind and mean score per period, every period from the first to the last, or from `wanted.start` to
    `wanted.end`: counts of an empty one are 0, its scores null. First a row without a period where some are undated.
    """
    where, params = find_event_conditions(wanted)
    _check("weight", weight, WEIGHTS)
    columns = {"events": _TOTAL[weight]}
    columns |= {q.replace(" ", "_"): f"{_TOTAL[weight]} filter (where quad = '{q}')" for q in QUADS}
    counts = ", ".join(f"{total} as {name}" for name, total in columns.items())
    filled = ", ".join(f"coalesce({name}, 0) as {name}" for name in columns)
    sql = f"""
    with found as (
        select {_period(by, "y.day")} as period, e.quad, e.score, e.confidence
        {_EVENTS}
        where (e.polarity = 'positive' or e.factuality = 'denied') and {where}
    ),
    summed as (select period, {counts}, {_MEAN[weight]} as mean_score from found group by period),
    ends as (
        select coalesce({_period(by, "cast(? as date)")}, min(period)) as low,
            coalesce({_period(by, "cast(? as date)")}, max(period)) as high
        from found
    ),
    every as (
        select cast(unnest(generate_series(low, high, interval 1 {by})) as date) as period from ends
        union all select null from summed where period is null
    )
    select every.period, {filled}, mean_score
    from every left join summed on summed.period is not distinct from every.period
    order by every.period nulls first"""
    return sql, [*params, wanted.start, wanted.end]
