"""Others' actor dictionaries, read and turned into this project's files."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from communique.commands import app
from communique.errors import KnowledgeError
from communique.knowledge.actors import link_name, link_term, load_actors
from communique.knowledge.petrarch import Term, read_petrarch

DICTIONARY = """# a comment
<?xml version="1.0"?>
!LEADER! = LEADER, LEADERS

INGRID_EXAMPLARY_ # a minister
+I._EXAMPLARY_
\t[NORGOV 20010101-050630]
\t[NORLEG >20050701]
\t[NORELI]

PEOPLES_FRONT_OF_TESTLAND_ [SWEREB] ; a date
+P.F.T._
SVEN_EXAMPLESSON_
\t[FINGOV <990230]
TESTIAN_DAILY_ [FINMED]
HELSINGFORS_ [FIN]
NOWHERE_FRIENDS_ [QQQREB]
"""


@pytest.fixture
def dictionary(tmp_path: Path) -> Path:
    path = tmp_path / "actors.txt"
    path.write_text(DICTIONARY, encoding="utf-8")
    return path


def test_entries_have_names_codes_days_and_lines(dictionary: Path) -> None:
    minister, front, sven, *_ = read_petrarch(dictionary)
    assert minister.names == ("Ingrid Examplary", "I. Examplary")
    assert minister.terms == (
        Term("NORGOV", "2001-01-01", "2005-06-30"),
        Term("NORLEG", "2005-07-01", None),
        Term("NORELI", None, None),
    )
    assert minister.line == 5
    assert front.names == ("Peoples Front Of Testland", "P.F.T.")
    assert sven.terms == (Term("FINGOV", None, "1999-02-28"),)  # there is no 30 February


def test_an_imported_dictionary_is_one_of_ours(dictionary: Path, tmp_path: Path) -> None:
    out = tmp_path / "own"
    result = CliRunner().invoke(app, ["ontology", "import", str(dictionary), "-o", str(out)])
    assert result.exit_code == 0, result.output
    assert "actors.txt:16: Helsingfors: a name of FIN" in result.stderr
    assert "actors.txt:17: Nowhere Friends: no counterpart for QQQREB" in result.stderr
    assert "4 actors" in result.stderr
    loaded = load_actors([out / "imported.csv", out / "imported.toml"])
    (minister,) = link_name("Ingrid Examplary", "2003-01-01", loaded)
    assert link_term(minister, "2003-01-01")[:2] == ("NOR", "GOV")
    assert link_term(minister, "2006-01-01")[:2] == ("NOR", "LEG")
    assert [entry.code for entry in link_name("P.F.T.", None, loaded)] == ["SWE.REB"]
    assert [entry.code for entry in link_name("Testian Daily", None, loaded)] == ["FIN.JRN"]


def test_a_missing_dictionary_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="nowhere"):
        list(read_petrarch(tmp_path / "nowhere"))
