"""Quotation marks of all kinds, and signs that only look like them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.annotate.quotes import PAIRS, find_quotes


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “we won’t” and left.", ["“we won’t”"]),
        ('He said "no" and "never".', ['"no"', '"never"']),
        ("He said 'we can't go' and left.", ["'we can't go'"]),
        ("He said ‘we can’t go’ and left.", ["‘we can’t go’"]),
        ("Er sagte „nein“ und ging.", ["„nein“"]),
        ("Il a dit « non » et « jamais ».", ["« non »", "« jamais »"]),
        ("He wrote ``so it goes'' twice.", ["``so it goes''"]),
        ("He wrote ''so it goes'' twice.", ["''so it goes''"]),
        ("It’s the states’ rights and the ’90s.", []),
        ("The states' rights and Jones' hat.", []),
        ("A pipe 5' 3\" long.", []),
        ("“He told me ‘go home’ twice,” she said.", ["“He told me ‘go home’ twice,”"]),
        ("“First part,\n“second part,” he said.", ["“First part,", "“second part,”"]),
        ("(“inside brackets”)", ["(“inside brackets”)"[1:-1]]),
        ("No marks at all.", []),
    ],
)
def test_quotes(text: str, quoted: list[str]) -> None:
    assert [text[a:b] for a, b in find_quotes(text)] == quoted


@given(st.text(alphabet="ab s’'\"“”„«»‘`\n.,-", max_size=60))
def test_spans_hold(text: str) -> None:
    """Any text: quotations lie in order, apart, inside a paragraph, and begin with an opening mark."""
    last = 0
    for a, b in find_quotes(text):
        assert last <= a < b <= len(text)
        assert "\n" not in text[a:b]
        assert text[a:].startswith(tuple(PAIRS))
        last = b
