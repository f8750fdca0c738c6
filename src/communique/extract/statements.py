"""Finds statements: who said what to whom, in whatever form English gives it.

Quotations are hung on their cues first (`extract/quoted.py`); then every cue verb, noun and adjective takes the clause
or phrase it brings in (`extract/content.py`); then "according to" and "citing"; last, a quotation without a cue goes to the
speaker before it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from communique.annotate.parse import Parse
from communique.extract.content import (
    collect_below,
    complete_quotes,
    continue_quotes,
    find_content,
    has_gap,
    shape_of,
    to_spans,
)
from communique.extract.predicates import NOMINAL, Predicate
from communique.extract.quoted import Quotation, hang_quotations
from communique.knowledge.cues import Cue, Cues

Kind = Literal["direct", "mixed", "indirect"]
_FIRST_PERSON = frozenset({"i", "we", "me", "us"})
_SAYING = frozenset({"say", "tell", "state", "name"})
_UNREAL = frozenset({"could", "might", "may", "can", "should", "must"})


@dataclass(frozen=True, slots=True)
class StatementFound:
    """A statement before its parties are linked.

    `source`, `addressee`, `via` are head tokens. `cue` is a token range. `content` are character spans, without the
    quotation marks and commas at their outer edges. `parent` and `continued_from` are places in the list of statements:
    the one this stands inside, and the one whose speaker goes on here.
    """

    source: tuple[int, ...]
    cue: tuple[int, int] | None
    content: tuple[tuple[int, int], ...]
    kind: Kind
    addressee: tuple[int, ...]
    via: tuple[int, ...]
    parent: int | None
    continued_from: int | None
    confidence: float
    made_by: str


@dataclass(slots=True)
class _Draft:
    source: tuple[int, ...]
    cue: tuple[int, int] | None
    tokens: set[int]
    confidence: float
    made_by: str
    addressee: tuple[int, ...] = ()
    via: tuple[int, ...] = ()
    continued: _Draft | None = None
    quoted: bool = False
    anchor: int = field(default=0)


def find_statements(parse: Parse, predicates: dict[int, Predicate], cues: Cues) -> list[StatementFound]:
    """All statements of the document in the order of their words."""
    return _Finder(parse, predicates, cues).find()


def speakers_of(parse: Parse, statements: Iterable[StatementFound]) -> dict[int, tuple[int, ...]]:
    """Who speaks in each quotation (`Parse.quote` number -> source tokens), for "I" and "we" inside it."""
    found: dict[int, tuple[int, ...]] = {}
    for number, (a, b) in enumerate(parse.quotes):
        size = max(1, b - a)
        for statement in statements:
            covered = sum(max(0, min(b, y) - max(a, x)) for x, y in statement.content)
            if statement.source and covered >= 0.6 * size and statement.parent is None:
                found.setdefault(number, statement.source)
    return found


class _Finder:
    def __init__(self, parse: Parse, predicates: dict[int, Predicate], cues: Cues) -> None:
        self.p = parse
        self.predicates = predicates
        self.c = cues
        self.drafts: list[_Draft] = []
        self.by_cue: dict[int, _Draft] = {}

    def find(self) -> list[StatementFound]:
        self.hangings = hang_quotations(self.p, self.predicates, self.c)
        for token in sorted(self.predicates):
            predicate = self.predicates[token]
            if predicate.kind == "verb":
                self.read_verb(predicate)
            elif predicate.kind == "noun":
                self.read_noun(predicate)
            else:
                self.read_adjective(predicate)
        for quotation, source, sign in self.hangings.by_name:
            draft = _Draft(
                tuple(self.p.conjuncts(source)),
                (sign, sign + 1),
                self.words_of(quotation),
                0.8,
                "speaker-set-off",
            )
            self.keep(draft, quotation.first, quoted=True)
        self.read_transcripts()
        self.read_phrases()
        self.read_citing()
        self.continue_speakers()
        return self.finish()

    # ------------------------------------------------------------------ cues
    def read_verb(self, predicate: Predicate) -> None:
        p, v = self.p, predicate.head
        if self.is_relay(v):
            return
        quotations = self.hangings.by_verb.get(v, [])
        quoted = set().union(*(self.words_of(q) for q in quotations)) if quotations else set()
        for cue, preposition in self.cues_of(predicate):
            tokens = find_content(p, predicate, cue, preposition, around=not quoted)
            if quoted and self.hangings.by_verb.keys() & (tokens - {v}):
                tokens = set()  # "“…,” she said, but still, “…,” said her aide": each has its own
            if not tokens and predicate.passive and "clause" in cue.takes and cue.kind in ("say", "believe"):
                tokens = self.raised(v)
            if not tokens and not quoted:
                continue
            tokens = continue_quotes(p, (tokens - {v} - self.lifted(predicate)) | quoted, v)
            if p.quote[v] >= 0:
                tokens = {t for t in tokens if p.quote[t] == p.quote[v]}
            if not self.is_real(predicate, cue, bool(quoted)):
                return
            source, via = self.source_of(predicate)
            source = tuple(s for s in source if s not in tokens)
            if p.quote[v] >= 0 and (
                any(p.lower[s] in _FIRST_PERSON for s in source)
                or not any(p.quote[s] == p.quote[v] for s in source)
            ):
                return  # "I think", in one's own quotation; or a subject from outside it
            if not source and quoted:
                source = self.inverted_subject(v, min(quoted))
            if not source and not quoted and not self.is_impersonal(predicate, tokens):
                return
            addressee = self.addressee_of(predicate, cue, preposition, tokens, source)
            if addressee and not quoted and not self.is_order(predicate, tokens):
                tokens = tokens.difference(*(collect_below(p, a) for a in addressee))
            last = preposition if preposition is not None and preposition == v + 1 else predicate.particle
            end = last + 1 if last is not None and last == v + 1 else v + 1
            negation = next((c for c in p.children[v] if p.dep[c] == "neg" and 0 < v - c < 3), v)
            confidence = cue.confidence if source else 0.7 * cue.confidence
            draft = _Draft(source, (negation, end), tokens, confidence, f"cue:{p.lower[v]}", addressee, via)
            self.keep(draft, v, quoted=bool(quoted))
            return
        if quoted:
            source, via = self.source_of(predicate)
            self.keep(_Draft(source, (v, v + 1), quoted, 0.7, "quote-beside", via=via), v, quoted=True)

    def is_relay(self, v: int) -> bool:
        """ "was cited as saying": the saying is the cue, not the citing."""
        p = self.p
        if p.lemma[v] not in self.c.relayed:
            return False
        inner = (d for c in p.children[v] if p.lower[c] == "as" for d in p.children[c] if p.dep[d] == "pcomp")
        return any(p.lemma[d] in self.c.verbs for d in inner)

    def cues_of(self, predicate: Predicate) -> list[tuple[Cue, int | None]]:
        """The ways a verb can be a cue, each with the preposition that belongs to it; the longer word first."""
        p, verbs = self.p, self.c.verbs
        found: list[tuple[Cue, int | None]] = []
        lemmas = dict.fromkeys((predicate.lemma, p.lemma[predicate.head]))
        for c in p.children[predicate.head]:
            if p.dep[c] == "dobj" and p.lower[c] == "it" and c == predicate.head + 1:
                found.extend((cue, None) for cue in verbs.get(f"{p.lemma[predicate.head]} it", ()))
            if p.dep[c] in ("prep", "agent", "dative") and p.pos[c] in ("ADP", "SCONJ"):
                for lemma in lemmas:
                    found.extend((cue, c) for cue in verbs.get(f"{lemma} {p.lower[c]}", ()))
        for lemma in lemmas:
            found.extend((cue, None) for cue in verbs.get(lemma, ()))
        return found

    def lifted(self, predicate: Predicate) -> set[int]:
        """Verbs the parser coordinated with a complement that belong to the cue itself, by their subject."""
        found: set[int] = set()
        for c in self.p.children[predicate.head]:
            below = self.predicates.get(c)
            if self.p.dep[c] != "ccomp" or below is None:
                continue
            for d in self.p.children[c]:
                other = self.predicates.get(d)
                if self.p.dep[d] != "conj" or other is None or not other.get("subject"):
                    continue
                if other.get("subject") == predicate.get("subject") != below.get("subject"):
                    found |= collect_below(self.p, d)
        return found

    def is_real(self, predicate: Predicate, cue: Cue, quoted: bool) -> bool:
        """Whether the saying itself took place: not "did not say", "could say", "if he says"."""
        if quoted or cue.kind not in _SAYING:
            return True
        p = self.p
        for c in p.children[predicate.head]:
            if p.dep[c] == "neg" or (p.dep[c] == "aux" and p.lower[c] in _UNREAL):
                return False
            if p.dep[c] == "mark" and p.lower[c] in ("if", "unless", "whether"):
                return False
        return True

    def source_of(self, predicate: Predicate) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Who says it, and through whom: "X was quoted by Y as saying", "issued a statement saying"."""
        p, v = self.p, predicate.head
        up = p.head[v]
        if p.dep[v] == "pcomp" and p.lower[up] == "as":
            relay = self.predicates.get(p.head[up])
            if relay is not None and p.lemma[relay.head] in self.c.relayed:
                if relay.passive:
                    return relay.get("object"), tuple(t for t in relay.get("by"))
                return relay.get("object"), relay.get("subject")
        subject = predicate.get("subject")
        if len(subject) == 1 and p.dep[v] in ("acl", "relcl") and p.lemma[subject[0]] in self.c.documents:
            author = self.author_of(subject[0])
            if author:
                return author, ()
        if len(subject) == 1 and p.lower[subject[0]] in ("it", "there") and p.dep[subject[0]] == "expl":
            return (), ()
        return subject, ()

    def author_of(self, document: int) -> tuple[int, ...]:
        """Whoever issued a document in the same clause."""
        p = self.p
        verb = self.predicates.get(p.head[document])
        if (
            verb is not None
            and verb.kind == "verb"
            and p.dep[document] in ("dobj", "pobj")
            and verb.lemma in self.c.issuing
        ):
            return verb.get("subject")
        return ()

    def raised(self, v: int) -> set[int]:
        """The content of a saying without a sayer: "is expected to resign", "was said to have fled"."""
        p = self.p
        subject, act = p.child(v, "nsubjpass"), p.child(v, "xcomp")
        if subject is None or act is None or shape_of(p, act) != "infinitive":
            return set()
        return collect_below(p, subject) | collect_below(p, act)

    def is_impersonal(self, predicate: Predicate, tokens: set[int]) -> bool:
        """Sayings without a sayer that still are sayings: "it was reported that", "officials were told that"."""
        p = self.p
        said = (c for c in p.children[predicate.head] if p.dep[c] in ("ccomp", "xcomp"))
        return predicate.passive and any(c in tokens for c in said)

    def inverted_subject(self, v: int, quote: int) -> tuple[int, ...]:
        """ "…?” asked the mayor", read by the parser as if the mayor was asked."""
        p = self.p
        heard = p.child(v, "dobj")
        if heard is None or quote > v or p.subtree(heard)[0] != v + 1:
            return ()
        return tuple(p.conjuncts(heard))

    def addressee_of(
        self,
        predicate: Predicate,
        cue: Cue,
        preposition: int | None,
        tokens: set[int],
        source: tuple[int, ...],
    ) -> tuple[int, ...]:
        p, v = self.p, predicate.head
        for role in cue.addressee:
            if role == "object":
                heard = predicate.get("indirect") or predicate.get("object")
            elif preposition is not None and p.lower[preposition] != role and role != "object":
                continue
            else:
                heard = predicate.get(role)
            heard = tuple(t for t in heard if p.pos[t] in NOMINAL and t != v and t not in source)
            if heard and self.has_other(tokens, heard):
                return heard
        return self.audience_of(v, tokens)

    def is_order(self, predicate: Predicate, tokens: set[int]) -> bool:
        """Whether the content is what somebody is asked to do, his name included ("urged Iran to stop")."""
        return any(
            c in tokens and shape_of(self.p, c) == "infinitive" for c in self.p.children[predicate.head]
        )

    def has_other(self, tokens: set[int], heard: tuple[int, ...]) -> bool:
        below = set().union(*(collect_below(self.p, t) for t in heard))
        return any(self.p.word[t][0].isalnum() for t in tokens - below)

    def audience_of(self, v: int, tokens: set[int]) -> tuple[int, ...]:
        """The hearers of an occasion: "in a letter to the council, it said"."""
        p = self.p
        for c in p.children[v]:
            if p.dep[c] == "prep" and p.lower[c] in ("in", "during", "at"):
                occasion = p.child(c, "pobj")
                if occasion is not None and p.lemma[occasion] in self.c.occasions and occasion not in tokens:
                    for d in p.children[occasion]:
                        inner = (
                            p.child(d, "pobj")
                            if p.lower[d] in ("to", "with") and p.dep[d] == "prep"
                            else None
                        )
                        if inner is not None:
                            return tuple(p.conjuncts(inner))
        return ()

    def read_noun(self, predicate: Predicate) -> None:
        p, n = self.p, predicate.head
        for cue in self.c.nouns.get(predicate.lemma, ()):
            tokens: set[int] = set()
            for c in p.children[n]:
                if p.dep[c] in ("acl", "ccomp", "relcl"):
                    shape = shape_of(p, c)
                    marked = any(p.lower[d] == "that" and p.dep[d] == "mark" for d in p.children[c])
                    if (shape == "clause" and "clause" in cue.takes and marked and not has_gap(p, c)) or (
                        shape == "infinitive" and "infinitive" in cue.takes and p.dep[c] != "relcl"
                    ):
                        tokens |= collect_below(p, c)
                elif p.dep[c] == "prep" and p.lower[c] == "of" and "of" in cue.takes:
                    tokens |= self.below_preposition(c)
            if not tokens:
                continue
            source = self.source_of_noun(predicate, cue)
            clause = any(p.lower[t] == "that" and p.dep[t] == "mark" for t in tokens)
            if not source and not clause:
                continue
            confidence = cue.confidence if source else 0.6 * cue.confidence
            self.keep(_Draft(source, (n, n + 1), tokens, confidence, f"noun:{p.lemma[n]}"), n)
            return
        for c in p.children[n]:
            for cue in self.c.nouns.get(f"{predicate.lemma} {p.lower[c]}", ()):
                source = self.source_of_noun(predicate, cue)
                tokens = self.below_preposition(c)
                source = tuple(s for s in source if s not in tokens)
                if tokens and source:
                    self.keep(
                        _Draft(
                            source,
                            (n, c + 1 if c == n + 1 else n + 1),
                            tokens,
                            cue.confidence,
                            f"noun:{p.lemma[n]}",
                        ),
                        n,
                    )
                    return

    def below_preposition(self, preposition: int) -> set[int]:
        inner = self.p.child(preposition, "pobj", "pcomp")
        return collect_below(self.p, inner) if inner is not None else set()

    def source_of_noun(self, predicate: Predicate, cue: Cue) -> tuple[int, ...]:
        p = self.p
        for role in ("owner", "by", "from", "subject"):
            if predicate.get(role):
                return predicate.get(role)
        if cue.kind == "noun" and predicate.get("of"):
            return tuple(t for t in predicate.get("of") if p.pos[t] in NOMINAL)
        named = [m for m in predicate.get("mod") if p.ent[m] in ("GPE", "NORP", "ORG", "PERSON")]
        if named:
            return tuple(named[:1])
        up = p.head[predicate.head]
        verb = self.predicates.get(up)
        if (
            verb is not None
            and verb.kind == "verb"
            and p.dep[predicate.head] == "dobj"
            and not verb.passive
            and verb.lemma in ("have", "make", "express", "voice", "raise", "issue")
        ):
            return verb.get("subject")
        return ()

    def read_adjective(self, predicate: Predicate) -> None:
        p, a = self.p, predicate.head
        source = predicate.get("subject")
        made = self.predicates.get(p.head[a])
        clauses = [c for c in p.children[a] if p.dep[c] == "ccomp"]
        if made is not None and made.lemma == "make":
            # "made it clear that": the clause may hang on the verb
            source = made.get("subject")
            clauses += [c for c in p.children[made.head] if p.dep[c] == "ccomp" and c > a]
        if not source or any(p.lower[s] in ("it", "that", "this", "there") for s in source):
            return
        for cue in self.c.adjectives.get(predicate.lemma, ()):
            said = [c for c in clauses if shape_of(p, c) == "clause"]
            tokens = set().union(*(collect_below(p, c) for c in said)) - {a} if said else set()
            if tokens:
                self.keep(_Draft(source, (a, a + 1), tokens, cue.confidence, f"adjective:{p.lemma[a]}"), a)
                return
        for c in p.children[a]:
            for cue in self.c.adjectives.get(f"{predicate.lemma} {p.lower[c]}", ()):
                tokens = self.below_preposition(c)
                if tokens and p.dep[a] != "amod":
                    cue_span = (a, c + 1 if c == a + 1 else a + 1)
                    self.keep(_Draft(source, cue_span, tokens, cue.confidence, f"adjective:{p.lemma[a]}"), a)
                    return

    # ------------------------------------------------------------------ according to, citing
    def read_phrases(self) -> None:
        p = self.p
        i = 0
        while i < len(p):
            for words, cue in self.c.phrases:
                past = i + len(words)
                if past < len(p) and tuple(p.lower[i:past]) == words:
                    self.read_phrase(i, past, cue)
                    i = past - 1
                    break
            i += 1

    def read_transcripts(self) -> None:
        """Paragraphs of an interview: a name, a colon, then what that person says."""
        p = self.p
        for number, (low, high) in enumerate(p.sentences):
            if number and p.paragraph_of[number] == p.paragraph_of[number - 1]:
                continue
            colon = next((t for t in range(low, min(low + 8, high)) if p.word[t] == ":"), None)
            if colon is None or colon == low or p.ent[colon - 1] != "PERSON" or p.quote[low] >= 0:
                continue
            if any(p.pos[t] not in ("PROPN", "NOUN", "PUNCT", "ADJ") for t in range(low, colon)):
                continue
            last = number
            while last + 1 < len(p.sentences) and p.paragraph_of[last + 1] == p.paragraph_of[number]:
                last += 1
            tokens = set(range(colon + 1, p.sentences[last][1]))
            if not any(d.tokens & tokens and d.quoted for d in self.drafts) and any(
                p.pos[t] in ("VERB", "AUX") for t in tokens
            ):
                self.keep(_Draft((colon - 1,), (colon, colon + 1), tokens, 0.75, "transcript"), low)

    def read_phrase(self, first: int, past: int, cue: Cue) -> None:
        p = self.p
        head = p.child(past - 1, "pobj")
        if head is None:
            head = next(
                (
                    t
                    for t in range(past, min(past + 8, len(p)))
                    if p.pos[t] in NOMINAL and p.dep[t] != "compound"
                ),
                None,
            )
            if head is None:
                return
        source = tuple(p.conjuncts(head))
        after = max(p.subtree(head)[1], past)
        low, high = p.sentences[p.sentence_of[first]]
        inside = p.quote[first]
        left = [t for t in range(low, first) if inside < 0 or p.quote[t] == inside]
        right = [t for t in range(after, high) if inside < 0 or p.quote[t] == inside]
        tokens = self.content_around(first, left, right)
        if not any(p.word[t][0].isalnum() for t in tokens):
            return
        for draft in self.drafts:
            if draft.anchor in tokens:
                draft.tokens -= set(range(first, after))
        told = self.told_inside(tokens, first)
        if told is not None and self.is_channel(head) and told.source != source:
            told.via = source
            return
        self.keep(_Draft(source, (first, past), tokens, cue.confidence, cue.kind), first)

    def content_around(self, phrase: int, left: list[int], right: list[int]) -> set[int]:
        """Which side of an according-phrase it speaks of: behind it when it opens the sentence, around it when it
        interrupts a clause, before it when it follows one."""
        p = self.p
        words_left = [t for t in left if p.word[t][0].isalnum() and p.pos[t] not in ("CCONJ", "ADV")]
        words_right = [t for t in right if p.word[t][0].isalnum()]
        if not words_left:
            return set(right)
        if not words_right:
            return set(left)
        clause = p.head[phrase]
        while p.pos[clause] not in ("VERB", "AUX") and p.head[clause] != clause:
            clause = p.head[clause]
        root = phrase
        while p.head[root] != root:
            root = p.head[root]
        if root >= words_right[0]:
            return set(left) | set(right)
        if clause >= words_right[0] and clause in right:
            return collect_below(p, clause) - set(range(phrase, words_right[0]))
        return set(left)

    def told_inside(self, tokens: set[int], phrase: int) -> _Draft | None:
        """The cue that governs the sentence an according-phrase is about ("According to Xinhua, Xi added …")."""
        p = self.p
        for t in sorted(tokens):
            draft = self.by_cue.get(t)
            if draft is None or p.pos[t] != "VERB":
                continue
            if p.head[t] == t or (draft.made_by.startswith("cue:") and p.head[phrase] in (t, p.head[t])):
                return draft
        return None

    def is_channel(self, head: int) -> bool:
        """Whether a noun phrase names a news agency, paper or broadcaster."""
        p = self.p
        return any(
            p.lower[t] in self.c.channels or p.lemma[t] in self.c.channels
            for t in (
                head,
                *(
                    c
                    for c in p.children[head]
                    if p.dep[c] in ("compound", "amod") and p.pos[c] in ("PROPN", "NOUN")
                ),
            )
        )

    def read_citing(self) -> None:
        """ "Reuters reported a deal, citing two officials": the officials are the source, Reuters passes it on."""
        p = self.p
        for token, predicate in sorted(self.predicates.items()):
            if p.lemma[token] not in self.c.citing or p.dep[token] != "advcl" or p.tag[token] != "VBG":
                continue
            up = p.head[token]
            told = self.by_cue.get(up) or (self.by_cue.get(p.head[up]) if p.dep[up] == "ccomp" else None)
            cited = predicate.get("object")
            if told is None or not cited or not told.source or not self.is_channel(told.source[0]):
                continue
            told.via, told.source = told.source, cited
            told.tokens -= collect_below(p, token)
            own = self.by_cue.pop(token, None)
            if own is not None:
                self.drafts.remove(own)

    # ------------------------------------------------------------------ continued speakers
    def continue_speakers(self) -> None:
        """Gives a quotation that stands alone the speaker of the statement before it."""
        p = self.p
        covered = {t for d in self.drafts if d.quoted for t in d.tokens}
        for quotation in sorted(self.hangings.loose, key=lambda q: q.first):
            if not quotation.alone or covered.intersection(self.words_of(quotation)):
                continue
            before = self.draft_before(quotation)
            tokens = self.words_of(quotation)
            if before is not None:
                draft = _Draft(
                    before.source,
                    None,
                    tokens,
                    0.85 if before.quoted else 0.7,
                    "quote-continued",
                    continued=before,
                    via=before.via,
                )
                self.keep(draft, quotation.first, quoted=True)
                continue
            subject = self.subject_before(quotation)
            if subject and len([t for t in tokens if p.word[t][0].isalnum()]) > 3:
                self.keep(
                    _Draft(subject, None, tokens, 0.6, "quote-after-subject"), quotation.first, quoted=True
                )

    def draft_before(self, quotation: Quotation) -> _Draft | None:
        """The last statement in the sentence, or in the paragraph, right before a quotation."""
        p = self.p
        if not quotation.first:
            return None
        own = p.sentence_of[quotation.first]
        previous = p.sentence_of[quotation.first - 1]
        gap = p.paragraph_of[own] - p.paragraph_of[previous]
        if gap > 1:
            return None
        low, high = p.sentences[previous]
        near = [
            d for d in self.drafts if d.source and self.touches(d, low, quotation.first) and self.can_go_on(d)
        ]
        return max(near, key=lambda d: (d.quoted, min(d.anchor, high)), default=None)

    def touches(self, draft: _Draft, low: int, high: int) -> bool:
        where = draft.anchor if draft.cue else max(draft.tokens)
        return low <= where < high or any(low <= t < high for t in draft.tokens)

    def can_go_on(self, draft: _Draft) -> bool:
        return draft.quoted or draft.made_by.startswith(("cue:", "according"))

    def subject_before(self, quotation: Quotation) -> tuple[int, ...]:
        """The person who is the subject of the sentence before a quotation, in its paragraph."""
        p = self.p
        if not quotation.first:
            return ()
        previous = p.sentence_of[quotation.first - 1]
        if p.paragraph_of[previous] != p.paragraph_of[p.sentence_of[quotation.first]]:
            return ()
        low, high = p.sentences[previous]
        root = next((t for t in range(low, high) if p.head[t] == t), low)
        predicate = self.predicates.get(root)
        subject = predicate.get("subject") if predicate is not None and predicate.kind == "verb" else ()
        persons = tuple(t for t in subject if p.ent[t] == "PERSON" or p.lower[t] in ("he", "she"))
        return persons

    # ------------------------------------------------------------------ the list
    def words_of(self, quotation: Quotation) -> set[int]:
        return set(range(quotation.first, quotation.past))

    def keep(self, draft: _Draft, anchor: int, quoted: bool = False) -> None:
        draft.anchor, draft.quoted = anchor, quoted
        self.drafts.append(draft)
        self.by_cue.setdefault(anchor, draft)

    def finish(self) -> list[StatementFound]:
        p = self.p
        rows: list[tuple[_Draft, tuple[tuple[int, int], ...]]] = []
        for draft in self.drafts:
            if draft.cue is not None:
                draft.tokens -= set(range(*draft.cue))
            spans = to_spans(p, draft.tokens)
            if spans:
                rows.append((draft, spans))
        rows.sort(key=lambda r: (min(r[1][0][0], self.cue_start(r[0])), -r[1][-1][1]))
        place = {id(draft): i for i, (draft, _) in enumerate(rows)}
        return [
            StatementFound(
                source=draft.source,
                cue=draft.cue,
                content=spans,
                kind=self.kind_of(draft.tokens),
                addressee=draft.addressee,
                via=draft.via,
                parent=self.parent_of(i, rows),
                continued_from=place.get(id(draft.continued)) if draft.continued else None,
                confidence=round(draft.confidence, 3),
                made_by=draft.made_by,
            )
            for i, (draft, spans) in enumerate(rows)
        ]

    def cue_start(self, draft: _Draft) -> int:
        return self.p.start[draft.cue[0] if draft.cue else min(draft.tokens)]

    def kind_of(self, tokens: set[int]) -> Kind:
        p = self.p
        words = [t for t in complete_quotes(p, tokens) if p.word[t][0].isalnum()]
        inside = sum(p.quote[t] >= 0 for t in words)
        return "direct" if inside == len(words) else "mixed" if inside else "indirect"

    def parent_of(self, i: int, rows: list[tuple[_Draft, tuple[tuple[int, int], ...]]]) -> int | None:
        """The closest statement whose content holds this one's cue (or content, where there is no cue)."""
        draft, spans = rows[i]
        p = self.p
        here = (p.start[draft.cue[0]], p.end[draft.cue[1] - 1]) if draft.cue else (spans[0][0], spans[-1][1])
        best: tuple[int, int] | None = None
        for j, (_, other) in enumerate(rows):
            if j == i or not any(a <= here[0] and here[1] <= b for a, b in other):
                continue
            size = sum(b - a for a, b in other)
            if size > sum(b - a for a, b in spans) and (best is None or size < best[0]):
                best = (size, j)
        return best[1] if best else None
