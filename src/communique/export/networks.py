"""GraphML and GEXF: countries and organisations as nodes, their dealings as directed, signed edges."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, BinaryIO

from communique.errors import CommuniqueError
from communique.export.codes import get_root, has_happened, load_countries
from communique.export.options import Options
from communique.export.pairs import expand_pairs
from communique.records import CodedDocument


def build_graph(documents: Iterable[CodedDocument]) -> Any:
    """A networkx DiGraph of what happened. Edges: events, mean_score, cooperation, conflict, sign; `weight` is the
    number of events. Nodes: label, events. Pairs inside one country are left out."""
    try:
        import networkx as nx  # type: ignore[import-untyped]
    except ImportError as error:
        raise CommuniqueError("formats graphml and gexf need networkx: pip install networkx") from error
    edges: dict[tuple[str, str], list[tuple[float, bool]]] = {}
    for document in documents:
        for event in document.events:
            if has_happened(event):
                ends = {
                    (a, b)
                    for actor, recipient in expand_pairs(event)
                    if recipient and (a := get_root(actor)) and (b := get_root(recipient)) and a != b
                }
                for pair in ends:
                    edges.setdefault(pair, []).append((event.score, event.quad.endswith("cooperation")))
    graph = nx.DiGraph()
    countries = load_countries()
    totals: Counter[str] = Counter()
    for pair, found in edges.items():
        totals.update(dict.fromkeys(pair, len(found)))
    for code, total in sorted(totals.items()):
        graph.add_node(code, label=countries[code].name if code in countries else code, events=total)
    for (a, b), found in sorted(edges.items()):
        mean = sum(score for score, _ in found) / len(found)
        friendly = sum(cooperation for _, cooperation in found)
        graph.add_edge(
            a,
            b,
            weight=len(found),
            events=len(found),
            mean_score=mean,
            cooperation=friendly,
            conflict=len(found) - friendly,
            sign=(mean > 0) - (mean < 0),
        )
    return graph


def write_graphml(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """Returns the number of edges."""
    graph = build_graph(documents)
    import networkx as nx

    nx.write_graphml(graph, file)
    return int(graph.number_of_edges())


def write_gexf(documents: Iterable[CodedDocument], file: BinaryIO, options: Options) -> int:
    """Returns the number of edges."""
    graph = build_graph(documents)
    import networkx as nx

    made = io.BytesIO()
    nx.write_gexf(graph, made)
    # networkx writes the day into it; the same data makes the same file here
    file.write(re.sub(rb' lastmodifieddate="[^"]*"', b"", made.getvalue(), count=1))
    return int(graph.number_of_edges())
