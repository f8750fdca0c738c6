"""The signed network: structural balance, blocs, blocs over time, and where to draw whom.

A tie joins two codes and has the sign of the mean score of the events between them; ties with a mean of 0 have no sign.

Balance. A triad of three signed ties is balanced where the product of their signs is positive (Heider, Journal of
Psychology 21, 1946; Cartwright & Harary, Psychological Review 63, 1956), and weakly balanced also where all three are
hostile (Davis, Human Relations 20, 1967). Degrees of balance as shares of triads: Cartwright & Harary.

Frustration is the share of signed ties that stand against the best division into two sides that was found: hostile
within a side or friendly across (the line index of Harary 1959; Aref & Wilson, Journal of Complex Networks 7, 2019). To
find the least there is would be NP-hard; what is given is the least of some searches uphill, so an upper bound.

Blocs. Louvain communities of the friendly ties, weighted by their summed score (Blondel & others, J. Stat. Mech. P10008,
2008; networkx's implementation). Hostile ties have no part in finding blocs, so `against_blocs`, the share of signed ties
that the blocs contradict (hostile inside, friendly across; the criterion of Doreian & Mrvar, Social Networks 18, 1996),
says how sharply they divide.

Blocs over time. A bloc goes on the one that it shares most with, by Jaccard's index, of those seen before, each as it was
when last seen; below 0.3 it is new (Greene, Doyle & Cunningham, ASONAM 2010).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

SEED = 1
#: Jaccard's index from which a bloc is held for the same as an earlier one; 0.3 as in Greene & others.
SAME_BLOC = 0.3
#: Searches for frustration from sides drawn at random; on random signed networks of 12 nodes they found the least in 59 of 60.
SEARCHES = 24


@dataclass(frozen=True, slots=True)
class Tie:
    """What is between `a` and `b`, both directions together; `score` is the sum over the events."""

    a: str
    b: str
    events: float
    score: float

    @property
    def sign(self) -> int:
        """1 friendly, -1 hostile, 0 neither."""
        return (self.score > 0) - (self.score < 0)


@dataclass(frozen=True, slots=True)
class Balance:
    """Counts of nodes, ties and closed triads of signed ties, and shares from 0 to 1, null where there is nothing to
    take a share of: `balance` of balanced triads, `weak_balance` of weakly balanced ones, `frustration` and
    `against_blocs` of signed ties, as above. `blocs` have two members or more."""

    nodes: int
    ties: int
    friendly: int
    hostile: int
    triads: int
    balanced: int
    weakly_balanced: int
    balance: float | None
    weak_balance: float | None
    frustration: float | None
    blocs: int
    against_blocs: float | None


def list_codes(ties: Iterable[Tie]) -> list[str]:
    """Everybody with a tie, sorted."""
    return sorted({code for tie in ties for code in (tie.a, tie.b)})


def measure_balance(ties: Sequence[Tie], blocs: Mapping[str, int]) -> Balance:
    """How far friends of friends are friends. `blocs` are by code; who has none counts as a bloc alone."""
    signs = _fill_matrix(ties)
    both = np.abs(signs)
    hostile = (signs < 0).astype(float)
    # the trace of a cube counts every triad six times: from each corner, either way round
    triads, product, enmities = (round(float(np.sum((m @ m) * m.T))) // 6 for m in (both, signs, hostile))
    balanced = (triads + product) // 2
    signed = [tie for tie in ties if tie.sign]
    wrong = sum((tie.sign > 0) != _in_one_bloc(tie, blocs) for tie in signed)
    return Balance(
        nodes=len(signs),
        ties=len(ties),
        friendly=sum(tie.sign > 0 for tie in ties),
        hostile=sum(tie.sign < 0 for tie in ties),
        triads=triads,
        balanced=balanced,
        weakly_balanced=balanced + enmities,
        balance=balanced / triads if triads else None,
        weak_balance=(balanced + enmities) / triads if triads else None,
        frustration=_count_frustrated(signs) / len(signed) if signed else None,
        blocs=len(set(blocs.values())),
        against_blocs=wrong / len(signed) if signed else None,
    )


def _fill_matrix(ties: Sequence[Tie]) -> Any:
    place = {code: n for n, code in enumerate(list_codes(ties))}
    signs = np.zeros((len(place), len(place)))
    for tie in ties:
        signs[place[tie.a], place[tie.b]] = signs[place[tie.b], place[tie.a]] = tie.sign
    return signs


def _count_frustrated(signs: Any) -> int:
    """The fewest ties against a division into two sides that searches from several beginnings find."""
    beginnings = [np.ones(len(signs)), np.where(np.linalg.eigh(signs)[1][:, -1] < 0, -1.0, 1.0)]
    dice = np.random.default_rng(SEED)
    beginnings += [dice.choice([-1.0, 1.0], len(signs)) for _ in range(SEARCHES)]
    fewest = int(np.abs(signs).sum()) // 2
    for sides in beginnings:
        # for each, its ties with the division less those against it; who has more against changes sides
        for_it = sides * (signs @ sides)
        while for_it.min() < 0:
            at = int(for_it.argmin())
            sides[at] = -sides[at]
            for_it = sides * (signs @ sides)
        fewest = min(fewest, round(float(np.abs(signs).sum() - sides @ signs @ sides)) // 4)
    return fewest


def _in_one_bloc(tie: Tie, blocs: Mapping[str, int]) -> bool:
    return tie.a in blocs and blocs[tie.a] == blocs.get(tie.b)


def find_blocs(ties: Sequence[Tie], *, resolution: float = 1.0, seed: int = SEED) -> list[frozenset[str]]:
    """Communities of two or more by friendly ties, the largest first. The same ties and seed give the same blocs."""
    import networkx as nx  # type: ignore[import-untyped]

    codes = list_codes(ties)
    place = {code: n for n, code in enumerate(codes)}
    # by number, in a fixed order: the order of a set of strings changes from run to run, and Louvain's result with it
    graph = nx.Graph()
    graph.add_nodes_from(range(len(codes)))
    pairs = sorted((place[t.a], place[t.b], t.score) for t in ties if t.sign > 0)
    graph.add_weighted_edges_from(pairs)
    if not pairs:
        return []
    found = nx.community.louvain_communities(graph, resolution=resolution, seed=seed)
    blocs = (frozenset(codes[n] for n in bloc) for bloc in found if len(bloc) > 1)
    return sorted(blocs, key=lambda bloc: (-len(bloc), min(bloc)))


def track_blocs(periods: Iterable[Sequence[frozenset[str]]]) -> list[dict[str, int]]:
    """For each period the number of everybody's bloc; a bloc keeps its number, from 1, while it is the same."""
    last_seen: dict[int, frozenset[str]] = {}
    numbered = []
    for blocs in periods:
        alike = sorted(
            (-_jaccard(bloc, before), number, at)
            for at, bloc in enumerate(blocs)
            for number, before in last_seen.items()
        )
        numbers: dict[int, int] = {}
        for negative, number, at in alike:
            if -negative >= SAME_BLOC and at not in numbers and number not in numbers.values():
                numbers[at] = number
        following = len(last_seen) + 1
        for at in range(len(blocs)):
            if at not in numbers:
                numbers[at] = following
                following += 1
        last_seen |= {numbers[at]: bloc for at, bloc in enumerate(blocs)}
        numbered.append({code: numbers[at] for at, bloc in enumerate(blocs) for code in sorted(bloc)})
    return numbered


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def assess_network(
    edges: pa.Table, ties: pa.Table, *, resolution: float = 1.0, seed: int = SEED
) -> tuple[pa.Table, pa.Table]:
    """Nodes and balance of tables as the store gives them, per period where they have one."""
    by_period = "period" in edges.column_names
    groups: dict[date | None, list[Tie]] = {}
    for row in ties.to_pylist():
        tie = Tie(row["a"], row["b"], row["events"], row["sum_score"])
        groups.setdefault(row.get("period"), []).append(tie)
    if not by_period:
        groups.setdefault(None, [])
    order: list[Any] = sorted(groups, key=lambda period: period or date.min)
    blocs = dict(
        zip(
            order,
            track_blocs([find_blocs(groups[p], resolution=resolution, seed=seed) for p in order]),
            strict=True,
        )
    )
    events: dict[tuple[Any, str], float] = {}
    for row in edges.to_pylist():
        for code in (row["actor"], row["recipient"]):
            key = row.get("period"), code
            events[key] = events.get(key, 0) + row["events"]
    keys = sorted(events, key=lambda key: (key[0] or date.min, key[1]))
    nodes = {
        "code": pa.array([code for _, code in keys], pa.string()),
        "events": pa.array([events[key] for key in keys], edges.schema.field("events").type),
        "bloc": pa.array([blocs.get(period, {}).get(code) for period, code in keys], pa.int32()),
    }
    measured = [measure_balance(groups[period], blocs[period]) for period in order]
    balance = {
        field.name: pa.array(
            [getattr(one, field.name) for one in measured],
            pa.float64() if "float" in str(field.type) else pa.int32(),
        )
        for field in fields(Balance)
    }
    if by_period:
        nodes = {"period": pa.array([period for period, _ in keys], pa.date32()), **nodes}
        balance = {"period": pa.array(order, pa.date32()), **balance}
    return pa.table(nodes), pa.table(balance)


