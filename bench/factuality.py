"""Writes factuality predictions for a gold set of event spans: `factuality.py GOLD.jsonl OUT.jsonl`.

GOLD has lines `{"doc", "text", "events": [{"start", "end", …}]}` in the manner of MEANTIME's annotation, which asks of
every event whether it is certain, affirmed and in the future. Events are not looked for: what is measured is the label
at the head of each given span. OUT has the same spans with a `label`, for `score_sets.py fact`. How the labels answer:

    negative polarity, whatever the label                  negated    (MEANTIME marks polarity apart)
    denied                                                  negated
    intended, demanded                                      future     (it has not happened yet)
    hypothetical, suspected                                 uncertain
    recurring                                               generic
    asserted: "is" or "are" with a predicate noun, which
      says what something is, at no time                    generic
    asserted, else                                          fact
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from communique.annotate.parse import Parse
from communique.annotate.pipeline import load_pipeline, parse_texts
from communique.extract.attach import find_head
from communique.extract.factuality import Reading, read_factuality
from communique.extract.predicates import find_predicates
from communique.knowledge.language import load_grammar

LABELS = {
    "asserted": "fact",
    "recurring": "generic",
    "intended": "future",
    "demanded": "future",
    "denied": "negated",
    "hypothetical": "uncertain",
    "suspected": "uncertain",
}


def map_label(parse: Parse, trigger: int, reading: Reading) -> str:
    """MEANTIME's word for a reading."""
    if reading.polarity == "negative":
        return "negated"
    states = parse.lower[trigger] in ("is", "are") and parse.child(trigger, "attr") is not None
    return "generic" if reading.label == "asserted" and states else LABELS[reading.label]


def find_trigger(parse: Parse, start: int, end: int) -> int | None:
    """The head of the tokens that overlap a character span."""
    inside = [i for i in range(len(parse)) if parse.start[i] < end and parse.end[i] > start]
    return find_head(parse, inside[0], inside[-1] + 1) if inside else None


def main(gold: Path, out: Path) -> None:
    """Predicts a label for every event of every document."""
    documents = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    parses = parse_texts(load_pipeline(), [d["text"] for d in documents])
    with out.open("w", encoding="utf-8") as file:
        for document, parse in zip(documents, parses, strict=True):
            predicates = find_predicates(parse, load_grammar())
            events = []
            for event in document["events"]:
                trigger = find_trigger(parse, event["start"], event["end"])
                if trigger is not None:
                    label = map_label(parse, trigger, read_factuality(parse, predicates, trigger))
                    events.append({"start": event["start"], "end": event["end"], "label": label})
            file.write(json.dumps({"doc": document["doc"], "events": events}) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
