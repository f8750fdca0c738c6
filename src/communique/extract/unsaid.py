"""What has a word of speech and is no saying: "did not comment on the report", "declined to say whether", "had no comment",
"recalled its ambassador", "claims the islands"."""

from __future__ import annotations

from collections.abc import Set

from communique.annotate.parse import Parse
from communique.annotate.repair import load_report_words
from communique.extract.drafts import Draft
from communique.knowledge.cues import Cues

_NO = frozenset({"no", "never", "neither"})
_MORE = frozenset({"only", "just", "merely", "simply"})
_HELPERS = frozenset({"aux", "auxpass", "neg"})
_ASKING = frozenset({"whether", "if", "who", "whom", "whose", "what", "which", "when", "where", "why", "how"})


def is_silence(parse: Parse, draft: Draft, cues: Cues) -> bool:
    """Whether what brings in a statement tells that somebody gave no answer."""
    if draft.cue is None or draft.quoted:
        return False
    words = cues.answering | cues.disclosing if is_question(parse, draft, cues.disclosing) else cues.answering
    tokens = dict.fromkeys(parse.head[t] if parse.dep[t] in _HELPERS else t for t in range(*draft.cue))
    return any(withholds(parse, t, words, cues.withholding) for t in tokens)


def is_deed(parse: Parse, draft: Draft, cues: Cues) -> bool:
    """Whether a cue with nothing but a person or a land as its content tells what was done to them."""
    if draft.cue is None or draft.quoted or not draft.tokens:
        return False
    lemmas = {parse.lemma[t] for t in range(*draft.cue)}
    tops = [t for t in draft.tokens if parse.head[t] not in draft.tokens and parse.pos[t] != "PUNCT"]
    things = [t for t in tops if parse.pos[t] in ("NOUN", "PROPN") and parse.dep[t] in ("dobj", "nsubjpass")]
    if not things or any(parse.pos[t] in ("VERB", "AUX") for t in tops):
        return False
    head = things[0]
    if not lemmas.isdisjoint(cues.handling):
        return parse.pos[head] == "NOUN" and load_report_words().can_speak(parse.lemma[head])
    if lemmas.isdisjoint(cues.holding):
        return False
    return parse.lemma[head] in cues.territory or parse.ent[head] in ("GPE", "LOC")


def is_question(parse: Parse, draft: Draft, disclosing: Set[str]) -> bool:
    """Whether the content is an indirect question, or to answer one."""
    first = next(
        (
            t
            for t in sorted(draft.tokens)
            if parse.lower[t] not in {"to", "be", "on", "about"} and parse.lemma[t] not in disclosing
        ),
        None,
    )
    return first is not None and parse.lower[first] in _ASKING


def withholds(parse: Parse, token: int, words: Set[str], withholding: Set[str]) -> bool:
    """Whether a verb or noun is a denied one of the words, or a refusal of one."""
    if parse.lemma[token] in withholding:
        kept = (c for c in parse.children[token] if parse.dep[c] == "xcomp")
        return not is_denied(parse, token) and any(parse.lemma[c] in words for c in kept)
    if parse.lemma[token] == "have":  # "had no comment"
        noun = parse.child(token, "dobj")
        return noun is not None and parse.lemma[noun] in words and is_denied(parse, noun)
    if parse.lemma[token] not in words:
        return False
    above = parse.head[token]
    refused = parse.dep[token] == "xcomp" and parse.lemma[above] in withholding
    return is_denied(parse, token) or (refused and not is_denied(parse, above))


def is_denied(parse: Parse, token: int) -> bool:
    """Whether a word stands with "not" or "no", and not with "not only"."""
    children = parse.children[token]
    denied = any(parse.dep[c] == "neg" or parse.lower[c] in _NO for c in children)
    return denied and not any(parse.lower[c] in _MORE for c in children)