def lay_out(ties: Sequence[Tie], *, seed: int = SEED) -> dict[str, tuple[float, float]]:
    """A place for everybody in the unit square, friends near each other; the same ties give the same places.

    Fruchterman & Reingold's forces (networkx), in which friendly ties pull by the number of their events, hostile ones
    hardly, and everybody a little, so that nothing flies off.
    """
    import networkx as nx

    codes = list_codes(ties)
    if not codes:
        return {}
    place = {code: n for n, code in enumerate(codes)}
    graph = nx.complete_graph(len(codes))
    nx.set_edge_attributes(graph, 0.05, "weight")
    for tie in ties:
        pull = 0.3 + math.log1p(tie.events) if tie.sign >= 0 else 0.08
        graph[place[tie.a]][place[tie.b]]["weight"] = pull
    found = nx.spring_layout(graph, seed=seed, iterations=200, method="force")
    points = np.array([found[n] for n in range(len(codes))])
    low, high = points.min(axis=0), points.max(axis=0)
    unit = np.where(high > low, (points - low) / np.where(high > low, high - low, 1.0), 0.5)
    # halfway to even spacing: forces crowd the many in the middle to make room for a few outside
    ranks = unit.argsort(axis=0, kind="stable").argsort(axis=0) / max(1, len(codes) - 1)
    unit = (unit + ranks) / 2
    return {code: (float(x), float(y)) for code, (x, y) in zip(codes, unit, strict=True)}


