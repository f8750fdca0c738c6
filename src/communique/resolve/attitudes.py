"""Stances that no rule finds: between two actors of a sentence, where the stance model is sure."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import permutations

from communique.annotate.mentions import Mention, Mentions
from communique.annotate.parse import Parse
from communique.extract.attitudes import AttitudeModel
from communique.extract.factuality import read_factuality
from communique.extract.predicates import Predicate
from communique.knowledge.stances import Strength
from communique.records import Member, Stance, StanceObject, Statement
from communique.resolve.actors import Resolution
from communique.resolve.ids import make_id
from communique.resolve.stances import find_carrier

MADE_BY = "model:stance"
# A stance is taken from the model only from this confidence on. Chosen by reading what it adds (docs/stances.md).
ACCEPT = 0.8
STRONG = 0.97
_REAL = ("asserted", "recurring", "intended")  # what the holder does or says
_FAR = 5  # tokens from the act down to the target, both counted
_HANGING = ("attr", "acomp", "oprd", "dobj", "advmod", "amod")
_NAMED = ("name", "person", "organisation", "role")


@dataclass(frozen=True, slots=True)
class Question:
    """Whether the actor at `holder` is for or against the one at `target`, in a sentence."""

    sentence: int
    holder: Mention
    target: Mention
    who: Member
    whom: Member


def find_questions(
    parse: Parse,
    mentions: Mentions,
    predicates: dict[int, Predicate],
    resolution: Resolution,
    loaded: Container[str],
    body: Container[int],
) -> list[Question]:
    """Pairs of two different actors of a sentence: the first is the subject of an act or of saying, the other the nearest
    that stands below it in the parse, with a word that can carry an attitude (`loaded` lemmas) on the way or beside it.
    """
    by_sentence: dict[int, list[Mention]] = {}
    for mention in mentions:
        sentence = parse.sentence_of[mention.head]
        if mention.kind in _NAMED and sentence in body:
            by_sentence.setdefault(sentence, []).append(mention)
    questions: list[Question] = []
    for sentence, inside in by_sentence.items():
        tokens = range(*parse.sentences[sentence])
        if len(inside) < 2 or not any(parse.lemma[t].lower() in loaded for t in tokens):
            continue
        acts = {m.head: _acts_of(predicates, m.head, tokens) for m in inside}
        nearest: dict[str, tuple[int, Question]] = {}
        for holder, target in permutations(inside, 2):
            if holder.first < target.past and target.first < holder.past:
                continue
            ways = [
                _way(parse, act, target.head) for act in acts[holder.head] if act not in acts[target.head]
            ]
            steps = [
                len(way)
                for way in ways
                if way
                and _carries(parse, way, holder.head, loaded)
                and _is_own(predicates, way, (holder.head, target.head), acts)
                and read_factuality(parse, predicates, way[-1]).label in _REAL
            ]
            if not steps:
                continue
            who, whom = _one(resolution, holder.head), _one(resolution, target.head)
            if who is None or whom is None or who.id == whom.id:
                continue
            known = nearest.get(str(who.id))
            if known is None or min(steps) < known[0]:
                nearest[str(who.id)] = min(steps), Question(sentence, holder, target, who, whom)
        questions.extend(question for _, question in nearest.values())
    return questions


def _acts_of(predicates: dict[int, Predicate], token: int, tokens: Sequence[int]) -> list[int]:
    return [t for t in tokens if t in predicates and token in predicates[t].get("subject")]


def _way(parse: Parse, top: int, token: int) -> list[int]:
    """The tokens from one up to a word that governs it, both included; empty where it doesn't."""
    way = [token]
    while way[-1] != top:
        up = parse.head[way[-1]]
        if up == way[-1]:
            return []
        way.append(up)
    return way


def _carries(parse: Parse, way: Sequence[int], holder: int, loaded: Container[str]) -> bool:
    """Whether a word on a short way, or one said of a word on a shorter way, can carry an attitude."""

    def is_loaded(token: int) -> bool:
        return parse.lemma[token].lower() in loaded

    if len(way) <= _FAR and any(is_loaded(t) for t in way[1:]):
        return True
    hanging = [c for t in way for c in parse.children[t] if c != holder and parse.dep[c] in _HANGING]
    hanging += [
        c for t in hanging if parse.dep[t] != "amod" for c in parse.children[t] if parse.dep[c] == "amod"
    ]
    return len(way) < _FAR and any(is_loaded(t) for t in hanging)


def _is_own(
    predicates: dict[int, Predicate], way: Sequence[int], pair: Sequence[int], actors: Container[int]
) -> bool:
    """Whether nobody else acts between the two: "Oslo says that Rome backed Lima" tells nothing of Oslo."""
    between = (t for step in way[1:-1] if step in predicates for t in predicates[step].get("subject"))
    return not any(t in actors and t not in pair for t in between)


def _one(resolution: Resolution, token: int) -> Member | None:
    """The one known actor a phrase names."""
    members = resolution.members(token)
    return members[0] if len(members) == 1 and members[0].id else None


def ask_stances(
    parse: Parse,
    questions: Sequence[Question],
    known: Sequence[Stance],
    statements: Sequence[Statement],
    document_id: str,
    model: AttitudeModel,
) -> list[Stance]:
    """The stances the model is sure of, where `known` has none of that holder to that actor in the sentence."""
    taken = {(s.sentence, m.id, a) for s in known for m in s.holder for a in s.object.actors}
    found = []
    for question in questions:
        first, past = parse.sentences[question.sentence]
        start, end = parse.start[first], parse.end[past - 1]
        if ((start, end), question.who.id, question.whom.id) in taken:
            continue
        holder, target = (
            (parse.start[m.first], parse.end[m.past - 1]) for m in (question.holder, question.target)
        )
        inside = [(a - start, b - start) for a, b in (holder, target)]
        attitude = model.judge_pair(parse.text[start:end], inside[0], inside[1])
        if attitude.label == "none" or attitude.confidence < ACCEPT:
            continue
        strength: Strength = "strong" if attitude.confidence >= STRONG else "plain"
        parts = [document_id, attitude.label, str(target), str(holder), str(question.who.id), MADE_BY]
        found.append(
            Stance(
                id=make_id("p", parts),
                holder=(question.who,),
                polarity="support" if attitude.label == "positive" else "oppose",
                object=StanceObject(parse.text[slice(*target)], target, (str(question.whom.id),)),
                strength=strength,
                statement=find_carrier(statements, target, target),
                sentence=(start, end),
                confidence=round(attitude.confidence, 3),
                made_by=MADE_BY,
            )
        )
    return found
