"""The report: coded documents as a person likes to read them on a terminal."""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.rule import Rule
from rich.text import Text

from communique.export.plain import clean_line
from communique.records import (
    CodedDocument,
    DateRange,
    Event,
    Factuality,
    Member,
    Span,
    Stance,
    Statement,
)

#: How sure the text is that it happened, to be seen before it is read. What is asserted needs no mark.
STYLES: dict[Factuality, str] = {
    "asserted": "",
    "recurring": "",
    "denied": "red",
    "demanded": "yellow",
    "intended": "yellow",
    "hypothetical": "dim italic",
    "suspected": "dim italic",
}
_ACTOR, _RECIPIENT, _TRIGGER = "bold cyan", "bold magenta", "bold underline"
_DETAIL = "bright_black"
# Characters: a sentence up to the first is quoted whole, of a longer one so many on either side of what is marked.
WHOLE, MARGIN = 200, 50


class _Console(Console):
    def on_broken_pipe(self) -> None:
        raise  # Rich would exit with 1; who reads only the head has all that was asked for


def make_console(file: IO[str] | None = None, **options: Any) -> Console:
    """A console that takes text as text: no markup, no emoji codes; colours on a terminal only.
    `options` are Rich's own."""
    return _Console(file=file, markup=False, emoji=False, highlight=False, **options)


def write_report(documents: Iterable[CodedDocument], console: Console) -> int:
    """Prints each document's report as it comes; returns how many there were."""
    count = 0
    for document in documents:
        console.print(render_document(document))
        count += 1
    return count


def render_document(document: CodedDocument) -> RenderableType:
    """Header, events, statements and stances of a document."""
    names = {actor.id: clean_line(actor.name) for actor in document.actors}
    said = {statement.id: statement for statement in document.statements}
    parts: list[RenderableType] = [*_header(document)]
    for title, lines in (
        ("Events", [_event(document, event, names, said) for event in document.events]),
        ("Statements", [_statement(document, statement, names) for statement in document.statements]),
        ("Stances", [_stance(document, stance, names, said) for stance in document.stances]),
    ):
        if lines:
            parts += [Text(), Text(f"{title} ({len(lines)})", style="bold"), *lines]
    if not (document.events or document.statements or document.stances):
        parts += [Text(), Text("Nothing was coded.", style="italic")]
    return Group(*parts, Text())


@dataclass(frozen=True, slots=True)
class _Lines:
    """A text in lines that are moved to the right and end where their words end, not in blanks as Rich's own."""

    text: Text
    indent: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for line in self.text.wrap(console, max(1, options.max_width - self.indent)):
            line.rstrip()
            yield Text.assemble(" " * self.indent, line)


def _header(document: CodedDocument) -> list[RenderableType]:
    title = Text(clean_line(document.title or "Without a title"), style="bold")
    facts = [
        clean_line(fact)
        for fact in (
            document.publisher,
            _say_day(document.published) if document.published else "no date of publication",
            document.lang,
            document.id,
        )
        if fact
    ]
    lines = [title, Text(" · ".join(facts), style=_DETAIL)]
    if document.url:
        lines.append(Text(clean_line(document.url), style=_DETAIL))
    lines += [Text(f"Note: {clean_line(note)}", style="italic") for note in document.notes]
    return [Rule(style=_DETAIL), *map(_Lines, lines)]


def _event(
    document: CodedDocument, event: Event, names: dict[str, str], said: dict[str, Statement]
) -> RenderableType:
    style = STYLES[event.factuality]
    arrow = "↔" if event.reciprocal else "→"
    line = Text(style=style)
    if event.factuality != "asserted":
        line.append(f"{event.factuality.upper()}  ", style="bold" if "dim" not in style else "")
    line.append(say_members(event.actor, names), style="bold" if not style else "")
    line.append(f" {arrow} ")
    line.append(event.type, style="bold")
    if event.mode:
        line.append(f", {event.mode}")
    if event.recipient:
        line.append(f" {arrow} ")
        line.append(say_members(event.recipient, names), style="bold" if not style else "")
    if when_where := _say_when_where(event):
        line.append(f" — {when_where}")
    marks = [(member.span, _ACTOR) for member in event.actor]
    marks += [(member.span, _RECIPIENT) for member in event.recipient]
    marks.append((event.trigger.span, _TRIGGER))
    parts: list[RenderableType] = [Text(), _Lines(line, 2)]
    parts.append(_Lines(_quote(document, event.sentence, marks), 4))
    source = _say_source(event.according_to, names, said)
    if source:
        parts.append(_Lines(Text(source), 4))
    details = [f"CAMEO {event.cameo}"] if event.cameo else []
    details += [f"score {event.score:g}", *event.context]
    details += [f"{_say_number(q.value)} {q.unit}{f' ({q.of})' if q.of else ''}" for q in event.quantities]
    details += [event.made_by, f"confidence {event.confidence:.2f}"]
    parts.append(_Lines(Text(clean_line(" · ".join(details)), style=_DETAIL), 4))
    return Group(*parts)


def _say_number(value: float) -> str:
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.6g}"


