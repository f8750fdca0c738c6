"""Exports: each format keeps its schema, none makes what was denied look done, none is broken by hostile words."""

from __future__ import annotations

import csv
import io
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import networkx as nx
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from communique.errors import CommuniqueError
from communique.export.codebook import list_meanings, make_codebook
from communique.export.codes import (
    NOT_HAPPENED,
    find_country,
    get_quad_class,
    load_cameo_scores,
    score_cameo,
    to_cameo_actor,
)
from communique.export.columns import TABLES, to_table_rows
from communique.export.formats import FORMATS, find_format, open_output
from communique.export.networks import build_graph
from communique.export.options import Options, Reported
from communique.export.pairs import expand_pairs, find_sentence_number, get_day
from communique.export.plain import clean_line
from communique.export.report import make_console, render_document, say_date
from communique.export.tabbed import (
    GDELT_COLUMNS,
    GDELT_MENTION_COLUMNS,
    ICEWS_COLUMNS,
    PHOENIX_COLUMNS,
    POLECAT_COLUMNS,
)
from communique.records import CodedDocument, DateRange, Member, Piece, Place, Quantity
from documents import TEXT, event, make_document, member

DOC = make_document()
HOSTILE_TEXT = TEXT.replace("the Finnish president", "[red]it\tis\x1b[31m\u202e[/red]")
HOSTILE = replace(
    DOC,
    title="=cmd()\t[bold]x[/bold]\x07\nsecond line",
    publisher="[link=https://example.org]here[/link]",
    text=HOSTILE_TEXT,
    events=(
        event("e1", "CONSULT", actor=(member("[red]it\tis\x1b[31m\u202e[/red]", None, None, HOSTILE_TEXT),)),
    ),
    statements=(),
    stances=(),
)


def write(name: str, *documents: CodedDocument, **options: Any) -> bytes:
    file = io.BytesIO()
    find_format(name, "").write(documents, file, Options(**options))
    return file.getvalue()


def read_tabbed(name: str, *documents: CodedDocument) -> list[list[str]]:
    lines = write(name, *documents).decode().split("\n")
    assert lines.pop() == ""
    return [line.split("\t") for line in lines]


def test_jsonl_reads_back_equal() -> None:
    lines = write("jsonl", DOC, HOSTILE).splitlines()
    assert [msgspec.json.decode(line, type=CodedDocument) for line in lines] == [DOC, HOSTILE]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("with_text", [False, True])
def test_parquet_reads_back_equal(table: str, with_text: bool) -> None:
    read = pq.read_table(io.BytesIO(write("parquet", DOC, HOSTILE, table=table, with_text=with_text)))
    names = [name for name, _, _ in TABLES[table]] + ["text"] * with_text
    rows = [row for doc in (DOC, HOSTILE) for row in to_table_rows(doc, table)]
    assert read.to_pylist() == [{name: row[name] for name in names} for row in rows]


@pytest.mark.parametrize("table", TABLES)
def test_csv_has_the_columns_of_its_table(table: str) -> None:
    rows = list(csv.reader(io.StringIO(write("csv", DOC, HOSTILE, table=table).decode(), newline="")))
    assert rows[0] == [name for name, _, _ in TABLES[table]]
    assert {len(row) for row in rows} == {len(rows[0])}


def test_csv_cells() -> None:
    rows = list(csv.DictReader(io.StringIO(write("csv", DOC).decode(), newline="")))
    first = rows[0]
    assert first["actor"] == "NOR.GOV; FIN.GOV"
    assert first["actor_cow"] == "385; 375"
    assert first["cameo"] == "040"
    assert first["reciprocal"] == "true"
    spans = [tuple(map(int, span.split("-"))) for span in first["actor_span"].split("; ")]
    assert [TEXT[a:b] for a, b in spans] == first["actor_text"].split("; ")
    assert rows[1]["recipient"] == "" and rows[1]["recipient_text"] == "12 diplomats"


