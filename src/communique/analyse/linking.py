"""Keeps a store's stories and happenings up to date with its documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from communique.analyse.happenings import Happening, Report, group_reports
from communique.analyse.stories import (
    Link,
    StoryMember,
    Told,
    compute_bands,
    find_shingles,
    join_stories,
    link_articles,
    tell,
)
from communique.knowledge.stories import ReportRule, StoryRule, load_rules
from communique.store import Store

# Articles compared at once, with the file kept open for it.
BATCH = 500
# An article is compared with so many of its candidates, the likeliest first: of a story told five hundred times each
# copy need not be held against every other to land in it.
CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class Linked:
    """What an update did: articles compared, pairs held against each other, and what there is now."""

    compared: int
    pairs: int
    stories: int
    articles: int
    happenings: int
    reports: int


def read_rules(store: Store) -> tuple[StoryRule, ReportRule]:
    """The rules that the store's stories are kept by; the usual ones where there are none yet."""
    found = store.query("select stories, reports from story_rule").to_pylist()
    if not found:
        return load_rules().stories, load_rules().reports
    return (
        msgspec.json.decode(found[0]["stories"], type=StoryRule),
        msgspec.json.decode(found[0]["reports"], type=ReportRule),
    )


def update_stories(
    store: Store, stories: StoryRule | None = None, reports: ReportRule | None = None
) -> Linked:
    """Compares what is new in the store, through its index, never all with all; another rule than before begins anew.

    Killed at any moment, it goes on where it was. Nothing new, and nothing is changed.
    """
    with store.hold(write=True):
        kept = read_rules(store)
        rules = stories or kept[0], reports or kept[1]
        _begin(store, rules, kept)
        new = list(_find_new(store))
    compared = pairs = 0
    for at in range(0, len(new), BATCH):
        ids = new[at : at + BATCH]
        with store.hold(write=True):
            pairs += _compare(store, ids, rules[0])
        compared += len(ids)
    with store.hold(write=True):
        moved = _join(store, rules[0])
        _group(store, rules[1], moved)
        row = store.query(
            "select (select count(*) from stories) as stories, (select count(*) from story_members) as articles,"
            " (select count(*) from happenings) as happenings, (select count(*) from event_reports) as reports"
        ).to_pylist()[0]
    return Linked(compared, pairs, **row)


def _begin(store: Store, rules: tuple[StoryRule, ReportRule], kept: tuple[StoryRule, ReportRule]) -> None:
    """Notes the rules; clears what another rule made, and what was made of documents that are gone or changed."""
    stale = [
        row["document"]
        for row in store.query(
            "select document from story_index i anti join documents d on d.id = i.document and d.stored = i.stored"
        ).to_pylist()
    ]
    changes: list[tuple[str, list[Any]]] = []
    if rules[0] != kept[0]:
        changes += [
            (f"delete from {t}", []) for t in ("story_index", "story_bands", "story_keys", "story_links")
        ]
    elif stale:
        changes += [
            (f"delete from {table} where document in (select unnest(?::varchar[]))", [stale])
            for table in ("story_index", "story_bands", "story_keys", "story_links")
        ]
        changes.append(("delete from story_links where other in (select unnest(?::varchar[]))", [stale]))
    if stale:  # the other reports of what they report are found to be missing, and grouped anew
        told = "select happening from event_reports where document in (select unnest(?::varchar[]))"
        changes.append((f"delete from happenings where id in ({told})", [stale]))
        changes.append((f"delete from event_reports where happening in ({told})", [stale]))
    if rules != kept:
        changes += [("delete from happenings", []), ("delete from event_reports", [])]
    noted = [msgspec.json.encode(rule).decode() for rule in rules]
    if store.query("select * from story_rule").to_pylist() != [
        dict(zip(("stories", "reports"), noted, strict=True))
    ]:
        changes += [("delete from story_rule", []), ("insert into story_rule values (?, ?)", noted)]
    if changes:
        store.change(changes)


def _find_new(store: Store) -> Iterator[str]:
    sql = "select id from documents d anti join story_index i on i.document = d.id order by published nulls last, id"
    return (row["id"] for row in store.query(sql).to_pylist())


