"""Event types and the frames that find them: `data/ontology/*.toml` and `data/frames/*.toml`.

A frame says: these words, with these roles filled so, are this type of event, and these roles are its actor and
recipient. Its language is described in `data/frames/README.md`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from communique.errors import KnowledgeError
from communique.knowledge.load import find_toml_line, list_data_files, load_toml

QUADS = ("verbal cooperation", "material cooperation", "verbal conflict", "material conflict")
Condition = bool | str | list[str]
_CONDITION_WORDS = frozenset({"actor", "no actor", "any"})
_PATH = re.compile(r"^[a-z][a-z -]*(\.[a-z][a-z -]*)*$")

# What `among_civilians` says where the words are no event at all among people who do not fight.
NO_EVENT = "none"


class _Mode(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: str
    score: float
    means: str
    cameo: str | None = None
    words: list[str] = []


class _Type(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: str
    quad: int
    score: float
    means: str
    cameo: str
    recipient: str = "optional"
    note: str = ""
    mode: list[_Mode] = []


class _Context(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    name: str
    words: list[str]


class _OntologyFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    type: list[_Type]
    context: list[_Context] = []


class Example(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A sentence that a frame must code so; the codes are the members' `code` up to the first dot."""

    text: str
    actor: list[str]
    recipient: list[str] = []
    factuality: str = "asserted"
    mode: str | None = None


