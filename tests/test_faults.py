"""The table of faults: two cells of it, and the page it is written to."""

from __future__ import annotations

from bench.faults import (
    ALONE,
    AWS,
    ENGINES,
    FAULTS,
    LATE,
    SHORT,
    SQLITE,
    Cell,
    cells,
    page,
)

from tests.living import LOOPBACK


def cell_of(engine: str, name: str) -> Cell:
    (one,) = cells(engine, [it for it in FAULTS if it.name == name])
    return one


@LOOPBACK
def test_a_model_whose_stream_is_cut_costs_its_recipe_and_not_the_meal() -> None:
    one = cell_of(ALONE, "model's stream cut")
    assert one.lost == ()
    assert one.seen == "the book's recipe (“The model's answer broke off.”), all priced"
    assert 0 < one.recovered <= one.whole < LATE


@LOOPBACK
def test_a_worker_that_is_killed_costs_a_while_and_nothing_else() -> None:
    one = cell_of(SQLITE, "worker killed in mid-cook")
    assert one.lost == ()
    assert one.seen == "the model's recipe, all priced"
    assert 0 < one.recovered <= one.whole < LATE


def test_the_page_has_a_row_for_each_fault_and_names_what_was_lost() -> None:
    found = [
        Cell("model down", SQLITE, "the book's recipe", 1.25, 3.0, ()),
        Cell("model down", AWS, "a | b", 2.0, 4.0, ("its events have gaps",)),
        Cell("disk full", SQLITE, "still waiting", 9.0, 9.0, ()),
    ]
    text = page(found)
    rows = [line for line in text.splitlines() if line.startswith("| ")]
    assert rows == [
        "| fault | " + " | ".join(ENGINES) + " |",
        "| model down | not measured | the book's recipe; recovered in 1.2 s. | not measured"
        " | a / b; recovered in 2.0 s. **Lost: its events have gaps.** |",
        "| disk full | not measured | still waiting; recovered in 9.0 s. | not measured | – |",
    ]
    assert "3 cells; in 1 of them" in text
    assert "9 s (disk full, SQLite)" in text


def test_the_short_form_names_faults_that_are_there() -> None:
    assert {name for _, name in SHORT} <= {one.name for one in FAULTS}
    assert {engine for engine, _ in SHORT} <= set(ENGINES)
