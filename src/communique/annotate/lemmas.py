"""Parts of speech and lemmas, worked out once a word.

spaCy's attribute ruler and lemmatizer look at a token's form, tag and dependency, and a few of the ruler's patterns at
two tokens side by side ("let 's"). What they say is kept by these, and they run again only for what is new.
Dependencies that no pattern tells apart are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from spacy.matcher import Matcher
from spacy.tokens import Doc

Array = np.ndarray[Any, Any]
Key = tuple[int, int, int]  # form, tag, dependency or one that says as much, as spaCy numbers them
# Kept at most; when there are more, all are forgotten and it begins again.
MOST = 40_000
_GAP = "\ufffd"
COMPONENTS = ("attribute_ruler", "lemmatizer")


class LemmaCache:
    """Part of speech and lemma of tokens, by what the components of a pipeline make of them."""

    def __init__(self, nlp: Any) -> None:
        self.vocab = nlp.vocab
        self.components = [nlp.get_pipe(name) for name in COMPONENTS]
        pairs = [p for p in self.components[0].patterns if any(len(q) == 2 for q in p["patterns"])]
        self.firsts, self.seconds = Matcher(self.vocab), Matcher(self.vocab)
        for number, pattern in enumerate(pairs):
            for rule in pattern["patterns"]:
                self.firsts.add(str(number), [rule[:1]])
                self.seconds.add(str(number), [rule[1:]])
        # for each pair pattern, the place of the token that it changes
        self.changed = [pattern["index"] for pattern in pairs]
        alike = find_alike(self.components[0].patterns, nlp.get_pipe("parser").labels)
        number = self.vocab.strings.add
        self.alike = {number(one): number(other) for one, other in alike.items()}
        self.gap: Key = (self.vocab.strings.add(_GAP), self.vocab.strings.add("."), 0)
        self.known: dict[Key, tuple[str, str]] = {}
        self.roles: dict[Key, tuple[frozenset[int], frozenset[int]]] = {}
        self.openers: set[Key] = set()
        self.pairs: dict[tuple[Key, Key], list[tuple[str, str]]] = {}

    def to_keys(self, columns: Array) -> list[Key]:
        """What tokens are known by, from their forms, tags and dependencies (tokens, 3)."""
        forms, tags, deps = columns.T.tolist()
        return list(zip(forms, tags, map(self.alike.get, deps, deps), strict=True))

    def learn(self, keys: Iterable[Key]) -> None:
        """Reads the tokens that are new, all at once: one by one they cost many times as much."""
        if len(self.known) > MOST:
            self.known.clear()
            self.roles.clear()
            self.openers.clear()
            self.pairs.clear()
        if new := sorted(set(keys).difference(self.known)):
            self._add(new)

    def read(self, keys: Sequence[Key]) -> tuple[list[str], list[str]]:
        """Parts of speech and lemmas of the tokens of one document, which are learnt."""
        known = self.known
        found = [known[key] for key in keys]
        if not self.openers.isdisjoint(keys):
            for at, first in enumerate(keys[:-1]):
                if first in self.openers:
                    for place in self._change(first, keys[at + 1]):
                        found[at + place] = self.pairs[first, keys[at + 1]][place]
        return [pos for pos, _ in found], [lemma for _, lemma in found]

    def _add(self, new: Sequence[Key]) -> None:
        """Reads new tokens, all in one document, a word without meaning between every two."""
        doc = self._make([part for key in new for part in (key, self.gap)])
        firsts, seconds = (self._match(matcher, doc) for matcher in (self.firsts, self.seconds))
        for key, at in zip(new, range(0, len(doc), 2), strict=True):
            self.roles[key] = (firsts.get(at, frozenset()), seconds.get(at, frozenset()))
            if at in firsts:
                self.openers.add(key)
        self.known.update(zip(new, self._run(doc)[::2], strict=True))

    def _change(self, first: Key, second: Key) -> set[int]:
        """The places (0, 1) of a pair of tokens that a pattern of two changes."""
        patterns = self.roles[first][0] & self.roles[second][1]
        if patterns and (first, second) not in self.pairs:
            self.pairs[first, second] = self._run(self._make([first, second]))
        return {self.changed[number] for number in patterns}

    def _match(self, matcher: Matcher, doc: Doc) -> dict[int, frozenset[int]]:
        """The numbers of the patterns that hold at each token."""
        found: dict[int, set[int]] = {}
        for number, at, _ in matcher(doc):
            found.setdefault(at, set()).add(int(self.vocab.strings[number]))
        return {at: frozenset(numbers) for at, numbers in found.items()}

    def _make(self, keys: Sequence[Key]) -> Doc:
        text = self.vocab.strings
        return Doc(
            self.vocab,
            words=[text[form] for form, _, _ in keys],
            tags=[text[tag] for _, tag, _ in keys],
            deps=[text[dep] for _, _, dep in keys],
            heads=list(range(len(keys))),
        )

    def _run(self, doc: Doc) -> list[tuple[str, str]]:
        for component in self.components:
            doc = component(doc)
        return [(token.pos_, token.lemma_.lower()) for token in doc]


def find_alike(patterns: Iterable[Any], labels: Iterable[str]) -> dict[str, str]:
    """For each of a parser's labels the first that the ruler's patterns don't tell from it; none where they ask for
    dependencies in another way than by name or list."""
    asked = [token["DEP"] for p in patterns for rule in p["patterns"] for token in rule if "DEP" in token]
    if not all(isinstance(a, str) or set(a) <= {"IN", "NOT_IN"} for a in asked):
        return {}
    named = [{a} if isinstance(a, str) else {n for names in a.values() for n in names} for a in asked]
    first: dict[tuple[bool, ...], str] = {}
    return {label: first.setdefault(tuple(label in names for names in named), label) for label in labels}


def keep_lemmas(nlp: Any) -> LemmaCache | None:
    """A cache of the attribute ruler and the lemmatizer of a pipeline; None where it has others, or rules that look
    further than two tokens."""
    try:
        ruler, lemmatizer = (nlp.get_pipe(name) for name in COMPONENTS)
        _index(lemmatizer)
        longest = max((len(rule) for p in ruler.patterns for rule in p["patterns"]), default=0)
        return LemmaCache(nlp) if longest <= 2 and lemmatizer.mode in ("rule", "lookup") else None
    except (AttributeError, KeyError):
        return None


def _index(lemmatizer: Any) -> None:
    """Makes sets of the lists in which spaCy's rules look a form up: it goes through tens of thousands for each new word."""
    if "lemma_index" in lemmatizer.lookups:
        table = lemmatizer.lookups.get_table("lemma_index")
        for part in table:
            table[part] = frozenset(table[part])