def test_stata_reads_back() -> None:
    read = pd.read_stata(io.BytesIO(write("dta", DOC, HOSTILE, with_text=True)))
    assert list(read["event"]) == ["e1", "e2", "e3", "e1"]
    assert list(read["cameo"]) == ["040", "172", "051", "040"]
    assert list(read["place_geonameid"].fillna(0)) == [3143244, 0, 0, 0]
    assert read["text"][0] == TEXT
    assert read["title"][3] == HOSTILE.title


def test_plover_follows_the_manual() -> None:
    records = json.loads(write("plover", DOC))
    assert [record["event"] for record in records] == ["CONSULT", "SANCTION", "SUPPORT"]
    for record in records:
        assert {"id", "date", "actor", "event"} <= set(record)
        assert set(record) <= PLOVER_KEYS
        for side in ("actor", "recipient"):
            assert all(set(entity) <= PLOVER_ENTITY for entity in record[side])
    meeting, denied, _ = records
    assert [(e["code"], e["sector"]) for e in meeting["actor"]] == [("NOR", "GOV"), ("FIN", "GOV")]
    assert meeting["date"] == "2020-03-03"
    assert denied["context"] == ["negation"]
    assert denied["recipient"] == [{"entity_text": "12 diplomats"}]
    assert denied["quad_code"] == 4
    assert TEXT not in json.dumps(records, ensure_ascii=False)
    assert json.loads(write("plover", DOC, with_text=True))[0]["text_info"]["text_story"] == TEXT
    assert json.loads(write("plover")) == []


PLOVER_KEYS = {
    "id",
    "date",
    "actor",
    "event",
    "enddate",
    "recipient",
    "event_loc",
    "event_text",
    "quad_code",
    "event_scale",
    "mode",
    "size",
    "context",
    "text",
    "text_info",
    "cite_info",
    "coder",
    "comment",
}
PLOVER_ENTITY = {"code", "sector", "entity_text", "identifier_text", "office"}


@pytest.mark.parametrize(
    ("changes", "context"),
    [
        ({}, []),
        ({"factuality": "recurring"}, []),
        ({"factuality": "denied", "polarity": "negative"}, ["negation"]),
        ({"polarity": "negative"}, ["negation"]),
        ({"factuality": "intended"}, ["future"]),
        ({"factuality": "demanded"}, ["future"]),
        ({"factuality": "hypothetical"}, ["hypothetical"]),
        ({"factuality": "suspected", "polarity": "negative"}, ["hypothetical", "negation"]),
        ({"date": DateRange("2012", (0, 4), "2012-01-01", "2012-12-31")}, ["historical"]),
        ({"date": DateRange("May", (0, 3), "2019-05-01", "2019-05-31")}, []),
        ({"date": DateRange("once", (0, 4), None, None)}, []),
    ],
)
def test_plover_marks_what_did_not_happen_now(changes: dict[str, Any], context: list[str]) -> None:
    doc = replace(DOC, events=(event("x", "CONSULT", actor=DOC.events[0].actor, **changes),))
    assert json.loads(write("plover", doc))[0]["context"] == context


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("Shelling killed 12 people and wounded 30.", {"dead": 12, "injured": 30}),
        ("At least 12 people were killed, 30 were injured.", {"dead": 12, "injured": 30}),
        ("Police arrested 12 protesters among a crowd of marchers that counted 30.", {"arrested": 12}),
        ("They met 12 envoys and 30 others.", {}),
    ],
)
def test_plover_size_says_what_persons_are(text: str, size: dict[str, int]) -> None:
    numbers = tuple(
        Quantity(float(n), "persons", n, (text.index(n), text.index(n) + 2), None) for n in ("12", "30")
    )
    done = event("x", "ASSAULT", actor=(member(text.split()[0], None, None, text),), quantities=numbers)
    done = replace(done, sentence=(0, len(text)), trigger=Piece(text[:4], (0, 4)))
    record = json.loads(write("plover", replace(DOC, text=text, events=(done,))))[0]
    assert record.get("size", {}) == size


@pytest.mark.parametrize("format", FORMATS, ids=lambda f: f.name)
def test_every_format_has_a_codebook_with_a_citation(format: Any) -> None:
    text = make_codebook(format, Options(), 3, {"actor": "RUS"})
    assert format.name in text and "Citation: Communiqué, version" in text and "actor = RUS" in text
    assert (
        TEXT.split("\n")[1] not in write(format.name, DOC).decode(errors="replace") or format.name == "jsonl"
    )


