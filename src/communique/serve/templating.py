"""Templates: everything that is put into a page is escaped, and what isn't there to be put in is an error."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import jinja2

from communique.export.report import say_date
from communique.records import DateRange
from communique.serve.query import make_address
from communique.serve.world import draw_world


def make_templates(**shared: Any) -> jinja2.Environment:
    """The environment; `shared` is known in every template."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("communique.serve"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "number": lambda value: f"{value:,}",
        "day": say_day,
        "score": lambda value: f"{value:+.1f}".replace("-", "−"),
        "safe_url": find_link,
        "plain": lambda value: value.replace("-", " "),
    }
    environment.globals |= {**shared, "address": make_address, "draw_world": draw_world}
    return environment


def say_day(iso: str | None) -> str:
    """ "4 Feb 2022" of an ISO day; nothing of none."""
    return say_date(DateRange(iso, (0, 0), iso[:10], iso[:10])) if iso else ""


def find_link(url: str | None) -> str | None:
    """The address, where it is one of the web that may be followed; an article's own may be anything."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    clean = (
        parts.scheme in ("http", "https")
        and parts.hostname
        and not any(c.isspace() or ord(c) < 33 for c in url)
    )
    return url if clean else None
