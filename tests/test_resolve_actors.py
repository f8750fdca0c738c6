"""Who a noun phrase is: codes as of the date, owners, groups, strangers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.annotate.mentions import find_mentions
from communique.annotate.parse import Parse
from communique.knowledge.actors import load_actors
from communique.resolve.actors import Resolution, resolve_actors

ParseText = Callable[[str], Parse]
DATE = "2019-05-06"


def resolve(parsed: Parse, date: str | None = DATE) -> Resolution:
    dictionary = load_actors()
    return resolve_actors(parsed, find_mentions(parsed, dictionary), dictionary, date)


def codes(parsed: Parse, word: str, date: str | None = DATE, nth: int = 0) -> list[str | None]:
    token = [i for i, w in enumerate(parsed.word) if w == word][nth]
    return [m.code for m in resolve(parsed, date).members(token)]


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Kenya rejected the offer.", "Kenya", ["KEN"]),
        ("Nairobi rejected the offer.", "Nairobi", ["KEN"]),
        ("The Kremlin rejected the offer.", "Kremlin", ["RUS.GOV"]),
        ("Chadian troops crossed the border.", "troops", ["TCD.MIL"]),
        ("Israeli police detained a man.", "police", ["ISR.COP"]),
        ("The Mexican delegation left.", "delegation", ["MEX.GOV"]),
        ("The leaders of Kenya and Ghana met.", "leaders", ["KEN.GOV", "GHA.GOV"]),
        ("Kenyan and Ghanaian troops met.", "troops", ["KEN.MIL", "GHA.MIL"]),
        ("The Kremlin spokesman left.", "spokesman", ["RUS.GOV"]),
        ("NATO officials left.", "officials", ["NATO"]),
        ("Rebels attacked a village.", "Rebels", [None]),
        ("Syrian rebels attacked a village.", "rebels", ["SYR.REB"]),
        ("The Baltic states rejected the offer.", "states", ["EST", "LTU", "LVA"]),
        ("Canada rebuked China and its allies.", "allies", [None]),
        ("The ship crossed the Sea of Japan.", "Sea", []),
        ("The price rose.", "price", []),
        ("Talks were held in Nairobi.", "Nairobi", []),
        ("Xinhua reported the deal.", "Xinhua", ["CHN.JRN"]),
        ("The island of Cuba rejected it.", "island", ["CUB"]),
        ("Police in Nairobi fired tear gas.", "Police", ["KEN.COP"]),
        ("Troops in Nairobi fired.", "Troops", [None]),
        ("Pro-Russian separatists fired.", "separatists", [None]),
        ("Iran-backed militants fired.", "militants", [None]),
        ("A spokesman for the Taliban left.", "spokesman", ["AFG.REB"]),
        ("Voters trust her intelligence.", "intelligence", []),
    ],
)
def test_members(parse: ParseText, text: str, word: str, expected: list[str | None]) -> None:
    assert sorted(codes(parse(text), word), key=str) == sorted(expected, key=str)


@pytest.mark.parametrize(
    ("text", "word", "identity", "code"),
    [
        ("Angela Merkel spoke.", "Merkel", "DEU.GOV.angela-merkel", "DEU.GOV"),
        ("Merkel spoke.", "Merkel", "DEU.GOV.angela-merkel", "DEU.GOV"),
        ("The German chancellor spoke.", "chancellor", "DEU.GOV.angela-merkel", "DEU.GOV"),
        ("Barack Obama spoke.", "Obama", "USA.GOV.barack-obama", "USA.ELI"),
        ("Kenyan trade envoy Wanja Otieno spoke.", "Otieno", "KEN.GOV.wanja-otieno", "KEN.GOV"),
        ("Wanja Otieno, Kenya's trade minister, spoke.", "Otieno", "KEN.GOV.wanja-otieno", "KEN.GOV"),
        (
            "Saudi Arabia's Crown Prince Mohammed bin Salman spoke.",
            "Salman",
            "SAU.GOV.mohammed-bin-salman",
            "SAU.GOV",
        ),
        ("Zorblatian President Boris Talmo spoke.", "Talmo", "boris-talmo", None),
        ("Former Kenyan president Wanja Otieno spoke.", "Otieno", "KEN.ELI.wanja-otieno", "KEN.ELI"),
    ],
)
def test_people(parse: ParseText, text: str, word: str, identity: str, code: str | None) -> None:
    parsed = parse(text)
    (member,) = resolve(parsed).members(parsed.word.index(word))
    assert (member.id, member.code) == (identity, code)


def test_the_code_follows_the_date(parse: ParseText) -> None:
    parsed = parse("Angela Merkel spoke.")
    assert codes(parsed, "Merkel", "2012-01-01") == ["DEU.GOV"]
    assert codes(parsed, "Merkel", "2023-01-01") == ["DEU.ELI"]
    assert codes(parsed, "Merkel", None) != []


def test_a_surname_means_the_one_named_in_full(parse: ParseText) -> None:
    parsed = parse("Ruth Merkel, a teacher from Hamm, wrote to the paper. Merkel complained about the noise.")
    member = resolve(parsed).members([i for i, w in enumerate(parsed.word) if w == "Merkel"][1])[0]
    assert member.id == "ruth-merkel"
    parsed = parse("Hillary Clinton met Bill Clinton. Mrs. Clinton left on Monday.")
    member = resolve(parsed).members([i for i, w in enumerate(parsed.word) if w == "Clinton"][2])[0]
    assert member.id == "USA.GOV.hillary-clinton"
    parsed = parse("Chinese envoy Liu Ming met Kenya's president. Liu left on Monday.")
    member = resolve(parsed).members([i for i, w in enumerate(parsed.word) if w == "Liu"][1])[0]
    assert member.id == "CHN.GOV.liu-ming"


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        ("Nairobi's concerns grew.", "concerns", ["KEN"]),
        ("Kenyan pressure grew.", "pressure", ["KEN"]),
        ("Pressure from Kenya and Ghana grew.", "Pressure", ["KEN", "GHA"]),
        ("NATO expansion stalled.", "expansion", ["NATO"]),
        ("Kenya's annexation of Ghana ended.", "annexation", ["KEN"]),
        ("The annexation of Ghana by Kenya ended.", "annexation", ["KEN"]),
        ("Western suspicions grew.", "suspicions", [None]),
        ("The price of bread rose.", "price", []),
        ("The Tokyo Olympics opened.", "Olympics", []),
        ("Kenya stated its opposition to the plan.", "opposition", ["KEN"]),
    ],
)
def test_owners(parse: ParseText, text: str, word: str, expected: list[str | None]) -> None:
    parsed = parse(text)
    assert [m.code for m in resolve(parsed).owners(parsed.word.index(word))] == expected


@pytest.mark.parametrize(
    ("text", "word", "expected"),
    [
        (
            "Kenya raised the tax. Nairobi needs the money. Police arrested nine people.",
            "Police",
            ["KEN.COP"],
        ),
        ("Students marched in Nairobi. Uganda looked on. Police arrested a few.", "Police", ["KEN.COP"]),
        ("Kenya raised the tax. Nairobi is broke. Police arrested a Ghanaian.", "Police", ["KEN.COP"]),
        ("Kenya raised the tax. Nairobi is broke. A Ghanaian was held by police.", "police", [None]),
        ("Kenya raised the tax. Nairobi is broke. Voters back the plan.", "Voters", [None]),
        ("Kenya raised the tax. Nairobi is broke. Troops left the town.", "Troops", [None]),
        ("Kenya met Ghana. Chad met Togo. Mali met Niger. Police arrested nine people.", "Police", [None]),
        ("Protesters burnt tyres in Accra.", "Protesters", ["GHA.CVL"]),
        ("Protesters burnt tyres.", "Protesters", [None]),
    ],
)
def test_who_acts_at_home(parse: ParseText, text: str, word: str, expected: list[str | None]) -> None:
    assert codes(parse(text), word) == expected


def test_actors_are_listed_once_with_all_mentions(parse: ParseText) -> None:
    parsed = parse("Kenya warned Ghana. Ghana said it would reply to Nairobi.")
    actors = resolve(parsed).actors
    assert [a.id for a in actors] == ["KEN", "GHA"]
    assert [parsed.text[a:b] for a, b in actors[0].mentions] == ["Kenya", "Nairobi"]
    assert [parsed.text[a:b] for a, b in actors[1].mentions] == ["Ghana", "Ghana", "it"]


PIECES = [
    "Kenya", "the two leaders", "Chinese envoy Liu Ming", "it", "they", "rebels", "the Kremlin", "both sides",
    "Angela Merkel", "its allies", "NATO’s chief", "the joint statement", "U.S.-led forces", "Sea of Japan", "who",
]  # fmt: skip
VERBS = ["met", "warned", "said it trusts", "and", ", which fears", "of", "told"]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from(VERBS)), min_size=1, max_size=6))
def test_texts_equal_their_slices(parse: ParseText, words: list[tuple[str, str]]) -> None:
    text = " ".join(f"{a} {b}" for a, b in words) + " Ghana.\nThey “left” it."
    parsed = parse(text)
    resolution = resolve(parsed)
    for token in range(len(parsed)):
        for member in (*resolution.members(token), *resolution.owners(token)):
            assert text[member.span[0] : member.span[1]] == member.text
    for actor in resolution.actors:
        assert actor.mentions == tuple(sorted(actor.mentions))
        assert all(0 <= a < b <= len(text) for a, b in actor.mentions)
