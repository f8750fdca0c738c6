"""Factuality over `data/factuality.jsonl`: own sentences, half to tune on, half kept apart, and single decisions.

Each line has a sentence, its trigger word with its first character, label, polarity, the number of operators above it
(`depth`) and its `split`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from communique.annotate.parse import Parse
from communique.annotate.pipeline import parse_texts
from communique.extract.factuality import Reading, load_operators, read_factuality
from communique.extract.predicates import find_predicates
from communique.knowledge.language import load_grammar

LABELS = {"asserted", "denied", "intended", "demanded", "hypothetical", "suspected", "recurring"}


@cache
def load_rows() -> list[dict[str, Any]]:
    path = Path(__file__).parent / "data" / "factuality.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_at(parse: Parse, start: int) -> Reading:
    trigger = parse.start.index(start)
    return read_factuality(parse, find_predicates(parse, load_grammar()), trigger)


@pytest.fixture(scope="module")
def readings(nlp: Any) -> list[tuple[dict[str, Any], Reading]]:
    rows = load_rows()
    parses = parse_texts(nlp, [row["text"] for row in rows])
    return [(row, read_at(parse, row["start"])) for row, parse in zip(rows, parses, strict=True)]


def score_macro(pairs: list[tuple[str, str]]) -> float:
    right = Counter(gold for gold, found in pairs if gold == found)
    gold, found = Counter(g for g, _ in pairs), Counter(f for _, f in pairs)
    return sum(2 * right[label] / (gold[label] + found[label]) for label in gold) / len(gold)


def test_set_is_large_and_deep() -> None:
    rows = load_rows()
    assert len({row["text"] for row in rows}) == len(rows) >= 200
    assert all(row["text"][row["start"] :].startswith(row["trigger"]) for row in rows)
    labels = Counter(row["label"] for row in rows)
    assert labels.keys() == LABELS and min(labels.values()) >= 20
    assert sum(row["depth"] >= 2 for row in rows) >= 50


@pytest.mark.parametrize("split", ["dev", "test"])
def test_labels(split: str, readings: list[tuple[dict[str, Any], Reading]]) -> None:
    mine = [(row, reading) for row, reading in readings if row["split"] == split]
    wrong = [
        f"{row['label']} not {reading.label}: {row['text']}"
        for row, reading in mine
        if row["label"] != reading.label
    ]
    macro = score_macro([(row["label"], reading.label) for row, reading in mine])
    assert macro >= 0.90, "\n".join(wrong)


@pytest.mark.parametrize("split", ["dev", "test"])
def test_polarity(split: str, readings: list[tuple[dict[str, Any], Reading]]) -> None:
    mine = [row["polarity"] == reading.polarity for row, reading in readings if row["split"] == split]
    assert sum(mine) / len(mine) >= 0.95


def test_what_decided_is_named(parse: Callable[[str], Parse]) -> None:
    text = "The envoy denied that Chad had threatened to attack the mine."
    found = parse(text)
    reading = read_at(found, text.index("attack"))
    assert [found.word[i] for i in reading.by] == ["threatened", "denied"]
    assert (reading.label, reading.polarity) == ("denied", "negative")


@pytest.mark.parametrize(
    ("text", "trigger", "label"),
    [
        # the outermost has the last word
        ("Peru did not deny that it had ordered the raid.", "ordered", "suspected"),
        ("Peru did not fail to sign the pact.", "sign", "asserted"),
        # what is taken for granted stays, what is only intended and then stopped does not
        ("Peru will stop bombing the valley.", "bombing", "asserted"),
        ("Peru stopped threatening to bomb the valley.", "bomb", "denied"),
        ("Peru would welcome a visit by the pope.", "visit", "hypothetical"),
        ("Peru welcomed a visit by the pope.", "visit", "asserted"),
        # what is still to come stays so in reported speech, and where only the verb is quoted
        ("Peru said it would not sign the pact until Chile withdrew.", "withdrew", "hypothetical"),
        ("Peru fought until Chile withdrew.", "withdrew", "asserted"),
        ("Peru said it would “back the mission in good times and bad.”", "back", "intended"),
        # to refuse to confirm is not to deny
        ("Peru declined to confirm that it had ordered the raid.", "ordered", "suspected"),
        ("Peru confirmed that it had ordered the raid.", "ordered", "asserted"),
        # a demand that is rejected was made
        ("Peru rejected the request.", "request", "asserted"),
        ("Peru rejected the request to leave.", "leave", "denied"),
        # scope of modals and negation
        ("Peru may not sign the pact.", "sign", "hypothetical"),
        ("Peru will not sign the pact.", "sign", "denied"),
        ("Peru must not sign the pact.", "sign", "demanded"),
        # finite, tenseless and infinite complements of one verb
        ("The report suggests that Peru fired first.", "fired", "suspected"),
        ("The report suggested that Peru withdraw.", "withdraw", "demanded"),
        ("Peru wants to withdraw.", "withdraw", "intended"),
        ("Peru wants Chile to withdraw.", "withdraw", "demanded"),
        ("Ministers left Lima to ask whether or not Peru had fired.", "fired", "hypothetical"),
        ("More deputies condemn the pact than support it.", "support", "asserted"),
        ("Peru left the hall, saying it would sign the pact.", "sign", "intended"),
        ("Peru can no longer back the mission.", "back", "denied"),
        ("Peru has yet to sign the pact.", "sign", "denied"),
        # a denied noun behind a preposition
        ("At no point did Peru shell the port.", "shell", "denied"),
        ("Under no circumstances will Peru sign the pact.", "sign", "denied"),
        ("Peru in no way backed the mission.", "backed", "denied"),
        ("Chile said that neither it nor Peru had shelled the port.", "shelled", "denied"),
        ("Peru pretended to back the mission.", "back", "denied"),
        ("Peru dreamt of shelling the port.", "shelling", "hypothetical"),
        # the content of a claim, without "that"; and what is no content
        ("Peru rejected claims its forces had shelled the port.", "shelled", "denied"),
        ("Peru's army denied reports it had shelled the port.", "shelled", "denied"),
        ("There are fears Peru will shell the port.", "shell", "suspected"),
        ("Chile criticised the way Peru backed the mission.", "backed", "asserted"),
        ("Chile rejected the pact Peru signed.", "signed", "asserted"),
        ("Peru vetoed a statement condemning the raid.", "condemning", "denied"),
        ("Peru issued a statement condemning the raid.", "condemning", "asserted"),
        ("Peru never shelled the port nor threatened the town.", "shelled", "denied"),
        ("Peru never shelled the port nor threatened the town.", "threatened", "denied"),
        ("Peru denies shelling the port, arming rebels and threatening the town.", "arming", "denied"),
        ("Peru denies shelling the port, arming rebels and threatening the town.", "threatening", "denied"),
        ("Peru pulled back from shelling the port.", "shelling", "denied"),
        ("Peru hinted at shelling the port.", "shelling", "intended"),
        ("Peru shelled the port with no warning.", "shelled", "asserted"),
        ("Peru shelled the port in no time.", "shelled", "asserted"),
        ("Peru not only shelled the port but blockaded it.", "shelled", "asserted"),
        ("Peru came close to signing the pact.", "signing", "denied"),
        # questions that ask whether, and those that take for granted
        ("Did Peru attack the convoy?", "attack", "hypothetical"),
        ("Why did Peru attack the convoy?", "attack", "asserted"),
        # auxiliaries are shared by verbs of one form only
        ("Peru did not attend the talks and condemned the raid.", "condemned", "asserted"),
        ("Peru did not attend or support the talks.", "support", "denied"),
        # a known event stays as it is, whatever the clause does to it
        ("Peru will investigate the attack.", "attack", "asserted"),
        ("Peru did not comment on the attack.", "attack", "asserted"),
        ("Peru will hold talks with Chile.", "talks", "intended"),
        ("Peru did not hold talks with Chile.", "talks", "denied"),
        ("Chile's senate voted to condemn the raid.", "condemn", "asserted"),
        ("Chile's senate voted to send troops.", "send", "intended"),
        ("Chile's senate will vote to condemn the raid.", "condemn", "intended"),
        ("Peru stopped short of shelling the port.", "shelling", "denied"),
        ("Peru had shelled the port, the court concluded.", "shelled", "asserted"),
        # preferred to, conditions without conjunction, games
        ("Peru would rather pay than shell the port.", "shell", "denied"),
        ("Were Peru to shell the port, Chile would answer.", "shell", "hypothetical"),
        ("Chile doubted that Peru would pay and rejected the pact.", "rejected", "asserted"),
        ("Peru signed the pact last week, in which both vow to help each other.", "signed", "asserted"),
        ("Peru shelled the port in a simulated war.", "shelled", "hypothetical"),
        ("In the scenario, Peru shells the port.", "shells", "hypothetical"),
        ("Peru shelled the port in a short war.", "shelled", "asserted"),
        ("Peru practised shelling the port.", "shelling", "hypothetical"),
        # participles behind a content clause, and ends that are demanded
        ("Oslo dismissed reports that its troops had entered Rome, killing a guard.", "killing", "denied"),
        (
            "Rumours that Oslo had tested a missile, injuring three villagers, were untrue.",
            "injuring",
            "denied",
        ),
        (
            "Rome accused Oslo of helping rebels who crossed the river, occupying two villages.",
            "occupying",
            "suspected",
        ),
        ("Rome bombed Oslo, killing four people.", "killing", "asserted"),
        ("Rome wants Oslo to stop arming the rebels.", "arming", "suspected"),
        (
            "Rome demanded that Oslo free its citizens and stop executing dissidents.",
            "executing",
            "suspected",
        ),
        ("Oslo stopped arming the rebels.", "arming", "asserted"),
        ("The treaty obliges Oslo to defend Rome.", "defend", "demanded"),
    ],
)
def test_decisions(parse: Callable[[str], Parse], text: str, trigger: str, label: str) -> None:
    assert read_at(parse(text), text.index(trigger)).label == label


def test_every_operator_word_is_reachable() -> None:
    """A word listed twice for one way of governing would be read from the first list only, unseen."""
    operators = load_operators()
    listed = [(w, way, o.label) for o in operators.file.operator for w in o.words for way in o.over]
    hidden = [(w, way, label) for w, way, label in listed if operators.by_word[w, way].label != label]
    assert hidden == []
