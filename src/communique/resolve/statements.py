"""Turns found statements into records: sources, hearers and channels become parties."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from communique.annotate.parse import Parse
from communique.extract.content import collect_below
from communique.extract.frames import Party
from communique.extract.statements import StatementFound
from communique.records import Member, Piece, Span, Statement

Parties = Callable[[Party], tuple[Member, ...]]
_LEFT_OUT = frozenset({"relcl", "appos", "acl", "advcl", "cc", "conj", "punct", "preconj"})


def build_statements(
    parse: Parse, found: Sequence[StatementFound], parties: Parties
) -> tuple[Statement, ...]:
    """Statement records with the ids s1, s2, … in the order found. Whoever no dictionary has keeps his words."""

    def members(tokens: tuple[int, ...]) -> tuple[Member, ...]:
        return name_members(parse, tokens, parties)

    def piece(span: Span) -> Piece:
        return Piece(parse.text[span[0] : span[1]], span)

    return tuple(
        Statement(
            id=f"s{number}",
            source=members(item.source),
            cue=piece((parse.start[item.cue[0]], parse.end[item.cue[1] - 1])) if item.cue else None,
            content=tuple(piece(span) for span in item.content),
            kind=item.kind,
            addressee=members(item.addressee),
            via=members(item.via),
            parent=f"s{item.parent + 1}" if item.parent is not None else None,
            confidence=item.confidence,
            made_by=item.made_by,
        )
        for number, item in enumerate(found, 1)
    )


def name_members(parse: Parse, tokens: Sequence[int], parties: Parties) -> tuple[Member, ...]:
    """Each phrase's members, each member once; a phrase that names nobody as one member of its own words."""
    kept: dict[object, Member] = {}
    for token in tokens:
        for member in parties(Party(token)) or (quote_member(parse, token),):
            kept.setdefault(member.id or (member.code, member.text), member)
    return tuple(kept.values())


def quote_member(parse: Parse, token: int) -> Member:
    """A phrase as a member that nobody is known for: its words without clauses, appositions and coordination."""
    cut = [c for c in parse.children[token] if parse.dep[c] in _LEFT_OUT]
    tokens = collect_below(parse, token, cut)
    first = last = token
    while first - 1 in tokens:
        first -= 1
    while last + 1 in tokens:
        last += 1
    span = parse.start[first], parse.end[last]
    return Member(None, None, parse.text[span[0] : span[1]], span)


def find_according_to(statements: Sequence[Statement], span: Span) -> tuple[str, ...]:
    """Ids of the statements whose content covers a span, the outermost first."""
    first, past = span
    covering = [
        (-sum(piece.span[1] - piece.span[0] for piece in s.content), number, s.id)
        for number, s in enumerate(statements)
        for piece in s.content
        if piece.span[0] <= first and past <= piece.span[1]
    ]
    return tuple(name for _, _, name in sorted(covering))
