"""Writes statement predictions for PolNeAR's scorer: `polnear_predict.py TEXT_FOLDER OUT.jsonl`.

Offsets are those of the raw files. PolNeAR marks one level only and counts a speaker's quotations in one paragraph as
one attribution, so nested statements are left out and continued ones are joined.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from communique.annotate.parse import Parse
from communique.annotate.pipeline import load_pipeline, parse_texts
from communique.extract.predicates import find_predicates
from communique.extract.statements import StatementFound, find_statements
from communique.knowledge.cues import load_cues
from communique.knowledge.language import load_grammar

Span = tuple[int, int]


def span_phrases(parse: Parse, heads: tuple[int, ...]) -> list[Span]:
    """The noun phrases below these heads, as characters."""
    if not heads:
        return []
    first = min(parse.subtree(h)[0] for h in heads)
    past = max(parse.subtree(h)[1] for h in heads)
    return [(parse.start[first], parse.end[past - 1])]


def join_continued(found: list[StatementFound]) -> list[tuple[StatementFound, list[Span]]]:
    rows: dict[int, list[Span]] = {}
    root: dict[int, int] = {}
    for i, s in enumerate(found):
        origin = s.continued_from
        if origin is not None and root.get(origin, origin) in rows:
            root[i] = root.get(origin, origin)
            rows[root[i]].extend(s.content)
        elif s.parent is None:
            rows[i] = list(s.content)
    return [(found[i], spans) for i, spans in rows.items()]


def main() -> None:
    folder, out = Path(sys.argv[1]), Path(sys.argv[2])
    files = sorted(folder.glob("*.txt"))
    texts = [f.read_bytes().decode("utf-8") for f in files]
    nlp, cues, grammar = load_pipeline(), load_cues(), load_grammar()
    with out.open("w", encoding="utf-8") as handle:
        for file, parse in zip(files, parse_texts(nlp, texts), strict=True):
            found = find_statements(parse, find_predicates(parse, grammar), cues)
            rows = [
                {
                    "source": span_phrases(parse, s.source),
                    "cue": [(parse.start[s.cue[0]], parse.end[s.cue[1] - 1])] if s.cue else None,
                    "content": spans,
                    "made_by": s.made_by,
                }
                for s, spans in join_continued(found)
            ]
            handle.write(json.dumps({"doc": file.stem, "attributions": rows}) + "\n")


if __name__ == "__main__":
    main()
