"""The dossier of an actor: who it is and why we think so, what it did and said, where it stands."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from communique.serve.dictionary import Known, find_known
from communique.serve.failures import NotFound
from communique.serve.lines import (
    EventLine,
    QuoteLine,
    StanceLine,
    make_quote_line,
    make_stance_line,
    read_event_lines,
)
from communique.serve.query import Query, find_events, is_party, make_address, read_query
from communique.serve.series import Timeline, read_timeline
from communique.serve.shares import Share, make_shares
from communique.serve.source import Reader

PER_PAGE, MOST_STANCES, MOST_QUOTES, TOP = 15, 12, 8, 12


@dataclass(frozen=True, slots=True)
class Tenure:
    """An office that articles of those days go with."""

    office: str
    first: str | None
    last: str | None
    articles: int


@dataclass(frozen=True, slots=True)
class Called:
    """Words that stand for the actor in the articles' events, and how often."""

    text: str
    count: int


@dataclass(frozen=True, slots=True)
class ActorPage:
    """An actor, or all below a code. `known` is the dictionaries' entry, null where there is none."""

    template: ClassVar[str] = "actor.html"
    title: str
    id: str
    code: str | None
    kind: str | None
    country: str | None
    sector: str | None
    articles: int
    events: int
    statements: int
    stances: int
    known: Known | None
    tenures: tuple[Tenure, ...]
    called: tuple[Called, ...]
    timeline: Timeline
    partners: tuple[Share, ...]
    types: tuple[Share, ...]
    lines: tuple[EventLine, ...]
    held: tuple[StanceLine, ...]
    quotes: tuple[QuoteLine, ...]
    query: Query
    page: int
    pages: int


def build_actor(reader: Reader, params: Any) -> ActorPage:
    """The dossier of the id or code the address gives. Raises NotFound."""
    id = str(params.get("id") or params.get("actor") or "").strip()
    query = replace(read_query(params), actor=id)
    base = reader.rows("select name, code, kind, country, sector from actor where id = ?", [id])
    below, below_params = is_party("w", id)
    articles = reader.value(f"select count(distinct doc) from who w where {below}", below_params) if id else 0
    where, where_params = find_events(query)
    if id:
        reader.rows(f"create or replace temp table pick as select * from ev e where {where}", where_params)
    events = reader.value("select count(*) from pick") if id else 0
    m, m_params = is_party("m", id)
    statements = reader.value(f"select count(distinct (doc, statement)) from said m where {m}", m_params)
    stances = reader.value(f"select count(distinct (doc, stance)) from held m where {m}", m_params)
    if not id or not (base or articles or events or statements or stances):
        raise NotFound(f"No article names an actor “{id[:100]}”.")
    name, code, kind, country, sector = base[0] if base else (id, id, None, None, None)
    root = (code or id).split(".")[0]
    return ActorPage(
        title=name,
        id=id,
        code=code,
        kind=kind,
        country=country,
        sector=sector,
        articles=articles,
        events=events,
        statements=statements,
        stances=stances,
        known=find_known(id),
        tenures=tuple(
            Tenure(office, first.isoformat() if first else None, last.isoformat() if last else None, n)
            for office, first, last, n in reader.rows(
                "select w.office, min(d.day), max(d.day), count(*) from who w join doc d on d.n = w.doc"
                " where w.p in (select p from name where id = ?) and w.office is not null group by 1 order by 2 nulls last, 1 limit 20",
                [id],
            )
        ),
        called=tuple(
            Called(text, n)
            for text, n in reader.rows(
                "select text, count(*) from news.event_members where id = ? group by 1 order by 2 desc, 1 limit 12",
                [id],
            )
        ),
        timeline=read_timeline(reader, query, "pick", "/actor"),
        partners=make_shares(
            reader.rows(
                "select t.root, count(*) from taker t join pick p using (k) where t.root <> ?"
                f" group by 1 order by 2 desc, 1 limit {TOP}",
                [root],
            ),
            lambda other: make_address("/dyad", [("a", root), ("b", other)]),
        ),
        types=make_shares(
            reader.rows("select type, count(*) from pick group by 1 order by 2 desc, 1"),
            lambda one: query.to_address("/actor", type=(one,)),
            query.type,
        ),
        lines=read_event_lines(
            reader,
            reader.rows(
                "select doc, event from pick order by day desc nulls last, doc, event limit ? offset ?",
                [PER_PAGE, (query.page - 1) * PER_PAGE],
            ),
        ),
        held=_read_stances(reader, m, m_params),
        quotes=_read_quotes(reader, m, m_params),
        query=query,
        page=query.page,
        pages=max(1, -(-events // PER_PAGE)),
    )


def _read_stances(reader: Reader, where: str, params: list[Any]) -> tuple[StanceLine, ...]:
    keys = reader.rows(
        f"select distinct doc, stance from held m where {where} order by doc, stance limit {MOST_STANCES}",
        params,
    )
    ids = reader.find_ids({doc for doc, _ in keys})
    docs = reader.documents(list(ids.values()), ("actors", "stances", "stance_members"))
    return tuple(make_stance_line(docs[ids[doc]], n) for doc, n in keys)


def _read_quotes(reader: Reader, where: str, params: list[Any]) -> tuple[QuoteLine, ...]:
    keys = reader.rows(
        f"select distinct doc, statement from said m where {where} order by doc, statement limit {MOST_QUOTES}",
        params,
    )
    ids = reader.find_ids({doc for doc, _ in keys})
    docs = reader.documents(
        list(ids.values()), ("actors", "statements", "statement_members", "statement_content")
    )
    return tuple(make_quote_line(docs[ids[doc]], n) for doc, n in keys)
