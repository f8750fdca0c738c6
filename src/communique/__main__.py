"""`python -m communique`: the command line without an installed script."""

from __future__ import annotations

from communique.commands import app

app(prog_name="communique")
