"""Names of places, which of several is meant, and the event they belong to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.annotate.parse import Parse
from communique.resolve.places import choose_place, find_places, fold, load_gazetteer

Parser = Callable[[str], Parse]


@pytest.mark.parametrize(
    ("sentence", "words", "country", "lat", "lon"),
    [
        ("They met in Geneva.", "Geneva", "CHE", 46.2, 6.1),
        ("They met in Paris.", "Paris", "FRA", 48.9, 2.4),
        ("They met in Paris, Texas.", "Paris", "USA", 33.7, -95.6),
        ("They met in Odessa, Ukraine.", "Odessa", "UKR", 46.5, 30.7),
        ("They met in Odessa, Texas.", "Odessa", "USA", 31.8, -102.4),
        ("They met in Kyiv.", "Kyiv", "UKR", 50.5, 30.5),
        ("They met in Kiev.", "Kiev", "UKR", 50.5, 30.5),
        ("Fighting went on in Bakhmut.", "Bakhmut", "UKR", 48.6, 38.0),
        ("Trucks crossed at Rafah.", "Rafah", "PSE", 31.3, 34.2),
        ("They met in Washington.", "Washington", "USA", 38.9, -77.0),
        ("They met in Tbilisi, Georgia.", "Georgia", "GEO", 42.0, 43.5),
        ("They met in Atlanta, Georgia.", "Georgia", "USA", 32.8, -83.5),
        ("Troops entered Crimea.", "Crimea", "UKR", 45.3, 34.4),
        ("Ships sailed in the Black Sea.", "Black Sea", None, 43.0, 35.0),
        ("Ships patrolled the Sea of Japan.", "Sea of Japan", None, 40.0, 135.0),
        ("Rebels hold the Gaza Strip.", "Gaza Strip", "PSE", 31.4, 34.4),
        ("They met in the People’s Republic of China.", "People’s Republic of China", "CHN", 35.0, 105.0),
        ("Rebels fought in eastern Ukraine.", "Ukraine", "UKR", 49.0, 32.0),
    ],
)
def test_names_are_told_by_size_and_neighbour(
    parse: Parser, sentence: str, words: str, country: str | None, lat: float, lon: float
) -> None:
    found = {m.place.text: m.place for m in find_places(parse(sentence), load_gazetteer())}
    place = found[words]
    assert place.country == country
    assert (place.lat, place.lon) == (pytest.approx(lat, abs=0.15), pytest.approx(lon, abs=0.15))


def test_the_countries_of_the_article_decide_between_equals(parse: Parser) -> None:
    parsed = parse("The envoys met in Tripoli.")
    (libya,) = find_places(parsed, load_gazetteer(), ["LBY"])
    (lebanon,) = find_places(parsed, load_gazetteer(), ["LBN"])
    assert (libya.place.country, lebanon.place.country) == ("LBY", "LBN")


def test_a_name_told_once_is_told_for_the_document(parse: Parser) -> None:
    found = find_places(parse("They met in London, Ontario. The talks in London failed."), load_gazetteer())
    assert [m.place.country for m in found if m.place.text == "London"] == ["CAN", "CAN"]


def test_a_named_building_has_a_country_and_no_coordinates(parse: Parser) -> None:
    found = find_places(parse("They met at the Hofburg Palace in Vienna."), load_gazetteer())
    palace = next(m for m in found if m.place.text == "Hofburg Palace")
    assert (palace.kind, palace.place.country, palace.place.lat, palace.place.geonameid) == ("building", "AUT", None, None)  # fmt: skip


@pytest.mark.parametrize(
    "sentence",
    [
        "The New York Times reported the story.",
        "He told us of it.",
        "Georgia Stevens resigned.",
        "The Turkish minister resigned.",
        "NATO expanded.",
        "The talks ended in November.",
    ],
)
def test_other_names_are_no_places(parse: Parser, sentence: str) -> None:
    assert [m.place.text for m in find_places(parse(sentence), load_gazetteer())] == []


@pytest.mark.parametrize(
    ("sentence", "trigger", "words"),
    [
        ("The presidents met in Vienna on Monday.", "met", "Vienna"),
        ("The presidents met at the Hofburg Palace in Vienna.", "met", "Hofburg Palace"),
        ("The minister said in Geneva that troops had attacked a village near Kharkiv.", "attacked", "Kharkiv"),
        ("The minister said in Geneva that troops had attacked a village near Kharkiv.", "said", "Geneva"),
        ("The minister said in Geneva that troops had attacked a village.", "attacked", None),
        ("The French president visited Ankara.", "visited", "Ankara"),
        ("She recalled his visit to the 2010 Expo in Shanghai.", "visit", "Shanghai"),
        ("Rebels captured Palmyra.", "captured", "Palmyra"),
        ("The shelling of Kherson went on.", "shelling", "Kherson"),
        ("Germany withdrew its troops from Mali.", "withdrew", "Mali"),
        ("Russia attacked Ukraine.", "attacked", None),
        ("Washington imposed sanctions on Russia.", "imposed", None),
        ("France condemned Iran.", "condemned", None),
        ("Police arrested the man who had lived in Minsk.", "arrested", None),
    ],
)  # fmt: skip
def test_an_event_gets_the_place_of_its_own_clause(
    parse: Parser, sentence: str, trigger: str, words: str | None
) -> None:
    parsed = parse(sentence)
    chosen = choose_place(find_places(parsed, load_gazetteer()), parsed, parsed.word.index(trigger))
    assert (chosen and chosen.text) == words


@pytest.mark.parametrize(
    ("name", "folded"),
    [("Zürich", "zurich"), ("St. Petersburg", "saint petersburg"), ("Ust-Kut", "ust kut"), ("U.S.", "us")],
)
def test_spellings_fold_to_one_name(name: str, folded: str) -> None:
    assert fold(name) == folded


PIECES = (
    "in the of at near Paris Texas , Georgia US U.S. us Sea Black Japan New York Times Gaza Strip Palace Square St. - 's met "
    "Mr. Rafah İzmir København ( ) Eastern eastern Ukraine's province"
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(PIECES.split(" ")), min_size=1, max_size=25))
def test_spans_are_slices_in_order(parse: Parser, words: list[str]) -> None:
    parsed = parse(" ".join(words))
    last = 0
    for mention in find_places(parsed, load_gazetteer()):
        place = mention.place
        assert (
            place.text
            == parsed.text[place.span[0] : place.span[1]]
            == parsed.slice(mention.first, mention.past)
        )
        assert mention.first >= last and (place.lat is None) == (place.lon is None)
        last = mention.past
