"""Predicates and who fills their roles, with the ways English hides a role undone.

A `Predicate` is a verb, a noun or an adjective with the tokens that stand in its roles. "Russia attacked Ukraine",
"Ukraine was attacked by Russia", "Ukraine, which Russia attacked", "Russia's attack on Ukraine" and "Russia is
accused of attacking Ukraine" all give `attack` its Russia and Ukraine. What has to be undone: passives, relative and
participle clauses, coordination, control and raising, possessors, support verbs ("carried out an attack"), reversed
support verbs ("came under criticism from"), quantifying nouns ("a series of attacks"), copulas and appositions.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from communique.annotate.parse import Parse
from communique.knowledge.language import Grammar, load_grammar

NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "X"})
_RELATIVES = frozenset({"which", "who", "whom", "that", "whose"})
_BE = "be"
_VERBS = frozenset({"VERB", "AUX"})
_CLAUSES = frozenset({"ccomp", "advcl", "relcl"})
_ADJECTIVES = frozenset({"acomp", "amod", "oprd", "conj", "advcl", "ROOT", "ccomp"})
_SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "csubjpass"})
_PASSIVE = frozenset({"auxpass", "nsubjpass", "csubjpass"})
_PREPOSITIONS = frozenset({"prep", "agent", "dative"})
_TOGETHER = frozenset({"together", "along", "jointly"})
_SOUGHT = _PREPOSITIONS | {"conj", "auxpass", "prt", "pobj", "mark", "xcomp", "ccomp", "dobj", "appos"}
_MODIFIERS = frozenset({"compound", "amod", "nmod", "npadvmod"})


@dataclass(slots=True)
class Predicate:
    """A word that may name an event, with its roles.

    `roles` maps a role to the head tokens that fill it, coordination spelled out. Roles: "subject" (who does it,
    whatever the voice), "object", "indirect", "comp" (heads of clausal complements), "attr" (what a copula says of its
    subject), "owner" (possessor of a noun), "mod" (its modifiers), "appos", and every preposition by its own word.
    `support` is the support verb a noun leans on, where there is one.
    """

    head: int
    lemma: str
    kind: str  # "verb", "noun" or "adj"
    passive: bool = False
    particle: int | None = None
    support: int | None = None
    roles: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def get(self, role: str) -> tuple[int, ...]:
        return self.roles.get(role, ())


def name_support(parse: Parse, verb: int, preposition: int, lemma: str) -> str:
    """A verb with its preposition, and a bare object between them, as the grammar lists them: "take part in"."""
    noun = next((c for c in parse.children[verb] if parse.dep[c] == "dobj" and not parse.children[c]), None)
    between = f" {parse.lower[noun]}" if noun is not None and verb < noun < preposition else ""
    return f"{lemma}{between} {parse.lower[preposition]}"


def is_set_off(parse: Parse, noun: int) -> bool:
    """Whether a comma stands before a noun phrase: behind a clause it is an apposition to it, whatever the parser says:
    "demanded that Peru pay, a demand that …"."""
    first = min((c for c in parse.children[noun] if c < noun), default=noun)
    return first > 0 and parse.word[first - 1] == ","


def find_predicates(
    parse: Parse, grammar: Grammar, sentences: set[int] | None = None
) -> dict[int, Predicate]:
    """Every verb, noun and predicative adjective of the document by its token; of some sentences only, if given."""
    return _Builder(parse, grammar).build(sentences)


def goes_on_above(parse: Parse, verb: int, up: int) -> bool:
    """Whether a verb that the parser coordinates with the content of a report goes on with the verb of reporting: it has
    its tense and the content has another ("doubted that Lima would pay and rejected the plan"), or tells a state: a copula
    ("maintains that X is Y and rejects Z"), or "said Lima bore the blame and threatened to strike"."""
    p = parse
    tag, matrix = p.tag[verb], p.head[up]
    return (
        tag in ("VBZ", "VBD", "VBP")
        and p.dep[up] == "ccomp"
        and tag == p.tag[matrix]
        and (
            p.tag[up] == "VB"
            or (p.lemma[up] == _BE and p.lemma[verb] != _BE)
            or (p.lemma[up] in load_grammar().statives and p.lemma[verb] in load_grammar().speech_acts)
        )
        and not any(p.dep[c] in ("mark", "aux", "nsubj", "nsubjpass") for c in p.children[verb])
    )


class _Builder:
    def __init__(self, parse: Parse, grammar: Grammar) -> None:
        self.p = parse
        self.g = grammar
        self.done: dict[int, Predicate] = {}
        self.surface: dict[int, tuple[int, ...]] = {}
        # which tokens have a child of which label, so that most children need not be walked for one
        self.above: dict[str, set[int]] = {dep: set() for dep in _SOUGHT}
        for head, dep in zip(parse.head, parse.dep, strict=True):
            if dep in _SOUGHT:
                self.above[dep].add(head)
        self.led = set().union(*(self.above[dep] for dep in _PREPOSITIONS))

    def build(self, sentences: set[int] | None) -> dict[int, Predicate]:
        p = self.p
        wanted = range(len(p.sentences)) if sentences is None else sorted(sentences)
        for s in wanted:
            first, past = p.sentences[s]
            for i, pos, dep in zip(range(first, past), p.pos[first:past], p.dep[first:past], strict=True):
                if pos in _VERBS or (dep in _CLAUSES and p.tag[i][:2] == "VB"):
                    if dep not in ("aux", "auxpass"):
                        self.verb(i)
                elif pos in ("NOUN", "PROPN"):
                    if dep != "compound":
                        self.noun(i)
                elif pos == "ADJ" and dep in _ADJECTIVES:
                    self.adjective(i)
        for predicate in list(self.done.values()):
            if predicate.kind == "noun" and self.p.ent[predicate.head] not in ("PERSON", "GPE", "NORP"):
                self.lean(predicate)
        return self.done

    # ------------------------------------------------------------------ shared
    def phrases(self, token: int) -> tuple[int, ...]:
        """`token` and its conjuncts; a relative pronoun stands for its antecedent."""
        p = self.p
        if p.lower[token] in _RELATIVES and p.pos[token] in ("PRON", "DET", "SCONJ"):
            antecedent = self.antecedent(token)
            if antecedent is not None:
                return (antecedent,) if p.dep[antecedent] == "conj" else self.conjuncts(antecedent)
        if p.lemma[token] in self.g.quantifiers:
            # "all of which have close relations", "hundreds of migrants": the phrase below the preposition is meant
            of = next((c for c in p.children[token] if p.dep[c] == "prep" and p.lower[c] == "of"), None)
            inner = self.p.child(of, "pobj") if of is not None else None
            if inner is not None:
                return self.phrases(inner)
        return self.conjuncts(token)

    def conjuncts(self, token: int) -> tuple[int, ...]:
        found = tuple(self.p.conjuncts(token)) if token in self.above["conj"] else (token,)
        return found + self.listed(token) if token in self.above["appos"] else found

    def listed(self, token: int) -> tuple[int, ...]:
        """The rest of a list of names that the parser took for an apposition: "Peru, Chile and Bolivia signed"."""
        p = self.p
        for c in p.children[token]:
            if (
                p.dep[c] == "appos"
                and c in self.above["conj"]
                and p.pos[c] == p.pos[token] == "PROPN"
                and p.ent[c] == p.ent[token] != ""
                and p.lower[token + 1] == ","
            ):
                return tuple(p.conjuncts(c))
        return ()

    def antecedent(self, token: int) -> int | None:
        """The noun a relative pronoun stands for: the head of the relative clause it is in."""
        p = self.p
        i = token
        for _ in range(12):
            up = p.head[i]
            if up == i:
                return None
            if p.dep[i] in ("relcl", "acl") and i != token:
                return self.named_as(up)
            i = up
        return None

    def named_as(self, noun: int) -> int:
        """What a noun behind "as" is said of: the island, in "claims the island as its territory, which …"."""
        p = self.p
        preposition = p.head[noun]
        if p.dep[noun] != "pobj" or p.lower[preposition] != "as":
            return noun
        governor = p.head[preposition]
        if p.pos[governor] in ("NOUN", "PROPN") and p.dep[governor] == "dobj":
            return governor
        thing = p.child(governor, "dobj") if p.pos[governor] == "VERB" else None
        return noun if thing is None else thing

    def add_prepositions(self, token: int, roles: dict[str, tuple[int, ...]]) -> None:
        """Prepositional phrases below `token`, by the preposition; two in a row make one name ("according to")."""
        if token not in self.led:
            return
        p = self.p
        found = [(c, "") for c in p.children[token] if p.dep[c] in _PREPOSITIONS]
        for c, before in found:
            if not before and p.dep[c] == "dative" and p.pos[c] != "ADP":
                continue
            name = before + ("by" if p.dep[c] == "agent" else p.lower[c])
            if name == "with" and c and p.lower[c - 1] in _TOGETHER:
                name = "together with"
            for c2 in p.children[c]:
                dep, pos = p.dep[c2], p.pos[c2]
                if dep == "pobj":
                    roles[name] = roles.get(name, ()) + self.phrases(c2)
                elif dep == "pcomp" and pos != "ADP":
                    roles[name] = roles.get(name, ()) + self.conjuncts(c2)
                elif dep == "prep" or (pos == "ADP" and dep != "conj"):
                    found.append((c2, name + " "))
                    if name in self.g.particles and dep in _PREPOSITIONS:
                        found.append((c2, ""))  # "pulled out of": the verb is "pull out", the role "of"

    # ------------------------------------------------------------------ verbs
    def verb(self, i: int) -> Predicate:
        if i in self.done:
            return self.done[i]
        p = self.p
        children = p.children[i]
        deps = [p.dep[c] for c in children]
        passive = not _PASSIVE.isdisjoint(deps) or "agent" in deps
        if not passive and p.tag[i] == "VBN":
            if p.dep[i] == "conj":
                passive = "aux" not in deps and p.head[i] in self.above["auxpass"]
            elif p.dep[i] in ("advcl", "acl"):
                passive = "aux" not in deps and "dobj" not in deps
        particle = self.particle(i)
        lemma = p.lemma[i] if particle is None else f"{p.lemma[i]} {p.lower[particle]}"
        predicate = Predicate(i, lemma, "verb", passive, particle)
        self.done[i] = predicate
        roles = predicate.roles
        surface: tuple[int, ...] = ()
        self.add_prepositions(i, roles)
        for c, dep in zip(children, deps, strict=True):
            if dep in _SUBJECTS:
                surface += self.phrases(c)
            elif dep == "dobj" and not ("comp" in roles and is_set_off(p, c)):
                roles["object"] = roles.get("object", ()) + self.phrases(c)
                # "held Lima responsible for it": the parser may take what is said of the object for a part of it
                said = tuple(a for a in p.children[c] if a > c and p.dep[a] == "amod" and p.children[a])
                if said:
                    roles["attr"] = roles.get("attr", ()) + said
            elif dep == "dative" and p.pos[c] != "ADP":
                roles["indirect"] = roles.get("indirect", ()) + self.phrases(c)
            elif dep == "neg":
                roles["neg"] = (c,)
            elif dep in ("aux", "auxpass"):
                # in "Oslo and Rome are committed" the parser may hang the subject on the auxiliary
                for c2 in p.children[c]:
                    if p.dep[c2] in ("nsubj", "nsubjpass"):
                        surface += self.phrases(c2)
            elif dep in ("ccomp", "xcomp"):
                roles["comp"] = roles.get("comp", ()) + self.conjuncts(c)
            elif dep in ("attr", "acomp", "oprd"):
                roles["attr"] = roles.get("attr", ()) + self.conjuncts(c)
            elif dep == "advcl" and p.tag[c] == "VB" and any(p.lower[x] == "to" for x in p.children[c]):
                # "pushed the US to make a commitment": the parser often calls the complement an adjunct
                governed = p.lemma[i] in self.g.prepositional_control and roles.keys() & {"on", "to", "for"}
                if "object" in roles or passive or governed:
                    roles["comp"] = roles.get("comp", ()) + self.conjuncts(c)
        if not surface:
            surface = self.borrowed_subject(i)
        self.surface[i] = surface
        if passive:
            if surface:
                if "object" in roles and "indirect" not in roles:
                    roles["indirect"] = surface  # "was given weapons", "was denied entry"
                else:
                    roles["object"] = surface + roles.get("object", ())
            if "by" in roles:
                roles["subject"] = roles["by"]
        elif surface:
            # who does it "together with France" does it with nobody else as its partner or victim
            roles["subject"] = surface + roles.pop("together with", ())
        if not passive and "object" not in roles:
            dep = p.dep[i]
            if dep == "relcl" or (dep in ("acl", "ccomp") and self.is_relative_acl(i)):
                self.fill_gap(i, roles)
        return predicate

    def is_relative_acl(self, i: int) -> bool:
        """A relative clause the parser took for a noun's complement ("requests that Oslo has refused")."""
        p = self.p
        return (
            p.pos[p.head[i]] == "NOUN"
            and any(p.lower[c] == "that" and p.dep[c] == "mark" for c in p.children[i])
            and not any(
                p.dep[c] in ("prep", "xcomp", "ccomp", "attr", "acomp", "advcl") for c in p.children[i]
            )
        )

    def particle(self, i: int) -> int | None:
        """The particle of a verb; the parser takes some for adverbs ("walked out") or prepositions ("out of talks")."""
        p = self.p
        if i in self.above["prt"]:
            return p.child(i, "prt")
        for c in p.children[i]:
            loose = c > i and p.dep[c] in ("advmod", "prep") and p.lower[c] in self.g.particles
            if loose and c not in self.above["pobj"]:
                return c
        return None

    def fill_gap(self, i: int, roles: dict[str, tuple[int, ...]]) -> None:
        """A relative clause without a relative pronoun in a role ("the offer Iran rejected") lacks its object."""
        p = self.p
        noun = p.head[i]
        subject = roles.get("subject", ())
        if noun in subject or "comp" in roles or "attr" in roles:
            return
        relative = next((c for c in p.children[i] if p.lower[c] in ("which", "that", "whom")), None)
        if relative is None or p.dep[relative] in ("dobj", "mark", "dative"):
            roles["object"] = (noun,)

    def borrowed_subject(self, i: int) -> tuple[int, ...]:
        """The surface subject of a verb that has none of its own."""
        p = self.p
        dep, up = p.dep[i], p.head[i]
        if up == i:
            return ()
        if dep == "conj":
            return self.subject_of(self.coordinated_with(i, up))
        if dep == "xcomp" or (dep in ("advcl", "acl", "ccomp") and p.tag[i] in ("VB", "VBG", "VBN")):
            if p.pos[up] in ("VERB", "AUX"):
                governor = self.verb(up)
                if dep in ("xcomp", "ccomp") or i in governor.get("comp"):
                    controlled = self.controller(governor)
                    if controlled:
                        return controlled
                return self.subject_of(up)
            if p.pos[up] == "ADJ":
                return self.subject_of(up)
            if dep == "acl" and p.pos[up] in ("NOUN", "PROPN", "PRON"):
                return self.acl_subject(i, up)
            if dep == "advcl":
                return self.subject_of(up) if p.pos[up] in ("VERB", "AUX") else ()
        if dep == "acl":
            return self.acl_subject(i, up)
        if dep in ("acomp", "attr", "oprd"):
            return self.subject_of(up)  # "is destabilising": a participle taken for an adjective
        if dep == "pcomp":
            # "by attacking", "as telling", "accused of attacking": the governor's surface subject, or its object
            governor_token = p.head[up]
            if p.pos[governor_token] in ("VERB", "AUX"):
                governor = self.verb(governor_token)
                if (
                    p.lower[up] in ("of", "for", "from", "into", "against")
                    and not governor.passive
                    and governor.get("object")
                ):
                    return governor.get("object")
                return self.subject_of(governor_token)
            if p.pos[governor_token] in ("NOUN", "PROPN"):
                verb = p.head[governor_token]
                if p.dep[governor_token] == "dobj" and p.lemma[verb] in self.g.blame_control:
                    return self.phrases(governor_token)
                return self.agent_of_noun(governor_token)
            if p.pos[governor_token] == "ADJ":
                return self.subject_of(governor_token)
            verb = p.head[governor_token]
            if p.pos[governor_token] == "ADV" and p.pos[verb] in ("VERB", "AUX"):
                return self.subject_of(verb)  # "stopped short of recalling"
        return ()

    def coordinated_with(self, i: int, up: int) -> int:
        """The verb whose subject a coordinated verb shares.

        The parser hangs some on a noun ("oppose *the plan* and urge on Oslo to …"): the verb above it is meant. And some
        go on with the verb of reporting above it.
        """
        p = self.p
        while p.pos[up] in ("NOUN", "PROPN", "PRON", "ADP", "NUM") and p.head[up] != up:
            up = p.head[up]
        return p.head[up] if goes_on_above(p, i, up) else up

    def acl_subject(self, i: int, noun: int) -> tuple[int, ...]:
        p = self.p
        if p.tag[i] in ("VBG", "VBN") and not any(
            p.lower[c] == "to" and p.dep[c] == "aux" for c in p.children[i]
        ):
            return self.phrases(noun)
        return self.agent_of_noun(noun)

    def controller(self, governor: Predicate) -> tuple[int, ...]:
        """Who does the embedded act: the object for most ("urged Iran to stop"), the subject for a few ("promised")."""
        if governor.passive:
            return self.surface.get(governor.head, ())
        if governor.lemma in self.g.subject_control:
            return ()
        if governor.get("object"):
            return governor.get("object")
        for preposition in ("on", "upon", "to", "for", "with"):
            if governor.lemma in self.g.prepositional_control and governor.get(preposition):
                return governor.get(preposition)
        return governor.get("indirect")

    def subject_of(self, i: int) -> tuple[int, ...]:
        """Surface subject of a verb, or of what an adjective or participle is said of."""
        p = self.p
        if p.pos[i] in ("VERB", "AUX"):
            self.verb(i)
            return self.surface.get(i, ())
        if p.dep[i] in ("acomp", "attr", "oprd", "xcomp", "conj", "ccomp", "advcl"):
            own = p.child(i, "nsubj", "nsubjpass")
            if own is not None:
                return self.phrases(own)
            return self.subject_of(p.head[i]) if p.head[i] != i else ()
        if p.dep[i] == "amod":
            return (p.head[i],)
        return ()

    # ------------------------------------------------------------------ nouns
    def noun(self, i: int) -> Predicate:
        if i in self.done:
            return self.done[i]
        p = self.p
        predicate = Predicate(i, p.lemma[i], "noun")
        self.done[i] = predicate
        roles = predicate.roles
        for c in p.children[i]:
            dep = p.dep[c]
            if dep == "poss":
                roles["owner"] = roles.get("owner", ()) + self.phrases(c)
            elif dep in _MODIFIERS:
                roles["mod"] = roles.get("mod", ()) + self.conjuncts(c)
                for deeper in p.children[c]:
                    if p.dep[deeper] in _MODIFIERS:
                        roles["mod"] += (deeper,)
            elif dep in ("acl", "relcl", "ccomp"):
                if p.tag[c] == "VB" or (dep != "relcl" and c in self.above["mark"]):
                    roles["comp"] = roles.get("comp", ()) + self.conjuncts(c)
            elif dep == "appos":
                roles["appos"] = roles.get("appos", ()) + self.phrases(c)
        self.add_prepositions(i, roles)
        if p.dep[i] == "conj" and "owner" not in roles:
            # "China's violations and persecution of": the possessor of the first is the possessor of both
            up = p.head[i]
            first_owner = p.child(up, "poss")
            if first_owner is not None and p.child(i, "det") is None:
                roles["owner"] = self.phrases(first_owner)
            # "violations and persecution of": so is a phrase behind the last of them
            for role, tokens in self.noun(up).roles.items():
                if role not in ("owner", "mod", "comp", "appos") and role not in roles:
                    kept = tuple(t for t in tokens if t > i)
                    if kept:
                        roles[role] = kept
        return predicate

    def agent_of_noun(self, noun: int) -> tuple[int, ...]:
        """Who does what a noun names: its by-phrase, its possessor, or the subject of the verb it hangs on."""
        p = self.p
        roles = self.noun(noun).roles if p.pos[noun] in ("NOUN", "PROPN") else {}
        for role in ("by", "owner"):
            if roles.get(role):
                return roles[role]
        if roles.get("of") and p.lemma[noun] in self.g.agentive_of:
            return roles["of"]
        mods = [m for m in roles.get("mod", ()) if p.ent[m] in ("GPE", "NORP", "ORG", "PERSON")]
        if mods:
            return tuple(mods[:1])
        up = p.head[noun]
        if up != noun and p.pos[up] in ("VERB", "AUX") and p.dep[noun] in ("dobj", "attr", "oprd"):
            return self.subject_of(up)
        return ()

    def lean(self, predicate: Predicate) -> None:
        """Gives a noun the roles of the support verb, copula or apposition it hangs on."""
        p, g, roles = self.p, self.g, predicate.roles
        top = predicate.head
        for _ in range(6):
            up = p.head[top]
            if p.dep[top] == "conj" and p.pos[up] in ("NOUN", "PROPN"):
                top = up
            elif (
                p.dep[top] == "pobj"
                and p.lower[up] in ("of", "in", "including")
                and p.pos[p.head[up]] == "NOUN"
                and (p.lemma[p.head[up]] in g.transparent or p.lower[up] == "including")
            ):
                top = p.head[up]  # "a series of exercises", "exercises, including drills"
                if "mod" not in roles and p.lower[up] == "of":
                    outer = self.done.get(top)
                    if outer and outer.get("owner") and "owner" not in roles:
                        roles["owner"] = outer.get("owner")
            else:
                break
        up, dep = p.head[top], p.dep[top]
        if up == top:
            return
        if dep == "pobj":
            # "came under attack from", "in protest of", "entered into talks with"
            verb = p.head[up]
            if p.pos[verb] == "ADP":
                verb = p.head[verb]
            if p.pos[verb] not in ("VERB", "AUX") or verb not in self.done:
                return
            key = name_support(p, verb, up, self.done[verb].lemma)
            if key in g.support:
                self.take_from(predicate, self.done[verb], "subject")
            elif key in g.reversed_support:
                self.take_from(predicate, self.done[verb], "object")
            elif p.lower[up] == "in" and p.lemma[predicate.head] in g.manner_nouns:
                self.take_from(predicate, self.done[verb], "subject")
            return
        if p.pos[up] not in ("VERB", "AUX") or up not in self.done:
            if dep == "appos":
                roles.setdefault("subject", self.phrases(up))
            return
        verb_predicate = self.done[up]
        if dep == "attr" and verb_predicate.lemma in (_BE, "become", "remain"):
            subject = self.surface.get(up, ())
            if subject and not (len(subject) == 1 and p.lower[subject[0]] in ("there", "it", "this", "that")):
                roles.setdefault("subject", subject)
            self.merge_prepositions(predicate, verb_predicate)
        elif dep in ("dobj", "nsubjpass") and verb_predicate.lemma in g.support:
            self.take_from(predicate, verb_predicate, "subject")
        elif dep in ("dobj",) and verb_predicate.lemma in g.reversed_support:
            self.take_from(predicate, verb_predicate, "object")

    def take_from(self, predicate: Predicate, verb: Predicate, role: str) -> None:
        subject = verb.get("subject") if role == "subject" else self.surface.get(verb.head, ())
        if subject and predicate.head not in subject:
            predicate.roles.setdefault(role, subject)
        predicate.support = verb.head
        self.merge_prepositions(predicate, verb)

    def merge_prepositions(self, predicate: Predicate, verb: Predicate) -> None:
        for role, tokens in verb.roles.items():
            if role not in ("subject", "object", "comp", "attr", "by"):
                kept = tuple(t for t in tokens if t != predicate.head)
                if kept and role not in predicate.roles:
                    predicate.roles[role] = kept

    # ------------------------------------------------------------------ adjectives
    def adjective(self, i: int) -> Predicate:
        if i in self.done:
            return self.done[i]
        p = self.p
        predicate = Predicate(i, p.lemma[i], "adj")
        self.done[i] = predicate
        self.add_prepositions(i, predicate.roles)
        subject = self.subject_of(i)
        if subject:
            predicate.roles["subject"] = subject
        if i in self.above["xcomp"] or i in self.above["ccomp"]:
            predicate.roles["comp"] = tuple(c for c in p.children[i] if p.dep[c] in ("xcomp", "ccomp"))
        if i in self.above["dobj"]:
            # "destabilizing … regional security": a participle taken for an adjective keeps its object
            predicate.roles["object"] = tuple(
                t for c in p.children[i] if p.dep[c] == "dobj" for t in self.phrases(c)
            )
        return predicate
