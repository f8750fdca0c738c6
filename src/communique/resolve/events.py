"""Turns found events into records: parties become actors, and date, place and quantities are attached."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from communique.annotate.parse import Parse
from communique.extract.events import EventFound
from communique.extract.frames import Party, Sides
from communique.knowledge.ontology import NO_EVENT, EventType, Ontology
from communique.knowledge.reference import load_reference_words
from communique.records import DateRange, Event, Member, Piece, Place, Quantity
from communique.resolve.answered import find_answered
from communique.resolve.ids import make_id

# Sectors that act in politics only upon others: a contract between two firms is none, nor a singer's quarrel.
_PRIVATE = frozenset({"BUS", "MNC", "JRN", "EDU", "CVL", "AGR", "MED"})
# A nation lends its code to those in it, from it or called by it: "a court in Lyon", "officials from Greece".
_HOME = frozenset({"in", "from"})

# Sectors that act for a state or an armed group.
_PUBLIC = frozenset({"GOV", "MIL", "COP", "SPY", "REB", "UAF", "PRE"})
# Sectors that attack in words.
_CIVIL = frozenset({"PTY", "LEG", "ELI", "JRN", "OPP", "JUD", "BUS", "CVL", "EDU", "SOC", "LAB", "REL"})
# What is done without a recipient as often as not.
_TO_NOBODY = frozenset({"PROTEST", "MOBILIZE", "ASSAULT", "COERCE", "RETREAT"})

# What binds two parties that are somebody: a promise "to form a task force" has no recipient.
_BETWEEN_KNOWN = frozenset({"AGREE", "COOPERATE", "AID"})
# What takes somebody in particular: that "some voters" back or reject a politician is no act of theirs.
_BY_SOMEBODY = frozenset({"SUPPORT", "AGREE", "REJECT", "AID", "COOPERATE", "CONSULT", "CONCEDE"})

Parties = Callable[[Party], tuple[Member, ...]]


def build_events(
    parse: Parse,
    found: Sequence[EventFound],
    ontology: Ontology,
    parties: Parties,
    attach: Callable[[int], tuple[DateRange | None, Place | None, tuple[Quantity, ...]]],
    according_to: Callable[[int], tuple[str, ...]],
    document_id: str,
) -> tuple[Event, ...]:
    """Event records in text order. An event whose actor names nobody is dropped (no actor, no event), and so is a
    second one of the same type between the same parties in the same clause chain (a verb and the noun it governs)."""
    events: list[tuple[EventFound, Event]] = []
    alike: defaultdict[tuple[int, str], list[int]] = defaultdict(list)
    for item in found:
        event = build_event(parse, item, ontology, parties, attach, according_to, document_id, events)
        if event is None:
            continue
        near = alike[item.sentence, event.type]
        twin = next((i for i in near if is_same(parse, *events[i], item, event)), None)
        if twin is None:
            near.append(len(events))
            events.append((item, event))
        elif rank(item) > rank(events[twin][0]):
            events[twin] = (item, event)
    return tuple(event for _, event in events)


def rank(item: EventFound) -> tuple[bool, bool, float]:
    """Of two words for one event, which is kept: what the words say before what they come to, a frame before the
    model, then the surer."""
    return not item.is_shifted, item.made_by.startswith("frame:"), item.frame.confidence


def build_event(
    parse: Parse,
    item: EventFound,
    ontology: Ontology,
    parties: Parties,
    attach: Callable[[int], tuple[DateRange | None, Place | None, tuple[Quantity, ...]]],
    according_to: Callable[[int], tuple[str, ...]],
    document_id: str,
    earlier: Sequence[tuple[EventFound, Event]] = (),
) -> Event | None:
    """One event record, or None where nobody is named as its actor. `earlier` are the document's events so far."""
    frame = item.frame
    event_type = ontology.types[item.type]
    at_home = lend_countries(parse, parties)
    actor = first_named(item.match.actor, at_home)
    recipient = first_named(item.match.recipient, at_home, apart_from=actor)
    if not any(m.code for m in recipient):
        recipient = find_answered(parse, item, actor, earlier) or recipient
    own = find_own(parse, item.match.recipient, at_home, actor)
    together = act_together(item, actor)
    if recipient and own.issuperset(recipient) and not together:
        return None
    recipient = tuple(
        m for m in recipient if m not in own and (m.code or m.id or item.type not in _BETWEEN_KNOWN)
    )
    both = {m.id or m.text for m in actor} & {m.id or m.text for m in recipient}
    if 0 < len(both) < len(actor):
        # "Norwegian mediation between A and B": what is told as a recipient is no actor as well
        actor = tuple(m for m in actor if (m.id or m.text) not in both)
    taken = {m.id or m.text for m in actor}
    spans = {m.span for m in actor}  # a place is no recipient of its own people: "the annexation of Crimea"
    others = tuple(m for m in recipient if (m.id or m.text) not in taken and m.span not in spans)
    if not actor or (recipient and not others and not together):
        return None  # nobody, or somebody upon himself: "shot itself in the foot"
    recipient = others
    reciprocal = frame.reciprocal and len(actor) + len(recipient) > 1
    reciprocal = reciprocal or (together and not recipient)
    if not any(is_political(m, item.type) for m in actor + recipient):
        return None
    if item.type in _BY_SOMEBODY and not any(m.code or m.id for m in actor):
        return None
    if not has_enough_parties(item, event_type, actor, recipient):
        return None
    type_name, mode_name, cameo = item.type, item.mode, item.cameo
    if frame.among_civilians and are_civilians(actor, recipient):
        if frame.among_civilians == NO_EVENT:
            return None  # "flawlessly executed his plan", "won back control of the House"
        type_name, cameo = frame.among_civilians, None
        event_type = ontology.types[type_name]
        mode_name = next(iter(event_type.modes), None)
    mode = event_type.modes.get(mode_name or "")
    trigger = item.trigger
    date, place, quantities = attach(trigger)
    first, past = parse.sentences[item.sentence]
    span = (parse.start[trigger], parse.end[trigger])
    parts = [document_id, type_name, str(span), *(str(m.span) + str(m.id) for m in actor + recipient)]
    factuality = item.factuality
    if frame.factuality and factuality == "asserted":
        factuality = frame.factuality  # type: ignore[assignment]
    return Event(
        id=make_id("e", parts),
        type=type_name,
        mode=mode_name,
        context=item.context,
        cameo=cameo or (mode.cameo if mode and mode.cameo else event_type.cameo),
        score=mode.score if mode else event_type.score,
        quad=event_type.quad,
        actor=actor,
        recipient=recipient,
        reciprocal=reciprocal,
        factuality=factuality,
        polarity=item.polarity,
        according_to=according_to(trigger),
        date=date,
        place=place,
        quantities=quantities,
        trigger=Piece(parse.text[span[0] : span[1]], span),
        sentence=(parse.start[first], parse.end[past - 1]),
        confidence=round(frame.confidence, 3),
        made_by=item.made_by,
    )


