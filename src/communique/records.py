"""The records that come out of coding: what the JSON line of a document is made of.

All are frozen. A span is `(start, end)`, half open, in characters of the document's cleaned text;
`text[start:end]` equals the quoted piece, always.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

Span = tuple[int, int]
Factuality = Literal["asserted", "denied", "intended", "demanded", "hypothetical", "suspected", "recurring"]
Polarity = Literal["positive", "negative"]


@dataclass(frozen=True, slots=True)
class Piece:
    """Words quoted from the text, with where they stand."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Member:
    """One party of one side of an event, statement or stance.

    `text` and `span` are the words that name it at that place ("the two leaders" gives two members with
    the same span). `id` and `code` are None where the words name nobody in the dictionaries.
    """

    id: str | None
    code: str | None
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody of the document. `country` is ISO 3166 alpha-3, `sector` a PLOVER sector,
    `kind` one of state, person, office, organisation, group, people; `office` the one held at the article's date."""

    id: str
    name: str
    country: str | None
    sector: str | None
    office: str | None
    kind: str
    code: str | None
    mentions: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class DateRange:
    """An expression of time and the days it covers, both ends included, ISO 8601. None where it can't be told."""

    text: str
    span: Span
    start: str | None
    end: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A place an event happened at. Coordinates are WGS 84 degrees; None where the gazetteer has no such place."""

    text: str
    span: Span
    country: str | None = None
    lat: float | None = None
    lon: float | None = None
    geonameid: int | None = None


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit. `of` is what is counted or measured ("gas", "troops"), None where unsaid."""

    value: float
    unit: str
    text: str
    span: Span
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One coded event: who did what to whom, with its evidence.

    `type`, `mode`, `context` are PLOVER; `cameo` a CAMEO code as a string; `score` PLOVER's intensity;
    `quad` verbal/material cooperation/conflict. `polarity` is negative where the text says it did not happen.
    `according_to` holds ids of this document's statements, outermost first. `sentence` is the span read.
    """

    id: str
    type: str
    mode: str | None
    context: tuple[str, ...]
    cameo: str | None
    score: float
    quad: str
    actor: tuple[Member, ...]
    recipient: tuple[Member, ...]
    reciprocal: bool
    factuality: Factuality
    polarity: Polarity
    according_to: tuple[str, ...]
    date: DateRange | None
    place: Place | None
    quantities: tuple[Quantity, ...]
    trigger: Piece
    sentence: Span
    confidence: float
    made_by: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What somebody said. `cue` is None for a quote whose speaker is carried over from the sentence before.
    `via` is the channel that passed it on (a news agency); `parent` the statement it stands inside."""

    id: str
    source: tuple[Member, ...]
    cue: Piece | None
    content: tuple[Piece, ...]
    kind: Literal["direct", "mixed", "indirect"]
    addressee: tuple[Member, ...]
    via: tuple[Member, ...]
    parent: str | None
    confidence: float
    made_by: str


@dataclass(frozen=True, slots=True)
class StanceObject:
    """What a stance is for or against; `actors` are the ids of the actors its words name."""

    text: str
    span: Span
    actors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Stance:
    """Somebody is for or against something. `statement` is the id of the statement that carries it, if any."""

    id: str
    holder: tuple[Member, ...]
    polarity: Literal["support", "oppose"]
    object: StanceObject
    strength: Literal["weak", "plain", "strong"]
    statement: str | None
    sentence: Span
    confidence: float
    made_by: str


@dataclass(frozen=True, slots=True)
class DisputeSide:
    """What one side of a dispute holds, and on whose word: ids of the document's statements, or of its events where the
    article itself says so, and then `source` is empty. `words` are the words that say it."""

    source: tuple[Member, ...]
    statements: tuple[str, ...]
    events: tuple[str, ...]
    words: Piece


@dataclass(frozen=True, slots=True)
class Dispute:
    """Two that can't both be right: `claim` is affirmed by one, and `counter` denies it or says something contrary.

    Both are kept as they stand, and nothing says who is right. `object` are the words of the claim that are in dispute.
    `made_by` is the rule that paired them.
    """

    id: str
    claim: DisputeSide
    counter: DisputeSide
    object: Piece
    confidence: float
    made_by: str


@dataclass(frozen=True, slots=True)
class CodedDocument:
    """A document with everything found in it. `notes` says what could not be told or coded, in plain words."""

    id: str
    title: str | None
    published: str | None
    publisher: str | None
    url: str | None
    lang: str | None
    text: str
    actors: tuple[Actor, ...] = ()
    events: tuple[Event, ...] = ()
    statements: tuple[Statement, ...] = ()
    stances: tuple[Stance, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def to_dict(self) -> dict[str, Any]:
        """The JSON record as plain dicts and lists."""
        plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(self))
        return plain

    def to_json(self) -> str:
        """The JSON record: one line, keys in a fixed order."""
        return msgspec.json.encode(self).decode()


@dataclass(frozen=True, slots=True)
class Relation:
    """The PLOVER type that holds from one party to another in a sentence; `type` is None where none does."""

    type: str | None
    confidence: float
    factuality: Factuality


@dataclass(frozen=True, slots=True)
class Attitude:
    """How somebody speaks of or acts towards somebody in a sentence: `positive`, `negative` or `none`, with the
    probability the model gives it."""

    label: Literal["positive", "negative", "none"]
    confidence: float
