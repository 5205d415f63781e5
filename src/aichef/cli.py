"""The command line: parse, call, print. Exit 0 done, 2 not as asked, 1 a supplier or we failed."""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from aichef import __version__
from aichef.errors import ChefError, InvalidProfile, InvalidRecipe, NeedsAnswer

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

    from aichef.cook import Kitchen, News, Tell
    from aichef.meal.model import Meal
    from aichef.prices.model import Price
    from aichef.prices.own import OwnPrices
    from aichef.profile.model import Profile
    from aichef.settings import Settings

FIELDS: Final[Mapping[str, str]] = {
    "target": "{targets}",
    "servings": "1–20, default 2",
    "budget": 'won, "만원" and "1만 5천원" too; default 30,000',
    "allergies": "words, comma separated",
    "health-conditions": "words, comma separated; 없음 for none",
    "medications": "words, comma separated; 없음 for none",
    "cooking-level": "beginner, intermediate, advanced",
    "cooking-time": "most minutes",
    "baby-age-months": '"7", "생후 6개월 2주", "100일"',
    "current-foods": "what the baby has eaten already",
    "age": "years",
    "sex": "female, male",
    "weight-kg": "kilograms",
    "height-cm": "centimetres",
    "carb-limit": "keto: 2–5 g",
    "carb-basis": "keto: total or net",
    "keto-phase": "free words",
    "diabetes-type": "1형, 2형, 임신성",
    "blood-sugar": "free words; not checked",
    "available-ingredients": '"두부 1모, 시금치 한 단"',
    "pantry": "basic, empty, or names",
    "region": "시도/시군구",
    "shops": "shops one goes to",
    "tools": '"프라이팬, 냄비", "오븐 없음"',
    "diet": "vegan, vegetarian, pescatarian, gluten_free, halal",
    "dislikes": "words, comma separated",
    "note": "up to 200 characters",
    "locale": "ko or en",
    "seed": "another seed, another dish",
}
"""Flags of a profile: DESIGN section 3, in the command line's spelling."""

WISHES: Final = {
    "less-salt": "the same rules, with as little salt as the dish bears",
    "cheaper": "the same rules, for less money",
    "quicker": "the same rules, the quickest dish first",
}

BIGGEST_FILE: Final = 10_000_000
DEBUG: Final = "AICHEF_DEBUG"
PARSE: Final = "parse"
"""The word after `foods` that reads ingredient strings; no food is called so."""


class Parser(argparse.ArgumentParser):
    """An ArgumentParser whose errors are one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong in one line; exit code 2."""
        print(f"aichef: {message} (aichef --help)", file=sys.stderr)
        raise SystemExit(2)


