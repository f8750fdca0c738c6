"""The pipeline: raw record → document → syntax and names → findings → actors → the coded document.

The one module that knows all stages; each stage only returns records, and they are put together here.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from threadpoolctl import ThreadpoolController

from communique.ahead import Ahead
from communique.annotate.mentions import Mentions, find_mentions, list_openers
from communique.annotate.parse import Parse
from communique.annotate.pipeline import MODEL, load_pipeline, parse_lines, parse_texts
from communique.annotate.silent import find_telling_words
from communique.deadline import SECONDS, attempt
from communique.document import Document
from communique.errors import InputError
from communique.extract.attitude_gate import AttitudeGate, load_attitude_gate
from communique.extract.attitudes import AttitudeModel, load_attitude_model
from communique.extract.attribution import load_attribution_model
from communique.extract.events import find_events
from communique.extract.factuality import read_factuality
from communique.extract.frames import Party, Sight
from communique.extract.marked import find_parties
from communique.extract.predicates import find_predicates
from communique.extract.proposals import find_proposals
from communique.extract.quantities import choose_quantities, find_quantities
from communique.extract.relate import RelationModel, load_relation_model
from communique.extract.stances import find_stances
from communique.extract.statements import find_statements, speakers_of
from communique.ingest import Article, clean_article, to_article
from communique.knowledge.actors import load_actors
from communique.knowledge.cues import list_cue_words, load_cues
from communique.knowledge.language import load_grammar
from communique.knowledge.ontology import load_ontology
from communique.knowledge.stances import load_stance_lexicon
from communique.records import Attitude, CodedDocument, DateRange, Member, Place, Quantity, Relation
from communique.resolve.actors import Resolution, resolve_actors
from communique.resolve.attitudes import build_answers, choose_questions, find_questions, to_row
from communique.resolve.dates import choose_date, find_dates
from communique.resolve.disputes import find_disputes
from communique.resolve.events import build_events
from communique.resolve.places import PlaceMention, choose_place, find_places, load_gazetteer
from communique.resolve.relations import check_events, find_pairs, to_question, type_proposals
from communique.resolve.stances import build_stances
from communique.resolve.statements import build_statements, find_according_to
from communique.workers import code_in_workers

# What may stand for a political actor in a frame's condition: everything that names or points at somebody.
_PARTY_KINDS = frozenset(
    {"name", "adjective", "role", "pronoun", "group", "person", "organisation", "description"}
)
ENGLISH = "en"
Record = str | Mapping[str, Any] | Article | Document
"""What `code_many` takes: a text, a record of the contract, one that was read, or one that was read and cleaned."""


@contextmanager
def _pause_collection() -> Iterator[None]:
    """Inside, Python looks for no reference cycles: a document, and the dictionaries, make many small objects and hardly a
    cycle, and every look walks over all of them."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


