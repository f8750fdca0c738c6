"""Which words a quotation hangs on: the cue before, behind or around it, or the speaker named at its edge.

News sets quotations against the grammar: a comma inside the marks, the cue behind, sentences that end within. So the
marks and their neighbours are read first, and syntax only decides between several cues.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from communique.annotate.parse import Parse
from communique.extract.predicates import NOMINAL, Predicate
from communique.knowledge.cues import Cues

_DASHES = frozenset({"-", "--", "–", "—", "―"})
_STOPS = frozenset({".", "?", "!", "…", "...", "....", ".."})
_CLOSERS = _STOPS | _DASHES | {",", ";"}
_MARKS = frozenset("“”„«»‹›「」『』‘’\"'") | {"``", "''"}
# A cue that follows its quotation does so soon.
REACH = 30


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation as a token range, marks included. `whole`: it stands as a clause of its own, not as a part of the
    sentence around it. `alone`: it makes up whole sentences, with nothing beside it."""

    number: int
    first: int
    past: int
    whole: bool
    alone: bool


@dataclass(slots=True)
class Hangings:
    """What quotations hang on: verbs, or a speaker set off by a colon or dash (source head, cue token)."""

    quotations: list[Quotation]
    by_verb: dict[int, list[Quotation]] = field(default_factory=dict)
    by_name: list[tuple[Quotation, int, int]] = field(default_factory=list)
    loose: list[Quotation] = field(default_factory=list)


def find_quotations(parse: Parse) -> list[Quotation]:
    """The quotations of the document in order, told apart as whole clauses or parts of a sentence."""
    found = []
    past = 0
    for number, run in groupby(parse.quote):
        first, past = past, past + len(list(run))
        if number >= 0 and any(word[0].isalnum() for word in parse.word[first:past]):
            found.append(describe_quotation(parse, number, first, past))
    return found


def describe_quotation(parse: Parse, number: int, first: int, past: int) -> Quotation:
    before, after = find_neighbours(parse, first, past)
    words = [t for t in range(first, past) if parse.word[t][0].isalnum()]
    inner = [t for t in range(first, past) if parse.word[t] not in _MARKS]
    last = parse.word[inner[-1]]
    capital = parse.word[words[0]][0].isupper() or parse.word[words[0]][0].isdigit()
    opens = before is None or parse.word[before] in _STOPS or parse.word[before] in _MARKS
    introduced = before is not None and (
        parse.word[before] in (",", ":", ";") or parse.word[before] in _DASHES or parse.pos[before] == "VERB"
    )
    closed = last in _CLOSERS or after is None or parse.word[after] in (",", ".")
    clause = len(words) > 2 or last in _CLOSERS
    # "said, “and we will”": after comma or colon a small letter will do; after a verb it is an object ("called “fair”")
    start = opens or (introduced and (capital or parse.word[before or 0] in (",", ":")))
    # "“complicated and dynamic,” the two …" after an article is a part; so is a lower-case list item
    whole = start and closed and clause and (capital or not opens or last in _CLOSERS)
    alone = whole and opens and (after is None or parse.word[after] in _MARKS or last in _STOPS)
    if alone and after is not None and parse.word[after] not in _MARKS:
        alone = parse.word[after][0].isupper() or parse.word[after] in _DASHES
    return Quotation(number, first, past, whole, alone)


def find_neighbours(parse: Parse, first: int, past: int) -> tuple[int | None, int | None]:
    """The tokens before and after a range, in its paragraph."""
    paragraph = parse.paragraph_of[parse.sentence_of[first]]
    before = first - 1 if first and parse.paragraph_of[parse.sentence_of[first - 1]] == paragraph else None
    same = past < len(parse) and parse.paragraph_of[parse.sentence_of[past]] == paragraph
    return before, past if same else None


def hang_quotations(parse: Parse, predicates: dict[int, Predicate], cues: Cues) -> Hangings:
    """Finds for every whole quotation the verb or the speaker it hangs on; what has none is `loose`."""
    found = Hangings(find_quotations(parse))
    for quotation in found.quotations:
        if not quotation.whole:
            continue
        before, after = find_neighbours(parse, quotation.first, quotation.past)
        if before is None and quotation.first and parse.word[quotation.first - 1] == ":":
            before = quotation.first - 1  # the paragraph above ends in "he answered:"
        left = find_left(parse, predicates, cues, quotation, before)
        right = find_right(parse, predicates, cues, quotation, after)
        comma = last_inner(parse, quotation) == ","
        verb = right if right is not None and (comma or left is None) else left
        if verb is not None:
            found.by_verb.setdefault(verb, []).append(quotation)
            continue
        named = find_named(parse, quotation, before, after)
        if named:
            found.by_name.append((quotation, *named))
        else:
            found.loose.append(quotation)
    return found


