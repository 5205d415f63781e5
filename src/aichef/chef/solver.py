"""A mathematical program and the HiGHS solver behind it: the only file that sees HiGHS.

Why a solver: choosing swaps and whole kitchen measures under a dozen limits at once is a small
mixed-integer program, and HiGHS proves what it answers.
"""

from __future__ import annotations

import ctypes
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

if TYPE_CHECKING:
    from collections.abc import Sequence

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


class Relaxed(NamedTuple):
    """A program solved with fractions allowed: `bound` is a cost that nothing can be below.

    `dearer` is by how much at least a variable that moves away from its value raises the bound.
    """

    values: tuple[float, ...]
    bound: float
    dearer: tuple[float, ...]


class Proof(NamedTuple):
    """Values of the least cost found, None where none was, and a cost nothing can be below."""

    values: tuple[float, ...] | None
    bound: float


def solve(program: Program, gap: float = GAP) -> tuple[float, ...] | None:
    """Values of the variables at the least cost found; None where nothing fits."""
    return _minimised(program, {"mip_rel_gap": gap, "mip_max_nodes": NODES}).values


def relax(program: Program, seconds: float) -> Relaxed | None:
    """The program, which something must fit, with fractions allowed; None where time ran out."""
    fractions = replace(program, whole=[False] * len(program.whole))
    found = _minimised(fractions, {"time_limit": seconds})
    if found.values is None or found.dearer is None:
        return None
    return Relaxed(found.values, found.cost, found.dearer)


def prove(program: Program, start: Mapping[int, float], close: float, seconds: float) -> Proof:
    """Least cost to within `close`, searched from `start` (every variable it lacks is 0).

    `seconds` may run out before: the bound then stays further away.
    """
    options = {"mip_rel_gap": 0.0, "mip_abs_gap": close, "time_limit": max(seconds, 0.0)}
    found = _minimised(program, options, [start.get(one, 0.0) for one in range(len(program.cost))])
    return Proof(found.values, found.bound)


class _Found(NamedTuple):
    """What HiGHS says of a program: `values` and `dearer` are None where they do not hold."""

    values: tuple[float, ...] | None
    dearer: tuple[float, ...] | None
    cost: float
    bound: float


_OURS: Final[Mapping[str, float]] = {"output_flag": False, "threads": 1, "random_seed": 0}
"""Silent, one thread, repeatable."""


def _minimised(
    program: Program, options: Mapping[str, float], start: Sequence[float] | None = None
) -> _Found:
    highs = _library()
    if highs is None:
        return _by_package(program, {**_OURS, **options}, start)
    return _by_library(highs, program, {**_OURS, **options}, start)


@cache
def _library() -> ctypes.CDLL | None:
    """HiGHS itself, which lies beside its Python package; None where the wheel holds none.

    The package imports numpy, which takes longer than all solves of a meal.
    """
    package = find_spec("highspy")
    folders = package.submodule_search_locations if package else None
    for file in sorted(Path(folders[0]).glob("libhighs.*")) if folders else ():
        highs = ctypes.CDLL(str(file))
        highs.Highs_create.restype = ctypes.c_void_p
        # HiGHS can be built with wider whole numbers than those we hand over.
        return highs if highs.Highs_getSizeofHighsInt(None) == ctypes.sizeof(ctypes.c_int) else None
    return None


def _by_library(
    highs: ctypes.CDLL,
    program: Program,
    options: Mapping[str, float],
    start: Sequence[float] | None,
) -> _Found:
    """As HiGHS' C interface tells it; a program it would not take is a RuntimeError."""
    starts, index, value = _matrix(program)
    columns, rows, entries = len(program.cost), len(program.rows), len(index)
    model = ctypes.c_void_p(highs.Highs_create())
    try:
        for name, setting in options.items():
            _set(highs, model, name, setting)
        taken = highs.Highs_passMip(
            model,
            *(columns, rows, entries, _ROWWISE, _MINIMISE, ctypes.c_double(0.0)),
            _reals(program.cost),
            _reals(program.lower),
            _reals(program.upper),
            _reals([low for low, _, _ in program.rows]),
            _reals([high for _, high, _ in program.rows]),
            _wholes(starts),
            _wholes(index),
            _reals(value),
            _wholes(program.whole),
        )
        if taken == _ERROR:
            raise RuntimeError("HiGHS did not take the program")
        if start is not None:
            highs.Highs_setSolution(model, _reals(start), None, None, None)
        highs.Highs_run(model)
        values, dearer = (ctypes.c_double * columns)(), (ctypes.c_double * columns)()
        highs.Highs_getSolution(model, values, dearer, None, None)
        fits = _told_whole(highs, model, "primal_solution_status") == _FEASIBLE
        priced = _told_whole(highs, model, "dual_solution_status") == _FEASIBLE
        return _Found(
            tuple(values) if fits else None,
            tuple(dearer) if priced else None,
            _told_real(highs, model, "objective_function_value"),
            _told_real(highs, model, "mip_dual_bound"),
        )
    finally:
        highs.Highs_destroy(model)


