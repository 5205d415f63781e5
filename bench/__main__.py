"""Prints every figure of docs/benchmarks.md: `make bench`, or `python -m bench NAME …`."""

from __future__ import annotations

import sys
from collections.abc import Callable

from bench import (
    accuracy,
    answers,
    basket,
    compose,
    fuzz_api,
    gate,
    grid,
    kill,
    living,
    load,
    overlap,
    paint,
    processes,
    prompts,
    sessions,
    stream,
    strings,
    titles,
    written,
)

FIGURES: dict[str, Callable[[], None]] = {
    "processes": processes.main,
    "compose": compose.main,
    "gate": gate.main,
    "grid": grid.main,
    "accuracy": accuracy.main,
    "basket": basket.main,
    "living": living.main,
    "strings": strings.main,
    "titles": titles.main,
    "sessions": sessions.main,
    "kill": kill.main,
    "fuzz_api": fuzz_api.main,
    "load": load.main,
    "paint": paint.main,
    "stream": stream.main,
    "prompts": prompts.main,
    "answers": answers.main,
    "overlap": overlap.main,
    "written": written.main,
}


def main() -> None:
    wanted = [one for one in sys.argv[1:] if not one.startswith("--")] or list(FIGURES)
    for name in wanted:
        print(f"## {name}", flush=True)
        FIGURES[name]()
        print(flush=True)


main()