def _statement(document: CodedDocument, statement: Statement, names: dict[str, str]) -> RenderableType:
    line = Text()
    line.append(say_members(statement.source, names) or "Unnamed", style="bold")
    line.append(f" {clean_line(statement.cue.text)}" if statement.cue else " (goes on)", style=_TRIGGER)
    if statement.addressee:
        line.append(f" to {say_members(statement.addressee, names)}")
    if statement.via:
        line.append(f", via {say_members(statement.via, names)}")
    line.append(f"  {statement.kind}", style=_DETAIL)
    words = Text(" … ").join(_quote(document, piece.span, []) for piece in statement.content)
    return Group(Text(), _Lines(line, 2), _Lines(words, 4))


def _stance(
    document: CodedDocument, stance: Stance, names: dict[str, str], said: dict[str, Statement]
) -> RenderableType:
    support = stance.polarity == "support"
    line = Text(say_members(stance.holder, names) or "Unnamed", style="bold")
    how = {"strong": "strongly ", "weak": "mildly "}.get(stance.strength, "")
    verb = ("support" if support else "oppose") + ("" if len(stance.holder) > 1 else "s")
    line.append(f" {how}{verb} ", style="green" if support else "red")
    line.append(_quote(document, stance.object.span, []))
    sentence = _quote(document, stance.sentence, [(stance.object.span, _TRIGGER)])
    parts: list[RenderableType] = [Text(), _Lines(line, 2), _Lines(sentence, 4)]
    if source := _say_source((stance.statement,) if stance.statement else (), names, said):
        parts.append(_Lines(Text(source), 4))
    return Group(*parts)


def say_members(members: Sequence[Member], names: dict[str, str]) -> str:
    """ "Russia and China (RUS, CHN)": names from the dictionaries, or the article's own words in quotation marks."""
    said = [
        names.get(m.id, clean_line(m.text)) if m.id is not None else f"“{clean_line(m.text)}”"
        for m in members
    ]
    said = list(dict.fromkeys(said))
    codes = list(dict.fromkeys(clean_line(m.code) for m in members if m.code))
    joined = " and ".join([", ".join(said[:-1]), said[-1]] if len(said) > 1 else said)
    return joined + (f" ({', '.join(codes)})" if codes else "")


def _quote(document: CodedDocument, span: Span, marks: Sequence[tuple[Span, str]]) -> Text:
    """The article's words in quotation marks, where they have none themselves, with pieces of them marked.

    Of a long sentence with marks only the part around them, the rest shortened to "…".
    """
    inside = [(a, b) for (a, b), _ in marks if span[0] <= a and b <= span[1]]
    start, end = _clip(document.text, span, inside) if inside else span
    left, right = "…" * (start > span[0]), "…" * (end < span[1])
    words = left + clean_line(document.text[start:end]) + right
    if not any(mark in words for mark in '“”"«»„'):
        words, left = f"“{words}”", f"“{left}"
    quoted = Text(words)
    for (a, b), style in marks:
        if start <= a and b <= end:
            quoted.stylize(style, a - start + len(left), b - start + len(left))
    return quoted


def _clip(text: str, span: Span, marks: Sequence[Span]) -> Span:
    """The part of a sentence that the marks span, with some words on either side; whole where it is short."""
    if span[1] - span[0] <= WHOLE:
        return span
    start = max(span[0], min(a for a, _ in marks) - MARGIN)
    end = min(span[1], max(b for _, b in marks) + MARGIN)
    if start > span[0]:
        start = text.find(" ", start, end) + 1 or start
    if end < span[1]:
        cut = text.rfind(" ", start, end)
        end = cut if cut > max(b for _, b in marks) else end
    return start, end


def _say_source(ids: Iterable[str], names: dict[str, str], said: dict[str, Statement]) -> str:
    """ "according to Xi Jinping, via Xinhua": the statements an event stands in, the outermost first."""
    found = [said[id] for id in ids if id in said]
    parts = []
    for statement in found:
        part = f"according to {say_members(statement.source, names) or 'somebody unnamed'}"
        if statement.via:
            part += f", via {say_members(statement.via, names)}"
        parts.append(part)
    return ", ".join(dict.fromkeys(parts))


def _say_when_where(event: Event) -> str:
    parts = [say_date(event.date)] if event.date else []
    if event.place:
        country = f" ({event.place.country})" if event.place.country else ""
        parts.append(clean_line(event.place.text + country))
    return ", ".join(parts)


def say_date(range_: DateRange) -> str:
    """The days meant: "4 Feb 2022", "24–30 Jan 2022", "Aug 2021", "2008"; the words themselves where open."""
    try:
        first = date.fromisoformat(range_.start) if range_.start else None
        last = date.fromisoformat(range_.end) if range_.end else None
    except ValueError:
        return f"{clean_line(range_.start or '')} to {clean_line(range_.end or '')}"
    if first is None or last is None:
        known = first or last
        words = f"“{clean_line(range_.text)}”"
        return f"{words} ({'from' if first else 'until'} {_say(known)})" if known else words
    if first == last:
        return _say(first)
    whole_months = first.day == 1 and last.day == calendar.monthrange(last.year, last.month)[1]
    if first.year == last.year:
        if whole_months and (first.month, last.month) == (1, 12):
            return str(first.year)
        if whole_months and first.month == last.month:
            return f"{first:%b} {first.year}"
        if first.month == last.month:
            return f"{first.day}–{_say(last)}"
        return f"{first.day} {first:%b} – {_say(last)}"
    return f"{_say(first)} – {_say(last)}"


def _say(day: date) -> str:
    return f"{day.day} {day:%b} {day.year}"


def _say_day(iso: str) -> str:
    try:
        return _say(date.fromisoformat(iso[:10]))
    except ValueError:
        return iso
