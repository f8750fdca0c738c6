"""The article cut where marks begin and end, so that overlapping rows can all be shown in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from communique.records import CodedDocument, Span


@dataclass(frozen=True, slots=True)
class Mark:
    """Words that a row rests on. `layer` is event, statement or stance; `role` what they are to it; `look` adds to
    it (a factuality or a polarity); `row` is the row's anchor on the page."""

    span: Span
    layer: str
    role: str
    row: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text under the same marks. `classes` for the style sheet; `rows` all rows it belongs to; `link` the
    row it leads to, `anchors` the rows that lead to it."""

    text: str
    start: int
    classes: tuple[str, ...]
    rows: tuple[str, ...]
    link: str | None = None
    anchors: tuple[str, ...] = ()


def find_marks(doc: CodedDocument) -> list[Mark]:
    """Everything that events, statements and stances quote."""
    marks = []
    for n, event in enumerate(doc.events):
        row = f"event-{n}"
        look = "denied" if event.polarity == "negative" else event.factuality
        quad = event.quad.replace(" ", "-")
        marks.append(Mark(event.trigger.span, "event", "trigger", row, f"f-{look} quad-{quad}"))
        marks += [Mark(m.span, "event", "actor", row) for m in event.actor]
        marks += [Mark(m.span, "event", "recipient", row) for m in event.recipient]
        marks += [Mark(part.span, "event", "detail", row) for part in (event.date, event.place) if part]
        marks += [Mark(q.span, "event", "detail", row) for q in event.quantities]
    for n, said in enumerate(doc.statements):
        row = f"statement-{n}"
        marks += [Mark(piece.span, "statement", "content", row) for piece in said.content]
        marks += [Mark(m.span, "statement", "source", row) for m in (*said.source, *said.via)]
        marks += [Mark(said.cue.span, "statement", "cue", row)] if said.cue else []
    for n, stance in enumerate(doc.stances):
        row = f"stance-{n}"
        marks.append(Mark(stance.object.span, "stance", "object", row, stance.polarity))
        marks += [Mark(m.span, "stance", "holder", row) for m in stance.holder]
    return marks


#: What a row's own words are: there its link leads to, and from there one leads back.
HEADS = ("trigger", "cue", "object")


def cut_paragraphs(text: str, marks: Sequence[Mark]) -> tuple[tuple[Segment, ...], ...]:
    """The text by lines that aren't empty, each in segments. Joined, with what lies between, they are the text."""
    size = len(text)
    valid = [m for m in marks if 0 <= m.span[0] < m.span[1] <= size]
    starting: dict[int, list[Mark]] = {}
    ending: dict[int, list[Mark]] = {}
    for mark in valid:
        starting.setdefault(mark.span[0], []).append(mark)
        ending.setdefault(mark.span[1], []).append(mark)
    anchored: set[str] = set()
    active: dict[int, Mark] = {}
    paragraphs = []
    for line_start, line_end in _lines(text):
        cuts = sorted({line_start, line_end} | {c for c in (*starting, *ending) if line_start < c < line_end})
        segments = []
        for start, end in pairwise(cuts):
            for at in [c for c in ending if c <= start]:
                for mark in ending.pop(at):
                    active.pop(id(mark), None)
            for at in [c for c in starting if c <= start]:
                active |= {id(mark): mark for mark in starting.pop(at) if mark.span[1] > start}
            segments.append(_segment(text[start:end], start, list(active.values()), anchored))
        if segments:
            paragraphs.append(tuple(segments))
    return tuple(paragraphs)


def _segment(text: str, start: int, marks: Sequence[Mark], anchored: set[str]) -> Segment:
    heads = [m for m in marks if m.role in HEADS]
    anchors = tuple(dict.fromkeys(m.row for m in heads if m.row not in anchored))
    anchored.update(anchors)
    looks = [look for m in marks for look in (f"m-{m.role}", *m.look.split())]
    return Segment(
        text,
        start,
        tuple(dict.fromkeys(looks)),
        tuple(dict.fromkeys(m.row for m in marks)),
        link=heads[0].row if heads else None,
        anchors=anchors,
    )


def _lines(text: str) -> Iterable[Span]:
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield at, at + len(line)
        at += len(line) + 1