class Coder:
    """Codes news texts. Loading takes a few seconds; coding is deterministic and needs no network.

    `model` is the spaCy pipeline (package name or path); `ontology` and `actors` are a user's own data files, added
    to the shipped ones (a type, frame or actor of the same id replaces ours). `attribution` is whether
    the learned tagger reads statements beside the rules; where its weights are not installed, or `model` is another
    pipeline than the one it was trained on, the rules work alone. `threads` is how many work on a text at once; the output
    is the same with any number.
    Raises KnowledgeError, with file and line, where a data file is wrong.
    """

    @_pause_collection()
    def __init__(
        self,
        *,
        ontology: Path | str | Sequence[Path | str] = (),
        actors: Path | str | Sequence[Path | str] = (),
        model: str = MODEL,
        attribution: bool = True,
        threads: int = 2,
    ) -> None:
        self._settings: dict[str, Any] = {
            "ontology": _paths(ontology),
            "actors": _paths(actors),
            "model": model,
            "attribution": attribution,
        }
        self.ontology = load_ontology(_paths(ontology))
        self.actors = load_actors(_paths(actors))
        self.grammar = load_grammar()
        self.cues = load_cues()
        self.stances = load_stance_lexicon()
        self.gazetteer = load_gazetteer()
        self.ahead = Ahead(threads)
        self.pipeline = load_pipeline(model)
        self.telling = find_telling_words(
            self.pipeline, self._list_telling_words(), lambda line: any(self.actors.find_names(line))
        )
        tagger = load_attribution_model() if attribution else None
        self.attribution = tagger if tagger is not None and tagger.fits(self.pipeline) else None
        # while coding, matrices are multiplied on one thread: on several, their last digits hang on how many, they are no
        # faster where a line is short, and wait for each other where the machine is busy
        self._pools = ThreadpoolController()

    def _list_telling_words(self) -> Iterator[str]:
        """Lemmas and expressions without one of which a line that names nobody holds no finding."""
        for lexicon in (self.ontology.by_word, self.stances.by_word):
            yield from (word for _, word in lexicon)
        yield from self.stances.loaded
        yield from list_cue_words(self.cues)
        for words in list_openers(self.actors):
            yield from words

    @cached_property
    def relations(self) -> RelationModel:
        """The relation model, loaded at its first use."""
        return load_relation_model(ahead=self.ahead)

    @cached_property
    def attitude_model(self) -> AttitudeModel:
        """The stance model, loaded at its first use."""
        return load_attitude_model(ahead=self.ahead)

    @cached_property
    def attitude_gate(self) -> AttitudeGate | None:
        """What spares the stance model questions; None for another pipeline than the one it was fitted on."""
        gate = load_attitude_gate()
        return gate if gate.fits(self.pipeline) else None

    def code(
        self,
        text: str,
        *,
        published: str | None = None,
        title: str | None = None,
        publisher: str | None = None,
        url: str | None = None,
        id: str | None = None,
        html: bool = False,
    ) -> CodedDocument:
        """One text, or page where `html` is true, coded. `published` is an ISO date that relative dates and offices
        are read from. Raises InputError where nothing can be read from it."""
        record = {
            "title": title,
            "publisher": publisher,
            "url": url,
            "id": id,
            "html" if html else "text": text,
        }
        return self.code_article(to_article(record), published)

    def code_article(self, article: Article, published: str | None = None) -> CodedDocument:
        """One raw record coded; `published` outranks the record's own date."""
        return self.code_document(clean_article(article, published))

    def code_many(
        self,
        records: Iterable[Record],
        *,
        workers: int = 1,
        published: str | None = None,
        seconds: float = SECONDS,
    ) -> Iterator[CodedDocument | InputError]:
        """Records coded lazily and in order, in `workers` processes. A record that can't be used, or takes longer than
        `seconds` (see `deadline.py`), or meets a fault of ours, gives its InputError in its place; the rest goes on.
        `published` is for those that aren't cleaned yet."""
        if workers > 1:
            yield from code_in_workers(
                records, self._settings, workers=workers, published=published, seconds=seconds
            )
            return
        for record in records:
            yield code_or_say(self, record, published, seconds)

    def code_document(self, document: Document) -> CodedDocument:
        """One cleaned document coded; a text that isn't English is passed on with a note."""
        plain: dict[str, Any] = {
            "id": document.id,
            "title": document.title,
            "published": document.published,
            "publisher": document.publisher,
            "url": document.url,
            "lang": document.lang,
            "text": document.text,
        }
        if document.lang not in (None, ENGLISH):
            note = f"not coded: the language is {document.lang}, and only English is read"
            return CodedDocument(**plain, notes=(*document.notes, note))
        with _pause_collection(), self._pools.limit(limits=1, user_api="blas"):
            parse = next(parse_texts(self.pipeline, [document.text], self.ahead, self.telling))
            read = self._read(document, parse)
        return CodedDocument(**plain, **read | {"notes": (*document.notes, *read["notes"])})

    def _read(self, document: Document, parse: Parse) -> dict[str, Any]:
        mentions = find_mentions(parse, self.actors)
        predicates = find_predicates(parse, self.grammar)
        attributions = self.attribution.find_attributions(parse) if self.attribution else None
        statements_found = find_statements(parse, predicates, self.cues, attributions)

        def is_party(token: int) -> bool:
            mention = mentions.at(token)
            return mention is not None and mention.kind in _PARTY_KINDS

        def speaker(token: int) -> tuple[int, ...]:
            at = parse.start[token]
            holding = [f for f in statements_found if any(a <= at < b for a, b in f.content)]
            return min(holding, key=lambda f: sum(b - a for a, b in f.content)).source if holding else ()

        sight = Sight(parse, predicates, is_party, speaker)
        body = {s for s in range(len(parse.sentences)) if not _is_headline(document, parse, s)}
        events_found = [e for e in find_events(sight, self.ontology) if e.sentence in body]
        stances_found = find_stances(parse, predicates, is_party, statements_found, self.stances)
        quantities = find_quantities(parse)

        speakers = speakers_of(parse, statements_found)
        resolution = resolve_actors(parse, mentions, self.actors, document.published, speakers=speakers)

        @cache
        def places() -> list[PlaceMention]:
            return find_places(parse, self.gazetteer, _rank_countries(resolution))

        def parties(party: Party) -> tuple[Member, ...]:
            if party.how == "place":
                return _locate(parse, places(), party.token)
            return resolution.owners(party.token) if party.how == "owner" else resolution.members(party.token)

        known = {e.trigger for e in events_found}
        known |= {s for e in events_found if (s := e.match.predicate.support) is not None}
        proposals = [
            p
            for p in find_proposals(sight, known, self.cues.verbs)
            if parse.sentence_of[p.predicate.head] in body
        ]
        # the models work while what doesn't hang on them is done
        pairs = find_pairs(proposals, parties)
        judged = self.relations.judge_ahead([to_question(parse, pair) for pair in pairs])

        statements = build_statements(parse, statements_found, parties)

        def according_to(trigger: int) -> tuple[str, ...]:
            return find_according_to(statements, (parse.start[trigger], parse.end[trigger]))

        stances = build_stances(
            parse, stances_found, parties, statements, document.id, _name_inside(resolution, mentions)
        )
        questions = find_questions(parse, mentions, predicates, resolution, self.stances.loaded, body)
        asked = choose_questions(parse, questions, stances, self.attitude_gate) if questions else []
        answers = self.attitude_model.judge_ahead([to_row(parse, q) for q in asked]) if asked else iter(())
        events_found += type_proposals(parse, predicates, pairs, judged, self.ontology, events_found)
        events_found.sort(key=lambda e: e.trigger)
        dates = find_dates(parse, document.published, (e.sentence for e in events_found))

        def attach(trigger: int) -> tuple[DateRange | None, Place | None, tuple[Quantity, ...]]:
            return (
                choose_date(dates, parse, trigger),
                choose_place(places(), parse, trigger),
                choose_quantities(quantities, parse, trigger),
            )

        events = build_events(parse, events_found, self.ontology, parties, attach, according_to, document.id)
        events = check_events(parse, events, self.relations)
        if asked:
            told = build_answers(parse, asked, answers, statements, document.id)
            stances = tuple(sorted((*stances, *told), key=lambda s: s.sentence))
        return {
            "actors": resolution.actors,
            "events": events,
            "statements": statements,
            "stances": stances,
            "disputes": find_disputes(
                parse, predicates, statements, events, quantities, parties, document.id
            ),
            "notes": resolution.notes,
        }

    def relate(self, rows: Sequence[tuple[str, str, str]]) -> list[Relation]:
        """For each (sentence, actor's words, recipient's words): the PLOVER type that holds from the one to the
        other, None where none does, with its confidence and factuality. Never raises on odd strings."""
        out = []
        with _pause_collection(), self._pools.limit(limits=1, user_api="blas"):
            judged = self.relations.judge_ahead(rows)
            parses = parse_lines(self.pipeline, [_one_line(sentence) for sentence, _, _ in rows])
            for (sentence, actor, recipient), (name, confidence, _), parse in zip(
                rows, judged, parses, strict=True
            ):
                predicates = find_predicates(parse, self.grammar)
                trigger = _find_trigger(
                    parse, predicates, self.ontology, name, _one_line(sentence), actor, recipient
                )
                reading = read_factuality(parse, predicates, trigger) if trigger is not None else None
                out.append(Relation(name, confidence, reading.label if reading else "asserted"))
        return out

    def attitudes(self, rows: Sequence[tuple[str, str, str]]) -> list[Attitude]:
        """For each (sentence, holder's words, target's words): whether the one is for or against the other there, or
        neither; with no words for the holder, whether the text speaks well or ill of the target. Each has the
        probability of what is said. Never raises on odd strings."""
        return self.attitude_model.attitudes(rows)