def last_inner(parse: Parse, quotation: Quotation) -> str:
    """The last word or sign of a quotation inside its marks."""
    inner = (parse.word[t] for t in range(quotation.past - 1, quotation.first, -1))
    return next((w for w in inner if w not in _MARKS), "")


def find_right(
    parse: Parse, predicates: dict[int, Predicate], cues: Cues, quotation: Quotation, after: int | None
) -> int | None:
    """The cue verb behind a quotation: "…,” it said", "…?” asked the minister"."""
    if after is None:
        return None
    last = last_inner(parse, quotation)
    if last in _STOPS and last not in ("?", "!") and not parse.word[after][0].islower():
        return None
    past = parse.sentences[parse.sentence_of[after]][1]
    window = []
    for t in range(after, min(past, after + REACH)):
        if parse.quote[t] >= 0 or parse.word[t] in (";", ":"):
            break
        window.append(t)
    verbs = [t for t in window if is_speaking_verb(parse, predicates, t)]
    known = [
        t for t in verbs if is_known(predicates, cues, t) and parse.dep[t] not in ("relcl", "acl", "amod")
    ]
    for t in known:
        if has_subject_in(parse, predicates, t, window):
            return t
    if last in (",", "?", "!") and verbs and verbs[0] - after < 8:
        # "…,” she smiled": any verb with a subject of its own
        subject = [c for c in parse.children[verbs[0]] if parse.dep[c] == "nsubj" and c in window]
        if subject and parse.dep[verbs[0]] not in ("relcl", "acl"):
            return verbs[0]
    return None


def find_left(
    parse: Parse, predicates: dict[int, Predicate], cues: Cues, quotation: Quotation, before: int | None
) -> int | None:
    """The cue verb before a quotation: "Xi added, “…", "he put it this way: “…"."""
    if before is None or parse.word[before] in _STOPS or parse.word[before] in _MARKS:
        return None
    window = []
    for t in range(before, parse.sentences[parse.sentence_of[before]][0] - 1, -1):
        if parse.quote[t] >= 0 and parse.quote[t] != parse.quote[before]:
            break
        window.append(t)
    governors = set(find_governors(parse, quotation))
    verbs = [t for t in window if is_speaking_verb(parse, predicates, t)]
    known = [t for t in verbs if is_known(predicates, cues, t)]
    for t in known:
        if t in governors:
            return t
    if known:
        return known[0]
    if parse.word[before] == ":" and verbs:
        return verbs[0]
    return None


def find_governors(parse: Parse, quotation: Quotation) -> list[int]:
    """The tokens above a quotation's own head, nearest first."""
    up = quotation.first
    for t in range(quotation.first, quotation.past):
        if parse.word[t][0].isalnum() and not quotation.first <= parse.head[t] < quotation.past:
            up = t
            break
    found = []
    while parse.head[up] != up:
        up = parse.head[up]
        found.append(up)
    return found


def is_speaking_verb(parse: Parse, predicates: dict[int, Predicate], token: int) -> bool:
    return token in predicates and predicates[token].kind == "verb" and parse.pos[token] == "VERB"


def is_known(predicates: dict[int, Predicate], cues: Cues, token: int) -> bool:
    lemma = predicates[token].lemma
    return lemma in cues.verbs or lemma.split()[0] in cues.verbs


def has_subject_in(parse: Parse, predicates: dict[int, Predicate], token: int, window: list[int]) -> bool:
    """Whether a verb has its subject among these words, or stands first before a noun ("said the minister")."""
    if any(s in window for s in predicates[token].get("subject")):
        return True
    if any(parse.dep[c] in ("nsubj", "nsubjpass") and c in window for c in parse.children[token]):
        return True
    words = [t for t in window if parse.word[t][0].isalnum() and parse.pos[t] != "ADV"]
    return bool(words) and (words[0] == token or parse.dep[token] in ("conj", "advcl"))


def find_named(
    parse: Parse, quotation: Quotation, before: int | None, after: int | None
) -> tuple[int, int] | None:
    """Source head and sign of a speaker set off: "Putin: “…”", "“…” - Putin"."""
    if before is not None and parse.word[before] == ":":
        first = parse.sentences[parse.sentence_of[before]][0]
        heads = [
            t
            for t in range(first, before)
            if parse.pos[t] in NOMINAL and (parse.head[t] == t or not first <= parse.head[t] < before)
        ]
        if heads:
            return heads[0], before
    if after is not None and parse.word[after] in _DASHES:
        t = after + 1
        if t < len(parse) and parse.pos[t] == "PROPN":
            while parse.dep[t] == "compound" and parse.head[t] > t:
                t = parse.head[t]
            return t, after
    return None