@pytest.mark.parametrize("format", FORMATS, ids=lambda f: f.name)
def test_a_codebook_says_what_every_column_means(format: Any) -> None:
    """Of the columns, keys and attributes that are written, none is without a meaning and none is invented."""
    told = [name for name, meaning in list_meanings(format.name) if meaning]
    if format.name in TABBED:
        assert told == list(TABBED[format.name][0])
    elif format.name == "plover":
        assert set(told) == PLOVER_KEYS
    elif format.name in ("graphml", "gexf"):
        graph = build_graph([DOC])
        kept = {key for _, _, data in graph.edges(data=True) for key in data}
        assert set(told) == kept | {key for _, data in graph.nodes(data=True) for key in data}


def test_a_codebook_counts_what_was_left_out() -> None:
    options = Options()
    undated = replace(DOC, published=None)
    rows = find_format("gdelt", "").write([undated], io.BytesIO(), options)
    assert rows == 2  # the dated meeting, both ways
    assert options.left_out == {NOT_HAPPENED: 1, "without a day": 1}
    assert "Left out: 1 events without a day." in make_codebook(find_format("gdelt", ""), options, rows, {})


TABBED = {
    "gdelt": (GDELT_COLUMNS, 61, False),
    "gdelt-mentions": (GDELT_MENTION_COLUMNS, 16, False),
    "icews": (ICEWS_COLUMNS, 20, True),
    "polecat": (POLECAT_COLUMNS, 40, True),
    "phoenix": (PHOENIX_COLUMNS, 26, True),
}


@pytest.mark.parametrize("name", TABBED)
def test_tabbed_formats_have_their_columns(name: str) -> None:
    columns, number, header = TABBED[name]
    rows = read_tabbed(name, DOC, HOSTILE)
    assert len(columns) == len(set(columns)) == number
    assert {len(row) for row in rows} == {number}
    assert (rows[0] == list(columns)) is header


@pytest.mark.parametrize("name", [*TABBED, "graphml", "gexf"])
@pytest.mark.parametrize("factuality", ["denied", "intended", "demanded", "hypothetical", "suspected"])
def test_what_did_not_happen_is_left_out_where_it_cannot_be_marked(name: str, factuality: str) -> None:
    done = event("x", "ASSAULT", actor=DOC.events[2].actor, recipient=DOC.events[2].recipient)
    doc = replace(DOC, events=(done,))
    nothing = write(name, replace(DOC, events=()))
    assert write(name, doc) != nothing
    assert write(name, replace(DOC, events=(replace(done, factuality=factuality),))) == nothing
    assert write(name, replace(DOC, events=(replace(done, polarity="negative"),))) == nothing


def test_gdelt_row() -> None:
    rows = [dict(zip(GDELT_COLUMNS, row, strict=True)) for row in read_tabbed("gdelt", DOC)]
    assert len(rows) == 3  # both directions of the meeting, and the support
    row = rows[0]
    wanted = {
        "SQLDATE": "20200303",
        "MonthYear": "202003",
        "Year": "2020",
        "FractionDate": "2020.1726",
        "Actor1Code": "NORGOV",
        "Actor1CountryCode": "NOR",
        "Actor1Type1Code": "GOV",
        "Actor2Code": "FINGOV",
        "IsRootEvent": "1",
        "EventCode": "040",
        "EventBaseCode": "040",
        "EventRootCode": "04",
        "QuadClass": "1",
        "GoldsteinScale": "1.0",
        "ActionGeo_Type": "4",
        "ActionGeo_FullName": "Oslo",
        "ActionGeo_CountryCode": "NO",
        "ActionGeo_Lat": "59.91",
        "AvgTone": "",
        "DATEADDED": "20200305000000",
        "SOURCEURL": DOC.url,
    }
    assert {key: row[key] for key in wanted} == wanted
    mentions = [
        dict(zip(GDELT_MENTION_COLUMNS, row, strict=True)) for row in read_tabbed("gdelt-mentions", DOC)
    ]
    assert [m["GLOBALEVENTID"] for m in mentions] == [r["GLOBALEVENTID"] for r in rows]
    assert len({r["GLOBALEVENTID"] for r in rows}) == len(rows)
    assert TEXT[int(mentions[0]["ActionCharOffset"]) :].startswith("met")


