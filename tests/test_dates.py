"""Expressions of time, the days they cover and the event they belong to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from communique.annotate.parse import Parse
from communique.resolve.dates import choose_date, find_dates

Parser = Callable[[str], Parse]
PUBLISHED = "2023-09-20"  # a Wednesday

# sentence, words, first day, last day
POINTS = [
    ("Envoys met on Monday.", "Monday", "2023-09-18", "2023-09-18"),
    ("Envoys met on Wednesday.", "Wednesday", "2023-09-20", "2023-09-20"),
    ("Envoys met on Thursday evening.", "Thursday evening", "2023-09-14", "2023-09-14"),
    ("Envoys will meet on Thursday.", "Thursday", "2023-09-21", "2023-09-21"),
    ("They plan to meet on Friday.", "Friday", "2023-09-22", "2023-09-22"),
    ("A vote is scheduled for Saturday.", "Saturday", "2023-09-23", "2023-09-23"),
    ("They agreed on Friday to withdraw.", "Friday", "2023-09-15", "2023-09-15"),
    ("They return next Tuesday.", "next Tuesday", "2023-09-26", "2023-09-26"),
    ("Last Friday the border closed.", "Last Friday", "2023-09-15", "2023-09-15"),
    ("This Friday the border opens.", "This Friday", "2023-09-22", "2023-09-22"),
    ("Monday's attack killed two.", "Monday", "2023-09-18", "2023-09-18"),
    ("He was detained on Tuesday of last week.", "Tuesday of last week", "2023-09-12", "2023-09-12"),
    ("They left yesterday.", "yesterday", "2023-09-19", "2023-09-19"),
    ("They left the day before yesterday.", "the day before yesterday", "2023-09-18", "2023-09-18"),
    ("They arrive tomorrow morning.", "tomorrow morning", "2023-09-21", "2023-09-21"),
    ("Today the court ruled.", "Today", "2023-09-20", "2023-09-20"),
    ("Shelling went on overnight.", "overnight", "2023-09-19", "2023-09-20"),
    ("He spoke last night.", "last night", "2023-09-19", "2023-09-19"),
    ("He spoke this morning.", "this morning", "2023-09-20", "2023-09-20"),
    ("They talked last week.", "last week", "2023-09-11", "2023-09-17"),
    ("They talk this week.", "this week", "2023-09-18", "2023-09-24"),
    ("They will talk next week.", "next week", "2023-09-25", "2023-10-01"),
    ("They talked last weekend.", "last weekend", "2023-09-16", "2023-09-17"),
    ("Talks failed last month.", "last month", "2023-08-01", "2023-08-31"),
    ("Talks resumed earlier this month.", "earlier this month", "2023-09-01", "2023-09-20"),
    ("Talks resume later this year.", "later this year", "2023-09-20", "2023-12-31"),
    ("The army withdrew last year.", "last year", "2022-01-01", "2022-12-31"),
    ("The army withdrew late last year.", "late last year", "2022-09-01", "2022-12-31"),
    ("The army withdrew in early 2019.", "early 2019", "2019-01-01", "2019-04-30"),
    ("The ceasefire ended in November.", "November", "2022-11-01", "2022-11-30"),
    ("The ceasefire ended in May.", "May", "2023-05-01", "2023-05-31"),
    ("The ceasefire will end in March.", "March", "2024-03-01", "2024-03-31"),
    ("The ceasefire ended in August 2021.", "August 2021", "2021-08-01", "2021-08-31"),
    ("The ceasefire ended last December.", "last December", "2022-12-01", "2022-12-31"),
    ("The ceasefire ended in December last year.", "December last year", "2022-12-01", "2022-12-31"),
    ("The ceasefire ended in mid-June.", "mid-June", "2023-06-11", "2023-06-20"),
    ("The ceasefire ended in late February 2024.", "late February 2024", "2024-02-21", "2024-02-29"),
    ("Rebels attacked on 4 February.", "4 February", "2023-02-04", "2023-02-04"),
    ("Rebels attacked on the 4th of February.", "the 4th of February", "2023-02-04", "2023-02-04"),
    ("Rebels attacked on Dec. 4.", "Dec. 4", "2022-12-04", "2022-12-04"),
    ("The summit opens on Oct. 4.", "Oct. 4", "2023-10-04", "2023-10-04"),
    ("Rebels attacked on Feb. 4, 2022.", "Feb. 4, 2022", "2022-02-04", "2022-02-04"),
    ("Rebels attacked on Monday, January 31, 2022, officials said.", "Monday, January 31, 2022", "2022-01-31", "2022-01-31"),
    ("Rebels attacked on 2022-01-31.", "2022-01-31", "2022-01-31", "2022-01-31"),
    ("Rebels attacked on 31/01/2022.", "31/01/2022", "2022-01-31", "2022-01-31"),
    ("The 2008 Summer Olympics were held there.", "2008", "2008-01-01", "2008-12-31"),
    ("War broke out in 1914.", "1914", "1914-01-01", "1914-12-31"),
    ("It has been a member since 2019.", "2019", "2019-01-01", PUBLISHED),
    ("It has been closed since Monday.", "Monday", "2023-09-18", PUBLISHED),
    ("The base must close by 2030.", "2030", PUBLISHED, "2030-12-31"),
    ("The truce holds until Friday.", "Friday", None, "2023-09-15"),
    ("The truce will hold until Friday.", "Friday", PUBLISHED, "2023-09-22"),
    ("He was a minister before 2014.", "2014", None, "2013-12-31"),
    ("The envoy left three days ago.", "three days ago", "2023-09-17", "2023-09-17"),
    ("The envoy left two months ago.", "two months ago", "2023-07-01", "2023-07-31"),
    ("The state collapsed a decade ago.", "a decade ago", "2013-01-01", "2013-12-31"),
    ("The state collapsed in the 1990s.", "the 1990s", "1990-01-01", "1999-12-31"),
    ("The state collapsed in the early 1990s.", "the early 1990s", "1990-01-01", "1993-04-30"),
    ("The state collapsed in the nineties.", "the nineties", "1990-01-01", "1999-12-31"),
    ("It was founded in the 19th century.", "the 19th century", "1801-01-01", "1900-12-31"),
    ("The army advanced in the spring.", "the spring", "2023-03-01", "2023-05-31"),
    ("The army advanced in the summer of 2022.", "the summer of 2022", "2022-06-01", "2022-08-31"),
    ("The army advanced last winter.", "last winter", "2022-12-01", "2023-02-28"),
    ("Exports fell in the first quarter of 2021.", "the first quarter of 2021", "2021-01-01", "2021-03-31"),
    ("Exports fell in the second half of last year.", "the second half of last year", "2022-07-01", "2022-12-31"),
    ("The ministers talked from 3 to 5 May.", "3 to 5 May", "2023-05-03", "2023-05-05"),
    ("The ministers talked on May 3-5, 2021.", "May 3-5, 2021", "2021-05-03", "2021-05-05"),
    ("They fought from 30 April to 2 June 2020.", "30 April to 2 June 2020", "2020-04-30", "2020-06-02"),
    ("They fought between 2014 and 2016.", "2014 and 2016", "2014-01-01", "2016-12-31"),
    ("The 1980-88 war cost many lives.", "1980-88", "1980-01-01", "1988-12-31"),
    ("They trained from Monday to Tuesday.", "Monday to Tuesday", "2023-09-18", "2023-09-19"),
    ("Trade has doubled over the past two years.", "the past two years", "2021-09-20", PUBLISHED),
    ("They will act within the next three months.", "the next three months", PUBLISHED, "2023-12-20"),
    ("Six weeks from now they vote.", "Six weeks from now", "2023-10-30", "2023-11-05"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "words", "start", "end"), POINTS)
def test_points_are_told_from_the_day_of_publication(
    parse: Parser, sentence: str, words: str, start: str | None, end: str | None
) -> None:
    found = find_dates(parse(sentence), PUBLISHED)
    assert [(d.date.text.lower(), d.date.start, d.date.end, d.kind) for d in found] == [
        (words.lower(), start, end, "point")
    ]


@pytest.mark.parametrize(
    ("sentence", "words", "kind"),
    [
        ("They fought for two years.", "two years", "duration"),
        ("They have fought for decades.", "decades", "duration"),
        ("They signed a 99-year lease.", "99-year", "duration"),
        ("They have traded in recent years.", "recent years", "set"),
        ("They hold drills every year.", "every year", "set"),
        ("The council sits on Mondays.", "Mondays", "set"),
        ("Two days earlier the bridge fell.", "Two days earlier", "point"),
        ("Several years ago the bridge fell.", "Several years ago", "point"),
    ],
)
def test_what_names_no_days_gets_none(parse: Parser, sentence: str, words: str, kind: str) -> None:
    found = find_dates(parse(sentence), PUBLISHED)
    assert [(d.date.text, d.date.start, d.date.end, d.kind) for d in found] == [(words, None, None, kind)]


@pytest.mark.parametrize(
    "sentence",
    [
        "They may march on the capital.",
        "He came second in the vote.",
        "The Sun reported the story.",
        "Prime Minister Theresa May resigned.",
        "It cost 2008 rubles.",
        "About 2000 soldiers came.",
        "The council adopted Resolution 2202.",
        "A 34-year-old man was held.",
        "The girl is 12 years old.",
        "He wrote for USA Today.",
        "It pumps three million barrels a day.",
        "Thousands fled after the fall of the city.",
        "They remember Bloody Sunday.",
        "The Prague Spring was crushed.",
    ],
)
def test_other_words_are_no_dates(parse: Parser, sentence: str) -> None:
    assert [d.date.text for d in find_dates(parse(sentence), PUBLISHED)] == []


@pytest.mark.parametrize(
    "sentence", ["They met on Friday.", "They met last week.", "In August they met.", "They met on 4 May."]
)
def test_without_a_day_of_publication_nothing_is_guessed(parse: Parser, sentence: str) -> None:
    (found,) = find_dates(parse(sentence), None)
    assert (found.date.start, found.date.end) == (None, None)


def test_a_year_needs_no_day_of_publication(parse: Parser) -> None:
    (found,) = find_dates(parse("They met in August 2021."), None)
    assert (found.date.start, found.date.end) == ("2021-08-01", "2021-08-31")


@pytest.mark.parametrize(
    ("sentence", "trigger", "words"),
    [
        ("The presidents met in Vienna on Monday.", "met", "Monday"),
        ("In July, Turkish forces moved into the valley.", "moved", "July"),
        ("The minister said on Monday that troops had attacked a village on Sunday.", "attacked", "Sunday"),
        ("The minister said on Monday that troops had attacked a village on Sunday.", "said", "Monday"),
        ("The minister said on Monday that troops had attacked a village.", "attacked", None),
        ("She recalled his visit to the 2010 Expo in Shanghai.", "visit", "2010"),
        ("In a phone call last week, the minister warned his colleague.", "call", "last week"),
        ("In a phone call last week, the minister warned his colleague.", "warned", "last week"),
        ("The president visited Ankara in March and signed a treaty.", "signed", "March"),
        ("The army bombed the port on Friday, killing ten people.", "killing", "Friday"),
        ("The air strike killed ten people on Tuesday.", "strike", "Tuesday"),
        ("Germany agreed on Tuesday to withdraw its troops by 2025.", "withdraw", "2025"),
        ("Germany agreed on Tuesday to withdraw its troops by 2025.", "agreed", "Tuesday"),
        ("Police arrested the man who fled in 2019.", "arrested", None),
        ("Police arrested the man who fled in 2019.", "fled", "2019"),
        ("They have held joint drills for two years since May.", "held", "May"),
        ("The envoys met. They talked on Friday.", "met", None),
        ("It was their first meeting since 2019.", "meeting", None),
    ],
)  # fmt: skip
def test_an_event_gets_the_date_of_its_own_clause(
    parse: Parser, sentence: str, trigger: str, words: str | None
) -> None:
    parsed = parse(sentence)
    chosen = choose_date(find_dates(parsed, PUBLISHED), parsed, parsed.word.index(trigger))
    assert (chosen and chosen.text) == words


PIECES = (
    "on in since until between and from to - , . the last next early mid late May March 4 31 2 2008 1999 '90s 99th Feb. "
    "Friday Sunday today overnight week years ago three several past century summer quarter first of every for they met "
    "will 12/31/1999 2022-02-30 0 9999 Q3 ’80s İstanbul"
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(st.sampled_from(PIECES.split(" ")), min_size=1, max_size=25),
    published=st.dates(date(1900, 1, 1), date(2200, 1, 1)).map(date.isoformat) | st.none(),
)
def test_spans_are_slices_and_days_are_in_order(
    parse: Parser, words: list[str], published: str | None
) -> None:
    parsed = parse(" ".join(words))
    last = 0
    for mention in find_dates(parsed, published):
        told = mention.date
        assert (
            told.text == parsed.text[told.span[0] : told.span[1]] == parsed.slice(mention.first, mention.past)
        )
        assert mention.first >= last
        last = mention.past
        if told.start and told.end:
            assert date.fromisoformat(told.start) <= date.fromisoformat(told.end)
