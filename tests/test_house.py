"""The house: imports point one way, doors open fast, texts keep our word."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

SRC = Path(__file__).parents[1] / "src" / "aichef"
ROOMS = ["food", "profile", "recipe", "prices", "chef", "basket", "meal", "session"]
FLOORS = [
    {"errors", "lazy", "settings", "tables", "__init__"},
    *({room} for room in ROOMS),
    {"cook"},
    {"models"},
    {"kitchens"},
    {"fake"},
    {"web"},
    {"model_doors", "supply_doors"},
    {"batch", "basket_door", "eval_door", "prices_doors", "remote", "session_doors"},
    {"aws"},
    {"cli", "__main__"},
]


def floor_of(name: str) -> int:
    return next(n for n, floor in enumerate(FLOORS) if name in floor)


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("aichef"):
            found.add(node.module)
    return found


def test_imports_point_one_way() -> None:
    for path in SRC.rglob("*.py"):
        here = path.relative_to(SRC).parts[0].removesuffix(".py")
        for module in imports(path):
            there = module.split(".")[1] if "." in module else "__init__"
            assert floor_of(there) <= floor_of(here), f"{path.name} imports {module}"


def sells(path: Path) -> bool:
    """Whether a class of a module is asked for prices, or is a survey."""
    return any(
        {"known", "search"} <= {part.name for part in node.body if hasattr(part, "name")}
        or "Survey" in {base.id for base in node.bases if isinstance(base, ast.Name)}
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and node.name not in {"Shop", "Survey"}
    )


SUPPLIERS = {
    "aichef.chef.composer",
    *(f"aichef.prices.{path.stem}" for path in (SRC / "prices").glob("*.py") if sells(path)),
}
"""Who writes, and every shop: one that is new is among them as soon as it is there."""


def modules(path: Path) -> set[str]:
    """What a file imports from, `from aichef.prices import kamis` read as the module it is."""
    found = imports(path)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module in found:
            found |= {f"{node.module}.{one.name}" for one in node.names}
    return found


def test_only_the_kitchens_and_the_door_know_suppliers() -> None:
    """A room may know those that live in it; no other room knows any."""
    assert {"aichef.prices.book", "aichef.prices.coupang", "aichef.prices.kamis"} < SUPPLIERS
    for path in SRC.rglob("*.py"):
        here = path.relative_to(SRC)
        if here.parts[0] in {"kitchens", "cli.py"} or here.stem.endswith(("_door", "_doors")):
            continue
        strangers = {one for one in SUPPLIERS if one.split(".")[1] != here.parts[0]}
        assert not modules(path) & strangers, f"{here} knows a supplier"


def test_the_kitchen_of_a_laptop_opens_every_supplier_there_is() -> None:
    assert modules(SRC / "kitchens" / "local.py") >= SUPPLIERS


ROWS = [
    (cells[1].strip().strip("`/"), re.findall(r"`([^`]+)`", cells[3]))
    for line in (SRC.parents[1] / "docs" / "architecture.md").read_text("utf-8").splitlines()
    if re.match(r"\| `\w+/` \|", line) and (cells := line.split("|"))
]
"""The rooms of docs/architecture.md, each with its doors: "module.name", or a module."""


def public(path: Path) -> set[str]:
    """What stands in a module: its functions, classes and constants."""
    found = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                found.add(node.name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
    return found


def test_every_room_stands_on_the_page_of_the_house() -> None:
    rooms = {path.parent.name for path in SRC.glob("*/__init__.py")}
    assert [room for room, _ in ROWS] == sorted(rooms, key=floor_of), "from the ground up"


@pytest.mark.parametrize(("room", "doors"), ROWS, ids=[room for room, _ in ROWS])
def test_every_door_named_on_the_page_of_the_house_is_there(room: str, doors: list[str]) -> None:
    assert doors
    for door in doors:
        module, _, name = door.partition(".")
        path = SRC / room / f"{module}.py"
        path = path if path.is_file() else SRC / room / module / "__init__.py"
        assert path.is_file(), f"{room}/{module} is no module"
        assert not name or name in public(path), f"{room}/{module}.py has no {name}"


def test_every_file_named_on_the_page_of_the_house_is_there() -> None:
    page = (SRC.parents[1] / "docs" / "architecture.md").read_text("utf-8")
    for name in re.findall(r"`(?:src/aichef/)?([\w/]+\.py)`", page):
        near = [SRC / name, SRC.parents[1] / name, SRC / "session" / name]
        assert any(path.is_file() for path in near), name


def test_the_version_needs_none_of_the_rooms() -> None:
    code = (
        "import sys, aichef.cli; aichef.cli.main(['--version']);"
        "assert not {'numpy', 'highspy', 'rich', 'aichef.food.table'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_an_offline_cook_loads_nothing_that_waits_or_stores() -> None:
    """An event loop, a wire, a validator, a database or numpy would cost more than the solves."""
    code = (
        "import sys, aichef.cli\n"
        "try: aichef.cli.main(['cook', '--target', 'keto'])\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "heavy = {'asyncio', 'httpx', 'pydantic', 'sqlite3', 'numpy', 'hashlib'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    home = {name: value for name, value in os.environ.items() if not name.startswith("AICHEF_")}
    with TemporaryDirectory() as empty:
        clean = {**home, "AICHEF_DATA_DIR": empty}
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=clean)


def test_nothing_is_read_on_import() -> None:
    code = (
        "import builtins, io, pathlib, pkgutil, importlib, aichef, aichef.cook, aichef.meal.render;"
        "import aichef.food.table as t; assert t.foods.cache_info().currsize == 0;"
        "import aichef.recipe.rules as r; assert r.all_rules.cache_info().currsize == 0"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)


def test_no_text_of_ours_calls_food_safe() -> None:
    for path in SRC.rglob("*"):
        if path.suffix in {".py", ".csv", ".toml"}:
            text = path.read_text(encoding="utf-8")
            assert "안전합니다" not in text, path
            assert "안전해요" not in text, path
