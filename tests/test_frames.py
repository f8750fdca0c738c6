"""Every frame's own example sentences, through the whole coder: the data files test themselves."""

from __future__ import annotations

import pytest

from communique import Coder
from communique.extract.frames import read_path
from communique.knowledge.ontology import Example, Frame, load_ontology

FRAMES = list({f.id: f for f in load_ontology().frames}.values())
EXAMPLES = [pytest.param(f, e, id=f"{f.id}-{n}") for f in FRAMES for n, e in enumerate(f.examples)]
NOTHING = [pytest.param(f, text, id=f"{f.id}-none-{n}") for f in FRAMES for n, text in enumerate(f.none)]


def countries(members: tuple) -> list[str]:  # type: ignore[type-arg]
    return sorted({m.code.split(".")[0] for m in members if m.code})


@pytest.mark.parametrize(("frame", "example"), EXAMPLES)
def test_frame_codes_its_example(coder: Coder, frame: Frame, example: Example) -> None:
    events = coder.code(example.text, published="2024-06-10").events
    wanted = (
        frame.type,
        sorted(set(example.actor)),
        sorted(set(example.recipient)),
        example.factuality,
    )
    got = [(e.type, countries(e.actor), countries(e.recipient), e.factuality) for e in events]
    assert wanted in got
    if example.mode:
        assert example.mode in [e.mode for e in events if e.type == frame.type]


@pytest.mark.parametrize(
    ("path", "steps"),
    [
        ("subject", ("subject", (), "itself")),
        ("owner", ("owner", (), "itself")),
        ("object.owner", ("object", (), "owner")),
        ("object.in.place", ("object", ("in", "place"), "place")),
        ("subject.pronoun", ("subject", ("pronoun",), "itself")),
        ("head.head.object", ("head", ("head", "object"), "itself")),
    ],
)
def test_path_is_read_as_its_steps(path: str, steps: tuple[str, tuple[str, ...], str]) -> None:
    assert read_path(path) == steps


@pytest.mark.parametrize(("frame", "text"), NOTHING)
def test_frame_leaves_alone(coder: Coder, frame: Frame, text: str) -> None:
    assert frame.id not in [e.made_by.removeprefix("frame:") for e in coder.code(text).events]


@pytest.mark.parametrize("frame", FRAMES, ids=lambda f: f.id)
def test_every_frame_has_an_example(frame: Frame) -> None:
    assert frame.examples
