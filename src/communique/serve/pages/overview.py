"""The overview: what is in the store, by time, type, publisher and actor, and the articles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar

from communique.serve.choices import Choices, read_choices
from communique.serve.query import Query, find_documents, find_events, make_address
from communique.serve.series import Timeline, read_timeline
from communique.serve.shares import Share, make_shares
from communique.serve.source import Reader

PER_PAGE, TOP = 25, 12


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """One article of the list, with how much was found in it."""

    href: str
    id: str
    title: str
    day: str | None
    publisher: str | None
    lang: str | None
    events: int
    statements: int
    stances: int


@dataclass(frozen=True, slots=True)
class ActorHit:
    """An actor whose name holds what was searched."""

    href: str
    id: str
    name: str
    code: str | None
    kind: str
    documents: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What is in the store, or in the part of it that is asked for."""

    template: ClassVar[str] = "overview.html"
    title: str
    query: Query
    total_documents: int
    documents: int
    events: int
    happened: int
    statements: int
    stances: int
    timeline: Timeline
    types: tuple[Share, ...]
    factuality: tuple[Share, ...]
    publishers: tuple[Share, ...]
    actors: tuple[Share, ...]
    pairs: tuple[Share, ...]
    found_actors: tuple[ActorHit, ...]
    articles: tuple[ArticleLine, ...]
    page: int
    pages: int
    choices: Choices


def build_overview(reader: Reader, query: Query) -> Overview:
    """The whole store, or what the filters leave of it. Of the whole store the counts are kept."""
    if query == Query(page=query.page):
        whole = reader.kept.get("overview") or _build(reader, Query())
        reader.kept["overview"] = whole
        return replace(whole, query=query, page=query.page, articles=_list_articles(reader, query, "doc"))
    return _build(reader, query)


def _build(reader: Reader, query: Query) -> Overview:
    where, params = find_events(query)
    doc_where, doc_params = find_documents(query)
    if query.is_about_events():
        doc_where += f" and d.n in (select e.doc from ev e where {where})"
        doc_params += params
    # chosen once: several questions below are asked of the same rows
    reader.rows(f"create or replace temp table chosen as select d.n from doc d where {doc_where}", doc_params)
    whole = where == "true"
    if whole:
        picked = "ev"
    else:
        reader.rows(f"create or replace temp table pick as select * from ev e where {where}", params)
        picked = "pick"
    documents = reader.value("select count(*) from chosen")
    events, happened = reader.rows(f"select count(*), count(*) filter (where happened) from {picked}")[0]
    if whole:
        statements, stances = (
            reader.value(f"select count(*) from news.{t}") for t in ("statements", "stances")
        )
    else:
        statements, stances = (
            reader.value(
                f"select count(*) from news.{t} s join doc d on d.id = s.document join chosen c on c.n = d.n"
            )
            for t in ("statements", "stances")
        )
    return Overview(
        title="Overview",
        query=query,
        total_documents=reader.value("select count(*) from doc"),
        documents=documents,
        events=events,
        happened=happened,
        statements=statements,
        stances=stances,
        timeline=read_timeline(reader, query, picked, "/"),
        types=make_shares(
            reader.rows(f"select type, count(*) from {picked} group by 1 order by 2 desc, 1"),
            lambda v: query.to_address("/", type=(v,)),
            query.type,
        ),
        factuality=make_shares(
            reader.rows(f"select factuality, count(*) from {picked} group by 1 order by 2 desc, 1"),
            lambda v: query.to_address("/", factuality=(v,)),
            query.factuality,
        ),
        publishers=make_shares(
            reader.rows(
                "select d.publisher, count(*) from doc d join chosen c on c.n = d.n where d.publisher is not null"
                f" group by 1 order by 2 desc, 1 limit {TOP}"
            ),
            lambda v: query.to_address("/", publisher=v),
            (query.publisher,),
        ),
        actors=make_shares(
            reader.rows(
                "select t.root, count(*) from taker t"
                + ("" if whole else " join pick p using (k)")
                + f" group by 1 order by 2 desc, 1 limit {TOP}"
            ),
            lambda v: make_address("/actor", [("id", v)]),
        ),
        pairs=make_shares(
            [
                (f"{a} · {b}", n)
                for a, b, n in reader.rows(
                    "select t.a, t.b, count(*) from couple t"
                    + ("" if whole else " join pick p using (k)")
                    + f" group by 1, 2 order by 3 desc, 1, 2 limit {TOP}"
                )
            ],
            lambda v: make_address("/dyad", list(zip("ab", v.split(" · "), strict=True))),
        ),
        found_actors=_find_actors(reader, query.q),
        articles=_list_articles(reader, query, "chosen"),
        page=query.page,
        pages=max(1, -(-documents // PER_PAGE)),
        choices=read_choices(reader),
    )


def _find_actors(reader: Reader, q: str) -> tuple[ActorHit, ...]:
    if not q:
        return ()
    found = reader.rows(
        "select id, name, code, kind, docs from actor where contains(lower(name), lower(?)) or lower(id) = lower(?)"
        " or lower(code) = lower(?) order by docs desc, id limit 12",
        [q, q, q],
    )
    return tuple(
        ActorHit(make_address("/actor", [("id", id)]), id, name, code, kind, docs)
        for id, name, code, kind, docs in found
    )


def _list_articles(reader: Reader, query: Query, table: str) -> tuple[ArticleLine, ...]:
    rows = reader.rows(
        "select d.id, d.title, d.published, d.publisher, d.lang, (select count(*) from ev e where e.doc = d.n)"
        f" from doc d join {table} c on c.n = d.n order by d.n limit ? offset ?",
        [PER_PAGE, (query.page - 1) * PER_PAGE],
    )
    ids = [row[0] for row in rows]
    counts: dict[str, dict[str, int]] = {
        table: dict(
            reader.rows(
                f"select document, count(*) from news.{table} where document in (select unnest(?::varchar[])) group by 1",
                [ids],
            )
        )
        for table in ("statements", "stances")
    }
    return tuple(
        ArticleLine(
            href=make_address("/document", [("id", id)]),
            id=id,
            title=title if title and title.strip() else "Without a title",
            day=published[:10] if published else None,
            publisher=publisher,
            lang=lang,
            events=events,
            statements=counts["statements"].get(id, 0),
            stances=counts["stances"].get(id, 0),
        )
        for id, title, published, publisher, lang, events in rows
    )