def main(argv: Sequence[str] | None = None) -> None:
    """Run one command and leave with its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments in (["--version"], ["-V"]):
        print(f"aichef {__version__}")
        return
    _utf8()
    # A command lives for half a second; collecting garbage would cost a tenth of it.
    gc.set_threshold(100_000, 50, 50)
    parsed = parser(*arguments[:1]).parse_args(arguments)
    try:
        code = parsed.run(parsed)
        # Here, where a reader that left is no fault; at the exit it would be one.
        sys.stdout.flush()
    except ChefError as trouble:
        code = _say(trouble, as_json=_wants_json(parsed))
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        # The reader left; there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as trouble:  # noqa: BLE001 - the last door: a person gets a line, not a traceback
        code = _unexpected(trouble, parsed)
    sys.exit(code)


def _utf8() -> None:
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(encoding="utf-8", errors="replace")


def _wants_json(parsed: argparse.Namespace) -> bool:
    return getattr(parsed, "json", False) or getattr(parsed, "jsonl", False)


def _say(trouble: ChefError, *, as_json: bool) -> int:
    if as_json:
        error = {
            "error": trouble.code,
            "message": trouble.message,
            "details": dict(trouble.details),
        }
        print(json.dumps(error, ensure_ascii=False))
    print(f"aichef: {' '.join(trouble.message.split())}", file=sys.stderr)
    return trouble.exit_code


def _unexpected(trouble: Exception, parsed: argparse.Namespace) -> int:
    if os.environ.get(DEBUG):
        raise trouble
    where = type(trouble).__name__
    told = ChefError(_said("unexpected", parsed, kind=where), kind=where)
    return _say(told, as_json=_wants_json(parsed))


def _locale(parsed: argparse.Namespace) -> str:
    """The language of what is said before there is a profile."""
    from aichef.settings import spoken

    return spoken(getattr(parsed, "locale", None), os.environ)


def _said(key: str, parsed: argparse.Namespace, /, **values: object) -> str:
    from aichef.meal.words import said

    return said(key, _locale(parsed), **values)


def parser(command: str = "") -> argparse.ArgumentParser:
    """Every command with its flags; only `cook` for `cook`, which would wait for the others."""
    top = Parser(
        prog="aichef",
        description="One recipe you can cook tonight, checked by code and priced to the won.",
    )
    top.add_argument("--version", "-V", action="version", version=f"aichef {__version__}")
    commands = top.add_subparsers(required=True, metavar="command", parser_class=Parser)

    one = commands.add_parser("cook", help="a checked and priced meal for a profile")
    _profile_flags(one)
    one.add_argument("--json", action="store_true", help="print DESIGN section 4 as JSON")
    one.add_argument("--avoid-shops", metavar="…", help="shops not to buy at, comma separated")
    one.add_argument("--only-shops", metavar="…", help="buy at these shops only, comma separated")
    one.add_argument("--ideas", action="store_true", help="say what would make it better")
    one.add_argument("--jsonl", action="store_true", help="profiles one a line in, meals out")
    one.add_argument("--server", metavar="URL", help="have an AI Chef server cook; AICHEF_TOKEN")
    one.set_defaults(run=_cook)
    if command == "cook":
        return top

    one = commands.add_parser("check", help="any recipe against any profile")
    one.add_argument("file", help="a recipe as JSON, - for standard input")
    _profile_flags(one)
    one.add_argument("--explain", action="store_true", help="each figure with the rows behind it")
    one.add_argument("--json", action="store_true", help="print JSON")
    one.add_argument("--jsonl", action="store_true", help="recipes one a line in, verdicts out")
    one.set_defaults(run=_check)

    one = commands.add_parser("foods", help="search the foods we know, read ingredient strings")
    one.add_argument(
        "word", help='a name, Korean or English; "parse" reads strings from standard input'
    )
    one.add_argument("--json", action="store_true", help="print JSON")
    _locale_flag(one)
    one.set_defaults(run=_foods)

    _price_commands(commands)
    _basket_command(commands)
    _session_commands(commands)
    _eval_command(commands)

    one = commands.add_parser("doctor", help="what is configured, reachable, stale")
    one.add_argument("--json", action="store_true", help="print JSON")
    one.add_argument("--warm", action="store_true", help="let the model prepare its output schema")
    _locale_flag(one)
    one.set_defaults(run=_doctor)
    return top


def _basket_command(commands: Any) -> None:
    from aichef.basket_door import add_commands

    add_commands(commands)


def _eval_command(commands: Any) -> None:
    from aichef.eval_door import add_command

    add_command(commands)


def _session_commands(commands: Any) -> None:
    from aichef.session_doors import add_commands

    add_commands(commands, Parser)


def _profile_flags(one: argparse.ArgumentParser) -> None:
    from aichef.profile.model import TARGETS

    one.add_argument("--profile", metavar="FILE", help="a profile as JSON, - for standard input")
    one.add_argument(
        "--strict-allergies", action="store_true", default=None, help='"may contain" refuses too'
    )
    for flag, words in FIELDS.items():
        one.add_argument(f"--{flag}", metavar="…", help=words.format(targets=", ".join(TARGETS)))
    for wish, words in WISHES.items():
        one.add_argument(f"--{wish}", action="store_true", help=words)


def _locale_flag(one: argparse.ArgumentParser) -> None:
    one.add_argument("--locale", metavar="…", help=FIELDS["locale"])


def _price_commands(commands: Any) -> None:
    prices = commands.add_parser("prices", help="look up prices, keep your own")
    group = prices.add_subparsers(required=True, metavar="action", parser_class=Parser)

    one = group.add_parser("find", help="prices known for a food")
    one.add_argument("food")
    one.add_argument("--json", action="store_true")
    _locale_flag(one)
    one.set_defaults(run=_prices_find)

    one = group.add_parser("add", help="keep a price of your own")
    one.add_argument("food", help="두부")
    one.add_argument("amount", help="300g, 1L, 10개")
    one.add_argument("won", help="1500, 1,500원")
    one.add_argument("--seller", help="the shop")
    one.add_argument("--product", help="the product's name")
    one.add_argument("--date", help="the day as 2026-11-23, default today")
    _locale_flag(one)
    one.set_defaults(run=_prices_add)

    one = group.add_parser("import", help="keep prices from a CSV file, all of them or none")
    one.add_argument("file")
    _locale_flag(one)
    one.set_defaults(run=_prices_import)

    one = group.add_parser("list", help="your own prices with their keys")
    one.add_argument("--json", action="store_true")
    _locale_flag(one)
    one.set_defaults(run=_prices_list)

    one = group.add_parser("remove", help="forget one of your own prices")
    one.add_argument("key", help="the key that `prices list` shows")
    _locale_flag(one)
    one.set_defaults(run=_prices_remove)

    from aichef.supply_doors import add_commands

    add_commands(commands, group, Parser)

    from aichef.prices_doors import add_commands as add_title_commands

    add_title_commands(group)


# --- reading what a person gave ---------------------------------------------------------------


def _settings() -> Settings:
    from aichef.settings import Settings

    return Settings.read(os.environ)


def _given(parsed: argparse.Namespace) -> dict[str, Any]:
    """The profile as data: the file's fields, overridden by flags."""
    data: dict[str, Any] = {}
    if parsed.profile:
        loaded = _json_file(parsed.profile, parsed)
        if not isinstance(loaded, dict):
            raise InvalidProfile(_said("profile_object", parsed), field="profile")
        data.update(loaded)
    return {"locale": _settings().locale, **data, **_flags(parsed)}