def _find_trigger(
    parse: Parse,
    predicates: Mapping[int, Any],
    ontology: Any,
    name: str | None,
    sentence: str,
    actor: str,
    recipient: str,
) -> int | None:
    """The word that tells the type of the pair: a frame's word of that type between or nearest to the parties."""
    if name is None or not len(parse):
        return None
    spans = [s for s in find_parties(sentence, actor, recipient) if s]
    words = [
        t
        for t, p in predicates.items()
        if any(f.type == name for f in ontology.by_word.get((p.kind, p.lemma), ()))
    ]
    roots = [t for t in predicates if parse.head[t] == t]
    candidates = words or roots
    if not candidates:
        return None
    middle = sum(a + b for a, b in spans) / (2 * len(spans)) if spans else len(sentence) / 2
    return min(candidates, key=lambda t: (abs(parse.start[t] - middle), t))


def _one_line(sentence: str) -> str:
    """A sentence as the parser can take it: one line, no lone surrogates, the same length."""
    return "".join(
        " " if c in "\r\n" else "\ufffd" if "\ud800" <= c <= "\udfff" else c for c in sentence[:20_000]
    )


def _paths(given: Path | str | Sequence[Path | str]) -> tuple[Path, ...]:
    return tuple(Path(p) for p in ([given] if isinstance(given, (str, Path)) else given))


