"""Stories and happenings: what links, what groups, and that it stays true whatever comes when."""

from __future__ import annotations

import csv
import random
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from typer.testing import CliRunner

from communique.analyse import linking
from communique.analyse.happenings import Report, group_reports
from communique.analyse.linking import update_stories
from communique.analyse.stories import (
    SHORT,
    Link,
    compute_bands,
    find_shingles,
    join_stories,
    link_articles,
    score_copy,
    tell,
)
from communique.commands import app
from communique.export.tabbed import GDELT_COLUMNS
from communique.knowledge.stories import load_rules
from communique.records import CodedDocument, Event, Member, Quantity
from communique.store import open_store
from documents import make_document, piece

STORIES, REPORTS = load_rules().stories, load_rules().reports
WORDS = [f"word{n}" for n in range(400)]


def make_text(seed: int, length: int = 300) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choice(WORDS) for _ in range(length))


def test_a_cut_copy_is_a_copy_and_shares_a_band() -> None:
    text = make_text(1)
    cut = " ".join(text.split()[:170])
    assert score_copy(tell("b", text), tell("a", cut)) == 1.0
    assert set(compute_bands(find_shingles(text))) & set(compute_bands(find_shingles(cut)))
    assert link_articles(tell("b", text), tell("a", cut), STORIES, near=False) == Link("a", "b", "copy", 1.0)


def test_other_texts_are_no_copies() -> None:
    one, other = make_text(1), make_text(2)
    assert score_copy(tell("1", one), tell("2", other)) < 0.05
    assert not set(compute_bands(find_shingles(one))) & set(compute_bands(find_shingles(other)))


def test_a_short_text_inside_a_long_one_is_no_copy() -> None:
    text = make_text(1)
    assert score_copy(tell("1", text), tell("2", " ".join(text.split()[:20]))) < 0.1


WORDY = st.lists(st.sampled_from("abc"), max_size=70).map(" ".join)


@given(WORDY | st.text(), WORDY | st.text())
def test_copy_score_is_the_share_of_shingles_that_both_have(a: str, b: str) -> None:
    one, two = find_shingles(a), find_shingles(b)
    least = min(len(one), len(two))
    share = len(one & two) / (least if least >= SHORT else len(one | two)) if least else 0.0
    assert score_copy(tell("1", a), tell("2", b)) == score_copy(tell("2", b), tell("1", a)) == share
    assert compute_bands(one) == compute_bands(one)


@pytest.mark.parametrize(
    ("names", "near", "told"),
    [("abcdef", True, True), ("abcdef", False, False), ("ab", True, False), ("uvwxyz", True, False)],
)
def test_a_retelling_needs_names_words_and_nearness(names: str, near: bool, told: bool) -> None:
    first = tell("1", "ministers signed a treaty about borders in the capital", "abcdef")
    second = tell("2", "In the capital a border treaty was signed by both ministers", names)
    found = link_articles(first, second, STORIES, near=near)
    assert (found is not None and found.reason == "retelling") is told


def test_stories_are_what_links_tie_together() -> None:
    links = [Link("a", "b", "copy", 0.9), Link("b", "c", "retelling", 0.7), Link("x", "y", "copy", 1.0)]
    days = {"a": "2020-01-03", "b": "2020-01-02", "c": "2020-01-01", "x": None, "y": "2020-01-05"}
    found = {m.document: (m.story, m.reason, m.linked_to) for m in join_stories(links, days)}
    assert found == {
        "c": ("c", "first", None),
        "b": ("c", "retelling", "c"),
        "a": ("c", "copy", "b"),
        "y": ("y", "first", None),
        "x": ("y", "copy", "y"),
    }


BASE = Report("d1", 0, "ASSAULT > +RUS -UKR", "d1", date(2022, 3, 1), "2022-03-01", None, None, "asserted", False, None, None)  # fmt: skip


