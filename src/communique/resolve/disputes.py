"""Pairs of which one affirms what the other denies: an accusation and its denial, a claim and a contrary claim.

A denial points at a claim that stands near it ("denied it", "called the allegations baseless"), or repeats its words
("denied shelling the town"). Two claims are contrary where the same is said of the same with and without "not", with
words that exclude each other, or with numbers that can't both be right. Nothing is resolved: both sides are kept with
their words and on whose word they stand. A pair that could be read otherwise is left out.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

from communique.annotate.parse import Parse
from communique.extract.factuality import read_factuality
from communique.extract.frames import Party
from communique.extract.predicates import Predicate
from communique.extract.quantities import QuantityMention
from communique.knowledge.cues import load_cues
from communique.knowledge.disputes import DisputeWords, load_dispute_words
from communique.records import Dispute, DisputeSide, Event, Member, Piece, Quantity, Span, Statement
from communique.resolve.ids import make_id

Parties = Callable[[Party], tuple[Member, ...]]
# How many sentences the two sides may stand apart: who points back means what was just said, who repeats the words of a
# claim may do so later; contrary claims further apart mostly speak of different days.
NEAR, REPEATED, CONTRARY = 2, 12, 4
# A number said to be "about" so much is right within this share.
ROUGHLY = 0.1
# A verb and its noun have at least so many letters in common.
_STEM = 4
# The kinds of cues whose object is something told; the object of the others is asked for, offered or praised.
_TELLING = frozenset({"say", "tell", "state", "deny", "accuse", "name", "show"})
_NOUNS = frozenset({"NOUN", "PROPN"})
_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "NUM"})


@dataclass(frozen=True, slots=True)
class _Claim:
    """What somebody says is so; without a source it is the article. `tokens` are the tokens of its words."""

    source: tuple[Member, ...]
    statements: tuple[str, ...]
    events: tuple[str, ...]
    tokens: tuple[int, ...]
    cue: int | None
    sentence: int
    parent: str | None = None


# What a number counts, the number, and where it stands.
_Count = tuple[str, Quantity, QuantityMention]


class _Parts(NamedTuple):
    """What can contradict another claim: its verbs and adjectives with their lemmas, the lemmas that are contrary to
    one of them where one is denied or as they are, and its numbers."""

    claim: _Claim
    acts: dict[int, str]
    lemmas: frozenset[str]
    contrary: frozenset[str]
    counts: list[_Count]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A dispute in tokens."""

    claim: _Claim
    counter: _Claim
    object: tuple[int, int]
    confidence: float
    rule: str


def find_disputes(
    parse: Parse,
    predicates: dict[int, Predicate],
    statements: Sequence[Statement],
    events: Sequence[Event],
    quantities: Sequence[QuantityMention],
    parties: Parties,
    document_id: str,
) -> tuple[Dispute, ...]:
    """All disputes of the document in text order, each pair of claims once, by the surest rule."""
    finder = _Finder(parse, predicates, statements, events, quantities, parties)
    kept: dict[tuple[object, ...], _Pair] = {}
    for pair in finder.find_pairs():
        key = tuple(sorted(str(c.statements or c.events) for c in (pair.claim, pair.counter)))
        if key not in kept or kept[key].confidence < pair.confidence:
            kept[key] = pair
    ordered = sorted(kept.values(), key=lambda p: (p.counter.tokens[0], p.claim.tokens[0]))
    return tuple(_to_record(parse, pair, document_id) for pair in ordered)


def _to_record(parse: Parse, pair: _Pair, document_id: str) -> Dispute:
    claim, counter = (_to_side(parse, c) for c in (pair.claim, pair.counter))
    object = _piece(parse, *pair.object)
    parts = [document_id, pair.rule, str(claim.words.span), str(counter.words.span), str(object.span)]
    return Dispute(
        id=make_id("d", parts),
        claim=claim,
        counter=counter,
        object=object,
        confidence=round(pair.confidence, 3),
        made_by=f"dispute:{pair.rule}",
    )


