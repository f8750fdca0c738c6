"""What a cue brings in: the tokens of a statement's content, and their spans in the text."""

from __future__ import annotations

from collections.abc import Iterable

from communique.annotate.parse import Parse
from communique.extract.predicates import Predicate
from communique.knowledge.cues import Cue

# Where the clause or infinitive that a verb brings in hangs; below its object, too.
_CLAUSES = frozenset({"ccomp", "xcomp", "advcl", "acl", "relcl", "dobj"})
_FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
_MARKS = frozenset('“”„«»‹›「」『』"') | {"``", "''", "‘"}
_LEADING = frozenset({",", ":", ";", "-", "--", "–", "—", ".", "(", ")"})
_WHEN = frozenset({"after", "before", "since", "until", "because", "though", "although", "while", "whereas"})
_SPANS = frozenset({"minute", "hour", "day", "week", "month", "year", "moment"})
_CONTRAST = frozenset({"while", "though", "although", "whereas"})
_PRONOUNS = frozenset(
    {
        "it",
        "this",
        "that",
        "him",
        "her",
        "them",
        "me",
        "you",
        "us",
        "himself",
        "itself",
        "themselves",
        "so",
        "what",
        "which",
        "who",
        "whom",
        "each",
        "one",
    }
)


def collect_below(parse: Parse, top: int, without: Iterable[int] = ()) -> set[int]:
    """`top` and everything it governs, without the parts headed by the tokens `without`."""
    stop = set(without)
    below = [] if top in stop else [top]
    for t in below:
        below += [c for c in parse.children[t] if c not in stop] if stop else parse.children[t]
    return set(below)


def shape_of(parse: Parse, clause: int) -> str:
    """The shape of a complement by its head: clause, infinitive, gerund or predicate (a small clause)."""
    if parse.tag[clause] in _FINITE:
        return "clause"
    own = {parse.dep[c]: c for c in parse.children[clause]}
    if "aux" in own or "auxpass" in own:
        aux = [c for c in parse.children[clause] if parse.dep[c] in ("aux", "auxpass")]
        if any(parse.tag[c] in _FINITE for c in aux):
            return "clause"
        if any(parse.lower[c] == "to" and parse.dep[c] == "aux" for c in aux):
            return "infinitive"
    if parse.tag[clause] == "VBG" and "nsubj" not in own and "nsubjpass" not in own:
        return "gerund"
    return "clause" if parse.pos[clause] in ("VERB", "AUX") or "mark" in own else "predicate"


def find_content(
    parse: Parse, predicate: Predicate, cue: Cue, preposition: int | None, around: bool
) -> set[int]:
    """The tokens a cue verb brings in, in one of the shapes it takes; empty where it has none.

    `preposition` is the preposition token that belongs to the cue ("call for"), if any. `around` lets the clause the
    cue stands inside be its content.
    """
    v = predicate.head
    if any(parse.dep[c] in _CLAUSES for c in parse.children[v]):
        for shape in ("clause", "infinitive", "gerund"):
            if shape in cue.takes:
                tokens = find_clauses(parse, predicate, shape, preposition)
                if tokens:
                    return tokens
    if around and "clause" in cue.takes and preposition is None:
        tokens = find_around(parse, v)
        if tokens:
            return tokens
    if preposition is not None:
        inner = parse.child(preposition, "pobj", "pcomp")
        if "object" in cue.takes and inner is not None:
            return without_pronoun(parse, collect_below(parse, inner))
        if "as" in cue.takes and inner is not None:
            as_phrase = find_as(parse, v, inner)
            if as_phrase is not None:
                return collect_below(parse, inner) | collect_below(parse, as_phrase)
        return set()
    theme = find_theme(parse, predicate)
    if theme is None:
        # "called what she saw terrible"
        clause = parse.child(v, "ccomp") if "predicate" in cue.takes else None
        return collect_below(parse, clause) if clause is not None and clause > v else set()
    if "predicate" in cue.takes:
        said = [
            c
            for c in parse.children[v]
            if parse.dep[c] in ("oprd", "attr", "acomp")
            or (parse.dep[c] in ("ccomp", "xcomp") and shape_of(parse, c) == "predicate")
        ]
        named = find_quote_behind(parse, v, theme)
        if said or named:
            return collect_below(parse, theme).union(named, *(collect_below(parse, c) for c in said))
    if "as" in cue.takes:
        as_phrase = find_as(parse, v, theme)
        if as_phrase is not None:
            return collect_below(parse, theme) | collect_below(parse, as_phrase)
    if "object" in cue.takes:
        tokens = collect_below(parse, theme)
        for c in parse.children[v]:
            if parse.dep[c] == "prep" and c > theme and parse.lower[c] in ("as", "of", "for", "over"):
                tokens |= collect_below(parse, c)
        return without_pronoun(parse, tokens)
    return set()


