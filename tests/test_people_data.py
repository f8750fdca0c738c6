"""The dated dictionary of persons: its form, and who held which office on which day."""

from __future__ import annotations

import csv
import re
import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from typing import NamedTuple

import msgspec
import pytest

from communique.knowledge.load import DATA, read_csv


class Row(NamedTuple):
    id: str
    name: str
    aliases: str
    country: str
    sector: str
    office: str
    title: str
    start: str
    end: str


HEADER = list(Row._fields)
# PLOVER 2.0, without ELI, which is what a former official becomes by the end of the last term
SECTORS = frozenset(
    {
        "AGR", "BUS", "COP", "CRM", "CVL", "EDU", "GOV", "JRN", "JUD", "LAB", "LEG", "MED",
        "MIL", "OPP", "PRE", "PRM", "PTY", "REB", "REF", "REL", "SOC", "SPY", "UAF", "UNK",
    }
)  # fmt: skip
# Letters that Unicode does not decompose into a base letter and a mark.
PLAIN = str.maketrans(
    {
        "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ı": "i", "ß": "ss", "æ": "ae",
        "ð": "d", "þ": "th", "ə": "a", "'": "", "’": "", ".": "",
    }
)  # fmt: skip


def read_people() -> Iterator[Row]:
    text = (DATA / "actors" / "people.csv").read_text(encoding="utf-8")
    cells = csv.reader(text.splitlines(), strict=True)
    assert next(cells) == HEADER
    yield from (Row(*line) for line in cells)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return list(read_people())


def make_slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.translate(PLAIN))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")


def covers(row: Row, day: str) -> bool:
    """Whether the term ran on that day; a bound known to the month or year holds for all of it."""
    return row.start[: len(day)] <= day and (not row.end or day[: len(row.end)] <= row.end)


def overlap(a: Row, b: Row) -> bool:
    """Whether the two were in office for more than a day of change at the same time."""
    return a.start < (b.end or "9999") and b.start < (a.end or "9999")


def test_header_and_cells(rows: list[Row]) -> None:
    assert len(rows) > 2000
    for row in rows:
        assert all(cell == cell.strip() for cell in row), row
        assert row.id and row.name and row.country and row.office and row.title and row.start, row


def test_rows_are_sorted_and_unique(rows: list[Row]) -> None:
    assert rows == sorted(rows, key=lambda r: (r.country, r.id, r.start, r.end, r.office))
    assert len(set(rows)) == len(rows)