def _to_side(parse: Parse, claim: _Claim) -> DisputeSide:
    first, past = claim.tokens[0], claim.tokens[-1] + 1
    if claim.cue is not None and parse.sentence_of[claim.cue] == parse.sentence_of[first]:
        first, past = min(first, claim.cue), max(past, claim.cue + 1)
    return DisputeSide(claim.source, claim.statements, claim.events, _piece(parse, first, past))


def _piece(parse: Parse, first: int, past: int) -> Piece:
    return Piece(parse.slice(first, past), (parse.start[first], parse.end[past - 1]))


class _Finder:
    def __init__(
        self,
        parse: Parse,
        predicates: dict[int, Predicate],
        statements: Sequence[Statement],
        events: Sequence[Event],
        quantities: Sequence[QuantityMention],
        parties: Parties,
    ) -> None:
        self.p = parse
        self.predicates = predicates
        self.quantities = quantities
        self.parties = parties
        self.words: DisputeWords = load_dispute_words()
        self.said = [c for s in statements if (c := self.read_statement(s)) is not None]
        self.told = [
            c
            for e in events
            if not e.according_to and e.factuality == "asserted"
            for c in [self.read_event(e)]
        ]

    # ------------------------------------------------------------------ claims
    def read_statement(self, said: Statement) -> _Claim | None:
        tokens = tuple(t for piece in said.content for t in self.tokens_in(piece.span))
        if not tokens:
            return None
        cue = self.tokens_in(said.cue.span) if said.cue else ()
        heads = [t for t in cue if self.p.pos[t] in ("VERB", "NOUN", "AUX", "ADJ")]
        at = heads[0] if heads else cue[0] if cue else None
        where = self.p.sentence_of[at if at is not None else tokens[0]]
        return _Claim(said.source, (said.id,), (), tuple(sorted(tokens)), at, where, said.parent)

    def read_bare_denials(self) -> Iterable[_Claim]:
        """Denials that are no statement of their own, since they hold no words: "which Caracas denies"."""
        p = self.p
        taken = {c.cue for c in self.said}
        for token, found in self.predicates.items():
            if token in taken or found.kind != "verb" or found.lemma not in self.words.deny:
                continue
            objects = [
                c for c in p.children[token] if p.dep[c] == "dobj" and p.lower[c] in self.words.pointing
            ]
            source = tuple(m for t in found.get("subject") for m in self.members(t))
            if objects and source and not any(p.dep[c] in ("neg", "aux") for c in p.children[token]):
                yield _Claim(source, (), (), (objects[0],), token, p.sentence_of[token])

    def read_event(self, event: Event) -> _Claim:
        spans = [event.trigger.span, *(m.span for m in (*event.actor, *event.recipient))]
        a, b = event.sentence
        spans = [s for s in spans if a <= s[0] and s[1] <= b]
        hull = min(s[0] for s in spans), max(s[1] for s in spans)
        tokens = self.tokens_in(hull)
        return _Claim((), (), (event.id,), tokens, None, self.p.sentence_of[tokens[0]])

    def tokens_in(self, span: Span) -> tuple[int, ...]:
        p = self.p
        first = max(0, bisect_left(p.start, span[0]) - 1)
        past = bisect_left(p.start, span[1])
        return tuple([t for t in range(first, past) if p.end[t] > span[0] and not p.word[t].isspace()])

    def members(self, token: int) -> tuple[Member, ...]:
        return self.parties(Party(token))

    def lemma(self, token: int) -> str:
        found = self.predicates.get(token)
        return found.lemma if found is not None else self.p.lemma[token].lower()

    def top(self, claim: _Claim) -> int:
        """The word of a claim that governs the rest."""
        p, inside = self.p, set(claim.tokens)
        tops = [t for t in claim.tokens if p.head[t] not in inside or p.head[t] == t] or claim.tokens
        return next((t for t in tops if p.pos[t] in ("VERB", "AUX", "NOUN")), tops[0])

    # ------------------------------------------------------------------ pairs
    def find_pairs(self) -> Iterable[_Pair]:
        for counter in (*self.said, *self.read_bare_denials()):
            if not counter.source:
                continue
            denial = self.is_denial(counter)
            back = self.points_back(counter, denial)
            pair = self.find_named(counter, denial) if denial or back else None
            if pair is not None:
                yield pair
            elif back:
                pair = self.find_meant(counter)
                if pair is not None:
                    yield pair
            elif denial:
                yield from self.find_repeated(counter)
        yield from self.find_contrary()

    def find_contrary(self) -> Iterable[_Pair]:
        """Contrary claims of different sources, near each other, neither inside the other, neither told as a denial."""
        parts = [
            self.read_parts(c) for c in self.said if c.source and c.parent is None and not self.is_denial(c)
        ]
        in_sentence: defaultdict[int, list[int]] = defaultdict(list)
        for n, part in enumerate(parts):
            in_sentence[part.claim.sentence].append(n)
        for n, one in enumerate(parts):
            here = one.claim.sentence
            near = (in_sentence.get(s, ()) for s in range(here - CONTRARY, here + CONTRARY + 1))
            for other in [parts[m] for m in sorted(chain(*near)) if m > n]:
                if one.contrary.isdisjoint(other.lemmas) and not (one.counts and other.counts):
                    continue
                if not self.apart(one.claim.source, other.claim.source):
                    continue
                if set(one.claim.tokens).isdisjoint(other.claim.tokens):
                    pair = self.compare_acts(one, other) or self.compare_numbers(one, other)
                    if pair is not None:
                        yield pair

    def read_parts(self, claim: _Claim) -> _Parts:
        acts = {t: self.lemma(t) for t in claim.tokens if self.is_act(t)}
        lemmas = frozenset(acts.values())
        opposite = (self.words.opposite.get(lemma, ()) for lemma in lemmas)
        contrary = (lemmas - self.words.vague).union(*opposite)
        return _Parts(claim, acts, lemmas, contrary, self.counts_in(claim))

    def apart(self, one: Sequence[Member], other: Sequence[Member]) -> bool:
        """Whether two sources are certainly not the same."""
        return bool(one) and bool(other) and not any(_same_party(a, b) for a in one for b in other)

    def is_denial(self, claim: _Claim) -> bool:
        """Whether the cue denies; "did not deny" does not."""
        if claim.cue is None:
            return False
        words, p = self.words, self.p
        if p.lemma[claim.cue] == "denial":
            return True
        lemma, whole = p.lemma[claim.cue].lower(), self.lemma(claim.cue)
        denies = lemma in words.deny or whole in words.deny
        if not denies and lemma not in words.refuse and whole not in words.refuse:
            return False
        if any(p.dep[c] == "neg" for c in p.children[claim.cue]):
            return False
        return denies or self.is_claim_phrase(claim)

    def is_claim_phrase(self, claim: _Claim) -> bool:
        """Whether what is denied is something somebody said, and not a proposal or a demand."""
        top = self.top(claim)
        return self.p.lemma[top] in self.words.claims or (
            self.p.lower[top] in ("which", "this", "that") and any(self.is_untrue(t) for t in claim.tokens)
        )

    def is_untrue(self, token: int) -> bool:
        p = self.p
        return p.lemma[token].lower() in self.words.untrue and not any(
            p.dep[c] == "neg" or p.lower[c] in ("not", "no")
            for c in (*p.children[token], *p.children[p.head[token]])
        )

    def find_named(self, counter: _Claim, denial: bool) -> _Pair | None:
        """The claim that a denial itself quotes: "contradicted the army's claim that the bridge had held", "said the army's
        claim that the bridge had held was false"."""
        p = self.p
        noun = self.top(counter) if denial else self.find_untrue(counter)
        if noun is None:
            return None
        clause = next(
            (c for c in p.children[noun] if p.dep[c] in ("acl", "ccomp") and c in counter.tokens), None
        )
        owner = p.child(noun, "poss")
        if p.lemma[noun] not in self.words.claims or clause is None or owner is None:
            return None
        by = {claim.cue: claim for claim in self.said}.get(noun)
        source = by.source if by else self.members(owner) or (self.quote(owner),)
        if not self.apart(source, counter.source) or p.pos[owner] == "PRON":
            return None
        first, past = p.subtree(clause)
        tokens = tuple(t for t in counter.tokens if first <= t < past)
        claim = _Claim(source, by.statements if by else (), (), tokens, noun, p.sentence_of[noun])
        return _Pair(claim, counter, self.span_of(tokens), 0.85, "quoted")

    def quote(self, token: int) -> Member:
        """A party that nobody is known for, by its words."""
        first = min([token, *(c for c in self.p.children[token] if c < token)])
        piece = _piece(self.p, first, token + 1)
        return Member(None, None, piece.text, piece.span)

    # ------------------------------------------------------------------ denials that point back
    def points_back(self, claim: _Claim, denial: bool) -> bool:
        """ "denied it", "rejected the accusations", "said that was a lie", "called the claims baseless", "they had not"."""
        p, words = self.p, self.words
        if not denial and len(claim.tokens) > 14:
            return False
        top = self.top(claim)
        if denial:
            behind = [
                t
                for t in p.children[top]
                if t in claim.tokens and p.dep[t] in ("acl", "relcl", "ccomp", "prep")
            ]
            noun = p.lemma[top] in words.claims and not any(
                p.dep[t] != "prep" or p.lower[t] != "by" for t in behind
            )
            return (
                p.lower[top] in words.pointing
                or noun
                or (p.lemma[top] == "do" and self.has_word(claim, "so"))
            )
        if self.is_short_denial(claim, top):
            return True
        return self.find_untrue(claim) is not None

    def find_untrue(self, claim: _Claim) -> int | None:
        """The word for what is called untrue, where it points back or names a claim: "that was a lie"."""
        p, words = self.p, self.words
        for t in claim.tokens:
            if not self.is_untrue(t):
                continue
            for up in (t, p.head[t]):
                for c in p.children[up]:
                    subject = p.dep[c] in ("nsubj", "nsubjpass", "dobj") and c in claim.tokens
                    if subject and (p.lower[c] in words.pointing or p.lemma[c] in words.claims):
                        return c
        return None

    def is_short_denial(self, claim: _Claim, top: int) -> bool:
        """ "they had not", "it did not": an auxiliary that is denied, and nothing behind it."""
        p = self.p
        if p.pos[top] != "AUX" and p.lemma[top] not in ("do", "have", "be"):
            return False
        inside = [c for c in p.children[top] if c in claim.tokens]
        negated = any(p.dep[c] == "neg" for c in inside)
        subject = [c for c in inside if p.dep[c] in ("nsubj", "nsubjpass")]
        rest = [c for c in inside if p.dep[c] not in ("nsubj", "nsubjpass", "neg", "mark", "punct", "advmod")]
        asked = any(p.tag[t] in ("WRB", "WP", "WDT") or p.word[t] == "?" for t in claim.tokens)
        plain = bool(subject) and subject[0] < top and p.pos[subject[0]] == "PRON"
        return negated and not rest and plain and not asked

    def has_word(self, claim: _Claim, word: str) -> bool:
        return any(self.p.lower[t] == word for t in claim.tokens)

    def find_meant(self, counter: _Claim) -> _Pair | None:
        """The claim just before that a denial means: one that names the denier or its owner, else an accusation."""
        p = self.p
        here = counter.tokens[0] if counter.cue is None else min(counter.tokens[0], counter.cue)
        owners = self.find_owners(counter)
        # "it" and "they had not" mean what was just said, whoever it was about; "the charges" mean charges
        bare = not any(p.lemma[t] in self.words.claims for t in counter.tokens)
        whose = {"denial": 0.85, "short": 0.75}
        best: tuple[tuple[int, ...], _Claim] | None = None
        for claim in (*self.said, *self.told):
            gap = counter.sentence - claim.sentence
            if claim is counter or claim.tokens[0] > here or not 0 <= gap <= REPEATED:
                continue
            if set(claim.tokens) & set(counter.tokens):
                # "X, which Y dismissed as a lie": what stands before the pronoun is the claim
                before = tuple(t for t in claim.tokens if t < here - 1)
                if not before or not self.has_word(counter, "which"):
                    continue
                claim = replace(claim, tokens=self.cut_before(counter, before))
            if gap > NEAR and not (owners and self.shares_topic(claim, counter)):
                continue
            if claim.statements and (not self.apart(claim.source, counter.source) or self.is_denial(claim)):
                continue
            far = p.paragraph_of[claim.sentence] < p.paragraph_of[counter.sentence] - 1
            if far and not owners:
                continue
            if claim.statements and not (self.affirms(claim) and self.tells(claim)):
                continue
            names = self.names(claim, counter.source)
            if owners:
                if not any(_same_party(a, b) for a in claim.source for b in owners):
                    continue
            elif not claim.source and not names:
                continue  # what the article tells of others
            elif (
                not names
                and not self.has_word(counter, "which")
                and (gap > 1 or not (bare or self.brings_charge(claim)))
            ):
                continue
            rank = (
                int(bool(claim.source)),
                -gap,
                int(self.brings_charge(claim)),
                int(names),
                claim.tokens[0],
            )
            if best is None or rank > best[0]:
                best = rank, claim
        if best is None:
            return None
        claim = best[1]
        rule = (
            "short"
            if not self.is_denial(counter) and self.is_short_denial(counter, self.top(counter))
            else "denial"
        )
        deed = self.find_deed(claim, counter.source)
        object = self.span_of(claim.tokens) if deed is None else self.phrase(deed, claim)
        return _Pair(claim, counter, object, whose[rule] if claim.source else 0.65, rule)

    def cut_before(self, counter: _Claim, tokens: tuple[int, ...]) -> tuple[int, ...]:
        """The tokens before a relative clause that holds the denial: before its pronoun, wherever that stands."""
        which = next(t for t in counter.tokens if self.p.lower[t] == "which")
        return tuple(t for t in tokens if t < which) or tokens

    def shares_topic(self, claim: _Claim, counter: _Claim) -> bool:
        return bool(self.topic(claim.tokens, set()) & self.topic(counter.tokens, set()))

    def find_owners(self, counter: _Claim) -> tuple[Member, ...]:
        """Whose claims are denied, where that is said: "Kyiv's accusations"."""
        p = self.p
        return tuple(
            m
            for t in counter.tokens
            if p.lemma[t] in self.words.claims
            for c in p.children[t]
            if p.dep[c] in ("poss", "amod", "compound")
            for m in self.members(c)
        )

    def brings_charge(self, claim: _Claim) -> bool:
        return claim.cue is not None and self.p.lemma[claim.cue].lower() in self.words.accuse

    def affirms(self, claim: _Claim) -> bool:
        """Whether a claim says that something is so: what is asked for, feared or only possible can't be denied."""
        top = self.top(claim)
        if top not in self.predicates or self.p.pos[top] in _NOUNS:
            return True
        return read_factuality(self.p, self.predicates, top).label not in ("demanded", "hypothetical")

    def tells(self, claim: _Claim) -> bool:
        """Whether a claim tells a fact or a charge, and not only what somebody asks for, offers or praises: in "summoned the
        envoy after a boat was rammed" the envoy is no accusation."""
        if claim.cue is None or self.p.pos[self.top(claim)] not in _NOUNS:
            return True
        ways = load_cues().verbs.get(self.lemma(claim.cue), ())
        return not ways or any(way.kind in _TELLING for way in ways)

    def find_deed(self, claim: _Claim, who: Sequence[Member]) -> int | None:
        """What they did, where a claim of something else tells it beside: "summoned the envoy after a boat was rammed"."""
        p, top = self.p, self.top(claim)
        if p.pos[top] != "VERB" or self.does(who, top):
            return None
        beside = [t for t in claim.tokens if p.dep[t] == "advcl" and p.pos[t] == "VERB" and t > top]
        return next((t for t in beside if self.does(who, t) and self.stands(t, claim)), None)

    def names(self, claim: _Claim, who: Sequence[Member]) -> bool:
        """Whether a claim is about somebody: its words name him, or what is his."""
        return any(
            _same_side(m, w)
            for t in claim.tokens
            if self.p.pos[t] in ("NOUN", "PROPN", "PRON", "ADJ")
            for m in self.members(t)
            for w in who
        )

    # ------------------------------------------------------------------ denials that repeat the claim
    def find_repeated(self, counter: _Claim) -> Iterable[_Pair]:
        """Claims of others, or of the article, that say of the denier what he denies."""
        key = self.find_denied(counter)
        if key is None:
            return
        rest = self.topic(counter.tokens, {key})
        for claim in (*self.said, *self.told):
            if abs(claim.sentence - counter.sentence) > REPEATED or set(claim.tokens) & set(counter.tokens):
                continue
            if claim.statements and (
                self.is_denial(claim) or (claim.source and not self.apart(claim.source, counter.source))
            ):
                continue
            same = [t for t in claim.tokens if self.p.pos[t] in _CONTENT and self.same_word(t, key)]
            same = [t for t in same if self.stands(t, claim)]
            if not same or not self.names(claim, counter.source):
                continue
            shared = rest & self.topic(claim.tokens, set(same))
            if rest and not shared:
                near = abs(claim.sentence - counter.sentence) <= 1
                if not near or not self.does(counter.source, same[0]):
                    continue
            sure = (0.8 if shared else 0.7) - (0.0 if claim.source else 0.1)
            yield _Pair(claim, counter, self.phrase(same[0], claim), sure, "repeated")

    def does(self, who: Sequence[Member], token: int) -> bool:
        """Whether it is they who do what the token tells."""
        found = self.predicates.get(token)
        doers = found.get("subject") + found.get("owner") if found is not None else ()
        return any(_same_side(m, w) for t in doers for m in self.members(t) for w in who)

    def find_denied(self, counter: _Claim) -> int | None:
        """The word for the act that is denied, behind nouns and verbs that only lead to it."""
        p = self.p
        inside = set(counter.tokens)
        token = self.top(counter)
        for _ in range(6):
            lead = p.lemma[token] in self.words.light or p.lemma[token] in self.words.vague
            if not (lead or p.lemma[token] in self.words.claims or p.lower[token] in self.words.pointing):
                return token
            below = [c for c in p.children[token] if c in inside]
            steps = [
                c
                for c in below
                if p.dep[c]
                in ("dobj", "acl", "relcl", "ccomp", "xcomp", "pobj", "pcomp", "prep", "attr", "acomp")
            ]
            if not steps:
                return None
            token = steps[0]
            while p.dep[token] == "prep":
                behind = next((c for c in p.children[token] if p.dep[c] in ("pobj", "pcomp")), None)
                if behind is None:
                    return None
                token = behind
        return None

    def stands(self, token: int, claim: _Claim) -> bool:
        """Whether the claim affirms the act at the token, as it may be planned or suspected."""
        if token not in self.predicates:
            return True
        reading = read_factuality(self.p, self.predicates, token)
        if reading.label == "denied":
            # the denier's own word may govern both, as in "which X denied"
            return False
        return reading.label not in ("hypothetical", "demanded") and reading.polarity == "positive"

    def same_word(self, one: int, other: int) -> bool:
        """Whether two words tell the same act: of one lemma, or a verb and its noun (invade, invasion)."""
        a, b = self.p.lemma[one].lower(), self.p.lemma[other].lower()
        if a == b:
            return True
        if self.p.pos[one] == self.p.pos[other] or a[:_STEM] != b[:_STEM]:
            return False
        shared = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
        return shared >= max(_STEM, (max(len(a), len(b)) + 1) // 2)

    def topic(self, tokens: Iterable[int], without: set[int]) -> set[str]:
        """The lemmas of what else is spoken of."""
        p, words = self.p, self.words
        return {
            p.lemma[t].lower()
            for t in tokens
            if t not in without
            and p.pos[t] in _CONTENT
            and p.lemma[t] not in words.vague | words.light | words.claims
        }

    # ------------------------------------------------------------------ contrary claims
    def compare_acts(self, some: _Parts, more: _Parts) -> _Pair | None:
        """The same said of the same, once with "not"; or two words that exclude each other."""
        one, other = some.claim, more.claim
        for a, la in some.acts.items():
            for b, lb in more.acts.items():
                opposite = lb in self.words.opposite.get(la, ())
                if not opposite and (la != lb or la in self.words.vague):
                    continue
                if not self.same_roles(a, b):
                    continue
                ra = read_factuality(self.p, self.predicates, a)
                rb = read_factuality(self.p, self.predicates, b)
                told = {"asserted", "suspected", "recurring"}
                if opposite and {ra.label, rb.label} <= told and ra.polarity == rb.polarity == "positive":
                    return _Pair(one, other, self.phrase(a, one), 0.7, "opposite")
                if opposite or {ra.polarity, rb.polarity} != {"positive", "negative"}:
                    continue
                positive, negative = (ra, rb) if ra.polarity == "positive" else (rb, ra)
                if positive.label not in told or negative.label != "denied":
                    continue
                claim, counter, at = (one, other, a) if positive is ra else (other, one, b)
                return _Pair(claim, counter, self.phrase(at, claim), 0.75, "negation")
        return None

    def is_act(self, token: int) -> bool:
        found = self.predicates.get(token)
        if found is None or found.kind not in ("verb", "adj"):
            return False
        return not any(self.p.lower[c] == "to" and self.p.dep[c] == "aux" for c in self.p.children[token])

    def same_roles(self, a: int, b: int) -> bool:
        """Whether two verbs or adjectives have the same subject, and the same object where both have one."""
        one, other = self.predicates[a], self.predicates[b]
        if self.lemma(a) != self.lemma(b):
            x, y = (self.get_subject(found) for found in (one, other))
            return any(self.same_thing(s, t) for s in x for t in y)
        if one.get("comp") or other.get("comp"):
            return False  # what is shown, asked or wanted may differ in every word
        for role in ("subject", "object"):
            x, y = one.get(role), other.get(role)
            if x and y:
                if not any(self.same_thing(s, t) for s in x for t in y):
                    return False
            elif role == "subject" and (x or y) and not (one.passive or other.passive):
                return False
        return bool(one.get("subject") and other.get("subject")) or bool(
            one.get("object") and other.get("object")
        )

    def get_subject(self, found: Predicate) -> tuple[int, ...]:
        """What is said to be or do something, whatever the voice."""
        return found.get("object") if found.passive else found.get("subject")

    def same_thing(self, a: int, b: int) -> bool:
        """The same actor, or a noun of the same lemma with the same owner or modifiers where both have some."""
        p = self.p
        one, other = self.members(a), self.members(b)
        if one and other and any(m.id for m in one) and any(m.id for m in other):
            return any(m.id == o.id for m in one for o in other)
        if p.pos[a] == "PRON" or p.pos[b] == "PRON":
            return False
        if p.lemma[a].lower() != p.lemma[b].lower():
            return False
        ways = ("amod", "compound", "poss", "nummod")
        x, y = ({p.lemma[c].lower() for c in p.children[t] if p.dep[c] in ways} for t in (a, b))
        return not (x and y) or bool(x & y)

    def compare_numbers(self, one: _Parts, other: _Parts) -> _Pair | None:
        """Counts of the same that can't both be right: "killed 12 soldiers" and "50 soldiers were killed"."""
        for a in one.counts:
            for b in other.counts:
                (what, x, mention), (same, y, _) = a, b
                if what != same or x.unit != y.unit or not self.same_counted(x.of, y.of):
                    continue
                if self.clash(x.text, x.value, y.text, y.value):
                    return _Pair(one.claim, other.claim, (mention.first, mention.past), 0.7, "number")
        return None

    def counts_in(self, claim: _Claim) -> list[_Count]:
        """Numbers of a claim with what they count, by the words that govern them."""
        p, inside, out = self.p, set(claim.tokens), []
        first = bisect_left(self.quantities, claim.tokens[0], key=lambda m: m.first)
        past = bisect_right(self.quantities, claim.tokens[-1], key=lambda m: m.first)
        for mention in self.quantities[first:past]:
            if mention.first not in inside or mention.past - 1 not in inside:
                continue
            token = mention.past - 1
            for _ in range(5):
                what = self.words.counted.get(self.lemma(token)) or self.words.counted.get(
                    p.lemma[token].lower()
                )
                what = what or next(
                    (w for c in p.children[token] if (w := self.words.counted.get(p.lower[c]))), None
                )
                if what:
                    reading = read_factuality(p, self.predicates, token) if token in self.predicates else None
                    if reading is None or reading.label in ("asserted", "suspected", "recurring"):
                        out.append((what, mention.quantity, mention))
                    break
                if p.head[token] == token or p.head[token] not in inside:
                    break
                token = p.head[token]
        return out

    def same_counted(self, one: str | None, other: str | None) -> bool:
        """Of the same kind, or unsaid by one of them."""
        if one is None or other is None or one == other:
            return True
        general = {"people", "person", "other", "man", "dead", "casualty", "death"}
        return one.split()[-1] in general or other.split()[-1] in general

    def clash(self, one: str, x: float, other: str, y: float) -> bool:
        """Whether no number fits both."""
        (low, high), (least, most) = self.range_of(one, x), self.range_of(other, y)
        return high < least or most < low

    def range_of(self, text: str, value: float) -> tuple[float, float]:
        words = text.lower()
        kind = next((k for w, k in self.words.bounds.items() if words.startswith(w + " ")), "")
        if kind == "lower":
            return value * (1 - 1e-9), float("inf")
        if kind == "upper":
            return 0.0, value
        slack = ROUGHLY * value if kind == "about" else 0.0
        return value - slack, value + slack

    # ------------------------------------------------------------------ words
    def span_of(self, tokens: Sequence[int]) -> tuple[int, int]:
        """The tokens without a conjunction or mark at their front."""
        first, past = tokens[0], tokens[-1] + 1
        while past - first > 1 and (self.p.dep[first] == "mark" or self.p.pos[first] == "PUNCT"):
            first += 1
        while past - first > 1 and self.p.pos[past - 1] == "PUNCT":
            past -= 1
        return first, past

    def phrase(self, token: int, claim: _Claim) -> tuple[int, int]:
        """What the act at the token takes with it, within the claim."""
        first, past = self.p.subtree(token)
        inside = [t for t in claim.tokens if first <= t < past]
        # the run of tokens around the act, so that a claim in pieces gives words that stand together
        low = high = token
        kept = set(inside)
        while low - 1 in kept:
            low -= 1
        while high + 1 in kept:
            high += 1
        return self.span_of(tuple(range(low, high + 1)))


def _same_party(one: Member, other: Member) -> bool:
    """The same, or the one a part of the other (a state and its ministry). Without ids their last words are compared."""
    if one.id and other.id:
        return one.id == other.id or one.id.startswith(other.id + ".") or other.id.startswith(one.id + ".")
    if one.span == other.span:
        return True
    a, b = one.text.lower().split(), other.text.lower().split()
    return bool(a) and bool(b) and a[-1] == b[-1]


def _same_side(one: Member, other: Member) -> bool:
    """The same, or of the same country or organisation where not both are persons (a state and its troops)."""
    if _same_party(one, other):
        return True
    if not one.id or not other.id:
        return False
    if one.id.split(".")[0] != other.id.split(".")[0]:
        return False
    return not (_is_person(one.id) and _is_person(other.id))


def _is_person(id: str) -> bool:
    return id.split(".")[-1].islower()
