"""A mathematical program and the HiGHS solver behind it: the only file that sees highspy.

Why a solver: choosing swaps and whole kitchen measures under a dozen limits at once is a small
mixed-integer program, and HiGHS proves what it answers.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

GAP: Final = 0.1
"""Relative gap at which a menu is good enough; hard rules are never part of the gap. Closing the
last tenth took half the time again and changed the objective by 0.002 in the mean."""

NODES: Final = 400
"""Search nodes before the best found is taken: a bound that, unlike a clock, is repeatable."""

_FEASIBLE: Final = 2
"""HiGHS' name for a solution that keeps every row."""


@dataclass(slots=True)
class Program:
    """Variables and rows of one minimisation, gathered before it is handed to the solver."""

    cost: list[float] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    rows: list[tuple[float, float, dict[int, float]]] = field(default_factory=list)

    def variable(self, low: float, high: float, cost: float = 0.0, *, whole: bool = False) -> int:
        """A new variable between `low` and `high`; returns its index."""
        self.cost.append(cost)
        self.lower.append(low)
        self.upper.append(high)
        self.whole.append(whole)
        return len(self.cost) - 1

    def row(self, terms: dict[int, float], low: float = -math.inf, high: float = math.inf) -> None:
        """A new constraint `low <= Σ coefficient × variable <= high`."""
        self.rows.append((low, high, {one: value for one, value in terms.items() if value}))


@dataclass(frozen=True, slots=True)
class Relaxed:
    """A program solved with fractions allowed: `bound` is a cost that nothing can be below.

    `dearer` is by how much at least a variable that moves away from its value raises the bound.
    """

    values: tuple[float, ...]
    bound: float
    dearer: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Proof:
    """Values of the least cost found, None where none was, and a cost nothing can be below."""

    values: tuple[float, ...] | None
    bound: float


def solve(program: Program, gap: float = GAP) -> tuple[float, ...] | None:
    """Values of the variables at the least cost found; None where nothing fits."""
    highs = _solver(program, mip_rel_gap=gap, mip_max_nodes=NODES)
    highs.run()
    return _values(highs)


def relax(program: Program, seconds: float) -> Relaxed | None:
    """The program, which something must fit, with fractions allowed; None where time ran out."""
    highs = _solver(replace(program, whole=[False] * len(program.whole)), time_limit=seconds)
    highs.run()
    info, solution = highs.getInfo(), highs.getSolution()
    if info.primal_solution_status != _FEASIBLE or info.dual_solution_status != _FEASIBLE:
        return None
    return Relaxed(
        tuple(solution.col_value), float(info.objective_function_value), tuple(solution.col_dual)
    )


def prove(program: Program, start: Mapping[int, float], close: float, seconds: float) -> Proof:
    """Least cost to within `close`, searched from `start` (every variable it lacks is 0).

    `seconds` may run out before: the bound then stays further away.
    """
    import highspy

    highs = _solver(program, mip_rel_gap=0.0, mip_abs_gap=close, time_limit=max(seconds, 0.0))
    known: Any = cast("Any", highspy).HighsSolution()
    known.col_value = [start.get(one, 0.0) for one in range(len(program.cost))]
    highs.setSolution(known)
    highs.run()
    return Proof(_values(highs), float(highs.getInfo().mip_dual_bound))


def _solver(program: Program, **options: float) -> Any:
    """HiGHS with the program and our options: silent, one thread, repeatable."""
    # numpy only carries arrays here; starting its threads would cost more than the solve.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import highspy
    import numpy as np

    model: Any = highspy.HighsLp()
    model.num_col_ = len(program.cost)
    model.num_row_ = len(program.rows)
    model.col_cost_ = np.array(program.cost)
    model.col_lower_ = np.array(program.lower)
    model.col_upper_ = np.array(program.upper)
    model.row_lower_ = np.array([low for low, _, _ in program.rows])
    model.row_upper_ = np.array([high for _, high, _ in program.rows])
    starts, index, value = [0], list[int](), list[float]()
    for _, _, terms in program.rows:
        index.extend(terms)
        value.extend(terms.values())
        starts.append(len(index))
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = np.array(starts, dtype=np.int32)
    model.a_matrix_.index_ = np.array(index, dtype=np.int32)
    model.a_matrix_.value_ = np.array(value)
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    model.integrality_ = [kinds[whole] for whole in program.whole]
    highs: Any = cast("Any", highspy).Highs()
    ours = {"output_flag": False, "threads": 1, "random_seed": 0}
    for name, setting in {**ours, **options}.items():
        highs.setOptionValue(name, setting)
    highs.passModel(model)
    return highs


def _values(highs: Any) -> tuple[float, ...] | None:
    solution = highs.getSolution()
    if not solution.value_valid or highs.getInfo().primal_solution_status != _FEASIBLE:
        return None
    return tuple(float(one) for one in solution.col_value)
