"""That what is asked of a database is something it could hold: a name nobody knows is a slip, not an empty answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

import typer

from communique.export.options import OWN
from communique.store import Store

# Codes and ids of all parties, of one's own coding and of what was imported.
_PARTIES = """(select code as name from event_members union all select id from event_members
    union all select code from actors union all select id from actors union all select code from imported.members)"""
_ONE = {
    "publisher": "(select publisher as name from documents union all select publisher from imported.coded)",
    "document": "(select id as name from documents union all select document from imported.coded)",
    "dataset": f"(select dataset as name from imported.coded union all select '{OWN}')",
}
_TYPES = "(select type as name from events union all select type from imported.coded)"


def check_wanted(store: Store, wanted: Mapping[str, Any]) -> None:
    """Raises BadParameter for an actor or type that neither the dictionaries nor the database know, and for a publisher,
    document or dataset that the database lacks; it says what comes near. What is known and only has no events passes."""
    for option in ("actor", "a", "b", "dyad"):
        given = wanted.get(option) or ()
        for code in (given,) if isinstance(given, str) else given:
            if not _has(store, _PARTIES, code, below=True):
                _check_actor(f"--{option}", code)
    given = wanted.get("type") or ()
    for type in (given,) if isinstance(given, str) else given:
        if not _has(store, _TYPES, type):
            _check_type(type)
    for option, names in _ONE.items():
        given = wanted.get(option) or ()
        for name in (given,) if isinstance(given, str) else given:
            if not _has(store, names, name):
                _refuse(store, option, name, names)


def _has(store: Store, names: str, name: str, *, below: bool = False) -> bool:
    same = "lower(name) = ?" + (" or starts_with(lower(name), ?)" if below else "")
    params = [name.lower(), name.lower() + "."][: 1 + below]
    return bool(store.query(f"select 1 from {names} where {same} limit 1", params).num_rows)


def _check_actor(option: str, code: str) -> None:
    from communique.knowledge.actors import explain_name, load_actors

    dictionary = load_actors()
    codes = {part.lower(): part for e in dictionary.entries.values() for part in (e.id, e.code) if part}
    root, _, rest = code.lower().partition(".")
    if code.lower() in codes or (root in codes and len(rest) == 3):
        return
    read = [found for found in explain_name(code, None, dictionary) if found.code]
    names = {entry.name: entry.id for entry in dictionary.entries.values()}
    near = {found.entry.id: found.entry.name for found in read} or {
        names[name]: name for name in _find_near(code, names)
    }
    said = ", ".join(f"{id} ({name})" for id, name in list(near.items())[:3])
    known = f"perhaps {said}" if said else "`communique actors NAME` looks a name up"
    raise typer.BadParameter(f"{code!r} is no actor's code; {known}", param_hint=option)


def _check_type(type: str) -> None:
    from communique.knowledge.ontology import load_ontology

    known = sorted(load_ontology().types)
    if type.upper() not in known:
        raise typer.BadParameter(f"{type!r} is none of {', '.join(known)}", param_hint="--type")


def _refuse(store: Store, option: str, name: str, names: str) -> None:
    found = store.query(f"select name from {names} where name is not null group by 1 order by 1")
    known = found["name"].to_pylist()
    near = _find_near(name, known) or (known if len(known) < 9 else [])
    said = f"; perhaps {', '.join(map(repr, near))}" if near else ""
    raise typer.BadParameter(f"there is no {option} {name!r} here{said}", param_hint=f"--{option}")


def _find_near(name: str, known: Iterable[str]) -> list[str]:
    folded = {one.casefold(): one for one in known}
    return [folded[one] for one in get_close_matches(name.casefold(), folded, 3, 0.75)]
