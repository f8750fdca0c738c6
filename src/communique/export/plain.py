"""Text from the outside made safe to print: a hostile article must not steer the reader's terminal."""

from __future__ import annotations

import unicodedata

# Bidirectional overrides and isolates turn what follows around; a line or paragraph separator breaks a table.
_TURNERS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C, 0x2028, 0x2029, 0xFEFF)
_BAD = {c: "�" for c in range(0x110000) if c < 0x100 and unicodedata.category(chr(c)) == "Cc"}
_BAD |= dict.fromkeys(_TURNERS, "�") | dict.fromkeys(map(ord, "\t\n\r\f\v\x85"), " ")


def guard_formula(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula, with an apostrophe before it, which makes it a text there."""
    return "'" + cell if cell[:1] in tuple("=+-@\t\r") and cell.strip("-") else cell


def clean_line(text: str) -> str:
    """The text on one line without control characters; one character for one, so that offsets hold."""
    line = text.translate(_BAD)
    return line if line.isascii() else "".join("�" if 0xD800 <= ord(c) < 0xE000 else c for c in line)
