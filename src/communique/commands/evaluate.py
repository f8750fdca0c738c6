"""`communique evaluate`: how well predictions agree with a gold standard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from communique.commands.print import print_table


def evaluate(
    gold: Annotated[
        Path, typer.Argument(metavar="GOLD", help='JSONL: {"id", "label"}, or documents with events.')
    ],
    predictions: Annotated[Path, typer.Argument(metavar="PREDICTIONS", help="JSONL of the same kind.")],
) -> None:
    """Precision, recall and F1 with its 95 % confidence interval, over all, as macro mean and per label.

    Events agree in type, country of actor and recipient, and factuality, in overlapping sentences. Intervals are a
    bootstrap over relations or documents with a fixed seed.
    """
    from communique.analyse.evaluate import evaluate as compare

    result = compare(gold, predictions)
    for ids, what in (
        (result.missing, "without a prediction: counted as empty"),
        (result.extra, "without gold: left out"),
    ):
        if ids:
            typer.echo(f"{len(ids)} {result.kind} {what}", err=True)
    columns = ("label", "gold", "predicted", "correct", "precision", "recall", "f1", "low", "high")
    print_table(
        columns,
        (
            [
                round(value, 4) if isinstance(value, float) else value
                for value in (getattr(score, c) for c in columns)
            ]
            for score in result.scores
        ),
    )