def change(document: str, **changes: object) -> Report:
    return replace(BASE, document=document, **{"story": document, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({}, True),
        ({"day": date(2022, 3, 2)}, False),
        ({"day": date(2022, 3, 2), "story": "d1"}, True),
        ({"day": date(2022, 3, 4), "story": "d1"}, False),
        ({"day": None}, False),
        ({"day": None, "story": "d1"}, True),
        ({"factuality": "recurring"}, True),
        ({"factuality": "denied"}, False),
        ({"negative": True}, False),
        ({"factuality": "intended"}, False),
        ({"country": "UKR"}, True),
        ({"mode": "aerial"}, True),
        ({"key": "ASSAULT > +RUS -POL"}, False),
    ],
)
def test_when_two_reports_are_of_one_event(changes: dict[str, object], same: bool) -> None:
    found = list(group_reports([BASE, change("d2", **changes)], REPORTS))
    assert (len(found) == 1) is same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"country": "UKR"}, {"country": "RUS"}),
        ({"geonameid": 1}, {"geonameid": 2}),
        ({"mode": "aerial"}, {"mode": "drone"}),
    ],
)
def test_what_cannot_be_one_event(one: dict[str, object], other: dict[str, object]) -> None:
    assert len(list(group_reports([change("d1", **one), change("d2", **other)], REPORTS))) == 2


def test_parties_known_by_words_alone_meet_only_within_a_story() -> None:
    police = [change("d1", key="COERCE > +“police”"), change("d2", key="COERCE > +“police”")]
    assert len(list(group_reports(police, REPORTS))) == 2
    assert len(list(group_reports([police[0], replace(police[1], story="d1")], REPORTS))) == 1
    assert len(list(group_reports([BASE, change("d2")], structs.replace(REPORTS, across=False)))) == 2


def test_contradictions_stand_side_by_side() -> None:
    killed = [change(d, counts=(("persons", "dead", n),)) for d, n in (("d1", 5.0), ("d2", 7.0))]
    asserted, denied = group_reports([*killed, change("d3", factuality="denied")], REPORTS)
    assert len(asserted.reports) == 2
    assert asserted.counts == ("5 persons (dead)", "7 persons (dead)")
    assert (asserted.contradicted_by, denied.contradicted_by) == ((denied.id,), (asserted.id,))
    assert denied.counts == ()


def test_a_wars_every_day_is_not_one_event() -> None:
    days = [change(f"d{n:02}", day=date(2022, 3, n), story="war") for n in range(1, 29)]
    assert len(list(group_reports(days, REPORTS))) > 8


MADE = st.builds(
    change,
    st.sampled_from("abcdef"),
    event=st.integers(0, 3),
    story=st.sampled_from("xyz"),
    day=st.none() | st.dates(date(2020, 1, 1), date(2020, 1, 6)),
    factuality=st.sampled_from(["asserted", "denied", "intended"]),
    country=st.sampled_from([None, "RUS", "UKR"]),
)


@given(st.lists(MADE, unique_by=lambda r: (r.document, r.event)), st.randoms())
@settings(max_examples=50)
def test_every_report_is_in_one_happening_in_any_order(reports: list[Report], rng: random.Random) -> None:
    found = list(group_reports(reports, REPORTS))
    placed = [r for h in found for r in h.reports]
    assert sorted(map(repr, placed)) == sorted(map(repr, reports))
    shuffled = list(reports)
    rng.shuffle(shuffled)
    assert list(group_reports(shuffled, REPORTS)) == found
    ids = {h.id for h in found}
    for happening in found:
        assert set(happening.contradicted_by) < ids or not happening.contradicted_by


# ---- in a store


def make_copies() -> list[CodedDocument]:
    """Three printings of one article by two publishers, the last with another number; and an article of its own."""
    first = make_document("a", "2020-03-05")
    other = replace(make_document("b", "2020-03-06"), publisher="The Other")
    expelled = first.events[1]
    fifteen = Quantity(15, "persons", *_twelve(), "diplomats")
    late = replace(
        make_document("c", "2020-03-07"),
        events=(*first.events[:1], replace(expelled, quantities=(fifteen,)), first.events[2]),
    )
    alone = replace(make_document("d"), text=make_text(7), title=None, events=(), statements=(), stances=())
    return [first, other, late, replace(alone, actors=())]


def _twelve() -> tuple[str, tuple[int, int]]:
    found = piece("12 diplomats")
    return found.text, found.span


TABLES = ("stories", "story_members", "story_links", "happenings", "event_reports", "story_rule")


def dump(path: Path) -> dict[str, list[str]]:
    with open_store(path) as store:
        return {t: sorted(map(repr, store.query(f"select * from {t}").to_pylist())) for t in TABLES}


