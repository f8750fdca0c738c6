"""Finds events: a frame that fits, its factuality, its mode and its contexts. Parties are still phrases here."""

from __future__ import annotations

from dataclasses import dataclass

from communique.annotate.parse import Parse
from communique.extract.factuality import read_factuality
from communique.extract.frames import FrameMatch, Sight, find_frames
from communique.extract.predicates import Predicate
from communique.extract.shifts import choose_shift
from communique.extract.vetoes import Topic, find_topics, is_vetoed, load_vetoes
from communique.knowledge.ontology import EventType, Frame, Ontology
from communique.records import Factuality, Polarity

_OTHER_CLAUSES = frozenset({"ccomp", "xcomp", "advcl", "relcl", "acl", "conj", "parataxis", "csubj", "pcomp"})


@dataclass(frozen=True, slots=True)
class EventFound:
    """An event before its parties are linked to actors; `sentence` is the number of its sentence. `type` is the
    frame's, or what an act still to come or refused is instead; `cameo` is None where mode or type tell it."""

    match: FrameMatch
    type: str
    cameo: str | None
    factuality: Factuality
    polarity: Polarity
    mode: str | None
    context: tuple[str, ...]
    sentence: int
    made_by: str

    @property
    def trigger(self) -> int:
        return self.match.predicate.head

    @property
    def is_shifted(self) -> bool:
        """Whether the type isn't what the words say, but what they come to: a visit planned is an agreement."""
        return self.type != self.frame.type

    @property
    def frame(self) -> Frame:
        return self.match.frame


def find_events(sight: Sight, ontology: Ontology) -> list[EventFound]:
    """All events of the document in text order."""
    parse, predicates = sight.parse, sight.predicates
    vetoes = load_vetoes()
    topics: dict[int, tuple[Topic, ...]] = {}
    found = []
    for match in find_frames(sight, ontology):
        trigger, frame = match.predicate.head, match.frame
        sentence = parse.sentence_of[trigger]
        if sentence not in topics:
            topics[sentence] = find_topics(parse, sentence, vetoes)
        if is_vetoed(frame.type, topics[sentence]):
            continue
        found.append(read_event(parse, predicates, match, ontology, f"frame:{frame.id}"))
    return found


def read_event(
    parse: Parse, predicates: dict[int, Predicate], match: FrameMatch, ontology: Ontology, made_by: str
) -> EventFound:
    """A match with its factuality, type, mode and contexts."""
    trigger, frame = match.predicate.head, match.frame
    near = clause_words(parse, match.predicate)
    reading = read_factuality(parse, predicates, trigger)
    shift = choose_shift(parse, frame.type, trigger, reading)
    event_type = shift.to if shift else frame.type
    return EventFound(
        match=match,
        type=event_type,
        cameo=shift.cameo.get(frame.type) if shift else frame.cameo,
        factuality=(shift and shift.factuality) or reading.label,
        polarity="positive" if shift and shift.factuality == "asserted" else reading.polarity,
        mode=choose_mode(None if shift else frame.mode, ontology.types[event_type], near),
        context=find_contexts(match, ontology, near),
        sentence=parse.sentence_of[trigger],
        made_by=made_by,
    )


def clause_words(parse: Parse, predicate: Predicate) -> list[str]:
    """Lemmas and lower-case forms of the predicate's own clause, nearest first: the trigger and what hangs on it or
    on its support verb, without other clauses."""
    words: list[str] = []
    queue = [predicate.head]
    if predicate.support is not None:
        queue.append(predicate.support)
    if predicate.particle is not None:
        words.append(predicate.lemma)
    seen: set[int] = set()
    for token in queue:
        if token in seen:
            continue
        seen.add(token)
        words += (parse.lemma[token], parse.lower[token])
        for c in parse.children[token]:
            if parse.dep[c] not in _OTHER_CLAUSES or parse.pos[c] in ("NOUN", "PROPN"):
                queue.append(c)
    return words


def choose_mode(given: str | None, event_type: EventType, near: list[str]) -> str | None:
    """The frame's mode, else the mode that the nearest word tells."""
    if given:
        return given
    told = [mode for mode in event_type.modes.values() if not mode.words.isdisjoint(near)]
    return next((mode.name for word in near for mode in told if word in mode.words), None)


def find_contexts(match: FrameMatch, ontology: Ontology, near: list[str]) -> tuple[str, ...]:
    """The frame's contexts and those that words of its clause tell, in the ontology's order."""
    told = {name for word in near for name in ontology.contexts_of.get(word, ())}.union(match.frame.context)
    return tuple(name for name in ontology.contexts if name in told) if told else ()