_ROWWISE: Final = 2
_MINIMISE: Final = 1
_ERROR: Final = -1
"""Constants of HiGHS' C interface (highs_c_api.h)."""


def _set(highs: ctypes.CDLL, model: ctypes.c_void_p, name: str, setting: float) -> None:
    option = name.encode()
    if isinstance(setting, bool):
        kept = highs.Highs_setBoolOptionValue(model, option, int(setting))
    elif isinstance(setting, int):
        kept = highs.Highs_setIntOptionValue(model, option, setting)
    else:
        kept = highs.Highs_setDoubleOptionValue(model, option, ctypes.c_double(setting))
    if kept == _ERROR:
        raise RuntimeError(f"HiGHS did not take {name}={setting}")


def _told_whole(highs: ctypes.CDLL, model: ctypes.c_void_p, name: str) -> int:
    told = ctypes.c_int()
    highs.Highs_getIntInfoValue(model, name.encode(), ctypes.byref(told))
    return told.value


def _told_real(highs: ctypes.CDLL, model: ctypes.c_void_p, name: str) -> float:
    told = ctypes.c_double()
    highs.Highs_getDoubleInfoValue(model, name.encode(), ctypes.byref(told))
    return told.value


def _reals(numbers: Sequence[float]) -> ctypes.Array[ctypes.c_double]:
    return (ctypes.c_double * len(numbers))(*numbers)


def _wholes(numbers: Sequence[int]) -> ctypes.Array[ctypes.c_int]:
    return (ctypes.c_int * len(numbers))(*numbers)


def _matrix(program: Program) -> tuple[list[int], list[int], list[float]]:
    """The rows' coefficients: where each row starts, their variables, their values."""
    starts, index, value = [0], list[int](), list[float]()
    for _, _, terms in program.rows:
        index.extend(terms)
        value.extend(terms.values())
        starts.append(len(index))
    return starts, index, value


def _by_package(
    program: Program, options: Mapping[str, float], start: Sequence[float] | None
) -> _Found:
    """The same through the Python package, for systems whose wheel has no library of its own."""
    # numpy only carries arrays here; starting its threads would cost more than the solve.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import highspy

    starts, index, value = _matrix(program)
    model: Any = highspy.HighsLp()
    model.num_col_ = len(program.cost)
    model.num_row_ = len(program.rows)
    model.col_cost_ = program.cost
    model.col_lower_ = program.lower
    model.col_upper_ = program.upper
    model.row_lower_ = [low for low, _, _ in program.rows]
    model.row_upper_ = [high for _, high, _ in program.rows]
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = starts
    model.a_matrix_.index_ = index
    model.a_matrix_.value_ = value
    kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    model.integrality_ = [kinds[whole] for whole in program.whole]
    highs: Any = cast("Any", highspy).Highs()
    for name, setting in options.items():
        highs.setOptionValue(name, setting)
    highs.passModel(model)
    if start is not None:
        known: Any = cast("Any", highspy).HighsSolution()
        known.col_value = list(start)
        highs.setSolution(known)
    highs.run()
    info, solution = highs.getInfo(), highs.getSolution()
    fits, priced = info.primal_solution_status, info.dual_solution_status
    return _Found(
        tuple(solution.col_value) if fits == _FEASIBLE else None,
        tuple(solution.col_dual) if priced == _FEASIBLE else None,
        float(info.objective_function_value),
        float(info.mip_dual_bound),
    )