def _compare(store: Store, ids: list[str], rule: StoryRule) -> int:
    """Indexes articles and links them with all that are indexed, themselves included; returns how many pairs it read."""
    found = store.query(
        "select id, text, stored from documents where id in (select unnest(?::varchar[]))", [ids]
    ).to_pylist()
    bands = [(row["id"], band) for row in found for band in compute_bands(find_shingles(row["text"]))]
    again = [
        (f"delete from {table} where document in (select unnest(?::varchar[]))", [ids])
        for table in ("story_bands", "story_keys")
    ]  # left by a run that was killed here
    store.change([*again, (_KEYS, [ids])], {"story_bands": bands})
    told_alike = _read_pairs(store, _RETOLD, [ids, rule.days, CANDIDATES]) if rule.retelling <= 1 else set()
    pairs = sorted(_read_pairs(store, _ALIKE, [ids, CANDIDATES]) | told_alike)
    told = _read_told(store, sorted({id for pair in pairs for id in pair}))
    links = [
        link for a, b in pairs if (link := link_articles(told[a], told[b], rule, near=(a, b) in told_alike))
    ]
    store.change(
        [],
        {
            "story_links": [(link.document, link.other, link.reason, link.similarity) for link in links],
            "story_index": [(row["id"], row["stored"]) for row in found],
        },
    )
    return len(pairs)


_KEYS = """insert into story_keys
    with new as (
        select id, try_cast(left(published, 10) as date) as day from documents
        where id in (select unnest(?::varchar[])) and day is not null
    )
    select distinct d.id, a.id, d.day, false
    from new d join actors a on a.document = d.id where a.kind <> 'state'
    union all
    select distinct d.id, e.type || ' ' || string_agg(distinct split_part(m.code, '.', 1), ' '
        order by split_part(m.code, '.', 1)), any_value(d.day), true
    from new d
    join events e on e.document = d.id
    join event_members m on m.document = e.document and m.event = e.position
    where m.code is not null
    group by d.id, e.position, e.type
    having count(distinct split_part(m.code, '.', 1)) > 1"""

_BEST = """qualify row_number() over (partition by a.document order by count(*) desc, b.document) <= ?"""
_ALIKE = f"""select a.document as a, b.document as b
    from story_bands a join story_bands b on b.band = a.band and b.document <> a.document
    where a.document in (select unnest(?::varchar[])) group by a.document, b.document {_BEST}"""
_RETOLD = f"""select a.document as a, b.document as b
    from story_keys a join story_keys b on b.key = a.key and b.document <> a.document
    where a.document in (select unnest(?::varchar[])) and abs(b.day - a.day) <= ?
    group by a.document, b.document having count(*) >= 3 or bool_or(a.event) {_BEST}"""


def _read_pairs(store: Store, sql: str, params: list[Any]) -> set[tuple[str, str]]:
    found = store.query(sql, params).to_pylist()
    return {(min(row["a"], row["b"]), max(row["a"], row["b"])) for row in found}


def _read_told(store: Store, ids: list[str]) -> dict[str, Told]:
    told: dict[str, Told] = {}
    for at in range(0, len(ids), BATCH):  # no more texts in memory than those
        found = store.query(
            "select d.id, d.text, coalesce(n.names, []) as names from documents d left join"
            " (select document, list(distinct id) as names from actors group by document) n on n.document = d.id"
            " where d.id in (select unnest(?::varchar[]))",
            [ids[at : at + BATCH]],
        ).to_pylist()
        told |= {row["id"]: tell(row["id"], row["text"], row["names"]) for row in found}
    return told


