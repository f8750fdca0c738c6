"""Events end to end on the development halves: types, parties, and the error classes that are no events."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from communique import Coder

DATA = Path(__file__).parent / "data"
ROWS = [json.loads(line) for line in (DATA / "negatives.jsonl").read_text(encoding="utf-8").splitlines()]
# What a class may have of false events; the figures are in bench/endtoend.py.
MAY_BE_FALSE = 0.25

# (sentence, type, factuality): what is still to come, or refused, by PLOVER's rules
SHIFTS = [
    ("Peru will send aid to Ecuador.", "AGREE", "intended"),
    ("The Kenyan president will visit Uganda in May.", "AGREE", "intended"),
    ("Israel will not release Palestinian prisoners.", "REJECT", "asserted"),
    ("Slovenia will impose sanctions on Belarus.", "THREATEN", "intended"),
    ("France will withdraw its troops from Chad.", "CONCEDE", "intended"),
]

# (sentence, code of the actor of its event): of some of a group it is not told who
PARTS = [
    ("Five EU states condemned Belarus.", None),
    ("Several NATO members condemned Belarus.", None),
    ("The five Central Asian republics condemned Belarus.", "KAZ"),
]


@pytest.mark.parametrize(("text", "code"), PARTS)
def test_some_of_a_group_are_not_all_of_it(coder: Coder, text: str, code: str | None) -> None:
    (event,) = coder.code(text).events
    assert event.actor[0].code == code


# (sentence, the factuality of its CONSULT or what it comes to)
TALKS = [
    ("Iran took part in negotiations with Iraq.", ("CONSULT", "asserted")),
    ("Iran will not take part in negotiations with Iraq.", ("REJECT", "asserted")),
    ("Iran refused to return to talks with Iraq.", ("CONSULT", "denied")),
    ("Iran hopes to return to talks with Iraq.", ("CONSULT", "intended")),
]


@pytest.mark.parametrize(("text", "wanted"), TALKS)
def test_talks_nobody_went_to_were_not_held(coder: Coder, text: str, wanted: tuple[str, str]) -> None:
    found = [(e.type, e.factuality) for e in coder.code(text).events]
    assert wanted in found
    assert ("CONSULT", "asserted") not in found or wanted == ("CONSULT", "asserted")


@pytest.mark.parametrize(("text", "kind", "factuality"), SHIFTS)
def test_acts_to_come_and_refusals(coder: Coder, text: str, kind: str, factuality: str) -> None:
    assert (kind, factuality) in [(e.type, e.factuality) for e in coder.code(text).events]


def test_recipient_is_not_the_actors_own(coder: Coder) -> None:
    events = coder.code("China relaxed its embargo on Australian barley.").events
    assert ["AUS"] in [[m.code for m in e.recipient] for e in events]


def test_a_list_taken_for_an_apposition_names_everybody(coder: Coder) -> None:
    (event,) = coder.code(
        "Saudi Arabia, Egypt, the United Arab Emirates and Bahrain cut ties with Qatar."
    ).events
    assert [m.code for m in event.actor] == ["SAU", "EGY", "ARE", "BHR"]


# (sentence, the types of its events): one attack told by two words is one, and a place does nothing to itself
TOLD_ONCE = [
    ("Eritrean troops stormed a hospital in Sudan, killing nine people.", ["ASSAULT"]),
    ("Canada condemned the annexation of Crimea.", ["ACCUSE"]),
]


@pytest.mark.parametrize(("text", "kinds"), TOLD_ONCE)
def test_what_is_told_once(coder: Coder, text: str, kinds: list[str]) -> None:
    assert [e.type for e in coder.code(text).events] == kinds


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({row["class"] for row in ROWS}))
def test_error_class_is_left_alone(coder: Coder, name: str) -> None:
    coded: Counter[bool] = Counter()
    for row in ROWS:
        if row["class"] == name:
            coded[bool(coder.code(row["text"], published="2024-06-10").events)] += 1
    assert coded[True] <= MAY_BE_FALSE * coded.total()


# (sentence, type, actors, recipients): an event that the sentence tells
TOLD = [
    ("Peru condemned Chile together with Bolivia.", "ACCUSE", ["PER", "BOL"], ["CHL"]),
    ("Peru said Chile bore the blame and threatened to strike its ports.", "THREATEN", ["PER"], ["CHL"]),
    ("Kenya condemned the raid by Sudan and opened an inquiry into Sudan.", "ACCUSE", ["KEN"], ["SDN"]),
    ("Japan promised to help its troops train Ukraine's soldiers.", "AGREE", ["JPN"], ["UKR.MIL"]),
]


@pytest.mark.parametrize(("text", "kind", "actors", "recipients"), TOLD)
def test_who_does_it_to_whom(
    coder: Coder, text: str, kind: str, actors: list[str], recipients: list[str]
) -> None:
    found = [
        (e.type, *([m.code for m in side] for side in (e.actor, e.recipient)))
        for e in coder.code(text).events
    ]
    assert (kind, actors, recipients) in found


def test_two_acts_of_one_sentence_are_two(coder: Coder) -> None:
    events = coder.code("Kenya condemned the raid by Sudan and opened an inquiry into Sudan.").events
    assert [e.trigger.text for e in events] == ["condemned", "inquiry"]


def test_whom_an_attack_kills_are_its_victims(coder: Coder) -> None:
    (event,) = coder.code("Israeli warplanes shelled Gaza, killing ten people.").events
    assert event.trigger.text == "shelled"


# (sentence, its events): what follows from an act that is only alleged is alleged, and done by who is accused
FOLLOWS = [
    ("Peru accused Chile of shelling Arequipa, killing four civilians.", {("ACCUSE", "PER", "asserted"), ("ASSAULT", "CHL", "suspected")}),
    ("Peru accused Chile of shelling a market on Tuesday, wounding four people.", {("ACCUSE", "PER", "asserted"), ("ASSAULT", "CHL", "suspected")}),
    ("Peru blamed Chile for a raid on Arequipa, killing four civilians.", {("ACCUSE", "PER", "asserted")}),
    ("Peru bombed Chile in March, killing four civilians.", {("ASSAULT", "PER", "asserted")}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), FOLLOWS)
def test_what_follows_from_an_alleged_act(coder: Coder, text: str, wanted: set[tuple[str, str, str]]) -> None:
    found = {(e.type, e.actor[0].code, e.factuality) for e in coder.code(text).events}
    assert wanted <= found
    assert {e for e in found if e[2] == "asserted"} <= wanted


def test_an_agreement_is_not_of_the_country_it_was_made_in(coder: Coder) -> None:
    doc = coder.code("Peru urged Chile to respect the Algiers agreement.")
    assert "DZA" not in {m.code for e in doc.events for m in (*e.actor, *e.recipient)}
