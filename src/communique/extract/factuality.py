"""Whether an event is said to have happened: by what governs its words, never by a list of words alone.

From the trigger up the tree, everything that governs it is asked what it does to what it governs: negation and modals
of its own clause, conditional conjunctions, verbs and nouns of denying, planning, demanding, fearing. The innermost
speaks first and the outermost has the last word, so that in "denied that it had threatened to attack" the attack is
intended, then denied. The way ends where a clause no longer depends on what is above it: at a relative clause, a
because-clause, below a verb that takes its object for granted ("condemned the attack", "stopped attacking").

Decisions where usage is divided: permission is hypothetical ("allowed them to march"), a decision or an agreement to
act is intended, what somebody will not or would not do is denied, what is unlikely or few do is denied, the
apodosis of "would" is hypothetical whether or not it can still come true, and a denial of a denial is suspected.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import msgspec

from communique.annotate.parse import Parse
from communique.extract.predicates import Predicate, goes_on_above, name_support
from communique.knowledge.language import load_grammar
from communique.knowledge.load import DATA, load_toml
from communique.records import Factuality, Polarity

MAX_DEPTH = 16  # governors; a sentence with more is a list or a misparse

_CLAUSAL = frozenset({"ccomp", "xcomp", "csubj", "csubjpass"})
# A participle behind a verb that hangs in one of these ways shares what governs the verb.
_SHARING = frozenset({"xcomp", "pcomp", "ccomp", "acl", "conj", "advcl"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "expl", "csubj", "csubjpass"})
_NOUNS = frozenset({"NOUN", "PROPN", "PRON"})
_VERBS = frozenset({"VERB", "AUX"})
_RELATIVE = frozenset({"WDT", "WP", "WP$", "WRB"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
# Children of a clause that may negate it.
_NEGATED = frozenset({"neg", "advmod", "preconj", "cc", "nsubj", "nsubjpass", "dobj", "attr", "prep"})


class _Operator(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    label: Factuality
    words: list[str]
    over: list[str]
    negative: bool = False
    undone: Factuality = "suspected"


class _Modals(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    hypothetical: frozenset[str]
    intended: frozenset[str]
    demanded: frozenset[str]
    over_negation: frozenset[str]


class _Clauses(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    hypothetical: frozenset[str]
    pending: frozenset[str]
    temporal: frozenset[str]
    inverted: frozenset[str]


class _Negation(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    adverbs: frozenset[str]
    pronouns: frozenset[str]
    determiners: frozenset[str]
    phrases: frozenset[str]


class _Prepositions(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    denied: frozenset[str]
    intended: frozenset[str]
    hypothetical: frozenset[str]
    shared: frozenset[str]


class _Granted(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    phases: frozenset[str]
    factives: frozenset[str]
    reports: frozenset[str]
    votes: frozenset[str]
    voted: frozenset[str]


class _Nominal(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    occurring: frozenset[str]
    definite: frozenset[str]
    performing: frozenset[str]
    performed: frozenset[str]
    realised: frozenset[str]


class _Habit(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    words: frozenset[str]
    each: frozenset[str]
    counts: frozenset[str]
    periods: frozenset[str]
    days: frozenset[str]
    conjunctions: frozenset[str]


class _Staged(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    prepositions: frozenset[str]
    nouns: frozenset[str]
    modifiers: frozenset[str]


class _Hedge(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    suspected: frozenset[str]
    hypothetical: frozenset[str]
    denied: frozenset[str]


class _FactualityFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    operator: list[_Operator]
    modal: _Modals
    clause: _Clauses
    negation: _Negation
    preposition: _Prepositions
    granted: _Granted
    nominal: _Nominal
    habit: _Habit
    staged: _Staged
    hedge: _Hedge


@dataclass(frozen=True, slots=True)
class Operators:
    """The factuality words: operators by (word, way of governing), the rest as in the data file."""

    by_word: dict[tuple[str, str], _Operator]
    modal: dict[str, Factuality]
    hedge: dict[str, Factuality]
    preposition: dict[str, Factuality]
    file: _FactualityFile


@cache
def load_operators() -> Operators:
    """The shipped factuality words."""
    file = load_toml(DATA / "language" / "factuality.toml", _FactualityFile)
    by_word: dict[tuple[str, str], _Operator] = {}
    for operator in file.operator:
        for word in operator.words:
            for way in operator.over:
                by_word.setdefault((word, way), operator)
    modal, hedge, preposition = file.modal, file.hedge, file.preposition
    return Operators(
        by_word=by_word,
        modal=_invert(hypothetical=modal.hypothetical, intended=modal.intended, demanded=modal.demanded),
        hedge=_invert(suspected=hedge.suspected, hypothetical=hedge.hypothetical, denied=hedge.denied),
        preposition=_invert(
            denied=preposition.denied, intended=preposition.intended, hypothetical=preposition.hypothetical
        ),
        file=file,
    )


def _invert(**words: frozenset[str]) -> dict[str, Factuality]:
    return {word: label for label, listed in words.items() for word in listed}  # type: ignore[misc]


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
        self.words = operators.file
        self.label: Factuality = "asserted"
        self.undone: Factuality = "suspected"  # what a denial makes of the label, once it is "denied"
        self.negative = False
        self.reported = False  # the event stands in a report; to deny the report is not to deny the event
        self.by: list[int] = []

    def read(self, trigger: int) -> Reading:
        node: int | None = trigger
        self.own_words(trigger)
        for _ in range(MAX_DEPTH):
            assert node is not None
            self.mood(node)
            up = self.p.head[node]
            node = None if up == node else self.step(node, up)
            if node is None:
                break
        if self.label == "asserted" and self.is_habit(trigger):
            self.label = "recurring"
        return Reading(self.label, "negative" if self.negative else "positive", tuple(self.by))

    # ------------------------------------------------------------------ the way up
    def step(self, node: int, up: int) -> int | None:
        """Applies what lies between `node` and its governor; returns the governor, or None at a barrier."""
        p = self.p
        dep = p.dep[node]
        if dep == "conj":
            return self.coordination(node, up)
        if self.is_relative(node, up):
            return None
        if dep in _CLAUSAL:
            return self.complement(node, up)
        if dep == "advcl":
            return self.adverbial(node, up)
        if dep in ("acl", "relcl"):
            return self.noun_clause(node, up)
        if dep in ("dobj", "nsubj", "nsubjpass"):
            return self.argument(node, up)
        if dep in ("pobj", "pcomp"):
            return self.preposition(node, up)
        if dep == "attr" and p.pos[up] in _VERBS:
            # "the aim is a ceasefire": the subject judges the predicate noun
            subject = p.child(up, "nsubj")
            if subject is not None:
                self.govern(subject, "comp")
            self.enter(up)
            return up
        if dep in ("acomp", "oprd", "attr"):
            self.enter(up)
            return up
        if dep in ("compound", "nmod") and p.pos[up] in _NOUNS:
            return up if self.govern(up, "of") else None  # "invasion plans", "attack fears"
        if dep in ("prep", "agent", "dative", "advmod", "aux", "auxpass", "prt", "dep", "npadvmod", "pcomp"):
            return up
        return None

    def coordination(self, node: int, up: int) -> int:
        """A coordinated verb shares auxiliaries and negation with the first if it has the same form and none of its
        own; whatever governs the first governs it too."""
        p = self.p
        if goes_on_above(p, node, up):
            return p.head[up]
        if p.pos[node] in _NOUNS and p.pos[up] in _NOUNS:
            self.noun_words(up, determiners_only=True)
        elif p.tag[node] == p.tag[up] or (p.tag[up] == "VB" and p.lower[node] == p.lemma[node]):
            own = {p.dep[c] for c in p.children[node]}
            if not own & (_SUBJECTS | {"aux", "auxpass"}):
                contrast = any(p.dep[c] == "cc" and p.lower[c] in ("but", "yet") for c in p.children[up])
                self.own_words(up, negation=not contrast)
        return up

    def complement(self, node: int, up: int) -> int | None:
        """A clause or infinitive that its governor selects."""
        p = self.p
        if self.inversion(node, below=True) is not None:
            return None  # "were Iran to attack": a condition, as its own words say
        if self.is_finite(node):
            between = range(node, up) if node < up else ()
            if any(p.lower[i] == ";" for i in between):
                return None  # two sentences, whatever the parser makes of them
            if any(p.lower[c] == "whether" for c in p.children[node]):
                return None  # an open question, whoever asks it
            bare = self.is_bare(node) and (
                p.tag[up] == "VBD" or not self.is_plural(p.child(node, "nsubj", "nsubjpass"))
            )
            ways = ["subjunctive" if bare else "that", "comp"]
        else:
            led = p.child(node, "nsubj") is not None or p.child(up, "dobj", "dative", "auxpass") is not None
            ways = ["control" if led else "infinitive", "comp"]
            if self.is_perfect(node) or p.child(up, "auxpass") is not None:
                ways.insert(0, "raising")
        if p.lemma[up] == "be" and p.dep[node] == "xcomp" and self.has_to(node):
            ways.append("is to")
        if p.lemma[up] in self.words.granted.votes and p.lemma[node] in self.words.granted.voted:
            self.enter(up)  # "voted to condemn": a vote is how a body condemns
            return up
        return self.below(up, ways)

    def below(self, up: int, ways: list[str]) -> int | None:
        """Applies the first of `ways` in which `up`, or the adjective it leans on, governs a clause."""
        p = self.p
        judged = [
            c for c in p.children[up] if p.dep[c] in ("acomp", "oprd", "attr", "ccomp") and p.pos[c] == "ADJ"
        ]
        for token in judged:
            self.govern(token, "comp")  # "it is possible that …", "is unable to"
        if p.pos[up] == "VERB" and p.lemma[up] in self.words.granted.reports:
            # a report, the noun, leaves its content open ("a report that …"); to report it does not
            ways = [way for way in ways if way not in ("that", "comp")]
        governed = any(self.govern(up, way) for way in ways)
        if self.is_granted(up) and not governed:
            return None
        if p.lemma[up] in self.words.granted.reports and not self.has_control(ways):
            self.reported = True
        self.enter(up)
        return up

    def has_control(self, ways: list[str]) -> bool:
        return "control" in ways or "infinitive" in ways

    def adverbial(self, node: int, up: int) -> int | None:
        """A clause beside the main one: purposes, comparisons and participles; the rest stands by itself."""
        p, clause = self.p, self.words.clause
        marks = {p.lower[c] for c in p.children[node] if p.dep[c] in ("mark", "advmod") and c < node}
        than = next((c for c in p.children[node] if p.lower[c] == "than" and c < node), None)
        if than and self.is_preferred(than, up):
            self.deny(node)  # "rather than surrender", "would rather talk than surrender"
            return None
        if self.has_to(node):
            if self.inversion(node, below=True) is not None:
                return None
            if p.pos[up] == "ADJ":
                return self.below(up, ["comp"])
            led = p.child(node, "nsubj") is not None or p.child(up, "dobj", "auxpass") is not None
            governor = next(
                (way for way in ("control" if led else "infinitive", "comp") if self.find_operator(up, way)),
                None,
            )
            if governor is not None:
                return self.below(up, [governor])
            pleaded = p.child(up, "prep") is not None and self.govern(up, "for")
            if p.child(node, "nsubj") is not None and self.govern(up, "for"):
                pleaded = True  # "chanted for the president to go"
            if not pleaded:
                self.apply("intended", node)
            return None
        if "so" in marks and "that" in marks:
            self.apply("intended", node)
            return None
        if not marks.isdisjoint(clause.temporal) and (
            p.tag[node] in ("VBZ", "VBP") or p.child(node, "auxpass") is not None
        ):
            self.modals(up)  # "when he visits, he will …"
            return None
        if not marks and p.tag[node] == "VBG" and node > up:
            self.modals(up)  # "will go to Rome, meeting the pope"
            # "denied that it shelled the port, killing ten"
            return up if p.dep[up] in _SHARING else None
        return None

    def is_preferred(self, than: int, up: int) -> bool:
        """Whether something is preferred to what "than" leads."""
        p = self.p
        return p.lower[than - 1] == "rather" or any(
            p.lower[c] in ("rather", "sooner") and c < up for c in p.children[up]
        )

    def noun_clause(self, node: int, up: int) -> int | None:
        """What is said of a noun: the content of a plan or a claim, an infinitive, or a relative clause."""
        p = self.p
        if p.pos[up] not in _NOUNS and p.pos[up] != "ADJ":
            return None
        mark = any(p.dep[c] == "mark" for c in p.children[node])
        infinitive = self.has_to(node)
        open_relative = p.dep[node] == "relcl" and self.label in ("hypothetical", "intended") and self.by
        if p.tag[node] == "VBG" and p.dep[up] == "dobj" and p.child(node, "nsubj") is None:
            # "vetoed a statement condemning the raid": whoever vetoes it doesn't condemn
            verb = p.head[up]
            return (
                verb if self.find_operator(verb, "object", "denied") and self.govern(verb, "object") else None
            )
        if not (mark or infinitive or open_relative or self.is_content(node, up)):
            return None
        governed = self.govern(up, "comp")
        if not governed and infinitive:
            first = any(p.lower[c] in self.words.nominal.realised for c in p.children[up])
            if not first:
                self.apply("intended", node)  # "a contract to supply", "forces to guard the bridge"
            return None
        if not governed:
            if open_relative or p.lemma[up] not in self.words.granted.reports:
                return None
            self.reported = True  # "news that …"
        self.enter(up)
        return up

    def is_content(self, node: int, up: int) -> bool:
        """A finite clause that tells a claim's content without a "that" ("claims its forces fired"): it has a subject of
        its own, no relative word, and the noun is no part of it."""
        p = self.p
        own = self.predicates.get(node)
        operator = self.find_operator(up, "comp")
        return (
            # not "the way Oslo backed Rome"
            (operator is None or operator.label not in ("demanded", "intended"))
            and p.child(node, "nsubj", "nsubjpass") is not None
            and self.is_finite(node)
            and not any(p.tag[c] in _RELATIVE for c in p.children[node])
            and (p.dep[node] == "acl" or own is None or up not in own.get("object"))
        )

    def is_relative(self, node: int, up: int) -> bool:
        """A relative clause the parser took for the content of a demand or a plan ("requests that Oslo has refused"):
        the noun is its object, and it is told as done."""
        p = self.p
        own = self.predicates.get(node)
        if own is None or p.pos[up] != "NOUN" or up not in own.get("object") or self.is_bare(node):
            return False
        operator = self.find_operator(up, "comp")
        wished = operator is not None and operator.label in ("demanded", "intended")
        return wished and not any(p.dep[c] == "aux" and p.tag[c] == "MD" for c in p.children[node])

    def argument(self, node: int, up: int) -> int | None:
        """A noun as subject or object: what the verb does to it, and whether the verb's modality is the noun's."""
        p, nominal = self.p, self.words.nominal
        if p.pos[up] not in _VERBS:
            return up
        if p.lemma[node] in nominal.performed and p.lemma[up] in nominal.performing:
            self.enter(up)
            return up
        if self.is_utterance(node) and self.find_operator(up, "object", "denied"):
            return None  # "rejected the request": it was made
        passive = p.dep[node] == "nsubjpass" or (p.dep[node] == "nsubj" and self.is_reduced(up))
        changed = (p.dep[node] == "dobj" or passive) and self.govern(up, "object")
        if not changed and passive:
            changed = self.govern(up, "subject")
        if p.dep[node] != "dobj":
            for c in p.children[up]:
                if p.dep[c] in ("acomp", "attr", "oprd"):
                    changed |= self.govern(c, "subject")  # "an attack is unlikely"
        if self.is_granted(up) and not changed:
            return None
        support = self.predicates.get(node)
        leans = support is not None and support.support == up
        occurs = p.dep[node] != "dobj" and p.lemma[up] in nominal.occurring
        if changed or leans or occurs:
            self.enter(up)
            return up
        if self.is_definite(node):
            return None
        self.modals(up)
        return up if self.by or p.dep[node] != "nsubj" else None

    def preposition(self, node: int, up: int) -> int | None:
        """A noun or gerund behind a preposition."""
        p = self.p
        word = p.lower[up]
        governor = p.head[up]
        compound = f"{p.lower[governor]} {word}"
        for name, token in ((word, up), (compound, governor)):
            label = self.o.preposition.get(name)
            if label == "denied":
                self.deny(token)
            elif label is not None:
                self.apply(label, token)
            if label is not None:
                return None
        if governor == up:
            return None
        if word == "than" and self.is_preferred(up, governor):
            self.deny(node)
            return None
        if p.pos[governor] == "ADP":
            governor = p.head[governor]
        blamed = p.dep[node] == "pcomp" and p.dep[governor] == "dobj"
        if blamed and p.lemma[p.head[governor]] in load_grammar().blame_control:
            governor = p.head[governor]  # "accuse the emirate of backing": the parser hangs it on the emirate
        support = self.predicates.get(node)
        leans = support is not None and support.support == governor
        leant = self.predicates.get(governor)
        if (
            leans
            and word == "in"
            and leant is not None
            and name_support(p, governor, up, leant.lemma) not in load_grammar().support
        ):
            return None  # "stayed away in protest": the protest is as real as the words say, whatever was not done
        topic = word in ("about", "over", "into") and self.is_definite(node)
        if topic and self.find_operator(governor, word, "suspected"):
            return None  # "concern over the arrests", "an investigation into the crash"
        changed = self.govern(governor, word)
        if not changed and self.is_granted(governor):
            return None
        if p.pos[governor] in _NOUNS:
            if (
                changed
                or p.lemma[governor] in load_grammar().transparent
                or p.lemma[governor] in self.words.granted.reports
            ):
                self.enter(governor)
                return governor
            return None
        if changed or leans or p.dep[node] == "pcomp" or word == "as":
            self.enter(governor)
            return governor
        if word in self.words.preposition.shared and not self.is_definite(node):
            self.modals(governor)
        return None

    # ------------------------------------------------------------------ what a word does
    def enter(self, token: int) -> None:
        """The negation, modals, conditions and hedges of a governing clause or noun phrase."""
        self.own_words(token)

    def own_words(self, token: int, negation: bool = True) -> None:
        """Negation, modality, conditions and hedges of one clause or noun phrase, innermost first."""
        p, modal = self.p, self.words.modal
        if p.pos[token] in _NOUNS:
            self.noun_words(token)
            if p.dep[token] not in ("attr", "ROOT"):
                return
        negations: list[int] = []
        joined: list[int] = []
        aux: list[int] = []
        hedges: list[int] = []
        for c in p.children[token]:
            dep = p.dep[c]
            if dep == "aux":
                if p.lower[c] in self.o.modal:
                    aux.append(c)
            elif dep in _NEGATED:
                if negation and (found := self.negation(c)) is not None:
                    (joined if dep == "cc" else negations).append(found)
                if dep == "advmod" and p.lower[c] in self.o.hedge:
                    hedges.append(c)
                elif dep == "prep" and self.is_staged(c):
                    self.apply("hypothetical", c)
        negations = negations or joined  # "never met Oslo nor called Rome": one denial, not two
        wide = [c for c in aux if p.lower[c] in modal.over_negation]
        for c in aux:
            if c not in wide and not negations:
                self.apply(self.modality(token, c), c)
        for c in negations:
            self.deny(c)
        for c in wide:
            self.apply(self.modality(token, c), c)
        for c in hedges:
            label = self.o.hedge[p.lower[c]]
            if label == "denied":
                self.deny(c)
            else:
                self.apply(label, c)
        self.condition(token)

    def is_staged(self, preposition: int) -> bool:
        """Whether what is told happens in a game, a scenario or a simulated exercise only."""
        p, staged = self.p, self.words.staged
        if p.lower[preposition] not in staged.prepositions:
            return False
        noun = p.child(preposition, "pobj")
        return noun is not None and (
            p.lemma[noun] in staged.nouns or any(p.lower[c] in staged.modifiers for c in p.children[noun])
        )

    def modals(self, token: int) -> None:
        """The modals of a clause, without its negation."""
        self.own_words(token, negation=False)

    def modality(self, token: int, aux: int) -> Factuality:
        """The label of a modal. "Would" behind a verb of saying in the past is the future of the past: intended."""
        p = self.p
        label = self.o.modal[p.lower[aux]]
        if aux == self.inversion(token):
            return "hypothetical"
        if p.lower[aux] not in ("would", "'d", "’d"):
            return label
        top = token
        while p.dep[top] == "conj" and p.head[top] != top:
            top = p.head[top]
        matrix = p.head[top]
        direct = p.quote[aux] >= 0 and p.quote[aux] != p.quote[matrix]
        past = p.tag[matrix] in ("VBD", "VBN", "VBG")
        said = p.dep[top] == "ccomp" and past and not direct
        if p.lower[token] == "like":
            return self.label  # "would like to" is a polite "wants to"
        return "intended" if said and not self.is_perfect(token) else "hypothetical"

    def condition(self, token: int) -> None:
        """Conjunctions and inversions of a clause in which nothing is asserted."""
        p, clause = self.p, self.words.clause
        for c in p.children[token]:
            if p.dep[c] not in ("mark", "advmod", "aux", "cc") or c > token:
                continue
            if p.lower[c] in clause.hypothetical and p.dep[c] != "aux":
                self.apply("hypothetical", c)
            elif p.lower[c] in clause.pending and (
                p.tag[token] in ("VBZ", "VBP", "VB") or self.is_open(token)
            ):
                self.apply("hypothetical", c)  # "until they withdraw"; "until they withdrew" is told as done
        inversion = self.inversion(token)
        if inversion is not None:
            self.apply("hypothetical", inversion)

    def is_open(self, clause: int) -> bool:
        """Whether the clause above an adverbial one is still to come, told in the past: "would stay until they paid"."""
        p, main = self.p, self.p.head[clause]
        return p.dep[clause] == "advcl" and any(
            p.dep[c] == "aux" and p.lower[c] in self.o.modal for c in p.children[main]
        )

    def inversion(self, token: int, below: bool = False) -> int | None:
        """The verb at the head of a condition without conjunction: "were they to invade", "should it fail". It may be
        the verb's governor, and is with `below` looked for there only."""
        p = self.p
        is_infinitive = p.dep[token] in ("xcomp", "advcl") and self.has_to(token)
        top = p.head[token] if is_infinitive else token
        if p.dep[top] != "advcl" or (below and not is_infinitive):
            return None
        first, _ = p.subtree(top)
        found = p.tag[first] in ("MD", "VBD") and first != token
        return first if found and p.lower[first] in self.words.clause.inverted else None

    def negation(self, child: int) -> int | None:
        """The word that negates a clause in its child: an adverb, a pronoun, or the determiner of a noun, also behind a
        preposition ("at no time")."""
        p, negation = self.p, self.words.negation
        dep, lower = p.dep[child], p.lower[child]
        if dep == "prep":
            noun = p.child(child, "pobj")
            return self.denier(noun) if noun and f"{lower} {p.lemma[noun]}" in negation.phrases else None
        if lower == "not" and (
            (child and p.lower[child - 1] == "or") or p.lower[child + 1 : child + 2] == ["only"]
        ):
            return None  # "whether or not", "not only"
        if dep == "advmod" and lower == "longer" and child and p.lower[child - 1] == "no":
            return child
        if dep == "neg" or (dep in ("advmod", "preconj", "cc") and lower in negation.adverbs):
            return child
        if dep in ("advmod", "preconj", "cc"):
            return None
        return child if lower in negation.pronouns else self.denier(child)

    def denier(self, noun: int) -> int | None:
        """The determiner that denies a noun; "a few" and "the few" are none."""
        p = self.p
        words = self.words.negation.determiners
        for c in p.children[noun]:
            quantified = c > 0 and p.lower[c - 1] in ("a", "the", "quite")
            if p.lower[c] in words and p.dep[c] in ("det", "neg", "amod", "preconj") and not quantified:
                return c
        return None

    def noun_words(self, token: int, determiners_only: bool = False) -> None:
        """What determiners and adjectives say of a noun: "no attack", "the planned attack", "any attack"."""
        p = self.p
        denier = self.denier(token)
        if denier is not None:
            self.deny(denier)
        for c in () if determiners_only else p.children[token]:
            if p.dep[c] == "det" and p.lower[c] == "any":
                self.apply("hypothetical", c)
            elif p.dep[c] in ("amod", "compound", "nmod"):
                operator = self.o.by_word.get((p.lower[c], "mod"))
                if operator is not None:
                    self.use(operator, c)

    def find_operator(self, governor: int, way: str, label: str | None = None) -> _Operator | None:
        """The operator at `governor`, if it governs in that way: with its adverb ("have yet to"),
        by its form ("used to"), with its particle, or by its lemma."""
        p = self.p
        lemma = p.lemma[governor]
        adverbs = [
            f"{lemma} {p.lower[c]}" for c in p.children[governor] if p.dep[c] == "advmod" and c > governor
        ]
        for name in (*adverbs, p.lower[governor], self.full_lemma(governor), lemma):
            operator = self.o.by_word.get((name, way))
            if operator is not None and label in (None, operator.label):
                return operator
        return None

    def full_lemma(self, token: int) -> str:
        """A verb's lemma with its particle."""
        found = self.predicates.get(token)
        return self.p.lemma[token] if found is None else found.lemma

    def govern(self, governor: int, way: str) -> bool:
        """Applies the operator at `governor`, if it governs in that way. True where it does."""
        operator = self.find_operator(governor, way)
        if operator is None:
            return False
        self.use(operator, governor)
        return True

    def use(self, operator: _Operator, by: int) -> None:
        if operator.label == "asserted":
            return
        if operator.label == "denied":
            self.deny(by, operator.undone)
            return
        if operator.negative and by not in self.by:
            self.negative = not self.negative
        self.apply(operator.label, by)

    def deny(self, by: int, undone: Factuality = "suspected") -> None:
        if by in self.by:
            return
        self.by.append(by)
        if self.reported:
            self.label = "suspected"  # "did not confirm that …"
            return
        self.negative = not self.negative
        self.label = self.undone if self.label == "denied" else "denied"
        self.undone = undone

    def apply(self, label: Factuality, by: int) -> None:
        if by in self.by:
            return
        self.by.append(by)
        if label == "intended" and self.label == "denied":
            return  # "decided not to attack": what is planned is that it won't happen
        self.label = label

    # ------------------------------------------------------------------ moods and habits
    def mood(self, node: int) -> None:
        """Questions that can be answered by yes, and imperatives."""
        p = self.p
        if p.pos[node] not in _VERBS or p.dep[node] not in ("ROOT", "ccomp", "conj", "parataxis"):
            return
        if self.asks(node):
            first, past = p.subtree(node)
            if not any(p.tag[i] in ("WP", "WRB", "WDT", "WP$") for i in range(first, node)):
                self.apply("hypothetical", past - 1)
        elif p.dep[node] == "ROOT" and self.has_to(node):
            self.apply("intended", node)  # headlines: "Minister to visit Rome"
        elif (
            p.tag[node] in ("VB", "VBP")
            and not any(
                p.dep[c] in _SUBJECTS or (p.dep[c] == "aux" and p.lemma[c] != "do") for c in p.children[node]
            )
            and self.opens(p.subtree(node)[0])
        ):
            self.apply("demanded", node)

    def asks(self, node: int) -> bool:
        """Whether a question mark belongs to a clause."""
        p = self.p
        begin, last = p.sentences[p.sentence_of[node]]
        if "?" not in p.lower[begin:last]:
            return False
        if any(p.lower[c] == "?" for c in p.children[node]):
            return True
        return p.dep[node] == "ROOT" and "?" in p.lower[max(p.subtree(node)[0], last - 2) : last]

    def opens(self, token: int) -> bool:
        """Whether `token` is the first word of its sentence or quotation."""
        p = self.p
        begin = p.sentences[p.sentence_of[token]][0]
        while token > begin and not p.word[token - 1][-1].isalnum():
            token -= 1
            if p.quote[token] != p.quote[token - 1]:
                return True
        return token == begin

    def is_habit(self, trigger: int) -> bool:
        """Whether the words of the clause, or of the first of coordinated clauses, make the act a habit."""
        p = self.p
        predicate = self.predicates.get(trigger)
        tokens = [trigger]
        if predicate is not None and predicate.support is not None:
            tokens.append(predicate.support)
        while (
            p.dep[tokens[-1]] == "conj"
            and p.pos[tokens[-1]] in _VERBS
            and p.tag[p.head[tokens[-1]]] == p.tag[tokens[-1]]
        ):
            tokens.append(p.head[tokens[-1]])
        begin, last = p.sentences[p.sentence_of[trigger]]
        timed = not self.words.habit.periods.isdisjoint(p.lemma[begin:last])
        return any(self.marks_habit(c, timed) for token in tokens for c in p.children[token])

    def marks_habit(self, child: int, timed: bool) -> bool:
        """Whether a child of a verb makes it a habit; `timed` is whether a period stands anywhere in the sentence."""
        p, habit = self.p, self.words.habit
        dep = p.dep[child]
        if dep in ("advmod", "amod") and p.lower[child] in habit.words:
            return True
        if dep == "advcl":
            return any(p.lower[c] in habit.conjunctions for c in p.children[child])
        if dep == "prep" and p.lower[child] == "on":
            return any(p.lower[c] in habit.days for c in p.children[child])
        if timed and dep in ("npadvmod", "advmod", "prep", "dobj", "nsubj"):
            first, past = p.subtree(child)
            if habit.periods.isdisjoint(p.lemma[first:past]):
                return False
            each = set(p.lower[first:past])
            if "other" in each:
                each.discard("each")  # "a month in which they attacked each other"
            return bool(each & habit.each or (each & {"a", "an", "per"} and each & habit.counts))
        return False

    # ------------------------------------------------------------------ shapes of clauses
    def is_granted(self, token: int) -> bool:
        """Whether a word takes what it governs for granted: "stopped attacking", "condemned the attack", but not
        "would welcome talks". To stop what is only intended is to deny it."""
        p, granted = self.p, self.words.granted
        if p.lemma[token] in granted.phases or self.full_lemma(token) in granted.phases:
            if self.label != "asserted":
                self.deny(token)
            elif self.is_demanded(token):
                self.apply("suspected", token)  # it is who demands an end to it that takes it for granted
            return True
        return p.lemma[token] in granted.factives and not any(
            p.dep[c] == "aux" and self.o.modal.get(p.lower[c]) == "hypothetical" for c in p.children[token]
        )

    def is_demanded(self, verb: int) -> bool:
        """Whether somebody asks for what a verb tells: "wants Oslo to stop"."""
        p = self.p
        while p.dep[verb] == "conj" and p.tag[verb] == p.tag[p.head[verb]]:
            verb = p.head[verb]
        ways = ("control", "subjunctive", "infinitive")
        return p.dep[verb] in _CLAUSAL and any(
            self.find_operator(p.head[verb], way, "demanded") for way in ways
        )

    def is_utterance(self, noun: int) -> bool:
        """Whether the event asked about is itself a demand or a claim."""
        operator = self.o.by_word.get((self.p.lemma[noun], "comp"))
        return not self.by and operator is not None and operator.label in ("demanded", "suspected")

    def is_reduced(self, verb: int) -> bool:
        """A headline's passive without auxiliary: "Flight delayed after accident"."""
        p = self.p
        return p.tag[verb] == "VBN" and p.child(verb, "aux", "auxpass", "dobj") is None

    def is_definite(self, noun: int) -> bool:
        p = self.p
        return p.pos[noun] == "PROPN" or any(
            p.dep[c] == "poss" or (p.dep[c] == "det" and p.lower[c] in self.words.nominal.definite)
            for c in p.children[noun]
        )

    def is_plural(self, noun: int | None) -> bool:
        p = self.p
        return noun is None or p.tag[noun] in ("NNS", "NNPS") or p.lower[noun] in ("they", "we", "you", "i")

    def is_finite(self, token: int) -> bool:
        p = self.p
        if self.has_to(token):
            return False
        if p.tag[token] in _FINITE or any(
            p.dep[c] in ("aux", "auxpass") and p.tag[c] in _FINITE for c in p.children[token]
        ):
            return True
        # "insisted that he leave", "that they be released"
        return p.child(token, "mark") is not None and p.child(token, "nsubj", "nsubjpass") is not None

    def is_bare(self, token: int) -> bool:
        """A finite clause without tense: "that he leave", "that they be released", "that it should go"."""
        p = self.p
        aux = [c for c in p.children[token] if p.dep[c] in ("aux", "auxpass")]
        if aux:
            return all(p.lower[c] in ("be", "should") for c in aux)
        return p.lower[token] == p.lemma[token]

    def is_perfect(self, token: int) -> bool:
        """An infinitive of the past: "to have fired", "would have fired"."""
        p = self.p
        return any(p.dep[c] == "aux" and p.lower[c] in ("have", "'ve", "’ve") for c in p.children[token])

    def has_to(self, token: int) -> bool:
        p = self.p
        return any(p.dep[c] == "aux" and p.lower[c] == "to" for c in p.children[token])
