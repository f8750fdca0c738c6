"""Puts right what the parser regularly gets wrong in news prose."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from communique.annotate.parse import Parse
from communique.annotate.participles import hang_participles
from communique.knowledge.cues import load_cues
from communique.knowledge.language import load_grammar

_COORDINATORS = frozenset({"and", "or", "but"})
_TENSED = frozenset({"VBD", "VBZ", "VBP"})
_HAD = frozenset({"had", "’d", "'d"})
_OF_ONE = frozenset({"it", "its", "he", "him", "his", "her"})
_OF_MANY = frozenset({"them", "their"})
# What opens a condition where it stands before the subject, and words that put it there themselves.
_INVERTED = frozenset({"should", "had", "were"})
_INVERTING = frozenset(
    {
        "nor",
        "neither",
        "so",
        "as",
        "than",
        "never",
        "only",
        "and",
        "but",
        "or",
        "what",
        "which",
        "who",
        "when",
        "where",
        "why",
        "how",
        "there",
    }
)
_SUBJECTS = ("nsubj", "nsubjpass", "expl", "csubj", "csubjpass")
_THINGS = frozenset(
    {"what", "which", "that", "this", "these", "those", "there", "nothing", "everything", "something"}
)
# What nouns for persons end in; some others do, too.
_PERSONS = ("er", "or", "ist", "ian", "man", "woman", "men", "women", "person", "ee", "ant", "ent")
# The cues that report a clause, and those that speak.
_REPORTING = frozenset({"say", "tell", "state", "deny", "ask", "commit", "believe"})
_SPEAKING = frozenset(
    {"say", "tell", "state", "deny", "accuse", "praise", "name", "ask", "commit", "decline"}
)


def mend(parse: Parse) -> None:
    """Puts right a parse whose `children` aren't hung yet: its tags, parts of speech, dependencies and heads, in place."""
    retag_parallel_quotes(parse)
    part_clauses(parse)
    hang_conditions(parse)
    lift_charges(parse)
    mend_reports(parse)
    hang_participles(parse)


def retag_parallel_quotes(parse: Parse) -> None:
    """Makes the second of two coordinated quoted verbs a verb.

    In `they “condemn the raid” and “demand of Oslo …”` the parser takes "demand" for a noun coordinated with
    "raid". Where a quotation opens with a verb and the next one, behind a conjunction, with a bare noun that has no
    determiner, the noun is a verb in the same form.
    """
    lower, lemma, pos, tag, dep, head = parse.lower, parse.lemma, parse.pos, parse.tag, parse.dep, parse.head
    quotes: list[list[int]] = [[] for _ in parse.quotes]  # the word tokens of each
    for i, q in enumerate(parse.quote):
        if q >= 0 and parse.word[i][0].isalnum():
            quotes[q].append(i)
    for before, here in pairwise(quotes):
        if not before or not here:
            continue
        verb, noun = before[0], here[0]
        between = [lower[i] for i in range(before[-1] + 1, noun) if lower[i].isalnum()]
        if len(between) != 1 or between[0] not in _COORDINATORS:
            continue
        if (
            pos[verb] != "VERB"
            or tag[verb] not in ("VBP", "VB", "VBZ")
            or pos[noun] != "NOUN"
            or tag[noun] != "NN"
        ):
            continue
        if lower[noun] != lemma[noun] and tag[verb] != "VBZ":
            continue
        if any(
            head[i] == noun and dep[i] in ("det", "poss", "amod", "compound") for i in range(before[-1], noun)
        ):
            continue
        pos[noun], tag[noun], dep[noun], head[noun] = "VERB", tag[verb], "conj", verb
        for i in here[1:]:
            if head[i] == noun and dep[i] in ("acl", "relcl"):
                dep[i] = "xcomp"


