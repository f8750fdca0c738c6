"""Statements: every form in which English says who said what."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.annotate.parse import Parse
from communique.errors import KnowledgeError
from communique.extract.attribution import Attributed
from communique.extract.content import trim
from communique.extract.frames import Party
from communique.extract.predicates import find_predicates
from communique.extract.statements import StatementFound, find_statements, speakers_of
from communique.knowledge.cues import load_cues, read_cues
from communique.knowledge.language import load_grammar
from communique.records import Member
from communique.resolve.statements import build_statements, find_according_to

Parser = Callable[[str], Parse]


def read(parse: Parse) -> list[StatementFound]:
    return find_statements(parse, find_predicates(parse, load_grammar()), load_cues())


def words(parse: Parse, tokens: tuple[int, ...]) -> list[str]:
    return [parse.word[t] for t in tokens]


def contents(parse: Parse, statement: StatementFound) -> list[str]:
    return [parse.text[a:b] for a, b in statement.content]


# text, source, cue, content pieces, kind: the first statement found in the text must be this one
FORMS = [
    ("“The bridge will reopen,” Norway said.", ["Norway"], "said", ["The bridge will reopen"], "direct"),
    ("“The bridge will reopen”, said the minister.", ["minister"], "said", ["The bridge will reopen"], "direct"),
    ('"Will it reopen?" asked the mayor.', ["mayor"], "asked", ["Will it reopen?"], "direct"),
    ("Larsen added, “The bridge is ours.”", ["Larsen"], "added", ["The bridge is ours."], "direct"),
    ("Larsen: “The bridge is ours.”", ["Larsen"], ":", ["The bridge is ours."], "direct"),
    ("“The bridge is ours.” – Larsen", ["Larsen"], "–", ["The bridge is ours."], "direct"),
    ("“We wait,” she said, “until they pay.”", ["she"], "said", ["We wait", "until they pay."], "direct"),
    ("“We wait,” she shrugged.", ["she"], "shrugged", ["We wait"], "direct"),
    ("Larsen said the bridge was closed.", ["Larsen"], "said", ["the bridge was closed"], "indirect"),
    ("Larsen said that the bridge was closed.", ["Larsen"], "said", ["the bridge was closed"], "indirect"),
    ("The bridge, Larsen said, was closed.", ["Larsen"], "said", ["The bridge", "was closed"], "indirect"),
    ("The bridge was closed, officials said.", ["officials"], "said", ["The bridge was closed"], "indirect"),
    ("Larsen said traffic was “slow and heavy” there.", ["Larsen"], "said", ["traffic was “slow and heavy” there"], "mixed"),
    ("Norway denied sinking the ship.", ["Norway"], "denied", ["sinking the ship"], "indirect"),
    ("Norway vowed to raise the ship.", ["Norway"], "vowed", ["to raise the ship"], "indirect"),
    ("Norway urged Chile to free the crew.", ["Norway"], "urged", ["Chile to free the crew"], "indirect"),
    ("Norway accused Chile of piracy.", ["Norway"], "accused", ["Chile of piracy"], "indirect"),
    ("Norway called the raid “a crime.”", ["Norway"], "called", ["the raid “a crime.”"], "mixed"),
    ("Norway described the raid as theft.", ["Norway"], "described", ["the raid as theft"], "indirect"),
    ("Norway called for an inquiry.", ["Norway"], "called for", ["an inquiry"], "indirect"),
    ("Some traders believe prices will fall.", ["traders"], "believe", ["prices will fall"], "indirect"),
    ("The treaty says fishing is banned.", ["treaty"], "says", ["fishing is banned"], "indirect"),
    ("According to Larsen, the bridge was closed.", ["Larsen"], "According to", ["the bridge was closed"], "indirect"),
    ("The bridge, according to Larsen, was closed.", ["Larsen"], "according to", ["The bridge", "was closed"], "indirect"),
    ("The bridge was closed, according to Larsen.", ["Larsen"], "according to", ["The bridge was closed"], "indirect"),
    ("In the words of Larsen, the bridge was gone.", ["Larsen"], "In the words of", ["the bridge was gone"], "indirect"),
    ("As Larsen put it, the bridge was gone.", ["Larsen"], "put", ["the bridge was gone"], "indirect"),
    ("Norway’s claim that Chile sank the ship was false.", ["Norway"], "claim", ["Chile sank the ship"], "indirect"),
    ("It was reported that the crew had fled.", [], "reported", ["the crew had fled"], "indirect"),
    ("The crew is expected to return.", [], "expected", ["The crew", "to return"], "indirect"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "source", "cue", "content", "kind"), FORMS, ids=[f[0] for f in FORMS])
def test_forms(parse: Parser, text: str, source: list[str], cue: str, content: list[str], kind: str) -> None:
    doc = parse(text)
    first = read(doc)[0]
    assert (words(doc, first.source), contents(doc, first), first.kind) == (source, content, kind)
    assert first.cue is not None
    assert doc.slice(*first.cue) == cue


@pytest.mark.parametrize(
    "text",
    [
        "The ship sank near the harbour on Monday.",
        "The so-called “reform” failed.",
        "Norway did not say that the ship sank.",
        "Norway could announce a deal.",
        "They read “War and Peace” aloud in the square.",
        # what is done to a person or a land
        "Norway recalled its ambassador from Lima for consultations.",
        "Norway summoned the Chilean ambassador on Monday.",
        "Chile claims parts of the waters.",
    ],
)
def test_no_statement(parse: Parser, text: str) -> None:
    assert read(parse(text)) == []


@pytest.mark.parametrize(
    ("text", "addressee", "via"),
    [
        ("Larsen told reporters that the talks had failed.", ["reporters"], []),
        ("Larsen told Reuters: “The talks have failed.”", ["Reuters"], []),
        ("Larsen reminded the envoy that fees were due.", ["envoy"], []),
        ("In a letter to the council, Larsen said the talks had failed.", ["council"], []),
        ("Larsen was quoted by Interfax as saying the talks had failed.", [], ["Interfax"]),
        ("According to the Interfax news agency, Larsen said the talks had failed.", [], ["agency"]),
        ("Reuters reported that the talks had failed, citing two officials.", [], ["Reuters"]),
    ],
)
def test_addressee_and_via(parse: Parser, text: str, addressee: list[str], via: list[str]) -> None:
    doc = parse(text)
    (statement,) = read(doc)
    assert (words(doc, statement.addressee), words(doc, statement.via)) == (addressee, via)


def test_cited_source_speaks_and_its_channel_passes_on(parse: Parser) -> None:
    doc = parse("Reuters reported that the talks had failed, citing two officials.")
    assert words(doc, read(doc)[0].source) == ["officials"]


def test_quoted_as_telling(parse: Parser) -> None:
    doc = parse("Larsen was cited as telling Moreno that both states wanted peace.")
    statement = read(doc)[0]
    assert statement.cue is not None
    assert doc.slice(*statement.cue) == "telling"
    assert (words(doc, statement.source), words(doc, statement.addressee)) == (["Larsen"], ["Moreno"])


def test_participle_takes_the_subject_of_its_clause(parse: Parser) -> None:
    doc = parse("Norway closed the strait, saying that mines had been found.")
    (statement,) = read(doc)
    assert (words(doc, statement.source), contents(doc, statement)) == (["Norway"], ["mines had been found"])


def test_author_speaks_through_a_document(parse: Parser) -> None:
    doc = parse("Norway issued a statement saying that mines had been found.")
    assert words(doc, next(s for s in read(doc) if s.made_by == "cue:saying").source) == ["Norway"]


@pytest.mark.parametrize(
    "text",
    [
        "Larsen said trade was “growing every year.” “It has never been this strong.”",
        "“Trade is growing,” Larsen said. “It has never been this strong.”",
        "“Trade is growing,” Larsen said.\n“It has never been this strong.”",
    ],
)
def test_speaker_goes_on(parse: Parser, text: str) -> None:
    doc = parse(text)
    first, second = read(doc)
    assert contents(doc, second) == ["It has never been this strong."]
    assert (second.cue, second.kind, second.continued_from) == (None, "direct", 0)
    assert second.source == first.source


def test_speaker_does_not_go_on_past_other_sentences(parse: Parser) -> None:
    doc = parse(
        "“Trade is growing,” Larsen said.\nThe fleet sailed on Monday.\n“It has never been this strong.”"
    )
    assert len(read(doc)) == 1


def test_nesting(parse: Parser) -> None:
    doc = parse("Norway said that Chile had accused Peru of piracy.")
    outer, inner = read(doc)
    assert (outer.parent, inner.parent) == (None, 0)
    assert words(doc, inner.source) == ["Chile"]


def test_cue_inside_the_span_of_an_according_phrase_is_nested(parse: Parser) -> None:
    doc = parse("Norway insists that the fjord is closed, according to the report.")
    outer, inner = read(doc)
    assert outer.made_by == "according-to"
    assert (inner.parent, contents(doc, inner)) == (0, ["the fjord is closed"])


def test_transcript(parse: Parser) -> None:
    doc = parse("Maria Larsen: We have closed the bridge. It was not safe.")
    (statement,) = read(doc)
    assert contents(doc, statement) == ["We have closed the bridge. It was not safe"]


def test_speakers_of(parse: Parser) -> None:
    doc = parse("“We will rebuild our bridge,” Larsen said.")
    ((number, source),) = speakers_of(doc, read(doc)).items()
    assert doc.quote[1] == number
    assert words(doc, source) == ["Larsen"]


# text, then for each statement its source and content
COORDINATED = [
    (
        "Larsen had told reporters that gunboats were gathering off the cape and warned that any landing would fail.",
        [("Larsen", "gunboats were gathering off the cape"), ("Larsen", "any landing would fail")],
    ),
    (
        "The envoy said the trawler had crossed the line and demanded that Peru withdraw it.",
        [("envoy", "the trawler had crossed the line"), ("envoy", "Peru withdraw it")],
    ),
    (
        "The mayor said the bridge had been closed and announced a detour.",
        [("mayor", "the bridge had been closed"), ("mayor", "a detour")],
    ),
    (
        "Norway said in a statement that the ferries were full and called on Sweden to send ships.",
        [("Norway", "the ferries were full"), ("Norway", "Sweden to send ships")],
    ),
    (
        "The envoy says the ports are blocked and accuses Oslo of stalling.",
        [("envoy", "the ports are blocked"), ("envoy", "Oslo of stalling")],
    ),
]


@pytest.mark.parametrize(("text", "told"), COORDINATED)
def test_a_second_verb_of_speech_has_the_speaker_of_the_first(
    parse: Parser, text: str, told: list[tuple[str, str]]
) -> None:
    doc = parse(text)
    assert [(*words(doc, s.source), *contents(doc, s)) for s in read(doc)] == told


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("Larsen said the minister had lied and claimed that the bridge was safe.", "minister"),
        ("Larsen said the union had met the owners and demanded that wages rise.", "union"),
        ("“The council met on Monday and demanded that wages rise,” Larsen said.", "council"),
        ("Larsen said the report listed the faults and warned that the dam could break.", "report"),
    ],
)
def test_who_may_have_said_it_in_what_is_told_keeps_it(parse: Parser, text: str, source: str) -> None:
    doc = parse(text)
    assert words(doc, read(doc)[-1].source) == [source]


@pytest.mark.parametrize(
    "text",
    [
        "The navy has not commented on the alleged landing.",
        "The harbour union did not respond to a request for comment.",
        "The company declined to comment on the leak.",
        "Larsen refused to say whether the bridge would reopen.",
        "The ministry did not disclose which ferries were meant.",
        "The embassy had no comment on the arrest.",
    ],
)
def test_saying_nothing_is_no_statement(parse: Parser, text: str) -> None:
    doc = parse(text)
    verb = next(i for i in range(len(doc)) if doc.dep[i] == "ROOT")
    found = Attributed((verb, verb + 1), (), tuple(range(verb + 1, len(doc) - 1)), 0.9)
    assert read(doc) == []
    assert find_statements(doc, find_predicates(doc, load_grammar()), load_cues(), [found]) == []


def test_what_is_recalled_or_claimed_of_things_is_said(parse: Parser) -> None:
    doc = parse(
        "Larsen recalled the day of the raid. The envoy claimed victory. Oslo directed its envoy to leave."
    )
    assert [contents(doc, s)[0] for s in read(doc)] == [
        "the day of the raid",
        "victory",
        "its envoy to leave",
    ]


def test_a_charge_is_told_by_who_brings_it(parse: Parser) -> None:
    doc = parse("Larsen had been accused by the ministry of plotting with officers.")
    (statement,) = read(doc)
    assert (words(doc, statement.source), contents(doc, statement)) == (
        ["ministry"],
        ["Larsen", "of plotting with officers"],
    )


def test_not_only_saying_is_saying(parse: Parser) -> None:
    doc = parse("Larsen did not refuse to say that the bridge had sunk.")
    assert any("the bridge had sunk" in contents(doc, s) for s in read(doc))


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("Norway pledged to support Chile should it be attacked.", "to support Chile should it be attacked"),
        ("Larsen said he would resign were the vote to fail.", "he would resign were the vote to fail"),
        ("Norway threatened to close the strait should Peru arm the rebels.", "to close the strait should Peru arm the rebels"),
    ],
)  # fmt: skip
def test_a_condition_by_inversion_is_no_content_of_its_own(parse: Parser, text: str, content: str) -> None:
    doc = parse(text)
    told = [contents(doc, s) for s in read(doc)]
    assert told[0] == [content]
    assert not any(piece.startswith(("should", "were")) for pieces in told for piece in pieces)


def test_a_question_and_other_inversions_are_no_conditions(parse: Parser) -> None:
    for text in ("Should the bridge be closed?", "Norway had not signed, nor had it left."):
        doc = parse(text)
        assert "advcl" not in doc.dep


def test_a_semicolon_parts_what_two_say(parse: Parser) -> None:
    doc = parse(
        "Chile called the blockade illegal; its envoy, Rosa Diaz, said the ferries were empty. Norway said that it had hit "
        "a bunker, killing two men; doctors in Lima said seven people died."
    )
    assert [(*words(doc, s.source), *contents(doc, s)) for s in read(doc)] == [
        ("Chile", "the blockade illegal"),
        ("envoy", "the ferries were empty"),
        ("Norway", "it had hit a bunker, killing two men"),
        ("doctors", "seven people died"),
    ]


def test_how_long_after_something_it_was_said_is_not_said(parse: Parser) -> None:
    doc = parse("Norway said the talks were going well, hours after an envoy had left the hall.")
    assert contents(doc, read(doc)[0]) == ["the talks were going well"]


def test_a_found_content_goes_on_behind_its_last_preposition(parse: Parser) -> None:
    doc = parse("Larsen chronicled new ideas, including a tunnel under the fjord.")
    cut = doc.word.index("including")
    found = Attributed((1, 2), (0,), tuple(range(2, cut + 1)), 0.9)
    (statement,) = find_statements(doc, find_predicates(doc, load_grammar()), load_cues(), [found])
    assert contents(doc, statement) == ["new ideas, including a tunnel under the fjord"]


# ---------------------------------------------------------------- records
def name(parse: Parse) -> Callable[[Party], tuple[Member, ...]]:
    """Parties of a dictionary that knows Norway alone."""

    def parties(party: Party) -> tuple[Member, ...]:
        span = parse.start[party.token], parse.end[party.token]
        return (Member("NOR", "NOR", "Norway", span),) if parse.word[party.token] == "Norway" else ()

    return parties


def test_records(parse: Parser) -> None:
    doc = parse("Norway said the chief envoy of the harbour union had claimed that the ferry sank.")
    first, second = build_statements(doc, read(doc), name(doc))
    assert (first.id, second.id, second.parent) == ("s1", "s2", "s1")
    assert first.source[0].id == "NOR"
    assert (second.source[0].id, second.source[0].text) == (None, "the chief envoy of the harbour union")
    at = doc.text.index("ferry sank")
    assert find_according_to((first, second), (at, at + 5)) == ("s1", "s2")
    assert find_according_to((first, second), (0, 6)) == ()


SENTENCES = [
    "“We stay,” he said.", "Norway said that it stays.", "“Why?” asked Larsen. “Nobody knows.”", "The talks ended.",
    "‘Never,’ she said, ‘again.’", "According to the paper, “all is lost” there.", "He called it “a mess”, adding: \"Go!\"",
    "„Nein“, sagte er.", "''So terrible'' — Larsen", "“Unclosed and long", "Larsen: go home.", "He said, she said,", "”", "«Non», a-t-il dit.",
]  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(pieces=st.lists(st.sampled_from(SENTENCES), max_size=7), gap=st.sampled_from([" ", "\n"]))
def test_spans_hold(nlp: object, pieces: list[str], gap: str) -> None:
    """Whatever stands beside whatever: spans lie in the text in order, parents and origins in the list, cues outside."""
    from communique.annotate.pipeline import parse_texts

    doc = next(parse_texts(nlp, [gap.join(pieces)]))
    found = read(doc)
    for number, statement in enumerate(found):
        assert statement.content
        for a, b in statement.content:
            assert 0 <= a < b <= len(doc.text)
            assert doc.text[a:b].strip() == doc.text[a:b]
        assert list(statement.content) == sorted(statement.content)
        for other in (statement.parent, statement.continued_from):
            assert other is None or (0 <= other < len(found) and other != number)
        if statement.cue is not None:
            start = doc.start[statement.cue[0]]
            assert not any(a <= start < b for a, b in statement.content)


@pytest.mark.parametrize(
    "text", ['He left. "', "“Go!” he said. ”", 'that \' " "" if', '""a private visit"", he said."']
)
def test_any_run_of_tokens_trims_to_a_span_or_none(parse: Parser, text: str) -> None:
    doc = parse(text)
    for first in range(len(doc)):
        for last in range(first, len(doc)):
            span = trim(doc, first, last)
            assert span is None or 0 <= span[0] < span[1] <= len(text)


def test_a_longer_document_has_the_statements_of_its_parts(parse: Parser) -> None:
    part = (
        "The envoy said that the ministry had denied that talks had failed. “We will wait,” she said. “It takes "
        "time.”\nAccording to Reuters, Oslo urged Rome to sign. The harbour stayed closed.\n"
    )
    one, many = parse(part), parse(part * 4)
    alone, all_found = read(one), read(many)
    assert len(alone) > 4 and len(all_found) == 4 * len(alone)
    for number, found in enumerate(all_found):
        copy, place = divmod(number, len(alone))
        again = alone[place]
        shift = copy * len(part)
        assert found.content == tuple((a + shift, b + shift) for a, b in again.content)
        assert words(many, found.source) == words(one, again.source)
        for other, was in ((found.parent, again.parent), (found.continued_from, again.continued_from)):
            assert other == (None if was is None else was + copy * len(alone))
    per_part = len(speakers_of(one, alone))
    assert per_part and len(speakers_of(many, all_found)) == 4 * per_part


def test_unknown_key_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "cues.toml"
    file.write_text(
        'verb = []\nadjective = []\nphrase = []\n[[noun]]\nkind = "n"\nworsd = ["x"]\nconfidence = 1.0\n'
    )
    with pytest.raises(KnowledgeError) as caught:
        read_cues(file)
    assert "worsd" in str(caught.value)


def test_lexicon_is_large_and_lower_case() -> None:
    cues = load_cues()
    assert len(cues.verbs) >= 250
    assert all(w == w.lower() for w in (*cues.verbs, *cues.nouns, *cues.adjectives, *cues.channels))