def find_quote_behind(parse: Parse, v: int, theme: int) -> set[int]:
    """A quotation right behind the object of a cue: what it is called, whatever the parser made of it."""
    past = max((t for t in collect_below(parse, theme) if parse.quote[t] < 0), default=theme) + 1
    if past >= len(parse) or past <= v or parse.quote[past] < 0 or parse.quote[past] == parse.quote[v]:
        return set()
    number = parse.quote[past]
    found = set()
    while past < len(parse) and parse.quote[past] == number:
        found.add(past)
        past += 1
    return found


def continue_quotes(parse: Parse, tokens: set[int], cue: int) -> set[int]:
    """Adds the further sentences of a quotation whose first one is brought in by the cue."""
    past = parse.sentences[parse.sentence_of[cue]][1]
    if past >= len(parse) or parse.quote[past] < 0 or parse.quote[past] != parse.quote[past - 1]:
        return tokens
    number = parse.quote[past]
    if parse.quote[cue] == number or not any(parse.quote[t] == number for t in tokens):
        return tokens
    more = set()
    while past < len(parse) and parse.quote[past] == number:
        more.add(past)
        past += 1
    return tokens | more


def without_pronoun(parse: Parse, tokens: set[int]) -> set[int]:
    """No content where all there is is a pronoun ("denied it")."""
    words = [t for t in tokens if parse.word[t][0].isalnum()]
    return set() if all(parse.lower[t] in _PRONOUNS for t in words) else tokens


def find_theme(parse: Parse, predicate: Predicate) -> int | None:
    """What a cue verb speaks of: its object, or in the passive its subject; the subject of a small clause."""
    v = predicate.head
    if predicate.passive:
        return parse.child(v, "nsubjpass")
    theme = parse.child(v, "dobj")
    if theme is None:
        small = next(
            (
                c
                for c in parse.children[v]
                if parse.dep[c] in ("ccomp", "xcomp", "oprd") and shape_of(parse, c) == "predicate"
            ),
            None,
        )
        theme = parse.child(small, "nsubj") if small is not None else None
    return theme


def find_as(parse: Parse, v: int, theme: int) -> int | None:
    """The as-phrase of a cue verb, wherever the parser hung it."""
    for up in (v, theme):
        for c in parse.children[up]:
            if parse.lower[c] == "as" and parse.dep[c] == "prep" and parse.children[c]:
                return c
    return None


def find_clauses(parse: Parse, predicate: Predicate, shape: str, preposition: int | None) -> set[int]:
    v = predicate.head
    tokens: set[int] = set()
    for c in parse.children[v]:
        dep = parse.dep[c]
        if dep in ("ccomp", "xcomp") or (
            dep in ("advcl", "acl", "relcl") and c > v and shape == "infinitive"
        ):
            if shape_of(parse, c) != shape or (c < v and is_subordinate(parse, v)):
                continue
            if dep == "advcl" and not (predicate.get("object") or predicate.get("on")):
                continue
            tokens |= collect_below(parse, c, find_afterthoughts(parse, c))
            if shape == "infinitive" and not predicate.passive:
                # who is asked to act is part of what is asked
                theme = parse.child(v, "dobj")
                if theme is None and preposition is not None:
                    theme = parse.child(preposition, "pobj")
                tokens |= collect_below(parse, theme) if theme is not None and theme < c else set()
        elif dep == "dobj" and shape == "infinitive":
            # "urged supporters to vote": the infinitive hung below the object
            for d in parse.children[c]:
                if (
                    parse.dep[d] in ("acl", "relcl")
                    and shape_of(parse, d) == "infinitive"
                    and parse.pos[c] in ("PRON", "PROPN")
                ):
                    tokens |= collect_below(parse, d)
    return tokens


