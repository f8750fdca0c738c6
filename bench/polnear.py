"""Writes attributions for PolNeAR's scorer: `polnear.py TEXT_FOLDER OUT.jsonl [--mode joined|rules|model]`.

Offsets are those of the raw files. PolNeAR counts a speaker's quotations in one paragraph as one attribution, so
continued statements are joined. `--parses FILE` keeps the parses of the folder for the next run.
"""

from __future__ import annotations

import argparse
import json
import pickle
from pathlib import Path

from communique.annotate.parse import Parse
from communique.annotate.pipeline import load_pipeline, parse_texts
from communique.extract.attribution import Attributed, AttributionModel, load_attribution_model
from communique.extract.learned import SURE
from communique.extract.predicates import find_predicates
from communique.extract.statements import StatementFound, find_statements
from communique.knowledge.cues import load_cues
from communique.knowledge.language import load_grammar

Span = tuple[int, int]
Row = dict[str, object]


def span_phrases(parse: Parse, heads: tuple[int, ...]) -> list[Span]:
    """The noun phrases below these heads, as characters."""
    if not heads:
        return []
    first = min(parse.subtree(h)[0] for h in heads)
    past = max(parse.subtree(h)[1] for h in heads)
    return [(parse.start[first], parse.end[past - 1])]


def span_tokens(parse: Parse, tokens: tuple[int, ...]) -> list[Span]:
    """Runs of tokens as characters; punctuation between two runs doesn't part them."""
    spans: list[Span] = []
    last = -2
    for t in tokens:
        if spans and all(not parse.word[i][0].isalnum() for i in range(last + 1, t)):
            spans[-1] = (spans[-1][0], parse.end[t])
        else:
            spans.append((parse.start[t], parse.end[t]))
        last = t
    return spans


def write_found(parse: Parse, found: list[StatementFound]) -> list[Row]:
    """Statements as the scorer reads them: one level, continued ones joined."""
    rows: dict[int, list[Span]] = {}
    root: dict[int, int] = {}
    for i, s in enumerate(found):
        origin = s.continued_from
        if origin is not None and root.get(origin, origin) in rows:
            root[i] = root.get(origin, origin)
            rows[root[i]].extend(s.content)
        elif s.parent is None or s.made_by.startswith("model"):
            rows[i] = list(s.content)
    return [
        {
            "source": span_phrases(parse, found[i].source),
            "cue": [(parse.start[c[0]], parse.end[c[1] - 1])] if (c := found[i].cue) else None,
            "content": spans,
            "made_by": found[i].made_by,
        }
        for i, spans in rows.items()
    ]


def write_attributed(parse: Parse, found: list[Attributed]) -> list[Row]:
    """The model's attributions that are sure enough to be statements, as the scorer reads them."""
    return [
        {
            "source": span_tokens(parse, a.source) or None,
            "cue": [(parse.start[a.cue[0]], parse.end[a.cue[1] - 1])],
            "content": span_tokens(parse, a.content),
            "made_by": f"model {a.confidence}",
        }
        for a in found
        if a.confidence >= SURE
    ]


def read_parses(folder: Path, kept: Path | None) -> dict[str, Parse]:
    if kept is not None and kept.is_file():
        parses: dict[str, Parse] = pickle.loads(kept.read_bytes())
        return parses
    files = sorted(folder.glob("*.txt"))
    texts = [f.read_bytes().decode("utf-8") for f in files]
    parses = dict(zip((f.stem for f in files), parse_texts(load_pipeline(), texts), strict=True))
    if kept is not None:
        kept.write_bytes(pickle.dumps(parses))
    return parses


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--mode", choices=["joined", "rules", "model"], default="joined")
    parser.add_argument("--parses", type=Path)
    options = parser.parse_args()
    cues, grammar = load_cues(), load_grammar()
    model: AttributionModel | None = None
    if options.mode != "rules":
        model = load_attribution_model()
        if model is None:
            parser.error("the weights of the attribution model are not installed")
    with options.out.open("w", encoding="utf-8") as handle:
        for name, parse in read_parses(options.folder, options.parses).items():
            if options.mode == "model" and model is not None:
                rows = write_attributed(parse, model.find_attributions(parse))
            else:
                read = model.find_attributions(parse) if model else None
                found = find_statements(parse, find_predicates(parse, grammar), cues, read)
                rows = write_found(parse, found)
            handle.write(json.dumps({"doc": name, "attributions": rows}) + "\n")


if __name__ == "__main__":
    main()
