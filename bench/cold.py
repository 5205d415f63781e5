"""Cold starts: each function's imports in fresh processes, beside an empty handler's.

The empty handler imports every module of other people's packages that the function has loaded, and
nothing else; what the function takes beyond that is our own share. The least of some runs, and of
processor time, since other work on the machine can only add to it; both are compiled before. A
sandbox on AWS unpacks, and may compile, on top of that.
"""

from __future__ import annotations

import compileall
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from bench.figures import Figure, at_most, length

RUNS = length(9, 25)
FUNCTIONS = ("session", "recipe", "price", "combine", "refresh")
MOST_MS = 150
MOST_MB = 180
HOME = Path(__file__).parents[1]
SOURCE = HOME / "src"
LOADED = """
import sys
import {module}
print(*sorted(
    name for name, one in sys.modules.items()
    if "site-packages" in (getattr(one, "__file__", None) or "")
))
"""
TIMED = """
import importlib, sys, time
for name in sys.argv[1:]:
    importlib.import_module(name)
print(time.process_time() * 1000)
"""


def main() -> Iterator[Figure]:
    compileall.compile_dir(str(SOURCE), quiet=2)
    for name in FUNCTIONS:
        module = f"aichef.aws.{name}"
        theirs = said(LOADED.format(module=module)).split()
        # In turns, so that what else happens on the machine happens to both.
        pairs = [(milliseconds(theirs), milliseconds([module])) for _ in range(RUNS)]
        empty, whole = (min(one[n] for one in pairs) for n in (0, 1))
        share = whole - empty
        yield at_most(
            f"cold start of the {name} function, our own share ≤ {MOST_MS} ms of processor",
            MOST_MS,
            share,
            f"{share:.0f} ms: {whole:.0f} in all, less {empty:.0f} of an empty handler that "
            f"imports the same {len(theirs)} modules of others (least of {RUNS})",
        )
    size = package_mb()
    yield at_most(
        f"a function with its libraries, unzipped ≤ {MOST_MB} MB", MOST_MB, size, f"{size:.0f} MB"
    )


def milliseconds(modules: list[str]) -> float:
    """Processor time of a fresh process that imports these, from its start."""
    return float(said(TIMED, *modules))


def said(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True
    )
    return done.stdout


def package_mb() -> float:
    """Megabytes of what is deployed: our sources, and what the layer is built from, as it is here.

    `sam build` leaves out byte code, and so is it here.
    """
    lines = (HOME / "deploy" / "libraries" / "requirements.txt").read_text("utf-8").splitlines()
    names = [line.partition("==")[0] for line in lines if not line.startswith("#")]
    files = [
        Path(str(one.locate())) for name in names for one in metadata.distribution(name).files or ()
    ]
    files += (SOURCE / "aichef").rglob("*")
    return sum(one.stat().st_size for one in files if one.suffix != ".pyc" and one.is_file()) / 1e6