def hang_conditions(parse: Parse) -> None:
    """Hangs a condition told by inversion on the clause it is a condition of.

    "should it be attacked", "were the talks to fail" and "had he known" behind a clause are no complement, and no main
    clause, though the parser takes them for one.
    """
    for first, past in parse.sentences:
        opening = [i for i in range(first + 1, past) if parse.lower[i] in _INVERTED]
        if opening and "?" not in parse.lower[first:past]:
            for i in opening:
                hang_condition(parse, i, range(first, past))


def hang_condition(parse: Parse, auxiliary: int, sentence: range) -> None:
    dep, head = parse.dep, parse.head
    clause = head[auxiliary] if dep[auxiliary] in ("aux", "auxpass") else auxiliary
    own = [i for i in sentence if head[i] == clause and i != clause]
    if not is_inverted(parse, auxiliary, own):
        return
    main: int | None = head[clause]
    if main == clause:
        # the main clause was taken for a complement of its condition
        main = next((i for i in reversed(own) if dep[i] == "ccomp" and i < auxiliary), None)
        if main is not None:
            head[main], dep[main] = main, "ROOT"
            for i in own:
                if i != main and (i < auxiliary or dep[i] == "punct"):
                    head[i] = main
    elif dep[clause] not in ("ccomp", "conj"):
        return
    if main is None or main > auxiliary:
        return
    # "pledged to support Lima should it be attacked": the condition is that of the support
    nearer = [i for i in range(main + 1, auxiliary) if head[i] == main and dep[i] in ("xcomp", "ccomp")]
    head[clause], dep[clause] = (nearer or [main])[-1], "advcl"


def is_inverted(parse: Parse, auxiliary: int, own: list[int]) -> bool:
    """Whether an auxiliary opens its clause and the subject follows, with nothing before that asks for it ("nor had he").
    `own` are the words right below the clause's verb."""
    opens = all(parse.dep[i] in ("punct", "ccomp") for i in own if i < auxiliary)
    subjects = [i for i in own if i > auxiliary and parse.dep[i] in (*_SUBJECTS, "attr")]
    if not opens or not subjects or parse.lower[auxiliary - 1] in _INVERTING:
        return False
    if parse.lower[auxiliary] != "were":
        return parse.dep[auxiliary] == "aux"
    # "were the deal to fail", and not "among them were three"
    return any(
        parse.lower[i] == "to" and parse.dep[i] == "aux"
        for i in range(auxiliary, min(auxiliary + 12, len(parse.dep)))
    )


def lift_charges(parse: Parse) -> None:
    """In "was accused by Chad of arming the rebels" the charge belongs to the verb, not to Chad."""
    accusing = load_grammar().blame_control
    dep, head = parse.dep, parse.head
    for charge, label in enumerate(dep):
        if label != "pcomp" or parse.tag[charge] != "VBG" or parse.lower[head[charge]] != "of":
            continue
        accuser = head[head[charge]]
        agent = head[accuser]
        if dep[accuser] == "pobj" and dep[agent] == "agent" and parse.lemma[head[agent]] in accusing:
            head[head[charge]] = head[agent]


def part_clauses(parse: Parse) -> None:
    """Makes two main clauses of two that a semicolon or colon parts, where the parser takes the first for what the second
    brings in: "Chad called it a lie; its envoy said the planes were empty"."""
    words = load_report_words()
    for first, past in parse.sentences:
        for sign in range(first + 1, past - 1):
            if parse.lower[sign] in (";", ":") and parse.quote[sign] < 0:
                part_at(parse, sign, range(first, past), words.reporting)


