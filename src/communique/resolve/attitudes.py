"""Stances that no rule finds: between two actors of a sentence, where the stance model is sure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

from communique.annotate.mentions import Mention, Mentions
from communique.annotate.parse import Parse
from communique.extract.attitude_gate import AttitudeGate
from communique.extract.factuality import read_factuality
from communique.extract.predicates import Predicate
from communique.knowledge.stances import Strength
from communique.records import Attitude, Member, Span, Stance, StanceObject, Statement
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
        if len(inside) < 2:
            continue
        tokens = range(*parse.sentences[sentence])
        able = {t for t in tokens if parse.lemma[t].lower() in loaded}
        if not able:
            continue
        acts = _find_acts(predicates, {m.head for m in inside}, tokens)
        above = {head: _climb(parse, head) for head in acts}
        nearest: dict[str, tuple[int, Question]] = {}
        for holder, target in permutations(inside, 2):
            if not acts[holder.head] or (holder.first < target.past and target.first < holder.past):
                continue
            way, others = above[target.head], acts[target.head]
            ways = [
                way[: way.index(act) + 1] for act in acts[holder.head] if act in way and act not in others
            ]
            if not ways:
                continue
            who, whom = _one(resolution, holder.head), _one(resolution, target.head)
            if who is None or whom is None or who.id == whom.id:
                continue
            steps = [
                len(way)
                for way in ways
                if _carries(parse, way, holder.head, able)
                and _is_own(predicates, way, (holder.head, target.head), acts)
                and read_factuality(parse, predicates, way[-1]).label in _REAL
            ]
            if not steps:
                continue
            known = nearest.get(str(who.id))
            if known is None or min(steps) < known[0]:
                nearest[str(who.id)] = min(steps), Question(sentence, holder, target, who, whom)
        questions.extend(question for _, question in nearest.values())
    return questions


def _find_acts(
    predicates: dict[int, Predicate], heads: set[int], tokens: Iterable[int]
) -> dict[int, list[int]]:
    """For each of the heads the predicates among the tokens that it is a subject of."""
    acts: dict[int, list[int]] = {head: [] for head in heads}
    for token in tokens:
        predicate = predicates.get(token)
        if predicate is not None:
            for head in heads.intersection(predicate.get("subject")):
                acts[head].append(token)
    return acts


def _climb(parse: Parse, token: int) -> list[int]:
    """A token and all that governs it, up to its root."""
    way = [token]
    while (up := parse.head[way[-1]]) != way[-1]:
        way.append(up)
    return way


def _carries(parse: Parse, way: Sequence[int], holder: int, able: Container[int]) -> bool:
    """Whether a word on a short way, or one said of a word on a shorter way, is able to carry an attitude."""
    if len(way) > _FAR:
        return False
    if any(t in able for t in way[1:]):
        return True
    if len(way) == _FAR:
        return False
    hanging = [c for t in way for c in parse.children[t] if c != holder and parse.dep[c] in _HANGING]
    hanging += [
        c for t in hanging if parse.dep[t] != "amod" for c in parse.children[t] if parse.dep[c] == "amod"
    ]
    return any(t in able for t in hanging)


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


def choose_questions(
    parse: Parse, questions: Sequence[Question], known: Sequence[Stance], gate: AttitudeGate | None
) -> list[Question]:
    """Those worth asking: where `known` has no stance of that holder to that actor in the sentence, and where `gate`
    doesn't tell that the model will hardly be sure."""
    taken = {(s.sentence, m.id, a) for s in known for m in s.holder for a in s.object.actors}
    return [
        q
        for q in questions
        if (_find_sentence(parse, q), q.who.id, q.whom.id) not in taken
        and (gate is None or gate.passes(parse, q.holder, q.target))
    ]


def to_row(parse: Parse, question: Question) -> tuple[str, Span, Span]:
    """The sentence, and where holder and target stand in it, as the model takes it."""
    start, end = _find_sentence(parse, question)
    holder, target = ((a - start, b - start) for a, b in _find_spans(parse, question))
    return parse.text[start:end], holder, target


def build_answers(
    parse: Parse,
    questions: Sequence[Question],
    answers: Iterable[Attitude],
    statements: Sequence[Statement],
    document_id: str,
) -> list[Stance]:
    """The stances that the model is sure of; `answers` are those to `questions`, in their order."""
    found = []
    for question, attitude in zip(questions, answers, strict=True):
        if attitude.label == "none" or attitude.confidence < ACCEPT:
            continue
        holder, target = _find_spans(parse, question)
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
                sentence=_find_sentence(parse, question),
                confidence=round(attitude.confidence, 3),
                made_by=MADE_BY,
            )
        )
    return found


def _find_sentence(parse: Parse, question: Question) -> Span:
    first, past = parse.sentences[question.sentence]
    return parse.start[first], parse.end[past - 1]


def _find_spans(parse: Parse, question: Question) -> tuple[Span, Span]:
    """Where holder and target stand in the text."""
    holder, target = question.holder, question.target
    return (
        (parse.start[holder.first], parse.end[holder.past - 1]),
        (parse.start[target.first], parse.end[target.past - 1]),
    )
