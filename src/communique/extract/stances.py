"""Finds stances: who is for or against what, from verbs, nouns and adjectives that take sides and from claims."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from communique.annotate.parse import Parse
from communique.extract.content import collect_below, complete_quotes, has_gap, to_spans
from communique.extract.factuality import read_factuality
from communique.extract.frames import Party, Sight, find_tokens
from communique.extract.predicates import Predicate
from communique.extract.statements import StatementFound
from communique.knowledge.stances import Side, StanceLexicon, StancePattern, Strength

_FLIP: dict[Side, Side] = {"support": "oppose", "oppose": "support"}
# What turns a stance round is a negation of its own or a refusal to take it; what somebody denies is left alone.
_TURNING = frozenset({"not", "n't", "n’t", "never", "no", "neither", "nor", "without"})
_REFUSING = frozenset({"refuse", "decline", "fail", "refusal", "failure"})
_CUT = frozenset({"relcl", "advcl", "parataxis"})


@dataclass(frozen=True, slots=True)
class StanceFound:
    """A stance before its holder is linked. `holder` are alternatives in order of preference; `object` is a character
    span, `object_tokens` the heads of its phrase or clause; `trigger` the word that takes the side."""

    holder: tuple[tuple[Party, ...], ...]
    polarity: Side
    object: tuple[int, int]
    object_tokens: tuple[int, ...]
    strength: Strength
    trigger: int
    confidence: float
    made_by: str


def find_stances(
    parse: Parse,
    predicates: dict[int, Predicate],
    is_party: Callable[[int], bool],
    statements: Sequence[StatementFound],
    lexicon: StanceLexicon,
) -> list[StanceFound]:
    """All stances of the document in the order of their triggers.

    What is only possible, demanded of others or denied is no stance; "does not support" is opposition.
    """
    sight = Sight(parse, predicates, is_party)
    cued = {t: s for s in statements if s.cue is not None for t in range(*s.cue)}
    found: list[StanceFound] = []
    words = {word for _, word in lexicon.by_word}
    for token, predicate in predicates.items():
        if predicate.lemma in words or parse.lemma[token] in words:
            found.extend(read_word(sight, predicate, cued.get(token), lexicon))
    found.extend(claim for s in statements for claim in read_claim(parse, s, lexicon))
    return sorted(found, key=lambda s: (s.trigger, s.object))


def read_word(
    sight: Sight, predicate: Predicate, statement: StatementFound | None, lexicon: StanceLexicon
) -> list[StanceFound]:
    """The stance a word takes, by the first of its patterns that has a holder and an object."""
    parse = sight.parse
    head = predicate.head
    patterns = lexicon.by_word.get((predicate.kind, predicate.lemma), ())
    if parse.lemma[head] != predicate.lemma:
        patterns += lexicon.by_word.get((predicate.kind, parse.lemma[head]), ())
    for pattern in patterns:
        holder = find_holders(sight, predicate, pattern, statement)
        objects = find_objects(sight, predicate, pattern) if holder else ()
        if not objects or any(parse.ent[t] in pattern.object_not for t in objects):
            continue
        polarity = read_polarity(sight, predicate, objects, pattern.polarity)
        span = span_phrase(parse, objects[0], head)
        if polarity is None or span is None:
            return []
        strength = read_strength(parse, predicate, lexicon)
        return [
            StanceFound(
                holder, polarity, span, objects, strength, head, pattern.confidence, f"stance:{pattern.id}"
            )
        ]
    return []


def find_holders(
    sight: Sight, predicate: Predicate, pattern: StancePattern, statement: StatementFound | None
) -> tuple[tuple[Party, ...], ...]:
    """Alternatives for who holds it; the author goes before the document he speaks in."""
    sides: list[tuple[Party, ...]] = []
    if statement is not None and statement.source and pattern.holder == ("subject",):
        sides.append(tuple(Party(t) for t in statement.source))
    sides.extend(tuple(find_tokens(sight, predicate, path)) for path in pattern.holder)
    return tuple(dict.fromkeys(s for s in sides if s))


def find_objects(sight: Sight, predicate: Predicate, pattern: StancePattern) -> tuple[int, ...]:
    parse, head = sight.parse, predicate.head
    for path in pattern.object:
        tokens = tuple(p.token for p in find_tokens(sight, predicate, path) if p.token != head)
        if tokens:
            return tokens
    if "object" not in pattern.object or predicate.kind != "verb":
        return ()
    clause = parse.child(head, "ccomp")
    if clause is not None and any(parse.lower[c] == "what" for c in parse.children[clause]):
        return (clause,)  # "condemned what it called theft"
    up = parse.head[head]
    if parse.dep[head] in ("acl", "ccomp", "relcl") and parse.pos[up] in ("NOUN", "PROPN"):
        return (up,) if has_gap(parse, head) else ()  # "demands that Oslo has refused"
    return ()


def read_polarity(sight: Sight, predicate: Predicate, objects: tuple[int, ...], side: Side) -> Side | None:
    """The side after negation, or None where it is not taken at all."""
    parse, trigger = sight.parse, predicate.head
    reading = read_factuality(parse, sight.predicates, trigger)
    governor = parse.head[trigger]
    if governor in objects:
        # a relative clause taken for a complement: its noun doesn't govern it
        return _FLIP[side] if any(parse.dep[c] == "neg" for c in parse.children[trigger]) else side
    if predicate.kind == "noun" and parse.dep[trigger] == "pobj" and parse.lower[governor] == "in":
        # "stayed away in protest of": the protest is real, whatever is said of the act
        reading = read_factuality(parse, sight.predicates, parse.head[governor])
        return side if reading.label in ("asserted", "recurring", "intended", "denied") else None
    if reading.label in ("asserted", "recurring", "intended"):
        return side if reading.polarity == "positive" else _FLIP[side]
    if reading.label == "suspected" and is_own_word(sight, predicate, reading.by):
        return side if reading.polarity == "positive" else _FLIP[side]
    if reading.label == "denied":
        turned = all(parse.lower[t] in _TURNING or parse.lemma[t] in _REFUSING for t in reading.by)
        return _FLIP[side] if turned and reading.polarity == "negative" else None
    return None


def is_own_word(sight: Sight, predicate: Predicate, governors: tuple[int, ...]) -> bool:
    """Whether only its holder's own word stands for a stance ("Chile maintains that it backs the truce")."""
    parse = sight.parse
    own = predicate.get("subject")
    pronoun = all(parse.pos[t] == "PRON" for t in own)
    above = [sight.predicates[t].get("subject") for t in governors if t in sight.predicates]
    return len(above) == len(governors) and all(a and (pronoun or a == own) for a in above)


