"""Hangs participles where they belong that the parser hangs on the verb of saying.

In "Oslo accused Rome of shelling a ferry, killing four" the parser has Oslo kill: what follows from an act is hung on the
accusation. What is alleged would be told as done, and by who alleges it.
"""

from __future__ import annotations

from communique.annotate.parse import Parse
from communique.knowledge.cues import load_cues
from communique.knowledge.language import load_grammar

_BLAMED_FOR = frozenset({"of", "for"})


def hang_participles(parse: Parse) -> None:
    """Puts right "accused Rome of *shelling* Oslo" where the parser takes the participle for an adjective, and "…,
    *killing* four" behind what somebody is accused of or is said to have done."""
    for t, kind in enumerate(parse.tag):
        if kind != "VBG":
            continue
        if parse.dep[t] == "amod" and t and parse.lower[t - 1] == "of":
            _make_complement(parse, t)
        elif (
            parse.dep[t] == "advcl"
            and parse.head[t] < t
            and parse.lower[t - 1] == ","
            and _is_result(parse, t)
        ):
            act = _find_act(parse, t)
            if act is not None:
                parse.head[t] = act
                parse.dep[t] = "advcl" if parse.pos[act] in ("VERB", "AUX") else "acl"


def _is_result(parse: Parse, t: int) -> bool:
    """Whether what is done comes of an act told before, not of saying so: all that an accuser does besides is speak."""
    grammar, done = load_grammar(), parse.lemma[t]
    if done in grammar.results:
        return True
    accuses = parse.lemma[parse.head[t]] in grammar.blaming
    return accuses and done not in grammar.remarks and done not in load_cues().verbs


def _make_complement(parse: Parse, t: int) -> None:
    dep, head = parse.dep, parse.head
    noun, preposition = head[t], t - 1
    accuses = parse.lemma[head[preposition]] in load_grammar().blaming
    if head[noun] == preposition and dep[noun] == "pobj" and accuses:
        parse.pos[t], dep[t], head[t] = "VERB", "pcomp", preposition
        dep[noun], head[noun] = "dobj", t


def _find_act(parse: Parse, t: int) -> int | None:
    """What somebody is accused of, or is said to have done, before a participle; None where it is nothing of the kind."""
    dep, head = parse.dep, parse.head
    verb = head[t]
    if any(head[i] == t and dep[i] in ("mark", "nsubj", "nsubjpass") for i in range(verb + 1, t)):
        return None
    below = [i for i in range(verb + 1, t) if head[i] == verb]
    acts = [i for i in below if dep[i] == "ccomp"]
    if parse.lemma[verb] in load_grammar().blaming:
        acts += [
            i
            for p in below
            if dep[p] == "prep" and parse.lower[p] in _BLAMED_FOR
            for i in range(p + 1, t)
            if head[i] == p and dep[i] in ("pcomp", "pobj")
        ]
    return acts[-1] if acts else None
