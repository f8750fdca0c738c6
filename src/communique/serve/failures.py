"""What users can do something about, raised by pages and shown as one."""

from __future__ import annotations


class NotFound(Exception):
    """There is no such article, actor or row; the message says what."""


class Refused(Exception):
    """A change that can't be made; the message says why."""