@pytest.mark.parametrize(("place", "gdelt", "icews"), [
    (Place("Oslo", (0, 4), "NOR", 59.9, 10.7, 3143244), ("4", "NO", "NO"), ("Oslo", "")),
    (Place("Mexico", (0, 6), "MEX", 23.0, -102.0, 3996063), ("1", "MX", "MX"), ("", "")),
    (Place("the United States", (0, 3), "USA", 39.8, -98.5, 6252001), ("1", "US", "US"), ("", "")),
    (Place("Ohio", (0, 4), "USA", 40.3, -83.0, None), ("2", "US", "USOH"), ("", "Ohio")),
    (Place("Flint", (0, 5), "USA", 43.0, -83.7, 4992982), ("3", "US", "US"), ("Flint", "")),
    (Place("Drexel University", (0, 5), "USA", None, None, None), ("1", "US", "US"), ("", "")),
    (Place("Twitter", (0, 5), None, None, None, None), ("0", "", ""), ("", "")),
])  # fmt: skip
def test_a_country_is_no_city(place: Place, gdelt: tuple[str, ...], icews: tuple[str, ...]) -> None:
    doc = replace(DOC, events=(replace(DOC.events[0], place=place),))
    row = dict(zip(GDELT_COLUMNS, read_tabbed("gdelt", doc)[0], strict=True))
    assert tuple(row[f"ActionGeo_{name}"] for name in ("Type", "CountryCode", "ADM1Code")) == gdelt
    for name in ("icews", "polecat"):
        header, first, *_ = read_tabbed(name, doc)
        cells = dict(zip(header, first, strict=True))
        assert tuple(cells[key].replace("None", "") for key in ("City", "Province")) == icews


def test_reports_of_a_happening_are_mentions_of_one_event() -> None:
    other = replace(DOC, id="nordic-2", url=None, publisher="The Other")
    met = Reported(DOC.id, "e1", 2, 2, ("The Example", "The Other"))
    options = Options(deduplicated=True, reports={(DOC.id, "e1"): met, ("nordic-2", "e1"): met})

    def write_rows(name: str, columns: tuple[str, ...], *documents: CodedDocument) -> list[dict[str, str]]:
        file = io.BytesIO()
        find_format(name, "").write(documents, file, options)
        return [
            dict(zip(columns, line.split("\t"), strict=True))
            for line in file.getvalue().decode().splitlines()
        ]

    events = write_rows("gdelt", GDELT_COLUMNS, DOC)
    assert [(r["NumMentions"], r["NumSources"], r["NumArticles"]) for r in events] == [
        ("2", "2", "2"), ("2", "2", "2"), ("1", "1", "1"),
    ]  # fmt: skip
    mentions = write_rows("gdelt-mentions", GDELT_MENTION_COLUMNS, DOC, other)
    assert [m["GLOBALEVENTID"] for m in mentions[3:5]] == [r["GLOBALEVENTID"] for r in events[:2]]
    assert [(m["MentionType"], m["MentionSourceName"]) for m in mentions[2:4]] == [
        ("1", "example.org"), ("2", "The Other"),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["csv", "gdelt", "icews", "polecat", "phoenix"])
