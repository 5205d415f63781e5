"""Prints figures: `python -m bench NAME …`; `python -m bench report` writes the page of all."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from bench.report import report

if TYPE_CHECKING:
    from bench.figures import Figure

# In the order of the report: what a person meets first comes first.
EVERY = (
    "processes",
    "compose",
    "gate",
    "accuracy",
    "grid",
    "strings",
    "answers",
    "overlap",
    "written",
    "side_by_side",
    "stream",
    "titles",
    "basket",
    "living",
    "sessions",
    "kill",
    "faults",
    "load",
    "fuzz_api",
    "fuzz",
    "paint",
    "prompts",
    "cold",
)


def main() -> None:
    wanted = sys.argv[1:]
    if wanted[:1] == ["report"]:
        report(wanted[1:] or list(EVERY), list(EVERY))
        return
    to = Path(wanted.pop()) if "--to" in wanted else None
    for name in [one for one in wanted if not one.startswith("--")] or EVERY:
        print(f"## {name}", flush=True)
        found: list[Figure] = []
        for figure in import_module(f"bench.{name}").main():
            print(figure.line(), flush=True)
            found.append(figure)
            if to:
                with to.open("a") as file:
                    file.write(json.dumps(asdict(figure), ensure_ascii=False) + "\n")
        print(flush=True)


if __name__ == "__main__":
    main()