def is_subordinate(parse: Parse, cue: int) -> bool:
    """Whether the clause of a cue only tells when or why: what stands before it is told by the text itself, though the
    parser takes it for what was said: "Peru left, hours after Chile said it would pay"."""
    return any(parse.dep[c] == "mark" and parse.lower[c] in _WHEN for c in parse.children[cue] if c < cue)


def find_afterthoughts(parse: Parse, clause: int) -> list[int]:
    """What is said beside the clause, behind a comma: ", a step that …", ", while others denied it"."""
    contrast = [
        c
        for c in parse.children[clause]
        if parse.dep[c] == "advcl"
        and c > clause
        and any(parse.dep[d] == "mark" and parse.lower[d] in _CONTRAST for d in parse.children[c])
        and any(parse.dep[d] in ("ccomp", "xcomp") for d in parse.children[c])
        and parse.word[parse.subtree(c)[0] - 1] == ","
    ]
    contrast += [c for c in parse.children[clause] if c > clause and is_set_in_time(parse, c)]
    return contrast + [
        c
        for c in parse.children[clause]
        if parse.dep[c] in ("npadvmod", "appos")
        and c > clause
        and parse.word[parse.subtree(c)[0] - 1] in (",", "-", "–", "—")
        and any(parse.dep[d] in ("relcl", "acl") for d in parse.children[c])
    ]


def is_set_in_time(parse: Parse, clause: int) -> bool:
    """Whether a clause behind a comma tells how long before or after it was said: ", hours after shots were heard"."""
    first = parse.subtree(clause)[0]
    mark = next(
        (
            c
            for c in parse.children[clause]
            if parse.lower[c] in ("after", "before") and first < c < first + 4
        ),
        None,
    )
    if mark is None or parse.word[first - 1] != "," or parse.dep[clause] not in ("advcl", "conj", "prep"):
        return False
    return parse.lemma[mark - 1] in _SPANS


def find_around(parse: Parse, v: int) -> set[int]:
    """The clause a cue stands inside: "Talks, he said, went well"; "as the minister put it"."""
    up = parse.head[v]
    own_subject = parse.child(v, "nsubj", "nsubjpass")
    if own_subject is None or parse.quote[v] != parse.quote[up]:
        return set()
    if up == v:
        return find_before(parse, v, own_subject)
    if parse.dep[v] == "parataxis":
        return collect_below(parse, up, [v])
    if (
        parse.dep[v] == "advcl"
        and any(parse.lower[c] == "as" and parse.dep[c] == "mark" for c in parse.children[v])
        and parse.pos[up] in ("VERB", "AUX")
        and all(parse.lower[c] == "it" for c in parse.children[v] if parse.dep[c] == "dobj")
    ):
        return collect_below(parse, up, [v])
    return set()


def find_before(parse: Parse, v: int, subject: int) -> set[int]:
    """The words before ", he said." at a sentence's end, where the parser could make no clause of them."""
    low, high = parse.sentences[parse.sentence_of[v]]
    first = min(parse.subtree(subject)[0], v)
    clause = any(
        parse.dep[c] in ("ccomp", "dobj", "prep", "xcomp", "attr", "acomp") for c in parse.children[v]
    )
    if clause or any(parse.word[t][0].isalnum() for t in range(v + 1, high)) or first - 1 <= low:
        return set()
    return set(range(low, first)) if parse.word[first - 1] == "," and abs(subject - v) < 8 else set()