def _flags(parsed: argparse.Namespace) -> dict[str, Any]:
    """The fields of a profile that were given as flags."""
    names = (*FIELDS, "strict-allergies")
    given = {_camel(flag): getattr(parsed, flag.replace("-", "_")) for flag in names}
    wishes = [wish.replace("-", "_") for wish in WISHES if getattr(parsed, wish.replace("-", "_"))]
    return {field: value for field, value in given.items() if value is not None} | (
        {"prefer": wishes} if wishes else {}
    )


def _camel(flag: str) -> str:
    head, *rest = flag.split("-")
    return head + "".join(part.title() for part in rest)


def _text(path: str, parsed: argparse.Namespace) -> str:
    try:
        raw = sys.stdin.buffer.read(BIGGEST_FILE + 1) if path == "-" else _bytes(Path(path))
        if len(raw) > BIGGEST_FILE:
            told = _said("large", parsed, path=path, most=BIGGEST_FILE // 1_000_000)
            raise InvalidRecipe(told, where=path)
        return raw.decode("utf-8-sig")
    except OSError as trouble:
        raise InvalidRecipe(_said("file", parsed, path=path), where=path) from trouble
    except UnicodeDecodeError as trouble:
        raise InvalidRecipe(_said("utf8", parsed, path=path), where=path) from trouble


def _bytes(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(BIGGEST_FILE + 1)


def _json_file(path: str, parsed: argparse.Namespace) -> object:
    from aichef.recipe.read import RepeatedKey, once

    try:
        return json.loads(_text(path, parsed), object_pairs_hook=once)
    except RepeatedKey as trouble:
        told = _said("profile_twice", parsed, key=trouble.key)
        raise InvalidProfile(told, field=trouble.key) from trouble
    except (ValueError, RecursionError) as trouble:
        raise InvalidProfile(_said("profile_json", parsed), field="profile") from trouble


def _asked(data: dict[str, Any], parsed: argparse.Namespace) -> Profile:
    """The profile; on a terminal the few questions that are missing are asked."""
    from aichef.profile.parse import missing_questions, parse_profile

    talks = sys.stdin.isatty() and sys.stderr.isatty()
    answered: set[str] = set()
    if talks and not data.get("target"):
        data["target"] = _ask(_which_target(parsed))
        answered.add("target")
    for _ in range(20):
        try:
            profile = parse_profile(data)
        except (NeedsAnswer, InvalidProfile) as missing:
            field = str(missing.details["field"])
            # A wrong answer is asked again; a wrong flag or file is the caller's to put right.
            if not talks or not (isinstance(missing, NeedsAnswer) or field in answered):
                raise
            data[field] = _ask(missing.message)
            answered.add(field)
            continue
        questions = [one for one in missing_questions(profile) if one.field not in data]
        if not talks or not questions:
            return profile
        data[questions[0].field] = _ask(questions[0].text)
        answered.add(questions[0].field)
    raise NeedsAnswer(_said("answer", parsed), field="profile")


def _which_target(parsed: argparse.Namespace) -> str:
    from aichef.meal.words import TARGET, pick

    names = (f"  {name:<10} {pick(pair, _locale(parsed))}" for name, pair in TARGET.items())
    return "\n".join((_said("target", parsed), *names))


def _ask(question: str) -> str:
    print(question, file=sys.stderr, flush=True)
    print("> ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline()
    if not answer:
        raise KeyboardInterrupt
    return answer.strip()


# --- commands ---------------------------------------------------------------------------------


def _cook(parsed: argparse.Namespace) -> int:
    from aichef.cook import cook, run

    if parsed.server:
        return _cook_there(parsed)
    if parsed.jsonl:
        return _cook_many(parsed)
    profile = _asked(_given(parsed), parsed)
    kitchen = _kitchen(parsed)
    with _progress(profile.locale) as tell:
        meal = run(cook(profile, kitchen, tell), kitchen)
    if parsed.json:
        from aichef.meal.section4 import to_json

        _print_json(to_json(meal))
    else:
        from aichef.meal.render import render

        _show(render(meal))
        if parsed.ideas or sys.stdout.isatty():
            _show_ideas(meal, kitchen)
    _say_own_trouble(_own(profile.locale))
    return 0


def _cook_there(parsed: argparse.Namespace) -> int:
    """On a server: its prices, its shops, its writer."""
    from aichef.cook import News
    from aichef.remote import Server, check_flags, page

    given = ("jsonl", "ideas", "avoid_shops", "only_shops")
    check_flags([name for name in given if getattr(parsed, name)], _locale(parsed))
    data = _given(parsed)
    profile = _asked(data, parsed)
    server = Server(parsed.server, os.environ.get("AICHEF_TOKEN", "").strip(), profile.locale)
    with _progress(profile.locale) as tell:
        meal = server.cook(data, lambda phase, percent: tell(News(phase, percent)))
    if parsed.json:
        _print_json(meal)
    else:
        _show(page(meal, profile))
    return 0


def _say_own_trouble(own: OwnPrices) -> None:
    """Own prices that were left out are said, for without them the sums are others."""
    if trouble := own.trouble():
        print(f"aichef: {trouble}", file=sys.stderr)


def _show_ideas(meal: Meal, kitchen: Kitchen) -> None:
    """What would make the dish better, once it can be read already."""
    from aichef.chef.better import ideas
    from aichef.chef.write import Order
    from aichef.meal.render import render_ideas
    from aichef.prices.find import known_prices

    def known(wanted: frozenset[str]) -> Mapping[str, Sequence[Price]]:
        return known_prices(wanted, kitchen.shops)

    found = ideas(Order(meal.profile, known, meal.generated_at.date()), meal.recipe)
    if found:
        _show(render_ideas(found, meal.profile.locale))


def _cook_many(parsed: argparse.Namespace) -> int:
    from aichef.batch import cook_profiles, opened

    settings = _settings()
    with opened(parsed.profile or "-", InvalidProfile, _locale(parsed)) as source:
        cook_profiles(source, _flags(parsed), settings.locale, _kitchen(parsed))
    return 0


def _kitchen(parsed: argparse.Namespace) -> Kitchen:
    """The kitchen of this computer, buying where the flags say."""
    from dataclasses import replace

    from aichef.kitchens.local import local_kitchen, model_warning

    settings = replace(_settings(), locale=_locale(parsed))
    kitchen = local_kitchen(settings)
    if warning := model_warning(settings):
        print(f"aichef: {warning}", file=sys.stderr)
    avoid, only = _names(parsed.avoid_shops), _names(parsed.only_shops)
    return replace(kitchen, limits=replace(kitchen.limits, avoid=avoid, only=only or None))


def _names(text: str | None) -> frozenset[str]:
    return frozenset(name.strip() for name in (text or "").split(",") if name.strip())


class _progress:  # noqa: N801 - reads as a verb where it is used
    """A line on standard error that says what is going on; silent when nobody watches."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.watched = sys.stderr.isatty()

    def __enter__(self) -> Tell:
        return self._tell

    def __exit__(self, *_: object) -> None:
        if self.watched:
            sys.stderr.write("\r\x1b[2K")
            sys.stderr.flush()

    def _tell(self, news: News) -> None:
        if not self.watched:
            return
        line = progress_line(news.phase, news.percent, self.locale, _columns())
        sys.stderr.write(f"\r\x1b[2K{line}")
        sys.stderr.flush()


def progress_line(phase: str, percent: int, locale: str, columns: int) -> str:
    """How far a meal is, in fewer than `columns` cells, so that the line never wraps."""
    from rich.cells import cell_len, set_cell_size

    from aichef.meal.words import PHASE, pick

    done = "█" * (percent // 5) + "·" * (20 - percent // 5)
    line = f"{done} {percent:3}% {pick(PHASE[phase], locale)}"
    return line if cell_len(line) < columns else set_cell_size(line, columns - 1)


def _columns() -> int:
    """Width of the terminal behind standard error; 80 where it does not say."""
    try:
        return os.get_terminal_size(sys.stderr.fileno()).columns or 80
    except (OSError, ValueError):
        return 80


def _check(parsed: argparse.Namespace) -> int:
    from aichef.kitchens.local import now
    from aichef.recipe.admit import conflicts
    from aichef.recipe.check import check, closes_gate, ranked
    from aichef.recipe.nutrients import nutrition
    from aichef.recipe.read import recipe_from_text

    if parsed.jsonl and parsed.file == parsed.profile == "-":
        raise InvalidProfile(_said("profile_stdin", parsed), field="profile")
    profile = _asked({"target": "general", **_given(parsed)}, parsed)
    today = now().date()
    if parsed.jsonl:
        from aichef.batch import check_recipes, opened

        with opened(parsed.file, InvalidRecipe, profile.locale) as source:
            check_recipes(source, profile, today, explain=parsed.explain)
        return 0
    recipe = recipe_from_text(_text(parsed.file, parsed), profile.locale)
    findings = ranked((*conflicts(profile, today), *check(recipe, profile, today)))
    figures = nutrition(recipe, profile, today)
    holds = not any(closes_gate(one, profile) for one in findings)
    if parsed.json:
        from aichef.meal.section4 import checked_json

        _print_json(checked_json(recipe, figures, findings, holds=holds, explain=parsed.explain))
    else:
        from aichef.meal.render import render_check

        _show(render_check(recipe, figures, findings, profile, holds, parsed.explain))
    return 0


def _foods(parsed: argparse.Namespace) -> int:
    if parsed.word == PARSE:
        from aichef.batch import opened, parse_strings

        with opened("-", InvalidRecipe) as source:
            parse_strings(source)
        return 0
    from aichef.food.search import search

    found = search(parsed.word)
    if parsed.json:
        _print_json([{"food": one.id, "ko": one.name_ko, "en": one.name_en} for one in found])
    else:
        for one in found:
            energy = one.per_100g["energy_kcal"]
            kcal = "?" if energy is None else f"{energy:g}"
            print(f"{one.id:<28} {one.name_ko} · {one.name_en} · {kcal} kcal/100 g · {one.source}")
        if not found:
            print(_said("no_food", parsed, name=parsed.word))
    return 0


def _prices_find(parsed: argparse.Namespace) -> int:
    from aichef.kitchens.local import local_kitchen
    from aichef.meal.section4 import price_json
    from aichef.meal.words import won
    from aichef.prices.find import known_prices, unread

    food, locale = _food(parsed), _locale(parsed)
    shops = local_kitchen(_settings()).shops
    prices = known_prices([food], shops).get(food, ())
    _say_own_trouble(_own(locale))
    for said in unread(food, [shop for shop in shops if shop.name != "own"], locale):
        print(f"aichef: {said}", file=sys.stderr)
    if parsed.json:
        _print_json([price_json(one, locale) for one in prices])
        return 0
    for one in prices:
        print(
            f"{one.product} · {one.pack} {won(one.won, locale)} · {one.vendor or one.source} · "
            f"{one.observed_on} · ±{one.band_pct}%"
        )
    if not prices:
        print(_said("no_price", parsed, name=parsed.food))
    return 0


def _food(parsed: argparse.Namespace) -> str:
    from aichef.prices.own import named_food

    food = named_food(parsed.food)
    if food is None:
        raise InvalidProfile(_said("unknown_food", parsed, name=parsed.food), field="food")
    return food


def _own(locale: str = "ko") -> OwnPrices:
    from aichef.kitchens.local import now
    from aichef.prices.own import OwnPrices

    return OwnPrices(_settings().data_dir, now().date(), locale=locale)


def _prices_add(parsed: argparse.Namespace) -> int:
    from datetime import date

    from aichef.food.amounts import read_line
    from aichef.kitchens.local import now
    from aichef.prices.own import own_price, typical_grams
    from aichef.profile.words import won

    food = _food(parsed)
    price = won(parsed.won)
    if not price or price <= 0:
        raise InvalidProfile(_said("won", parsed), field="won")
    line = read_line(f"{parsed.food} {parsed.amount}")
    grams = line.written_g
    if grams is None and line.amount is not None:
        grams = typical_grams(food, float(line.amount), line.unit)
    if not grams or grams <= 0:
        raise InvalidProfile(_said("amount", parsed), field="amount")
    today = now().date()
    try:
        day = date.fromisoformat(parsed.date) if parsed.date else today
    except ValueError as trouble:
        raise InvalidProfile(_said("date", parsed), field="date") from trouble
    if day > today:
        raise InvalidProfile(_said("future", parsed), field="date")
    kept = own_price(
        food=food,
        product=parsed.product or parsed.food,
        grams=grams,
        won=price,
        seller=parsed.seller,
        observed_on=day,
        today=today,
    )
    key = _own(_locale(parsed)).add(kept)
    print(_said("kept", parsed, product=kept.product, grams=grams, won=price, key=key))
    return 0


def _prices_import(parsed: argparse.Namespace) -> int:
    count = _own(_locale(parsed)).import_csv(Path(parsed.file))
    print(_said("imported", parsed, count=count))
    return 0


def _prices_list(parsed: argparse.Namespace) -> int:
    from aichef.meal.section4 import price_json
    from aichef.meal.words import won
    from aichef.prices.own import key

    locale = _locale(parsed)
    own = _own(locale)
    prices, bad = own.list(), own.bad_rows()
    for row in bad:
        print(f"aichef: {_said('bad_own', parsed, row=row, key=row.key)}", file=sys.stderr)
    if parsed.json:
        _print_json([{"key": key(one), **price_json(one, locale)} for one in prices])
        return 0
    for one in prices:
        seller, paid = one.vendor or "-", won(one.won, locale)
        print(f"{key(one)}  {one.product} {one.pack} {paid} {seller} {one.observed_on}")
    if not prices and not bad:
        print(_said("no_own", parsed))
    return 0


def _prices_remove(parsed: argparse.Namespace) -> int:
    if not _own(_locale(parsed)).remove(parsed.key):
        raise InvalidProfile(_said("no_key", parsed, key=parsed.key), field="key")
    print(_said("removed", parsed))
    return 0


def _doctor(parsed: argparse.Namespace) -> int:
    from aichef.chef.frame import frames
    from aichef.food.table import foods
    from aichef.kitchens.local import local_kitchen
    from aichef.model_doors import model_health, warm_schema
    from aichef.profile.model import TARGETS
    from aichef.supply_doors import doctor_lines, suppliers

    locale = _locale(parsed)
    settings, own = _settings(), _own(locale)
    if parsed.warm:
        print(warm_schema(settings, locale))
        return 0
    shops = local_kitchen(settings).shops
    living = suppliers(settings, locale)
    model = model_health(settings, locale)
    book = shops[-1].known(list(foods()))
    newest = max(one.observed_on for prices in book.values() for one in prices)
    report = {
        "version": __version__,
        "python": sys.version.split()[0],
        "writer": model.name if model else "cookbook",
        "model": model.to_json() if model else None,
        "dishes": {target: len(frames(target)) for target in TARGETS},
        "foods": len(foods()),
        "shops": [shop.name for shop in shops],
        "suppliers": [one.to_json() for one in living],
        "priceBook": {"foods": len(book), "newestDay": newest.isoformat()},
        "ownPrices": own.trouble() or len(own.list()),
        "dataDir": str(settings.data_dir),
    }
    if parsed.json:
        _print_json(report)
    else:
        for line in doctor_lines(report, living, locale):
            print(line)
        if model:
            print(model.line(locale))
    return 0


# --- printing ---------------------------------------------------------------------------------


def _print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False))


def _console() -> Console:
    from rich.console import Console

    piped = not sys.stdout.isatty()
    return Console(
        width=80 if piped else None,
        no_color=piped or None,
        highlight=False,
        emoji=False,
        markup=False,
        legacy_windows=False,
    )


def _show(page: RenderableType) -> None:
    console = _console()
    if console.width > 100:
        console.width = 100
    console.print(page)
