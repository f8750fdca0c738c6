"""Attitudes between two marked parties and to one marked target, on rows nobody trained on.

`stances.py [--data ../shared/dev] [--rules] [--out FOLDER] [--page FILE]`: the shipped model's figures with 95 % intervals (1,000
resamplings of the rows), the majority class beside them, and with `--rules` what the stance rules of the coder alone
say of the same rows. `--out` keeps the judgements, one JSON line a row, for any other scorer; `--page` writes the figures
as a page.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "train")]

from added_stances import list_shares  # noqa: E402
from stance_rows import Row, read_rows  # noqa: E402

from communique.extract.attitudes import PAIR, TARGET, load_attitude_model  # noqa: E402
from communique.resolve.attitudes import ACCEPT  # noqa: E402

JUDGED = ROOT / "bench" / "judged" / "stances.tsv"

Labels = Sequence[str]
HEAD = """# For and against

<!-- made by `python bench/stances.py --rules --page docs/stances.md` -->

Stances come from rules first (`data/language/stances.toml`, `extract/stances.py`): verbs, nouns and adjectives that take a side, and claims
that a source makes its own. Where no rule has a stance of one actor to another in a sentence, a small model (`extract/attitudes.py`) is
asked, if one is the subject or speaker and the other stands in what it does or says, and a word that can carry an attitude is there.
What it is surer of than {accept} is added, with `made_by` `model:stance`. `Coder.attitudes` asks the model directly:

```python
coder.attitudes([("Oslo thanked Lima for its help.", "Oslo", "Lima"),  # for or against: positive, negative or none
                 ("Lima's clumsy offer was a disgrace.", "", "Lima")])  # nobody's: how the text speaks of it
```

How it was made and where it fails: [the model card](../train/STANCE_CARD.md).

## Figures

On rows nobody trained or tuned on, with 95 % intervals of 1,000 resamplings. The sets' own splits share sentences: of 394 of the 1,461 rows of
`dse_valid` the sentence stands in the training file too, of 392 with the same pair. “New texts” are the other rows; take that line for what to
expect of other news.

```
{figures}
```

## What it adds on real news

All 72 stances that the model would add from a confidence of 0.7 on in 84 articles of the US campaign of 2016, beside 247 of the rules, read against
their sentences. `bench/judged/stances.tsv` has spans and verdicts, no text. One reader, who built the model and chose its threshold by this reading, so
it is a little kind. The model was asked 2.33 times an article. `python bench/added_stances.py count bench/judged/stances.tsv`:

```
{shares}
```
"""


def score_micro(gold: Labels, found: Labels) -> float:
    """Micro F1 of the labels other than "none"."""
    hit = sum(g == f != "none" for g, f in zip(gold, found, strict=True))
    return 2 * hit / max(1, sum((g != "none") + (f != "none") for g, f in zip(gold, found, strict=True)))


def score_macro(gold: Labels, found: Labels) -> float:
    """Macro F1 of the labels in `gold`."""
    each = []
    for label in sorted(set(gold)):
        hit = sum(g == f == label for g, f in zip(gold, found, strict=True))
        each.append(
            2 * hit / max(1, sum((g == label) + (f == label) for g, f in zip(gold, found, strict=True)))
        )
    return sum(each) / len(each)


def show(name: str, gold: list[str], found: list[str], score: Callable[[Labels, Labels], float]) -> str:
    """A line with the figure and its interval."""
    rng = np.random.default_rng(1)
    samples = []
    for _ in range(1000):
        rows = rng.integers(0, len(gold), len(gold))
        samples.append(score([gold[i] for i in rows], [found[i] for i in rows]))
    low, high = np.quantile(samples, [0.025, 0.975])
    line = f"  {name:<24} {score(gold, found):.3f}   ({low:.3f}–{high:.3f})"
    print(line, flush=True)
    return line


def most_common(gold: list[str], passing: str = "") -> list[str]:
    """The commonest label for every row, `passing` over one."""
    best = Counter(label for label in gold if label != passing).most_common(1)[0][0]
    return [best] * len(gold)


def read_rules(rows: Sequence[Row]) -> list[str]:
    """What the coder's rules say: the first stance whose holder is one party and whose object names the other, or for
    a single target the first stance whose object names it."""
    from communique.annotate.pipeline import load_pipeline, parse_texts
    from communique.extract.predicates import find_predicates
    from communique.extract.stances import find_stances
    from communique.extract.statements import find_statements
    from communique.knowledge.cues import load_cues
    from communique.knowledge.language import load_grammar
    from communique.knowledge.stances import load_stance_lexicon

    cues, grammar, lexicon, found = load_cues(), load_grammar(), load_stance_lexicon(), []
    parses = parse_texts(load_pipeline(), (r.sentence.replace("\n", " ") for r in rows))
    for row, parse in zip(rows, parses, strict=True):
        predicates = find_predicates(parse, grammar)
        statements = find_statements(parse, predicates, cues)
        label = "none" if len(row.spans) == 2 else "neu"
        for stance in find_stances(parse, predicates, lambda _: True, statements, lexicon):
            heads = [p.token for side in stance.holder[:1] for p in side]
            holds = [any(a <= parse.start[t] < b for t in heads) for a, b in row.spans]
            named = [a < stance.object[1] and stance.object[0] < b for a, b in row.spans]
            side = "pos" if stance.polarity == "support" else "neg"
            if len(row.spans) == 1 and named[0]:
                label = side
                break
            if len(row.spans) == 2 and ((holds[0] and named[1]) or (holds[1] and named[0])):
                label = f"{side}_{'p_to_q' if holds[0] and named[1] else 'q_to_p'}"
                break
        found.append(label)
    return found


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "dev")
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--page", type=Path)
    options = parser.parse_args()
    model = load_attitude_model()
    page: list[str] = []
    for file, train, labels, title, score in (
        (
            "dse_valid.jsonl",
            "dse_train.jsonl",
            PAIR,
            "between two parties, micro F1 without none",
            score_micro,
        ),
        ("newsmtsc_devtest_rw.jsonl", "newsmtsc_train.jsonl", TARGET, "to a target, macro F1", score_macro),
    ):
        rows = read_rows(options.data / file)
        gold = [r.label for r in rows]
        page.append(f"{file}, {len(rows)} rows, {title}")
        print(page[-1])
        judged = [model.judge(r.sentence, r.spans) for r in rows]
        found = [max(labels, key=lambda label, j=j: j[label]) for j in judged]  # type: ignore[misc]
        page.append(show("model", gold, found, score))
        page.append(show("majority", gold, most_common(gold), score))
        if labels is PAIR:
            page.append(show("majority but none", gold, most_common(gold, "none"), score))
        learnt = {r.sentence for r in read_rows(options.data / train)}
        fresh = [i for i, r in enumerate(rows) if r.sentence not in learnt]
        name = f"model, {len(fresh)} new texts"
        page.append(show(name, [gold[i] for i in fresh], [found[i] for i in fresh], score))
        if options.rules:
            page.append(show("rules alone", gold, read_rules(rows), score))
        if options.out:
            lines = (
                json.dumps({"id": r.id, "label": f, "shares": j})
                for r, f, j in zip(rows, found, judged, strict=True)
            )
            options.out.mkdir(parents=True, exist_ok=True)
            (options.out / file).write_text("\n".join(lines) + "\n", encoding="utf-8")
    if options.page:
        shares = "\n".join(list_shares(JUDGED))
        options.page.write_text(
            HEAD.format(accept=ACCEPT, figures="\n".join(page), shares=shares), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
