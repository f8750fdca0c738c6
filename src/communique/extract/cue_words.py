"""Cue words: verbs, nouns and adjectives that bring in what somebody said, thinks, wants or asks for."""

from __future__ import annotations

from communique.annotate.parse import Parse
from communique.extract.content import collect_below, continue_quotes, find_content, has_gap, shape_of
from communique.extract.drafts import Board, Draft, words_of
from communique.extract.predicates import NOMINAL, Predicate
from communique.extract.quoted import Hangings
from communique.knowledge.cues import Cue, Cues

_FIRST_PERSON = frozenset({"i", "we", "me", "us"})
_SAYING = frozenset({"say", "tell", "state", "name"})
_UNREAL = frozenset({"could", "might", "may", "can", "should", "must"})


def read_cue_words(
    parse: Parse, predicates: dict[int, Predicate], cues: Cues, hangings: Hangings, board: Board
) -> None:
    """Adds a draft for every cue word that has a content and somebody to say it."""
    reader = _CueReader(parse, predicates, cues, hangings, board)
    starting = [
        token
        for token, predicate in predicates.items()
        if predicate.lemma in cues.starts[predicate.kind]
        or (
            predicate.kind == "verb"
            and (token in hangings.by_verb or parse.lemma[token] in cues.starts["verb"])
        )
    ]
    for token in sorted(starting):
        predicate = predicates[token]
        if predicate.kind == "verb":
            reader.read_verb(predicate)
        elif predicate.kind == "noun":
            reader.read_noun(predicate)
        else:
            reader.read_adjective(predicate)


class _CueReader:
    def __init__(
        self, parse: Parse, predicates: dict[int, Predicate], cues: Cues, hangings: Hangings, board: Board
    ) -> None:
        self.p = parse
        self.predicates = predicates
        self.cues = cues
        self.hangings = hangings
        self.board = board

    def read_verb(self, predicate: Predicate) -> None:
        p, v = self.p, predicate.head
        if self.is_relay(v):
            return
        quotations = self.hangings.by_verb.get(v, [])
        quoted = set().union(*(words_of(q) for q in quotations)) if quotations else set()
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
            draft = Draft(source, (negation, end), tokens, confidence, f"cue:{p.lower[v]}", addressee, via)
            self.board.keep(draft, v, quoted=bool(quoted))
            return
        if quoted:
            source, via = self.source_of(predicate)
            self.board.keep(Draft(source, (v, v + 1), quoted, 0.7, "quote-beside", via=via), v, quoted=True)

    def is_relay(self, v: int) -> bool:
        """In "was cited as saying" the saying is the cue, not the citing."""
        p = self.p
        if p.lemma[v] not in self.cues.relayed:
            return False
        inner = (d for c in p.children[v] if p.lower[c] == "as" for d in p.children[c] if p.dep[d] == "pcomp")
        return any(p.lemma[d] in self.cues.verbs for d in inner)

    def cues_of(self, predicate: Predicate) -> list[tuple[Cue, int | None]]:
        """The ways a verb can be a cue, each with the preposition that belongs to it; the longer word first."""
        p, verbs = self.p, self.cues.verbs
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
            if relay is not None and p.lemma[relay.head] in self.cues.relayed:
                if relay.passive:
                    return relay.get("object"), tuple(t for t in relay.get("by"))
                return relay.get("object"), relay.get("subject")
        subject = predicate.get("subject")
        if len(subject) == 1 and p.dep[v] in ("acl", "relcl") and p.lemma[subject[0]] in self.cues.documents:
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
            and verb.lemma in self.cues.issuing
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
        """The mayor of "…?” asked the mayor", whom the parser takes for the one who was asked."""
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
                if (
                    occasion is not None
                    and p.lemma[occasion] in self.cues.occasions
                    and occasion not in tokens
                ):
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
        for cue in self.cues.nouns.get(predicate.lemma, ()):
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
            self.board.keep(Draft(source, (n, n + 1), tokens, confidence, f"noun:{p.lemma[n]}"), n)
            return
        for c in p.children[n]:
            for cue in self.cues.nouns.get(f"{predicate.lemma} {p.lower[c]}", ()):
                source = self.source_of_noun(predicate, cue)
                tokens = self.below_preposition(c)
                source = tuple(s for s in source if s not in tokens)
                if tokens and source:
                    self.board.keep(
                        Draft(
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
        for cue in self.cues.adjectives.get(predicate.lemma, ()):
            said = [c for c in clauses if shape_of(p, c) == "clause"]
            tokens = set().union(*(collect_below(p, c) for c in said)) - {a} if said else set()
            if tokens:
                self.board.keep(
                    Draft(source, (a, a + 1), tokens, cue.confidence, f"adjective:{p.lemma[a]}"), a
                )
                return
        for c in p.children[a]:
            for cue in self.cues.adjectives.get(f"{predicate.lemma} {p.lower[c]}", ()):
                tokens = self.below_preposition(c)
                if tokens and p.dep[a] != "amod":
                    cue_span = (a, c + 1 if c == a + 1 else a + 1)
                    self.board.keep(
                        Draft(source, cue_span, tokens, cue.confidence, f"adjective:{p.lemma[a]}"), a
                    )
                    return
