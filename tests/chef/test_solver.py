"""HiGHS is spoken to directly where its library is there; the Python package says the same."""

from __future__ import annotations

import math
import subprocess
import sys
from random import Random

import pytest

from aichef.chef import solver
from aichef.chef.solver import Program, prove, relax, solve


def drawn(seed: int) -> Program:
    """A small program by chance: bounded or not, whole or not, possible or not."""
    chance, program = Random(seed), Program()
    columns = chance.randint(1, 14)
    for _ in range(columns):
        most = chance.choice([1.0, 5.0, math.inf])
        program.variable(0.0, most, chance.uniform(-1, 3), whole=chance.random() < 0.6)
    for _ in range(chance.randint(0, 9)):
        some = chance.sample(range(columns), chance.randint(1, columns))
        terms = {one: chance.uniform(-2, 3) for one in some}
        program.row(terms, chance.choice([-math.inf, 0.5, 1.0]), chance.choice([math.inf, 4.0]))
    return program


def packs() -> Program:
    """At least 7 out of packs of 2 for 3 and of 5 for 6: one of each, 9."""
    program = Program()
    two, five = (program.variable(0.0, 9.0, cost, whole=True) for cost in (3.0, 6.0))
    program.row({two: 2.0, five: 5.0}, low=7.0)
    return program


@pytest.mark.parametrize("seed", range(40))
def test_the_library_and_the_package_find_the_same(seed: int) -> None:
    highs = solver._library()
    if highs is None:
        pytest.skip("this wheel of HiGHS holds no library of its own")
    program, options = drawn(seed), {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0}
    start = [0.0] * len(program.cost) if seed % 2 else None
    by_library = solver._by_library(highs, program, options, start)
    assert str(by_library) == str(solver._by_package(program, options, start))


def test_the_least_cost_is_found_proven_and_bounded_by_fractions() -> None:
    assert solve(packs(), 0.0) == pytest.approx((1.0, 1.0))
    assert prove(packs(), {0: 4.0}, 0.0, 5.0).values == pytest.approx((1.0, 1.0))
    relaxed = relax(packs(), 5.0)
    assert relaxed is not None
    assert relaxed.bound == pytest.approx(8.4)
    assert relaxed.dearer[0] == pytest.approx(0.6)


def test_what_nothing_fits_has_no_values() -> None:
    program = packs()
    program.row({0: 1.0, 1: 1.0}, high=0.0)
    assert solve(program) is None
    assert prove(program, {}, 0.0, 5.0).values is None


def test_an_option_highs_does_not_know_is_no_silence() -> None:
    highs = solver._library()
    if highs is None:
        pytest.skip("this wheel of HiGHS holds no library of its own")
    with pytest.raises(RuntimeError, match="mip_rel_gap"):
        solver._by_library(highs, packs(), {"mip_rel_gap": -1.0}, None)


def test_the_library_spares_numpy() -> None:
    code = (
        "import sys; from aichef.chef.solver import Program, _library, solve;"
        "one = Program(); one.variable(1.0, 2.0, 1.0); assert solve(one) == (1.0,);"
        "assert _library() is None or not {'numpy', 'highspy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
