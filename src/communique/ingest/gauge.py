"""How far reading is: bytes read of the files given, for whoever shows it."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class Gauge:
    """Counts the bytes of the files that are read; `read_articles` keeps it. Of packed files the packed bytes count."""

    def __init__(self) -> None:
        self._before = 0  # of files done with, read or refused
        self._size = self._at = self._left_out = 0  # of the file being read

    @property
    def read(self) -> int:
        """Bytes behind, as `measure_files` counts them. What a file has that needn't be read counts along with the rest."""
        needed = self._size - self._left_out
        return self._before + (self._size * min(self._at, needed) // needed if needed > 0 else self._size)

    @contextmanager
    def open(self, path: str, size: int) -> Iterator[io.BufferedReader]:
        """A file to read that has so many bytes."""
        self._size, self._at, self._left_out = size, 0, 0
        try:
            with Watched(io.FileIO(path), self) as file:
                yield file
        finally:
            self._before += size
            self._size = self._at = self._left_out = 0

    def take(self, count: int) -> None:
        """Counts bytes as read."""
        self._at += count

    def leave_out(self, count: int) -> None:
        """Says that so many bytes of the file being read won't be needed."""
        self._left_out += count


class Watched(io.BufferedReader):
    """A file whose bytes are counted as they are taken from it."""

    def __init__(self, file: io.FileIO, gauge: Gauge) -> None:
        super().__init__(file)
        self.gauge = gauge

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.gauge.take(len(data))
        return data

    def readline(self, size: int | None = -1, /) -> bytes:
        line = super().readline(size)
        self.gauge.take(len(line))
        return line


def measure_files(files: Iterable[str]) -> int | None:
    """The bytes of files together; None where one of them, such as a pipe, has no size to go by. What isn't there or
    is a folder has none."""
    total = 0
    for file in files:
        try:
            status = os.stat(file)  # noqa: PTH116 - any string is a name here
        except (OSError, ValueError):
            continue
        if stat.S_ISREG(status.st_mode):
            total += status.st_size
        elif not stat.S_ISDIR(status.st_mode):
            return None
    return total