def _is_headline(document: Document, parse: Parse, sentence: int) -> bool:
    """Whether the sentence is the title of an article that has a body: the body tells the same again, in grammar."""
    return bool(document.title) and parse.paragraph_of[sentence] == 0 and parse.paragraph_of[-1] > 0


def _locate(parse: Parse, places: Sequence[PlaceMention], token: int) -> tuple[Member, ...]:
    """The country of the place that `token` names, as a party."""
    for found in places:
        if found.first <= token < found.past and found.place.country:
            place = found.place
            return (Member(place.country, place.country, place.text, place.span),)
    return ()


def _rank_countries(resolution: Resolution) -> list[str]:
    """The countries of the document's actors, most mentioned first."""
    counts: dict[str, int] = {}
    for actor in resolution.actors:
        if actor.country:
            counts[actor.country] = counts.get(actor.country, 0) + len(actor.mentions)
    return sorted(counts, key=lambda c: (-counts[c], c))


def _name_inside(resolution: Resolution, mentions: Mentions) -> Any:
    """A function that gives the ids of the actors named between two tokens."""

    def inside(first: int, past: int) -> tuple[str, ...]:
        ids: dict[str, None] = {}
        for mention in mentions:
            if first <= mention.head < past:
                ids.update((m.id, None) for m in resolution.members(mention.head) if m.id)
        return tuple(ids)

    return inside


def code_or_say(
    coder: Coder, record: Record, published: str | None, seconds: float
) -> CodedDocument | InputError:
    """One record of `code_many`."""
    try:
        found = record if isinstance(record, Document) else to_article(record)
    except InputError as error:
        return error

    def code() -> CodedDocument:
        if isinstance(found, Document):
            return coder.code_document(found)
        return coder.code_article(found, published)

    return attempt(found.name or "record", seconds, code)
