"""Coordinated verbs that the parser hung too low: "Oslo holds that the fjord is Norwegian and rejects the claim"."""

from __future__ import annotations

from collections.abc import Callable

from communique.annotate.parse import Parse
from communique.extract.predicates import Predicate

_OWN = frozenset({"nsubj", "nsubjpass", "expl", "aux", "mark"})


def find_outer_subject(
    parse: Parse, predicates: dict[int, Predicate], token: int, is_party: Callable[[int], bool]
) -> tuple[int, ...]:
    """The subject of the clause above, where a verb coordinated inside a complement belongs to that clause.

    Told by two signs: the tense of the upper verb, and a subject that can't be meant below, since nothing repeats its
    own name where "its" would do ("Taiwan rejects Taiwanese independence") or since it names nobody. Else empty.
    """
    if parse.dep[token] != "conj" or any(parse.dep[c] in _OWN for c in parse.children[token]):
        return ()
    lower = parse.head[token]
    if parse.dep[lower] != "ccomp" or parse.tag[token] not in ("VBZ", "VBP", "VBD"):
        return ()
    upper = predicates.get(parse.head[lower])
    if upper is None or upper.kind != "verb" or parse.tag[upper.head] != parse.tag[token]:
        return ()
    inner = predicates[token].get("subject") if token in predicates else ()
    if not inner or inner == upper.get("subject"):
        return ()
    first, past = parse.subtree(token)
    names = {parse.lower[t][:5] for t in inner if parse.pos[t] == "PROPN" or parse.ent[t]}
    repeats = any(
        parse.lower[t][:5] in names for t in range(max(first, token), past) if parse.pos[t] in ("PROPN", "ADJ")
    )
    if repeats or not any(is_party(t) for t in inner):
        return upper.get("subject")
    return ()
