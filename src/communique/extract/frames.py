"""Matches frames against predicates: which words name an event, and which phrases are its parties."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from communique.annotate.parse import Parse
from communique.extract.predicates import Predicate
from communique.knowledge.ontology import Frame, Ontology

# Prepositions whose phrase may belong to a verb or its object, whichever of them the parser hangs it on.
_ATTACHED = frozenset(
    [
        "with",
        "against",
        "to",
        "from",
        "for",
        "on",
        "in",
        "at",
        "over",
        "into",
        "near",
        "between",
        "toward",
        "towards",
    ]
)


# Particles that leave a verb what it is ("fired away at", "marched on"); "strike down" and "call out" are other verbs.
_MILD = frozenset({"away", "on", "together", "along", "in", "ahead", "around", "back"})

# Words of up to this many letters are small in headlines too.
_SHORT = 4


# Roles that no predicate holds.
_PSEUDO = frozenset({"self", "head", "bare", "infinitive", "speaker", "clause"})

How = Literal["itself", "owner", "place"]


@dataclass(frozen=True, slots=True)
class Party:
    """A phrase that may be a party: its head token, and how it is meant: `itself`, the `owner`s inside it, or the
    country of the `place` it names."""

    token: int
    how: How = "itself"


# Alternatives in order of preference; each is a union of paths, each path with the phrases it points at.
Sides = tuple[tuple[tuple[Party, ...], ...], ...]


@dataclass(frozen=True, slots=True)
class FrameMatch:
    """A frame that fits a trigger. `actor` and `recipient` are alternatives in order of preference; the resolver
    takes the first whose every path names somebody. `used` are tokens that stood in a word condition."""

    frame: Frame
    predicate: Predicate
    actor: Sides
    recipient: Sides
    used: frozenset[int]


@dataclass(frozen=True, slots=True)
class Sight:
    """What a frame can see: the parse, its predicates by token, whether a phrase may be a political actor, and who
    says what a token is part of: the source tokens of the innermost statement that holds it."""

    parse: Parse
    predicates: dict[int, Predicate]
    is_party: Callable[[int], bool]
    speaker: Callable[[int], tuple[int, ...]] = lambda token: ()


def find_frames(sight: Sight, ontology: Ontology) -> list[FrameMatch]:
    """The best-fitting frame of every trigger, in text order. Of a verb and the noun in its object that both fit
    ("expresses support"), the verb frame that asked for the noun stands alone."""
    matches: dict[int, FrameMatch] = {}
    for token, predicate in sight.predicates.items():
        frames = ontology.by_word.get((predicate.kind, predicate.lemma))
        if (
            frames is None
            and predicate.particle is not None
            and sight.parse.lower[predicate.particle] in _MILD
        ):
            frames = ontology.by_word.get((predicate.kind, sight.parse.lemma[token]))
        if frames is None and predicate.kind == "adj" and sight.parse.tag[token] in ("VBG", "VBN"):
            frames = ontology.by_word.get(("verb", predicate.lemma))
        if not frames or (predicate.kind == "noun" and is_in_name(sight.parse, token)):
            continue
        for frame in frames:
            match = match_frame(sight, predicate, frame)
            if match:
                matches[token] = match
                break
    used = {t for m in matches.values() if m.predicate.kind == "verb" for t in m.used}
    return [m for t, m in sorted(matches.items()) if not (m.predicate.kind == "noun" and t in used)]


def is_in_name(parse: Parse, token: int) -> bool:
    """Whether a noun is a word of a name ("the Party *Convention*", "the *War* on Drugs") rather than an act. In a headline
    every word has a capital, which says nothing."""
    first, past = parse.sentences[parse.sentence_of[token]]
    if token == first or not parse.word[token][0].isupper():
        return False
    small = 0
    for word in parse.word[first:past]:
        if len(word) > _SHORT and word[0].islower():
            if small:
                return True
            small += 1
    return False


def match_frame(sight: Sight, predicate: Predicate, frame: Frame) -> FrameMatch | None:
    """The match of one frame at one predicate, or None where a condition fails or nobody could be the actor."""
    used: set[int] = set()
    for path, wanted in frame.when:
        found = find_heads(sight, predicate, path)
        if wanted is True:
            fits = bool(found)
        elif wanted is False:
            fits = not found
        elif wanted == "actor":
            fits = any(map(sight.is_party, found))
        elif wanted == "no actor":
            fits = not any(map(sight.is_party, found))
        else:
            assert isinstance(wanted, frozenset)
            hits = [t for t in found if is_word(sight.parse, t, wanted)]
            if path != "head":
                used.update(hits)
            fits = bool(hits)
        if not fits:
            return None
    for path, words in frame.unless:
        if any(is_word(sight.parse, t, words) for t in find_heads(sight, predicate, path)):
            return None
    actor = find_sides(sight, predicate, frame.actor)
    if not actor:
        return None
    recipient = find_sides(sight, predicate, frame.recipient)
    return FrameMatch(frame, predicate, actor, recipient, frozenset(used))


def find_sides(sight: Sight, predicate: Predicate, alternatives: tuple[tuple[str, ...], ...]) -> Sides:
    """Each alternative of a side as the phrases its paths point at; one with a path that leads nowhere is left out."""
    sides = []
    for paths in alternatives:
        side = []
        for path in paths:
            phrases = find_tokens(sight, predicate, path)
            if not phrases:
                break
            side.append(tuple(phrases))
        else:
            sides.append(tuple(side))
    return tuple(sides)


def find_tokens(sight: Sight, predicate: Predicate, path: str) -> list[Party]:
    """The phrases a role path points at, from a predicate."""
    how = read_path(path)[2]
    return [Party(t, how) for t in find_heads(sight, predicate, path)]


def find_heads(sight: Sight, predicate: Predicate, path: str) -> Sequence[int]:
    """The head tokens of the phrases a role path points at, from a predicate."""
    if "." not in path:
        return find_role(sight, predicate, path)
    first, steps, _ = read_path(path)
    tokens = find_role(sight, predicate, first)
    for step in steps:
        if not tokens:
            break
        if step == "place":
            tokens = [t for t in tokens if sight.parse.pos[t] == "PROPN"]
        elif step == "pronoun":
            tokens = [t for t in tokens if sight.parse.pos[t] == "PRON"]
        elif step == "head":
            tokens = [sight.parse.head[t] for t in tokens if sight.parse.head[t] != t]
        else:
            inner = [sight.predicates[t] for t in tokens if t in sight.predicates]
            tokens = [t for p in inner for t in find_role(sight, p, step)]
    return tokens


@cache
def read_path(path: str) -> tuple[str, tuple[str, ...], How]:
    """A role path as its first role, the steps from there, and how what it ends at is meant."""
    first, *steps = path.split(".")
    for at, step in enumerate(steps):
        if step == "owner":
            return first, tuple(steps[:at]), "owner"
        if step in ("place", "pronoun"):
            return first, tuple(steps[: at + 1]), "place" if step == "place" else "itself"
    return first, tuple(steps), "itself"


def find_role(sight: Sight, predicate: Predicate, role: str) -> Sequence[int]:
    """The head tokens that fill one role, pseudo-roles (self, head, bare, infinitive, speaker, clause) included."""
    if role not in _PSEUDO:
        tokens = predicate.roles.get(role, ())
        return tokens if tokens or role not in _ATTACHED else find_loose_phrase(sight, predicate, role)
    if role == "self":
        return [predicate.head]
    if role == "head":
        up = sight.parse.head[predicate.head]
        return [up] if up != predicate.head else []
    if role == "bare":
        parse, head = sight.parse, predicate.head
        is_bare = parse.tag[head] == "VB" and not any(parse.dep[c] == "aux" for c in parse.children[head])
        return [head] if is_bare else []
    if role == "infinitive":
        parse, head = sight.parse, predicate.head
        return (
            [head]
            if any(parse.lower[c] == "to" and parse.dep[c] == "aux" for c in parse.children[head])
            else []
        )
    if role == "speaker":
        return sight.speaker(predicate.head)
    return find_clause_subject(sight, predicate.head)


def find_loose_phrase(sight: Sight, predicate: Predicate, preposition: str) -> Sequence[int]:
    """The phrases of a preposition that the parser hung on the neighbour of the word they belong to: a verb's on its
    object ("shared intelligence *with Norway*"), an object's on its verb ("mentioned his attendance *at the games*")."""
    parse, predicates = sight.parse, sight.predicates
    head = predicate.head
    if predicate.kind == "verb":
        near = predicate.get("object")
    elif predicate.kind == "noun" and parse.dep[head] == "dobj":
        near = (parse.head[head],)
    else:
        return ()
    found: list[int] = []
    for t in near:
        if t in predicates:
            phrases = predicates[t].get(preposition)
            found += [t2 for t2 in phrases if t2 > head and parse.lemma[t2] != predicate.lemma]
    return found


def find_clause_subject(sight: Sight, token: int) -> tuple[int, ...]:
    """The subject of the nearest verb above a noun: who is talked about where the noun itself names nobody."""
    parse = sight.parse
    while parse.head[token] != token:
        token = parse.head[token]
        above = sight.predicates.get(token)
        if above is not None and above.kind == "verb":
            return above.get("subject") or (above.get("object") if above.passive else ())
    return ()


def is_word(parse: Parse, token: int, words: frozenset[str]) -> bool:
    """Whether a phrase's head, its particle verb or a compound right before its head is one of the words."""
    if parse.lemma[token] in words or parse.lower[token] in words:
        return True
    for child in parse.children[token]:
        if parse.dep[child] == "prt" and f"{parse.lemma[token]} {parse.lower[child]}" in words:
            return True
        if parse.dep[child] in ("compound", "amod", "nmod"):
            if f"{parse.lower[child]} {parse.lemma[token]}" in words:
                return True
            if parse.pos[child] != "ADJ" and parse.lemma[child] in words:
                return True
    return False
