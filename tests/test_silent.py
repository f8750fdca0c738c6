"""Lines that can hold no finding aren't parsed, and nothing is lost by it."""

from __future__ import annotations

import re
from importlib.resources import files
from itertools import product

import pytest

from communique import CodedDocument, Coder
from communique.annotate.silent import TellingWords, find_telling_words

SILENT = (
    "Whisk the eggs with sugar until smooth.",
    "Mostly cloudy, 20 degrees.",
    "width: 100%; padding-bottom: 10px;",
    "1. apples 2. pears 3. plums",
)
TELLING = (
    "she left",  # a pronoun
    "the minister resigned",
    "troops crossed the river",
    "it wasn’t true",
    "they'd agreed",
    "no deal",
    "“yes”",
    "Zorblax sings",  # no word of the language: a name
    "sugar from Kenya",
    "sources say so",
    "Peru",
)


@pytest.fixture(scope="module")
def telling(coder: Coder) -> TellingWords:
    assert coder.telling is not None
    return coder.telling


@pytest.mark.parametrize("line", SILENT)
def test_silent(telling: TellingWords, line: str) -> None:
    assert not telling.stand_in(line)


@pytest.mark.parametrize("line", TELLING)
def test_telling(telling: TellingWords, line: str) -> None:
    assert telling.stand_in(line)


def test_every_example_of_the_data_has_a_telling_word(coder: Coder, telling: TellingWords) -> None:
    frames = {f.id: f for some in coder.ontology.by_word.values() for f in some}
    examples = [e.text for f in frames.values() for e in f.examples]
    examples += [e.text for p in coder.stances.patterns for e in p.examples]
    assert len(examples) > 400
    assert [text for text in examples if not any(map(telling.tells, re.findall(r"\w+", text)))] == []


def describe(doc: CodedDocument) -> list[object]:
    """What was found, without where."""
    events = [
        (e.type, e.factuality, [m.code for m in e.actor], [m.code for m in e.recipient], e.trigger.text)
        for e in doc.events
    ]
    said = [([m.code for m in s.source], s.kind, [piece.text for piece in s.content]) for s in doc.statements]
    stances = [([m.code for m in s.holder], s.polarity, s.object.text) for s in doc.stances]
    return [*events, *said, *stances, *((a.id, len(a.mentions)) for a in doc.actors)]


def test_silent_lines_part_nothing(coder: Coder, telling: TellingWords) -> None:
    """An article is coded with them between its paragraphs as without: "it" still means who was named last."""
    fruit = [
        "apples",
        "pears",
        "plums",
        "cherries",
        "grapes",
        "melons",
        "lemons",
        "figs",
        "apricots",
        "peaches",
        "quinces",
        "limes",
        "mangoes",
    ]
    lines = [
        f"Whisk the {one} with {other}." for one, other in product(fruit, fruit)
    ]  # a line told twice is furniture
    assert not any(map(telling.stand_in, lines))
    samples = [f for f in (files("communique") / "data" / "samples").iterdir() if f.name.endswith(".txt")]
    assert samples
    for sample in samples:
        paragraphs = sample.read_text(encoding="utf-8").split("\n\n")
        parted = [text for pair in zip(paragraphs, lines, strict=False) for text in pair]
        plain, apart = (coder.code("\n\n".join(texts), id="x") for texts in (paragraphs, parted))
        assert apart.text.count("Whisk") == len(paragraphs)
        assert describe(apart) == describe(plain)


def test_silent_lines_have_no_tokens(coder: Coder, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    real = coder._read
    monkeypatch.setattr(coder, "_read", lambda d, parse: seen.append(len(parse)) or real(d, parse))
    coder.code("\n\n".join(["Peru thanked Chile.", *SILENT]))
    assert seen == [4]


def test_other_lemmatizers_spare_nothing(coder: Coder) -> None:
    import spacy

    assert find_telling_words(spacy.blank("en"), ["say"], lambda line: False) is None
