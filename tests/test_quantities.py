"""Numbers with units, what is no quantity, and whose they are."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.annotate.parse import Parse
from communique.extract.quantities import choose_quantities, find_number, find_quantities

Parser = Callable[[str], Parse]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("three", 3),
        ("1,200", 1200),
        ("3.5 million", 3.5e6),
        ("2bn", 2e9),
        ("twenty - five", 25),
        ("two hundred and five thousand", 205_000),
        ("a dozen", 12),
        ("three dozen", 36),
        ("dozens", 24),
        ("hundreds", 200),
        ("tens of thousands", 20_000),
        ("hundreds of thousands", 200_000),
        ("several hundred", 300),
        ("a hundred", 100),
        ("half a million", 500_000),
    ],
)
def test_numbers_in_digits_and_words(words: str, value: float) -> None:
    tokens = words.split()
    assert find_number(tokens, 0, len(tokens)) == (value, len(tokens))


@pytest.mark.parametrize("words", ["first", "the", "3rd", "and", "3xyz"])
def test_other_words_start_no_number(words: str) -> None:
    assert find_number([words], 0, 1) is None


@pytest.mark.parametrize(
    ("sentence", "value", "unit", "of", "text"),
    [
        ("The army sent 1,200 troops.", 1200, "persons", "troops", "1,200"),
        ("More than 90,000 Ethiopian soldiers were massed there.", 90_000, "persons", "soldiers", "More than 90,000"),
        ("The navy sent three warships.", 3, "items", "warships", "three"),
        ("They bought 12 fighter jets.", 12, "items", "fighter jets", "12"),
        ("It will ship 10 billion cubic meters of gas per year.", 1e10, "m3/year", "gas", "10 billion cubic meters of gas per year"),
        ("It will ship 5 million tonnes of grain.", 5e6, "t", "grain", "5 million tonnes"),
        ("It pumps 2 million barrels a day.", 2e6, "barrels/day", None, "2 million barrels a day"),
        ("The loan was worth $3.5 billion.", 3.5e9, "USD", None, "$3.5 billion"),
        ("The loan was worth €2bn.", 2e9, "EUR", None, "€2bn"),
        ("The loan was worth £20m.", 2e7, "GBP", None, "£20m"),
        ("The loan was worth 40 million rubles.", 4e7, "RUB", None, "40 million rubles"),
        ("They promised $50 million in aid.", 5e7, "USD", "aid", "$50 million"),
        ("Prices rose by 30 percent.", 30, "percent", None, "30 percent"),
        ("Prices rose by 7%.", 7, "percent", None, "7%"),
        ("The missile flew 300 km.", 300, "km", None, "300 km"),
        ("The area covers 12 square kilometres.", 12, "km2", None, "12 square kilometres"),
        ("Hundreds of refugees crossed the river.", 200, "persons", "refugees", "Hundreds"),
        ("Gunmen took a dozen hostages.", 12, "persons", "hostages", "a dozen"),
        ("Some 10 to 15 villages burned.", 10, "items", "villages", "Some 10 to 15"),
        ("They lost hundreds of billions of dollars.", 2e11, "USD", None, "hundreds of billions of dollars"),
    ],
)  # fmt: skip
def test_quantities_have_units(
    parse: Parser, sentence: str, value: float, unit: str, of: str | None, text: str
) -> None:
    found = [m.quantity for m in find_quantities(parse(sentence))]
    assert [(q.value, q.unit, q.of) for q in found] == [(value, unit, of)]
    assert found[0].text == text


@pytest.mark.parametrize(
    "sentence",
    [
        "The two leaders met.",
        "A 34-year-old man was held.",
        "The man, 34, was held.",
        "The minister, aged 61, resigned.",
        "They met on 4 May 2021.",
        "They met in 2008.",
        "The 2014 elections were rigged.",
        "They fought for two years.",
        "He was the first to sign.",
        "He came third.",
        "One must not forget.",
        "No one knew of it.",
        "The council adopted Resolution 1701.",
        "Article 5 was invoked.",
        "Call 202 555 0100 now.",
        "The talks begin at 10 a.m. local time.",
    ],
)
def test_other_numbers_are_no_quantities(parse: Parser, sentence: str) -> None:
    assert [m.quantity.text for m in find_quantities(parse(sentence))] == []


@pytest.mark.parametrize(
    ("sentence", "trigger", "wanted"),
    [
        ("The presence of over 90,000 Russian troops worries Kyiv.", "presence", [(90_000, "persons")]),
        ("The blast killed 12 people and wounded 30.", "killed", [(12, "persons")]),
        ("The blast killed 12 people and wounded 30.", "wounded", [(30, "persons")]),
        ("Jets bombed the port, killing 12 people and wounding 30.", "bombed", [(12, "persons"), (30, "persons")]),
        ("The air strike killed 15 fighters.", "strike", [(15, "persons")]),
        ("They signed a deal with Oman to deliver 40 tanks.", "deal", [(40, "items")]),
        ("They signed a deal with Oman to deliver 40 tanks.", "deliver", [(40, "items")]),
        ("Police arrested a man who stole 200 cars.", "arrested", []),
        ("The minister said that 300 soldiers had left.", "said", []),
    ],
)  # fmt: skip
def test_an_event_gets_the_quantities_of_its_own_clause(
    parse: Parser, sentence: str, trigger: str, wanted: list[tuple[float, str]]
) -> None:
    parsed = parse(sentence)
    chosen = choose_quantities(find_quantities(parsed), parsed, parsed.word.index(trigger))
    assert [(q.value, q.unit) for q in chosen] == wanted


PIECES = (
    "a the of and to over at least - $ US$ € % 3 2,000 1.5 2bn 7m million dozen dozens hundreds tens thousands several half "
    "couple one twenty five per day year barrels gas troops people km 2008 May . , killed 0 999999999999 worth in"
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES.split(" ")), min_size=1, max_size=25))
def test_spans_are_slices_in_order(parse: Parser, words: list[str]) -> None:
    parsed = parse(" ".join(words))
    last = 0
    for mention in find_quantities(parsed):
        quantity = mention.quantity
        assert quantity.text == parsed.text[quantity.span[0] : quantity.span[1]]
        assert mention.first >= last and quantity.value >= 0 and quantity.unit
        last = mention.past
