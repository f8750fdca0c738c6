"""Coded documents made by hand, for tests of what comes after coding."""

from __future__ import annotations

from communique.records import (
    Actor,
    CodedDocument,
    DateRange,
    Event,
    Member,
    Piece,
    Place,
    Quantity,
    Stance,
    StanceObject,
    Statement,
)

TEXT = (
    "Norway and Finland agree on border\n"
    "Norway’s foreign minister met the Finnish president in Oslo on Tuesday. "
    "Finland denied that it had expelled 12 diplomats. "
    "“We support the treaty,” the minister said, according to NTB."
)


def piece(words: str, text: str = TEXT, after: int = 0) -> Piece:
    """The first place after an offset where the text has these words."""
    start = text.index(words, after)
    return Piece(words, (start, start + len(words)))


def member(words: str, id: str | None, code: str | None, text: str = TEXT, after: int = 0) -> Member:
    found = piece(words, text, after)
    return Member(id, code, found.text, found.span)


def event(id: str, type: str, **changes: object) -> Event:
    """A plain asserted event, with what a test is about changed."""
    base: dict[str, object] = {
        "id": id,
        "type": type,
        "mode": None,
        "context": (),
        "cameo": "040",
        "score": 2.5,
        "quad": "verbal cooperation",
        "actor": (),
        "recipient": (),
        "reciprocal": False,
        "factuality": "asserted",
        "polarity": "positive",
        "according_to": (),
        "date": None,
        "place": None,
        "quantities": (),
        "trigger": piece("met"),
        "sentence": piece("Norway’s foreign minister met the Finnish president in Oslo on Tuesday.").span,
        "confidence": 0.9,
        "made_by": "frame:test",
    }
    return Event(**(base | changes))  # type: ignore[arg-type]


def make_document(id: str = "nordic-1", published: str | None = "2020-03-05") -> CodedDocument:
    """An article with a meeting (reciprocal, dated, placed), a denied expulsion, a statement and a stance."""
    minister = member("Norway’s foreign minister", "NOR.GOV.minister", "NOR.GOV")
    president = member("the Finnish president", "FIN.GOV.president", "FIN.GOV")
    later = TEXT.index("Finland denied")
    denied = piece("Finland denied that it had expelled 12 diplomats.").span
    day, oslo, twelve = piece("Tuesday"), piece("Oslo"), piece("12 diplomats")
    return CodedDocument(
        id=id,
        title="Norway and Finland agree on border",
        published=published,
        publisher="The Example",
        url="https://example.org/a?b=1",
        lang="en",
        text=TEXT,
        actors=(
            Actor("NOR", "Norway", "NOR", "GOV", None, "state", "NOR", ((0, 6),)),
            Actor(
                "NOR.GOV.minister",
                "A Minister",
                "NOR",
                "GOV",
                "Foreign Minister",
                "person",
                "NOR.GOV",
                (minister.span,),
            ),
        ),
        events=(
            event(
                "e1",
                "CONSULT",
                mode="visit",
                context=("diplomatic", "territory"),
                actor=(minister, president),
                reciprocal=True,
                date=DateRange(day.text, day.span, "2020-03-03", "2020-03-03"),
                place=Place(oslo.text, oslo.span, "NOR", 59.91, 10.75, 3143244),
            ),
            event(
                "e2",
                "SANCTION",
                mode="expel",
                cameo="172",
                score=-5.5,
                quad="material conflict",
                actor=(member("Finland", "FIN", "FIN", after=later),),
                recipient=(member("12 diplomats", None, None),),
                factuality="denied",
                polarity="negative",
                according_to=("s1",),
                quantities=(Quantity(12, "persons", twelve.text, twelve.span, "diplomats"),),
                trigger=piece("expelled"),
                sentence=denied,
                confidence=0.8,
                made_by="frame:sanction.expel",
            ),
            event(
                "e3",
                "SUPPORT",
                cameo="051",
                score=5.0,
                actor=(member("Norway", "NOR", "NOR"),),
                recipient=(member("Finland", "FIN", "FIN"),),
                according_to=("s2",),
                trigger=piece("support"),
                sentence=piece("“We support the treaty,” the minister said, according to NTB.").span,
            ),
        ),
        statements=(
            Statement(
                "s1",
                (member("Finland", "FIN", "FIN", after=later),),
                piece("denied"),
                (piece("that it had expelled 12 diplomats"),),
                "indirect",
                (),
                (),
                None,
                0.9,
                "cue:deny",
            ),
            Statement(
                "s2",
                (member("the minister", "NOR.GOV.minister", "NOR.GOV"),),
                piece("said"),
                (piece("We support the treaty"),),
                "direct",
                (),
                (member("NTB", "NOR.JRN.ntb", "NOR.JRN"),),
                "s1",
                0.7,
                "cue:say",
            ),
        ),
        stances=(
            Stance(
                "p1",
                (member("We", "NOR", "NOR"),),
                "support",
                StanceObject("the treaty", piece("the treaty").span, ("NOR", "FIN")),
                "strong",
                "s2",
                piece("“We support the treaty,” the minister said, according to NTB.").span,
                0.75,
                "stance:support",
            ),
        ),
        notes=("one note",),
    )
