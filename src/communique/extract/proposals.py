"""Pairs of parties that a verb relates though no frame knows the verb. The relation model decides what they are."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from communique.extract.frames import Party, Sight, find_tokens
from communique.extract.predicates import Predicate

# Where the other party of a verb stands, likeliest first: a path and the role it begins with.
_OTHER_SIDE = tuple(
    (path, path.partition(".")[0])
    for path in (
        "object",
        "indirect",
        "against",
        "with",
        "to",
        "on",
        "at",
        "from",
        "into",
        "for",
        "object.owner",
    )
)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A verb with a party as its subject and another on its other side."""

    predicate: Predicate
    actor: tuple[Party, ...]
    recipient: tuple[Party, ...]


def find_proposals(sight: Sight, known: Container[int], spoken: Container[str]) -> list[Proposal]:
    """Verbs between two parties, in text order, save those that already have a frame (`known` triggers) and those of
    saying and thinking (`spoken` lemmas), whose content is coded by itself."""
    proposals = []
    for token, predicate in sight.predicates.items():
        if predicate.kind != "verb" or token in known or predicate.lemma in spoken:
            continue
        actor = tuple(Party(t) for t in predicate.get("subject") if sight.is_party(t))
        if not actor:
            continue
        objects = [sight.predicates[t].roles for t in predicate.get("object") if t in sight.predicates]
        filled = set(predicate.roles).union(*objects)
        for path in [path for path, role in _OTHER_SIDE if role in filled]:
            found = tuple(
                p for p in find_tokens(sight, predicate, path) if sight.is_party(p.token) and p not in actor
            )
            if found:
                proposals.append(Proposal(predicate, actor, found))
                break
    return sorted(proposals, key=lambda p: p.predicate.head)