def find_own(parse: Parse, sides: Sides, parties: Parties, actor: tuple[Member, ...]) -> set[Member]:
    """What is the actor's own among the recipients: "defended *his business*", "gave millions to *his campaign*". His own
    generals or ministers are others, and so are those set beside him: "bombed its people", "its ally"."""
    codes = {m.code for m in actor}
    own: set[Member] = set()
    for party in (p for side in sides for path in side for p in path):
        owner = parse.child(party.token, "poss")
        if (
            owner is None
            or parse.lemma[party.token] in load_reference_words().not_own
            or parse.pos[owner] != "PRON"
            or codes.isdisjoint(m.code for m in parties(Party(owner)))
        ):
            continue
        own.update(
            m for m in parties(party) if m.code in codes or m.code is None or find_sector(m) in _PRIVATE
        )
    return own


def has_enough_parties(
    item: EventFound, event_type: EventType, actor: tuple[Member, ...], recipient: tuple[Member, ...]
) -> bool:
    """Whether an event has the parties its type asks for.

    A meeting takes two with a code, or an organisation that meets. What a politician says or does to nobody in particular is
    domestic noise; a government's, an army's or an organisation's word counts without an addressee.
    """
    coded = sum(bool(m.code) for m in actor + recipient)
    if item.frame.type == "CONSULT":
        if recipient and not any(m.code for m in recipient):
            return False  # a state of a federation, a town nobody knows
        if recipient and {country_of(m) for m in actor} == {country_of(m) for m in recipient}:
            return False  # a politician goes to parliament, a case to court
        # organisations have names, states three letters
        return (
            coded > 1
            or is_bloc(actor)
            or any(len(m.code or "RUS") != 3 and "." not in (m.code or "") for m in actor)
        )
    if item.frame.needs_recipient and not any(m.code for m in recipient):
        return item.frame.reciprocal and len(actor) > 1
    if recipient:
        return coded > 0
    if event_type.recipient == "required":
        return len(actor) > 1 and (item.frame.reciprocal or act_together(item, actor))
    if item.type in _TO_NOBODY:
        return True
    return any(is_public(m) for m in actor)


def act_together(item: EventFound, actor: tuple[Member, ...]) -> bool:
    """Whether parties of several countries do with each other what the frame tells of none else: "Ethiopia and Somalia
    agreed to end …"."""
    return item.frame.together and len({country_of(m) for m in actor if m.code}) > 1


def is_bloc(members: tuple[Member, ...]) -> bool:
    """Whether a dictionary's bloc without a code is among them."""
    return any((m.id or "").startswith("group.") for m in members)


def is_public(member: Member) -> bool:
    """Whether somebody acts for a state, an organisation or an armed group, or is a body of his own: a parliament."""
    if member.code is None:
        return is_bloc((member,))
    sector = find_sector(member)
    return not sector or sector in _PUBLIC or member.id == member.code


