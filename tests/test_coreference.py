"""Pronouns and descriptions: whom they stand for, and when they stand for nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from communique.annotate.mentions import find_mentions
from communique.annotate.parse import Parse
from communique.knowledge.actors import load_actors
from communique.resolve.actors import resolve_actors

ParseText = Callable[[str], Parse]

CASES = [
    # pronouns and the clause above them
    ("Kenya said it would help Ghana.", "it", ["KEN"]),
    ("Kenya told Ghana that it must pay.", "it", ["GHA"]),
    ("Angela Merkel told Emmanuel Macron that she agreed.", "she", ["DEU.GOV"]),
    ("Emmanuel Macron met Angela Merkel. He praised the deal.", "He", ["FRA.GOV"]),
    ("Emmanuel Macron met Angela Merkel. She praised the deal.", "She", ["DEU.GOV"]),
    ("Kenya and Ghana said they would help.", "they", ["KEN", "GHA"]),
    ("Kenya and Ghana met. They signed a deal.", "They", ["KEN", "GHA"]),
    ("Kenya and Ghana support each other.", "other", ["KEN", "GHA"]),
    ("Kenya and its allies met.", "its", ["KEN"]),
    # the name comes after
    ("As they arrived, Angela Merkel and Emmanuel Macron praised the deal.", "they", ["DEU.GOV", "FRA.GOV"]),
    ("In his letter to Merkel, Macron praised the deal.", "his", ["FRA.GOV"]),
    ("After it left the pact, Kenya raised tariffs.", "it", ["KEN"]),
    # descriptions of a number
    ("Angela Merkel met Emmanuel Macron. The two leaders praised the deal.", "leaders", ["DEU.GOV", "FRA.GOV"]),
    ("Kenya and Ghana met. The two countries signed a deal.", "countries", ["KEN", "GHA"]),
    ("Kenya and Ghana met. Both sides signed a deal.", "sides", ["KEN", "GHA"]),
    ("Kenya and Ghana met. The parties signed a deal.", "parties", ["KEN", "GHA"]),
    ("Kenya, Ghana and Togo met. The three nations signed a deal.", "nations", ["KEN", "GHA", "TGO"]),
    ("Kenya held talks with Ghana. The two countries signed a deal.", "countries", ["KEN", "GHA"]),
    ("As both leaders faced protests, Angela Merkel and Emmanuel Macron met.", "leaders", ["DEU.GOV", "FRA.GOV"]),
    # nobody calls on himself
    ("Kenya condemned Ghana. Ghana rejected the Kenyan threat. Togo called on both sides to talk.", "sides", ["KEN", "GHA"]),
    ("Kenya met Ghana. Chad and Togo urged both countries to talk.", "countries", ["KEN", "GHA"]),
    # who has to yield first
    ("Kenya will cut aid to Ghana unless it pays.", "it", ["GHA"]),
    ("Kenya will not talk to Ghana until it feels safe.", "it", ["KEN"]),
    # documents
    ("In a joint communique, Kenya and Ghana deplored the raid. The communique said trade would grow.", "communique", ["KEN", "GHA"]),
    ("Kenya and Ghana issued a communique. It said trade would grow.", "It", ["KEN", "GHA"]),
    ("Kenya and Ghana issued a joint statement. Trade grows, according to the statement.", "statement", ["KEN", "GHA"]),
    # lands, organisations, offices
    ("Taiwan held a vote. China claims the island.", "island", ["TWN"]),
    ("NATO met on Monday. The alliance condemned the attack.", "alliance", ["NATO"]),
    ("Kenyan President Wanja Otieno left. The president was tired.", "president", ["KEN.GOV"]),
    ("Chadian troops attacked. The troops later left.", "troops", ["TCD.MIL"]),
    # speakers
    ("“We want peace,” Merkel said.", "We", ["DEU"]),
    ("“I want peace,” Merkel said.", "I", ["DEU.GOV"]),
    # who is not meant
    ("Angela Merkel met Emmanuel Macron. Viktor Orban accused him of fraud.", "him", ["FRA.GOV"]),
    ("Hamas freed hostages. The Islamist group said it was a gesture.", "group", ["PSE.REB"]),
    ("Nicolas Maduro met reporters. The socialist leader was tired.", "leader", ["VEN.GOV"]),
    ("Kenya and Ghana abstained. Their ambassadors said they had doubts.", "they", ["GHA.GOV", "KEN.GOV"]),
    ("The US and its allies met.", "its", ["USA"]),
    # relatives
    ("Kenya, which borders Somalia, warned Ghana.", "which", ["KEN"]),
]  # fmt: skip

NOBODY = [
    ("It is clear that Kenya will pay.", "It"),
    ("It rained in Kenya.", "It"),
    ("Kenya raised tariffs. The increase hurt. It was sudden.", "It"),
    ("The talks are slow, and they cost money.", "they"),
    ("“We want peace.”", "We"),
]


def last_members(parsed: Parse, word: str) -> list[str | None]:
    dictionary = load_actors()
    resolution = resolve_actors(parsed, find_mentions(parsed, dictionary), dictionary, "2019-05-06")
    token = [i for i, w in enumerate(parsed.word) if w == word][-1]
    return [m.code for m in resolution.members(token)]


@pytest.mark.parametrize(("text", "word", "expected"), CASES)
def test_antecedents(parse: ParseText, text: str, word: str, expected: list[str]) -> None:
    assert sorted(map(str, last_members(parse(text), word))) == sorted(expected)


@pytest.mark.parametrize(("text", "word"), NOBODY)
def test_nobody(parse: ParseText, text: str, word: str) -> None:
    assert last_members(parse(text), word) == []


def test_the_caller_may_say_who_speaks(parse: ParseText) -> None:
    parsed = parse("“We want peace,” read the note of Kenya to Ghana.")
    dictionary = load_actors()
    speaker = parsed.word.index("Ghana")
    resolution = resolve_actors(
        parsed, find_mentions(parsed, dictionary), dictionary, None, speakers={0: (speaker,)}
    )
    assert [m.code for m in resolution.members(parsed.word.index("We"))] == ["GHA"]
