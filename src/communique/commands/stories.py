"""`communique stories`: copies and retellings of one story, and reports of one event, taken together."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from msgspec import structs

from communique.commands.options import Db
from communique.commands.print import print_table
from communique.knowledge.stories import load_rules

USUAL = load_rules()


def stories(
    db: Db,
    similarity: Annotated[
        float | None,
        typer.Option(
            min=0.3,
            max=1,
            help=f"Share of the shorter text's word triples that a copy has too; {USUAL.stories.similarity}.",
        ),
    ] = None,
    retelling: Annotated[
        float | None,
        typer.Option(
            min=0, help="Overlap of names and words from which articles of one event retell it; 1.1: never."
        ),
    ] = None,
    published: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS", min=0, help=f"How far apart retellings may be published; {USUAL.stories.days}."
        ),
    ] = None,
    days: Annotated[
        int | None,
        typer.Option(min=0, help=f"How far apart reports of one event may date it; {USUAL.reports.days}."),
    ] = None,
    story_days: Annotated[
        int | None,
        typer.Option(
            min=0,
            help=f"The same within one story, where articles often don't date it; {USUAL.reports.story_days}.",
        ),
    ] = None,
    across: Annotated[
        bool | None,
        typer.Option("--across/--within", help="Whether articles of different stories may report one event."),
    ] = None,
    contradictions: Annotated[
        bool, typer.Option("--contradictions", help="List the events that reports contradict each other in.")
    ] = False,
) -> None:
    """Link copies and retellings into stories and reports of one event into happenings, and list the stories.

    Only new articles are compared. Options that aren't given stay as they were the last time; other ones than
    before make everything anew. `communique code --db` does the same after each run, by the rule kept in the database.
    """
    from communique.analyse.linking import read_rules, update_stories
    from communique.store import open_store

    with open_store(db, write=True) as store:
        linking, reporting = read_rules(store)
        chosen: dict[str, Any] = {"similarity": similarity, "retelling": retelling, "days": published}
        linking = structs.replace(linking, **{k: v for k, v in chosen.items() if v is not None})
        wanted: dict[str, Any] = {"days": days, "story_days": story_days, "across": across}
        reporting = structs.replace(reporting, **{k: v for k, v in wanted.items() if v is not None})
        linked = update_stories(store, linking, reporting)
        table = store.query(_CONTRADICTIONS if contradictions else _STORIES)
    print_table(table.column_names, (list(row.values()) for row in table.to_pylist()))
    typer.echo(
        f"{linked.compared:,} new articles compared ({linked.pairs:,} pairs read). {linked.stories:,} stories, told by"
        f" {linked.articles:,} articles. {linked.happenings:,} happenings, reported by {linked.reports:,} events.",
        err=True,
    )


_STORIES = """select m.story, m.document, m.reason, round(m.similarity, 2) as similarity, m.linked_to, d.published,
    d.publisher, d.title
    from story_members m join documents d on d.id = m.document join stories s on s.id = m.story
    order by s.first_published nulls last, m.story, d.published nulls last, m.document"""
_CONTRADICTIONS = """select h.id, k.key as event, e.factuality, h.reports, h.first_published, h.last_published,
    array_to_string(h.publishers, '; ') as publishers, array_to_string(h.contradicted_by, '; ') as contradicted_by,
    array_to_string(h.counts, '; ') as counts
    from happenings h join events e on e.document = h.document and e.position = h.event
    join event_keys k on k.document = h.document and k.event = h.event
    where len(h.contradicted_by) > 0 or len(h.counts) > 0 order by k.key, h.first_published, h.id"""
