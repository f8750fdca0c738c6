"""The words of a document that name or describe somebody, before it is known whom.

Atoms come first: names of the dictionary (the longest wins, and a trap such as "Sea of Japan" wins over the country
in it), people and organisations that the entity model finds, role words, group descriptions and pronouns. Then atoms
that make up one phrase join: "US Secretary of State Antony Blinken" is one mention of a person, with a role and an
owner; "the Chinese delegation" one of a role. The atoms inside stay reachable at their own tokens.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from communique.annotate.parse import Parse
from communique.knowledge.actors import ActorDictionary, Alias, GroupWords, Match, Role
from communique.knowledge.reference import ReferenceWords, load_reference_words

Kind = Literal[
    "name", "adjective", "role", "pronoun", "group", "person", "organisation", "place", "trap", "description"
]
_PRONOUNS = frozenset(
    [
        "he",
        "him",
        "his",
        "himself",
        "she",
        "her",
        "hers",
        "herself",
        "it",
        "its",
        "itself",
        "they",
        "them",
        "their",
        "theirs",
        "themselves",
        "we",
        "us",
        "our",
        "ours",
        "ourselves",
        "i",
        "me",
        "my",
        "mine",
        "myself",
        "who",
        "whom",
        "whose",
        "which",
        "that",
        "both",
    ]
)
_NUMBERS = {
    "two": 2, "both": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
_OPENERS = frozenset((*_PRONOUNS, *_NUMBERS, "each", "one"))
# Longer runs of modifiers before a noun are lists or headlines, not one name's title.
_MAX_MODIFIERS = 6


@dataclass(frozen=True, slots=True, eq=False)
class Mention:
    """Tokens `[first, past)` that stand for somebody, with `head` their syntactic head. Equal only to itself.

    `entries` are the dictionary ids the name may mean and `how` the way it matched ("capital", "surname" …).
    `name` is the token range of the bare name, without titles. `roles` are the role words, from left to right;
    `owners` the head tokens of names that say whose role it is ("Chinese" delegation, "Putin"'s spokesman).
    `number` is how many are meant, 0 where unsaid; `former` marks "former", "ex-" and the like.
    """

    first: int
    past: int
    head: int
    kind: Kind
    entries: tuple[str, ...] = ()
    how: str = ""
    name: tuple[int, int] = (0, 0)
    roles: tuple[Role, ...] = ()
    owners: tuple[int, ...] = ()
    group: GroupWords | None = None
    number: int = 0
    former: bool = False
    definite: bool = False

    @property
    def role(self) -> str | None:
        """The role's words ("foreign minister"), the last one's where there are several."""
        return " ".join(self.roles[-1].words) if self.roles else None


@dataclass(frozen=True, slots=True)
class Mentions:
    """All mentions of a document in order of their first token, outer before inner."""

    items: tuple[Mention, ...]
    _at: dict[int, Mention]

    def at(self, token: int) -> Mention | None:
        """The innermost mention that covers this token; for a token of a title, the whole titled name."""
        return self._at.get(token)

    def __iter__(self) -> Iterator[Mention]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


def find_mentions(parse: Parse, dictionary: ActorDictionary) -> Mentions:
    """Every mention of a political actor, or of what may turn out to be one, in a parsed document."""
    finder = _Finder(parse, dictionary)
    finder.find_atoms()
    return finder.join()


def list_openers(dictionary: ActorDictionary) -> tuple[set[str], set[str]]:
    """The lower-cased words, and the lemmas, that a mention begins with where it is no name."""
    words, roles = load_reference_words(), dictionary.roles
    lemmas = {*words.state_nouns, *words.side_nouns, *words.person_nouns, *roles}
    return {*_OPENERS, *dictionary.groups, *roles}, lemmas


class _Finder:
    def __init__(self, parse: Parse, dictionary: ActorDictionary) -> None:
        self.parse = parse
        self.dictionary = dictionary
        self.words: ReferenceWords = load_reference_words()
        self.atom: dict[int, Mention] = {}  # token -> its atom
        openers, lemmas = list_openers(dictionary)
        # the tokens that a group, role, pronoun or description may begin with
        self.openers = [
            i
            for i, (lower, lemma) in enumerate(zip(parse.lower, parse.lemma, strict=True))
            if lower in openers or lemma in lemmas
        ]
        # token -> end of the role that begins there, and the role
        self.role_at = {i: found for i in self.openers if (found := self._find_role(i))}

    # -- atoms ---------------------------------------------------------------------------------------------

    def find_atoms(self) -> None:
        entities = self._list_entities()
        for match in self.dictionary.find_names(self.parse.text):
            self._add_match(match, entities)
        self._add_long_roles()
        for first, past in entities:
            self._add_entity(first, past)
        self._add_surnames()
        self._add_words()

    def _add(self, mention: Mention) -> None:
        for i in range(mention.first, mention.past):
            self.atom[i] = mention

    def _is_free(self, first: int, past: int) -> bool:
        if past - first == 1:
            return first not in self.atom
        return self.atom.keys().isdisjoint(range(first, past))

    def _list_entities(self) -> list[tuple[int, int]]:
        """Token ranges of the entity model's finds, without a possessive or article at their edges."""
        p = self.parse
        out: list[tuple[int, int]] = []
        inside = [i for i, number in enumerate(p.ent_id) if number >= 0]
        for _, group in groupby(inside, p.ent_id.__getitem__):
            tokens = list(group)
            first, past = tokens[0], tokens[-1] + 1
            while first < past and (p.tag[first] in ("DT", "POS") or p.pos[first] == "PUNCT"):
                first += 1
            while first < past and (p.tag[past - 1] == "POS" or p.pos[past - 1] == "PUNCT"):
                past -= 1
            if first < past:
                out.append((first, past))
        return out

    def _tokens(self, start: int, end: int) -> tuple[int, int] | None:
        """The tokens of a character range; None where the range cuts a token that is not written with hyphens."""
        p = self.parse
        first = bisect_right(p.start, start) - 1
        past = bisect_left(p.end, end) + 1
        if first < 0 or past > len(p) or p.end[first] <= start:
            return None
        edges = p.text[p.start[first] : start] + p.text[end : p.end[past - 1]]
        if not edges:
            return first, past
        if "-" not in edges and "–" not in edges and "/" not in edges and not edges.strip(".'’"):
            return first, past
        return (first, past) if "-" in edges or "–" in edges or "/" in edges else None

    def _add_match(self, match: Match, entities: list[tuple[int, int]]) -> None:
        p = self.parse
        tokens = self._tokens(match.start, match.end)
        if tokens is None or not self._is_free(*tokens):
            return
        first, past = tokens
        if self._is_detached(match):
            return
        head = self._head(first, past)
        if match.trap is not None:
            if p.lower[first] == "the" and p.head[head] >= past and p.dep[head] in ("amod", "compound"):
                self._add_rest(match, entities)  # "The Australian army" is not the newspaper's
                return
            self._add(Mention(first, past, head, "trap", name=tokens, how=match.trap))
            return
        if self._is_another_s(first, past):
            return
        aliases: Sequence[Alias] = match.aliases
        if "surname" in [a.how for a in aliases]:
            aliases = self._drop_surnames(match.aliases, first, past, entities)
        aliases = [a for a in aliases if a.plain or self._speaks_for(first, past, a, entities)]
        if not aliases:
            self._add_rest(match, entities)
            return
        adjective = [a for a in aliases if a.how == "demonym"]
        used_as_adjective = p.pos[past - 1] == "ADJ" or (
            p.dep[past - 1] in ("amod", "compound", "nmod") and p.head[past - 1] >= past
        )
        if adjective and not used_as_adjective and self._is_surname(first):
            self._add(Mention(first - 1, past, head, "person", name=(first - 1, past), how="entity"))
            return
        kind: Kind
        people = used_as_adjective and {self.dictionary.entries[a.entry].kind for a in aliases} == {"people"}
        if people or (adjective and (used_as_adjective or len(adjective) == len(aliases))):
            chosen, kind = adjective or aliases, "adjective"
        else:
            chosen, kind = [a for a in aliases if a.how != "demonym"] if adjective else aliases, "name"
        kinds = [self.dictionary.entries[a.entry].kind for a in chosen]
        if "person" in kinds:
            chosen = [a for a, k in zip(chosen, kinds, strict=True) if k == "person"]
            kind = "person"
        elif kinds.count("organisation") == len(kinds):
            kind = "organisation"
        how = chosen[0].how
        if how == "capital" and self._is_place(first, past, head):
            kind = "place"
        self._add(
            Mention(
                first,
                past,
                head,
                kind,
                tuple(dict.fromkeys([a.entry for a in chosen])),
                how,
                name=tokens,
            )
        )

    def _is_another_s(self, first: int, past: int) -> bool:
        """Whether a name that is a common noun as well belongs to whoever is named before it: "Peru's Congress" is not
        the one in Washington."""
        p = self.parse
        if past - first != 1 or first not in self.role_at:
            return False
        return any(
            c < first
            and p.dep[c] in ("poss", "amod", "compound")
            and (owner := self.atom.get(c)) is not None
            and owner.kind in ("name", "adjective", "place")
            for c in p.children[first]
        )

    def _is_surname(self, token: int) -> bool:
        """Whether an adjective of a country is somebody's last name, behind a first name: "Ms. Joan German"."""
        p, first = self.parse, token - 1
        return (
            first >= 0
            and p.tag[token] == p.tag[first] == "NNP"
            and p.head[first] == token
            and p.dep[first] == "compound"
            and (
                p.ent[first] == "PERSON"
                or p.word[first] in self.words.female_names
                or p.word[first] in self.words.male_names
            )
            and not self._is_title(first)
        )

    def _is_named_in_full(self, token: int) -> bool:
        """Whether the word stands somewhere behind a first name or title: a lone "Jordan" is a state otherwise."""
        p = self.parse
        word = p.word[token]
        return any(
            w == word
            and p.tag[i - 1] == "NNP"
            and p.head[i - 1] == i
            and (p.ent[i - 1] == "PERSON" or self._is_title(i - 1))
            for i, w in enumerate(p.word)
            if i
        )

    def _is_detached(self, match: Match) -> bool:
        """Whether a prefix turns a country into an attitude: "pro-Russian", "anti-American"."""
        text = self.parse.text
        at = match.start
        if at < 2 or text[at - 1] not in "-–‑":
            return False
        start = at - 1
        while start and text[start - 1].isalpha():
            start -= 1
        return text[start : at - 1].lower() in self.words.detaching_prefixes

    def _is_attached(self, atom: Mention) -> bool:
        """Whether a name before a noun is whose the noun is, and not its supporter's or place: "Iran-backed"."""
        p = self.parse
        last = p.word[atom.past - 1]
        if "-" in last:
            return last.rsplit("-", 1)[1].lower() in self.words.attaching_suffixes
        if atom.past + 1 < len(p) and p.word[atom.past] == "-" and p.start[atom.past] == p.end[atom.past - 1]:
            return p.lower[atom.past + 1] in self.words.attaching_suffixes
        return True

    def _add_rest(self, match: Match, entities: list[tuple[int, int]]) -> None:
        """Shorter names inside a name that turned out not to be one: "The Australian" of "The Australian army"."""
        cut = self.parse.text.find(" ", match.start, match.end) + 1
        if cut:
            for inner in self.dictionary.find_names(self.parse.text[cut : match.end]):
                self._add_match(replace(inner, start=cut + inner.start, end=cut + inner.end), entities)

    def _drop_surnames(
        self, aliases: tuple[Alias, ...], first: int, past: int, entities: list[tuple[int, int]]
    ) -> tuple[Alias, ...]:
        """Without the readings as a surname where the words are no name, or part of somebody else's."""
        p = self.parse
        kept = tuple(a for a in aliases if a.how != "surname")
        is_state = any(self.dictionary.entries[a.entry].kind == "state" for a in kept)
        if is_state and not self._is_named_in_full(first):
            return kept
        if self._is_title(first) and past < len(p) and p.pos[past] == "PROPN" and p.head[first] > first:
            return kept  # "Crown Prince Mohammed" is no Mr. Prince
        if p.pos[past - 1] != "PROPN" or p.ent[first] in (
            "DATE",
            "TIME",
            "MONEY",
            "CARDINAL",
            "FAC",
            "EVENT",
        ):
            return kept
        entity = self._entity_at(first, entities)
        if entity == (first, past) and p.ent[first] == "GPE" and kept:
            return kept  # Nepal, not Mr. Nepal
        if entity and p.ent[first] in (
            "PERSON",
            "ORG",
            "GPE",
            "LOC",
            "NORP",
            "PRODUCT",
            "WORK_OF_ART",
            "LAW",
        ):
            extra = [i for i in (*range(entity[0], first), *range(past, entity[1])) if not self._is_title(i)]
            if any(p.pos[i] in ("PROPN", "NOUN", "ADJ", "X") for i in extra):
                return kept
        before = first - 1
        if (
            before >= 0
            and p.tag[before] == "NNP"
            and p.head[before] == first
            and p.dep[before] == "compound"
            and before not in self.atom
            and not self._is_title(before)
            and p.word[before][0].isupper()
            and not self._is_role_word(before)
        ):
            return kept
        return aliases

    def _speaks_for(self, first: int, past: int, alias: Alias, entities: list[tuple[int, int]]) -> bool:
        """Whether the text bears out a reading that its bare words don't: a state, and no person or US state; a
        party or newspaper, and not the common word."""
        p, words = self.parse, self.words
        if p.pos[past - 1] not in ("PROPN", "ADJ", "NOUN") or not p.word[past - 1][0].isupper():
            return False
        entity = self._entity_at(first, entities)
        entry = self.dictionary.entries[alias.entry]
        if alias.how == "capital" or (p.ent[first] == "PERSON" and entry.kind != "state"):
            return False  # the entity model takes lone "Chad" and "Jordan" for people
        if entry.kind == "state":
            if entity and entity[1] - entity[0] > past - first:
                return False
            # "Atlanta, Georgia": a town before it makes it a part of a larger state
            if (
                first >= 2
                and p.word[first - 1] == ","
                and p.ent[first - 2] == "GPE"
                and first - 2 not in self.atom
            ):
                return False
            begin, end = p.sentences[p.sentence_of[first]]
            return not any(p.word[i] in words.us_states for i in range(begin, end))
        head = self._head(first, past)
        if p.dep[head] in ("amod", "compound", "nmod") and p.head[head] >= past:
            near = {p.lower[p.head[head]], p.lemma[p.head[head]]}
            if p.lower[first] == "the" and not near & words.media_nouns:
                return False  # "The Australian army"
        else:
            near = {p.lower[i] for i in (first - 1, first - 2, past, past + 1) if 0 <= i < len(p)}
            if p.dep[head] in ("nsubj", "nsubjpass") and p.lemma[p.head[head]] in words.agentive:
                return True
        kinds = {"media": words.media_nouns, "party": words.party_nouns, "company": words.company_nouns}
        if near & kinds.get(entry.detail, words.company_nouns):
            return True
        return p.ent[first] == "ORG" and entity == (first, past) and p.lower[first] != "the"

    def _is_place(self, first: int, past: int, head: int) -> bool:
        """Whether a capital is meant as the town: where something is, goes or comes from, or what a thing is called by."""
        p = self.parse
        up = p.head[head]
        starts = first == p.sentences[p.sentence_of[first]][0]
        if starts and past < len(p) and p.word[past] in ("(", "-", "—", "–"):
            return True  # a dateline: "NAIROBI (Wire) -"
        if p.dep[head] == "pobj":
            word = p.lower[up]
            if word in self.words.place_prepositions:
                return True
            if word in ("to", "from", "for", "towards", "toward"):
                above = p.lemma[p.head[up]]
                return above in self.words.motion
            return False
        if p.dep[head] in ("compound", "nmod", "amod") and up > head:
            return p.lower[up] in self.words.events or p.lemma[up] in self.words.events
        if p.dep[head] == "npadvmod":
            return True
        if p.dep[head] in ("appos", "conj", "dep", "ROOT", "nmod"):
            if starts and past < len(p) and p.word[past] == ",":
                return True
            if p.dep[head] in ("appos", "conj") and up in self.atom:
                return self.atom[up].kind == "place"
        return False

    def _entity_at(self, token: int, entities: list[tuple[int, int]]) -> tuple[int, int] | None:
        at = bisect_right(entities, (token, len(self.parse))) - 1
        return entities[at] if at >= 0 and entities[at][0] <= token < entities[at][1] else None

    def _is_title(self, token: int) -> bool:
        return self.parse.lower[token] in self.words.honorifics or self._is_role_word(token)

    def _is_role_word(self, token: int) -> bool:
        found = self.dictionary.roles.get(self.parse.lemma[token], ()) or self.dictionary.roles.get(
            self.parse.lower[token], ()
        )
        return any(r.title or r.kind == "person" for r in found)

    def _add_entity(self, first: int, past: int) -> None:
        """A person, organisation, place or people that the entity model found and no dictionary has."""
        p = self.parse
        label = p.ent[first]
        if label not in ("PERSON", "ORG", "GPE", "NORP", "LOC", "FAC"):
            return
        if label in ("ORG", "GPE", "LOC", "FAC") and self._swallows(first, past):
            for i in range(first, past):
                self.atom.pop(i, None)
            kind: Kind = "organisation" if label == "ORG" else "place"
            self._add(Mention(first, past, self._head(first, past), kind, name=(first, past), how="entity"))
            return
        if label in ("LOC", "FAC"):
            return
        # titles and owners at the left are the phrase's, not the name's
        while first < past and (first in self.atom or (label == "PERSON" and self._is_title(first))):
            first += 1
        while first < past and (past - 1) in self.atom:
            past -= 1
        while first < past and label == "PERSON" and self._is_title(past - 1):
            past -= 1
        if first >= past or not self._is_free(first, past):
            return
        if any(map(str.isdigit, p.slice(first, past))):
            return
        if not any(
            p.tag[i] in ("NNP", "NNPS") or (label == "NORP" and p.word[i][0].isupper())
            for i in range(first, past)
        ):
            return
        head = self._head(first, past)
        if label == "PERSON":
            if not all(
                p.word[i][0].isupper() or p.lower[i] in _PARTICLES or p.pos[i] == "PUNCT"
                for i in range(first, past)
            ):
                return
            self._add(Mention(first, past, head, "person", name=(first, past), how="entity"))
        elif label == "NORP":
            adjective = p.pos[head] == "ADJ" or p.dep[head] in ("amod", "compound", "nmod")
            self._add(
                Mention(
                    first, past, head, "adjective" if adjective else "group", name=(first, past), how="entity"
                )
            )
        elif label == "ORG":
            if any(
                p.pos[i] == "PUNCT" and p.word[i] not in ("-", "&", ".", "'", "’") for i in range(first, past)
            ):
                return
            roles = self._roles_in(first, past)
            if roles and roles[-1][1] == past:
                return  # "Foreign Ministry": a role word, taken below
            if (
                past - first == 1
                and not p.word[first].isupper()
                and p.dep[first] in ("compound", "amod", "nmod")
            ):
                return
            self._add(Mention(first, past, head, "organisation", name=(first, past), how="entity"))
        else:
            self._add(
                Mention(
                    first,
                    past,
                    head,
                    "place"
                    if self._is_place(first, past, head) or self._is_us_state(first, past)
                    else "name",
                    name=(first, past),
                    how="entity",
                )
            )

    def _add_surnames(self) -> None:
        """Surnames of people named in full here, where the entity model missed them or took them for a place."""
        p = self.parse
        last = {
            p.word[m.past - 1]
            for m in self.atom.values()
            if m.kind == "person" and not m.entries and m.past - m.first > 1
        }
        if not last:
            return
        for i, word in enumerate(p.word):
            if word in last and p.pos[i] == "PROPN":
                atom = self.atom.get(i)
                if atom is None or (
                    not atom.entries and atom.kind != "person" and atom.past - atom.first == 1
                ):
                    self._add(Mention(i, i + 1, i, "person", name=(i, i + 1), how="entity"))

    def _add_long_roles(self) -> None:
        """Roles of several words come before entities: the entity model takes "State" out of "Secretary of State"."""
        at = 0
        for i, (past, role) in self.role_at.items():
            if i >= at and past - i > 1 and self._is_free(i, past):
                self._add_role(i, past, role)
                at = past

    def _add_role(self, first: int, past: int, role: Role) -> None:
        head = self._head(first, past)
        self._add(Mention(first, past, head, "role", name=(first, past), roles=(role,), how=role.kind))

    def _is_us_state(self, first: int, past: int) -> bool:
        return any(self.parse.word[i] in self.words.us_states for i in range(first, past))

    def _swallows(self, first: int, past: int) -> bool:
        """Whether an organisation's name has a country in it and is not of that country: "University of Tokyo"."""
        p = self.parse
        if first in self.atom or (past - 1) not in self.atom or self._roles_in(first, past):
            return False
        inner = self.atom[past - 1]
        if inner.kind not in ("name", "place") or inner.past != past or inner.how not in ("name", "capital"):
            return False
        return inner.first > first and all(
            p.tag[i] in ("NNP", "NNPS", "IN", "CC", "DT") and i not in self.atom
            for i in range(first, inner.first)
        )

    def _roles_in(self, first: int, past: int) -> list[tuple[int, int, Role]]:
        out, i = [], first
        while i < past:
            found = self.role_at.get(i)
            if found and found[0] <= past:
                out.append((i, found[0], found[1]))
                i = found[0]
            else:
                i += 1
        return out

    def _find_role(self, i: int) -> tuple[int, Role] | None:
        p, roles = self.parse, self.dictionary.roles
        lemma, lower = p.lemma[i], p.lower[i]
        end = len(p)
        following = (p.lemma[i + 1], p.lower[i + 1], p.lower[i + 1].removesuffix("s")) if i + 1 < end else ()
        for role in (*roles.get(lemma, ()), *(roles.get(lower, ()) if lower != lemma else ())):
            past = i + len(role.words)
            if past - i > 1 and role.words[1] not in following:
                continue
            if past > end or p.pos[past - 1] not in ("NOUN", "PROPN"):
                continue
            for j, word in enumerate(role.words[2:], i + 2):
                if word != p.lemma[j] and word != p.lower[j] and word + "s" != p.lower[j]:
                    break
            else:
                return past, role
        return None

    def _group_at(self, i: int) -> tuple[int, GroupWords] | None:
        p = self.parse
        for group in self.dictionary.groups.get(p.lower[i], ()):
            past = i + len(group.words)
            if tuple(p.lower[i:past]) != group.words:
                continue
            if group.adjective and not (p.dep[past - 1] in ("amod", "compound", "nmod") and p.head[i] > i):
                continue
            if group.capital and not p.word[i][0].isupper():
                continue
            if group.article and (not i or p.lower[i - 1] != "the" or p.dep[past - 1] == "nummod"):
                continue
            return past, group
        return None

    def _add_words(self) -> None:
        """Groups, roles, pronouns and plural descriptions, in one pass over what is still free."""
        p, groups = self.parse, self.dictionary.groups
        past = 0
        for i in self.openers:
            atom = self.atom.get(i)
            if i < past or (atom is not None and atom.first < i):
                continue
            lower = p.lower[i]
            group = self._group_at(i) if lower in groups else None
            if group and all(
                j not in self.atom or (self.atom[j].first >= i and self.atom[j].past <= group[0])
                for j in range(i, group[0])
            ):
                past = group[0]
                for j in range(i, past):
                    self.atom.pop(j, None)
                head = self._head(i, past)
                adjective = group[1].adjective
                kind: Kind = "adjective" if adjective else "group"
                if not group[1].members and not adjective and self._is_place(i, past, head):
                    kind = "place"
                self._add(
                    Mention(
                        i,
                        past,
                        head,
                        kind,
                        name=(i, past),
                        how="group",
                        group=group[1],
                    )
                )
                continue
            if atom is not None:
                continue
            if lower in _PRONOUNS and p.tag[i] in ("PRP", "PRP$", "WP", "WP$", "WDT", "DT", "IN"):
                if self._is_reference(i):
                    self._add(Mention(i, i + 1, i, "pronoun", name=(i, i + 1), how=lower))
            elif lower in ("each", "one") and i + 1 < len(p) and p.lower[i + 1] in ("other", "another"):
                self._add(Mention(i, i + 2, i + 1, "pronoun", name=(i, i + 2), how="each other"))
                past = i + 2
            else:
                role = self.role_at.get(i)
                if role and self._is_free(i, role[0]) and not self._is_attitude(i, role[0]):
                    self._add_role(i, *role)
                    past = role[0]
                elif p.tag[i] in ("NNS", "NN", "CD") and self._is_description(i):
                    self._add(Mention(i, i + 1, i, "description", name=(i, i + 1), how=p.lemma[i]))

    def _is_attitude(self, first: int, past: int) -> bool:
        p = self.parse
        if past - first > 1 or p.lemma[first] not in self.words.attitudes:
            return False
        if any(p.dep[c] == "prep" and p.lower[c] in ("to", "against", "in") for c in p.children[first]):
            return True
        if any(p.lower[c] in ("his", "her", "my", "your") for c in p.children[first]):
            return True
        return (
            p.dep[first] == "pobj"
            and p.lower[p.head[first]] in ("in", "into", "of")
            and p.lower[first - 1] == "in"
        )

    def _is_reference(self, i: int) -> bool:
        p, lower = self.parse, self.parse.lower[i]
        if lower == "that":
            return p.tag[i] == "WDT"
        if lower == "both":
            return p.dep[i] in ("nsubj", "nsubjpass", "dobj", "pobj", "appos")
        if lower == "us":
            return p.tag[i] == "PRP" and p.word[i].islower()
        return True

    def _is_description(self, i: int) -> bool:
        p, words = self.parse, self.words
        lemma = p.lemma[i]
        if p.tag[i] == "CD":
            # "the two agreed"
            return (
                p.dep[i] in ("nsubj", "nsubjpass")
                and any(p.lower[c] == "the" for c in p.children[i])
                and p.lower[i] in _NUMBERS
            )
        if (
            lemma not in words.state_nouns
            and lemma not in words.side_nouns
            and lemma not in words.person_nouns
        ):
            return False
        return p.tag[i] == "NNS" or lemma in words.bare_plurals

    def _head(self, first: int, past: int) -> int:
        """The token of a range that the rest of the sentence hangs on; the last such."""
        head = self.parse.head
        for i in range(past - 1, first - 1, -1):
            up = head[i]
            if up == i or not first <= up < past:
                return i
        return past - 1

    # -- phrases -------------------------------------------------------------------------------------------

    def join(self) -> Mentions:
        atoms = sorted({id(m): m for m in self.atom.values()}.values(), key=lambda m: m.first)
        phrases: list[Mention] = []
        at: dict[int, Mention] = {}
        absorbed: set[int] = set()  # first tokens of roles that became part of a phrase
        people = [m for m in atoms if m.kind == "person"]
        for person in people:
            phrase = self._widen(person, absorbed)
            phrase = self._take_apposition(phrase, absorbed)
            phrases.append(phrase)
        for atom in reversed(atoms):
            if atom.kind in ("role", "description", "group") and atom.first not in absorbed:
                phrases.append(self._widen(atom, absorbed))
        phrases = [m for m in phrases if m.name[0] not in absorbed]
        for phrase in sorted(phrases, key=lambda m: m.first - m.past):
            for i in range(phrase.first, phrase.past):
                at[i] = phrase
        cores = {i: m for m in phrases for i in range(*m.name)}
        rest = [m for m in atoms if m.kind not in ("person", "role", "description") and m.first not in cores]
        for atom in rest:
            for i in range(atom.first, atom.past):
                if i not in cores:
                    at[i] = atom
        for i, phrase in cores.items():
            at[i] = phrase
        items = sorted([*phrases, *rest], key=lambda m: (m.first, -m.past))
        return Mentions(tuple(items), at)

    def _widen(self, core: Mention, absorbed: set[int]) -> Mention:
        """A person or role with what stands before it: titles, owners, modifiers, an article."""
        p = self.parse
        roles = list(core.roles)
        owners: list[int] = []
        number, former, definite = 0, False, False
        is_person = core.kind == "person"
        titled = not is_person
        i = core.first
        floor = p.sentences[p.sentence_of[core.first]][0]
        modifiers = 0
        while i > floor and modifiers <= _MAX_MODIFIERS:
            t = i - 1
            atom = self.atom.get(t)
            lower, tag = p.lower[t], p.tag[t]
            if atom and atom.kind == "role" and atom.past == i:
                if is_person and not titled and atom.roles[0].kind not in ("person", "people", "body"):
                    break
                if not self._belongs(atom.first, atom.past, core):
                    break
                roles.insert(0, atom.roles[0])
                absorbed.add(atom.first)
                titled = True
                i = atom.first
            elif (
                atom
                and atom.kind in ("adjective", "name", "organisation", "place", "group")
                and atom.past == i
            ):
                if not titled and not (atom.kind == "adjective" and is_person):
                    break
                if not self._belongs(atom.first, atom.past, core) or (
                    atom.kind == "place" and not atom.entries
                ):
                    break
                # "the Algiers agreement" is where it was made, not Algeria's
                if self._is_attached(atom) and (atom.kind, atom.how) != ("place", "capital"):
                    owners.insert(0, atom.head)
                i = atom.first
            elif tag == "POS" and t > floor and (owner := self.atom.get(t - 1)) and not owners:
                if owner.kind not in (
                    "name",
                    "organisation",
                    "person",
                    "place",
                    "role",
                    "group",
                ) or not self._belongs(t - 1, t, core):
                    break
                owners.insert(0, owner.head)
                i = owner.first
                while i > floor and p.dep[i - 1] in ("compound", "amod") and p.head[i - 1] == owner.head:
                    i -= 1
                if i > floor and p.lower[i - 1] == "the":
                    i -= 1
                definite = True
                break
            elif (tag == "CC" or lower == ",") and owners and self._joins(t, owners[0]):
                i = t
            elif lower in self.words.honorifics and tag != "PRP$":
                i, titled = t, True
            elif atom and atom.kind == "pronoun" and tag == "PRP$" and titled:
                owners.insert(0, t)
                i = t
                definite = True
                break
            elif atom:
                break
            elif lower in _NUMBERS and (tag in ("CD", "DT", "PDT", "CC") or lower == "both") and titled:
                number = _NUMBERS[lower]
                definite = definite or lower == "both"
                i = t
            elif tag == "CD" and titled:
                i = t
            elif tag == "DT" and titled:
                definite = lower in ("the", "these", "those", "this", "that")
                i = t
                if i > floor and p.lower[i - 1] in ("both", "all"):
                    continue
                break
            elif titled and self._is_modifier(t, core):
                former = former or lower.rstrip("-") in self.words.former
                modifiers += 1
                i = t
            else:
                break
        if i == core.first or (is_person and not titled and not owners):
            return core
        return Mention(
            i,
            core.past,
            self._head(i, core.past) if is_person else core.head,
            core.kind,
            core.entries,
            core.how,
            core.name,
            tuple(roles),
            tuple(owners),
            core.group,
            number,
            former,
            definite,
        )

    def _joins(self, token: int, owner: int) -> bool:
        """Whether a comma or "and" stands between two names of owners: "the Indian and Pakistani ministers"."""
        left = self.atom.get(token - 1)
        if left is None and self.parse.tag[token] == "CC" and self.parse.word[token - 1] == ",":
            left = self.atom.get(token - 2)
        return (
            left is not None
            and left.kind in ("adjective", "name", "organisation")
            and (
                left.head in (self.parse.head[owner], self.parse.head[self.parse.head[owner]])
                and self.parse.dep[owner] == "conj"
            )
        )

    def _belongs(self, first: int, past: int, core: Mention) -> bool:
        """Whether words before a name hang together with it, and not with a verb or another noun."""
        p = self.parse
        head = self._head(first, past)
        while p.dep[head] == "conj" and p.head[head] < head:
            head = p.head[head]
        # the parser splits titles with "of" oddly, so any tie within the phrase will do
        return (
            p.dep[head] not in ("nsubj", "nsubjpass", "ROOT", "dobj", "conj")
            or first <= p.head[core.first] < core.past
            or (first <= p.head[head] < core.past)
        )

    def _is_modifier(self, token: int, core: Mention) -> bool:
        p = self.parse
        if p.tag[token] not in (
            "JJ",
            "JJR",
            "JJS",
            "NN",
            "NNP",
            "NNS",
            "VBN",
            "VBG",
            "HYPH",
            "AFX",
            "CD",
        ) and p.tag[token] not in ("RB", "FW"):
            return p.lower[token] in self.words.former
        return p.dep[token] in (
            "amod",
            "compound",
            "nmod",
            "advmod",
            "npadvmod",
            "punct",
            "nummod",
            "poss",
        ) and (token < p.head[token] < core.past)

    def _take_apposition(self, person: Mention, absorbed: set[int]) -> Mention:
        """The person with a description set off by a comma, on either side: "X, Russia's foreign minister,"."""
        p = self.parse
        for token in range(*person.name):
            for child in p.children[token]:
                role = self.atom.get(child)
                if p.dep[child] != "appos" or child < person.past or role is None or role.kind != "role":
                    continue
                if role.first in absorbed or role.roles[0].kind != "person":
                    continue
                wide = self._widen(role, absorbed)
                if wide.number or child - person.past > 12:
                    continue
                absorbed.add(role.first)
                owners, past = self._with_of(wide)
                return replace(
                    person,
                    past=max(past, person.past),
                    roles=(*person.roles, *wide.roles),
                    owners=(*person.owners, *owners),
                    former=person.former or wide.former,
                )
        led = self._find_led(person)
        if led is not None and led.first not in absorbed:
            wide = self._widen(led, absorbed)
            absorbed.add(led.first)
            return replace(
                person,
                first=wide.first,
                head=led.head,
                roles=(*wide.roles, *person.roles),
                owners=(*self._with_of(wide)[0], *person.owners),
                former=person.former or wide.former,
            )
        up = p.head[person.head]
        role = self.atom.get(up)
        if (
            p.dep[person.head] == "appos"
            and role
            and role.kind == "role"
            and up < person.first
            and role.first not in absorbed
        ):
            gap = p.text[p.end[role.past - 1] : p.start[person.first]]
            wide = self._widen(role, absorbed)
            owners, past = self._with_of(wide)
            if (
                role.roles[0].kind == "person"
                and p.tag[role.head] not in ("NNS", "NNPS")
                and (gap.strip() in (",", "") or past >= person.first - 1)
            ):
                absorbed.add(role.first)
                return replace(
                    person,
                    first=wide.first,
                    head=role.head,
                    roles=(*wide.roles, *person.roles),
                    owners=(*owners, *person.owners),
                    former=person.former or wide.former,
                )
        return person

    def _find_led(self, person: Mention) -> Mention | None:
        """The role whose of-phrase ends right before ", Name": "the leader of the Moon Front, Jan Vesk"."""
        p = self.parse
        comma = person.first - 1
        if comma < 1 or p.word[comma] != "," or (comma + 1 - p.sentences[p.sentence_of[comma]][0]) < 4:
            return None
        last = self.atom.get(comma - 1)
        up = p.head[last.head] if last else -1
        if last is None or up < 0 or p.lower[up] != "of" or p.dep[last.head] != "pobj":
            return None
        role = self.atom.get(p.head[up])
        if role is None or role.kind != "role" or role.roles[0].kind != "person":
            return None
        return role if p.tag[role.head] in ("NN", "NNP") else None

    def _with_of(self, role: Mention) -> tuple[tuple[int, ...], int]:
        """Owners and end of a role phrase with its of-phrase: "president of the World Bank"."""
        owners, past = list(role.owners), role.past
        for noun in find_of_nouns(self.parse, role):
            atom = self.atom.get(noun)
            if atom and atom.kind in ("name", "organisation", "group", "place", "person"):
                owners.append(noun)
                past = max(past, atom.past)
        return tuple(owners), past


_PARTICLES = frozenset(
    [
        "de",
        "la",
        "da",
        "dos",
        "van",
        "von",
        "der",
        "den",
        "bin",
        "ibn",
        "al",
        "al-",
        "el",
        "di",
        "du",
        "le",
        "y",
        "e",
        "abu",
        "ben",
        "ter",
        "zu",
    ]
)


def find_of_nouns(parse: Parse, mention: Mention) -> list[int]:
    """Heads of the nouns that an of-phrase ties to a role, with what is coordinated; a for-phrase for a spokesman."""
    out: list[int] = []
    lower, dep = parse.lower, parse.dep
    for token in range(*mention.name):
        for child in parse.children[token]:
            if child < mention.past or dep[child] != "prep" or lower[child] not in ("of", "for"):
                continue
            if lower[child] == "of" or parse.lemma[mention.head] in load_reference_words().for_roles:
                for noun in parse.children[child]:
                    if dep[noun] == "pobj":
                        out.extend(parse.conjuncts(noun))
    return out
