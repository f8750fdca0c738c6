"""Who every noun phrase of a document is: the parties, with their codes as of the article's date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property

from communique.annotate.mentions import Mention, Mentions, find_of_nouns
from communique.annotate.parse import Parse
from communique.knowledge.actors import (
    ActorDictionary,
    ActorEntry,
    Role,
    Term,
    join_code,
    rank_person,
    to_slug,
)
from communique.knowledge.reference import load_reference_words
from communique.records import Actor, Member, Span
from communique.resolve.coreference import Coreference
from communique.resolve.referents import (
    Referent,
    make_branch,
    make_referent,
    make_stranger,
)

_SUBJECTS = ("nsubj", "nsubjpass")
# Offices that one person holds at a time, so that "the Kenyan president" is somebody.
_SINGLE_OFFICES = frozenset(
    (
        "head-of-state",
        "head-of-government",
        "foreign-minister",
        "defence-minister",
        "finance-minister",
        "interior-minister",
    )
)
# Mentions that, found in the dictionary, wait for no other's answer.
_ALONE = frozenset(("name", "adjective", "organisation", "trap", "place"))
# Armed people are often in a country that is not theirs.
_AWAY = frozenset(("MIL", "REB", "UAF", "PRM", "SPY", None))
# Behind these a name tells where something is.
_LOCATIVE = frozenset(("in", "at", "near", "around", "outside", "across", "inside", "throughout"))
# What share of the countries named in a document its home has at least.
_HOME_SHARE = 0.4
_OWNER_PREPOSITIONS = frozenset(("of", "by", "from", "between"))


def _titles_agree(role: Role, term: Term) -> bool:
    """Whether a head of state's title is the one in the text: a king is no president."""
    if not term.is_head or not term.title:
        return True
    return role.words[-1] in term.title.lower() or "head" in role.words


class Resolution:
    """The parties of one document. Tokens are numbers into its `Parse`; nothing here follows conjuncts."""

    def __init__(self, resolver: _Resolver) -> None:
        self._resolver = resolver
        self._members: dict[int, tuple[Member, ...]] = {}
        self.actors: tuple[Actor, ...] = resolver.list_actors()
        self.notes: tuple[str, ...] = (
            ("no publication date, so people are coded by their newest office",)
            if resolver.date is None and any(a.kind == "person" and a.office for a in self.actors)
            else ()
        )

    def members(self, token: int) -> tuple[Member, ...]:
        """Who the noun phrase headed by `token` is; empty for a thing, a mere place, a team.

        A description of several gives several ("the two leaders"), each with the words and span of the whole
        phrase. Somebody no dictionary has, and whom no country is told of, has no code; a mere description
        ("protesters") has neither id nor code.
        """
        found = self._members.get(token)
        if found is None:
            found = self._members[token] = self._resolver.make_members(token)
        return found

    def owners(self, token: int) -> tuple[Member, ...]:
        """The parties inside a phrase that is none itself: possessors ("Moscow's concerns"), name modifiers
        ("US pressure"), and those after of, by, from and between ("criticism from Washington")."""
        return self._resolver.find_owners(token)

    def is_actor(self, token: int) -> bool:
        """Whether the noun phrase headed by `token` is somebody."""
        return bool(self.members(token))


def resolve_actors(
    parse: Parse,
    mentions: Mentions,
    dictionary: ActorDictionary,
    published: str | None,
    title: str | None = None,
    speakers: Mapping[int, tuple[int, ...]] | None = None,
) -> Resolution:
    """Links all mentions of a document as of its date, and resolves its pronouns and descriptions.

    `published` is an ISO date; without one the newest offices hold. `title` need only be given where it is not
    the first line of the text. `speakers` maps a quotation's number to the head tokens of who says it, for "we".
    """
    return Resolution(_Resolver(parse, mentions, dictionary, published, speakers or {}))