class _Frame(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    id: str
    actor: list[str]
    recipient: list[str] = []
    verb: list[str] = []
    noun: list[str] = []
    adj: list[str] = []
    when: dict[str, Condition] = {}
    unless: dict[str, list[str]] = {}
    reciprocal: bool = False
    mode: str | None = None
    cameo: str | None = None
    context: list[str] = []
    confidence: float = 0.8
    factuality: str | None = None
    needs_recipient: bool = False
    together: bool = False
    among_civilians: str | None = None
    example: list[Example] = []
    none: list[str] = []


class _FrameFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    type: str
    frame: list[_Frame]


class _ClassFile(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    classes: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Mode:
    """A PLOVER mode; `words` are lemmas near the trigger that tell it."""

    name: str
    score: float
    means: str
    cameo: str | None
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class EventType:
    """A PLOVER event type. `score` is the intensity without a mode (-10 to 10), `cameo` the code without one."""

    name: str
    quad: str
    score: float
    means: str
    cameo: str
    recipient: str
    note: str
    modes: dict[str, Mode]


@dataclass(frozen=True, slots=True)
class Frame:
    """A pattern over a predicate and its roles. `actor` and `recipient` are alternatives, tried in order; each is a
    union of role paths. `when` conditions have all to hold and `unless` none; lists of words have their classes spelled
    out."""

    id: str
    type: str
    kind: str
    actor: tuple[tuple[str, ...], ...]
    recipient: tuple[tuple[str, ...], ...]
    when: tuple[tuple[str, bool | str | frozenset[str]], ...]
    reciprocal: bool
    mode: str | None
    cameo: str | None
    context: tuple[str, ...]
    confidence: float
    factuality: str | None
    needs_recipient: bool
    among_civilians: str | None
    examples: tuple[Example, ...]
    none: tuple[str, ...]
    file: str
    line: int
    unless: tuple[tuple[str, frozenset[str]], ...] = ()
    together: bool = False

    @property
    def specificity(self) -> int:
        """How much a frame asks for; of two that fit a trigger, the more demanding one codes it. Words ask for more
        than an actor, an actor for more than anything, and that something be absent asks for least."""
        return sum(
            3 if isinstance(value, frozenset) else 2 if value == "actor" else 1 if value is True else 0
            for _, value in self.when
        )


@dataclass(frozen=True, slots=True)
class Ontology:
    """All event types, contexts and frames; `contexts_of` a word are those it tells, `by_word[(kind, lemma)]` are the
    frames a word may start, best first."""

    types: dict[str, EventType]
    contexts: dict[str, frozenset[str]]
    contexts_of: dict[str, tuple[str, ...]]
    frames: tuple[Frame, ...]
    by_word: dict[tuple[str, str], tuple[Frame, ...]]
    classes: dict[str, frozenset[str]]


def load_ontology(extra: Sequence[Path] = (), *, shipped: bool = True) -> Ontology:
    """The shipped ontology with a user's files added; a user's type or frame of the same name replaces ours.

    `extra` are TOML files of either kind: event types (`[[type]]`), frames (`[[frame]]`) or word classes
    (`[classes]`). Raises KnowledgeError with file and line.
    """
    if shipped and not extra:
        return _load_shipped()
    return _load(tuple(extra), shipped)


@cache
def _load_shipped() -> Ontology:
    return _load((), True)


def _load(extra: tuple[Path, ...], shipped: bool) -> Ontology:
    files: list[Traversable | Path] = []
    if shipped:
        files += [*list_data_files("ontology", ".toml"), *list_data_files("frames", ".toml")]
    files += extra
    types: dict[str, EventType] = {}
    contexts: dict[str, frozenset[str]] = {}
    classes: dict[str, frozenset[str]] = {}
    frame_files: list[tuple[Traversable | Path, _FrameFile]] = []
    for file in files:
        shape = _choose_shape(file)
        if shape is _OntologyFile:
            read = load_toml(file, _OntologyFile)
            types.update({t.name: _to_type(file, i, t) for i, t in enumerate(read.type)})
            contexts.update({c.name: frozenset(c.words) for c in read.context})
        elif shape is _ClassFile:
            classes.update({k: frozenset(v) for k, v in load_toml(file, _ClassFile).classes.items()})
        else:
            frame_files.append((file, load_toml(file, _FrameFile)))
    frames: dict[str, list[Frame]] = {}
    for file, read_frames in frame_files:
        text = file.read_text(encoding="utf-8")
        if read_frames.type not in types:
            raise KnowledgeError(str(file), 1, f"no event type {read_frames.type!r} in the ontology")
        here: set[str] = set()
        for i, frame in enumerate(read_frames.frame):
            line = find_toml_line(text, f"`$.frame[{i}]`") or 1
            if frame.id in here:
                raise KnowledgeError(str(file), line, f"frame {frame.id!r} stands twice")
            here.add(frame.id)
            frames[frame.id] = _to_frames(file, line, read_frames.type, types, contexts, classes, frame)
    ordered = [f for group in frames.values() for f in group]
    by_word: dict[tuple[str, str], list[Frame]] = {}
    words = {
        f.id: w
        for _, read_frames in frame_files
        for f in read_frames.frame
        for w in [(f.verb, f.noun, f.adj)]
    }
    for frame_record in ordered:
        kind_words = words[frame_record.id][("verb", "noun", "adj").index(frame_record.kind)]
        for word in _spell_out(kind_words, classes, frame_record.file, frame_record.line):
            by_word.setdefault((frame_record.kind, word), []).append(frame_record)
    contexts_of: dict[str, tuple[str, ...]] = {}
    for name, cues in contexts.items():
        for word in cues:
            contexts_of[word] = (*contexts_of.get(word, ()), name)
    return Ontology(
        types=types,
        contexts=contexts,
        contexts_of=contexts_of,
        frames=tuple(ordered),
        by_word={
            k: tuple(sorted(v, key=lambda f: (-f.specificity, -f.confidence, f.id)))
            for k, v in by_word.items()
        },
        classes=classes,
    )


def _choose_shape(file: Traversable | Path) -> type:
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError(str(file), None, str(error)) from error
    if re.search(r"^\[\[type\]\]", text, re.M):
        return _OntologyFile
    if re.search(r"^\[classes\]", text, re.M):
        return _ClassFile
    return _FrameFile


def _to_type(file: Traversable | Path, index: int, t: _Type) -> EventType:
    if not 1 <= t.quad <= 4:
        line = find_toml_line(file.read_text(encoding="utf-8"), f"`$.type[{index}].quad`")
        raise KnowledgeError(str(file), line, "quad is 1 to 4")
    modes = {m.name: Mode(m.name, m.score, m.means, m.cameo, frozenset(m.words)) for m in t.mode}
    return EventType(t.name, QUADS[t.quad - 1], t.score, t.means, t.cameo, t.recipient, t.note, modes)


def _to_frames(
    file: Traversable | Path,
    line: int,
    type_name: str,
    types: dict[str, EventType],
    contexts: dict[str, frozenset[str]],
    classes: dict[str, frozenset[str]],
    frame: _Frame,
) -> list[Frame]:
    """One record a kind of word, since a word class is looked up by kind."""
    if frame.mode and frame.mode not in types[type_name].modes:
        raise KnowledgeError(str(file), line, f"{type_name} has no mode {frame.mode!r}")
    for context in frame.context:
        if context not in contexts:
            raise KnowledgeError(str(file), line, f"no context {context!r}")
    if frame.among_civilians and frame.among_civilians not in {*types, NO_EVENT}:
        raise KnowledgeError(str(file), line, f"no event type {frame.among_civilians!r}")
    if not (frame.verb or frame.noun or frame.adj):
        raise KnowledgeError(str(file), line, "a frame needs verb, noun or adj")
    if not frame.actor:
        raise KnowledgeError(str(file), line, "a frame needs an actor: no actor, no event")
    when: list[tuple[str, bool | str | frozenset[str]]] = []
    for path, value in frame.when.items():
        _check_path(file, line, path)
        if isinstance(value, list):
            when.append((path, _spell_out(value, classes, str(file), line)))
        elif isinstance(value, str) and value not in _CONDITION_WORDS:
            when.append((path, _spell_out([value], classes, str(file), line)))
        else:
            when.append((path, True if value == "any" else value))
    unless = []
    for path, words in frame.unless.items():
        _check_path(file, line, path)
        unless.append((path, _spell_out(words, classes, str(file), line)))
    return [
        Frame(
            id=frame.id,
            type=type_name,
            kind=kind,
            actor=_to_alternatives(file, line, frame.actor),
            recipient=_to_alternatives(file, line, frame.recipient),
            when=tuple(when),
            unless=tuple(unless),
            reciprocal=frame.reciprocal,
            mode=frame.mode,
            cameo=frame.cameo,
            context=tuple(frame.context),
            confidence=frame.confidence,
            factuality=frame.factuality,
            needs_recipient=frame.needs_recipient,
            together=frame.together,
            among_civilians=frame.among_civilians,
            examples=tuple(frame.example),
            none=tuple(frame.none),
            file=Path(str(file)).name,
            line=line,
        )
        for kind, words in (("verb", frame.verb), ("noun", frame.noun), ("adj", frame.adj))
        if words
    ]


def _to_alternatives(file: Traversable | Path, line: int, sides: list[str]) -> tuple[tuple[str, ...], ...]:
    alternatives = []
    for side in sides:
        paths = tuple(path.strip() for path in side.split("+"))
        for path in paths:
            _check_path(file, line, path)
        alternatives.append(paths)
    return tuple(alternatives)


def _check_path(file: Traversable | Path, line: int, path: str) -> None:
    if not _PATH.match(path):
        raise KnowledgeError(str(file), line, f"{path!r} is no role path such as object.owner")


def _spell_out(words: list[str], classes: dict[str, frozenset[str]], file: str, line: int) -> frozenset[str]:
    out: set[str] = set()
    for word in words:
        if word.startswith("@"):
            if word[1:] not in classes:
                raise KnowledgeError(file, line, f"no word class {word!r}")
            out |= _spell_out(sorted(classes[word[1:]]), classes, file, line)
        else:
            out.add(word)
    return frozenset(out)
