"""How fast a run goes and how long it still takes, told by what it did of late."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from itertools import pairwise

# Seconds that count as of late: enough for long and short articles to even out.
WINDOW = 60.0
# Seconds between two marks that are kept: an archive that is stored already passes thousands of articles a second.
_APART = 0.25
# Articles and seconds that must have gone by before anything is said.
_FEWEST, _SHORTEST = 5, 3.0


@dataclass(frozen=True, slots=True)
class Mark:
    """At that time (seconds) so many bytes of the inputs were done with, and so many articles had been coded."""

    time: float
    read: int
    coded: int


class Pace:
    """Takes a mark whenever an article is done with. What is stored already is passed over a thousand times as fast as
    articles are coded: where a run comes from such a stretch to new articles, the stretch says nothing of what follows."""

    def __init__(self) -> None:
        self._marks: deque[Mark] = deque()

    @property
    def begun(self) -> bool:
        """Whether anything is done with."""
        return bool(self._marks)

    def mark(self, now: float, read: int, coded: int) -> None:
        """Notes how far the run is."""
        marks = self._marks
        if len(marks) > 1 and now - marks[-2].time < _APART:
            marks.pop()
        marks.append(Mark(now, read, coded))
        while len(marks) > 2 and now - marks[1].time > WINDOW:
            marks.popleft()

    def rate(self, now: float) -> float | None:
        """Articles coded a second; None while too few have been."""
        first, last = self._compare()
        if first is None or last.coded - first.coded < _FEWEST or now - first.time < _SHORTEST:
            return None
        return (last.coded - first.coded) / (now - first.time)

    def left(self, now: float, total: int, coding: bool = False) -> float | None:
        """Seconds until all the bytes are done with; None while too little is known, as it is while the first new
        articles are being coded."""
        first, last = self._compare()
        if first is None or last.read == first.read or now - first.time < _SHORTEST:
            return None
        if last.coded - first.coded < (_FEWEST if coding or last.coded > first.coded else 0):
            return None
        return max(total - last.read, 0) * (now - first.time) / (last.read - first.read)

    def _compare(self) -> tuple[Mark | None, Mark]:
        """The marks to go by: from the first article of late that was coded, or where none was from the first that was
        passed over. What came before that article was coded — the coder was loaded, what is stored was passed over —
        is no part of it."""
        marks = list(self._marks)
        if not marks:
            return None, Mark(0, 0, 0)
        coded = (b for a, b in pairwise(marks) if b.coded > a.coded)
        first = next(coded, marks[0])
        return (first if first is not marks[-1] else None), marks[-1]


def say_left(seconds: float) -> str:
    """A time to come as roughly as it is known: "about 40 s left", "about 2 h 10 min left"."""
    if seconds < 55:
        said = f"{max(5 * round(seconds / 5), 5)} s"
    elif seconds < 55 * 60:
        said = f"{max(round(seconds / 60), 1)} min"
    elif seconds < 10 * 3600:
        hours, minutes = divmod(5 * round(seconds / 300), 60)
        said = f"{hours} h {minutes} min" if minutes else f"{hours} h"
    elif seconds < 48 * 3600:
        said = f"{round(seconds / 3600)} h"
    else:
        said = f"{round(seconds / 86400)} days"
    return f"about {said} left"
