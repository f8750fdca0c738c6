"""Events, statements and stances as lines for lists: who did what to whom, with the words and the way to the article."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from communique.export.plain import clean_line
from communique.export.report import say_date, say_members
from communique.records import CodedDocument, Event, Member, Span, Stance, Statement
from communique.serve.query import make_address
from communique.serve.source import EVENT_TABLES, Reader

# Characters: a sentence up to the first is shown whole, of a longer one so many on either side of what is marked.
WHOLE, MARGIN = 260, 90


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of a sentence; `mark` is actor, recipient, trigger, object or empty."""

    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class PartyLine:
    """One party: its name in the dictionaries, or the article's words in quotation marks, and the way to its dossier."""

    name: str
    code: str | None
    href: str | None


@dataclass(frozen=True, slots=True)
class EventLine:
    """One event for people. `day` is ISO, `when` as said; `source` who says so, empty where the article itself does."""

    href: str
    document: str
    title: str
    publisher: str | None
    id: str
    position: int
    day: str | None
    when: str
    place: str
    type: str
    mode: str | None
    quad: str
    score: float
    factuality: str
    polarity: str
    reciprocal: bool
    actor: tuple[PartyLine, ...]
    recipient: tuple[PartyLine, ...]
    source: str
    words: tuple[Words, ...]
    confidence: float
    made_by: str


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One statement: who, by which word, and the words said."""

    href: str
    document: str
    title: str
    day: str | None
    source: tuple[PartyLine, ...]
    cue: str
    kind: str
    addressee: str
    via: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StanceLine:
    """One stance: who is for or against what, with the sentence."""

    href: str
    document: str
    title: str
    day: str | None
    holder: tuple[PartyLine, ...]
    polarity: str
    strength: str
    object: str
    words: tuple[Words, ...]


def link_row(document: str, kind: str, position: int) -> str:
    """The address of a row in the reader."""
    return f"{make_address('/document', [('id', document)])}#{kind}-{position}"


def read_event_lines(reader: Reader, keys: Sequence[tuple[int, int]]) -> tuple[EventLine, ...]:
    """The lines of those (document number, position), in that order."""
    ids = reader.find_ids({n for n, _ in keys})
    wanted = {(ids[n], event) for n, event in keys}
    documents = reader.documents(list(ids.values()), EVENT_TABLES)
    lines = {
        (doc.id, n): make_event_line(doc, n)
        for doc in documents.values()
        for n in range(len(doc.events))
        if (doc.id, n) in wanted
    }
    # what was coded anew since the index was made may have fewer events
    return tuple(lines[key] for n, event in keys if (key := (ids[n], event)) in lines)


def make_event_line(doc: CodedDocument, position: int) -> EventLine:
    """The event at that position of its document."""
    event = doc.events[position]
    names = name_actors(doc)
    day = event.date.start if event.date and event.date.start else doc.published
    marks = [(m.span, "actor") for m in event.actor] + [(m.span, "recipient") for m in event.recipient]
    return EventLine(
        href=link_row(doc.id, "event", position),
        document=doc.id,
        title=say_title(doc),
        publisher=doc.publisher,
        id=event.id,
        position=position,
        day=day[:10] if day else None,
        when=say_date(event.date) if event.date else "",
        place=say_place(event),
        type=event.type,
        mode=event.mode,
        quad=event.quad,
        score=event.score,
        factuality=event.factuality,
        polarity=event.polarity,
        reciprocal=event.reciprocal,
        actor=make_parties(event.actor, names),
        recipient=make_parties(event.recipient, names),
        source=say_source(doc, event.according_to, names),
        words=cut_words(doc.text, event.sentence, [*marks, (event.trigger.span, "trigger")]),
        confidence=event.confidence,
        made_by=event.made_by,
    )


def make_quote_line(doc: CodedDocument, position: int) -> QuoteLine:
    """The statement at that position of its document."""
    said: Statement = doc.statements[position]
    names = name_actors(doc)
    return QuoteLine(
        href=link_row(doc.id, "statement", position),
        document=doc.id,
        title=say_title(doc),
        day=doc.published[:10] if doc.published else None,
        source=make_parties(said.source, names),
        cue=clean_line(said.cue.text) if said.cue else "goes on",
        kind=said.kind,
        addressee=say_members(said.addressee, names),
        via=say_members(said.via, names),
        words=tuple(clean_line(piece.text) for piece in said.content),
    )


def make_stance_line(doc: CodedDocument, position: int) -> StanceLine:
    """The stance at that position of its document."""
    stance: Stance = doc.stances[position]
    return StanceLine(
        href=link_row(doc.id, "stance", position),
        document=doc.id,
        title=say_title(doc),
        day=doc.published[:10] if doc.published else None,
        holder=make_parties(stance.holder, name_actors(doc)),
        polarity=stance.polarity,
        strength=stance.strength,
        object=clean_line(stance.object.text),
        words=cut_words(
            doc.text,
            stance.sentence,
            [*((m.span, "actor") for m in stance.holder), (stance.object.span, "object")],
        ),
    )


def make_parties(members: Sequence[Member], names: dict[str, str]) -> tuple[PartyLine, ...]:
    """The parties of a side, each once."""
    found: dict[PartyLine, None] = {}
    for member in members:
        key = member.id or member.code
        name = names.get(member.id or "", "") or (key if key else f"“{clean_line(member.text)}”")
        found[PartyLine(name, member.code, make_address("/actor", [("id", key)]) if key else None)] = None
    return tuple(found)


def name_actors(doc: CodedDocument) -> dict[str, str]:
    """Full names by id."""
    return {actor.id: clean_line(actor.name) for actor in doc.actors}


def say_title(doc: CodedDocument) -> str:
    """The headline, or that there is none."""
    return clean_line(doc.title) if doc.title and doc.title.strip() else "Without a title"


def say_place(event: Event) -> str:
    """ "Cairo (EGY)", or nothing."""
    if event.place is None:
        return ""
    return clean_line(event.place.text) + (f" ({event.place.country})" if event.place.country else "")


def say_source(doc: CodedDocument, ids: Sequence[str], names: dict[str, str]) -> str:
    """ "Xi Jinping (CHN.GOV), via Xinhua": on whose word it stands, the outermost first."""
    said = {statement.id: statement for statement in doc.statements}
    parts = []
    for statement in (said[id] for id in ids if id in said):
        part = say_members(statement.source, names) or "somebody unnamed"
        parts.append(part + (f", via {say_members(statement.via, names)}" if statement.via else ""))
    return "; ".join(dict.fromkeys(parts))


def cut_words(text: str, sentence: Span, marks: Sequence[tuple[Span, str]]) -> tuple[Words, ...]:
    """A sentence in pieces, with what is marked; of a long one the part around the marks.

    Where marks overlap the one that begins first, and then the later given, stands.
    """
    start, end = sentence
    inside = [(span, mark) for span, mark in marks if start <= span[0] < span[1] <= end]
    if end - start > WHOLE and inside:
        start = max(start, min(span[0] for span, _ in inside) - MARGIN)
        end = min(end, max(span[1] for span, _ in inside) + MARGIN)
    pieces: list[Words] = [Words("… ")] if start > sentence[0] else []
    at = start
    for (a, b), mark in sorted(inside, key=lambda m: m[0][0]):
        if a < at:
            continue
        if a > at:
            pieces.append(Words(text[at:a]))
        pieces.append(Words(text[a:b], mark))
        at = b
    if at < end:
        pieces.append(Words(text[at:end]))
    return (*pieces, Words(" …")) if end < sentence[1] else tuple(pieces)
