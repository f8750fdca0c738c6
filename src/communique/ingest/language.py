"""Which language a text is in."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

# A name or a headline of fewer letters is told wrongly too often (py3langid's own advice is a sentence or more).
MIN_LETTERS = 40
_SAMPLE = 4_000
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
    if sum(map(str.isalpha, sample)) < MIN_LETTERS:
        return None
    code: str = _load_identifier().classify(sample)[0]
    return code


def check_language(code: str | None) -> str | None:
    """The two letters of a code such as "en" or "en-GB"; None for anything else ("English", "")."""
    found = _CODE.fullmatch(code.strip()) if code else None
    return found[1].lower() if found else None


@cache
def _load_identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(LANGUAGES))
    return identifier