def read_strength(parse: Parse, predicate: Predicate, lexicon: StanceLexicon) -> Strength:
    """The degree that an adverb or adjective beside the word gives it."""
    near = [predicate.head] + ([predicate.support] if predicate.support is not None else [])
    for token in near:
        for c in parse.children[token]:
            if parse.dep[c] in ("advmod", "amod") and parse.lower[c] in lexicon.degree:
                return lexicon.degree[parse.lower[c]]
    return "plain"


def span_phrase(parse: Parse, head: int, trigger: int) -> tuple[int, int] | None:
    """The words of an object: its whole phrase, coordination included, without relative clauses and afterthoughts."""
    cut = [
        c
        for t in collect_below(parse, head)
        for c in parse.children[t]
        if parse.dep[c] in _CUT
        or (parse.dep[c] == "appos" and c > t)
        or (parse.dep[c] == "conj" and parse.pos[c] == "VERB" and parse.pos[t] in ("NOUN", "PROPN"))
    ]
    tokens = collect_below(parse, head, [trigger, *(c for c in cut if c != head)])
    spans = to_spans(parse, complete_quotes(parse, tokens))
    return next(((a, b) for a, b in spans if a <= parse.start[head] < b), None)


def read_claim(parse: Parse, statement: StatementFound, lexicon: StanceLexicon) -> list[StanceFound]:
    """The stance in a statement that makes a claim its source's own, or says what ought to be."""
    if statement.cue is None or not statement.source or not statement.content:
        return []
    cue = statement.cue[0]
    lemma = parse.lemma[statement.cue[1] - 1] if statement.cue[1] - cue < 3 else parse.lemma[cue]
    if lemma in lexicon.never or any(parse.dep[t] == "neg" for t in range(*statement.cue)):
        return []
    span = statement.content[0]
    if len(statement.content) > 1 and statement.kind == "indirect":
        return []
    first, past = (bisect_left(parse.start, edge) for edge in span)
    top = next(
        (
            t
            for t in range(first, past)
            if parse.pos[t] in ("VERB", "AUX") and (not first <= parse.head[t] < past or parse.head[t] == t)
        ),
        None,
    )
    if top is None:
        return []
    finite = parse.tag[top] in ("VBZ", "VBP", "VBD") or any(
        parse.dep[c] in ("aux", "auxpass") and parse.lower[c] != "to" for c in parse.children[top]
    )
    if not finite:
        return []
    aux = [c for c in parse.children[top] if parse.dep[c] in ("aux", "auxpass")]
    # "must have fled" is a guess, no demand
    ought = any(parse.lower[c] in lexicon.normative for c in aux) and not any(
        parse.lower[c] == "have" for c in aux
    )
    if lemma not in lexicon.own and not ought:
        return []
    holder = tuple(Party(t) for t in statement.source)
    confidence = round((0.8 if lemma in lexicon.own else 0.7) * statement.confidence, 3)
    made_by = "claim:normative" if lemma not in lexicon.own else f"claim:{lemma}"
    return [StanceFound((holder,), "support", span, (top,), "plain", cue, confidence, made_by)]