def spread_out(
    points: Mapping[str, tuple[float, float]],
    width: float,
    height: float,
    room: Mapping[str, float],
    tall: float,
) -> dict[str, tuple[float, float]]:
    """The unit square drawn `width` by `height`, everybody moved as little as needed to have `room` (a width) by `tall`
    for themselves; all in the units of the drawing. In too small a drawing some still touch."""
    codes = sorted(points)
    wide = np.array([room[code] for code in codes])
    margin = np.stack([wide, np.full(len(codes), tall)], axis=-1) / 2
    at = np.array([points[code] for code in codes]).reshape(-1, 2) * ((width, height) - 2 * margin) + margin
    for _ in range(400):
        apart = at[:, None, :] - at[None, :, :]
        overlap_x = (wide[:, None] + wide[None, :]) / 2 - np.abs(apart[..., 0])
        overlap_y = tall - np.abs(apart[..., 1])
        touching = (overlap_x > 0) & (overlap_y > 0)
        np.fill_diagonal(touching, False)
        if not touching.any():
            break
        # along whichever axis it takes less; who stands in the very same place goes by order
        order = np.sign(np.arange(len(codes))[:, None] - np.arange(len(codes))[None, :])
        way = np.where(apart == 0, order[..., None], np.sign(apart))
        sideways = overlap_x < overlap_y
        at[:, 0] += (touching * sideways * overlap_x * way[..., 0]).sum(axis=1) * 0.3
        at[:, 1] += (touching * ~sideways * overlap_y * way[..., 1]).sum(axis=1) * 0.3
        at = np.clip(at, margin, (width, height) - margin)
    return {code: (float(x), float(y)) for code, (x, y) in zip(codes, at, strict=True)}
