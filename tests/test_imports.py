"""Imports: each format's rows mean what they say, our own exports come back equal, and bad lines are named."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from communique.commands import app
from communique.errors import InputError
from communique.export.codes import load_cameo_scores, score_cameo, to_cameo_sector
from communique.export.formats import find_format as find_export
from communique.export.options import Options
from communique.export.pairs import expand_pairs
from communique.export.tabbed import GDELT_COLUMNS, ICEWS_COLUMNS, POLECAT_COLUMNS
from communique.imports import find_format, import_file
from communique.imports.formats import GDELT1_COLUMNS, detect_format
from communique.imports.meanings import find_acled_party, find_meaning, load_acled, load_meanings, score_type
from communique.knowledge.ontology import load_ontology
from communique.records import CodedDocument, Member, Place
from communique.store import imports, open_store
from documents import event, make_document

DOC = make_document()


def make_line(columns: tuple[str, ...], delimiter: str = "\t", **cells: str) -> str:
    out = io.StringIO()
    row = [cells.get(name.replace(" ", "_"), "") for name in columns]
    if delimiter == "\t":
        return "\t".join(row) + "\n"
    csv.writer(out, delimiter=delimiter, lineterminator="\n").writerow(row)
    return out.getvalue()


GDELT = {"GLOBALEVENTID": "7", "SQLDATE": "20220224", "Actor1Code": "RUSMIL", "Actor1Name": "RUSSIAN ARMY",
         "Actor1CountryCode": "RUS", "Actor1Type1Code": "MIL", "Actor2Code": "UKR", "Actor2Name": "UKRAINE",
         "Actor2CountryCode": "UKR", "EventCode": "1951", "QuadClass": "4", "GoldsteinScale": "-10.0", "NumArticles": "12",
         "AvgTone": "-3.5", "ActionGeo_FullName": "Kharkiv, Ukraine", "ActionGeo_CountryCode": "UP",
         "ActionGeo_Lat": "50", "ActionGeo_Long": "36.25", "ActionGeo_FeatureID": "-1041320",
         "DATEADDED": "20220225121500", "SOURCEURL": "https://news.example/a"}  # fmt: skip
ICEWS = {"Event_ID": "9", "Event_Date": "2014-03-01", "Source_Name": "Foreign Ministry (Russia)",
         "Source_Sectors": "Executive,Foreign Ministry,Government", "Source_Country": "Russia", "Event_Text": "Make a visit",
         "CAMEO_Code": "042", "Intensity": "1.9", "Target_Name": "NATO", "Target_Country": "NULL", "Story_ID": "3",
         "Sentence_Number": "1", "Publisher": "The Example", "City": "Brussels", "Country": "Belgium",
         "Latitude": "50.85", "Longitude": "4.35"}  # fmt: skip
POLECAT = {"Event_ID": "p1", "Event_Date": "2020-01-02", "Event_Type": "ASSAULT", "Event_Mode": "aerial",
           "Intensity": "-9.5", "Contexts": "military; territory", "Actor_Name": "Air Force", "Actor_Country": "SYR",
           "Actor_Sectors": "MIL", "Recipient_Name": "None", "Recipient_Country": "None", "Placename": "Idlib",
           "Country": "SYR", "GeoNames_ID": "169577", "Publication_Date": "2020-01-03", "Source": "The Example"}  # fmt: skip
ACLED_COLUMNS = ("event_id_cnty", "event_date", "year", "event_type", "sub_event_type", "actor1", "inter1", "actor2", "inter2",
                 "country", "location", "latitude", "longitude", "source", "notes", "fatalities")  # fmt: skip
ACLED = {"event_id_cnty": "KEN1", "event_date": "03 May 2019", "event_type": "Riots", "sub_event_type": "Violent demonstration",
         "actor1": "Rioters (Kenya)", "inter1": "Rioters", "actor2": "Police Forces of Kenya (2013-)",
         "inter2": "State forces", "country": "Kenya", "location": "Nairobi", "latitude": "-1.28", "longitude": "36.82",
         "source": "The Example", "notes": "Stones were thrown.\nTwo were hurt, it said.", "fatalities": "0"}  # fmt: skip
SOURCES = {
    "gdelt": (GDELT_COLUMNS, GDELT, "", "\t"),
    "icews": (ICEWS_COLUMNS, ICEWS, "\t".join(ICEWS_COLUMNS) + "\n", "\t"),
    "polecat": (POLECAT_COLUMNS, POLECAT, "\t".join(POLECAT_COLUMNS) + "\n", "\t"),
    "acled": (ACLED_COLUMNS, ACLED, ",".join(ACLED_COLUMNS) + "\n", ","),
}


def make_file(name: str, *rows: dict[str, str]) -> str:
    columns, base, header, delimiter = SOURCES[name]
    return header + "".join(make_line(columns, delimiter, **{**base, **row}) for row in rows or ({},))


def read(name: str, **cells: str) -> Any:
    columns, base, _, delimiter = SOURCES[name]
    line = next(csv.reader([make_line(columns, delimiter, **{**base, **cells})], delimiter=delimiter))
    return find_format(name).read(dict(zip(columns, line, strict=True)))


def test_gdelt_row() -> None:
    found = read("gdelt")
    assert (found.id, found.type, found.mode, found.cameo, found.score) == (
        "7",
        "ASSAULT",
        "aerial",
        "1951",
        -10.0,
    )
    assert found.actor == (("RUS.MIL", "RUSSIAN ARMY"),) and found.recipient == (("UKR", "UKRAINE"),)
    assert (found.date_start, found.published, found.publisher) == (
        "2022-02-24",
        "2022-02-25",
        "news.example",
    )
    assert (found.place_country, found.place_geonameid, found.reports) == ("UKR", None, 12)
    assert read("gdelt", EventCode="010", QuadClass="1").type is None
    assert read("gdelt", Actor1Code="", Actor1Name="").actor == ()
    assert (
        read("gdelt", Actor1CountryCode="", Actor1KnownGroupCode="UNO", Actor1Type1Code="").actor[0][0]
        == "UN"
    )
    assert read("gdelt", Actor1CountryCode="ROM", Actor1Type1Code="MED").actor[0][0] == "ROU.JRN"
    assert read("gdelt", Actor1CountryCode="XXQ").actor[0][0] is None


def test_icews_row() -> None:
    found = read("icews")
    assert (found.type, found.mode, found.cameo, found.score) == ("CONSULT", "visit", "042", 1.9)
    assert found.actor == (("RUS.GOV", "Foreign Ministry (Russia)"),) and found.recipient == (
        ("NATO", "NATO"),
    )
    assert (found.place_text, found.place_country) == ("Brussels", "BEL")
    assert read("icews", Source_Country="Atlantis").actor[0][0] is None


def test_polecat_row() -> None:
    found = read("polecat")
    assert (found.type, found.mode, found.context) == ("ASSAULT", "aerial", ("military", "territory"))
    assert found.actor == (("SYR.MIL", "Air Force"),) and found.recipient == ()
    assert (found.place_country, found.place_geonameid, found.published) == ("SYR", 169577, "2020-01-03")
    two = read("polecat", Actor_Country="SYR; RUS", Actor_Sectors="MIL", Actor_Name="A; B")
    assert two.reciprocal and two.actor == (("SYR", "A"), ("RUS", "B"))


def test_acled_row() -> None:
    found = read("acled")
    assert (found.type, found.mode, found.score) == ("PROTEST", "riot", -7.0)
    assert found.actor[0][0] == "KEN.CVL" and found.recipient[0][0] == "KEN.MIL"
    assert (found.date_start, found.place_text, found.place_country, found.deaths) == (
        "2019-05-03",
        "Nairobi",
        "KEN",
        0,
    )
    fight = read("acled", sub_event_type="Armed clash")
    assert fight.reciprocal and len(fight.actor) == 2 and fight.recipient == ()
    force = read("acled", sub_event_type="Excessive force against protesters")
    assert force.actor[0][0] == "KEN.MIL"
    assert read("acled", sub_event_type="Other").type is None


@pytest.mark.parametrize(("name", "kind", "code"), [
    ("Military Forces of Ukraine (2019-)", "1", "UKR.MIL"), ("Protesters (Nigeria)", "Protesters", "NGA.CVL"),
    ("Unidentified Armed Group", "3", None),
])  # fmt: skip
def test_acled_actors(name: str, kind: str, code: str | None) -> None:
    assert find_acled_party(name, kind) == code


BAD = [
    ("gdelt", {"EventCode": "40x"}, "no CAMEO code"), ("gdelt", {"SQLDATE": "20221301"}, "month"),
    ("gdelt", {"QuadClass": "9"}, "no quad class"), ("gdelt", {"GoldsteinScale": "-11"}, "out of range"),
    ("gdelt", {"ActionGeo_Lat": "nan"}, "out of range"), ("gdelt", {"GLOBALEVENTID": ""}, "no id"),
    ("icews", {"CAMEO_Code": "42"}, "no CAMEO code"), ("icews", {"Event_Date": "soon"}, "no date"),
    ("polecat", {"Event_Type": "HUG"}, "no PLOVER type"), ("acled", {"sub_event_type": "Picnic"}, "no sub-event type"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "cells", "reason"), BAD)
def test_bad_cells_are_refused(name: str, cells: dict[str, str], reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        read(name, **cells)


def load(path: Path, *files: Path, **options: Any) -> tuple[Any, list[str]]:
    said: list[str] = []
    with open_store(path, write=True) as store:
        done = [
            import_file(store, str(f), store.start_run("1.0"), lambda e: said.append(str(e)), **options)
            for f in files
        ]
    return done[-1], said


def write(folder: Path, name: str, text: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file


@pytest.mark.parametrize("name", SOURCES)
def test_format_is_told_by_the_columns(name: str) -> None:
    found = detect_format(make_file(name).splitlines()[0])
    assert found and found.name == name


def test_gdelt_1_is_read() -> None:
    line = make_line(GDELT1_COLUMNS, **GDELT)
    assert detect_format(line) == find_format("gdelt")
    assert detect_format("a\tb\n") is None


@pytest.mark.parametrize("name", SOURCES)
def test_twice_is_once_and_archives_are_opened(tmp_path: Path, name: str) -> None:
    text = make_file(name)
    plain = write(tmp_path, "a.csv", text)
    packed = write(tmp_path, "a.csv.gz", gzip.compress(text.encode()))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("inside.csv", text)
    for n, file in enumerate((plain, packed, tmp_path / "a.zip")):
        done, said = load(tmp_path / "db", file)
        assert ((done.new, done.known, done.failed), said) == ((0 if n else 1, 1 if n else 0, 0), [])
    with open_store(tmp_path / "db") as store:
        row = store.events(dataset=name).to_pylist()[0]
        assert store.events().num_rows == 0
    assert row["made_by"] == f"import:{name}"
    assert all(
        row[c] is None for c in ("sentence", "trigger_text", "trigger_start", "sentence_start", "date_text")
    )


def test_bad_lines_are_named_and_the_rest_is_stored(tmp_path: Path) -> None:
    good = (
        make_file("gdelt", {"GLOBALEVENTID": "1"}, {"GLOBALEVENTID": "2"}).encode().splitlines(keepends=True)
    )
    data = (
        good[0]
        + b"too\tfew\n"
        + b"caf\xe9\n"
        + b"\n"
        + make_file("gdelt", {"SQLDATE": "x"}).encode()
        + good[1]
    )
    file = write(tmp_path, "day.csv", data)
    done, said = load(tmp_path / "db", file)
    assert (done.new, done.failed) == (2, 3)
    assert sorted(said) == [
        f"{file}:2: 2 columns, not 61 or 58 or 57",
        f"{file}:3: not UTF-8",
        f"{file}:5: 'x' is no date",
    ]


def test_acled_rows_are_named_by_their_first_line(tmp_path: Path) -> None:
    file = write(tmp_path, "a.csv", make_file("acled", {}, {"event_id_cnty": "K2", "fatalities": "many"}))
    done, said = load(tmp_path / "db", file)
    assert (done.new, said) == (1, [f"{file}:4: 'many' is no number"])


@pytest.mark.parametrize(("content", "reason"), [
    (b"", "empty"), (b"a,b\n1,2\n", "no known format"), (b"\xff\xfe\x00", "not UTF-8"),
])  # fmt: skip
def test_files_that_are_none(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        load(tmp_path / "db", write(tmp_path, "x.csv", content))
    with pytest.raises(InputError):
        load(tmp_path / "db", tmp_path / "missing.csv")
    with pytest.raises(InputError, match="damaged"):
        load(tmp_path / "db", write(tmp_path, "x.csv.gz", b"not gzip"))


def test_of_a_cut_file_the_rows_before_the_cut_are_stored(tmp_path: Path) -> None:
    rows = [{"GLOBALEVENTID": str(n), "SOURCEURL": f"https://news.example/{n * 7919}"} for n in range(500)]
    packed = gzip.compress(make_file("gdelt", *rows).encode())
    file = write(tmp_path, "day.csv.gz", packed[: len(packed) * 3 // 4])
    with pytest.raises(InputError, match="damaged archive: cut off at byte"):
        load(tmp_path / "db", file)
    with open_store(tmp_path / "db") as store:
        found = store.query("select id, url from imported.coded order by cast(id as integer)").to_pylist()
    assert 200 < len(found) < 500
    assert [(row["id"], row["url"]) for row in found] == [(r["GLOBALEVENTID"], r["SOURCEURL"]) for r in rows][
        : len(found)
    ]


def test_the_command_sets_datasets_side_by_side(tmp_path: Path) -> None:
    db = tmp_path / "db"
    with open_store(db, write=True) as store:
        store.add([DOC], store.start_run("1.0"))
    files = [str(write(tmp_path, f"{name}.csv", make_file(name))) for name in SOURCES]
    run = CliRunner()
    done = run.invoke(app, ["import", *files, "--db", str(db)])
    assert done.exit_code == 0, done.output
    assert [line.partition(": ")[2] for line in done.stderr.splitlines()] == [
        f"1 added to {name}, 0 already there, 0 refused." for name in SOURCES
    ]
    bad = write(tmp_path, "bad.csv", make_file("gdelt", {"QuadClass": ""}))
    failed = run.invoke(app, ["import", str(bad), "--db", str(db)])
    assert failed.exit_code == 1 and "bad.csv:1:" in failed.output
    assert run.invoke(app, ["import", *files, "--db", str(db), "--dataset", "communique"]).exit_code == 2
    table = run.invoke(
        app, ["dyads", str(db), "--dataset", "communique", "--dataset", "gdelt", "--by", "year"]
    )
    assert table.output.splitlines() == [
        "dataset,period,actor,recipient,events,mean_score,cooperation,conflict",
        "communique,2020-01-01,NOR,FIN,2,3.75,2,0",
        "communique,2020-01-01,FIN,NOR,1,2.5,1,0",
        "gdelt,2022-01-01,RUS,UKR,1,-10.0,0,1",
    ]
    lines = run.invoke(
        app,
        [
            "series",
            str(db),
            "--dataset",
            "communique",
            "--dataset",
            "gdelt",
            "--by",
            "year",
            "--measure",
            "count",
        ],
    ).output.splitlines()
    assert lines[0] == "dataset,period,events"
    assert lines[1].startswith("communique,2020-01-01,") and lines[-1] == "gdelt,2022-01-01,1"
    for command in (["series"], ["dyads"], ["network"], ["report"], ["export", "-o", "x.csv"]):
        wrong = run.invoke(app, [*command, str(db), "--dataset", "nobody"])
        assert wrong.exit_code == 2, wrong.output
        assert "no dataset 'nobody' here; perhaps 'acled', 'communique', 'gdelt', 'icews'" in wrong.output
    report = run.invoke(app, ["report", str(db), "--dataset", "polecat"])
    assert "2020-01-02,SYR.MIL,ASSAULT,aerial,,Idlib,The Example" in report.output
    assert "RUS,UKR" in run.invoke(app, ["network", str(db), "--dataset", "gdelt"]).output
    assert run.invoke(app, ["series", str(db), "--dataset", "acled"]).exit_code == 0


def dump_imports(path: Path) -> list[list[dict[str, Any]]]:
    with open_store(path) as store:
        return [
            store.query(f"select * {rest} order by all").to_pylist()
            for rest in ("exclude (run) from imported.coded", "from imported.members")
        ]


def test_merging_carries_imported_events_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 3)
    rows = [{"GLOBALEVENTID": str(n), "Actor1Name": f"SIDE {n}"} for n in range(9)]
    acled = write(tmp_path, "acled.csv", make_file("acled"))
    for name, cut in (("one", rows[:6]), ("two", rows[4:]), ("whole", rows)):
        load(tmp_path / name, write(tmp_path, f"{name}.csv", make_file("gdelt", *cut)))
        if name != "two":
            load(tmp_path / name, acled)
    parts = [str(tmp_path / name) for name in ("one", "two")]
    run = CliRunner().invoke(app, ["merge", str(tmp_path / "all"), *parts])
    assert run.exit_code == 0, run.output
    assert run.stderr.splitlines()[1:3] == [
        f"{parts[0]}: acled: 1 events added, 0 already there.",
        f"{parts[0]}: gdelt: 6 events added, 0 already there.",
    ]
    assert f"{parts[1]}: gdelt: 3 events added, 2 already there." in run.stderr
    assert dump_imports(tmp_path / "all") == dump_imports(tmp_path / "whole")
    assert CliRunner().invoke(app, ["merge", str(tmp_path / "all"), *parts]).exit_code == 0
    assert dump_imports(tmp_path / "all") == dump_imports(tmp_path / "whole")
    with open_store(tmp_path / "all") as store:
        runs = store.query("select distinct r.version from imported.coded c join runs r on r.id = c.run")
    assert runs["version"].to_pylist() == ["1.0"]


@pytest.fixture
def side_by_side(tmp_path: Path) -> Path:
    db = tmp_path / "db"
    with open_store(db, write=True) as store:
        store.add([DOC], store.start_run("1.0"))
    for name in ("gdelt", "polecat"):
        file = write(tmp_path, f"{name}.csv", make_file(name))
        assert CliRunner().invoke(app, ["import", str(file), "--db", str(db)]).exit_code == 0
    return db


def read_strings(path: Path) -> Any:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


@pytest.mark.parametrize("ending", ["csv", "parquet", "dta"])
def test_imported_events_are_exported_with_whose_they_are(
    side_by_side: Path, tmp_path: Path, ending: str
) -> None:
    out = tmp_path / f"out.{ending}"
    names = [part for name in ("communique", "gdelt", "polecat") for part in ("--dataset", name)]
    done = CliRunner().invoke(app, ["export", str(side_by_side), "-o", str(out), "--codebook", *names])
    assert done.exit_code == 0, done.output
    read: dict[str, Any] = {"csv": read_strings, "parquet": pd.read_parquet, "dta": pd.read_stata}
    rows = read[ending](out)
    assert rows["dataset"].tolist() == ["communique"] * len(DOC.events) + ["gdelt", "polecat"]
    gdelt = rows.iloc[-2]
    assert (gdelt["document"], gdelt["type"], gdelt["made_by"]) == ("gdelt:7", "ASSAULT", "import:gdelt")
    actors = [gdelt["actor"], gdelt["actor_cow"]]
    assert [str(next(iter(cell)) if ending == "parquet" else cell) for cell in actors] == ["RUS.MIL", "365"]
    assert gdelt["date_start"] == "2022-02-24"
    assert not len(gdelt["actor_span"])
    if ending != "csv":
        return
    alone = tmp_path / "own.csv"
    assert CliRunner().invoke(app, ["export", str(side_by_side), "-o", str(alone)]).exit_code == 0
    own = read_strings(alone)
    assert rows[rows["dataset"] == "communique"][own.columns].equals(own)
    book = (tmp_path / "out.csv.codebook.md").read_text(encoding="utf-8")
    assert "Datasets: communique, gdelt, polecat" in book and "| dataset |" in book


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("x.jsonl",), "what jsonl holds is made from an article"),
        (("x.json", "--format", "plover"), "what plover holds"),
        (("x.csv", "--table", "statements"), "events alone, without statements"),
        (("x.csv", "--with-text"), "events alone, without text"),
    ],
)
def test_what_imported_events_do_not_fit_is_said(
    side_by_side: Path, args: tuple[str, ...], said: str
) -> None:
    command = ["export", str(side_by_side), "--dataset", "gdelt", "-o", *args]
    done = CliRunner().invoke(app, command, env={"COLUMNS": "300"})
    assert done.exit_code == 2 and said in done.output, done.output
    assert not Path(args[0]).exists()


# ---- round trips

CODES = st.sampled_from(
    ["RUS", "RUS.GOV", "UKR.MIL", "NOR.JRN", "CHN.MED", "NATO", "UN", "EU", "PSE", "KOS", "ROU.REB"]
)
MEMBERS = st.builds(lambda code: Member(code, code, f"the {code} side", (0, 6)), CODES)
CAMEO = st.sampled_from(sorted(c for c in load_meanings() if score_cameo(c) is not None))
EVENTS = st.builds(
    lambda cameo, actor, recipient, lat: event(
        "e1", load_meanings()[cameo].type, mode=load_meanings()[cameo].mode or None, cameo=cameo,
        score=score_type(load_meanings()[cameo].type, load_meanings()[cameo].mode or None),
        actor=tuple(actor), recipient=tuple(recipient), place=Place("Somewhere", (0, 6), "NOR", lat, 10.5, 3143244),
    ),
    CAMEO,
    st.lists(MEMBERS, min_size=1, max_size=2, unique_by=lambda m: m.code),
    st.lists(MEMBERS, max_size=2, unique_by=lambda m: m.code),
    st.floats(-90, 90).map(lambda x: round(x, 4)),
)  # fmt: skip


def round_trip(name: str, document: CodedDocument) -> list[Any]:
    out = io.BytesIO()
    find_export(name, "").write([document], out, Options())
    lines = list(
        csv.reader(io.StringIO(out.getvalue().decode(), newline=""), delimiter="\t", quoting=csv.QUOTE_NONE)
    )
    columns: Any = {"gdelt": GDELT_COLUMNS}.get(name) or lines.pop(0)
    return [find_format(name).read(dict(zip(columns, line, strict=True))) for line in lines]


@pytest.mark.parametrize("name", ["gdelt", "icews"])
@given(done=EVENTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_dyadic_exports_come_back_equal(name: str, done: Any) -> None:
    document = replace(DOC, events=(done,), url="https://example.org/a")
    pairs = [(a.code, r.code if r else None) for a, r in expand_pairs(done)]
    found = round_trip(name, document)
    assert [(f.actor[0][0], f.recipient[0][0] if f.recipient else None) for f in found] == pairs
    for row in found:
        assert row.cameo == done.cameo
        assert row.type == done.type and row.score == score_cameo(done.cameo)
        assert row.date_start == DOC.published
        assert (row.place_country, row.place_lat, row.place_lon) == ("NOR", done.place.lat, 10.5)
        assert row.mode == done.mode


@given(done=EVENTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_polecat_comes_back_equal(done: Any) -> None:
    (row,) = round_trip("polecat", replace(DOC, events=(done,)))
    assert (row.type, row.mode, row.score) == (done.type, done.mode, done.score)
    assert row.id == f"{DOC.id}:{done.id}"
    for found, members in ((row.actor, done.actor), (row.recipient, done.recipient)):
        roots = list(dict.fromkeys(m.code.split(".")[0] for m in members))
        assert [code.split(".")[0] for code, _ in found] == roots
        if len(members) == 1:
            assert found[0][0] == members[0].code
    assert (row.place_geonameid, row.published, row.publisher) == (3143244, DOC.published, DOC.publisher)


# ---- data files


def test_every_meaning_is_plovers() -> None:
    types = load_ontology().types
    for meaning in load_meanings().values():
        assert not meaning.mode or meaning.mode in types[meaning.type].modes, meaning
    for row in load_acled().values():
        assert row.type is None or row.mode is None or row.mode in types[row.type].modes, row
        assert row.sides in ("acts", "both", "turned")


def test_every_cameo_code_of_a_plover_root_has_a_meaning() -> None:
    codes = [code for code in load_cameo_scores() if code[:2] not in ("01", "02")]
    assert [code for code in codes if find_meaning(code) is None] == []
    assert find_meaning("010") is None
    assert to_cameo_sector("JRN") == "MED"
