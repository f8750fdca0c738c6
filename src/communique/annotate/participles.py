"""Hangs participles where they belong that the parser hangs on the verb of saying. Works on the arrays, in place, before a
`Parse` is made.

In "Oslo accused Rome of shelling a ferry, killing four" the parser has Oslo kill: what follows from an act is hung on the
accusation. What is alleged would be told as done, and by who alleges it.
"""

from __future__ import annotations

from communique.knowledge.cues import load_cues

BLAMING = frozenset(
    {
        "accuse",
        "blame",
        "suspect",
        "condemn",
        "criticize",
        "criticise",
        "denounce",
        "fault",
        "acquit",
        "convict",
    }
)
_BLAMED_FOR = frozenset({"of", "for"})
# What comes of an act; who says something does none of it by saying it.
_RESULTS = frozenset(
    {
        "kill", "wound", "injure", "hurt", "maim", "destroy", "damage", "displace", "force", "leave", "cause", "trigger",
        "spark", "sink", "trap", "bury", "plunge", "prompt", "disrupt", "burn", "set", "wreck", "level", "flatten", "hit",
        "strike", "cut", "knock", "break", "violate", "breach", "endanger", "fuel", "prolong", "worsen", "send",
        "drive", "take", "seize", "abduct", "kidnap", "block", "burn down", "shut", "close", "deprive",
    }
)  # fmt: skip
# What an accuser does besides that is no cue of its own.
_SPEAKING = frozenset(
    {"refer", "point", "quote", "speak", "hint", "use", "write", "draw", "echo", "appear", "seem", "base"}
)


def hang_participles(
    lower: list[str], lemma: list[str], pos: list[str], tag: list[str], dep: list[str], head: list[int]
) -> None:
    """Puts right "accused Rome of *shelling* Oslo" where the parser takes the participle for an adjective, and "…,
    *killing* four" behind what somebody is accused of or is said to have done."""
    for t, kind in enumerate(tag):
        if kind != "VBG":
            continue
        if dep[t] == "amod" and t and lower[t - 1] == "of":
            _make_complement(t, lemma, pos, dep, head)
        elif (
            dep[t] == "advcl" and head[t] < t and lower[t - 1] == "," and _is_result(lemma[t], lemma[head[t]])
        ):
            act = _find_act(t, lower, lemma, pos, dep, head)
            if act is not None:
                head[t] = act
                dep[t] = "advcl" if pos[act] in ("VERB", "AUX") else "acl"


def _is_result(done: str, above: str) -> bool:
    """Whether what is done comes of an act told before, not of saying so: all that an accuser does besides is speak."""
    return done in _RESULTS or (above in BLAMING and done not in _SPEAKING and done not in load_cues().verbs)


def _make_complement(t: int, lemma: list[str], pos: list[str], dep: list[str], head: list[int]) -> None:
    noun, preposition = head[t], t - 1
    if head[noun] == preposition and dep[noun] == "pobj" and lemma[head[preposition]] in BLAMING:
        pos[t], dep[t], head[t] = "VERB", "pcomp", preposition
        dep[noun], head[noun] = "dobj", t


def _find_act(
    t: int, lower: list[str], lemma: list[str], pos: list[str], dep: list[str], head: list[int]
) -> int | None:
    """What somebody is accused of, or is said to have done, before a participle; None where it is nothing of the kind."""
    verb = head[t]
    if any(head[i] == t and dep[i] in ("mark", "nsubj", "nsubjpass") for i in range(verb + 1, t)):
        return None
    below = [i for i in range(verb + 1, t) if head[i] == verb]
    acts = [i for i in below if dep[i] == "ccomp"]
    if lemma[verb] in BLAMING:
        acts += [
            i
            for p in below
            if dep[p] == "prep" and lower[p] in _BLAMED_FOR
            for i in range(p + 1, t)
            if head[i] == p and dep[i] in ("pcomp", "pobj")
        ]
    return acts[-1] if acts else None
