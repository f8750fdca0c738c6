"""`communique merge`: several databases into one."""

from __future__ import annotations

from typing import Annotated

import typer


def merge(
    out: Annotated[str, typer.Argument(metavar="OUT", help="The database to add to; made where missing.")],
    inputs: Annotated[
        list[str], typer.Argument(metavar="IN...", help="Databases to read, such as those of `code --shard`.")
    ],
) -> None:
    """Add the documents of databases to one. Documents that are already there are left alone."""
    from communique.store import merge_stores, open_store

    with open_store(out, write=True) as target:
        for path in inputs:
            with open_store(path) as source:
                added = merge_stores(target, source)
            typer.echo(
                f"{path}: {len(added.new)} added, {len(added.replaced)} replaced, {len(added.same)} already there.",
                err=True,
            )