def part_at(parse: Parse, sign: int, sentence: range, reporting: frozenset[str]) -> None:
    dep, head = parse.dep, parse.head
    for clause in range(sign - 1, sentence.start - 1, -1):
        up = head[clause]
        if dep[clause] != "ccomp" or up < sign or parse.pos[clause] not in ("VERB", "AUX"):
            continue
        if parse.lower[sign] == ":" and parse.lemma[clause] in reporting:
            continue  # "he said: prices rose"
        own = [i for i in sentence if head[i] == up and i != up]
        told = any(dep[i] in ("ccomp", "xcomp", "dobj") and i > up for i in own)
        if any(dep[i] in _SUBJECTS and i > sign for i in own) and (told or parse.lemma[up] not in reporting):
            above = head[up]
            if above < clause and dep[up] == "ccomp":
                # "the army said it had hit a post; doctors said …": the first is what the army said
                head[clause] = above
            else:
                head[clause], dep[clause] = clause, "ROOT"
            if above < clause or above == up:
                head[up], dep[up] = up, "ROOT"
            return


@dataclass(frozen=True, slots=True)
class ReportWords:
    """Lemmas that tell who may say what: verbs that report a clause, verbs of speech (with their prepositions), those of
    them that only persons and bodies do, those that findings and events do ("show"), the grammar's statives and speech
    acts, nouns that can speak and that can't, and nouns for what is said or written."""

    reporting: frozenset[str]
    speaking: frozenset[str]
    human: frozenset[str]
    showing: frozenset[str]
    statives: frozenset[str]
    acts: frozenset[str]
    speakers: frozenset[str]
    mute: frozenset[str]
    occasions: frozenset[str]

    def can_speak(self, noun: str) -> bool:
        person = noun.endswith(_PERSONS) and not noun.endswith("ment") and noun not in self.mute
        return person or noun in self.speakers


@cache
def load_report_words() -> ReportWords:
    """The words of the shipped cues and grammar."""
    cues, grammar = load_cues(), load_grammar()
    reporting = {
        w for w, ways in cues.verbs.items() if any(c.kind in _REPORTING and "clause" in c.takes for c in ways)
    }
    speaking = {w for w, ways in cues.verbs.items() if any(c.kind in _SPEAKING for c in ways)}
    return ReportWords(
        reporting=frozenset(reporting),
        speaking=frozenset(speaking | {w.partition(" ")[0] for w in speaking} | grammar.human_acts),
        human=grammar.human_acts,
        showing=frozenset(w for w, ways in cues.verbs.items() if any(c.kind == "show" for c in ways)),
        statives=grammar.statives,
        acts=grammar.speech_acts,
        speakers=grammar.speakers | cues.documents,
        mute=grammar.mute,
        occasions=cues.occasions | cues.documents,
    )


def mend_reports(parse: Parse) -> None:
    """Hangs clauses of speech on the verb they belong to: what "said in a statement that …" brings in on "said", and a
    second verb of speech that the parser coordinated with the content on the first one."""
    words = load_report_words()
    for first, past in parse.sentences:
        tokens = range(first, past)
        clauses = [
            i for i in tokens if parse.dep[i] == "acl" and parse.lemma[parse.head[i]] in words.occasions
        ]
        verbs = [
            i
            for i in tokens
            if parse.tag[i] in _TENSED
            and parse.dep[i] in ("conj", "ccomp")
            and parse.lemma[i] in words.speaking
        ]
        if clauses or verbs:
            mender = _Mender(parse, words, tokens)
            for i in clauses:
                mender.lift_clause(i)
            for i in verbs:
                mender.lift_verb(i)