def test_no_cell_is_a_formula(name: str) -> None:
    evil = '=HYPERLINK("http://x")'
    doc = replace(
        DOC,
        title="@SUM(A1)",
        publisher="+1",
        actors=(),
        events=tuple(
            replace(e, actor=tuple(replace(m, text=evil) for m in e.actor), context=("-1+1",))
            for e in DOC.events
        ),
    )
    separator = "," if name == "csv" else "\t"
    lines = csv.reader(
        io.StringIO(write(name, doc).decode(), newline=""), delimiter=separator,
        quoting=csv.QUOTE_MINIMAL if name == "csv" else csv.QUOTE_NONE,
    )  # fmt: skip
    cells = [cell for line in lines for cell in line]
    assert not [c for c in cells if c[:1] in ("=", "+", "@") or (c[:1] == "-" and not is_number(c))]
    assert name in ("gdelt", "phoenix") or any(c.startswith("'=HYPER") for c in cells)


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_polecat_joins_several_values_and_says_none() -> None:
    header, *rows = read_tabbed("polecat", DOC)
    row = dict(zip(header, rows[0], strict=True))
    assert row["Actor Country"] == "NOR; FIN"
    assert row["Actor COW"] == "385; 375"
    assert row["Recipient Name"] == "None"
    assert row["Contexts"] == "diplomatic; territory"
    assert [r[2] for r in rows] == ["CONSULT", "SUPPORT"]


def test_icews_and_phoenix_rows() -> None:
    header, *rows = read_tabbed("icews", DOC)
    row = dict(zip(header, rows[0], strict=True))
    assert (row["Source Country"], row["Target Country"], row["Country"]) == ("Norway", "Finland", "Norway")
    assert row["CAMEO Code"] == "040" and row["Sentence Number"] == "2"
    header, *rows = read_tabbed("phoenix", DOC)
    row = dict(zip(header, rows[0], strict=True))
    assert (row["source"], row["source_root"], row["source_agent"]) == ("NORGOV", "NOR", "GOV")
    assert (row["root_code"], row["quad_class"], row["story_date"]) == ("04", "1", "20200303")


@pytest.mark.parametrize(("code", "cameo"), [
    ("RUS", "RUS"), ("RUS.GOV", "RUSGOV"), ("CHN.JRN", "CHNMED"), ("CHN.MED", "CHNHLH"), ("NATO", "NAT"), ("ROU.GOV", "ROMGOV"),
    ("COD", "COD"), (None, None),
])  # fmt: skip
def test_cameo_actor_codes(code: str | None, cameo: str | None) -> None:
    assert to_cameo_actor(Member(None, code, "x", (0, 1))) == cameo


@pytest.mark.parametrize(("code", "quad", "phoenix"), [
    ("010", 1, 0), ("020", 1, 0), ("036", 1, 1), ("057", 1, 1), ("061", 2, 2), ("084", 2, 2), ("090", 3, 3),
    ("138", 3, 3), ("141", 4, 4), ("160", 4, 3), ("190", 4, 4), ("204", 4, 4),
])  # fmt: skip
def test_quad_classes(code: str, quad: int, phoenix: int) -> None:
    assert (get_quad_class(code), get_quad_class(code, phoenix=True)) == (quad, phoenix)


@pytest.mark.parametrize(("code", "score"), [("010", 0.0), ("0311", 5.2), ("03119", 5.2), ("999", None)])
def test_cameo_scores(code: str, score: float | None) -> None:
    assert score_cameo(code) == score
    assert all(-10 <= s <= 10 for s in load_cameo_scores().values())


def test_countries_have_their_other_codes() -> None:
    norway = find_country(Member(None, "NOR.GOV", "Oslo", (0, 4)))
    assert norway and (norway.cow, norway.fips, norway.iso2) == (385, "NO", "NO")
    assert find_country(Member(None, "NATO", "NATO", (0, 4))) is None


def test_networks_read_back() -> None:
    for name, read in (("graphml", nx.read_graphml), ("gexf", nx.read_gexf)):
        graph = read(io.BytesIO(write(name, DOC)))
        assert set(graph.nodes) == {"NOR", "FIN"}
        edge = graph.edges["NOR", "FIN"]
        assert (edge["events"], edge["mean_score"], edge["sign"]) == (2, 3.75, 1)
        assert write(name, DOC) == write(name, DOC)


A, B, C = (Member(code, code, code, (n, n + 1)) for n, code in enumerate(("NOR", "FIN", "SWE")))
UNKNOWN = Member(None, None, "rebels", (5, 11))


