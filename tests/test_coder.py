"""The whole way from a text to records: order, determinism, evidence, and what is not coded."""

from __future__ import annotations

import json
import multiprocessing
import os
import pickle
import re
import signal
import sys
from importlib import resources
from itertools import chain, islice, repeat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import communique
from communique import Article, Coder, InputError, KnowledgeError, workers
from communique.ingest import clean_article
from communique.ingest.stream import TooMuch

SAMPLES = sorted(
    (f for f in (resources.files("communique") / "data" / "samples").iterdir() if f.name.endswith(".txt")),
    key=lambda f: f.name,
)
PIECES = [
    "Norway's foreign minister met her Swedish counterpart in Oslo on Tuesday.",
    "“We will never sign,” he said.",
    "Kenya denied that it had threatened to close the border with Somalia.",
    "According to Xinhua, the two leaders “agreed to deepen ties.”",
    "The United States' allies — Japan, and others — condemned the test.",
    "It was raining; nobody came.",
    "\ud83d\ude80 Rocket emoji, Türkiye’s “drones” and 100,000 troops near Armenia!",
    "Bhutan's king (72) visited… India?",
]


def check_evidence(record: Any, text: str) -> None:
    """Every span in a record quotes the text it stands beside."""
    if isinstance(record, dict):
        if "span" in record and "text" in record:
            assert text[slice(*record["span"])] == record["text"]
        for value in record.values():
            check_evidence(value, text)
    elif isinstance(record, list):
        for value in record:
            check_evidence(value, text)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda f: f.name)
def test_samples_are_coded_with_evidence(coder: Coder, sample: Any) -> None:
    document = coder.code(sample.read_text(encoding="utf-8"))
    record = document.to_dict()
    assert record == json.loads(document.to_json())
    check_evidence(record, document.text)
    ids = {s.id for s in document.statements}
    actors = {a.id for a in document.actors}
    assert len(document.events) > 5
    assert len({e.id for e in document.events}) == len(document.events)
    for event in document.events:
        assert event.sentence[0] <= event.trigger.span[0] < event.trigger.span[1] <= event.sentence[1]
        assert set(event.according_to) <= ids
        assert event.actor
    for actor in document.actors:
        assert all(document.text[a:b].strip() for a, b in actor.mentions)
    assert {m.id for e in document.events for m in e.actor if m.id and m.code} - actors <= {
        m.id for e in document.events for m in e.actor if m.id == m.code
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=60)), min_size=1, max_size=5))
def test_any_text_gives_evidence_or_an_input_error(coder: Coder, pieces: list[str]) -> None:
    try:
        document = coder.code("\n".join(pieces), published="2024-06-10")
    except InputError as error:
        assert str(error)
        return
    check_evidence(document.to_dict(), document.text)


def test_many_in_order_lazily_and_with_errors_in_place(coder: Coder) -> None:
    def records() -> Any:
        yield {"id": "a", "text": PIECES[0]}
        yield {"id": "b", "text": "   "}
        yield PIECES[2]
        raise AssertionError("read ahead")

    results = coder.code_many(records())
    first, second, third = next(results), next(results), next(results)
    assert isinstance(first, communique.CodedDocument)
    assert first.id == "a"
    assert isinstance(second, InputError)
    assert isinstance(third, communique.CodedDocument)


@pytest.mark.slow
def test_workers_and_hash_seeds_change_nothing(coder: Coder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "77")  # the workers', for they begin anew; this process has another
    texts = [sample.read_text(encoding="utf-8") for sample in SAMPLES[:3]]
    alone = [coder.code(text).to_json() for text in texts]
    endless = chain([texts[0], {"id": "x", "text": " "}, *texts[1:]], repeat(texts[0]))
    coding = coder.code_many(endless, workers=2)
    first, failed, *rest = islice(coding, 4)
    assert str(failed) == "x: empty"
    if sys.platform == "linux":  # Ctrl-C reaches them, too, and is not for them
        for process in multiprocessing.active_children():
            status = Path(f"/proc/{process.pid}/status").read_text()
            assert int(re.findall(r"SigIgn:\s*(\w+)", status)[0], 16) & 1 << signal.SIGINT - 1
    coding.close()
    assert not multiprocessing.active_children()
    assert [d.to_json() for d in (first, *rest) if isinstance(d, communique.CodedDocument)] == alone