class _Mender:
    """One sentence that holds a verb of reporting."""

    def __init__(self, parse: Parse, words: ReportWords, tokens: range) -> None:
        self.s, self.words = parse, words
        self.below: dict[int, list[int]] = {}
        for i in tokens:
            if parse.head[i] != i:
                self.below.setdefault(parse.head[i], []).append(i)

    def children(self, token: int, *deps: str) -> list[int]:
        return [c for c in self.below.get(token, ()) if self.s.dep[c] in deps]

    def move(self, token: int, up: int, dep: str) -> None:
        self.below[self.s.head[token]].remove(token)
        self.below.setdefault(up, []).append(token)
        self.below[up].sort()
        self.s.head[token], self.s.dep[token] = up, dep

    # ------------------------------------------------------------------ "said in a statement that …"
    def lift_clause(self, clause: int) -> None:
        """In "added in a letter that the camps were full" the parser takes the clause for a part of the letter."""
        s = self.s
        noun = s.head[clause]
        preposition = s.head[noun]
        verb = s.head[preposition]
        if (
            s.dep[noun] == "pobj"
            and s.dep[preposition] == "prep"
            and s.lemma[verb] in self.words.reporting
            and s.pos[verb] == "VERB"
            and noun < clause
            and any(s.lower[c] == "that" for c in self.children(clause, "mark"))
            and self.children(clause, *_SUBJECTS)
            and not self.children(verb, "ccomp", "auxpass")
            and s.lemma[noun] in self.words.occasions
        ):
            self.move(clause, verb, "ccomp")

    # ------------------------------------------------------------------ "said the boat had turned and demanded that …"
    def lift_verb(self, verb: int) -> None:
        s = self.s
        conjunction = self.conjunction_before(verb)
        if conjunction is None or self.children(verb, *_SUBJECTS, "mark", "aux", "auxpass"):
            return
        if not self.is_speech(verb):
            return
        up = s.head[conjunction]
        reporting = self.find_reporting(verb, up)
        if reporting is None or any(self.speaks_of(verb, c) for c in self.clauses_up_to(up, reporting)):
            return
        # whatever the parser hung behind it on the clause it belongs to no longer
        for outer in self.clauses_up_to(up, reporting):
            for c in [c for c in self.below.get(outer, ()) if c > verb and c != reporting]:
                self.move(c, verb, s.dep[c])
            if outer != reporting:
                for c in [c for c in self.children(outer, "punct") if conjunction - 1 <= c < verb]:
                    self.move(c, reporting, "punct")
        self.move(conjunction, reporting, "cc")
        self.move(verb, reporting, "conj")

    def conjunction_before(self, verb: int) -> int | None:
        """The "and" that coordinates a verb with a clause before it. A second clause of one verb without a subject of its
        own is coordinated with the first, whatever the parser calls it."""
        s = self.s
        up = s.head[verb]
        firsts = [up] if s.dep[verb] == "conj" else [c for c in self.children(up, "ccomp") if c < verb]
        for clause in firsts[-1:]:
            found = [c for c in self.children(clause, "cc") if clause < c < verb]
            if found and s.lower[found[-1]] in ("and", "but"):
                return found[-1]
        return None

    def is_speech(self, verb: int) -> bool:
        """A verb of speech that brings something in: a clause, an infinitive, an object or "of", "on", "for"."""
        s = self.s
        if self.children(verb, "ccomp", "xcomp", "dobj"):
            return True
        return any(
            f"{s.lemma[verb]} {s.lower[c]}" in self.words.speaking for c in self.children(verb, "prep")
        )

    def find_reporting(self, verb: int, up: int) -> int | None:
        """The verb of reporting whose speaker says this, too; None where the subject of the content may say it."""
        s = self.s
        for _ in range(4):
            if self.can_share(verb, up):
                return None
            above = s.head[up]
            if above == up:
                return None
            if s.dep[up] == "ccomp" and self.is_reporting(above, verb, up):
                return above
            if s.dep[up] not in ("ccomp", "xcomp"):
                return None
            up = above
        return None

    def speaks_of(self, verb: int, clause: int) -> bool:
        """Whether a verb goes on about the party that a clause of the content has as its subject: "said Chile was to blame and accused
        its army". Who "its" means is found along the tree, so it is left as it is."""
        s = self.s
        subject = self.subject_of(clause)
        if subject is None or s.pos[subject] != "PROPN":
            return False
        pronouns = _OF_ONE if s.tag[subject] == "NNP" and not self.children(subject, "conj") else _OF_MANY
        return any(s.lower[t] in pronouns and s.dep[t] not in _SUBJECTS for t in self.under(verb))

    def under(self, token: int) -> list[int]:
        found = [token]
        for t in found:
            found += self.below.get(t, ())
        return found

    def clauses_up_to(self, up: int, reporting: int) -> list[int]:
        """The clauses between a verb and the verb of reporting above."""
        found = []
        while up != reporting:
            found.append(up)
            up = self.s.head[up]
        return found

    def is_reporting(self, matrix: int, verb: int, clause: int) -> bool:
        """Whether a verb reports the clause, in the tense of the other verb, outside a quotation that holds both."""
        s = self.s
        if s.lemma[matrix] not in self.words.reporting or s.pos[matrix] != "VERB":
            return False
        if s.quote[verb] >= 0 and s.quote[verb] == s.quote[clause] != s.quote[matrix]:
            return False
        perfect = any(s.lower[c] in _HAD for c in self.children(matrix, "aux"))
        tense = "VBD" if s.tag[matrix] == "VBN" and perfect else s.tag[matrix]
        return tense == s.tag[verb]

    def can_share(self, verb: int, clause: int) -> bool:
        """Whether the subject of a clause may be the one of a verb of speech coordinated with it: somebody who can speak,
        with a verb in a form that goes with the other's: "the minister had lied and claimed", "lied and claimed"."""
        s = self.s
        if self.is_infinitive(clause):
            return False
        subject = self.subject_of(clause)
        thing = subject is not None and self.is_thing(subject)
        if self.children(clause, "auxpass") and not self.children(verb, "dobj"):
            # "had been evacuated and urged to leave" is a passive; nobody is told to a thing
            return not (thing and self.tells_clause(verb))
        if thing and s.lemma[verb] in self.words.showing:
            return True
        if self.is_other_form(verb, clause):
            return False
        if s.lemma[clause] in self.words.statives and s.lemma[verb] in self.words.acts:
            return False
        return not (thing and s.lemma[verb] in self.words.human)

    def tells_clause(self, verb: int) -> bool:
        """Whether a verb brings in a clause; the parser may call it open though it has its own tense."""
        tensed = (
            c for x in self.children(verb, "xcomp") for c in self.children(x, "aux") if self.s.tag[c] == "MD"
        )
        return bool(self.children(verb, "ccomp")) or any(tensed)

    def is_infinitive(self, clause: int) -> bool:
        return self.s.tag[clause] == "VB" and any(
            self.s.lower[c] == "to" for c in self.children(clause, "aux")
        )

    def is_other_form(self, verb: int, clause: int) -> bool:
        """Whether a clause tells a state or something going on or to come, and not, as the verb, what was done."""
        s = self.s
        auxiliaries = self.children(clause, "aux", "auxpass")
        if not auxiliaries:
            if s.lemma[clause] == "be":
                return True
            # "says the ports are closed and accuses": the subject is not the same by number
            return {s.tag[clause], s.tag[verb]} == {"VBP", "VBZ"}
        if s.lemma[clause] == "be" or s.tag[clause] in ("VB", "VBG"):
            return True
        if self.children(clause, "auxpass"):
            return any(s.tag[c] == "MD" for c in auxiliaries)
        had = any(s.lower[c] in _HAD for c in auxiliaries)
        return not had or s.tag[verb] != "VBD"

    def subject_of(self, clause: int) -> int | None:
        """The subject of a clause, or of the one it is coordinated with."""
        for _ in range(4):
            found = self.children(clause, *_SUBJECTS)
            if found:
                return found[0]
            if self.s.dep[clause] != "conj":
                return None
            clause = self.s.head[clause]
        return None

    def is_thing(self, subject: int) -> bool:
        """Whether a subject certainly can't speak: no name, no pronoun, and no noun for a person, a body or a text."""
        s = self.s
        if s.dep[subject] in ("expl", "csubj", "csubjpass") or s.pos[subject] in ("VERB", "AUX"):
            return True
        if s.pos[subject] != "NOUN":
            return s.lower[subject] in _THINGS
        return not any(self.words.can_speak(s.lemma[t]) for t in (subject, *self.children(subject, "conj")))
