"""Which words of a sentence belong to an event: the way up the syntax tree from a modifier to the event's trigger."""

from __future__ import annotations

from communique.annotate.parse import Parse

# A modifier below one of these belongs to the clause they head, not to what governs that clause.
CLAUSES = frozenset(
    {"relcl", "acl", "advcl", "ccomp", "xcomp", "pcomp", "csubj", "csubjpass", "parataxis", "dep", "appos"}
)


def find_head(parse: Parse, first: int, past: int) -> int:
    """The token of `first..past` that is governed from outside: the head of these words."""
    for i in range(past - 1, first - 1, -1):
        if parse.head[i] == i or not first <= parse.head[i] < past:
            return i
    return past - 1


def find_path(parse: Parse, token: int, top: int) -> list[int] | None:
    """The tokens from `token` up to just below `top`; None where `top` doesn't govern it. `[]` for `top` itself."""
    path: list[int] = []
    while token != top:
        up = parse.head[token]
        if up == token:
            return None
        path.append(token)
        token = up
    return path


def is_barrier(parse: Parse, token: int, top: int) -> bool:
    """Whether what stands below `token` belongs to another event than `top`: a clause, a coordinated verb,
    or something coordinated with `top` itself ("his visit in 2008 and the talks in 2014")."""
    dep = parse.dep[token]
    if dep in CLAUSES:
        return True
    return dep == "conj" and (parse.head[token] == top or parse.pos[token] in ("VERB", "AUX"))


def find_adjuncts(parse: Parse, noun: int) -> list[int]:
    """Prepositions and infinitives right behind the phrase of `noun` that the parser gave to the verb above it:
    more often than not they are the noun's ("mentioned his attendance *at the Games*", "a deal *to deliver*")."""
    verb = find_clause_head(parse, noun)
    if verb is None:
        return []
    out: list[int] = []
    _, past = parse.subtree(noun)
    last = parse.sentences[parse.sentence_of[noun]][1]
    while past < last:
        head = parse.head[past] if parse.tag[past] == "TO" else past
        if parse.head[head] != verb or not (parse.dep[head] == "prep" or head != past):
            break
        out.append(head)
        _, past = parse.subtree(head)
    return out


def find_own_path(parse: Parse, token: int, trigger: int) -> list[int] | None:
    """The tokens from `token` up to just below `trigger`, or to an adjunct of it; None where `token` belongs to
    another event."""
    path = find_path(parse, token, trigger)
    if path is None:
        for adjunct in find_adjuncts(parse, trigger):
            if (found := find_path(parse, token, adjunct)) is not None:
                path = [*found, adjunct]
                break
    if path is None or any(is_barrier(parse, i, trigger) for i in path):
        return None
    return path


def find_clause_head(parse: Parse, token: int) -> int | None:
    """The verb of the clause in which the noun `token` stands: the first verb above it, none of another clause
    in between. None for a verb itself and for a noun below no verb."""
    if parse.pos[token] in ("VERB", "AUX"):
        return None
    while parse.head[token] != token:
        if parse.dep[token] in CLAUSES:
            return None
        token = parse.head[token]
        if parse.pos[token] in ("VERB", "AUX"):
            return token
    return None
