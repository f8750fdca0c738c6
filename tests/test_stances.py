"""Stances: the lexicon's own examples, negation, strength, claims, and the records they become."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from communique.annotate.parse import Parse
from communique.errors import KnowledgeError
from communique.extract.frames import Party
from communique.extract.predicates import find_predicates
from communique.extract.stances import StanceFound, find_stances
from communique.extract.statements import find_statements
from communique.knowledge.cues import load_cues
from communique.knowledge.language import load_grammar
from communique.knowledge.stances import load_stance_lexicon, read_stance_lexicon
from communique.records import Member
from communique.resolve.stances import build_stances
from communique.resolve.statements import build_statements

Parser = Callable[[str], Parse]
PATTERNS = load_stance_lexicon().patterns
EXAMPLES = [(p, e) for p in PATTERNS for e in p.examples]
NONE = [(p, text) for p in PATTERNS for text in p.none]


def read(parse: Parse) -> list[StanceFound]:
    predicates = find_predicates(parse, load_grammar())
    statements = find_statements(parse, predicates, load_cues())
    return find_stances(parse, predicates, lambda t: True, statements, load_stance_lexicon())


def rows(parse: Parse) -> list[tuple[list[str], str, str, str]]:
    return [
        ([parse.word[p.token] for p in s.holder[0]], s.polarity, parse.text[slice(*s.object)], s.strength)
        for s in read(parse)
    ]


@pytest.mark.parametrize(("pattern", "example"), EXAMPLES, ids=[f"{p.id}: {e.text}" for p, e in EXAMPLES])
def test_examples_of_the_lexicon(parse: Parser, pattern: object, example: object) -> None:
    pattern_, example_ = next((p, e) for p, e in EXAMPLES if p is pattern and e is example)
    doc = parse(example_.text)
    found = [s for s in read(doc) if s.made_by == f"stance:{pattern_.id}"]
    assert found, read(doc)
    stance = found[0]
    assert doc.text[slice(*stance.object)] == example_.object
    assert stance.polarity == (example_.polarity or pattern_.polarity)
    assert stance.strength == example_.strength
    assert example_.holder in [doc.word[p.token] for p in stance.holder[0]]


@pytest.mark.parametrize(("pattern", "text"), NONE, ids=[text for _, text in NONE])
def test_what_is_no_stance(parse: Parser, pattern: object, text: str) -> None:
    assert [s for s in read(parse(text)) if s.made_by.startswith("stance:")] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Chile and Peru confirmed that the strait is open.", (["Chile", "Peru"], "support", "the strait is open", "plain")),
        ("Chile insists the border was drawn in error.", (["Chile"], "support", "the border was drawn in error", "plain")),
        ("Chile said that the fleet must leave.", (["Chile"], "support", "the fleet must leave", "plain")),
        ("Chile reminded Peru that the debt must be paid.", (["Chile"], "support", "the debt must be paid", "plain")),
        ("Chile opposes further drilling and backs the union.", (["Chile"], "oppose", "further drilling", "plain")),
        ("Chile left the talks, reaffirming its opposition to any tax.", (["Chile"], "oppose", "any tax", "plain")),
        ("Chile maintains that it opposes the tax.", (["it"], "oppose", "the tax", "plain")),
        ("Neither Chile nor Peru endorsed the plan.", (["Chile", "Peru"], "oppose", "the plan", "plain")),
        ("Chile condemned what it called theft.", (["Chile"], "oppose", "what it called theft", "plain")),
        ("Chile never supported the junta.", (["Chile"], "oppose", "the junta", "plain")),
    ],
)  # fmt: skip
def test_found(parse: Parser, text: str, expected: tuple[list[str], str, str, str]) -> None:
    assert expected in rows(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "Chile said that the fleet had left.",
        "Chile asked whether the fleet must leave.",
        "Chile could oppose the tax.",
        "The soldiers defended Arica.",
    ],
)
def test_not_found(parse: Parser, text: str) -> None:
    assert read(parse(text)) == []


def test_records(parse: Parser) -> None:
    doc = parse(
        "Chile said that it opposes the tax. Opponents of the tax oppose the tax. The Grey League rejects the tax."
    )
    names = {"Chile": "CHL", "it": "CHL"}

    def parties(party: Party) -> tuple[Member, ...]:
        code = names.get(doc.word[party.token])
        return (Member(code, code, doc.word[party.token], (0, 5)),) if code else ()

    predicates = find_predicates(doc, load_grammar())
    statements = find_statements(doc, predicates, load_cues())
    found = find_stances(
        doc, predicates, lambda t: bool(parties(Party(t))), statements, load_stance_lexicon()
    )
    records = build_stances(
        doc, found, parties, build_statements(doc, statements, parties), "d", lambda a, b: ("CHL",)
    )
    first = records[0]
    assert (first.holder[0].code, first.holder[0].text, first.object.text, first.statement) == (
        "CHL",
        "it",
        "the tax",
        "s1",
    )
    # a name nobody knows keeps its words; whoever is no name and nobody known holds nothing
    assert [r.holder[0].text for r in records[1:]] == ["The Grey League"]
    assert records[0].object.actors == ("CHL",)
    assert len({r.id for r in records}) == len(records)
    for record in records:
        assert doc.text[slice(*record.object.span)] == record.object.text
    again = build_stances(
        doc, found, parties, build_statements(doc, statements, parties), "d", lambda a, b: ("CHL",)
    )
    assert again == records


def test_a_pattern_without_example_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "stances.toml"
    file.write_text(
        '[[stance]]\nid = "x"\nverb = ["x"]\npolarity = "oppose"\nholder = ["subject"]\nobject = ["object"]\n'
        "confidence = 0.5\nexample = []\n[claims]\nown = []\nnormative = []\nnever = []\n[strength]\nstrong = []\nweak = []\n"
    )
    with pytest.raises(KnowledgeError, match="needs words and an example"):
        read_stance_lexicon(file)