def test_dates_are_iso_and_in_order(rows: list[Row]) -> None:
    iso = re.compile(r"(19|20)\d\d(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
    for row in rows:
        assert iso.fullmatch(row.start), row
        assert not row.end or iso.fullmatch(row.end), row
        shorter = min(len(row.start), len(row.end or row.start))
        assert not row.end or row.start[:shorter] <= row.end[:shorter], row


def test_countries_sectors_and_offices(rows: list[Row]) -> None:
    actors = DATA / "actors"
    states = {s["id"] for s in tomllib.loads((actors / "states.toml").read_text("utf-8"))["state"]}
    listed = tomllib.loads((actors / "organisations.toml").read_text("utf-8"))["organisation"]
    organisations = {o["id"] for o in listed} | {"NGO"}
    for row in rows:
        assert row.country in states | organisations, row
        # whoever heads or speaks for an organisation is coded as the organisation, without a sector
        assert row.sector in SECTORS or (row.sector == "" and row.country in organisations), row
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", row.office), row


def test_one_name_for_one_id_and_the_id_is_its_slug(rows: list[Row]) -> None:
    for row in rows:
        assert row.id == make_slug(row.name), row
    names = defaultdict(set)
    for row in rows:
        names[row.id].add((row.name, row.aliases))
    assert {i for i, n in names.items() if len(n) > 1} == set()


def test_no_two_persons_of_a_time_share_a_name(rows: list[Row]) -> None:
    # a family name that comes first ("Lee", "Kim") is shared as any surname is
    bearers = defaultdict(set)
    for row in rows:
        for name in (row.name, *filter(None, row.aliases.split("|"))):
            if " " in name or name != row.name.split()[0]:
                bearers[name].add(row)
    clashes = {
        (name, a.id, b.id)
        for name, group in bearers.items()
        for a, b in combinations(sorted(group), 2)
        if a.id != b.id and overlap(a, b)
    }
    assert clashes == set()


@pytest.mark.parametrize("office", ["foreign-minister", "defence-minister"])
def test_one_minister_at_a_time(rows: list[Row], office: str) -> None:
    # a month's slack: some sources date a change by the appointment, some by the oath
    held = defaultdict(list)
    for row in rows:
        if row.office == office and len(row.start) == 10 and len(row.end or row.start) == 10:
            end = date.fromisoformat(row.end) if row.end else date.max
            held[row.country].append((date.fromisoformat(row.start), end, row.id))
    clashes = [
        (country, first[2], second[2])
        for country, terms in held.items()
        for first, second in combinations(sorted(terms), 2)
        if first[2] != second[2] and second[0] + timedelta(days=31) < min(first[1], second[1])
    ]
    assert clashes == []


FACTS = [
    ("Boris Yeltsin", "1993-10-04", "RUS", "President"),
    ("Vladimir Putin", "1999-10-01", "RUS", "Prime Minister"),
    ("Vladimir Putin", "2004-09-01", "RUS", "President"),
    ("Vladimir Putin", "2010-06-01", "RUS", "Prime Minister"),
    ("Vladimir Putin", "2022-02-24", "RUS", "President"),
    ("Dmitry Medvedev", "2008-08-08", "RUS", "President"),
    ("Dmitry Medvedev", "2015-01-01", "RUS", "Prime Minister"),
    ("Sergei Lavrov", "2014-03-18", "RUS", "Foreign Minister"),
    ("Igor Ivanov", "2002-01-01", "RUS", "Foreign Minister"),
    ("Sergei Shoigu", "2022-02-24", "RUS", "Defence Minister"),
    ("Andrei Belousov", "2024-08-01", "RUS", "Defence Minister"),
    ("Mikhail Gorbachev", "1991-01-01", "SUN", "President"),
    ("Xi Jinping", "2022-02-04", "CHN", "President"),
    ("Hu Jintao", "2008-08-08", "CHN", "President"),
    ("Wang Yi", "2022-01-27", "CHN", "Foreign Minister"),
    ("Qin Gang", "2023-03-01", "CHN", "Foreign Minister"),
    ("Li Qiang", "2024-01-01", "CHN", "Premier"),
    ("Barack Obama", "2012-01-01", "USA", "President"),
    ("George W. Bush", "2003-03-20", "USA", "President"),
    ("George H.W. Bush", "1991-01-17", "USA", "President"),
    ("Bill Clinton", "1999-03-24", "USA", "President"),
    ("Donald Trump", "2018-06-12", "USA", "President"),
    ("Donald Trump", "2016-09-26", "USA", "Presidential Candidate"),
    ("Joe Biden", "2022-02-04", "USA", "President"),
    ("Joe Biden", "2014-05-01", "USA", "Vice President"),
    ("Hillary Clinton", "2011-05-02", "USA", "Secretary of State"),
    ("Hillary Clinton", "2016-10-01", "USA", "Presidential Candidate"),
    ("Antony Blinken", "2022-01-27", "USA", "Secretary of State"),
    ("Mike Pompeo", "2017-06-01", "USA", "CIA Director"),
    ("Mike Pompeo", "2019-06-01", "USA", "Secretary of State"),
    ("John Kerry", "2015-07-14", "USA", "Secretary of State"),
    ("Colin Powell", "2003-02-05", "USA", "Secretary of State"),
    ("James Mattis", "2018-01-01", "USA", "Defense Secretary"),
    ("Lloyd Austin", "2022-06-01", "USA", "Defense Secretary"),
    ("Jake Sullivan", "2022-02-11", "USA", "National Security Adviser"),
    ("Nikki Haley", "2017-12-21", "USA", "UN Ambassador"),
    ("Nancy Pelosi", "2022-08-02", "USA", "House Speaker"),
    ("Margaret Thatcher", "1984-12-19", "GBR", "Prime Minister"),
    ("Tony Blair", "2003-03-20", "GBR", "Prime Minister"),
    ("Boris Johnson", "2017-01-01", "GBR", "Foreign Secretary"),
    ("Boris Johnson", "2022-02-01", "GBR", "Prime Minister"),
    ("Liz Truss", "2022-02-10", "GBR", "Foreign Secretary"),
    ("Keir Starmer", "2025-01-01", "GBR", "Prime Minister"),
    ("Andy Burnham", "2026-09-01", "GBR", "Prime Minister"),
    ("Helmut Kohl", "1989-11-09", "DEU", "Chancellor"),
    ("Angela Merkel", "2015-09-04", "DEU", "Chancellor"),
    ("Olaf Scholz", "2022-02-15", "DEU", "Chancellor"),
    ("Friedrich Merz", "2025-06-01", "DEU", "Chancellor"),
    ("Frank-Walter Steinmeier", "2014-02-21", "DEU", "Foreign Minister"),
    ("Jacques Chirac", "2003-02-14", "FRA", "President"),
    ("Emmanuel Macron", "2022-02-07", "FRA", "President"),
    ("Jean-Yves Le Drian", "2015-11-14", "FRA", "Defence Minister"),
    ("Viktor Yanukovych", "2013-11-21", "UKR", "President"),
    ("Volodymyr Zelenskyy", "2022-02-24", "UKR", "President"),
    ("Dmytro Kuleba", "2022-03-10", "UKR", "Foreign Minister"),
    ("Donald Tusk", "2016-01-01", "EU", "European Council President"),
    ("Donald Tusk", "2024-06-01", "POL", "Prime Minister"),
    ("Ursula von der Leyen", "2022-02-24", "EU", "Commission President"),
    ("Josep Borrell", "2022-02-24", "EU", "EU Foreign Policy Chief"),
    ("Jens Stoltenberg", "2010-01-01", "NOR", "Prime Minister"),
    ("Jens Stoltenberg", "2022-02-24", "NATO", "Secretary-General"),
    ("Mark Rutte", "2025-06-24", "NATO", "Secretary-General"),
    ("Ban Ki-moon", "2005-01-01", "KOR", "Foreign Minister"),
    ("Ban Ki-moon", "2012-01-01", "UN", "Secretary-General"),
    ("Antonio Guterres", "2022-02-24", "UN", "Secretary-General"),
    ("Christine Lagarde", "2015-07-01", "IMF", "IMF Managing Director"),
    ("Tedros Adhanom Ghebreyesus", "2020-03-11", "WHO", "Director-General"),
    ("Viktor Orban", "2015-09-01", "HUN", "Prime Minister"),
    ("Viktor Orban", "2005-01-01", "HUN", "Opposition Leader"),
    ("Peter Magyar", "2026-06-01", "HUN", "Prime Minister"),
    ("Benjamin Netanyahu", "2015-03-03", "ISR", "Prime Minister"),
    ("Naftali Bennett", "2022-02-01", "ISR", "Prime Minister"),
    ("Yair Lapid", "2022-02-01", "ISR", "Foreign Minister"),
    ("Mahmoud Abbas", "2012-11-29", "PSE", "Palestinian President"),
    ("Ebrahim Raisi", "2022-01-19", "IRN", "President"),
    ("Ali Khamenei", "2015-07-14", "IRN", "Supreme Leader"),
    ("Mohammad Javad Zarif", "2015-07-14", "IRN", "Foreign Minister"),
    ("Recep Tayyip Erdogan", "2010-01-01", "TUR", "Prime Minister"),
    ("Recep Tayyip Erdogan", "2022-01-01", "TUR", "President"),
    ("Bashar al-Assad", "2013-08-21", "SYR", "President"),
    ("Ahmed al-Sharaa", "2017-06-01", "SYR", "Hayat Tahrir al-Sham Leader"),
    ("Ahmed al-Sharaa", "2025-05-14", "SYR", "President"),
    ("Saddam Hussein", "2003-03-20", "IRQ", "President"),
    ("Mohammed bin Salman", "2018-10-02", "SAU", "Crown Prince"),
    ("Abdel Fattah al-Sisi", "2013-07-03", "EGY", "Defence Minister"),
    ("Abdel Fattah al-Sisi", "2020-01-01", "EGY", "President"),
    ("Narendra Modi", "2022-02-01", "IND", "Prime Minister"),
    ("S. Jaishankar", "2022-02-01", "IND", "External Affairs Minister"),
    ("Imran Khan", "2022-02-24", "PAK", "Prime Minister"),
    ("Shinzo Abe", "2013-01-01", "JPN", "Prime Minister"),
    ("Fumio Kishida", "2016-01-01", "JPN", "Foreign Minister"),
    ("Fumio Kishida", "2022-02-01", "JPN", "Prime Minister"),
    ("Moon Jae-in", "2018-04-27", "KOR", "President"),
    ("Kim Jong Un", "2018-06-12", "PRK", "Leader"),
    ("Tsai Ing-wen", "2022-02-01", "TWN", "President"),
    ("Kassym-Jomart Tokayev", "2022-01-06", "KAZ", "President"),
    ("Serdar Berdymukhamedov", "2022-06-01", "TKM", "President"),
    ("Alexander Lukashenko", "2020-08-09", "BLR", "President"),
    ("Nikol Pashinyan", "2020-11-10", "ARM", "Prime Minister"),
    ("Aleksandar Vucic", "2016-01-01", "SRB", "Prime Minister"),
    ("Slobodan Milosevic", "1999-03-24", "YUG", "President"),
    ("Hashim Thaci", "2008-02-17", "KOS", "Prime Minister"),
    ("Nelson Mandela", "1995-06-24", "ZAF", "President"),
    ("Robert Mugabe", "2008-06-27", "ZWE", "President"),
    ("Abiy Ahmed", "2020-11-04", "ETH", "Prime Minister"),
    ("Mohamed Hamdan Dagalo", "2023-04-15", "SDN", "RSF Commander"),
    ("Luiz Inacio Lula da Silva", "2006-01-01", "BRA", "President"),
    ("Luiz Inacio Lula da Silva", "2023-06-01", "BRA", "President"),
    ("Jair Bolsonaro", "2022-02-16", "BRA", "President"),
    ("Hugo Chavez", "2006-09-20", "VEN", "President"),
    ("Juan Guaido", "2019-01-23", "VEN", "Opposition Leader"),
    ("Michelle Bachelet", "2016-01-01", "CHL", "President"),
    ("Michelle Bachelet", "2022-05-23", "UN", "UN High Commissioner for Human Rights"),
    ("Justin Trudeau", "2022-02-14", "CAN", "Prime Minister"),
    ("Scott Morrison", "2021-09-16", "AUS", "Prime Minister"),
    ("Jacinda Ardern", "2019-03-15", "NZL", "Prime Minister"),
    ("Pope Francis", "2022-02-25", "VAT", "Pope"),
    ("Osama bin Laden", "2001-09-11", "SAU", "Al Qaeda Leader"),
    ("Hassan Nasrallah", "2006-07-12", "LBN", "Hezbollah Leader"),
    ("Aung San Suu Kyi", "2018-01-01", "MMR", "State Counsellor"),
]


@pytest.mark.parametrize(("name", "day", "country", "title"), FACTS)
def test_who_held_what(rows: list[Row], name: str, day: str, country: str, title: str) -> None:
    held = {(r.country, r.title) for r in rows if r.name == name and covers(r, day)}
    assert (country, title) in held


NOT_IN_OFFICE = [
    ("Donald Trump", "2022-02-04", "President"),
    ("Barack Obama", "2017-02-01", "President"),
    ("Angela Merkel", "2022-02-04", "Chancellor"),
    ("Dmitry Medvedev", "2013-01-01", "President"),
    ("Ashraf Ghani", "2021-09-01", "President"),
    ("Wang Yi", "2023-03-01", "Foreign Minister"),
    ("Kofi Annan", "2007-02-01", "Secretary-General"),
    ("Boris Johnson", "2018-10-01", "Foreign Secretary"),
]


@pytest.mark.parametrize(("name", "day", "title"), NOT_IN_OFFICE)
def test_who_no_longer_or_not_yet_held_it(rows: list[Row], name: str, day: str, title: str) -> None:
    terms = [r for r in rows if r.name == name and r.title == title]
    assert terms
    assert not any(covers(r, day) for r in terms)


ALIASES = [
    ("MBS", "mohammed-bin-salman"),
    ("Zelensky", "volodymyr-zelenskyy"),
    ("Hemedti", "mohamed-hamdan-dagalo"),
    ("Abu Mazen", "mahmoud-abbas"),
    ("Lula", "luiz-inacio-lula-da-silva"),
    ("AMLO", "andres-manuel-lopez-obrador"),
    ("Kim Jong-un", "kim-jong-un"),
    ("Moammar Gadhafi", "muammar-gaddafi"),
    ("Sergey Lavrov", "sergei-lavrov"),
    ("Bibi", "benjamin-netanyahu"),
    ("Viktor Orbán", "viktor-orban"),
    ("Jokowi", "joko-widodo"),
]


@pytest.mark.parametrize(("alias", "person"), ALIASES)
def test_spellings_and_short_names(rows: list[Row], alias: str, person: str) -> None:
    assert {r.id for r in rows if alias in r.aliases.split("|")} == {person}


def test_the_strict_reader_takes_every_row() -> None:
    class Person(msgspec.Struct, forbid_unknown_fields=True):
        id: str
        name: str
        country: str
        office: str
        title: str
        start: str
        end: str | None = None
        sector: str | None = None
        aliases: str = ""

    assert sum(1 for _ in read_csv(DATA / "actors" / "people.csv", Person)) == len(list(read_people()))