def are_civilians(actor: tuple[Member, ...], recipient: tuple[Member, ...]) -> bool:
    """Whether nobody of them fights: politicians "attack" each other, and newspapers a plan. A person in government is one
    as long as he does not turn against a state."""
    against_state = any(m.code and "." not in m.code for m in recipient)
    return all(
        find_sector(m) in _CIVIL or (find_sector(m) == "GOV" and m.id != m.code and not against_state)
        for m in actor
    )


def country_of(member: Member) -> str | None:
    """What stands before the dot of a code."""
    return member.code.partition(".")[0] if member.code else None


def find_sector(member: Member) -> str:
    """The sector behind the dot of a code; a code without one stands for itself only where it is a kind of party."""
    code = member.code or ""
    return code if code in _PRIVATE else code.partition(".")[2]


def is_political(member: Member, event_type: str) -> bool:
    """Whether a party makes an event political. Businesses, media, citizens and the like among themselves do not,
    but for protests; nor does somebody of whom nothing but a name is known."""
    if member.code is None:
        return (member.id or "").startswith("group.")  # "the West": a bloc of the dictionary without a code
    return event_type == "PROTEST" or find_sector(member) not in _PRIVATE


def lend_countries(parse: Parse, parties: Parties) -> Parties:
    """Parties with a country told behind "in" or "from", or by an adjective, lent to those that have no code of their own."""

    def members(party: Party) -> tuple[Member, ...]:
        found = parties(party)
        if party.how != "itself" or not found or any(m.code for m in found):
            return found
        nouns = [
            noun
            for child in parse.children[party.token]
            if parse.dep[child] == "prep" and parse.lower[child] in _HOME
            for noun in parse.children[child]
            if parse.dep[noun] == "pobj"
        ]
        nouns += [c for c in parse.children[party.token] if parse.dep[c] in ("amod", "compound", "nmod")]
        homes = [
            home
            for noun in nouns
            for token in parse.conjuncts(noun)
            for home in parties(Party(token)) or parties(Party(token, "place"))
            if home.code and "." not in home.code
        ]
        first = found[0]
        return tuple(Member(first.id, home.code, first.text, first.span) for home in homes) or found

    return members


def first_named(
    alternatives: Sides, parties: Parties, apart_from: Sequence[Member] = ()
) -> tuple[Member, ...]:
    """The members of the first alternative whose every path names somebody, and one of them with a code; else one of
    them with an id; else of the first that names anybody at all. An alternative that names only who is in
    `apart_from` is taken last: in "lifted its embargo on Peru" the possessor is no recipient."""
    others = {m.id or m.text for m in apart_from}
    known: tuple[Member, ...] = ()
    nameless: tuple[Member, ...] = ()
    named: set[int] = set()
    for side in alternatives:
        if named and all(
            party.how == "place" and party.token not in named for path in side for party in path
        ):
            continue  # whom they killed is told by name: where is no recipient
        paths = [[m for party in path for m in parties(party)] for path in side]
        if not all(paths):
            continue
        members = unique(tuple(m for path in paths for m in path))
        if any(m.code and (m.id or m.text) not in others for m in members):
            return members
        if any(m.id for m in members):
            known = known or members
            named.update(party.token for path in side for party in path)
        nameless = nameless or members
    return known or nameless


def unique(members: tuple[Member, ...]) -> tuple[Member, ...]:
    """Each actor once, at its first words."""
    kept: dict[object, Member] = {}
    for member in members:
        kept.setdefault(member.id or (member.code, member.text), member)
    return tuple(kept.values())


def is_same(parse: Parse, a: EventFound, old: Event, b: EventFound, new: Event) -> bool:
    """Whether two events of a sentence and a type are one told by two words: same parties, one trigger governing the
    other."""
    sides = [{m.id or m.text for m in e.actor + e.recipient} for e in (old, new)]
    if old.type == "ASSAULT" and parse.tag[b.trigger] == "VBG" and parse.dep[b.trigger] == "advcl":
        # whom an attack kills are its victims: "its warplanes shelled the town, killing ten people"
        one = {country_of(m) for m in old.actor} == {country_of(m) for m in new.actor}
        others = new.recipient if one else new.actor + new.recipient
        sides[1] = {m.id or m.text for m in others if m.id or m.code}
    if not (sides[0] <= sides[1] or sides[1] <= sides[0]):
        return False
    return is_part(parse, a.trigger, b.trigger) or is_part(parse, b.trigger, a.trigger)


def is_part(parse: Parse, token: int, of: int) -> bool:
    """Whether a word governs another, and not only as the first of two verbs: "condemned the raid and opened an inquiry"
    tells of two acts."""
    while parse.head[token] != token and token != of:
        if parse.dep[token] == "conj" and parse.pos[token] == "VERB":
            return False
        token = parse.head[token]
    return token == of
