"""Publication dates are read strictly."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from communique.errors import InputError
from communique.ingest import check_date
from communique.ingest.dates import DateLine, find_address_date, find_date, find_date_line


@pytest.mark.parametrize(
    "text",
    [
        "2022-02-04", "2022/02/04", "20220204", "2022-02-04T10:31:00Z", "2022-02-04 10:31:00.123+05:30", "4 February 2022",
        "04 Feb 2022", "4th of February 2022", "Friday, 4 February 2022", "Feb. 4, 2022", "February 4, 2022, 10:31 a.m. EST",
        "Fri, 04 Feb 2022 10:31:00 GMT", "Fri, 04 Feb 2022 10:31:00 +0000", "4-Feb-2022", " 2022-02-04 ",
    ],
)  # fmt: skip
def test_dates(text: str) -> None:
    assert check_date(text) == "2022-02-04"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "04/02/2022",
        "2022",
        "2022-02",
        "2022-02-30",
        "2022-13-01",
        "31 June 2021",
        "4 Feb",
        "2999-01-01",
        "1643932800",
    ],
)
def test_no_dates(text: str) -> None:
    with pytest.raises(InputError):
        check_date(text)


def test_the_future_begins_after_two_days() -> None:
    today = date.today()
    assert check_date((today + timedelta(days=1)).isoformat())
    with pytest.raises(InputError, match="future"):
        check_date((today + timedelta(days=4)).isoformat())


@given(
    st.dates(date(1900, 1, 1), date(2020, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%b %d, %Y", "%A, %B %d, %Y"]),
)
def test_round_trip(day: date, form: str) -> None:
    written = day.strftime(form)
    assert check_date(written) == day.isoformat()
    assert find_date(f"Seen on {written}, they said") == day.isoformat()


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_an_input_error(text: str) -> None:
    try:
        date.fromisoformat(check_date(text))
    except InputError as error:
        assert error.reason
    find_date_line(text)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Published: 4 February 2022", DateLine("2022-02-04", True, False)),
        ("Last updated on Feb. 4, 2022 at 10:31 GMT", DateLine("2022-02-04", True, True)),
        ("Published 4 Feb 2022 10:31 GMT | Updated 5 Feb 2022", DateLine("2022-02-04", True, False)),
        ("Friday, February 4, 2022", DateLine("2022-02-04", False, False)),
        ("Published 4 Feb 10:31 GMT", DateLine(None, True, False)),
        ("Published on 30 February 2022", DateLine(None, True, False)),
        ("Published figures of 4 February 2022 show growth.", None),
        ("4 February 2022 was the day the war began", None),
        ("May 2022", None),
    ],
)
def test_date_lines(line: str, expected: DateLine | None) -> None:
    assert find_date_line(line) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://x.example/2022/02/04/a", "2022-02-04"),
        ("https://x.example/news/20220204-a", "2022-02-04"),
        ("https://x.example/2022/13/04/a", None),
        ("https://x.example/a/12345678", None),
    ],
)
def test_address(url: str, expected: str | None) -> None:
    assert find_address_date(url) == expected
