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
    """Add the documents of databases to one, and link the stories they tell. Documents that are already there are left
    alone."""
    from communique.analyse.linking import update_stories
    from communique.store import merge_stores, open_store

    with open_store(out, write=True) as target:
        grown = False
        for path in inputs:
            with open_store(path) as source:
                added = merge_stores(target, source)
            grown |= bool(added.new or added.replaced)
            typer.echo(
                f"{path}: {len(added.new)} added, {len(added.replaced)} replaced, {len(added.same)} already there.",
                err=True,
            )
        if grown:
            update_stories(target)
