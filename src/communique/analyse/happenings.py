"""Reports of one real-world event taken together. docs/stories.md explains the rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from communique.knowledge.stories import ReportRule

#: Denials and assertions of one event contradict each other; the other kinds are kept apart and contradict nobody.
HAPPENED = ("asserted", "recurring")


@dataclass(frozen=True, slots=True)
class Report:
    """An event as it is compared. `story` is that of its article, or the article itself; `counts` are its numbers as
    (unit, what is counted, value)."""

    document: str
    event: int
    key: str
    story: str
    day: date | None
    published: str | None
    publisher: str | None
    mode: str | None
    factuality: str
    negative: bool
    country: str | None
    geonameid: int | None
    counts: tuple[tuple[str, str | None, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Happening:
    """An event with its reports, the earliest first. `contradicted_by` are ids of others; `counts` are the numbers
    that the reports differ in."""

    id: str
    reports: tuple[Report, ...]
    contradicted_by: tuple[str, ...]
    counts: tuple[str, ...]


def group_reports(reports: Iterable[Report], rule: ReportRule) -> Iterator[Happening]:
    """Every report in exactly one happening, whatever the order they come in."""
    by_key: dict[str, list[Report]] = defaultdict(list)
    for report in reports:
        by_key[report.key].append(report)
    reach = timedelta(days=max(rule.days, rule.story_days))
    for key in sorted(by_key):
        groups: list[list[Report]] = []
        for report in sorted(by_key[key], key=_order):
            # compared with all of a group, so that a war's every day doesn't become one event by way of the days between
            home = next(
                (
                    g
                    for g in _find_near(groups, report, reach)
                    if all(_is_same(report, other, rule) for other in g)
                ),
                None,
            )
            if home is None:
                groups.append([report])
            else:
                home.append(report)
        against = _find_contradictions(groups, rule)
        for n, group in enumerate(groups):
            yield Happening(
                _id(group), tuple(group), tuple(_id(groups[m]) for m in against[n]), _find_differences(group)
            )


def _find_near(groups: list[list[Report]], report: Report, reach: timedelta) -> Iterator[list[Report]]:
    """The groups, latest first, that began late enough to hold a report; groups stand in order of their first day."""
    for group in reversed(groups):
        begun = group[0].day
        if report.day and begun and report.day - begun > reach:
            return
        yield group


def _find_contradictions(groups: list[list[Report]], rule: ReportRule) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    denied = [n for n, group in enumerate(groups) if _stance(group[0]) == "denied"]
    for n in denied:
        for m, other in enumerate(groups):
            if any(_contradict(a, b, rule) for a in groups[n] for b in other):
                found[n].append(m)
                found[m].append(n)
    return found


def _order(report: Report) -> tuple[date, str, str, int]:
    return report.day or date.max, report.published or "~", report.document, report.event


def _id(group: Sequence[Report]) -> str:
    return f"{group[0].document}:{group[0].event}"


def _stance(report: Report) -> str:
    """asserted, denied, or the kind of what is neither."""
    if report.negative or report.factuality == "denied":
        return "denied"
    return "asserted" if report.factuality in HAPPENED else report.factuality


def _is_same(a: Report, b: Report, rule: ReportRule) -> bool:
    return _stance(a) == _stance(b) and _is_compatible(a, b, rule)


def _contradict(a: Report, b: Report, rule: ReportRule) -> bool:
    return {_stance(a), _stance(b)} == {"asserted", "denied"} and _is_compatible(a, b, rule)


def _is_compatible(a: Report, b: Report, rule: ReportRule) -> bool:
    if a.mode and b.mode and a.mode != b.mode:
        return False
    if a.country and b.country and a.country != b.country:
        return False
    if a.geonameid and b.geonameid and a.geonameid != b.geonameid:
        return False
    together = a.story == b.story
    if not together and (not rule.across or "“" in a.key):
        return False  # parties known by words alone ("police") are the same ones only within a story
    if a.day is None or b.day is None:
        return together
    return abs((a.day - b.day).days) <= (rule.story_days if together else rule.days)


def _find_differences(group: Sequence[Report]) -> tuple[str, ...]:
    """The numbers that one thing is counted as, where there are several: "12 persons (diplomats)"."""
    found: dict[tuple[str, str | None], set[float]] = defaultdict(set)
    for report in group:
        for unit, counted, value in report.counts:
            found[unit, counted].add(value)
    return tuple(
        f"{value:g} {unit}" + (f" ({counted})" if counted else "")
        for (unit, counted), values in sorted(found.items(), key=str)
        if len(values) > 1
        for value in sorted(values)
    )
