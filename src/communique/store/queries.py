"""The tables a store gives out, as SQL. Columns are documented in docs/schema.md and in `analyse` and `export`."""

from __future__ import annotations

from typing import Any

from communique.store.filters import Filter, find_event_conditions, find_speech_conditions

#: Events count as having happened only with these; see `CodedDocument` for the rest.
HAPPENED = ("asserted", "recurring")
PERIODS = ("day", "week", "month", "year")
LEVELS = ("country", "code")


def _members(table: str, owner: str, side: str | None, alias: str) -> str:
    """A subquery with one row per event, statement or stance: lists of ids, codes, texts and spans."""
    where = f"where side = '{side}'" if side else ""
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


def build_events(wanted: Filter) -> tuple[str, list[Any]]:
    """One row per event; the parties, contexts and statements as lists."""
    where, params = find_event_conditions(wanted)
    sql = f"""
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
    {_members("event_members", "event", "actor", "a")}
    {_members("event_members", "event", "recipient", "r")}
    left join (
        select document, event, list(context order by position) as context from event_context group by all
    ) c on c.document = s.document and c.event = s.position
    where (s.document, s.position) in (
        select (e.document, e.position) from events e
        join documents d on d.id = e.document
        join event_days y on y.document = e.document and y.event = e.position
        where {where}
    )
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


def _pairs(wanted: Filter, level: str) -> tuple[str, list[Any]]:
    """The dyads view at a level, cut to what is wanted: distinct, so that an event counts once for a pair."""
    if level not in LEVELS:
        raise ValueError(f"level is one of {', '.join(LEVELS)}, not {level!r}")
    where, params = find_event_conditions(wanted)
    cut = "split_part({0}, '.', 1)" if level == "country" else "{0}"
    ends = []
    for column, code in (("actor", wanted.a), ("recipient", wanted.b)):
        if code is not None:
            ends.append(f"(lower(p.{column}) = ? or starts_with(lower(p.{column}), ?))")
            params += [code.lower(), code.lower() + "."]
    return (
        f"""
    select distinct p.document, p.event, p.day, p.type, p.quad, p.score,
        {cut.format("p.actor")} as actor, {cut.format("p.recipient")} as recipient
    from dyads p
    where (p.document, p.event) in (
        select (e.document, e.position) from events e
        join documents d on d.id = e.document
        join event_days y on y.document = e.document and y.event = e.position
        where e.polarity = 'positive' and {where}
    ) {"".join(" and " + end for end in ends)}""",
        params,
    )


_MEASURES = """count(*) as events, avg(score) as mean_score,
        count(*) filter (where ends_with(quad, 'cooperation')) as cooperation,
        count(*) filter (where ends_with(quad, 'conflict')) as conflict"""


def build_dyads(wanted: Filter, by: str, level: str) -> tuple[str, list[Any]]:
    """Counts and mean score per period, actor and recipient. `period` is its first day, null where undated."""
    if by not in PERIODS:
        raise ValueError(f"by is one of {', '.join(PERIODS)}, not {by!r}")
    pairs, params = _pairs(wanted, level)
    sql = f"""
    select cast(date_trunc('{by}', day) as date) as period, actor, recipient, {_MEASURES}
    from ({pairs}) group by all order by period, events desc, actor, recipient"""
    return sql, params


def build_edges(wanted: Filter, level: str) -> tuple[str, list[Any]]:
    """Directed edges over the whole time; `sign` is 1, 0 or -1, that of the mean score."""
    pairs, params = _pairs(wanted, level)
    sql = f"""
    select actor, recipient, {_MEASURES}, cast(sign(avg(score)) as integer) as sign
    from ({pairs}) where actor <> recipient group by all order by events desc, actor, recipient"""
    return sql, params
