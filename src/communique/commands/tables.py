"""What the commands that answer with a table share: how it is written, and what is asked of it."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from communique.commands.options import OWN
from communique.records import Factuality as Kind

FORMATS = ("csv", "json", "parquet")

Level = Annotated[
    str, typer.Option(help="country takes RUS.GOV and RUS.MIL together, code keeps them apart.")
]
Weight = Annotated[
    str,
    typer.Option(
        help="What an event counts for: one, or its confidence (then counts are sums of confidences)."
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        help="csv, json or parquet; by default told by the file's ending, else a table on a terminal and CSV in a pipe."
    ),
]
Output = Annotated[
    str | None,
    typer.Option("--output", "-o", metavar="FILE", help="Write the table there; - for standard output."),
]
Plot = Annotated[
    str | None,
    typer.Option(
        metavar="FILE",
        help="Draw it as well: .png, .svg, or .html, a page with the picture and the table. Needs communique[plot].",
    ),
]


def check_choice(option: str, value: str, choices: tuple[str, ...]) -> None:
    """Raises BadParameter."""
    if value not in choices:
        raise typer.BadParameter(f"{value!r} is none of {', '.join(choices)}", param_hint=option)


def choose_factuality(given: list[str] | None) -> dict[str, Any]:
    """The keyword for `Store`'s tables: none for their default, every kind for "all". Raises BadParameter."""
    if not given:
        return {}
    if given == ["all"]:
        return {"factuality": get_args(Kind)}
    for kind in given:
        check_choice("--factuality", kind, get_args(Kind))
    return {"factuality": given}


def check_output(format: str | None, output: str | None, plot: str | None) -> None:
    """That the table and the plot can be written, before the work is done. Raises BadParameter, CommuniqueError."""
    chosen = choose_format(format, output)
    if chosen == "parquet" and output in (None, "-") and sys.stdout.isatty():
        raise typer.BadParameter("needs a file: -o events.parquet", param_hint="--format")
    if plot is not None:
        from communique.export.plots import check_plot

        try:
            check_plot(plot)
        except ValueError as error:
            raise typer.BadParameter(str(error), param_hint="--plot") from error


def choose_format(format: str | None, output: str | None) -> str | None:
    """csv, json or parquet; None for what suits standard output. Raises BadParameter."""
    if format is not None:
        check_choice("--format", format, FORMATS)
        return format
    if output in (None, "-"):
        return None
    ending = Path(output or "").suffix.lower().removeprefix(".")
    if ending not in FORMATS:
        raise typer.BadParameter(
            f"can't tell a format by the ending of {output!r}; add --format csv, json or parquet",
            param_hint="--output",
        )
    return ending


def write_table(table: Any, format: str | None, output: str | None) -> None:
    """An Arrow table to a file or to standard output. Days are written as 2022-02-04."""
    from communique.commands.print import print_table, write_csv
    from communique.export.formats import open_output

    chosen = choose_format(format, output)
    # few rows as Python's at a time: a comparison with a year of GDELT has millions
    batches = table.to_batches(max_chunksize=1000)
    rows = (list(row.values()) for batch in batches for row in batch.to_pylist())
    if chosen is None:
        print_table(table.column_names, rows)
        return
    with open_output(output or "-") as file:
        if chosen == "parquet":
            import pyarrow.parquet as pq

            pq.write_table(table, file)
        elif chosen == "json":
            records = ",\n".join(json.dumps(row, default=str) for row in table.to_pylist())
            file.write(f"[\n{records}\n]\n".encode())
        else:
            text = io.TextIOWrapper(file, encoding="utf-8", newline="")
            write_csv(table.column_names, rows, text)
            text.detach()
    if output not in (None, "-"):
        typer.echo(f"{output}: {table.num_rows:,} rows, {chosen}.", err=True)


def choose_dataset(name: str) -> str | None:
    """The keyword for the store's tables: None for the user's own coding."""
    return None if name == OWN else name


def join_datasets(tables: list[Any], names: list[str]) -> Any:
    """Tables of several datasets as one, with a first column that names them."""
    import pyarrow as pa

    named = (
        table.add_column(0, "dataset", pa.array([name] * table.num_rows, pa.string()))
        for table, name in zip(tables, names, strict=True)
    )
    return pa.concat_tables(named)
