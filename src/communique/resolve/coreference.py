"""What pronouns and descriptions refer to: "they", "his", "the two leaders", "it said".

Rules, in the order in which they are tried: the subject of the clause that governs the words (which also finds the
name that a fronted clause waits for: "As they met, X and Y agreed"); then subjects, and after them other mentions, of
the sentences before; for a set of a given number, coordinated subjects before other sets, and the most named parties
last. What fits nobody, or only a thing, stays open.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Set

from communique.annotate.mentions import Mention, Mentions
from communique.annotate.parse import Parse
from communique.knowledge.reference import load_reference_words
from communique.resolve.referents import Referent

Refer = Callable[[Mention], tuple[Referent, ...]]
Convert = Callable[[Referent], Referent | None]

_SUBJECTS = ("nsubj", "nsubjpass")
# How many sentences back an antecedent may stand. News repeats names soon; further back is a guess.
_REACH_SINGULAR = 4
_REACH_SET = 5
# A set that costs this much, by distance and by what must be read into it, gives way to those named most.
_FAR = 2.5
_FEMALE = frozenset(("she", "her", "hers", "herself"))
_SOMEBODY = frozenset(("he", "she", "who", "i", "there"))
_MALE = frozenset(("he", "him", "his", "himself"))


class Coreference:
    """Finds antecedents in one document. `refer` gives the parties of another mention (it may call back here);
    `to_nation` and `to_leader` turn a party into its state, and a state into its leader."""

    def __init__(
        self,
        parse: Parse,
        mentions: Mentions,
        refer: Refer,
        to_nation: Convert,
        to_leader: Convert,
        speakers: Mapping[int, tuple[int, ...]],
    ) -> None:
        self.parse = parse
        self.mentions = mentions
        self.refer = refer
        self.to_nation = to_nation
        self.to_leader = to_leader
        self.speakers = speakers
        self.words = load_reference_words()
        self.weight: Counter[str] = Counter()
        self.known: dict[str, Referent] = {}
        self.by_sentence: dict[int, list[Mention]] = {}
        for mention in mentions:
            self.by_sentence.setdefault(parse.sentence_of[mention.head], []).append(mention)
        self.in_order = [m for s in sorted(self.by_sentence) for m in self.by_sentence[s]]
        self.joined = {parse.head[i] for i, dep in enumerate(parse.dep) if dep == "conj"}
        self.reading = 0  # the sentence being resolved; those before it are done
        self._subjects: dict[int, list[int]] = {}
        self._sets: dict[int, list[tuple[tuple[Referent, ...], float, int]]] = {}

    # -- what the document has said so far -----------------------------------------------------------------

    def note(self, mention: Mention, referents: tuple[Referent, ...]) -> None:
        """Counts a resolved mention: who is named often and as subject is more likely meant later."""
        subject = self.parse.dep[mention.head] in _SUBJECTS
        first = self.parse.sentence_of[mention.head] == 0
        for referent in referents:
            key = referent.key
            self.known.setdefault(key, referent)
            self.weight[key] = self.weight.get(key, 0) + 1 + subject + 2 * first

    # -- structure -----------------------------------------------------------------------------------------

    def subjects_of(self, sentence: int) -> list[int]:
        """Subject tokens of a sentence, the main clause's first."""
        found = self._subjects.get(sentence)
        if found is None:
            p = self.parse
            first, past = p.sentences[sentence]
            found = [i for i, dep in enumerate(p.dep[first:past], first) if dep in _SUBJECTS]
            if len(found) > 1:
                found.sort(key=lambda i: (p.dep[p.head[i]] != "ROOT", i))
            self._subjects[sentence] = found
        return found

    def climb(self, token: int) -> Iterator[int]:
        """Subjects of the clauses that govern a token, from the nearest; never one that contains it."""
        p = self.parse
        below = token
        i = p.head[token]
        # an object pronoun is somebody else than its own clause's subject: "Xi told him"
        skip = p.tag[token] == "PRP" and p.dep[token] not in _SUBJECTS and not p.lower[token].endswith("sel")
        reflexive = p.lower[token].endswith(("self", "selves"))
        while True:
            if p.pos[i] in ("VERB", "AUX"):
                subject = next((c for c in p.children[i] if p.dep[c] in _SUBJECTS), None)
                own = subject is not None and (subject == below or p.is_below(token, subject))
                if subject is not None and not own and not (skip and not reflexive):
                    yield subject
                if subject is not None or p.dep[i] not in ("conj", "xcomp", "aux"):
                    skip = False
            up = p.head[i]
            if up == i:
                return
            if p.dep[i] in ("relcl", "acl") and up != below and p.pos[up] in ("NOUN", "PROPN", "PRON"):
                pass
            below, i = i, up

    def refs_at(self, token: int) -> tuple[Referent, ...]:
        mention = self.mentions.at(token)
        return self.refer(mention) if mention else ()

    def set_at(self, token: int) -> tuple[tuple[Referent, ...], bool]:
        """The parties of a noun with all that is coordinated to it, and whether others belong that are unknown."""
        mention = self.mentions.at(token)
        tokens = range(token, token + 1)
        if mention and mention.kind != "adjective":
            tokens = range(mention.first, mention.past)
        refs = self.refer(mention) if mention else ()
        if self.joined.isdisjoint(tokens):
            return refs, not refs
        out = list(refs)
        is_open = not out
        todo = [
            c
            for t in tokens
            for c in self.parse.children[t]
            if self.parse.dep[c] == "conj" and c not in tokens
        ]
        for c in todo:
            more = self.mentions.at(c)
            refs = self.refer(more) if more else ()
            if not refs or any(r.kind == "text" for r in refs):
                is_open = True
            out.extend(r for r in refs if all(r.key != o.key for o in out))
            span = range(more.first, more.past) if more else (c,)
            todo.extend(
                d
                for t in span
                for d in self.parse.children[t]
                if self.parse.dep[d] == "conj" and d not in todo
            )
        return tuple(out), is_open

    def sets_in(self, sentence: int) -> list[tuple[tuple[Referent, ...], float, int]]:
        """Sets of two or more parties that a sentence puts together: (parties, penalty, token)."""
        done = self._sets.get(sentence)
        if done is not None:
            return done
        p = self.parse
        out: list[tuple[tuple[Referent, ...], float, int]] = []
        for mention in self.by_sentence.get(sentence, ()):
            if mention.kind in ("trap", "place") or p.dep[mention.head] == "conj":
                continue
            refs, is_open = self.set_at(mention.head)
            refs = tuple(r for r in refs if r.kind != "text")
            if len(refs) >= 2 and not is_open:
                acts = p.dep[mention.head] in _SUBJECTS and mention.kind != "adjective"
                penalty = 0.0 if acts else 1.0
                out.append((refs, penalty, mention.head))
        for subject in self.subjects_of(sentence):
            mine, is_open = self.set_at(subject)
            if len(mine) != 1 or is_open:
                continue
            verb = p.head[subject]
            for token in self._other_sides(verb):
                other, is_open = self.set_at(token)
                if len(other) != 1 or is_open or other[0].key == mine[0].key:
                    continue
                if other[0].kind != "text" and mine[0].kind != "text":
                    out.append(((mine[0], other[0]), 1.5, token))
        if sentence < self.reading:
            self._sets[sentence] = out
        return out

    def _other_sides(self, verb: int) -> Iterator[int]:
        """The objects and partners of a verb, and of the verb it governs: "refused to meet X"."""
        p = self.parse
        for c in p.children[verb]:
            if p.dep[c] == "xcomp":
                yield from self._other_sides(c)
        for c in p.children[verb]:
            if p.dep[c] in ("dobj", "dative", "agent") and p.pos[c] != "ADP":
                yield c
            if p.dep[c] in ("prep", "agent", "dative") and p.lower[c] in ("with", "to", "against", "by"):
                yield from (n for n in p.children[c] if p.dep[n] == "pobj")
            # "held talks with X"
            if p.dep[c] == "dobj":
                for d in p.children[c]:
                    if p.dep[d] == "prep" and p.lower[d] in ("with", "between", "to"):
                        yield from (n for n in p.children[d] if p.dep[n] == "pobj")

    # -- antecedents ---------------------------------------------------------------------------------------

    def find_pronoun(self, mention: Mention) -> tuple[Referent, ...]:
        """The parties a pronoun stands for."""
        p, i, form = self.parse, mention.name[0], mention.how
        if form in ("we", "us", "our", "ours", "ourselves", "i", "me", "my", "mine", "myself"):
            return self._speaker(i, plural=form not in ("i", "me", "my", "mine", "myself"))
        if form in ("who", "whom", "whose", "which", "that"):
            return self._relative(i)
        if form == "each other":
            for subject in self.climb(i):
                refs, _ = self.set_at(subject)
                if len(refs) > 1:
                    return refs
            return self.find_set(mention.head, 2, None)
        if form == "both":
            return self.find_set(i, 2, None)
        if form in ("they", "them", "their", "theirs", "themselves"):
            return self._plural(i)
        if form in ("it", "its", "itself"):
            return () if form == "it" and self._is_pleonastic(i) else self._singular(i, "")
        gender = "f" if form in _FEMALE else "m"
        return self._singular(i, gender) if p.tag[i] != "NN" else ()

    def _speaker(self, token: int, *, plural: bool) -> tuple[Referent, ...]:
        quote = self.parse.quote[token]
        heads = self.speakers.get(quote) or self._quoted_by(token)
        refs = [r for head in heads for r in self.refs_at(head)]
        if not plural:
            return tuple(refs) if len(refs) == 1 else ()
        nations = {}
        for r in refs:
            nation = self.to_nation(r) or r
            nations[nation.key] = nation
        return tuple(nations.values())

    def _quoted_by(self, token: int) -> tuple[int, ...]:
        """Who says a quotation, where the caller did not tell: the subject outside it, of its own sentence or of
        the sentence before."""
        p, quote = self.parse, self.parse.quote[token]
        if quote < 0:
            return ()
        here = p.sentence_of[token]
        near = [here]
        begin, end = p.quotes[quote]
        first = p.sentences[here][0]
        if here + 1 < len(p.sentences) and p.start[p.sentences[here + 1][0]] < end:
            near.append(here + 1)
        if here and p.start[first] > begin:
            near.append(here - 1)
        near.append(here - 1)
        for s in near:
            if s < 0 or p.paragraph_of[s] < p.paragraph_of[here] - 1:
                continue
            for subject in self.subjects_of(s):
                if p.quote[subject] >= 0 or p.lemma[p.head[subject]] not in self.words.agentive:
                    continue
                if any(r.kind != "text" for r in self.refs_at(subject)):
                    return (subject,)
        return ()

    def _relative(self, token: int) -> tuple[Referent, ...]:
        p = self.parse
        i = token
        while p.head[i] != i:
            if p.dep[i] == "relcl":
                refs, _ = self.set_at(p.head[i])
                return refs
            i = p.head[i]
        return ()

    def _is_pleonastic(self, token: int) -> bool:
        p, verb = self.parse, self.parse.head[token]
        if p.dep[token] not in _SUBJECTS:
            return p.dep[token] == "expl"
        if p.lemma[verb] in self.words.impersonal:
            return True
        if p.lemma[verb] == "be" or p.dep[token] == "nsubjpass":
            clause = any(
                p.dep[c] in ("ccomp", "csubj", "xcomp", "advcl", "relcl", "acl") and c > verb
                for c in self._near(verb)
            )
            what = [c for c in p.children[verb] if p.dep[c] in ("acomp", "attr")]
            if clause and (
                any(p.lemma[c] in self.words.pleonastic for c in what)
                or (p.dep[token] == "nsubjpass" and any(p.lower[c] == "that" for c in self._marks(verb)))
            ):
                return True
            # "it was X who": a cleft
            return any(p.dep[d] == "relcl" for c in what for d in p.children[c])
        return False

    def _near(self, verb: int) -> Iterator[int]:
        for c in self.parse.children[verb]:
            yield c
            if self.parse.dep[c] in ("acomp", "attr"):
                yield from self.parse.children[c]

    def _marks(self, verb: int) -> Iterator[int]:
        for c in self.parse.children[verb]:
            if self.parse.dep[c] in ("ccomp", "csubj"):
                yield from (d for d in self.parse.children[c] if self.parse.dep[d] == "mark")

    def _told(self, subject: int, token: int) -> tuple[Referent, ...]:
        """Who is told or asked by a clause that a pronoun stands under: "told Brazil that it must"."""
        p, verb = self.parse, self.parse.head[subject]
        told = next((c for c in p.children[verb] if p.dep[c] in ("dobj", "dative") and c < token), None)
        if told is None or p.is_below(token, told):
            return ()
        clauses = (c for c in p.children[verb] if p.dep[c] in ("ccomp", "xcomp"))
        return self.refs_at(told) if any(p.is_below(token, c) for c in clauses) else ()

    def _coordinated_before(self, token: int) -> tuple[Referent, ...]:
        """The parties whose own a possessive in the last conjunct is: "Russia and its allies"."""
        p, noun = self.parse, self.parse.head[token]
        if p.dep[token] != "poss" or p.dep[noun] != "conj" or p.pos[noun] not in ("NOUN", "PROPN"):
            return ()
        out: list[Referent] = []
        while p.dep[noun] == "conj":
            noun = p.head[noun]
            out[:0] = self.refs_at(noun)
        return tuple(out)

    def _bound(self, token: int) -> tuple[Referent, ...]:
        """Who has to yield before something ends or is spared: "will cut the gas to Mali unless it pays". The one party
        named between the main clause's verb and the condition."""
        p, verb = self.parse, self.parse.head[token]
        main = p.head[verb]
        marks = {p.lower[c] for c in p.children[verb] if p.dep[c] in ("mark", "advmod", "prep")}
        if (
            p.dep[token] not in _SUBJECTS
            or p.dep[verb] != "advcl"
            or marks.isdisjoint(("unless", "until"))
            or any(p.dep[c] == "neg" for c in p.children[main])
        ):
            return ()
        between = [m for m in self.by_sentence.get(p.sentence_of[token], ()) if main < m.head < verb]
        refs = {
            r.key: r
            for m in between
            if m.head < token and p.dep[m.head] in ("dobj", "pobj", "dative") and m.kind != "pronoun"
            for r in self.refer(m)
        }
        return tuple(refs.values()) if len(refs) == 1 else ()

    def _barred(self, token: int) -> frozenset[str]:
        """Who an object pronoun can't be: the subject of its own clause, "Odinga accused him"."""
        p = self.parse
        if p.tag[token] != "PRP" or p.lower[token].endswith(("self", "selves")):
            return frozenset()
        return frozenset(r.key for r in self._acting_on(token))

    def _acting_on(self, token: int) -> tuple[Referent, ...]:
        """The subject of the verb whose object, or object behind a preposition, a token is."""
        p = self.parse
        if p.dep[token] in _SUBJECTS:
            return ()
        verb = p.head[token]
        while p.dep[verb] in ("prep", "agent", "dative") and p.head[verb] != verb:
            verb = p.head[verb]
        while True:
            subject = next((c for c in p.children[verb] if p.dep[c] in _SUBJECTS), None)
            if subject is not None:
                return self.set_at(subject)[0]
            if p.dep[verb] not in ("conj", "xcomp") or p.head[verb] == verb:
                return ()
            verb = p.head[verb]

    def _fits(self, referent: Referent, gender: str) -> bool:
        if gender:
            return referent.is_person and referent.gender in ("", gender)
        return referent.can_decide

    def _singular(self, token: int, gender: str) -> tuple[Referent, ...]:
        p = self.parse
        speaks = self._is_agent_of(token)
        barred = self._barred(token)
        beside = self._coordinated_before(token) or self._bound(token)
        if len(beside) == 1 and self._fits(beside[0], gender):
            return beside
        for subject in self.climb(token):
            refs, is_open = self.set_at(subject)
            fits = len(refs) == 1 and not is_open and self._fits(refs[0], gender)
            # "told Brazil that it must": who is told, where a duty is told
            told = self._told(subject, token) if not fits or self._is_duty(token) else ()
            if len(told) == 1 and self._fits(told[0], gender):
                return told
            if fits:
                return refs
            is_thing = p.tag[subject] in ("NN", "NNP", "PRP", "DT") and p.lower[subject] not in _SOMEBODY
            if not gender and not refs and subject < token and is_thing and not speaks:
                return ()  # a thing: "the deal … because it …"
        sentence = p.sentence_of[token]
        for s in range(sentence, max(-1, sentence - _REACH_SINGULAR), -1):
            found = self._singular_in(s, token, gender, speaks, barred)
            if found is not None:
                return found
        return ()

    def _is_duty(self, token: int) -> bool:
        p = self.parse
        return any(p.lower[c] in ("must", "should", "shall") for c in p.children[p.head[token]])

    def _singular_in(
        self, sentence: int, before: int, gender: str, speaks: bool, barred: frozenset[str]
    ) -> tuple[Referent, ...] | None:
        """The party in one sentence, () for a thing, None where the search should go on."""
        p = self.parse
        same = p.sentence_of[before] == sentence
        for subject in self.subjects_of(sentence):
            if subject >= before:
                continue
            refs, is_open = self.set_at(subject)
            if len(refs) == 1 and not is_open and self._fits(refs[0], gender) and refs[0].key not in barred:
                return refs
            is_main = p.dep[p.head[subject]] == "ROOT"
            if not gender and not same and not refs and is_main and not speaks and p.tag[subject] == "NN":
                return ()
        for mention in reversed(self.by_sentence.get(sentence, ())):
            if mention.head >= before or mention.kind in ("trap", "place"):
                continue
            if p.quote[mention.head] not in (-1, p.quote[before]):
                continue
            if not gender and mention.how == "document":
                refs = self.refer(mention)
                if refs and speaks and all(r.kind != "text" for r in refs):
                    return refs
                continue
            if mention.kind == "adjective" or (gender and mention.kind == "pronoun"):
                continue
            if not gender and (not speaks or p.tag[mention.head] in ("NNS", "NNPS")):
                continue
            refs = self.refer(mention)
            if len(refs) == 1 and self._fits(refs[0], gender) and refs[0].key not in barred:
                return refs
        return None

    def find_person(self, token: int) -> tuple[Referent, ...]:
        """The person of whom a new description speaks: "the socialist leader". Subjects first, nearest first."""
        sentence = self.parse.sentence_of[token]
        for s in range(sentence, max(-1, sentence - 3), -1):
            heads = [t for t in self.subjects_of(s) if t < token and not self.parse.is_below(token, t)]
            heads += [m.head for m in reversed(self.by_sentence.get(s, ())) if m.head < token]
            for head in heads:
                refs = self.refs_at(head)
                if len(refs) == 1 and refs[0].is_person and refs[0].sector not in (None, "JRN"):
                    return refs
        return ()

    def _is_agent_of(self, token: int) -> bool:
        """Whether the pronoun does what only somebody can do: say, agree, refuse."""
        p = self.parse
        verb = p.head[token]
        return p.dep[token] in _SUBJECTS and p.lemma[verb] in self.words.agentive

    def _plural(self, token: int) -> tuple[Referent, ...]:
        p = self.parse
        speaks = self._is_agent_of(token)
        barred = self._barred(token)
        beside = self._coordinated_before(token)
        if len(beside) > 1:
            return beside
        for subject in self.climb(token):
            refs, is_open = self.set_at(subject)
            refs = tuple(r for r in refs if r.kind != "text") or refs
            if len(refs) > 1 or (refs and self._is_many(subject)):
                return refs
            if not refs and p.tag[subject] in ("NNS", "NNPS") and subject < token and not speaks:
                return ()
        sentence = p.sentence_of[token]
        for s in range(sentence, max(-1, sentence - _REACH_SET), -1):
            for subject in self.subjects_of(s):
                if subject >= token:
                    continue
                refs, is_open = self.set_at(subject)
                if barred & {r.key for r in refs}:
                    continue
                if len(refs) > 1 or (refs and self._is_many(subject)):
                    return refs
                if not refs and not is_open and p.tag[subject] == "NNS" and not speaks:
                    return ()
                if not refs and p.tag[subject] in ("NNS", "NNPS") and not speaks and s != sentence:
                    return ()
            sets = [
                x for x in (self.sets_in(s) if s < sentence else self._sets_before(token)) if x[2] < token
            ]
            if sets:
                return max(sets, key=lambda x: (-x[1], x[2]))[0]
            for mention in reversed(self.by_sentence.get(s, ())):
                if (
                    mention.head < token
                    and mention.kind in ("group", "role", "name")
                    and self._is_many(mention.head)
                ):
                    refs = self.refer(mention)
                    if refs and not barred & {r.key for r in refs}:
                        return refs
        return ()

    def _is_many(self, token: int) -> bool:
        """Whether a noun is plural, or names many under one name ("the police", "Hamas")."""
        mention = self.mentions.at(token)
        if mention and mention.kind == "pronoun":
            return mention.how in ("they", "them", "their", "both", "who", "which", "that", "each other")
        if mention and mention.kind == "organisation":
            return True
        if mention and mention.kind in ("name", "person"):
            return False
        return self.parse.tag[token] in ("NNS", "NNPS") or bool(
            mention and mention.roles and mention.roles[-1].kind in ("people", "body")
        )

    def find_set(self, token: int, number: int, kind: str | None) -> tuple[Referent, ...]:
        """The parties that "the two leaders", "both sides", "the three nations" stand for.

        `number` 0 takes any set of two or more; `kind` is "person", "state" or None for either. A set of people
        serves for their states and a set of states for their leaders, after sets of the kind asked for.
        """
        p = self.parse
        # nobody calls on himself: "Sudan called on both sides"
        barred = {self._state_key(r) for r in self._acting_on(token)}
        for subject in self.climb(token):
            if subject > token:  # a fronted clause waits for the main clause's subject
                fitting = self._as_kind(self.set_at(subject)[0], number, kind)
                if fitting and fitting[1] == 0:
                    return fitting[0]
        sentence = p.sentence_of[token]
        best: tuple[float, tuple[Referent, ...]] | None = None
        for s in range(sentence, max(-1, sentence - _REACH_SET), -1):
            if best is not None and best[0] <= sentence - s:
                break
            for refs, penalty, at in reversed(self.sets_in(s) if s < sentence else self._sets_before(token)):
                fitting = self._as_kind(refs, number, kind) if at < token else None
                if fitting is None or not barred.isdisjoint(map(self._state_key, refs)):
                    continue
                cost = (sentence - s) + penalty + fitting[1]
                if best is None or cost < best[0]:
                    best = cost, fitting[0]
        if best is not None and best[0] < _FAR:
            return best[1]
        named = self._most_named(number or 2, kind, barred)
        if not named and kind == "person":
            states = self._most_named(number or 2, "state", barred)
            named = fitting[0] if (fitting := self._as_kind(states, number, kind)) else ()
        return named or (best[1] if best else ())

    def _state_key(self, referent: Referent) -> str:
        """What a party and the state it belongs to have in common."""
        return (self.to_nation(referent) or referent).key

    def _sets_before(self, token: int) -> list[tuple[tuple[Referent, ...], float, int]]:
        """Sets of the same sentence that stand before a token. They are not kept: the rest is not yet read."""
        p = self.parse
        out: list[tuple[tuple[Referent, ...], float, int]] = []
        for mention in self.by_sentence.get(p.sentence_of[token], ()):
            if mention.head >= token or mention.kind in ("trap", "place") or p.dep[mention.head] == "conj":
                continue
            refs, is_open = self.set_at(mention.head)
            if len(refs) >= 2 and not is_open:
                out.append((refs, 0.0 if p.dep[mention.head] in _SUBJECTS else 1.0, mention.head))
        return out

    def _as_kind(
        self, refs: tuple[Referent, ...], number: int, kind: str | None
    ) -> tuple[tuple[Referent, ...], float] | None:
        if kind is None:
            out, penalty = refs, 0.0
        elif kind == "state":
            straight = all(r.is_nation for r in refs)
            out = refs if straight else tuple(n for r in refs if (n := self.to_nation(r)))
            penalty = 0.0 if straight else 1.0
        else:
            straight = all(r.is_person or (r.kind == "office" and r.detail == "person") for r in refs)
            out = refs if straight else tuple(n for r in refs if (n := self.to_leader(r)))
            penalty = 0.0 if straight else 2.0
        out = tuple({r.key: r for r in out}.values())
        if len(out) < 2 or (number and len(out) != number) or len(out) < len(refs):
            return None
        return out, penalty

    def _most_named(self, number: int, kind: str | None, barred: Set[str]) -> tuple[Referent, ...]:
        """The parties named most so far, without those of the barred states; none where that is a toss-up. Where people
        aren't asked for, what is said of somebody counts for his state."""
        weights: Counter[str] = Counter()
        parties: dict[str, Referent] = {}
        for key, weight in self.weight.items():
            own = self.known[key]
            state = self.to_nation(own) or own
            party = own if kind == "person" else state
            fits = party.is_person if kind == "person" else party.is_nation or party.kind == "organisation"
            if fits and state.key not in barred and (kind != "state" or party.is_nation):
                parties.setdefault(party.key, party)
                weights[party.key] += weight
        ranked = weights.most_common(number + 1)
        if len(ranked) < number or (len(ranked) > number and ranked[number - 1][1] == ranked[number][1]):
            return ()
        return tuple(parties[key] for key, _ in ranked[:number])