def _join(store: Store, rule: StoryRule) -> list[str]:
    """Makes stories of links, where they changed; returns the articles that belong to another story than before."""
    links = [Link(**row) for row in store.query("select distinct * from story_links").to_pylist()]
    ends = sorted({id for link in links for id in (link.document, link.other)})
    about = {
        row["id"]: row
        for row in store.query(
            "select id, published, publisher from documents where id in (select unnest(?::varchar[]))", [ends]
        ).to_pylist()
    }
    members = list(join_stories(links, {id: row["published"] for id, row in about.items()}))
    before = {
        row["document"]: StoryMember(**row) for row in store.query("select * from story_members").to_pylist()
    }
    noted = msgspec.json.encode(rule).decode()
    rules = {row["rule"] for row in store.query("select distinct rule from stories").to_pylist()}
    if {m.document: m for m in members} == before and rules <= {noted}:
        return []
    stories: dict[str, list[str]] = defaultdict(list)
    for member in members:
        stories[member.story].append(member.document)
    rows = []
    for id, documents in stories.items():
        days = sorted(day for d in documents if (day := about[d]["published"]))
        publishers = sorted({name for d in documents if (name := about[d]["publisher"])})
        rows.append(
            (id, len(documents), publishers, days[0] if days else None, days[-1] if days else None, noted)
        )
    cells = [(m.story, m.document, m.reason, m.similarity, m.linked_to) for m in members]
    store.change(
        [("delete from stories", []), ("delete from story_members", [])],
        {"stories": rows, "story_members": cells},
    )
    now = {member.document: member.story for member in members}
    then = {id: member.story for id, member in before.items()}
    return sorted(id for id in now.keys() | then.keys() if now.get(id) != then.get(id))


def _group(store: Store, rule: ReportRule, moved: list[str]) -> None:
    """Groups anew the events whose key has come, gone or moved to another story."""
    keys = [row["key"] for row in store.query(_CHANGED, [moved, moved]).to_pylist()]
    if not keys:
        return
    found = store.query(_REPORTS, [keys]).to_pylist()
    reports = [
        Report(**{**row, "counts": tuple((c["unit"], c["counted"], c["value"]) for c in row["counts"])})
        for row in found
    ]
    noted = msgspec.json.encode(rule).decode()
    happenings, rows = [], []
    for one in group_reports(reports, rule):
        happenings.append(_sum_up(one, noted))
        rows += [(one.id, r.document, r.event, n, r.key) for n, r in enumerate(one.reports)]
    store.change(
        [
            (
                "delete from happenings where id in (select happening from event_reports where key in"
                " (select unnest(?::varchar[]))) or id in (select unnest(?::varchar[]))"
                " or id not in (select happening from event_reports)",
                [keys, [row[0] for row in happenings]],
            ),
            ("delete from event_reports where key in (select unnest(?::varchar[]))", [keys]),
        ],
        {"happenings": happenings, "event_reports": rows},
    )


_CHANGED = """select distinct key from (
        select coalesce(k.key, r.key) as key from event_keys k
        full join event_reports r on r.document = k.document and r.event = k.event
        where k.key is distinct from r.key
        union all select r.key from event_reports r
        anti join event_keys k on k.document = r.document and k.event = r.event and k.key = r.key
        union all select key from event_keys where document in (select unnest(?::varchar[]))
        union all select key from event_reports where document in (select unnest(?::varchar[]))
    ) order by key"""

_REPORTS = """select k.document, k.event, k.key, coalesce(s.story, k.document) as story, y.day, d.published, d.publisher,
        e.mode, e.factuality, e.polarity = 'negative' as negative, e.place_country as country,
        e.place_geonameid as geonameid,
        coalesce(q.counts, []) as counts
    from event_keys k
    join events e on e.document = k.document and e.position = k.event
    join documents d on d.id = k.document
    join event_days y on y.document = k.document and y.event = k.event
    left join story_members s on s.document = k.document
    left join (
        select document, event, list({unit: unit, counted: counted, value: value} order by position) as counts
        from event_quantities group by all
    ) q on q.document = k.document and q.event = k.event
    where k.key in (select unnest(?::varchar[]))"""


def _sum_up(one: Happening, rule: str) -> tuple[Any, ...]:
    first = one.reports[0]
    days = sorted(report.published for report in one.reports if report.published)
    return (
        one.id,
        first.document,
        first.event,
        len(one.reports),
        len({report.document for report in one.reports}),
        sorted({report.publisher for report in one.reports if report.publisher}),
        days[0] if days else None,
        days[-1] if days else None,
        list(one.contradicted_by),
        list(one.counts),
        rule,
    )