def test_a_cleaned_document_is_coded_as_it_is(coder: Coder) -> None:
    text = "Norway summoned the Danish envoy on Monday."
    document = clean_article(Article(text=text, name="a.txt"), "2021-03-09")
    (coded,) = coder.code_many([document], published="1999-01-01")
    assert coded == coder.code(text, published="2021-03-09")


def test_worker_processes_read_with_one_thread_and_say_why_they_cannot(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[dict[str, Any]] = []

    def load(**settings: Any) -> None:
        given.append(settings)
        raise KnowledgeError("types.toml", 2, "no such field")

    monkeypatch.setattr("communique.coder.Coder", load)
    monkeypatch.setattr(workers, "_loaded", None)
    workers._start({"ontology": ("types.toml",)})
    assert given == [{"ontology": ("types.toml",), "threads": 1}]
    with pytest.raises(KnowledgeError, match=r"types.toml:2: no such field"):
        workers._work("text", None, 1.0)


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="this system doesn't say")
@pytest.mark.parametrize(
    ("cores", "gigabytes", "threads", "expected"),
    [
        (8, 64, "", 8),
        (8, 16, "", 4),
        (8, 2, "", 1),
        (8, 64, "3", 3),
        (2, 64, "16", 2),
        (8, 64, "0", 1),
        (4, 64, "x", 4),
    ],
)
def test_workers_nobody_asked_for(
    monkeypatch: pytest.MonkeyPatch, cores: int, gigabytes: int, threads: str, expected: int
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(range(cores)))
    pages = {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": gigabytes * 2**30 // 4096}
    monkeypatch.setattr("os.sysconf", pages.__getitem__)
    monkeypatch.setenv("OMP_NUM_THREADS", threads)
    assert workers.count_workers() == expected


def test_a_worker_ends_with_the_process_that_began_it(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[object] = []
    workers._follow_parent()  # this process follows nobody
    parent = SimpleNamespace(join=lambda: done.append("waited"))
    monkeypatch.setattr("multiprocessing.parent_process", lambda: parent)
    monkeypatch.setattr("os._exit", done.append)
    workers._follow_parent()
    assert done == ["waited", 1]


@pytest.mark.parametrize(
    "error",
    [InputError("a.txt", "empty"), TooMuch("a.gz", "too much"), KnowledgeError("a.toml", 3, "odd")],
)
def test_errors_go_from_one_process_to_another(error: Exception) -> None:
    there = pickle.loads(pickle.dumps(error))
    assert (type(there), str(there), vars(there)) == (type(error), str(error), vars(error))


def test_a_fault_of_ours_costs_one_article(coder: Coder, monkeypatch: pytest.MonkeyPatch) -> None:
    import communique.coder as module

    real = module.find_disputes

    def fail(parse: Any, *rest: Any) -> Any:
        if "Chad" in parse.text:
            raise IndexError("list index out of range")
        return real(parse, *rest)

    monkeypatch.setattr(module, "find_disputes", fail)
    texts = [f"{country} summoned the Danish envoy." for country in ("Norway", "Chad", "Mali")]
    first, failed, last = coder.code_many({"id": text[:4], "text": text} for text in texts)
    assert isinstance(first, communique.CodedDocument)
    assert isinstance(last, communique.CodedDocument)
    assert isinstance(failed, InputError)
    assert "IndexError in test_coder.py, line" in failed.reason


def test_another_language_is_said_and_left_uncoded(coder: Coder) -> None:
    document = coder.code(
        "Le président français a rencontré la chancelière allemande à Paris pour parler de la paix."
    )
    assert document.lang == "fr"
    assert not document.events
    assert any("not coded" in note for note in document.notes)


@pytest.mark.parametrize(
    "odd", ["", "\ud800", "🚀" * 3000, "a\nb", "x" * 100_000, "<script>alert(1)</script>"]
)
def test_relate_takes_any_string(coder: Coder, odd: str) -> None:
    rows = [
        (odd, odd, "Peru"),
        ("Chile condemned Peru.", odd, odd),
        ("Chile condemned Peru.", "Chile", "Peru"),
    ]
    relations = coder.relate(rows)
    assert len(relations) == 3
    assert relations[2].type == "ACCUSE"
    assert all(0 <= r.confidence <= 1 for r in relations)


def test_a_denied_act_did_not_happen(coder: Coder) -> None:
    document = coder.code("Eritrea denied that it had threatened to attack Djibouti.", published="2024-06-10")
    assert document.events
    assert {e.factuality for e in document.events} == {"denied"}


def test_public_names_are_those_promised() -> None:
    for name in communique.__all__:
        assert getattr(communique, name) is not None
