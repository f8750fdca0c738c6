"""`communique merge`: several databases into one."""

from __future__ import annotations

from typing import Annotated

import typer

from communique.export.plain import clean_line


def merge(
    out: Annotated[str, typer.Argument(metavar="OUT", help="The database to add to; made where missing.")],
    inputs: Annotated[
        list[str], typer.Argument(metavar="IN...", help="Databases to read, such as those of `code --shard`.")
    ],
) -> None:
    """Add the documents and imported events of databases to one, and link the stories they tell. What is already there is
    left alone."""
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
            for name, (new, known) in added.imported.items():
                typer.echo(
                    f"{path}: {clean_line(name)}: {new:,} events added, {known:,} already there.", err=True
                )
        if grown:
            update_stories(target)
