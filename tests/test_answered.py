"""Whom an act answers where only what the other did is named again."""

from __future__ import annotations

import pytest

from communique import Coder

# (text, type of the answer, its recipient's codes)
ANSWERS = [
    ("Chile accused Peru of spying. Peru rejected the accusation.", "REJECT", ["CHL"]),
    ("Chile demanded that Peru close the mine, a demand that Peru rejected on Monday.", "REJECT", ["CHL"]),
    ("Chile called on Peru to pay. Bolivia took no side. Peru rejected the call.", "REJECT", ["CHL"]),
    ("Chilean police raided the Peruvian embassy. Nobody was hurt. Brazil condemned the raid.", "ACCUSE", ["CHL.COP"]),
    ("Mali shelled Niger. Ghana arrested three sailors of Togo. Benin condemned the shelling.", "ACCUSE", ["MLI"]),
    # two bombed, and it is not said whose attack is meant
    ("Mali bombed Niger. Chad bombed Sudan. Benin condemned the attack.", "ACCUSE", []),
    # nobody answers what was said to another, or by himself
    ("Chile accused Peru of spying. Mali rejected the accusation.", "REJECT", []),
    ("Peru accused Chile of spying. Peru rejected the accusation.", "REJECT", []),
    # what was denied, or only feared, is nobody's deed
    ("Mali denied that it had bombed Niger. Benin condemned the attack.", "ACCUSE", []),
    ("Chile accused Peru of spying. Peru rejected an accusation.", "REJECT", []),
    # who is named stays
    ("Chile accused Peru of spying. Peru rejected the accusation from Mali.", "REJECT", ["MLI"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "codes"), ANSWERS)
def test_whom_an_act_answers(coder: Coder, text: str, kind: str, codes: list[str]) -> None:
    doc = coder.code(text)
    event = [e for e in doc.events if e.type == kind][-1]
    assert [m.code for m in event.recipient] == codes
    for member in event.recipient:
        assert doc.text[slice(*member.span)] == member.text
