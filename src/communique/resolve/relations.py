"""What the relation model has to say: it types pairs no frame knows, and turns down frame events it finds to be none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from communique.annotate.parse import Parse
from communique.extract.events import EventFound, read_event
from communique.extract.frames import FrameMatch
from communique.extract.predicates import Predicate
from communique.extract.proposals import Proposal
from communique.extract.relate import Judgement, RelationModel
from communique.knowledge.ontology import Frame, Ontology
from communique.records import Event, Member
from communique.resolve.events import Parties, unique

MADE_BY = "model:relate"
# A pair no frame knows is coded only where the model is this sure of its type …
ACCEPT = 0.95
# … and an event whose frame is no surer than WEAK is dropped where the model is REJECT sure that there is none.
REJECT = 0.93
WEAK = 0.75
# Only these types are checked: sport and travel use their words. Of the others the model drops next to none.
CHECKED = frozenset({"ASSAULT", "CONSULT"})


@dataclass(frozen=True, slots=True)
class Pair:
    """A proposal between two parties that the model is asked about."""

    proposal: Proposal
    actor: Member
    recipient: Member


def find_pairs(proposals: Sequence[Proposal], parties: Parties) -> list[Pair]:
    """The proposals between parties of two countries. Within one country the sentences are politics at home, which the
    model was not taught."""
    pairs = []
    for proposal in proposals:
        actor = unique(tuple(m for p in proposal.actor for m in parties(p)))
        recipient = unique(tuple(m for p in proposal.recipient for m in parties(p)))
        one, other = (next((m for m in side if m.code), None) for side in (actor, recipient))
        if one and other and find_country(one) != find_country(other):
            pairs.append(Pair(proposal, one, other))
    return pairs


def to_question(parse: Parse, pair: Pair) -> tuple[str, str, str]:
    """The sentence and the words of both parties, as the model takes them."""
    first, past = parse.sentences[parse.sentence_of[pair.proposal.predicate.head]]
    return parse.slice(first, past), pair.actor.text, pair.recipient.text


def type_proposals(
    parse: Parse,
    predicates: dict[int, Predicate],
    pairs: Sequence[Pair],
    judged: Iterable[Judgement],
    ontology: Ontology,
    told: Sequence[EventFound],
) -> list[EventFound]:
    """The pairs that the model is sure of, as found events; `judged` is what it says of each.

    The model reads whole sentences: where a frame has found an event of the same type in the sentence (`told`), that
    is what it read ("took to the radio to accuse …"), and the verb of the proposal tells nothing of its own.
    """
    frames_tell = {(e.sentence, name) for e in told for name in (e.type, e.frame.type)}
    found = []
    for pair, (name, confidence, _) in zip(pairs, judged, strict=True):
        if name is None or confidence < ACCEPT or name not in ontology.types:
            continue
        if (parse.sentence_of[pair.proposal.predicate.head], name) in frames_tell:
            continue
        match = _to_match(pair.proposal, name, confidence)
        found.append(read_event(parse, predicates, match, ontology, MADE_BY))
    return found


def find_country(member: Member) -> str:
    """The country or organisation of a coded party."""
    return (member.code or "").partition(".")[0]


def check_events(parse: Parse, events: Sequence[Event], model: RelationModel) -> tuple[Event, ...]:
    """The events without those that a weak frame made and the model finds to be none."""
    doubtful = [
        e
        for e in events
        if e.type in CHECKED and e.confidence <= WEAK and e.recipient and e.made_by != MADE_BY
    ]
    rows = [(parse.text[slice(*e.sentence)], e.actor[0].text, e.recipient[0].text) for e in doubtful]
    dropped = {
        e.id
        for e, (name, confidence, _) in zip(doubtful, model.relate(rows), strict=True)
        if name is None and confidence >= REJECT
    }
    return tuple(e for e in events if e.id not in dropped)


def _to_match(proposal: Proposal, name: str, confidence: float) -> FrameMatch:
    """The proposal as the match of a frame that says no more than the model knows: a type."""
    frame = Frame(
        id=MADE_BY,
        type=name,
        kind="verb",
        actor=(),
        recipient=(),
        when=(),
        reciprocal=False,
        mode=None,
        cameo=None,
        context=(),
        confidence=confidence,
        factuality=None,
        needs_recipient=True,
        among_civilians=None,
        examples=(),
        none=(),
        file="",
        line=0,
    )
    return FrameMatch(frame, proposal.predicate, ((proposal.actor,),), ((proposal.recipient,),), frozenset())
