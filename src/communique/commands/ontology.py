"""`communique ontology`: what is coded, and by which rules."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from communique.commands.print import print_table
from communique.errors import CommuniqueError

ontology = typer.Typer(
    help="What is coded and by which rules: event types, frames, dictionaries.",
    rich_markup_mode=None,
    invoke_without_command=True,
)


@ontology.callback()
def choose(context: typer.Context) -> None:
    """What is coded and by which rules. Without a command: the event types."""
    if context.invoked_subcommand is None:
        types()


@ontology.command()
def types() -> None:
    """Event types with their modes: score, quad, CAMEO code, meaning, number of frames."""
    from communique.knowledge.ontology import load_ontology

    loaded = load_ontology()
    frames = Counter((frame.type, frame.mode) for frame in loaded.frames)
    rows: list[tuple[object, ...]] = []
    for type in loaded.types.values():
        of_type = sum(n for (name, _), n in frames.items() if name == type.name)
        rows.append((type.name, None, type.score, type.quad, type.cameo, of_type, type.means))
        rows += [
            (type.name, m.name, m.score, type.quad, m.cameo, frames[type.name, m.name], m.means)
            for m in type.modes.values()
        ]
    print_table(("type", "mode", "score", "quad", "cameo", "frames", "means"), rows)


@ontology.command()
def frames(
    type: Annotated[
        str | None, typer.Argument(metavar="[TYPE]", help="Only frames of this event type.")
    ] = None,
) -> None:
    """Frames, the patterns that find events: words, an example sentence, and the line of the file."""
    from communique.knowledge.ontology import load_ontology

    loaded = load_ontology()
    if type is not None and type.upper() not in loaded.types:
        raise typer.BadParameter(f"one of {', '.join(loaded.types)}", param_hint="TYPE")
    words: dict[tuple[str, str], set[str]] = {}
    for (kind, word), found in loaded.by_word.items():
        for frame in found:
            words.setdefault((frame.id, kind), set()).add(word)
    print_table(
        ("id", "type", "mode", "kind", "words", "example", "where"),
        (
            (
                frame.id,
                frame.type,
                frame.mode,
                frame.kind,
                ", ".join(sorted(words.get((frame.id, frame.kind), ()))),
                frame.examples[0].text if frame.examples else None,
                f"{frame.file}:{frame.line}",
            )
            for frame in loaded.frames
            if type is None or frame.type == type.upper()
        ),
    )


@ontology.command()
def dictionaries() -> None:
    """The actor dictionaries: entries and names by kind."""
    from communique.knowledge.actors import load_actors

    loaded = load_actors()
    entries = Counter((entry.kind, entry.detail) for entry in loaded.entries.values())
    names: Counter[tuple[str, str]] = Counter()
    for aliases in loaded.aliases.values():
        for alias in aliases:
            entry = loaded.entries[alias.entry]
            names[entry.kind, entry.detail] += 1
    example = {(entry.kind, entry.detail): entry for entry in reversed(list(loaded.entries.values()))}
    print_table(
        ("kind", "detail", "entries", "names", "example", "id"),
        (
            (
                kind,
                detail or None,
                n,
                names[kind, detail],
                example[kind, detail].name,
                example[kind, detail].id,
            )
            for (kind, detail), n in sorted(entries.items())
        ),
    )


@ontology.command()
def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="TOML of types, frames or actors, CSV of people.")
    ],
) -> None:
    """Check your own files as they would be added to what ships. A wrong one is named with its line; exit code 2."""
    from communique.knowledge.actors import load_actors
    from communique.knowledge.ontology import load_ontology

    actors = [file for file in files if is_actor_file(file)]
    rules = [file for file in files if file not in actors]
    if rules:
        load_ontology(rules)
    if actors:
        load_actors(actors)
    typer.echo(f"{len(files)} {'file is' if len(files) == 1 else 'files are'} sound.")


@ontology.command("import")
def import_(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Actor dictionaries of TABARI or PETRARCH.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="Where imported.csv and imported.toml go; made where missing.",
        ),
    ],
) -> None:
    """Turn others' actor dictionaries into files for `code --actors`. What has no counterpart is named."""
    from communique.export.formats import open_output
    from communique.knowledge.actors import load_actors
    from communique.knowledge.petrarch import import_petrarch

    made = import_petrarch(files)
    people, organisations = output / "imported.csv", output / "imported.toml"
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommuniqueError(f"{output}: {error.strerror}") from error
    for path, text in ((people, made.people), (organisations, made.organisations)):
        with open_output(str(path)) as file:
            file.write(text.encode("utf-8"))
    load_actors([people, organisations])
    for line in made.skipped:
        typer.echo(line, err=True)
    typer.echo(
        f"{made.taken} actors in {people} and {organisations}, {len(made.skipped)} left out.", err=True
    )


def is_actor_file(file: Path) -> bool:
    """Whether a user's file describes actors rather than events, by its tables."""
    if file.suffix.lower() == ".csv":
        return True
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False  # the ontology's loader says what is wrong with it
    return any(f"[[{table}]]" in text for table in ("state", "organisation", "group", "role", "trap"))
