"""Bytes to text: which encoding, and whether it is text at all."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

from communique.errors import InputError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Where a text opens like this it is a document of another kind that happens to hold few odd bytes.
_MAGIC = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"{\\rtf",
    b"\x1f\x8b",
    b"PAR1",
    b"\xd0\xcf\x11\xe0",
)
_SAMPLE = 2**16
# Text has next to none; a tenth of the share found in compressed data, where 11 % of all bytes are of this kind.
_CONTROL_SHARE = 0.01
# Of the bytes beyond ASCII, the share in characters as UTF-8 writes them from which a text is UTF-8 that has been damaged;
# in other encodings such sequences come about by chance, in Japanese and Chinese for a quarter.
_UTF8_SHARE = 0.8
_UTF8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]+")
# The share of bytes beyond ASCII up to which a text is English with some names and signs, whose encoding can't be told by
# its letters: then windows-1252 (the web's default). Polish and Turkish have 6 to 8 %.
_FEW = 0.04


def decode_text(
    data: bytes, name: str, *, page: bool = False, declared: str | None = None
) -> tuple[str, str | None]:
    """The bytes as text, with a note where they are not UTF-8, or damaged.

    Tries a byte order mark, UTF-8, for a page its declared charset, then what its bytes are most like. `declared` is a
    charset that was sent along with it. Raises InputError for bytes that are no text.
    """
    encoding = find_encoding(data, name, page=page, declared=declared)
    note = None if encoding.startswith("utf-8") else f"read as {encoding}"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if note:
            raise InputError(name, f"not {encoding} throughout: byte {error.start} can't be read") from error
        text = data.decode(encoding, "replace")
        note = f"not UTF-8 throughout: byte {error.start} can't be read"
    _check_text(text[:_SAMPLE], name)
    return text, note


def find_mark(data: bytes) -> str | None:
    """The encoding that a byte order mark tells; None where there is none."""
    return next((encoding for mark, encoding in _BOMS if data.startswith(mark)), None)


def find_encoding(
    data: bytes, name: str, *, page: bool = False, cut: bool = False, declared: str | None = None
) -> str:
    """The encoding of the text that starts with `data`; `cut` says that more follows. InputError if it is no text."""
    if marked := find_mark(data):
        return marked
    if data.startswith(_MAGIC) or b"\0" in data[:_SAMPLE]:
        raise InputError(name, "binary, not text")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=not cut)
        return "utf-8"
    except UnicodeDecodeError:
        pass
    said = _DECLARED.search(data[:4096]) if page else None
    for charset in (declared, said and said[1].decode("ascii", "replace")):
        if charset and (known := _find_codec(charset, data)):
            return known
    if found := _find_usual(data):
        return found
    best = from_bytes(data[:_SAMPLE]).best()
    if best is None or best.encoding in ("utf_8", "ascii"):
        raise InputError(name, "neither UTF-8 nor another encoding: binary, or damaged")
    _check_text(str(best), name)
    return best.encoding


def _find_usual(data: bytes) -> str | None:
    """UTF-8 that has been damaged, or windows-1252; None where it looks like another encoding."""
    high = sum(map(len, _HIGH.findall(data)))
    if sum(map(len, _UTF8.findall(data))) >= _UTF8_SHARE * high:
        return "utf-8"
    western = high <= _FEW * len(data) and not _CONTROL.search(data[:_SAMPLE].decode("latin-1"))
    return "cp1252" if western and _find_codec("cp1252", data) else None


def _find_codec(name: str, data: bytes) -> str | None:
    """The declared encoding where Python knows it as one of text and the bytes are in it."""
    # HTML's latin-1 is windows-1252 (WHATWG encoding standard)
    name = {"iso-8859-1": "windows-1252", "latin1": "windows-1252"}.get(name.lower(), name)
    try:
        data.decode(name)
    except (LookupError, UnicodeError):
        return None
    return codecs.lookup(name).name


def _check_text(sample: str, name: str) -> None:
    if sample and len(_CONTROL.findall(sample)) > max(2, _CONTROL_SHARE * len(sample)):
        raise InputError(name, "binary, not text")
