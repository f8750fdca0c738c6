"""Mentions: what is a name, a role, a place, a trap, and which words belong to one phrase."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from communique.annotate.mentions import Mention, find_mentions
from communique.annotate.parse import Parse
from communique.knowledge.actors import load_actors

ParseText = Callable[[str], Parse]


def mention_at(parsed: Parse, word: str) -> Mention | None:
    return find_mentions(parsed, load_actors()).at(parsed.word.index(word))


@pytest.mark.parametrize(
    ("text", "word", "phrase"),
    [
        (
            "Kenyan Foreign Minister Wanja Otieno met reporters.",
            "Otieno",
            "Kenyan Foreign Minister Wanja Otieno",
        ),
        (
            "The talks pleased US Secretary of State Marco Rubio on Monday.",
            "Rubio",
            "US Secretary of State Marco Rubio",
        ),
        ("Peru’s Dina Boluarte met investors.", "Boluarte", "Peru’s Dina Boluarte"),
        (
            "Merkel's spokesman Steffen Seibert told reporters so.",
            "Seibert",
            "Merkel's spokesman Steffen Seibert",
        ),
        (
            "Wanja Otieno, Kenya's foreign minister, met reporters.",
            "Otieno",
            "Wanja Otieno, Kenya's foreign minister",
        ),
        (
            "They met the Kenyan foreign minister, Wanja Otieno.",
            "Otieno",
            "the Kenyan foreign minister, Wanja Otieno",
        ),
        (
            "Former French president Alain Dubreuil left.",
            "Dubreuil",
            "Former French president Alain Dubreuil",
        ),
        ("The Chadian army shelled a village.", "army", "The Chadian army"),
        (
            "The Indian and Pakistani prime ministers spoke.",
            "ministers",
            "The Indian and Pakistani prime ministers",
        ),
        ("Both presidents left.", "presidents", "Both presidents"),
    ],
)
def test_titles_owners_and_names_join(parse: ParseText, text: str, word: str, phrase: str) -> None:
    parsed = parse(text)
    mention = mention_at(parsed, word)
    assert mention is not None
    assert parsed.slice(mention.first, mention.past) == phrase


@pytest.mark.parametrize(
    ("text", "word", "kind"),
    [
        ("Nairobi rejected the offer.", "Nairobi", "name"),
        ("The ministers met in Nairobi.", "Nairobi", "place"),
        ("The minister flew to Nairobi on Monday.", "Nairobi", "place"),
        ("Criticism from Nairobi grew.", "Nairobi", "name"),
        ("Support for Nairobi grew.", "Nairobi", "name"),
        ("NAIROBI (Wire) - Ministers met.", "NAIROBI", "place"),
        ("Ships sailed through the Gulf of Thailand.", "Thailand", "trap"),
        ("Kenyan pressure grew.", "Kenyan", "adjective"),
        ("NATO rejected the offer.", "NATO", "organisation"),
        ("The rebels attacked a village.", "rebels", "role"),
        ("They attacked a village.", "They", "pronoun"),
        ("Jordan rejected the offer.", "Jordan", "name"),
        ("Jim Jordan spoke first. Jordan rejected the offer.", "Jordan", "person"),
        ("Mark Cuban bought a team.", "Cuban", "person"),
        ("Peru's Congress met on Monday.", "Congress", "role"),
        ("Congress met on Monday.", "Congress", "name"),
        ("A Cuban bought a team.", "Cuban", "adjective"),
    ],
)
def test_kinds(parse: ParseText, text: str, word: str, kind: str) -> None:
    mention = mention_at(parse(text), word)
    assert mention is not None and mention.kind == kind


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Denzel Washington praised the film.", "Washington"),
        ("COVID-19 spread quickly.", "COVID-19"),
        ("Voters in Ohio, Florida and Georgia decide.", "Georgia"),
        ("She studied in Atlanta, Georgia for years.", "Georgia"),
    ],
)
def test_what_is_no_state(parse: ParseText, text: str, word: str) -> None:
    mention = mention_at(parse(text), word)
    assert mention is None or not any(len(e) == 3 for e in mention.entries)


def test_a_short_name_inside_a_paper_s_name(parse: ParseText) -> None:
    assert (mention_at(parse("The Australian reported a rise in crime."), "Australian") or 0) != 0
    army = mention_at(parse("The Australian army reported a rise in crime."), "Australian")
    assert army is not None and army.entries == ("AUS",)


def test_mentions_are_ordered_and_inside(parse: ParseText) -> None:
    parsed = parse("Kenya's president met Ghana's leaders in Accra. They signed a treaty, it said.")
    found = find_mentions(parsed, load_actors())
    assert [m.first for m in found] == sorted(m.first for m in found)
    assert all(0 <= m.first <= m.head < m.past <= len(parsed) for m in found)
