"""The relation model: where it finds the parties, that it never fails, that its bytes don't depend on company,
and what it says of plain sentences of every type."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.ahead import Ahead
from communique.errors import KnowledgeError
from communique.extract.marked import MARKERS, MAX_TOKENS, encode_pair, find_occurrences, find_parties
from communique.extract.relate import NONE, Judgement, RelationModel, load_relation_model
from communique.knowledge.load import DATA
from communique.resolve.relations import ACCEPT, MADE_BY, REJECT

PLAIN = [
    ("AGREE", "Norway has promised to send two frigates to Latvia next spring.", "Norway", "Latvia"),
    ("AGREE", "The rebels said they were willing to meet the government in Nairobi.", "The rebels", "the government"),
    ("CONSULT", "The Chilean foreign minister flew to Lima and met President Dina Boluarte.",
     "The Chilean foreign minister", "President Dina Boluarte"),
    ("SUPPORT", "Canada praised Ghana for the way it had run the election.", "Canada", "Ghana"),
    ("CONCEDE", "The government bowed to the farmers and withdrew the water tax.", "The government", "the farmers"),
    ("COOPERATE", "The navies of India and Japan held a joint exercise in the bay.", "India", "Japan"),
    ("AID", "Denmark donated 40 ambulances to Moldova.", "Denmark", "Moldova"),
    ("RETREAT", "Kenya pulled its troops out of Goma after two years.", "Kenya", "Goma"),
    ("RETREAT", "The guerrillas freed a French engineer on Sunday.", "The guerrillas", "a French engineer"),
    ("REQUEST", "Amnesty International urged Laos to release the two monks.", "Amnesty International", "Laos"),
    ("ACCUSE", "Armenia accused Azerbaijan of shelling a school.", "Armenia", "Azerbaijan"),
    ("REJECT", "Peru refused to hand the general over to Chile.", "Peru", "Chile"),
    ("THREATEN", "Egypt threatened to expel the ambassador of Sweden.", "Egypt", "Sweden"),
    ("PROTEST", "Nurses marched through Lisbon against the government.", "Nurses", "the government"),
    ("SANCTION", "Mali expelled three diplomats of Denmark.", "Mali", "Denmark"),
    ("MOBILIZE", "Algeria massed tanks along the border with Morocco.", "Algeria", "Morocco"),
    ("COERCE", "Police in Kampala arrested a radio journalist.", "Police in Kampala", "a radio journalist"),
    ("ASSAULT", "The army shelled the village of Tal Amr, killing nine.", "The army", "the village of Tal Amr"),
    ("ASSAULT", "The bridge was blown up by the insurgents at night.", "the insurgents", "The bridge"),
    (None, "Wales beat Fiji by twelve points in the rugby.", "Wales", "Fiji"),
    (None, "Bolivia is colder than Paraguay.", "Bolivia", "Paraguay"),
]  # fmt: skip

ODD = [
    ("", "", ""),
    ("Iran", "", ""),
    ("", "Iran", "Iraq"),
    ("Iran met Iraq.", "Iran", "Narnia"),
    ("Iran met Iraq.", "Iran", "Iran"),
    ("[unused1] [CLS] [MASK] ## [SEP]", "[unused1]", "[SEP]"),
    ("\ud800 Iran \udfff attacked Iraq", "Iran \udfff", "Iraq"),
    ("😀🇮🇷 attacked 🇮🇶", "🇮🇷", "🇮🇶"),
    ("\x00\x01\n\t", "\x00", "\n"),
    ("ا" * 3000, "ا", "ا"),
    ("word " * 20000 + "Iran bombed Iraq", "Iran", "Iraq"),
    ("Iran " + "and so on " * 9000 + "bombed Iraq", "Iran", "Iraq"),
    ("a" * 50000, "a" * 50000, "a"),
]


@pytest.fixture(scope="module")
def model() -> RelationModel:
    return load_relation_model()


@pytest.mark.parametrize(("kind", "sentence", "actor", "recipient"), PLAIN)
def test_plain_sentences(
    model: RelationModel, kind: str | None, sentence: str, actor: str, recipient: str
) -> None:
    (found, confidence, probabilities), *_ = model.relate([(sentence, actor, recipient)])
    assert found == kind
    assert confidence == probabilities[kind or NONE]


def test_kept_out_sentences(model: RelationModel) -> None:
    """94 of 111 when the weights were made, 17 of 20 without an event; encoders of twice the cost had 98 and 18."""
    right = {True: 0, False: 0}
    for line in (Path(__file__).parent / "data" / "relations.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, frame = line.split("\t")
            actor, recipient = (re.search(p, frame) for p in (r"\[(.*?)\]", r"\{(.*?)\}"))
            assert actor and recipient
            found = model.relate([(re.sub(r"[\[\]{}]", "", frame), actor[1], recipient[1])])[0][0] or NONE
            right[kind == NONE] += found == kind
    assert right[False] >= 77
    assert right[True] >= 17


@pytest.mark.parametrize("row", ODD)
def test_odd_strings_never_raise(model: RelationModel, row: tuple[str, str, str]) -> None:
    ((kind, confidence, probabilities),) = model.relate([row])
    assert kind is None or kind in probabilities
    assert 0 <= confidence <= 1
    assert abs(sum(probabilities.values()) - 1) < 0.01


@settings(max_examples=40, deadline=None)
@given(row=st.tuples(st.text(max_size=200), st.text(max_size=20), st.text(max_size=20)))
def test_any_text(model: RelationModel, row: tuple[str, str, str]) -> None:
    ids, source, target = encode_pair(model.tokenizer, *row)
    starts = [model.tokenizer.token_to_id(MARKERS[i]) for i in (2, 4)]  # where each party opens
    assert len(ids) <= MAX_TOKENS
    assert [ids[source], ids[target]] == starts
    model.relate([row])


def test_company_changes_nothing(model: RelationModel) -> None:
    rows = [row[1:] for row in PLAIN] + ODD
    together = model.relate(rows)
    assert together == [model.relate([row])[0] for row in rows]
    assert together == model.relate(rows[::-1])[::-1]
    assert together == load_relation_model(ahead=Ahead(2)).relate(rows)


def test_empty_batch(model: RelationModel) -> None:
    assert model.relate([]) == []


@pytest.mark.parametrize(
    ("sentence", "actor", "recipient", "places"),
    [
        ("US officials said the US and Iran met.", "the US", "Iran", ["the US", "Iran"]),
        ("USAID left; the US stayed in Iraq.", "US", "Iraq", ["US", "Iraq"]),
        ("Iranian jets hit Iran.", "Iran", "Iranian jets", ["Iran", "Iranian jets"]),
        ("Iraqi fighters laid down arms.", "Iraqi fighters", "Iraqi", ["Iraqi fighters", "Iraqi"]),
        ("The  Red\nCross came.", "the red cross", "", ["The  Red\nCross", None]),
        ("Nobody here.", "Iran", "Iraq", [None, None]),
    ],
)
def test_parties_are_found(sentence: str, actor: str, recipient: str, places: list[str | None]) -> None:
    spans = find_parties(sentence, actor, recipient)
    assert [sentence[slice(*s)] if s else None for s in spans] == places


def test_whole_words_come_first() -> None:
    assert find_occurrences("USAID left; the US stayed.", "US") == [(16, 18)]


@given(st.text(max_size=80), st.text(max_size=8), st.text(max_size=8))
def test_found_spans_are_the_words(sentence: str, actor: str, recipient: str) -> None:
    for span, words in zip(find_parties(sentence, actor, recipient), (actor, recipient), strict=True):
        if span:
            assert 0 <= span[0] < span[1] <= len(sentence)
            found = sentence[slice(*span)]
            assert found == words.strip() or found.casefold().split() == words.casefold().split()


def test_settings_belong_to_the_weights() -> None:
    folder = DATA / "models" / "relate"
    told = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    assert hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest() == told["sha256"]
    assert len(set(told["labels"])) == 17


def test_weights_are_small() -> None:
    folder = Path(str(DATA / "models" / "relate"))
    assert sum(f.stat().st_size for f in folder.iterdir()) < 30_000_000


def test_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match=r"settings\.json"):
        load_relation_model(tmp_path)


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).write_bytes(b"")
    (tmp_path / "settings.json").write_text('{"labels": ["AGREE"], "temprature": 1}', encoding="utf-8")
    with pytest.raises(KnowledgeError, match="temprature"):
        load_relation_model(tmp_path)


class Answering:
    """A relation model that always gives the same answer, and keeps what it was asked."""

    def __init__(self, name: str | None, confidence: float) -> None:
        self.answer: Judgement = (name, confidence, {})
        self.asked: list[tuple[str, str, str]] = []

    def relate(self, rows: Sequence[tuple[str, str, str]]) -> list[Judgement]:
        self.asked += rows
        return [self.answer] * len(rows)

    def judge_ahead(self, rows: Sequence[tuple[str, str, str]]) -> Iterator[Judgement]:
        return iter(self.relate(rows))


@pytest.mark.parametrize(
    ("name", "confidence", "added"),
    [
        ("AID", ACCEPT, 1),
        ("AID", ACCEPT - 0.01, 0),  # not sure enough
        (None, 1.0, 0),
        ("ACCUSE", 1.0, 0),  # a frame has told it
    ],
)
def test_pairs_no_frame_knows(
    coder: Any, monkeypatch: pytest.MonkeyPatch, name: str | None, confidence: float, added: int
) -> None:
    asked = Answering(name, confidence)
    monkeypatch.setitem(coder.__dict__, "relations", asked)
    events = coder.code("Peru turned to Chile to accuse Bolivia of smuggling.").events
    assert ("Peru", "Chile") in {row[1:] for row in asked.asked}
    assert sum(e.made_by == MADE_BY for e in events) == added
    assert "ACCUSE" in {e.type for e in events if e.made_by != MADE_BY}


@pytest.mark.parametrize(
    ("text", "confidence", "left"),
    [
        ("Peru attacked Chile.", REJECT, 0),
        ("Peru attacked Chile.", REJECT - 0.01, 1),
        ("Peru condemned Chile.", 1.0, 1),  # a type that is not checked
    ],
)
def test_weak_frames_are_checked(
    coder: Any, monkeypatch: pytest.MonkeyPatch, text: str, confidence: float, left: int
) -> None:
    monkeypatch.setitem(coder.__dict__, "relations", Answering(None, confidence))
    assert len(coder.code(text).events) == left