def complete_quotes(parse: Parse, tokens: set[int]) -> set[int]:
    """Adds the marks, and the signs inside them, of quotations all of whose words are there."""
    numbers = {parse.quote[t] for t in tokens} - {-1}
    if not numbers:
        return tokens
    added: set[int] = set()
    size = len(parse)
    for number in numbers:
        first = past = min(t for t in tokens if parse.quote[t] == number)
        while first and parse.quote[first - 1] == number:
            first -= 1
        while past < size and parse.quote[past] == number:
            past += 1
        quotation = set(range(first, past))
        if not any(parse.word[t][0].isalnum() for t in quotation - tokens):
            added |= quotation
    return tokens | added


def to_spans(parse: Parse, tokens: set[int]) -> tuple[tuple[int, int], ...]:
    """Character spans of runs of tokens, their quotations completed. Marks around a run that is one quotation stay
    outside, and so do commas, full stops and a leading "that" at the edges."""
    if not tokens:
        return ()
    sentence_of = parse.sentence_of
    ordered = sorted(tokens)
    runs = []
    first = last = ordered[0]
    for t in ordered:
        if (t > last + 1 or sentence_of[t] != sentence_of[last]) and not bridges(parse, last, t):
            runs.append((first, last))
            first = t
        last = t
    runs.append((first, last))
    return tuple(span for first, last in runs if (span := trim(parse, first, last)))


def bridges(parse: Parse, left: int, right: int) -> bool:
    """Whether only signs and spaces, inside one paragraph, lie between two tokens."""
    if parse.paragraph_of[parse.sentence_of[left]] != parse.paragraph_of[parse.sentence_of[right]]:
        return False
    return not has_words(parse, left + 1, right)


def has_words(parse: Parse, first: int, past: int) -> bool:
    """Whether a token of a range is more than a sign."""
    return any(word[0].isalnum() for word in parse.word[first:past])


def holds(parse: Parse, number: int, first: int, last: int) -> bool:
    """Whether a run of tokens holds both ends of a quotation."""
    a, b = parse.quotes[number]
    return parse.start[first] <= a and b <= parse.end[last]


def has_gap(parse: Parse, clause: int) -> bool:
    """A relative clause taken for a complement ("requests that Oslo has refused") lacks what its verb needs."""
    kept = ("dobj", "prep", "xcomp", "ccomp", "attr", "acomp", "advcl", "auxpass", "oprd", "advmod", "prt")
    return parse.pos[clause] == "VERB" and not any(
        parse.dep[c] in kept and not (parse.dep[c] == "advmod" and c < clause) for c in parse.children[clause]
    )


def retreat(parse: Parse, first: int, last: int) -> int:
    """The last token of a run that is more than a sign or an "and" left hanging."""
    while last >= first and (
        parse.word[last] in _LEADING or parse.word[last].isspace() or parse.dep[last] in ("cc", "preconj")
    ):
        last -= 1
    return last


def trim(parse: Parse, first: int, last: int) -> tuple[int, int] | None:
    while first <= last and (
        parse.word[first] in _LEADING
        or parse.word[first].isspace()
        or (parse.lower[first] in ("that", "if") and parse.dep[first] == "mark")
    ):
        first += 1
    last = retreat(parse, first, last)
    if first > last:
        return None
    whole = parse.quote[first] >= 0 and parse.quote[first] == parse.quote[last]
    if whole and parse.word[first] in _MARKS and holds(parse, parse.quote[first], first, last):
        first += 1
        while last > first and (parse.word[last] in _MARKS or parse.word[last] in (",", "’", "'")):
            last -= 1
    else:
        # a mark whose partner stands elsewhere belongs to somebody else's words
        if parse.word[first] in _MARKS and (
            parse.quote[first] < 0 or not holds(parse, parse.quote[first], first, last)
        ):
            first += 1
        if first > last:  # it was that mark alone
            return None
        if parse.word[last] in _MARKS and (
            parse.quote[last] < 0 or not holds(parse, parse.quote[last], first, last)
        ):
            last = retreat(parse, first, last - 1)
    if first > last or not has_words(parse, first, last + 1):
        return None
    return parse.start[first], parse.end[last]
