"""The command line: exit codes, what goes where, and that every command and option is documented."""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from communique.coder import Coder
from communique.commands import app
from communique.document import Document
from communique.records import CodedDocument
from communique.store import open_store
from documents import make_document

ROOT = Path(__file__).parent.parent
ARTICLE = (
    "Kenya’s president met his Ugandan counterpart in Nairobi on Monday.\n\nTanzania condemned Rwanda.\n"
)


def run(*args: object, input: str | None = None) -> Result:
    return CliRunner().invoke(app, [str(arg) for arg in args], input=input, env={"COLUMNS": "200"})


@pytest.fixture
def loaded(coder: Coder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands use one loaded coder, since loading takes longer than all that these tests do."""
    monkeypatch.setattr("communique.coder.Coder", lambda **_: coder)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "events.duckdb"
    with open_store(path, write=True) as store:
        store.add([make_document("old", "2019-05-01"), make_document("new")], store.start_run("1.0.0"))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "good.txt").write_text(ARTICLE, encoding="utf-8")
    (articles / "empty.txt").touch()
    (articles / "binary.txt").write_bytes(bytes(range(256)) * 20)
    return articles


# ---- code


@pytest.mark.usefixtures("loaded")
def test_code_stores_the_good_names_the_bad_and_adds_nothing_twice(folder: Path, tmp_path: Path) -> None:
    db, missing = tmp_path / "x.duckdb", tmp_path / "missing.txt"
    first = run("code", folder, missing, "--db", db, "--published", "2021-03-02")
    assert first.exit_code == 1
    assert first.stdout == ""
    for name in ("empty.txt", "binary.txt", "missing.txt"):
        assert sum(f"{name}: " in line for line in first.stderr.splitlines()) == 1
    assert "Documents: 1 stored, 0 already there, 3 failed." in first.stderr
    with open_store(db) as store:
        (stored,) = store.documents()
        assert {row["input"].split("/")[-1] for row in store.failures().to_pylist()} == {
            "empty.txt",
            "binary.txt",
            "missing.txt",
        }
    assert stored.published == "2021-03-02"
    assert {"CONSULT", "ACCUSE"} <= {event.type for event in stored.events}
    for event in stored.events:
        for piece in (event.trigger, *event.actor, *event.recipient):
            assert stored.text[piece.span[0] : piece.span[1]] == piece.text

    second = run("code", folder / "good.txt", "--db", db, "--published", "2021-03-02")
    assert second.exit_code == 0
    assert "Documents: 0 stored, 1 already there, 0 failed. Events: 0." in second.stderr
    again = run("code", folder / "good.txt", "--db", db, "--published", "2021-03-02", "--again")
    assert "0 stored, 1 replaced, 0 already there" in again.stderr
    with open_store(db) as store:
        assert list(store.documents()) == [stored]


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize("more", [(), ("--again",), ("--out", "x.jsonl")])
def test_an_id_stands_for_one_article_of_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    """Two tables numbered from 1, say: the second's articles took the place of the first's, and back in the next run."""
    monkeypatch.chdir(tmp_path)
    for file in ("a", "b"):
        rows = [{"id": n, "text": f"Kenya condemned Rwanda. Number {n} of {file}."} for n in range(3)]
        rows += [{"id": "same", "text": "Tanzania condemned Rwanda."}]
        Path(f"{file}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for _ in range(2):
        done = run("code", "a.jsonl", "b.jsonl", "--db", "x.duckdb", *more)
        assert done.exit_code == 1
        named = [line for line in done.stderr.splitlines() if "that of another article" in line]
        assert [line.split(":")[0] for line in named] == [f"b.jsonl#{n}" for n in (1, 2, 3)]
        with open_store("x.duckdb") as store:
            texts = {doc.id: doc.text for doc in store.documents()}
        assert len(texts) == 4 and all("of b" not in text for text in texts.values())
    # in a run of its own it is the same article in a new version
    assert run("code", "b.jsonl", "--db", "x.duckdb").exit_code == 0
    with open_store("x.duckdb") as store:
        assert sum("of b" in doc.text for doc in store.documents()) == 3


def test_who_deals_out_the_work_and_who_has_none_to_do_loads_no_coder(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise AssertionError("loaded")

    def code(
        records: Iterable[Document], given: object, *, workers: int, **_: object
    ) -> Iterator[CodedDocument]:
        assert (given, workers) == ({"ontology": (), "actors": ()}, 3)
        yield from map(leave_uncoded, records)

    monkeypatch.setattr("communique.coder.Coder", refuse)
    monkeypatch.setattr("communique.workers.code_in_workers", code)
    command = ("code", folder / "good.txt", "--db", tmp_path / "db.duckdb", "--workers")
    assert "1 stored" in run(*command, "3").stderr
    assert "0 stored, 1 already there" in run(*command, "1").stderr


def leave_uncoded(document: Document) -> CodedDocument:
    """A document as it comes back with nothing found in it."""
    header = {key: getattr(document, key) for key in ("title", "published", "publisher", "url", "lang")}
    return CodedDocument(document.id, text=document.text, **header)


@pytest.mark.parametrize(
    ("count", "asked", "expected"), [(7, (), None), (8, (), 5), (9, (), 5), (9, ("--workers", "1"), None)]
)
def test_many_articles_are_coded_by_as_many_processes_as_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, asked: tuple[str, ...], expected: int | None
) -> None:
    used: list[int | None] = []

    class Alone:
        def __init__(self, **_: object) -> None:
            pass

        def code_many(self, records: Iterable[Document], **_: object) -> Iterator[CodedDocument]:
            used.append(None)
            yield from map(leave_uncoded, records)

    def code(
        records: Iterable[Document], given: object, *, workers: int, **_: object
    ) -> Iterator[CodedDocument]:
        used.append(workers)
        yield from map(leave_uncoded, records)

    monkeypatch.setattr("communique.coder.Coder", Alone)
    monkeypatch.setattr("communique.workers.code_in_workers", code)
    monkeypatch.setattr("communique.workers.count_workers", lambda: 5)
    monkeypatch.setattr("communique.workers.WORTH", 8)
    file = tmp_path / "articles.jsonl"
    file.write_text("".join(json.dumps({"text": f"Oslo has {n} trams."}) + "\n" for n in range(count)))
    done = run("code", file, "--db", tmp_path / "db.duckdb", *asked)
    assert f"{count} stored" in done.stderr
    assert used == [expected]


@pytest.mark.usefixtures("loaded")
def test_code_writes_a_file_standard_output_or_a_report(folder: Path, tmp_path: Path) -> None:
    good, out = folder / "good.txt", tmp_path / "out.jsonl"
    assert run("code", good, "--out", out).exit_code == 0
    to_pipe = run("code", "-", "--out", "-", input=ARTICLE)
    assert to_pipe.exit_code == 0
    for text in (out.read_text(encoding="utf-8"), to_pipe.stdout):
        (record,) = map(json.loads, text.splitlines())
        assert record["text"].startswith("Kenya’s president met")
    table = run("code", good, "--out", "-", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(table.stdout)))
    assert any(row["type"] == "ACCUSE" and row["actor"] == "TZA" for row in rows)
    report = run("code", good)
    assert report.exit_code == 0
    assert "Tanzania (TZA) → ACCUSE" in report.stdout
    assert "\x1b" not in report.stdout
    assert run("report", good).stdout == report.stdout


@pytest.mark.usefixtures("loaded")
def test_shards_are_parts_that_merge_into_the_whole(tmp_path: Path) -> None:
    articles = tmp_path / "a.jsonl"
    articles.write_text(
        "".join(json.dumps({"id": f"d{n}", "text": f"Iran met Iraq {n} times."}) + "\n" for n in range(5))
    )
    for part in (1, 2):
        assert (
            run("code", articles, "--db", tmp_path / f"{part}.duckdb", "--shard", f"{part}/2").exit_code == 0
        )
    merged = run("merge", tmp_path / "all.duckdb", tmp_path / "1.duckdb", tmp_path / "2.duckdb")
    assert merged.exit_code == 0
    assert "1.duckdb: 3 added" in merged.stderr and "2.duckdb: 2 added" in merged.stderr
    with open_store(tmp_path / "all.duckdb") as store:
        assert [doc.id for doc in store.documents()] == [f"d{n}" for n in range(5)]


@pytest.mark.slow
def test_progress_shows_on_a_terminal_only(folder: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "communique", "code", str(folder / "good.txt"), "--db"]
    piped = subprocess.run([*command, str(tmp_path / "a.duckdb")], capture_output=True, text=True, check=True)
    assert piped.stderr.splitlines() == ["Documents: 1 stored, 0 already there, 0 failed. Events: 2."]
    master, terminal = pty.openpty()
    process = subprocess.Popen(
        [*command, str(tmp_path / "b.duckdb")], stderr=terminal, env=os.environ | {"TERM": "xterm"}
    )
    os.close(terminal)
    seen = b""
    try:
        while chunk := os.read(master, 65536):
            seen += chunk
    except OSError:
        pass  # how Linux says that the other side has hung up
    os.close(master)
    assert process.wait() == 0
    assert b"Events: 2.\r\n" in seen
    assert b"Loading" in seen and b"\x1b[" in seen
    assert b"100%" in seen


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device on this system")
def test_output_that_is_full_or_closed_is_no_fault_of_ours(db: Path) -> None:
    report = f"{sys.executable} -m communique report {db}"
    full = subprocess.run(["sh", "-c", f"{report} > /dev/full"], capture_output=True, text=True, check=False)
    assert (full.returncode, full.stderr) == (2, "communique: the output: No space left on device\n")
    closed = subprocess.run(["sh", "-c", f"{report} <&- >&-"], capture_output=True, text=True, check=False)
    assert (closed.returncode, closed.stderr) == (0, "")


@pytest.mark.parametrize(
    "args",
    [
        ("code",),
        ("code", "a.txt", "--format", "csv"),
        ("code", "a.txt", "--out", "b", "--format", "docx"),
        ("code", "a.txt", "--published", "yesterday"),
        ("code", "a.txt", "--published", "9999-12-31"),
        ("code", "a.txt", "--published", "0001-01-01"),
        ("code", "a.txt", "--workers", "0"),
        ("code", "a.txt", "--shard", "3/2"),
        ("code", "a.txt", "--shard", "half"),
        ("report", "nowhere.duckdb"),
        ("report", "a.txt", "--limit", "3"),
        ("export", "nowhere.duckdb", "-o", "a.csv"),
        ("export", "nowhere.duckdb"),
        ("dyads", "nowhere.duckdb", "--by", "decade"),
        ("dyads", "nowhere.duckdb", "--factuality", "maybe"),
        ("evaluate", "nowhere.jsonl", "nowhere.jsonl"),
        ("ontology", "frames", "NOTHING"),
        ("ontology", "check", "nowhere.toml"),
        ("no-such-command",),
    ],
)
def test_wrong_usage_exits_with_2_and_says_why(
    args: tuple[str, ...], tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*args)
    assert result.exit_code == 2, result.output
    assert result.stderr.strip()
    assert "Traceback" not in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("args", "option", "known"),
    [
        (("code", "a.txt", "--out"), "--out", ".parquet, .dta, .json"),
        (("export", "nowhere.duckdb", "-o"), "--output", ".parquet, .dta, .json"),
        (("positions", "nowhere.duckdb", "-o"), "--output", ".json, .csv and, for a table, .txt"),
        (("series", "nowhere.duckdb", "-o"), "--output", "csv, json or parquet"),
        (("dyads", "nowhere.duckdb", "-o"), "--output", "csv, json or parquet"),
        (("network", "nowhere.duckdb", "-o"), "--output", "csv, json or parquet"),
        (("network", "nowhere.duckdb", "--plot"), "--plot", ".png, .svg, .html"),
    ],
)
def test_an_unknown_ending_is_refused_before_anything_is_read(
    args: tuple[str, ...], option: str, known: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*args, "x.xlsx")
    assert result.exit_code == 2
    (said,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert option in said and "x.xlsx" in said and known in said
    assert list(tmp_path.iterdir()) == []


def test_an_output_that_cannot_be_written_is_named(db: Path, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "nowhere" / "out.csv"
    for result in (run("export", db, "-o", target), run("code", folder / "good.txt", "--out", target)):
        assert result.exit_code == 2
        assert f"{target}: No such file or directory" in result.stderr


# ---- what a database gives


def test_report_of_a_database_is_newest_first(db: Path) -> None:
    whole = run("report", db)
    assert whole.exit_code == 0
    assert whole.stdout.index("5 Mar 2020") < whole.stdout.index("1 May 2019")
    one = run("report", db, "--limit", "1").stdout
    assert "nordic" not in one and "· new" in one and "· old" not in one
    picked = run("report", db, "--type", "SANCTION", "--actor", "FIN", "--document", "old").stdout
    assert "Events (1)" in picked and "CONSULT" not in picked and "· new" not in picked
    nobody = run("report", db, "--actor", "ZWE")
    assert (nobody.exit_code, nobody.stdout) == (0, "")
    assert "No such documents." in nobody.stderr


@pytest.mark.parametrize(
    ("args", "rows"),
    [
        ((), 6),
        (("--actor", "NOR.GOV"), 2),
        (("--dyad", "NOR,FIN"), 4),
        (("--type", "consult", "--type", "support"), 4),
        (("--from", "2020-03-03", "--to", "2020-03-04"), 2),
        (("--publisher", "the example", "--document", "old"), 3),
        (("--factuality", "denied"), 2),
        (("--factuality", "all"), 6),
        (("--table", "stances"), 2),
    ],
)
def test_export_takes_filters(db: Path, tmp_path: Path, args: tuple[str, ...], rows: int) -> None:
    out = tmp_path / "out.csv"
    result = run("export", db, "-o", out, *args, "--codebook")
    assert result.exit_code == 0, result.output
    assert f"{rows} rows, csv" in result.stderr
    text = out.read_text(encoding="utf-8")
    assert len(list(csv.DictReader(io.StringIO(text)))) == rows
    assert f"- Rows: {rows}" in (tmp_path / "out.csv.codebook.md").read_text(encoding="utf-8")
    assert make_document().text not in text


def test_statements_and_stances_go_by_who_speaks_and_holds(db: Path) -> None:
    def count(*args: str) -> int:
        result = run("export", db, "-o", "-", "--format", "csv", *args)
        assert result.exit_code == 0, result.stderr
        return len(list(csv.DictReader(io.StringIO(result.stdout))))

    assert count("--table", "statements") == 4
    assert count("--table", "statements", "--actor", "NOR") == 2
    assert count("--table", "statements", "--actor", "FIN.GOV") == 0  # only acts
    assert count("--table", "statements", "--with-text", "--from", "2020-01-01") == 2
    for args in (("--type", "CONSULT"), ("--deduplicated",), ("--dyad", "NOR,FIN")):
        result = run("export", db, "-o", "-", "--format", "csv", "--table", "stances", *args)
        assert result.exit_code == 2 and "only events have that" in result.stderr


@pytest.mark.parametrize(
    "args", [("--format", "gdelt", "--table", "stances"), ("--format", "gdelt", "--with-text")]
)
def test_what_a_format_has_no_place_for_is_refused(db: Path, args: tuple[str, ...]) -> None:
    result = run("export", db, "-o", "-", *args)
    assert result.exit_code == 2 and "gdelt has no" in result.stderr


def test_a_codebook_stands_beside_every_file(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.csv"
    assert run("export", db, "-o", out, "--no-codebook").exit_code == 0
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("a.csv")] == ["a.csv"]
    before = None
    for _ in range(2):
        assert run("export", db, "-o", out).exit_code == 0
        made = (out.read_bytes(), (tmp_path / "a.csv.codebook.md").read_bytes())
        assert before in (None, made) and b"@software{communique" in made[1]
        before = made


SLIPS = [
    (("--actor", "Norwai"), "'Norwai' is no actor's code; perhaps NOR (Norway)"),
    (("--actor", "Finland"), "perhaps FIN (Finland)"),
    (("--actor", "NOR.GOV.nobody"), "is no actor's code"),
    (("--dyad", "NOR,Zzyzx"), "'Zzyzx' is no actor's code; `communique actors NAME`"),
    (("--type", "CONSULTS"), "none of ACCUSE, AGREE"),
    (("--publisher", "The Exampel"), "there is no publisher 'The Exampel' here; perhaps 'The Example'"),
    (("--from", "2021-01-01", "--to", "2020-01-01"), "2020-01-01 is before --from 2021-01-01"),
]


@pytest.mark.parametrize("command", [("export", "-o", "x.csv"), ("report",), ("series",)])
@pytest.mark.parametrize(("args", "said"), SLIPS)
def test_what_nobody_knows_is_refused_with_what_comes_near(
    db: Path, tmp_path: Path, monkeypatch: Any, command: tuple[str, ...], args: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(command[0], db, *command[1:], *args)
    assert result.exit_code == 2 and said in result.stderr
    assert not (tmp_path / "x.csv").exists()


@pytest.mark.parametrize("args", [
    ("dyads", "--a", "Finland"), ("network", "--type", "WAR"), ("dyads", "--b", "RUS.XY"), ("export", "-o", "-", "--document", "none"),
    ("export", "-o", "-", "--factuality", "done"),
])  # fmt: skip
def test_so_it_is_with_other_options(db: Path, args: tuple[str, ...]) -> None:
    result = run(args[0], db, *args[1:])
    assert (result.exit_code, result.stdout) == (2, "") and "Invalid value for --" in result.stderr


@pytest.mark.parametrize(
    "args", [("--actor", "ZWE"), ("--actor", "zwe.mil"), ("--actor", "norsk", "--type", "consult")]
)
def test_what_is_known_may_have_no_events(db: Path, args: tuple[str, ...], monkeypatch: Any) -> None:
    monkeypatch.setattr("communique.commands.wanted._PARTIES", "(select 'NORSK' as name)")
    result = run("series", db, *args)
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1), result.stderr


def test_export_with_text_and_to_standard_output(db: Path) -> None:
    result = run("export", db, "-o", "-", "--format", "csv", "--with-text")
    assert csv.DictReader(io.StringIO(result.stdout)).__next__()["text"] == make_document().text


def test_dyads_and_network_are_csv_in_a_pipe(db: Path) -> None:
    rows = list(
        csv.DictReader(io.StringIO(run("dyads", db, "--by", "year", "--a", "NOR", "--b", "FIN").stdout))
    )
    assert [(r["period"], r["events"], r["mean_score"]) for r in rows] == [
        ("2019-01-01", "1", "5.0"),
        ("2020-01-01", "3", "3.3333333333333335"),
    ]
    edges = list(csv.DictReader(io.StringIO(run("network", db).stdout)))
    assert {(r["actor"], r["recipient"], r["events"]) for r in edges} == {
        ("NOR", "FIN", "4"),
        ("FIN", "NOR", "2"),
    }
    nodes = list(csv.DictReader(io.StringIO(run("network", db, "--nodes").stdout)))
    assert nodes == [
        {"code": "FIN", "events": "6", "bloc": "1"},
        {"code": "NOR", "events": "6", "bloc": "1"},
    ]


def test_evaluate_prints_measures(db: Path, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    run("export", db, "-o", gold)
    result = run("evaluate", gold, gold)
    assert result.exit_code == 0
    rows = {row["label"]: row for row in csv.DictReader(io.StringIO(result.stdout))}
    assert rows["all"]["f1"] == rows["macro"]["f1"] == "1.0"
    assert {"CONSULT", "SANCTION", "SUPPORT"} <= set(rows)


@pytest.mark.parametrize("args", [("report",), ("export", "-o", "-")])
def test_a_reader_that_takes_only_the_head_is_no_error(tmp_path: Path, args: tuple[str, ...]) -> None:
    db = tmp_path / "many.duckdb"
    with open_store(db, write=True) as store:  # more than a pipe holds
        store.add((make_document(f"d{n}") for n in range(200)), store.start_run("1.0.0"))
    command = [sys.executable, "-m", "communique", args[0], str(db), *args[1:]]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout and process.stderr
    assert process.stdout.readline()
    process.stdout.close()
    assert (process.wait(), process.stderr.read()) == (0, b"")
    process.stderr.close()


# ---- what explains itself


def test_actors_says_how_a_name_resolves() -> None:
    rows = list(csv.DictReader(io.StringIO(run("actors", "the Kremlin", "--date", "2021-01-01").stdout)))
    assert rows[0]["taken"] == "yes" and rows[0]["code"] == "RUS.GOV"
    assert "metonym" in rows[0]["why"] and rows[0]["where"]
    nobody = run("actors", "Qwertyuiop")
    assert nobody.exit_code == 1 and "Qwertyuiop" in nobody.stderr


def test_ontology_explains_types_frames_and_dictionaries() -> None:
    types = list(csv.DictReader(io.StringIO(run("ontology").stdout)))
    assert run("ontology", "types").stdout == run("ontology").stdout
    assert len({row["type"] for row in types}) == 16
    assert any(row["type"] == "CONSULT" and row["mode"] == "visit" and row["cameo"] == "042" for row in types)
    frames = list(csv.DictReader(io.StringIO(run("ontology", "frames", "accuse").stdout)))
    assert frames and all(row["type"] == "ACCUSE" and row["example"] and row["words"] for row in frames)
    kinds = {row["kind"] for row in csv.DictReader(io.StringIO(run("ontology", "dictionaries").stdout))}
    assert {"state", "person", "organisation"} <= kinds


def test_ontology_check_names_the_line(tmp_path: Path) -> None:
    good = tmp_path / "good.toml"
    good.write_text(
        'type = "ACCUSE"\n[[frame]]\nid = "accuse.mine"\nverb = ["lambast"]\nactor = ["subject"]\n'
    )
    assert run("ontology", "check", good).exit_code == 0
    bad = tmp_path / "bad.toml"
    bad.write_text(
        'type = "ACCUSE"\n[[frame]]\nid = "accuse.mine"\nverbs = ["lambast"]\nactor = ["subject"]\n'
    )
    result = run("ontology", "check", good, bad)
    assert result.exit_code == 2
    assert f"{bad}:4" in result.stderr


# ---- the pages


def load_generator() -> Any:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("page", ["cli.md", "schema.md"])
def test_pages_are_what_the_program_makes(page: str) -> None:
    made = load_generator().PAGES[page]()
    assert (ROOT / "docs" / page).read_text(encoding="utf-8") == made, "run python docs/generate.py"


def test_every_command_and_option_has_help() -> None:
    generator = load_generator()
    import typer

    root: Any = typer.main.get_command(app)
    for name, command in generator._walk("communique", root):
        assert command.help, name
        assert run(*name.split()[1:], "--help").exit_code == 0
        for param in command.params:
            assert param.help, f"{name} {param.name}"