@pytest.mark.parametrize(("actors", "recipients", "reciprocal", "pairs"), [
    ((A,), (B,), False, ["NOR>FIN"]),
    ((A, B), (C,), False, ["NOR>SWE", "FIN>SWE"]),
    ((A, A), (B,), False, ["NOR>FIN"]),
    ((A,), (A,), False, ["NOR>NOR"]),
    ((A,), (), False, ["NOR>"]),
    ((A,), (UNKNOWN,), False, ["NOR>rebels"]),
    ((A, B), (), True, ["NOR>FIN", "FIN>NOR"]),
    ((A,), (B,), True, ["NOR>FIN", "FIN>NOR"]),
    ((A,), (), True, ["NOR>"]),
    ((A, B), (A, B), True, ["NOR>FIN", "FIN>NOR"]),
    ((), (), True, []),
])  # fmt: skip
def test_pairs(actors: Any, recipients: Any, reciprocal: bool, pairs: list[str]) -> None:
    one = event("x", "CONSULT", actor=actors, recipient=recipients, reciprocal=reciprocal)
    assert [f"{a.text}>{r.text if r else ''}" for a, r in expand_pairs(one)] == pairs


def test_an_event_counts_for_its_own_day_else_for_the_articles() -> None:
    assert [get_day(DOC, e) for e in DOC.events] == ["2020-03-03", "2020-03-05", "2020-03-05"]
    assert get_day(replace(DOC, published=None), DOC.events[1]) is None


def test_sentences_are_numbered_in_order() -> None:
    assert [find_sentence_number(DOC, e) for e in DOC.events] == [2, 3, 4]


@pytest.mark.parametrize("format", FORMATS, ids=lambda f: f.name)
def test_every_format_has_a_codebook_and_takes_nothing(format: Any) -> None:
    file = io.BytesIO()
    assert format.write([], file, Options()) == 0
    book = make_codebook(format, Options(), 0, {"actor": "RUS"})
    assert format.name in book and "actor = RUS" in book
    for name, _, _ in TABLES["events"] if format.name in ("csv", "parquet", "dta") else ():
        assert f"| {name} |" in book


@pytest.mark.parametrize(("path", "name"), [
    ("a.jsonl", "jsonl"), ("a.CSV", "csv"), ("a.export.csv", "gdelt"), ("a.parquet", "parquet"), ("-", "jsonl"),
    ("a.json", "plover"), ("a", "jsonl"),
])  # fmt: skip
def test_the_ending_tells_the_format(path: str, name: str) -> None:
    assert find_format(None, path).name == name


@pytest.mark.parametrize("path", ["a.xlsx", "a.csv.gz", "b/c.2024"])
def test_an_ending_that_tells_none_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"known are \.jsonl, \.csv, \.parquet"):
        find_format(None, path)
    assert find_format("csv", path).name == "csv"


def test_a_failed_export_leaves_the_old_file(tmp_path: Any) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")
    with pytest.raises(RuntimeError), open_output(str(target)) as file:
        file.write(b"half")
        raise RuntimeError
    assert target.read_text() == "old"


# ---- the report


def render(document: CodedDocument, width: int = 100, **options: Any) -> str:
    console = make_console(io.StringIO(), width=width, **options)
    console.print(render_document(document))
    printed: str = console.file.getvalue()  # type: ignore[attr-defined]
    return printed