def fill(path: Path, *batches: list[CodedDocument], link: bool = True) -> None:
    with open_store(path, write=True) as store:
        for batch in batches:
            store.add(batch, store.start_run("1.0"))
            if link:
                update_stories(store)


def test_linked_at_once_or_one_by_one_is_the_same(tmp_path: Path) -> None:
    a, b, c, d = make_copies()
    fill(tmp_path / "once", [a, b, c, d])
    fill(tmp_path / "each", [d], [c], [a], [b])
    assert dump(tmp_path / "once") == dump(tmp_path / "each")
    with open_store(tmp_path / "once") as store:
        assert store.query("select id, articles, publishers from stories").to_pylist() == [
            {"id": "a", "articles": 3, "publishers": ["The Example", "The Other"]}
        ]


def test_an_article_is_read_once_for_all_it_is_compared_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    monkeypatch.setattr(linking, "tell", lambda id, *rest: (read.append(id), tell(id, *rest))[1])
    fill(tmp_path / "db", make_copies())
    assert sorted(read) == ["a", "b", "c"]


def test_again_changes_nothing_and_reads_no_pairs(tmp_path: Path) -> None:
    fill(tmp_path / "db", make_copies())
    before = dump(tmp_path / "db")
    with open_store(tmp_path / "db", write=True) as store:
        linked = update_stories(store)
    assert (linked.compared, linked.pairs, linked.articles) == (0, 0, 3)
    assert dump(tmp_path / "db") == before


def test_an_article_that_changes_leaves_its_story(tmp_path: Path) -> None:
    a, b, c, d = make_copies()
    fill(tmp_path / "db", [a, b, c, d])
    fill(tmp_path / "db", [replace(d, id="b", text=make_text(9))])
    fill(tmp_path / "fresh", [a, replace(d, id="b", text=make_text(9)), c, d])
    assert dump(tmp_path / "db") == dump(tmp_path / "fresh")


def test_another_rule_begins_anew_and_is_kept(tmp_path: Path) -> None:
    fill(tmp_path / "db", make_copies())
    strict = structs.replace(REPORTS, story_days=0, across=False)
    with open_store(tmp_path / "db", write=True) as store:
        linked = update_stories(store, structs.replace(STORIES, similarity=1.0, retelling=1.1), strict)
        assert linked.compared == 4
        assert update_stories(store) == replace(linked, compared=0, pairs=0)
        rules = store.query("select distinct rule from happenings").to_pylist()
    assert rules == [{"rule": '{"days":0,"story_days":0,"across":false}'}]


def test_deduplicated_counts_an_event_once(tmp_path: Path) -> None:
    fill(tmp_path / "db", make_copies())
    with open_store(tmp_path / "db") as store:
        assert store.events().num_rows == 9
        once = store.events(deduplicated=True)
        assert once["document"].to_pylist() == ["a", "a", "a"]
        assert [r["events"] for r in store.dyads(deduplicated=True).to_pylist()] == [2, 1]
        assert [r["events"] for r in store.dyads().to_pylist()] == [6, 3]
        # of the reports of one publisher, too, each event counts
        other = store.events(deduplicated=True, publisher="the other")
        assert other["document"].to_pylist() == ["b", "b", "b"]
        assert [len(doc.events) for doc in store.documents(deduplicated=True)] == [3]
        assert sum(store.series(deduplicated=True)["events"].to_pylist()) == 2
        flagged = store.query("select counts, reports from happenings where len(counts) > 0").to_pylist()
    assert flagged == [{"counts": ["12 persons (diplomats)", "15 persons (diplomats)"], "reports": 3}]


def test_events_not_yet_compared_stand_for_themselves(tmp_path: Path) -> None:
    fill(tmp_path / "db", make_copies(), link=False)
    with open_store(tmp_path / "db") as store:
        assert store.events(deduplicated=True).num_rows == 9


def make_event(document: CodedDocument, **changes: object) -> Event:
    return replace(document.events[2], **changes)  # type: ignore[arg-type]


