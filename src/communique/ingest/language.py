"""Which language a text is in."""

from __future__ import annotations

import re
from functools import cache
from itertools import islice
from typing import Any

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

# A name or a headline of fewer letters is told wrongly too often (py3langid's own advice is a sentence or more).
MIN_LETTERS = 40
_SAMPLE = 4_000
_LONGEST = 6  # bytes of the longest piece that py3langid's model knows
# Languages with a news press of their own. Without the limit English full of foreign names is called
# Breton, Latin or Pidgin now and then.
LANGUAGES = (  # noqa: SIM905 - sixty lines otherwise
    "am ar az be bg bn bs ca cs da de el en es et fa fi fr gu ha he hi hr hu hy id is it ja ka kk km kn ko ku ky "
    "lo lt lv mk ml mn mr ms my ne nl no pa pl ps pt ro ru si sk sl so sq sr sv sw ta te tg th tk tl tr ug uk ur "
    "uz vi yo zh zu"
).split()
_CODE = re.compile(r"([a-z]{2})(?:[-_].*)?", re.IGNORECASE)


def find_language(text: str) -> str | None:
    """ISO 639-1 code of the text's language, or None where it is too short to tell."""
    sample = text[:_SAMPLE]
    if len(list(islice(filter(str.isalpha, sample), MIN_LETTERS))) < MIN_LETTERS:
        return None
    code: str = _load_identifier().classify(sample)[0]
    return code


class _Identifier(LanguageIdentifier):  # type: ignore[misc]
    """py3langid's identifier with the features of all positions read at once, ten times as fast.

    Its automaton finds pieces of at most `_LONGEST` bytes, so the state after a byte is told by that byte and the few
    before it: each position starts anew from the root that many bytes back.
    """

    nb_ptc: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_languages(LANGUAGES)
        self.nb_ptc = np.ascontiguousarray(self.nb_ptc, np.float32)  # read by rows
        self.moves = np.asarray(self.tk_nextmove)
        self.rows = np.asarray(self._rowbase, np.intp)
        self.pieces = np.asarray(self.tk_output)

    def _raw_score(self, text: bytes) -> Any:
        letters = np.frombuffer(text, np.uint8)
        states = np.zeros(len(letters), np.intp)
        for back in reversed(range(min(_LONGEST, len(letters)))):
            states[back:] = self.moves[self.rows[states[back:]] + letters[: len(letters) - back]]
        found = self.pieces[states]
        visited, counts = np.unique(found[found >= 0], return_counts=True)
        if not len(visited):
            return super()._raw_score(text)
        return np.log1p(counts.astype(np.float32)) @ self.nb_ptc[visited] + self.nb_pc


def check_language(code: str | None) -> str | None:
    """The two letters of a code such as "en" or "en-GB"; None for anything else ("English", "")."""
    found = _CODE.fullmatch(code.strip()) if code else None
    return found[1].lower() if found else None


@cache
def _load_identifier() -> _Identifier:
    identifier: _Identifier = _Identifier.from_model_file(MODEL_FILE, norm_probs=True)
    return identifier
