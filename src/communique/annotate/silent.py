"""Lines that hold no finding, told by their words alone: they needn't be parsed.

A finding stands on a word of the data files (the trigger of an event, a cue, a word of stance) or between two who are
named. A line without such a word, without one for somebody and without a name is silent: a recipe, a table, what was
left of the page around an article.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from communique.annotate.quotes import find_quotes

# Words whose answers are kept at most; then all are forgotten.
MOST = 50_000
_RUN = re.compile(r"[^\W\d_]+")
# What is left of "is", "would" and the like behind an apostrophe.
_CLIPPED = ("s", "m", "re", "d", "ll", "ve")
_KINDS = ("verb", "noun", "adj", "adv")


class TellingWords:
    """The words that tell something, in every form that spaCy's lemmatizer by rules may take for one of `lemmas`. Of an
    expression of several words the longest tells: it is there wherever the expression is."""

    def __init__(self, nlp: Any, lemmas: Iterable[str], has_name: Callable[[str], bool]) -> None:
        lookups = nlp.get_pipe("lemmatizer").lookups
        rules, irregular, self.index = (
            lookups.get_table(name) for name in ("lemma_rules", "lemma_exc", "lemma_index")
        )
        self.lemmas = {max(runs, key=len) for lemma in lemmas if (runs := _RUN.findall(lemma.lower()))}
        self.rules = {(old, new) for kind in _KINDS for old, new in rules.get(kind, ())}
        self.irregular = [irregular.get(kind, {}) for kind in _KINDS]
        self.has_name = has_name
        self.stop_words = nlp.Defaults.stop_words
        self.known = dict.fromkeys(_CLIPPED, True)

    @cached_property
    def plain(self) -> set[str]:
        """Words that are no stranger's name where a capital opens a line with them; hardly a line asks."""
        return {*self.stop_words, *(word for kind in _KINDS for word in self.index.get(kind, ()))}

    def stand_in(self, line: str) -> bool:
        """Whether the line may hold a finding."""
        words = _RUN.findall(line)
        if not words:
            return False
        rest = line[line.index(words[0]) + 1 :]
        return (
            rest != rest.lower()
            or any(map(self.tells, words))
            or (words[0][0].isupper() and self.plain.isdisjoint(self._list_lemmas(words[0].lower())))
            or self.has_name(line)
            or bool(find_quotes(line))
        )

    def tells(self, word: str) -> bool:
        """Whether the word may be a form of one of the lemmas."""
        word = word.lower()
        if word not in self.known:
            if len(self.known) > MOST:
                self.known = dict.fromkeys(_CLIPPED, True)
            self.known[word] = not self.lemmas.isdisjoint(self._list_lemmas(word))
        return self.known[word]

    def _list_lemmas(self, word: str) -> Iterator[str]:
        yield word
        if word.endswith("n"):  # "was" before "n't"
            yield from self._list_lemmas(word[:-1])
        for table in self.irregular:
            yield from table.get(word, ())
        for old, new in self.rules:
            if word.endswith(old):
                yield word.removesuffix(old) + new


def find_telling_words(
    nlp: Any, lemmas: Iterable[str], has_name: Callable[[str], bool]
) -> TellingWords | None:
    """The telling words for a pipeline; None where its lemmas are not made by rules. `has_name` is whether a line holds a
    name of the dictionary."""
    by_rule = "lemmatizer" in nlp.pipe_names and getattr(nlp.get_pipe("lemmatizer"), "mode", None) == "rule"
    return TellingWords(nlp, lemmas, has_name) if by_rule else None
