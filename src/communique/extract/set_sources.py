"""Sources set beside what they say: "according to", "in the words of", "citing", a name and a colon."""

from __future__ import annotations

from communique.annotate.parse import Parse
from communique.extract.content import collect_below
from communique.extract.drafts import Board, Draft
from communique.extract.predicates import NOMINAL, Predicate
from communique.knowledge.cues import Cue, Cues


def read_set_sources(parse: Parse, predicates: dict[int, Predicate], cues: Cues, board: Board) -> None:
    """Adds a draft for every source set beside its words; a channel only tells through whom another draft came."""
    reader = _SourceReader(parse, predicates, cues, board)
    reader.read_transcripts()
    reader.read_phrases()
    reader.read_citing()


class _SourceReader:
    def __init__(self, parse: Parse, predicates: dict[int, Predicate], cues: Cues, board: Board) -> None:
        self.p = parse
        self.predicates = predicates
        self.cues = cues
        self.board = board

    def read_phrases(self) -> None:
        p = self.p
        opening = {words[0] for words, _ in self.cues.phrases}
        after, size = 0, len(p)
        for i in [i for i, word in enumerate(p.lower) if word in opening]:
            for words, cue in self.cues.phrases if i >= after else ():
                past = i + len(words)
                if past < size and p.lower[past - 1] == words[-1] and tuple(p.lower[i:past]) == words:
                    self.read_phrase(i, past, cue)
                    after = past
                    break

    def read_transcripts(self) -> None:
        """Paragraphs of an interview: a name, a colon, then what that person says."""
        p = self.p
        for number, (low, high) in enumerate(p.sentences):
            if number and p.paragraph_of[number] == p.paragraph_of[number - 1]:
                continue
            colon = next((t for t in range(low, min(low + 8, high)) if p.word[t] == ":"), None)
            if colon is None or colon == low or p.ent[colon - 1] != "PERSON" or p.quote[low] >= 0:
                continue
            if any(p.pos[t] not in ("PROPN", "NOUN", "PUNCT", "ADJ") for t in range(low, colon)):
                continue
            last = number
            while last + 1 < len(p.sentences) and p.paragraph_of[last + 1] == p.paragraph_of[number]:
                last += 1
            tokens = set(range(colon + 1, p.sentences[last][1]))
            if not any(d.quoted and not d.tokens.isdisjoint(tokens) for d in self.board.drafts) and any(
                p.pos[t] in ("VERB", "AUX") for t in tokens
            ):
                self.board.keep(Draft((colon - 1,), (colon, colon + 1), tokens, 0.75, "transcript"), low)

    def read_phrase(self, first: int, past: int, cue: Cue) -> None:
        p = self.p
        head = p.child(past - 1, "pobj")
        if head is None:
            head = next(
                (
                    t
                    for t in range(past, min(past + 8, len(p)))
                    if p.pos[t] in NOMINAL and p.dep[t] != "compound"
                ),
                None,
            )
            if head is None:
                return
        low, high = p.sentences[p.sentence_of[first]]
        after = self.find_end(head, max(p.subtree(head)[1], past), high)
        source = tuple(t for t in p.conjuncts(head) if t < after)
        inside = p.quote[first]
        left = [t for t in range(low, first) if inside < 0 or p.quote[t] == inside]
        right = [t for t in range(after, high) if inside < 0 or p.quote[t] == inside]
        tokens = self.content_around(first, left, right)
        if not any(p.word[t][0].isalnum() for t in tokens):
            return
        for draft in self.board.drafts:
            if draft.anchor in tokens:
                draft.tokens -= set(range(first, after))
        told = self.told_inside(tokens, first)
        if told is not None and self.is_channel(head) and told.source != source:
            told.via = source
            return
        self.board.keep(Draft(source, (first, past), tokens, cue.confidence, cue.kind), first)

    def find_end(self, head: int, after: int, high: int) -> int:
        """Where a source's phrase ends: at its last comma, where it took in the subject of the clause behind it."""
        p = self.p
        verb = next((t for t in range(after, high) if p.pos[t] in ("VERB", "AUX")), None)
        if verb is None or any(p.pos[t] in NOMINAL for t in range(after, verb)):
            return after
        comma = next((t for t in range(after - 2, head, -1) if p.word[t] == ","), None)
        if comma is None or any(p.pos[t] in ("VERB", "AUX") for t in range(comma, after)):
            return after
        return comma + 1

    def content_around(self, phrase: int, left: list[int], right: list[int]) -> set[int]:
        """Which side of an according-phrase it speaks of: behind it when it opens the sentence, around it when it
        interrupts a clause, before it when it follows one."""
        p = self.p
        words_left = [t for t in left if p.word[t][0].isalnum() and p.pos[t] not in ("CCONJ", "ADV")]
        words_right = [t for t in right if p.word[t][0].isalnum()]
        if not words_left:
            return set(right)
        if not words_right:
            return set(left)
        clause = p.head[phrase]
        while p.pos[clause] not in ("VERB", "AUX") and p.head[clause] != clause:
            clause = p.head[clause]
        root = phrase
        while p.head[root] != root:
            root = p.head[root]
        if root >= words_right[0]:
            return set(left) | set(right)
        if clause >= words_right[0] and clause in right:
            return collect_below(p, clause) - set(range(phrase, words_right[0]))
        return set(left)

    def told_inside(self, tokens: set[int], phrase: int) -> Draft | None:
        """The cue that governs the sentence an according-phrase is about ("According to Xinhua, Xi added …")."""
        p = self.p
        for t in sorted(tokens):
            draft = self.board.by_cue.get(t)
            if draft is None or p.pos[t] != "VERB":
                continue
            if p.head[t] == t or (draft.made_by.startswith("cue:") and p.head[phrase] in (t, p.head[t])):
                return draft
        return None

    def is_channel(self, head: int) -> bool:
        """Whether a noun phrase names a news agency, paper or broadcaster."""
        p = self.p
        return any(
            p.lower[t] in self.cues.channels or p.lemma[t] in self.cues.channels
            for t in (
                head,
                *(
                    c
                    for c in p.children[head]
                    if p.dep[c] in ("compound", "amod") and p.pos[c] in ("PROPN", "NOUN")
                ),
            )
        )

    def read_citing(self) -> None:
        """In "Reuters reported a deal, citing two officials" the officials are the source, Reuters passes it on."""
        p = self.p
        citing = [t for t in self.predicates if p.lemma[t] in self.cues.citing]
        for token in sorted(citing):
            if p.dep[token] != "advcl" or p.tag[token] != "VBG":
                continue
            up = p.head[token]
            told = self.board.by_cue.get(up) or (
                self.board.by_cue.get(p.head[up]) if p.dep[up] == "ccomp" else None
            )
            cited = self.predicates[token].get("object")
            if told is None or not cited or not told.source or not self.is_channel(told.source[0]):
                continue
            told.via, told.source = told.source, cited
            told.tokens -= collect_below(p, token)
            self.board.drop(token)
