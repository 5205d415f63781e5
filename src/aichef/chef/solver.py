"""A mathematical program and the HiGHS solver behind it: the only file that sees highspy.

Why a solver: choosing swaps and whole kitchen measures under a dozen limits at once is a small
mixed-integer program, and HiGHS proves what it answers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Final, cast

GAP: Final = 0.1
"""Relative gap at which a menu is good enough; hard rules are never part of the gap. Closing the
last tenth took half the time again and changed the objective by 0.002 in the mean."""

NODES: Final = 400
"""Search nodes before the best found is taken: a bound that, unlike a clock, is repeatable."""


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


def solve(program: Program, gap: float = GAP) -> tuple[float, ...] | None:
    """Values of the variables at the least cost found; None where nothing fits."""
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
    highs.setOptionValue("output_flag", False)
    highs.setOptionValue("threads", 1)
    highs.setOptionValue("random_seed", 0)
    highs.setOptionValue("mip_rel_gap", gap)
    highs.setOptionValue("mip_max_nodes", NODES)
    highs.passModel(model)
    highs.run()
    solution = highs.getSolution()
    if not solution.value_valid:
        return None
    values = tuple(float(one) for one in solution.col_value)
    return values if highs.getInfo().primal_solution_status == 2 else None  # 2: feasible