def flat(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("words", [
    "Norway and Finland agree on border",
    "The Example · 5 Mar 2020 · en · nordic-1",
    "Note: one note",
    "A Minister and the Finnish president (NOR.GOV, FIN.GOV) ↔ CONSULT, visit — 3 Mar 2020, Oslo (NOR)",
    "“Norway’s foreign minister met the Finnish president in Oslo on Tuesday.”",
    "DENIED Finland (FIN) → SANCTION, expel → “12 diplomats”",
    "12 persons (diplomats)",
    "according to A Minister (NOR.GOV), via NTB (NOR.JRN)",
    "A Minister (NOR.GOV) said, via NTB (NOR.JRN)",
    "Norway (NOR) strongly supports “the treaty”",
])  # fmt: skip
def test_the_report_says(words: str) -> None:
    assert words in flat(render(DOC))


def test_several_support_and_one_supports() -> None:
    (stance,) = DOC.stances
    several = replace(DOC, stances=(replace(stance, holder=(*stance.holder, DOC.events[1].actor[0])),))
    assert "Norway and Finland (NOR, FIN) strongly support “the treaty”" in flat(render(several))


def test_a_pipe_gets_no_colour_and_a_terminal_sees_factuality() -> None:
    assert "\x1b" not in render(DOC)
    coloured = render(DOC, force_terminal=True, color_system="standard", no_color=False)
    assert "\x1b[1;31mDENIED" in coloured or "\x1b[31mDENIED" in coloured
    assert "\x1b[1;4mmet" in coloured


@pytest.mark.parametrize("width", [30, 60, 120])
def test_the_report_keeps_to_the_width(width: int) -> None:
    lines = render(DOC, width).split("\n")
    assert max(map(len, lines)) <= width
    assert not [line for line in lines if line.endswith(" ")]


def test_hostile_text_cannot_steer_the_terminal() -> None:
    printed = render(HOSTILE)
    assert "[red]it is�[31m�[/red]" in flat(printed)
    assert "[link=https://example.org]here[/link]" in printed
    assert not set(printed) & {"\x1b", "\x07", "\u202e", "\t"}


@given(st.text())
def test_cleaned_lines_keep_their_offsets(text: str) -> None:
    clean = clean_line(text)
    assert len(clean) == len(text)
    assert len(clean.splitlines()) <= 1
    assert clean.isprintable() or not any(c < " " for c in clean)
    clean.encode()


@settings(max_examples=30)
@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_a_report_takes_any_span(a: int, b: int) -> None:
    span = (min(a, b), max(a, b))
    odd = replace(DOC.events[0], sentence=span)
    assert "CONSULT" in render(replace(DOC, events=(odd,)))


@pytest.mark.parametrize(("start", "end", "said"), [
    ("2022-02-04", "2022-02-04", "4 Feb 2022"),
    ("2022-01-24", "2022-01-30", "24–30 Jan 2022"),
    ("2022-01-30", "2022-02-05", "30 Jan – 5 Feb 2022"),
    ("2021-12-30", "2022-01-02", "30 Dec 2021 – 2 Jan 2022"),
    ("2021-08-01", "2021-08-31", "Aug 2021"),
    ("2008-01-01", "2008-12-31", "2008"),
    ("2020-02-01", "2020-02-29", "Feb 2020"),
    (None, None, "“then”"),
    ("2020-02-01", None, "“then” (from 1 Feb 2020)"),
    (None, "2020-02-01", "“then” (until 1 Feb 2020)"),
    ("0", "1", "0 to 1"),
])  # fmt: skip
def test_dates_are_said_as_people_say_them(start: str | None, end: str | None, said: str) -> None:
    assert say_date(DateRange("then", (0, 4), start, end)) == said


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device here")
def test_a_full_disk_is_named(tmp_path: Path) -> None:
    (tmp_path / "out.csv.part").symlink_to("/dev/full")
    with (
        pytest.raises(CommuniqueError, match=r"out\.csv: No space left"),
        open_output(str(tmp_path / "out.csv")) as file,
    ):
        file.write(b"x" * 100_000)
    assert not (tmp_path / "out.csv").exists()


def test_a_folder_is_no_output(tmp_path: Path) -> None:
    with pytest.raises(CommuniqueError, match="a folder"), open_output(str(tmp_path)) as file:
        file.write(b"x")


def test_a_pipe_is_written_to_and_a_link_followed(tmp_path: Path) -> None:
    """`-o /dev/null` must never put a file in the device's place."""
    pipe, kept, link = tmp_path / "pipe", tmp_path / "kept.csv", tmp_path / "newest.csv"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with open_output(str(pipe)) as file:
        file.write(b"x")
    assert os.read(reader, 9) == b"x" and pipe.is_fifo()
    os.close(reader)
    link.symlink_to(kept)
    with open_output(str(link)) as file:
        file.write(b"y")
    assert link.is_symlink() and kept.read_bytes() == b"y"
    assert sorted(tmp_path.iterdir()) == [kept, link, pipe]
