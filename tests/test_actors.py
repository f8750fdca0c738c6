"""The dictionary of actors: loading, matching of names, terms of office, the user's own files."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.errors import KnowledgeError
from communique.knowledge.actors import (
    ActorDictionary,
    explain_name,
    is_in_office,
    link_name,
    link_term,
    load_actors,
)


@pytest.fixture(scope="module")
def actors() -> ActorDictionary:
    return load_actors()


def test_every_country_of_the_shipped_people_exists(actors: ActorDictionary) -> None:
    known = {c for e in actors.entries.values() if e.kind != "person" for c in (e.id, e.code)}
    missing = {t.country for e in actors.entries.values() for t in e.terms if t.country} - known
    assert not missing


def test_every_member_of_an_organisation_or_group_is_a_state(actors: ActorDictionary) -> None:
    states = {e.id for e in actors.entries.values() if e.kind == "state"}
    named = {m for e in actors.entries.values() for m in e.members}
    named |= {m for groups in actors.groups.values() for g in groups for m in g.members}
    assert named <= states


@pytest.mark.parametrize(
    ("name", "date", "code"),
    [
        ("Kenya", None, "KEN"),
        ("the Kremlin", None, "RUS.GOV"),
        ("Downing Street", None, "GBR.GOV"),
        ("the Pentagon", None, "USA.MIL"),
        ("NATO", None, "NATO"),
        ("North Atlantic Treaty Organization", None, "NATO"),
        ("Angela Merkel", "2010-06-01", "DEU.GOV"),
        ("Angela Merkel", "2023-06-01", "DEU.ELI"),
        ("Barack Obama", "2012-03-03", "USA.GOV"),
        ("Bush", "2005-01-01", "USA.GOV"),
        ("merkel", "2010-06-01", "DEU.GOV"),
    ],
)
def test_a_name_is_linked_as_of_the_date(
    actors: ActorDictionary, name: str, date: str | None, code: str
) -> None:
    chosen = [e for e in explain_name(name, date, actors) if e.chosen]
    assert [e.code for e in chosen] == [code]
    assert ":" in chosen[0].where and name.split()[-1].lower() in chosen[0].why.lower()


def test_a_surname_follows_the_office(actors: ActorDictionary) -> None:
    assert link_name("Bush", "1990-05-05", actors)[0].name == "George H.W. Bush"
    assert link_name("Bush", "2004-05-05", actors)[0].name == "George W. Bush"
    assert link_name("Kim", "2005-05-05", actors)[0].name == "Kim Jong Il"
    assert link_name("Kim", "2015-05-05", actors)[0].name == "Kim Jong Un"


def test_an_unknown_name_has_no_reading(actors: ActorDictionary) -> None:
    assert explain_name("Qwxzt Vlorb", None, actors) == []
    assert explain_name("", None, actors) == []


def test_the_term_decides_the_sector(actors: ActorDictionary) -> None:
    (merkel,) = {e for e in actors.entries.values() if e.name == "Angela Merkel"}
    assert link_term(merkel, "2015-01-01") == ("DEU", "GOV", "Chancellor")
    assert link_term(merkel, "2022-01-01")[:2] == ("DEU", "ELI")
    assert is_in_office(merkel, "2015-01-01") and not is_in_office(merkel, "2022-01-01")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("China and India", ["China", "India"]),
        ("Nigeria, not Niger", ["Nigeria", "Niger"]),
        ("North Korea", ["North Korea"]),
        ("a Polish polish", ["Polish"]),
        ("Indianapolis, Germanyish", []),
        ("China’s and CHINA", ["China", "CHINA"]),
        ("give us the turkey", []),
    ],
)
def test_names_are_whole_words_and_the_longest_wins(
    actors: ActorDictionary, text: str, found: list[str]
) -> None:
    assert [text[m.start : m.end] for m in actors.find_names(text) if m.trap is None] == found


@pytest.mark.parametrize(
    "text",
    ["Sea of Japan", "South China Sea", "Strait of Korea", "Berlin Street", "University of Nairobi"],
)
def test_a_trap_wins_over_the_name_in_it(actors: ActorDictionary, text: str) -> None:
    (match,) = actors.find_names(f"over the {text} today")
    assert match.trap
    assert f"over the {text} today"[match.start : match.end] == text


@given(st.text(alphabet=st.sampled_from(list("ABCINUSahinrs. ’'-éЖ\n")), max_size=60))
def test_matches_never_overlap_and_stay_inside(text: str) -> None:
    past = 0
    for match in load_actors().find_names(text):
        assert past <= match.start < match.end <= len(text)
        past = match.end


def test_a_user_adds_actors_without_python(tmp_path: Path) -> None:
    toml = tmp_path / "mine.toml"
    toml.write_text(
        '[[organisation]]\nid = "SYL.REB.moon-front"\ncode = "SYL.REB"\nname = "Moon Front"\nkind = "armed"\n'
        'country = "SYL"\nsector = "REB"\n\n[[state]]\nid = "SYL"\nname = "Syldavia"\ndemonyms = ["Syldavian"]\n'
        'capital = "Klow"\n',
        encoding="utf-8",
    )
    people = tmp_path / "mine.csv"
    people.write_text(
        "id,name,aliases,country,sector,office,title,start,end\n"
        "muskar,Muskar Ottokar,,SYL,GOV,head-of-state,King,2001-01-01,\n",
        encoding="utf-8",
    )
    actors = load_actors([toml, people])
    assert link_name("Klow", None, actors)[0].id == "SYL"
    assert link_name("Ottokar", "2010-01-01", actors)[0].id == "SYL.GOV.muskar"
    (reading,) = explain_name("Moon Front", None, actors)
    assert (reading.code, reading.where) == ("SYL.REB", "mine.toml:1")


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("a.toml", '[[state]]\nid = "SYL"\nnam = "Syldavia"\n', 3),
        ("a.toml", '[[state]]\nid = "SYL"\nname = 3\n', 3),
        ("a.toml", '[[trap]]\nkind = "water"\npatterns = ["(Sea"]\n', 3),
        ("a.csv", "id,name,country\nx,X Y,QQQ\n", 2),
        ("a.csv", "id,name,countri\nx,X Y,KEN\n", 2),
        ("a.yaml", "", None),
    ],
)
def test_a_broken_file_is_named_with_its_line(
    tmp_path: Path, name: str, content: str, line: int | None
) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")
    with pytest.raises(KnowledgeError) as caught:
        load_actors([file])
    assert caught.value.line == line
    assert name in caught.value.file
