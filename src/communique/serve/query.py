"""What a page is asked for: read from the address, written back into addresses, turned into conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, get_args
from urllib.parse import urlencode

from communique.records import Factuality

Sql = tuple[str, list[Any]]
FACTUALITIES: tuple[str, ...] = get_args(Factuality)
#: Nobody needs to look further by hand than this; a number without end would only cost time.
LAST_PAGE = 100_000
# The most characters of a parameter that are read.
LONGEST = 500


class AddressError(Exception):
    """The address asks for something that isn't there to ask for; the message says what, in plain words."""


@dataclass(frozen=True, slots=True)
class Query:
    """The filters of a view. `actor` and `other` take part together; a code stands for all below it ("RUS" for
    RUS.GOV and its people). `start` and `end` are ISO days, both included. `q` is looked for in texts and names."""

    q: str = ""
    actor: str = ""
    other: str = ""
    type: tuple[str, ...] = ()
    factuality: tuple[str, ...] = ()
    publisher: str = ""
    start: str = ""
    end: str = ""
    page: int = 1

    def to_params(self) -> list[tuple[str, str]]:
        """As in the address, in a fixed order, without what isn't asked."""
        params = [("q", self.q), ("actor", self.actor), ("with", self.other)]
        params += [("type", one) for one in self.type]
        params += [("factuality", one) for one in self.factuality]
        params += [("publisher", self.publisher), ("from", self.start), ("to", self.end)]
        return [pair for pair in params if pair[1]] + ([("page", str(self.page))] if self.page > 1 else [])

    def to_address(self, path: str, **changes: Any) -> str:
        """The address of this view with something changed; any change begins at the first page."""
        return make_address(path, replace(self, **({"page": 1} | changes)).to_params())

    def is_about_events(self) -> bool:
        """Whether something is asked that only events have."""
        return bool(self.actor or self.other or self.type or self.factuality or self.start or self.end)


def make_address(path: str, params: Sequence[tuple[str, str]]) -> str:
    """A path with parameters, all quoted."""
    return f"{path}?{urlencode(params)}" if params else path


def read_query(params: Any) -> Query:
    """From Starlette's parameters. Raises AddressError."""

    def one(name: str) -> str:
        return str(params.get(name) or "").strip()[:LONGEST]

    def several(name: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(v[:LONGEST] for v in params.getlist(name) if v))

    return Query(
        q=one("q"),
        actor=one("actor"),
        other=one("with"),
        type=several("type"),
        factuality=several("factuality"),
        publisher=one("publisher"),
        start=read_day(one("from")),
        end=read_day(one("to")),
        page=read_number(one("page") or "1", 1, LAST_PAGE),
    )


def read_day(text: str) -> str:
    """An ISO day, or nothing. Raises AddressError."""
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise AddressError(f"“{text}” is not a day such as 2022-02-04.") from None


def read_number(text: str, low: int, high: int) -> int:
    """A whole number in bounds. Raises AddressError."""
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and low <= int(text) <= high):
        raise AddressError(f"“{text}” is not a whole number from {low} to {high}.")
    return int(text)


def is_party(alias: str, code: str) -> Sql:
    """That a party is that code or id, or stands below it."""
    sql = " or ".join(f"{column} = ? or starts_with({column}, ?)" for column in ("code", "id"))
    return f"{alias}.p in (select p from name where {sql})", [code, code + "."] * 2


def find_documents(query: Query) -> Sql:
    """A condition over `doc d`: publisher and search. Searching reads the texts in the file."""
    parts: list[Sql] = []
    if query.publisher:
        parts.append(("d.publisher = ?", [query.publisher]))
    if query.q:
        parts.append(
            (
                "d.n in (select x.n from doc x join news.documents t on t.id = x.id"
                " where contains(lower(t.text), lower(?)) or contains(lower(t.title), lower(?))"
                " union all select w.doc from who w join name n on n.p = w.p join actor a on a.id = n.id"
                " where contains(lower(a.name), lower(?)))",
                [query.q] * 3,
            )
        )
    return join(parts)


def find_events(query: Query) -> Sql:
    """A condition over `ev e`."""
    parts: list[Sql] = []
    if query.q or query.publisher:
        where, params = find_documents(query)
        parts.append((f"e.doc in (select d.n from doc d where {where})", params))
    for code in (query.actor, query.other):
        if code:
            where, params = is_party("m", code)
            parts.append((f"e.k in (select m.k from party m where {where})", params))
    if query.type:
        parts.append(("e.type in (select unnest(?::varchar[]))", [list(query.type)]))
    if query.factuality:
        parts.append(("e.factuality in (select unnest(?::varchar[]))", [list(query.factuality)]))
    if query.start:
        parts.append(("e.day >= ?::date", [query.start]))
    if query.end:
        parts.append(("e.day <= ?::date", [query.end]))
    return join(parts)


def join(parts: Sequence[Sql]) -> Sql:
    """Conditions that must all hold; none is always true."""
    return " and ".join(sql for sql, _ in parts) or "true", [p for _, params in parts for p in params]