def test_asserted_in_one_and_denied_in_another(tmp_path: Path) -> None:
    a, b, *_ = make_copies()
    denied = replace(b, events=(make_event(b, factuality="denied", polarity="negative"),))
    fill(tmp_path / "db", [replace(a, events=(make_event(a),)), denied])
    with open_store(tmp_path / "db") as store:
        found = store.query("select id, contradicted_by from happenings order by id").to_pylist()
    assert found == [{"id": "a:0", "contradicted_by": ["b:0"]}, {"id": "b:0", "contradicted_by": ["a:0"]}]


def test_parties_are_compared_by_code(tmp_path: Path) -> None:
    a, b, *_ = make_copies()
    shouting = tuple(Member(m.id, m.code, m.text.upper(), m.span) for m in b.events[2].actor)
    fill(tmp_path / "db", [a, replace(b, events=(make_event(b, actor=shouting),))])
    with open_store(tmp_path / "db") as store:
        assert store.query("select count(*) as n from happenings").to_pylist() == [{"n": 3}]


def test_a_government_is_its_state(tmp_path: Path) -> None:
    a, b, *_ = make_copies()
    states = tuple(replace(m, code=str(m.code).split(".")[0], text="Norway") for m in b.events[2].actor)
    armies = tuple(replace(m, code=str(m.code).split(".")[0] + ".MIL") for m in b.events[2].actor)
    governments = tuple(replace(m, code=str(m.code).split(".")[0] + ".GOV") for m in b.events[2].actor)
    made = [
        replace(a, events=(make_event(a, actor=states),)),
        replace(b, events=(make_event(b, actor=governments), make_event(b, id="e9", actor=armies))),
    ]
    fill(tmp_path / "db", made)
    with open_store(tmp_path / "db") as store:
        found = store.query("select id, reports from happenings order by id").to_pylist()
    assert found == [{"id": "a:0", "reports": 2}, {"id": "b:1", "reports": 1}]


def test_the_command_lists_stories_and_contradictions(tmp_path: Path) -> None:
    path = str(tmp_path / "db")
    fill(tmp_path / "db", make_copies(), link=False)
    listed = CliRunner().invoke(app, ["stories", path])
    assert listed.exit_code == 0, listed.output
    assert "a,b,copy,1.0,a,2020-03-06,The Other" in listed.output
    assert "4 new articles compared" in listed.output and "1 stories, told by 3 articles" in listed.output
    flagged = CliRunner().invoke(app, ["stories", path, "--contradictions", "--days", "1"])
    assert "12 persons (diplomats); 15 persons (diplomats)" in flagged.output
    assert "0 new articles compared" in flagged.output


def test_a_deduplicated_export_says_who_else_reports_it(tmp_path: Path) -> None:
    fill(tmp_path / "db", make_copies())

    def export(name: str, *args: str) -> list[list[str]]:
        out = tmp_path / f"out.{name}"
        command = ["export", str(tmp_path / "db"), "-o", str(out), "--format", name, *args]
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, done.output
        delimiter = "," if name == "csv" else "\t"
        return list(csv.reader(out.read_text(encoding="utf-8").splitlines(), delimiter=delimiter))

    header, *rows = export("csv", "--deduplicated")
    assert [row[header.index("reports") :] for row in rows] == [["3", "3", "The Example; The Other"]] * 3
    header, *rows = export("csv", "--deduplicated", "--publisher", "the example")
    assert [row[header.index("reports") :] for row in rows] == [["2", "2", "The Example"]] * 3
    events, mentions = export("gdelt", "--deduplicated"), export("gdelt-mentions", "--deduplicated")
    at = GDELT_COLUMNS.index("NumMentions")
    assert [row[at : at + 3] for row in events] == [["3", "2", "3"]] * 3
    assert sorted(row[0] for row in mentions) == sorted(row[0] for row in events * 3)
    assert len({row[0] for row in export("gdelt")}) == 9


def test_merged_parts_tell_the_stories_of_the_whole(tmp_path: Path) -> None:
    copies = make_copies()
    fill(tmp_path / "whole", copies)
    for part in (0, 1):
        fill(tmp_path / str(part), copies[part::2])
    merged = CliRunner().invoke(app, ["merge", *(str(tmp_path / name) for name in ("all", "0", "1"))])
    assert merged.exit_code == 0, merged.output
    members = "select document, story from story_members order by document"
    with open_store(tmp_path / "all") as all_, open_store(tmp_path / "whole") as whole:
        assert all_.query(members).to_pylist() == whole.query(members).to_pylist() != []
