"""Who contradicts whom: pairs that must be found with both sides, and texts that hold no dispute."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.knowledge.disputes import load_dispute_words
from communique.records import CodedDocument

# text, rule, source of the claim, source of the counter-claim, words in dispute; None is the article itself
FOUND = [
    (
        "Kenya said Somalia had shelled the border post. Somalia denied it.",
        "denial",
        "Kenya",
        "Somalia",
        "shelled the border post",
    ),
    (
        "Peru accused Chile of spying on its embassy. Chile rejected the accusation.",
        "denial",
        "Peru",
        "Chile",
        "spying on its embassy",
    ),
    (
        "Norway’s defence minister said that Russia had jammed its radar. Moscow dismissed the allegations as absurd.",
        "denial",
        "Norway",
        "Moscow",
        "jammed its radar",
    ),
    (
        "Ethiopia said Eritrea had sent troops across the river. Eritrea called the claims baseless.",
        "denial",
        "Ethiopia",
        "Eritrea",
        "sent troops across the river",
    ),
    (
        "Turkey claimed that Greece had pushed back the boats. Athens said that was a lie.",
        "denial",
        "Turkey",
        "Athens",
        "pushed back the boats",
    ),
    (
        "India said Pakistan had broken the truce. Pakistan disputed this.",
        "denial",
        "India",
        "Pakistan",
        "broken the truce",
    ),
    (
        "Serbia blamed Kosovo for the raid. Kosovo denied the charge.",
        "denial",
        "Serbia",
        "Kosovo",
        "the raid",
    ),
    (
        "Colombia alleges that Venezuela shelters the rebels, which Caracas denies.",
        "denial",
        "Colombia",
        "Caracas",
        "shelters the rebels",
    ),
    (
        "Sudan said on Monday that Ethiopian troops had crossed the border. Ethiopia said Sudan’s claims were untrue.",
        "denial",
        "Sudan",
        "Ethiopia",
        "crossed the border",
    ),
    (
        "Russia says its troops have left Kherson. Ukraine says they have not.",
        "short",
        "Russia",
        "Ukraine",
        "its troops have left Kherson",
    ),
    (
        "Israel said the convoy had carried rockets. Iran said it had not.",
        "short",
        "Israel",
        "Iran",
        "the convoy had carried rockets",
    ),
    (
        "Germany said Belarus had hijacked the airliner. Belarus denied hijacking the airliner.",
        "repeated",
        "Germany",
        "Belarus",
        "hijacked the airliner",
    ),
    (
        "Japan accused North Korea of kidnapping two fishermen. The talks in Beijing ended early. North Korea denied that it had kidnapped the fishermen.",
        "repeated",
        "Japan",
        "North Korea",
        "kidnapping two fishermen",
    ),
    (
        "Georgia fears that Russia is planning an invasion. Russia denied plotting an invasion.",
        "repeated",
        "Georgia",
        "Russia",
        "an invasion",
    ),
    (
        "There are fears that Belarus is preparing an attack. Belarus denied preparing an attack.",
        "repeated",
        None,
        "Belarus",
        "attack",
    ),
    (
        "Mali said the soldiers attacked the village. Burkina Faso said the soldiers did not attack the village.",
        "negation",
        "Mali",
        "Burkina Faso",
        "attacked the village",
    ),
    (
        "Armenia said that Azerbaijan had captured the town. Azerbaijan said that it had not captured the town.",
        "negation",
        "Armenia",
        "Azerbaijan",
        "captured the town",
    ),
    (
        "Egypt says the dam violates the treaty. Ethiopia says the dam does not violate the treaty.",
        "negation",
        "Egypt",
        "Ethiopia",
        "violates the treaty",
    ),
    (
        "Russia says its forces remain in the town. Ukraine says Russian forces have left the town.",
        "opposite",
        "Russia",
        "Ukraine",
        "remain in the town",
    ),
    (
        "The government said the election was fair. The African Union said the election was rigged.",
        "opposite",
        "The government",
        "African Union",
        "fair",
    ),
    (
        "Armenia said 40 soldiers had been killed. Azerbaijan said 12 soldiers had been killed.",
        "number",
        "Armenia",
        "Azerbaijan",
        "40",
    ),
    (
        "Ukraine said more than 300 troops were killed in the strike. Russia said that 63 troops were killed in the strike.",
        "number",
        "Ukraine",
        "Russia",
        "more than 300",
    ),
    (
        "Yemen’s government said at least 50 people had died. Saudi Arabia put the number at nine.",
        None,
        "",
        "",
        "",
    ),
    (
        "Video contradicted the Turkish army’s claim that the bridge had held.",
        "quoted",
        "Turkish army",
        "Video",
        "the bridge had held",
    ),
    (
        "Peru recalled its ambassador on Monday after Chilean soldiers burned a border post, the ministry in Lima said. Chile denied the accusation.",
        "denial",
        "the ministry",
        "Chile",
        "Chilean soldiers burned a border post",
    ),
    (
        "Kenya summoned the Sudanese envoy after Sudanese troops shot two herders, the minister said. Khartoum rejected the allegation.",
        "denial",
        "the minister",
        "Khartoum",
        "Sudanese troops shot two herders",
    ),
    (
        "Peru’s claim that Chile had bought 200 tanks was untrue, said the Chilean defence minister.",
        "quoted",
        "Peru",
        "the Chilean defence minister",
        "Chile had bought 200 tanks",
    ),
]
NONE = [
    "Kenya said Somalia had shelled the border post. Somalia condemned the shelling.",
    "Peru accused Chile of spying on its embassy. Chile expelled the envoy.",
    "Norway proposed a ceasefire. Russia rejected the proposal.",
    "The Supreme Court rejected a request from Kenya. Kenya said it would appeal.",
    "Iran denied the inspectors a visa. France said the inspectors were ready.",
    "Armenia said 40 soldiers had been killed. Azerbaijan said 12 civilians had been killed.",
    "Ukraine said at least 40 soldiers had been killed. Russia said that 63 soldiers had been killed.",
    "Armenia said about 100 soldiers had been killed. Azerbaijan said 96 soldiers had been killed.",
    "Armenia said 40 soldiers had been killed. Armenia said 52 soldiers had been killed.",
    "Mali said the soldiers attacked the village. Burkina Faso said the rebels did not attack the village.",
    "India said Pakistan had broken the truce. Pakistan did not deny it.",
    "Turkey said that Greece had pushed back the boats. Greece confirmed it.",
    "Egypt called on Ethiopia to stop filling the dam. Ethiopia refused.",
    "Germany said Belarus should free the prisoners. Belarus said it would think about it.",
    "The minister said the vote was not rigged. The minister said the vote was fair.",
    "Japan said prices would rise. China said exports would fall.",
    "Serbia denied the journalists access to the town.",
    "Russia denied plotting an invasion.",
]


@pytest.fixture(scope="module")
def code(coder: Any) -> Any:
    return lambda text: coder.code(text, published="2022-02-04")


def say(members: Any) -> str:
    return " ".join(m.text for m in members)


@pytest.mark.parametrize(("text", "rule", "claimed", "denied", "words"), [c for c in FOUND if c[1]])
def test_both_sides_are_paired(
    code: Any, text: str, rule: str, claimed: str | None, denied: str, words: str
) -> None:
    found = code(text).disputes
    assert [d.made_by for d in found] == [f"dispute:{rule}"]
    one = found[0]
    assert claimed is None or claimed in say(one.claim.source)
    assert denied in say(one.counter.source)
    assert words in one.object.text
    check_spans(code(text))


@pytest.mark.parametrize("text", NONE)
def test_no_dispute(code: Any, text: str) -> None:
    assert code(text).disputes == ()


def check_spans(document: CodedDocument) -> None:
    said = {s.id for s in document.statements}
    happened = {e.id for e in document.events}
    for dispute in document.disputes:
        for side in (dispute.claim, dispute.counter):
            assert set(side.statements) <= said and set(side.events) <= happened
            assert side.source or side.statements or side.events
            for piece in (side.words, *side.source):
                assert document.text[slice(*piece.span)] == piece.text
        assert document.text[slice(*dispute.object.span)] == dispute.object.text
        assert 0 < dispute.confidence <= 1


SENTENCES = [sentence.strip() + "." for text, *_ in FOUND for sentence in text.split(".") if sentence.strip()]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.sampled_from([*SENTENCES, "“No,” he said.", "It was denied 🙂.", "Which?"]), min_size=2, max_size=6
    )
)
def test_spans_of_any_mixture_hold(coder: Any, sentences: list[str]) -> None:
    document = coder.code(" ".join(sentences), published="2022-02-04")
    check_spans(document)
    assert len({d.id for d in document.disputes}) == len(document.disputes)
    again = coder.code(" ".join(sentences), published="2022-02-04")
    assert again.disputes == document.disputes


def test_words_of_opposition_hold_both_ways() -> None:
    opposite = load_dispute_words().opposite
    assert opposite and all(a in opposite[b] and a != b for a, others in opposite.items() for b in others)
