"""Whether an event is said to have happened: by what governs its words, never by a list of words alone.

From the trigger up the tree, everything that governs it is asked what it does to what it governs: negation and modals
of its own clause, conditional conjunctions, verbs and nouns of denying, planning, demanding, fearing. The innermost
speaks first and the outermost has the last word, so that in "denied that it had threatened to attack" the attack is
intended, then denied.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from communique.annotate.parse import Parse
from communique.extract.predicates import Predicate
from communique.knowledge.language import load_grammar
from communique.knowledge.load import DATA, load_toml
from communique.records import Factuality, Polarity

_CLAUSAL = frozenset({"ccomp", "xcomp", "csubj", "csubjpass"})
MAX_DEPTH = 12


class _Operator(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    label: str
    words: list[str]
    over: list[str]


class _FactualityFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    operator: list[_Operator]
    modal: dict[str, list[str]]
    conditional: dict[str, list[str]]
    negation: dict[str, list[str]]
    presupposed: dict[str, list[str]]
    performed: dict[str, list[str]]
    recurring: dict[str, list[str]]
    hedge: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Operators:
    """The factuality words, looked up by (word, way of governing)."""

    label: dict[tuple[str, str], str]
    modal: dict[str, str]
    conditional: dict[str, str]
    negation: frozenset[str]
    negating_prepositions: frozenset[str]
    negating_determiners: frozenset[str]
    presupposed: frozenset[str]
    performing: frozenset[str]
    performed: frozenset[str]
    recurring: frozenset[str]
    every: frozenset[str]
    periods: frozenset[str]
    hedge: dict[str, str]


@cache
def load_operators() -> Operators:
    """The shipped factuality words."""
    file = load_toml(DATA / "language" / "factuality.toml", _FactualityFile)
    label: dict[tuple[str, str], str] = {}
    for operator in file.operator:
        for word in operator.words:
            for way in operator.over:
                label.setdefault((word, way), operator.label)

    def invert(table: dict[str, list[str]]) -> dict[str, str]:
        return {word: name for name, words in table.items() for word in words}

    return Operators(
        label=label,
        modal=invert(file.modal),
        conditional=invert(file.conditional),
        negation=frozenset(file.negation["words"]),
        negating_prepositions=frozenset(file.negation["prepositions"]),
        negating_determiners=frozenset(file.negation["determiners"]),
        presupposed=frozenset(file.presupposed["words"]),
        performing=frozenset(file.performed["verbs"]),
        performed=frozenset(file.performed["nouns"]),
        recurring=frozenset(file.recurring["words"]),
        every=frozenset(file.recurring["phrases"]),
        periods=frozenset(file.recurring["nouns"]),
        hedge=invert(file.hedge),
    )


@dataclass(frozen=True, slots=True)
class Reading:
    """The factuality of an event and the tokens that decided it, innermost first."""

    label: Factuality
    polarity: Polarity
    by: tuple[int, ...]


def read_factuality(
    parse: Parse, predicates: dict[int, Predicate], trigger: int, operators: Operators | None = None
) -> Reading:
    """Reads the factuality of the event at `trigger`."""
    return _Reader(parse, predicates, operators or load_operators()).read(trigger)


class _Reader:
    def __init__(self, parse: Parse, predicates: dict[int, Predicate], operators: Operators) -> None:
        self.p = parse
        self.predicates = predicates
        self.o = operators
        self.label = "asserted"
        self.negative = False
        self.by: list[int] = []

    def read(self, trigger: int) -> Reading:
        p = self.p
        node = trigger
        self.own_words(node, shared=False)
        for _ in range(MAX_DEPTH):
            up = p.head[node]
            if up == node:
                break
            nxt = self.step(node, up)
            if nxt is None:
                break
            node = nxt
        if self.label == "asserted" and self.is_habit(trigger):
            self.label = "recurring"
        polarity: Polarity = "negative" if self.negative else "positive"
        return Reading(_as_label(self.label), polarity, tuple(self.by))

    def step(self, node: int, up: int) -> int | None:
        """Applies what lies between `node` and the next governor; returns that governor, or None at a barrier."""
        p = self.p
        dep = p.dep[node]
        if dep == "conj":
            # coordinated verbs share the auxiliary and the governor of the first, unless they have their own subject
            if p.pos[node] in ("VERB", "AUX"):
                own = {p.dep[c] for c in p.children[node]}
                if not own & {"nsubj", "nsubjpass", "expl"}:
                    self.own_words(up, shared=not own & {"aux", "neg"})
            elif p.pos[up] in ("NOUN", "PROPN"):
                self.noun_words(up, of_first=True)
            return up
        if dep in _CLAUSAL:
            if not self.is_finite(node):
                self.govern(up, "infinitive")
            self.govern(up, "raising" if self.is_raising(up) else "comp")
            self.enter(up)
            return up
        if dep == "advcl":
            if self.is_purpose(node):
                predicate = self.predicates.get(up)
                if predicate is not None and node in predicate.get("comp"):
                    self.govern(up, "infinitive")
                    self.govern(up, "comp")
                    self.enter(up)
                    return up
                self.apply("intended", node)
                return None
            return None
        if dep == "acl":
            if p.pos[up] in ("NOUN", "PROPN") and (
                p.tag[node] == "VB" or self.p.child(node, "mark") is not None or self.has_to(node)
            ):
                self.govern(up, "comp")
                self.enter(up)
                return up
            return None
        if dep == "relcl":
            return None
        if dep in ("dobj", "nsubjpass", "nsubj", "attr", "oprd", "acomp"):
            if p.pos[up] not in ("VERB", "AUX"):
                return up
            way = "object" if dep in ("dobj", "nsubjpass") else "subject" if dep == "nsubj" else "attr"
            said = p.lemma[node] in self.o.performed and p.lemma[up] in self.o.performing
            if way in ("object", "subject") and not said:
                self.govern(up, way)
                if dep == "nsubj":
                    # "an attack is unlikely": the predicate noun or adjective judges its subject
                    for c in p.children[up]:
                        if p.dep[c] in ("acomp", "attr") and p.lemma[up] in (
                            "be",
                            "seem",
                            "appear",
                            "remain",
                            "become",
                        ):
                            self.govern(c, "subject")
            if dep == "nsubj" and p.lemma[up] != "be":
                return None
            self.enter(up)
            return up
        if dep == "pobj" or dep == "pcomp":
            return self.preposition(node, up)
        if dep in ("prep", "agent", "dative"):
            return up
        if dep in ("amod", "compound", "nmod", "poss", "appos"):
            if dep == "compound" or dep == "amod":
                self.govern(up, "of")  # "invasion plans", "attack fears"
                return up
            return None
        return up if dep in ("aux", "auxpass", "prt", "dep", "npadvmod", "cc") else None

    def preposition(self, node: int, up: int) -> int | None:
        p = self.p
        word = p.lower[up]
        if word in self.o.negating_prepositions:
            self.deny(up)
        governor = p.head[up]
        if governor == up:
            return None
        if p.pos[governor] == "ADP":
            governor = p.head[governor]
        if word in ("in", "of", "to") and p.lower[governor] in ("case", "event"):
            self.apply("hypothetical", governor)
        support = self.predicates.get(node)
        leans = support is not None and support.support == governor
        if leans and word == "in":
            return None  # "stayed away in protest": the protest is as real as the words say, whatever was not done
        changed = self.govern(governor, word)
        if p.pos[governor] in ("VERB", "AUX", "ADJ"):
            if changed or leans or p.dep[node] == "pcomp" or word == "as":
                self.enter(governor)
                return governor
            return None
        return governor if changed or p.lemma[governor] in load_grammar().transparent else None

    def enter(self, token: int) -> None:
        """The negation, modals and conditions of a governing clause."""
        lemma = self.p.lemma[token]
        if lemma in self.o.presupposed and self.label == "asserted":
            return
        self.own_words(token, shared=False)

    def own_words(self, token: int, shared: bool) -> None:
        """Negation, modality, conditions and hedges of one clause or noun phrase."""
        p, o = self.p, self.o
        if p.pos[token] in ("NOUN", "PROPN", "PRON"):
            self.noun_words(token)
            if p.dep[token] not in ("attr", "ROOT"):
                return
        for c in p.children[token]:
            dep, lower = p.dep[c], p.lower[c]
            if dep == "aux" and lower in o.modal:
                self.apply(o.modal[lower], c)
            elif dep == "aux" and p.lemma[c] == "have" and p.tag[token] == "VB":
                continue
            elif dep == "neg" or (
                dep in ("advmod", "preconj", "cc")
                and lower in o.negation
                and lower != "no"
                and lower != "nor"
            ):
                self.deny(c)
            elif dep == "advmod" and lower in o.hedge:
                self.apply(o.hedge[lower], c)
            elif (
                dep in ("mark", "advmod")
                and lower in o.conditional
                and p.dep[token] in ("advcl", "ccomp", "pcomp", "ROOT", "conj", "relcl", "acl")
            ):
                if not (lower in ("once", "until", "till") and p.tag[token] in ("VBD", "VBN")):
                    self.apply(o.conditional[lower], c)
            elif (
                dep in ("nsubj", "nsubjpass")
                and any(p.lower[d] in o.negating_determiners for d in p.children[c] if p.dep[d] == "det")
            ) or (dep in ("nsubj", "nsubjpass") and p.lower[c] in ("nobody", "none", "neither", "nothing")):
                self.deny(c)

    def noun_words(self, token: int, of_first: bool = False) -> None:
        p, o = self.p, self.o
        for c in p.children[token]:
            if p.dep[c] == "det" and p.lower[c] in o.negating_determiners:
                self.deny(c)
            elif p.dep[c] in ("amod", "compound") and not of_first:
                label = o.label.get((p.lower[c], "mod"))
                if label:
                    self.apply(label, c)

    def govern(self, governor: int, way: str) -> bool:
        """Applies the operator at `governor`, if it governs in that way. True where it does."""
        p = self.p
        lemma = p.lemma[governor]
        particle = next((p.lower[c] for c in p.children[governor] if p.dep[c] == "prt"), None)
        word = f"{lemma} {particle}" if particle and (f"{lemma} {particle}", way) in self.o.label else lemma
        label = self.o.label.get((word, way)) or self.o.label.get((p.lower[governor], way))
        if label is None:
            return False
        if label == "denied":
            self.deny(governor)
        else:
            self.apply(label, governor)
        return True

    def is_raising(self, token: int) -> bool:
        """Passive verbs of saying and thinking: "is believed to have fired"."""
        p = self.p
        return (
            any(p.dep[c] == "auxpass" for c in p.children[token])
            and (p.lemma[token], "raising") in self.o.label
        )

    def is_finite(self, token: int) -> bool:
        p = self.p
        return p.tag[token] in ("VBD", "VBZ", "VBP", "MD") or any(
            p.dep[c] in ("aux", "auxpass") and p.tag[c] in ("VBD", "VBZ", "VBP", "MD")
            for c in p.children[token]
        )

    def is_purpose(self, token: int) -> bool:
        return self.has_to(token)

    def has_to(self, token: int) -> bool:
        p = self.p
        return any(p.dep[c] == "aux" and p.lower[c] == "to" for c in p.children[token])

    def deny(self, by: int) -> None:
        if by in self.by:
            return
        self.by.append(by)
        if self.label == "denied":
            self.label = "suspected"  # not denied is not yet asserted
        else:
            self.label = "denied"
        self.negative = not self.negative

    def apply(self, label: str, by: int) -> None:
        if by in self.by:
            return
        self.by.append(by)
        self.label = label

    def is_habit(self, trigger: int) -> bool:
        p, o = self.p, self.o
        token = trigger
        predicate = self.predicates.get(trigger)
        if predicate is not None and predicate.support is not None:
            token = predicate.support
        for c in p.children[token]:
            if p.dep[c] == "advmod" and p.lower[c] in o.recurring:
                return True
            if (
                p.dep[c] == "npadvmod"
                and p.lemma[c] in o.periods
                and any(p.lower[d] in o.every for d in p.children[c])
            ):
                return True
        return False


def _as_label(label: str) -> Factuality:
    known: Any = label
    return known