class _Resolver:
    def __init__(
        self,
        parse: Parse,
        mentions: Mentions,
        dictionary: ActorDictionary,
        date: str | None,
        speakers: Mapping[int, tuple[int, ...]],
    ) -> None:
        self.parse = parse
        self.mentions = mentions
        self.dictionary = dictionary
        self.date = date
        self.words = load_reference_words()
        self.done: dict[Mention, tuple[Referent, ...]] = {}
        self.busy: set[Mention] = set()
        self.provisional: dict[Mention, tuple[Referent, ...]] = {}
        self.is_circular = False
        self.coreference = Coreference(parse, mentions, self.refer, self.to_nation, self.to_leader, speakers)
        self.full: dict[str, list[Mention]] = {}  # entry id -> where it is named in full
        self.strangers: dict[str, list[Mention]] = {}  # full name in lower case -> mentions
        self.last_names: dict[str, str] = {}  # a stranger's last (or only) name -> full name
        self.first_names: dict[str, str] = {}  # the same for a first name, which may be the family's
        self.bearers: dict[str, list[ActorEntry]] = {}  # a first or last name -> who is named in full here
        # a stranger's full name -> country, sector and gender
        self.standings: dict[str, tuple[str | None, str | None, str]] = {}
        self.surnames: dict[str, ActorEntry] = {}  # whom a bare surname meant where nobody was named in full
        self.holders: list[
            tuple[int, str, Referent]
        ] = []  # (token, office words, person), as named with a title
        self.ranks: dict[str, tuple[int, int, int]] = {}
        self.parties: dict[tuple[str, str], Referent] = {}  # (entry id, gender) -> the entry as of the date
        self.documents = [m for m in self.coreference.in_order if m.how == "document"]
        self.organisations: dict[str, list[tuple[Mention, list[str]]]] = {}  # word -> whose name it is in
        for mention in self.coreference.in_order:
            if mention.kind == "organisation":
                words = self._name(mention).split()
                for word in dict.fromkeys(words):
                    self.organisations.setdefault(word, []).append((mention, words))
        self.countries = {
            dictionary.entries[e].country
            for m in mentions
            for e in m.entries
            if m.kind not in ("person", "trap")
        }
        self.places: dict[int, set[str]] = {}  # sentence -> countries that something is told to be in
        self.named: dict[int, list[tuple[int, str]]] = {}  # sentence -> tokens that name a country, and which
        self._find_full_names()
        for mention in mentions:
            self.coreference.reading = parse.sentence_of[mention.head]
            self.coreference.note(mention, self.refer(mention))
        self.coreference.reading = len(parse.sentences)

    # -- names ---------------------------------------------------------------------------------------------

    def _find_countries(self) -> None:
        p = self.parse
        for mention in self.mentions:
            if not mention.entries or mention.kind not in ("name", "place", "adjective", "person"):
                continue
            entry = self._pick(mention)
            if entry is None or not entry.country:
                continue
            sentence = p.sentence_of[mention.head]
            self.named.setdefault(sentence, []).append((mention.head, entry.country))
            up = p.head[mention.head]
            if mention.kind in ("name", "place") and p.lower[up] in _LOCATIVE:
                self.places.setdefault(sentence, set()).add(entry.country)

    def _find_full_names(self) -> None:
        for mention in self.mentions:
            if mention.kind != "person":
                continue
            if mention.entries:
                if mention.how != "surname":
                    for entry in mention.entries:
                        self.full.setdefault(entry, []).append(mention)
                continue
            words = self._name(mention).split()
            self.strangers.setdefault(" ".join(words).lower(), []).append(mention)
            if len(words) > 1:
                self.last_names.setdefault(words[-1].lower(), " ".join(words).lower())
                self.first_names.setdefault(words[0].lower(), " ".join(words).lower())
        for entry_id in self.full:
            person = self.dictionary.entries[entry_id]
            words = person.name.lower().split()
            for word in {words[0], words[-1]}:
                self.bearers.setdefault(word, []).append(person)

    def _name(self, mention: Mention) -> str:
        return self.parse.slice(*mention.name)

    def refer(self, mention: Mention) -> tuple[Referent, ...]:
        """The parties of a mention; worked out once. Two mentions that wait for each other give nobody."""
        found = self.done.get(mention)
        if found is None:
            found = self.provisional.get(mention)
        if found is not None:
            return found
        if mention.kind in _ALONE and (mention.entries or mention.kind in ("trap", "place")):
            found = self.done[mention] = self._refer(mention)
            return found
        if mention in self.busy:
            self.is_circular = True
            return ()
        self.busy.add(mention)
        found = self._refer(mention)
        self.busy.discard(mention)
        if not self.busy:
            self.done[mention] = found
            self.provisional.clear()
            self.is_circular = False
        elif self.is_circular:
            # found while somebody waited for the answer: good for this question only
            self.provisional[mention] = found
        else:
            self.done[mention] = found
        return found

    def _refer(self, mention: Mention) -> tuple[Referent, ...]:
        if mention.kind in ("trap", "place"):
            return ()
        if mention.kind == "person":
            person = self._person(mention)
            return (person,) if person else ()
        if mention.kind == "pronoun":
            return self.coreference.find_pronoun(mention)
        if mention.group is not None:
            return self._group(mention)
        if mention.kind == "role":
            return self._role(mention)
        if mention.kind == "description":
            return self._description(mention, mention.how)
        if mention.entries:
            entry = self._pick(mention)
            return (self._party(entry),) if entry else ()
        name = self._name(mention)
        if mention.kind == "organisation":
            longer = self._longer_name(mention, name)
            if longer is not None:
                return self.refer(longer)
            return (make_stranger(name, "organisation", None, None),)
        if mention.kind == "name":
            return (replace(make_stranger(name, "group", None, None), detail="gpe"),)
        return (Referent(None, name, "text" if mention.kind == "adjective" else "people"),)

    def _longer_name(self, mention: Mention, name: str) -> Mention | None:
        """The organisation named in full before, of which these words are a part: "the Council"."""
        words = set(name.split())
        for other, theirs in reversed(self.organisations[min(words)]):
            if other.head < mention.first and len(theirs) > len(words) and words.issubset(theirs):
                return other
        return None

    def _party(self, entry: ActorEntry, gender: str = "") -> Referent:
        found = self.parties.get((entry.id, gender))
        if found is None:
            found = self.parties[entry.id, gender] = make_referent(entry, self.date, gender)
        return found

    def _nation(self, code: str) -> Referent | None:
        """The state or organisation a code begins with: `RUS.GOV` → Russia."""
        entry = self.dictionary.entries.get(code.split(".")[0])
        return self._party(entry) if entry else None

    def _rank(self, entry: ActorEntry) -> tuple[int, int, int]:
        found = self.ranks.get(entry.id)
        if found is None:
            found = self.ranks[entry.id] = rank_person(entry, self.date)
        return found

    def _pick(self, mention: Mention) -> ActorEntry | None:
        """One entry of several that bear the name: one that exists at the date; no guess between equals."""
        entries = [self.dictionary.entries[e] for e in mention.entries]
        alive = [e for e in entries if e.exists(self.date)] or entries
        if len(alive) > 1:
            alive = [e for e in alive if not e.ambiguous] or alive
        return alive[0]

    def _person(self, mention: Mention) -> Referent | None:
        name = self._name(mention)
        if mention.entries:
            entry = self._link_person(mention)
            if entry is not None:
                person = self._party(entry, self._gender(entry.name, mention))
                person = self._with_words(person, mention)
                self._note_holder(mention, person)
                return person
            is_stranger = name.lower() in self.last_names or name.lower() in self.first_names
            if mention.how != "surname" or (len(mention.entries) > 1 and not is_stranger):
                country, sector = self._standing(mention)
                return replace(make_stranger(name, "person", country, sector), id=None)
        key = name.lower()
        full = key if " " in key else self.last_names.get(key, self.first_names.get(key, key))
        same = self.strangers.get(full, [mention])
        known = self._same_known(key, mention)
        if known is not None and " " not in key:
            return known
        country, sector, gender = self._find_standing(full, same)
        if not (country and sector):
            theirs, role = self._standing(mention)
            country, sector = country or theirs, sector or role
        if country is None and sector in self.words.assumable_sectors and not mention.owners:
            focus = self._focus(same[0])  # "Defence Minister X said", in a passage about one country
            country = focus.country if focus else None
        shown = self._name(same[0])
        person = make_stranger(shown, "person", country, sector, gender or self._gender(shown, mention))
        person = replace(person, office=self._office(same[0]))
        self._note_holder(mention, person)
        return person

    def _find_standing(self, full: str, same: list[Mention]) -> tuple[str | None, str | None, str]:
        """Country, sector and gender that the words around the mentions of a stranger give."""
        if full in self.standings:
            return self.standings[full]
        country = sector = None
        for other in dict.fromkeys((*same, *self.strangers.get(full.split()[-1], ()))):
            theirs, role = self._standing(other)
            country, sector = country or theirs, sector or role
            if country and sector:
                break
        shown = self._name(same[0])
        gender = next((g for m in same if (g := self._gender(shown, m))), "")
        if full in self.strangers and not self.is_circular:
            self.standings[full] = country, sector, gender
        return country, sector, gender

    def _same_known(self, last: str, mention: Mention) -> Referent | None:
        """A person of the dictionary who is named in full here and bears this last or first name."""
        for entry in self.bearers.get(last, ()):
            if self._gender_fits(mention, entry.name):
                return self._party(entry, self._gender(entry.name, None))
        return None

    def _link_person(self, mention: Mention) -> ActorEntry | None:
        entries = [self.dictionary.entries[e] for e in mention.entries]
        if mention.how != "surname":
            return max(entries, key=self._rank) if entries else None
        last = self._name(mention).lower()
        if title := self._gender("", mention):
            entries = [e for e in entries if self._gender(e.name, None) in ("", title)]
        if not entries:
            return None
        titled = self._titled(mention, entries)
        if len(titled) == 1:
            self.surnames.setdefault(last, titled[0])
            return titled[0]
        # the one named in full last before this; else the one this surname meant before
        named = [(m.first, e) for e in entries for m in self.full.get(e.id, ()) if m.first < mention.first]
        chosen = self.surnames.get(last)
        if chosen in entries and (len(named) != 1 or chosen is not named[0][1]):
            return chosen
        if named:
            # of two Kims the ruler goes by the bare name, his envoy by the full one; of equals the last named
            return max(named, key=lambda n: (self._rank(n[1]), n[0]))[1]
        if last in self.last_names:
            return None
        ranked = sorted(titled or entries, key=self._rank, reverse=True)
        later = [e for e in entries if e.id in self.full]
        if not self._is_known_by_surname(ranked[0]) or not self._is_near(ranked[0]):
            ranked = later
        if not ranked:
            return None
        if len(ranked) > 1 and self._rank(ranked[1]) == self._rank(ranked[0]):
            return later[0] if len(later) == 1 else None
        self.surnames[last] = ranked[0]
        return ranked[0]

    def _is_known_by_surname(self, entry: ActorEntry) -> bool:
        """Whether a bare surname does for this person: a head of state at any time, a minister while in office."""
        return any(
            t.is_head
            or (t.office in self.words.surname_offices and (t.covers(self.date) if self.date else not t.end))
            for t in entry.terms
        )

    def _is_near(self, entry: ActorEntry) -> bool:
        """Whether a bare surname may reach this far: of a much reported country, or of one named in the text."""
        countries = {t.country for t in entry.terms}
        return bool(countries & self.words.much_reported) or bool(countries & self.countries)

    def _gender_fits(self, mention: Mention, name: str) -> bool:
        title = self._gender("", mention)
        return not title or self._gender(name, None) in ("", title)

    def _titled(self, mention: Mention, entries: list[ActorEntry]) -> list[ActorEntry]:
        """Those with an office that agrees with the title or country written with a surname."""
        offices = {r.office for r in mention.roles if r.office}
        countries = {n.country for o in mention.owners for r in self.refs_of(o) if (n := self.to_nation(r))}
        if not offices and not countries:
            return []
        return [
            e
            for e in entries
            if any(
                (not offices or t.office in offices) and (not countries or t.country in countries)
                for t in e.terms
            )
        ]

    def _with_words(self, person: Referent, mention: Mention) -> Referent:
        """A known person, with what the text itself says where the dictionary has no office at the date."""
        if self.date is None and mention.former:
            return replace(person, sector="ELI", code=join_code(person.country, "ELI"), office=None)
        if person.sector is None and mention.roles:
            sector = self._sector(mention)
            return replace(person, sector=sector, code=join_code(person.country, sector))
        return person

    def _note_holder(self, mention: Mention, person: Referent) -> None:
        for role in mention.roles:
            self.holders.append((mention.head, " ".join(role.words), person))

    def _gender(self, name: str, mention: Mention | None) -> str:
        if mention is not None and mention.first < mention.name[0]:
            before = self.parse.lower[mention.first : mention.name[0]]
            if not self.words.female_titles.isdisjoint(before):
                return "f"
            if not self.words.male_titles.isdisjoint(before):
                return "m"
        words = name.split()
        if len(words) < 2:
            return ""
        if words[0] in self.words.female_names:
            return "f"
        return "m" if words[0] in self.words.male_names else ""

    def _office(self, mention: Mention) -> str | None:
        """The words of the office written with a stranger's name."""
        return " ".join(mention.roles[0].words) if mention.roles and not mention.former else None

    def _standing(self, mention: Mention) -> tuple[str | None, str | None]:
        """Country and sector that the words around a name give."""
        sector = self._sector(mention)
        for owner in self._owner_refs(mention):
            if owner.kind == "organisation" and owner.country is None and owner.code:
                return owner.code, None
            if owner.country:
                if owner.kind == "organisation" and owner.sector:
                    sector = owner.sector
                return owner.country, sector
        return None, sector

    def _sector(self, mention: Mention) -> str | None:
        if not mention.roles:
            return None
        if mention.former and any(r.sector in ("GOV", "LEG", "MIL", "JUD", "SPY") for r in mention.roles):
            return "ELI"
        return next((r.sector for r in mention.roles if r.sector), None)

    # -- roles, groups, descriptions -----------------------------------------------------------------------

    def refs_of(self, token: int) -> tuple[Referent, ...]:
        """The parties at a token with those coordinated to it: "Russian and Chinese"."""
        refs, _ = self.coreference.set_at(token)
        return refs

    def _owner_refs(self, mention: Mention) -> list[Referent]:
        out: dict[str, Referent] = {}
        for token in mention.owners:
            for r in self.refs_of(token):
                if r.kind != "text" or r.code:
                    out.setdefault(r.key, r)
        # a place still tells the country: "the Beijing government"
        for token in mention.owners:
            at = self.mentions.at(token)
            if at and at.kind == "place" and at.entries and (entry := self._pick(at)):
                out.setdefault(entry.id, self._party(entry))
        for token in find_of_nouns(self.parse, mention):
            at = self.mentions.at(token)
            for r in self.refer(at) if at else ():
                out.setdefault(r.key, r)
            if at and at.kind == "place" and at.entries and (entry := self._pick(at)):
                out.setdefault(entry.id, self._party(entry))
        if not out and mention.kind == "role" and self._sector(mention) not in _AWAY:
            out.update((n.key, n) for n in self._local_nations(mention))
        return list(out.values())

    def _local_nations(self, mention: Mention) -> list[Referent]:
        """The state that a place after "in" puts people in: "police in Nairobi". Armies may be anywhere."""
        p = self.parse
        if mention.roles[-1].kind not in ("person", "people"):
            return []
        for child in p.children[mention.head]:
            if p.dep[child] == "prep" and p.lower[child] == "in":
                for noun in p.children[child]:
                    at = self.mentions.at(noun)
                    if p.dep[noun] == "pobj" and at and at.entries and at.kind in ("place", "name"):
                        entry = self._pick(at)
                        if entry and entry.kind == "state":
                            return [self._party(entry)]
        return []

    def _group(self, mention: Mention) -> tuple[Referent, ...]:
        assert mention.group is not None
        whole = Referent(f"group.{to_slug(mention.group.name)}", mention.group.name, "group")
        if self._is_part(mention):
            return (whole,)
        members = [n for code in mention.group.members if (n := self._nation(code))]
        adjectives = [o for o in mention.owners if (at := self.mentions.at(o)) and at.kind == "adjective"]
        if not members and self.parse.lemma[mention.head] not in self.words.relational:
            nations = [n for o in adjectives for r in self.refs_of(o) if (n := self.to_nation(r)) and n.code]
            members = list({n.key: n for n in nations}.values())
        return tuple(members) or (whole,)

    def _is_part(self, mention: Mention) -> bool:
        """Whether only some of a group are meant, and who is not told: "five EU states", "some Arab countries"."""
        assert mention.group is not None
        members, before = mention.group.members, self.parse.lower[mention.first : mention.name[0]]
        counts = {int(word) for word in before if word.isdecimal()} | ({mention.number} - {0})
        return bool(members) and (
            not self.words.some.isdisjoint(before) or (bool(counts) and len(members) not in counts)
        )

    def _role(self, mention: Mention) -> tuple[Referent, ...]:
        role = mention.roles[-1]
        name = self.parse.slice(*mention.name)
        lemma = self.parse.lemma[mention.head]
        owners = self._owner_refs(mention)
        plural = self.parse.tag[mention.head] in ("NNS", "NNPS")
        is_side = lemma in self.words.side_nouns or lemma in self.words.state_nouns
        if plural and is_side and not owners and len(role.words) == 1:
            return self._description(mention, lemma)
        if role.kind == "document":
            return self._authors(mention, owners)
        if lemma in self.words.relational:
            return self._relation(mention, lemma, name)
        if role.kind == "land":
            return self._land(mention, owners)
        if mention.number >= 2 and mention.definite and not owners:
            return self._several(mention, "person" if role.kind == "person" else None)
        if owners:
            return self._branches(mention, owners, name)
        if any((at := self.mentions.at(o)) and at.kind != "adjective" for o in mention.owners):
            # "our troops", of somebody who is not told
            return (Referent(None, name, "text", sector=self._sector(mention)),)
        return self._bare_role(mention, name)

    def _relation(self, mention: Mention, lemma: str, name: str) -> tuple[Referent, ...]:
        """Somebody's ally is not named by that; "his Iranian counterpart" is of Iran."""
        if lemma == "counterpart":
            adjectives = [o for o in mention.owners if (at := self.mentions.at(o)) and at.kind == "adjective"]
            nations = [n for o in adjectives for r in self.refs_of(o) if (n := self.to_nation(r))]
            if nations:
                return tuple({b.key: b for b in (make_branch(n, "GOV") for n in nations)}.values())
        return (Referent(None, name, "text"),)

    def _branches(self, mention: Mention, owners: list[Referent], name: str) -> tuple[Referent, ...]:
        role = mention.roles[-1]
        sector = self._sector(mention)
        if sector is None and role.kind == "body":
            igo = tuple(o for o in owners if o.kind == "organisation")
            return igo or (Referent(None, name, "text"),)  # "the US-led group" is not the United States
        sector = sector or "UNK"
        single = self.parse.tag[mention.head] in ("NN", "NNP") and not self._is_indefinite(mention)
        out: dict[str, Referent] = {}
        for owner in owners:
            if owner.kind in ("text", "people") and not owner.country:
                continue
            if owner.kind == "organisation" and not owner.country:
                out.setdefault(owner.key, owner)
                continue
            if owner.kind == "organisation":
                out.setdefault(owner.key, owner)
                continue
            nation = self.to_nation(owner)
            if nation is None:
                continue
            holder = None
            if (
                single
                and not mention.former
                and role.office
                and self.parse.tag[mention.head] in ("NN", "NNP")
            ):
                holder = self._officer(nation, role)
            inner = owner.sector if owner.kind == "office" and owner.sector != "GOV" else None
            branch = holder or make_branch(nation, inner or sector)
            if branch.kind == "office" and role.kind == "person":
                branch = replace(branch, detail="person")
            out.setdefault(branch.key, branch)
        if not out:
            return (Referent(None, name, "text", sector=self._sector(mention)),)
        return tuple(out.values())

    def _is_indefinite(self, mention: Mention) -> bool:
        return any(self.parse.lower[i] in ("a", "an") for i in range(mention.first, mention.name[0]))

    def _officer(self, nation: Referent, role: Role) -> Referent | None:
        """Who held that office of that country at the date, if the dictionary knows exactly one."""
        if nation.code is None:
            return None
        office = role.office or ""
        ids = self.dictionary.officers.get((nation.code, office), ())
        found = [
            e
            for e in (self.dictionary.entries[i] for i in ids)
            if any(
                t.country == nation.code
                and t.office == office
                and (t.end is None if self.date is None else t.covers(self.date))
                and _titles_agree(role, t)
                for t in e.terms
            )
        ]
        if len(found) != 1:
            return None
        return self._party(found[0], self._gender(found[0].name, None))

    def _bare_role(self, mention: Mention, name: str) -> tuple[Referent, ...]:
        """A role without a country beside it: "the president", "the troops", "officials"."""
        role = mention.roles[-1]
        plural = self.parse.tag[mention.head] in ("NNS", "NNPS")
        sector = self._sector(mention)
        nobody = (Referent(None, name, "text", sector=sector),)
        if not mention.definite:
            return self._at_home(mention) or nobody
        if role.kind == "person" and plural:
            lemma = self.parse.lemma[mention.head]
            if lemma in self.words.person_nouns or (role.office and sector != "MIL"):
                return self._several(mention, "person") or nobody
            return self._earlier_role(mention) or self._at_home(mention) or nobody
        if (
            role.kind == "person"
            and not role.office
            and self.parse.lemma[mention.head] in self.words.person_again
        ):
            return self.coreference.find_person(mention.head) or nobody
        if role.kind == "person":
            held = [h for h in self.holders if h[0] < mention.head and h[1] == " ".join(role.words)]
            if held:
                return (self._choose_holder(mention, held),)
            if role.office:
                person = self._person_in_office(mention, role.office)
                if person:
                    return (person,)
        noun = self.parse.lemma[mention.head]
        if noun in self.words.organisation_nouns and not plural:
            return self._organisation_noun(mention, noun) or nobody
        earlier = self._earlier_role(mention)
        if earlier:
            return earlier
        focus = None if plural else self._focus(mention)
        if (
            focus is not None
            and (role.kind in ("body", "people") or role.office)
            and sector in self.words.assumable_sectors
        ):
            holder = (
                self._officer(focus, role) if role.office in _SINGLE_OFFICES and not mention.former else None
            )
            return (holder or make_branch(focus, sector),)
        return self._at_home(mention) or nobody

    def _at_home(self, mention: Mention) -> tuple[Referent, ...]:
        """Those who act where they live, as such: the police, protesters and courts of the country in which the sentence,
        or the one or two before it, say that something is; else of the one that most of the document is about. A
        sentence that names others and not that one tells of no home."""
        sector = self._sector(mention)
        noun = " ".join(mention.roles[-1].words)
        if sector not in self.words.home_sectors and noun not in self.words.home_nouns:
            return ()
        if self.parse.dep[mention.head] in ("compound", "amod", "nmod"):
            return ()  # "student loans"
        home = self.home  # finding it finds `places` and `named` too
        sentence = self.parse.sentence_of[mention.head]
        near = (self.places.get(s) for s in range(sentence, max(-1, sentence - 3), -1))
        places = next((p for p in near if p), None) or {home or ""}
        country = next(iter(places)) if len(places) == 1 else None
        if sentence not in self.places:
            before = {c for t, c in self.named.get(sentence, ()) if t < mention.head}
            if before and country not in before:
                return ()
        nation = self._nation(country) if country else None
        return (make_branch(nation, sector),) if nation and sector else ()

    @cached_property
    def home(self) -> str | None:
        """The country most named in a document, where its lead names no other or no few of the mentions are of it."""
        self._find_countries()
        counts = Counter(c for named in self.named.values() for _, c in named)
        top = counts.most_common(1)
        first, times = top[0] if top else ("", 0)
        is_spread = sum(any(c == first for _, c in named) for named in self.named.values()) > 1
        is_alone = {c for _, c in next(iter(self.named.values()), ())} == {first}
        return first if is_spread and (is_alone or times >= _HOME_SHARE * counts.total()) else None

    def _choose_holder(self, mention: Mention, held: list[tuple[int, str, Referent]]) -> Referent:
        """Of several who were named with a title, the last one if just named, else the most mentioned."""
        sentence_of = self.parse.sentence_of
        token, _, last = held[-1]
        if sentence_of[mention.head] - sentence_of[token] <= 2 or all(h[2].key == last.key for h in held):
            return last
        counts: dict[str, int] = {}
        for other in self.mentions:
            if other.head < mention.head and other.kind == "person":
                for ref in self.refer(other):
                    counts[ref.key] = counts.get(ref.key, 0) + 1
        return max(held, key=lambda h: (counts.get(h[2].key, 0), h[0]))[2]

    def _person_in_office(self, mention: Mention, office: str) -> Referent | None:
        """The last person named so far who holds that office by the dictionary."""
        sentence = self.parse.sentence_of[mention.head]
        for s in range(sentence, max(-1, sentence - 8), -1):
            for other in reversed(self.coreference.by_sentence.get(s, ())):
                if other.kind != "person" or other.head >= mention.head or not other.entries:
                    continue
                for ref in self.refer(other):
                    entry = self.dictionary.entries.get(ref.id or "")
                    if entry and any(
                        t.office == office
                        and (self.date is None or t.covers(self.date))
                        and _titles_agree(mention.roles[-1], t)
                        for t in entry.terms
                    ):
                        return ref
        return None

    def _earlier_role(self, mention: Mention) -> tuple[Referent, ...]:
        """The party of the same role word that was named with its country shortly before."""
        sentence = self.parse.sentence_of[mention.head]
        word = mention.roles[-1].words
        for s in range(sentence, max(-1, sentence - 5), -1):
            for other in reversed(self.coreference.by_sentence.get(s, ())):
                if other.head < mention.first and other.kind == "role" and other.roles[-1].words == word:
                    refs = self.refer(other)
                    if refs and all(r.code for r in refs):
                        return refs
        return ()

    def _focus(self, mention: Mention) -> Referent | None:
        """The one country the passage is about, or None where there are several."""
        sentence = self.parse.sentence_of[mention.head]
        for reach in (0, 1, 3):
            seen: dict[str, Referent] = {}
            for s in range(max(0, sentence - reach), sentence + 1):
                for other in self.coreference.by_sentence.get(s, ()):
                    if other.head >= mention.head or other.kind in ("trap", "pronoun", "description"):
                        continue
                    if other.kind == "place" and other.entries and (entry := self._pick(other)):
                        seen[entry.id] = self._party(entry)
                        continue
                    for ref in self.refer(other):
                        nation = self.to_nation(ref)
                        if nation and nation.kind == "state":
                            seen[nation.key] = nation
            if len(seen) == 1:
                return next(iter(seen.values()))
            if seen:
                return None
        return None

    def _several(self, mention: Mention, kind: str | None) -> tuple[Referent, ...]:
        office = mention.roles[-1].office if mention.roles else None
        found = self.coreference.find_set(mention.head, mention.number, kind)
        if not found and office is None and kind == "person":
            found = ()
        return found

    def _description(self, mention: Mention, noun: str) -> tuple[Referent, ...]:
        """A plural or generic noun: "both sides", "the three nations", "the alliance", "its allies"."""
        p = self.parse
        if noun in self.words.organisation_nouns and p.tag[mention.head] == "NN":
            return self._organisation_noun(mention, noun) if not mention.owners else ()
        if mention.owners or find_of_nouns(p, mention):
            if noun in self.words.relational:
                return (Referent(None, self._name(mention), "text"),)
            return ()
        if p.tag[mention.head] == "CD":
            number = {"two": 2, "three": 3, "four": 4, "five": 5}.get(p.lower[mention.head], 2)
            return self.coreference.find_set(mention.head, number, None)
        definite = mention.definite or any(
            p.lower[i] in ("both", "all") for i in range(mention.first, mention.name[0])
        )
        number = mention.number or (2 if noun in ("pair", "duo", "couple") else 3 if noun == "trio" else 0)
        if not definite or (
            not number and noun not in self.words.bare_plurals and not self._has_all(mention)
        ):
            return (Referent(None, self._name(mention), "text"),) if noun in self.words.relational else ()
        if noun in self.words.state_nouns and noun not in self.words.side_nouns:
            return self.coreference.find_set(mention.head, number, "state")
        if noun in self.words.person_nouns:
            return self.coreference.find_set(mention.head, number, "person")
        return self.coreference.find_set(mention.head, number, None)

    def _has_all(self, mention: Mention) -> bool:
        return any(self.parse.lower[i] == "all" for i in range(mention.first, mention.name[0]))

    def _organisation_noun(self, mention: Mention, noun: str) -> tuple[Referent, ...]:
        wanted = self.words.organisation_nouns[noun]
        sentence = self.parse.sentence_of[mention.head]
        for s in range(sentence, max(-1, sentence - 5), -1):
            for other in reversed(self.coreference.by_sentence.get(s, ())):
                if other.head >= mention.head or other.kind not in ("organisation", "group", "role"):
                    continue
                for ref in self.refer(other):
                    if ref.detail in wanted or (not ref.detail and ref.kind in wanted):
                        return (ref,)
        return ()

    def _land(self, mention: Mention, owners: list[Referent]) -> tuple[Referent, ...]:
        """ "The island of Taiwan", "the kingdom", "the country": a state by what kind of land it is."""
        states = [o for o in owners if o.kind == "state"]
        of_phrase = find_of_nouns(self.parse, mention)
        if states and of_phrase and not mention.owners:
            return tuple(states)
        p, word = self.parse, self.parse.lemma[mention.head]
        if word in ("country", "nation", "homeland") and mention.owners and not of_phrase:
            nations = [n for o in owners if (n := self.to_nation(o))]
            return tuple({n.key: n for n in nations}.values())
        if mention.owners or of_phrase or p.dep[mention.head] in ("compound", "nmod", "amod"):
            return ()
        if mention.number or p.tag[mention.head] == "NNS":
            return self._several(mention, "state") if mention.definite else ()
        if not mention.definite:
            return ()
        allowed = (
            self.words.islands if word == "island" else self.words.kingdoms if word == "kingdom" else None
        )
        sentence = p.sentence_of[mention.head]
        for s in range(sentence, max(-1, sentence - 4), -1):
            heads = (
                [t for t in self.coreference.subjects_of(s) if t < mention.head] if allowed is None else []
            )
            others = [
                m.head for m in reversed(self.coreference.by_sentence.get(s, ())) if m.head < mention.head
            ]
            for head in (*heads, *others):
                if p.is_below(mention.head, head) and head in heads:
                    continue
                for ref in self.coreference.refs_at(head):
                    nation = ref if ref.kind == "state" else None
                    if nation and (allowed is None or nation.country in allowed):
                        return (nation,)
        return ()

    def _authors(self, mention: Mention, owners: list[Referent]) -> tuple[Referent, ...]:
        """Whose document it is: its owners, who issued it, who says something in it, or the last one's authors."""
        p = self.parse
        if owners:
            return tuple(owners)
        head, up = mention.head, p.head[mention.head]
        verb = None
        if p.dep[head] == "dobj" and p.pos[up] == "VERB":
            verb = up
        elif (
            p.dep[head] == "pobj"
            and p.lower[up] in ("in", "through", "via", "with")
            and p.pos[p.head[up]] == "VERB"
        ):
            verb = p.head[up]
        # who does something "in a statement" has made it, whatever he does there
        issues = verb is not None and p.lemma[verb] in self.words.issuing
        if issues or (verb is not None and p.lower[up] == "in" and not mention.definite):
            for subject in self.coreference.climb(head):
                refs, _ = self.coreference.set_at(subject)
                if refs and (issues or p.dep[subject] == "nsubj"):
                    return refs
                break
        if not mention.definite:
            return ()
        for same in (True, False):
            for other in reversed(self.documents):
                if other.head >= head:
                    continue
                if same and not set(other.roles[-1].words) & set(mention.roles[-1].words):
                    continue
                refs = self.refer(other)
                if refs:
                    return refs
        return ()

    def to_nation(self, referent: Referent) -> Referent | None:
        """The state (or organisation) a party belongs to; itself for one."""
        if referent.kind == "state":
            return referent
        if referent.country and (nation := self._nation(referent.country)):
            return nation
        return referent if referent.kind == "organisation" else None

    def to_leader(self, referent: Referent) -> Referent | None:
        """The leader of a state who is named in the document, else its government."""
        if referent.is_person:
            return referent
        if not referent.country:
            return None
        for entry_id in self.full:
            entry = self.dictionary.entries[entry_id]
            if any(
                t.country == referent.country and t.is_head and (self.date is None or t.covers(self.date))
                for t in entry.terms
            ):
                return self._party(entry, self._gender(entry.name, None))
        nation = self.to_nation(referent)
        return replace(make_branch(nation, "GOV"), detail="person") if nation else None

    # -- members -------------------------------------------------------------------------------------------

    def make_members(self, token: int) -> tuple[Member, ...]:
        mention = self.mentions.at(token)
        if mention is None:
            return ()
        if mention.how == "document" and not self._document_acts(mention):
            return ()
        span, text = self._phrase(mention)
        return tuple(Member(r.id, r.code, text, span) for r in self.refer(mention))

    def _document_acts(self, mention: Mention) -> bool:
        """Whether a document stands for its authors: as a subject, or after "according to" and "by"."""
        p, head = self.parse, mention.head
        if p.dep[head] in _SUBJECTS or (p.dep[head] == "conj" and p.dep[p.head[head]] in _SUBJECTS):
            return True
        up = p.head[head]
        return p.dep[head] == "pobj" and (
            p.lower[up] == "by" or (p.lower[up] == "to" and up > 0 and p.lower[up - 1] == "according")
        )

    def _phrase(self, mention: Mention) -> tuple[Span, str]:
        p = self.parse
        first, past = mention.first, mention.past
        if mention.kind == "role":
            for noun in find_of_nouns(p, mention):
                other = self.mentions.at(noun)
                past = max(past, other.past if other else noun + 1)
        span = (p.start[first], p.end[past - 1])
        return span, p.text[span[0] : span[1]]

    def find_owners(self, token: int) -> tuple[Member, ...]:
        p = self.parse
        mention = self.mentions.at(token)
        out: list[Member] = []
        if mention and mention.kind == "trap":
            return ()
        event = p.lemma[token] in self.words.events or p.lower[token] in self.words.events
        suffered = p.lemma[token] in self.words.suffered
        for child in p.children[token]:
            dep = p.dep[child]
            if dep in ("poss", "amod", "compound", "nmod", "nummod"):
                if event and dep != "poss":
                    continue
                for t in p.conjuncts(child):
                    out.extend(self.make_members(t))
                    if dep in ("compound", "nmod", "amod") and not self.mentions.at(t):
                        out.extend(self._nested(t))
            elif (dep == "prep" and p.lower[child] in _OWNER_PREPOSITIONS) or dep == "agent":
                if suffered and p.lower[child] == "of":
                    continue
                for noun in p.children[child]:
                    if p.dep[noun] == "pobj":
                        for t in p.conjuncts(noun):
                            out.extend(
                                self.make_members(t)
                                or (self.find_owners(t) if p.lower[child] != "from" else ())
                            )
        if not out and mention and mention.owners:
            for owner in mention.owners:
                out.extend(self.make_members(owner))
        if not out and mention and mention.how == "document":
            span, text = self._phrase(mention)
            out.extend(Member(r.id, r.code, text, span) for r in self.refer(mention))
        unique: dict[tuple[str | None, str | None, Span], Member] = {(m.id, m.code, m.span): m for m in out}
        return tuple(unique.values())

    def _nested(self, token: int) -> list[Member]:
        """Names one step further in: "US-led coalition", "North Korean-made missiles"."""
        p = self.parse
        return [
            m
            for c in p.children[token]
            if p.dep[c] in ("npadvmod", "compound", "amod", "nmod", "poss")
            for m in self.make_members(c)
        ]

    def list_actors(self) -> tuple[Actor, ...]:
        spans: dict[str, dict[Span, None]] = {}
        who: dict[str, Referent] = {}
        for mention in self.mentions:
            if mention.how == "document":
                continue  # a statement acts for its authors and is none of their names
            if mention.kind == "pronoun" and mention.how in ("who", "whom", "whose", "which", "that"):
                continue
            refs = self.refer(mention)
            span = self._phrase(mention)[0] if refs else (0, 0)
            for ref in refs:
                if ref.id is not None:
                    who.setdefault(ref.id, ref)
                    spans.setdefault(ref.id, {})[span] = None
        actors = [
            Actor(
                r.id,
                r.name,
                r.country,
                r.sector,
                r.office,
                r.kind if r.kind != "text" else "group",
                r.code,
                tuple(sorted(spans[key])),
            )
            for key, r in who.items()
            if r.id is not None
        ]
        return tuple(sorted(actors, key=lambda a: (a.mentions[0], a.id)))
