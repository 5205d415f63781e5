"""What was downloaded: survey prices, their shops, offers kept for a day, calls counted.

One SQLite file. The tables say nothing SQLite alone could read, so that PostgreSQL can hold them
too. Every write is one transaction: killed anywhere, the file holds what was finished before.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from threading import RLock
from typing import TYPE_CHECKING, Any, Final

from aichef.errors import ShopError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

FILE: Final = "prices.sqlite3"
_LOCK: Final = f".{FILE}.lock"

MIGRATIONS: Final = (
    """
    CREATE TABLE price_reference (
        day TEXT NOT NULL, item TEXT NOT NULL, kind TEXT NOT NULL, grade TEXT NOT NULL,
        region TEXT NOT NULL, unit TEXT NOT NULL, amount REAL NOT NULL, name TEXT NOT NULL,
        won INTEGER NOT NULL,
        PRIMARY KEY (item, kind, grade, region, unit, amount, day)
    );
    CREATE TABLE goods (
        good INTEGER PRIMARY KEY, name TEXT NOT NULL, amount REAL NOT NULL, unit TEXT NOT NULL,
        detail TEXT NOT NULL
    );
    CREATE TABLE stores (
        store TEXT PRIMARY KEY, name TEXT NOT NULL, type TEXT NOT NULL, area TEXT NOT NULL,
        address TEXT NOT NULL, latitude REAL, longitude REAL
    );
    CREATE TABLE price_store (
        day TEXT NOT NULL, good INTEGER NOT NULL, store TEXT NOT NULL, won INTEGER NOT NULL,
        discount INTEGER NOT NULL, one_plus_one INTEGER NOT NULL, until TEXT NOT NULL,
        PRIMARY KEY (good, day, store)
    );
    CREATE INDEX price_store_by_store ON price_store (store, good, day);
    CREATE TABLE price_typical (
        day TEXT NOT NULL, good INTEGER NOT NULL, type TEXT NOT NULL, won INTEGER NOT NULL,
        low INTEGER NOT NULL, high INTEGER NOT NULL, stores INTEGER NOT NULL,
        PRIMARY KEY (good, type, day)
    );
    CREATE TABLE surveyed (
        day TEXT NOT NULL, good INTEGER NOT NULL, rows INTEGER NOT NULL, door TEXT NOT NULL,
        PRIMARY KEY (day, good)
    );
    CREATE TABLE offers (
        supplier TEXT NOT NULL, food TEXT NOT NULL, fetched TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (supplier, food)
    );
    CREATE TABLE calls (supplier TEXT NOT NULL, at TEXT NOT NULL);
    CREATE INDEX calls_by_supplier ON calls (supplier, at);
    CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    """,
    """
    CREATE TABLE seen (
        survey TEXT NOT NULL, code TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (survey, code)
    );
    INSERT INTO seen SELECT 'kamis', item || ' ' || kind || ' ' || grade, max(day)
        FROM price_reference GROUP BY item, kind, grade;
    INSERT INTO seen SELECT 'chamgagyeok', CAST(good AS TEXT), max(day)
        FROM surveyed WHERE rows > 0 GROUP BY good;
    """,
)
"""Each brings the file one version further; never change one that was published."""


@dataclass(frozen=True, slots=True)
class Average:
    """A survey average: `won` for `amount` `unit` of an item, kind and grade, by KAMIS codes."""

    day: date
    item: str
    kind: str
    grade: str
    region: str
    unit: str
    amount: float
    name: str
    won: int


@dataclass(frozen=True, slots=True)
class Good:
    """A surveyed product: `amount` `unit` is its pack as the goods list states it."""

    good: int
    name: str
    amount: float
    unit: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Store:
    """A surveyed shop. `type` LM, SM, DP, CS, TM or "" for unknown; `area` short 시도 names."""

    store: str
    name: str
    type: str
    area: str = ""
    address: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a shop asked for a good; `until`: last day of its discount, or ""."""

    day: date
    good: int
    store: str
    won: int
    discount: bool = False
    one_plus_one: bool = False
    until: str = ""


@dataclass(frozen=True, slots=True)
class Typical:
    """Median of a good over shops of one type, without promotions; 5th and 95th percentile."""

    day: date
    good: int
    type: str
    won: int
    low: int
    high: int
    stores: int


@dataclass(slots=True)
class SurveyStore:
    """The local price store in `folder`. Opened at the first use, made when first written.

    Raises ShopError for a file that is damaged, locked for long or of a later version.
    """

    folder: Path
    _open: sqlite3.Connection | None = field(default=None, repr=False)
    _lock: RLock = field(default_factory=RLock, repr=False)

    @property
    def exists(self) -> bool:
        """Whether anything was ever kept."""
        return self._open is not None or (self.folder / FILE).is_file()

    def close(self) -> None:
        """Give the file back."""
        if self._open:
            self._open.close()
            self._open = None

    # --- KAMIS ------------------------------------------------------------------------------

    def keep_averages(self, rows: Iterable[Average], oldest: date) -> int:
        """Keep survey averages, replacing those of the same day; forget those before `oldest`."""
        cells = [
            (one.day.isoformat(), one.item, one.kind, one.grade, one.region, one.unit, one.amount,
             one.name, one.won)
            for one in rows
        ]  # fmt: skip
        with self._write() as file:
            file.executemany(
                "INSERT OR REPLACE INTO price_reference VALUES (?,?,?,?,?,?,?,?,?)", cells
            )
            file.execute("DELETE FROM price_reference WHERE day < ?", (oldest.isoformat(),))
            _see(file, "kamis", [(" ".join(cell[1:4]), cell[0]) for cell in cells])
        return len(cells)

    def averages(self, since: date) -> list[Average]:
        """Survey averages not older than `since`."""
        found = self._read("SELECT * FROM price_reference WHERE day >= ?", (since.isoformat(),))
        return [Average(date.fromisoformat(row[0]), *row[1:]) for row in found]

    def newest_average(self) -> date | None:
        """Day of the newest survey average."""
        return _day(self._one("SELECT max(day) FROM price_reference"))

    # --- 참가격 -----------------------------------------------------------------------------

    def keep_goods(self, goods: Iterable[Good]) -> None:
        """Keep the goods list."""
        cells = [(one.good, one.name, one.amount, one.unit, one.detail) for one in goods]
        with self._write() as file:
            file.executemany("INSERT OR REPLACE INTO goods VALUES (?,?,?,?,?)", cells)

    def goods(self) -> dict[int, Good]:
        """Every good kept, by id."""
        return {row[0]: Good(*row) for row in self._read("SELECT * FROM goods")}

    def keep_stores(self, stores: Iterable[Store]) -> None:
        """Keep shops; one that is here already takes the new data."""
        cells = [
            (one.store, one.name, one.type, one.area, one.address, one.latitude, one.longitude)
            for one in stores
        ]
        with self._write() as file:
            file.executemany("INSERT OR REPLACE INTO stores VALUES (?,?,?,?,?,?,?)", cells)

    def stores(self) -> dict[str, Store]:
        """Every shop kept, by id."""
        return {row[0]: Store(*row) for row in self._read("SELECT * FROM stores")}

    def keep_survey(
        self, day: date, good: int, shelves: Sequence[Shelf], typical: Sequence[Typical], door: str
    ) -> None:
        """Keep one good's prices of one survey day, and that it is done; replaces an earlier one.

        `door` says how they came: "api" or "csv".
        """
        at = day.isoformat()
        with self._write() as file:
            file.execute("DELETE FROM price_store WHERE day = ? AND good = ?", (at, good))
            file.execute("DELETE FROM price_typical WHERE day = ? AND good = ?", (at, good))
            file.executemany(
                "INSERT OR REPLACE INTO price_store VALUES (?,?,?,?,?,?,?)",
                [
                    (at, good, one.store, one.won, one.discount, one.one_plus_one, one.until)
                    for one in shelves
                ],
            )
            file.executemany(
                "INSERT INTO price_typical VALUES (?,?,?,?,?,?,?)",
                [(at, good, one.type, one.won, one.low, one.high, one.stores) for one in typical],
            )
            file.execute(
                "INSERT OR REPLACE INTO surveyed VALUES (?,?,?,?)", (at, good, len(shelves), door)
            )
            if shelves:
                _see(file, "chamgagyeok", [(str(good), at)])

    def surveyed(self, day: date, door: str) -> frozenset[int]:
        """Goods whose prices of that day are here already through that door."""
        found = self._read(
            "SELECT good FROM surveyed WHERE day = ? AND door = ?", (day.isoformat(), door)
        )
        return frozenset(row[0] for row in found)

    def forget_surveys(self, before: date) -> None:
        """Forget medians of survey days before that day, and single shops but of two days."""
        with self._write() as file:
            for table in ("price_typical", "surveyed"):
                file.execute(f"DELETE FROM {table} WHERE day < ?", (before.isoformat(),))  # noqa: S608 - our own names
            file.execute(
                "DELETE FROM price_store WHERE day NOT IN"
                " (SELECT day FROM surveyed WHERE rows > 0 GROUP BY day ORDER BY day DESC LIMIT 2)"
            )

    def typical(self, since: date) -> list[Typical]:
        """Medians of each good and type on its newest day, not older than `since`."""
        found = self._read(
            "SELECT t.* FROM price_typical t JOIN (SELECT good, max(day) AS day FROM price_typical"
            " WHERE day >= ? GROUP BY good) n ON n.good = t.good AND n.day = t.day",
            (since.isoformat(),),
        )
        return [Typical(date.fromisoformat(row[0]), *row[1:]) for row in found]

    def shelves(self, store: str, since: date) -> list[Shelf]:
        """What one shop asked for each good on its newest day, not older than `since`."""
        found = self._read(
            "SELECT max(day), good, store, won, discount, one_plus_one, until FROM price_store"
            " WHERE store = ? AND day >= ? GROUP BY good",
            (store, since.isoformat()),
        )
        return [
            Shelf(date.fromisoformat(day), good, at, won, bool(less), bool(twice), until)
            for day, good, at, won, less, twice, until in found
        ]

    def newest_survey(self, door: str | None = None) -> date | None:
        """Newest survey day with any price, through one door or any."""
        where, values = (" AND door = ?", (door,)) if door else ("", ())
        return _day(self._one(f"SELECT max(day) FROM surveyed WHERE rows > 0{where}", values))  # noqa: S608 - our own words

    def seen(self, survey: str) -> dict[str, date]:
        """When each code of a survey ("kamis", "chamgagyeok") last had a price.

        Codes are "item kind grade" of KAMIS, and good ids; kept for as long as the file is.
        """
        found = self._read("SELECT code, day FROM seen WHERE survey = ?", (survey,))
        return {code: date.fromisoformat(day) for code, day in found}

    # --- offers, calls, notes -----------------------------------------------------------------

    def keep_offers(self, supplier: str, food: str, body: str, now: datetime) -> None:
        """Keep a supplier's answer for a food; forget what is older than a day."""
        with self._write() as file:
            file.execute(
                "DELETE FROM offers WHERE fetched < ?", (_stamp(now - timedelta(hours=24)),)
            )
            file.execute(
                "INSERT OR REPLACE INTO offers VALUES (?,?,?,?)",
                (supplier, food, _stamp(now), body),
            )

    def offers(self, supplier: str, food: str, since: datetime) -> tuple[str, datetime] | None:
        """A supplier's answer for a food and its moment, or None where none is new enough."""
        found = self._read(
            "SELECT body, fetched FROM offers WHERE supplier = ? AND food = ? AND fetched >= ?",
            (supplier, food, _stamp(since)),
        )
        return (found[0][0], datetime.fromisoformat(found[0][1])) if found else None

    def take_call(self, supplier: str, now: datetime, most: int, within: timedelta) -> bool:
        """Count a call unless `most` were counted `within` that time; whether it may be made.

        Holds for every process that shares the file.
        """
        with self._write() as file:
            file.execute(
                "DELETE FROM calls WHERE supplier = ? AND at < ?",
                (supplier, _stamp(now - timedelta(hours=24))),
            )
            made = file.execute(
                "SELECT count(*) FROM calls WHERE supplier = ? AND at > ?",
                (supplier, _stamp(now - within)),
            ).fetchone()[0]
            if made >= most:
                return False
            file.execute("INSERT INTO calls VALUES (?,?)", (supplier, _stamp(now)))
            return True

    def calls(self, supplier: str, since: datetime) -> int:
        """How many calls were counted since then."""
        return int(
            self._one(
                "SELECT count(*) FROM calls WHERE supplier = ? AND at > ?",
                (supplier, _stamp(since)),
            )
            or 0
        )

    def note(self, name: str, value: str) -> None:
        """Remember a word under a name."""
        with self._write() as file:
            file.execute("INSERT OR REPLACE INTO notes VALUES (?,?)", (name, value))

    def touch(self, name: str) -> None:
        """Count up under a name: whoever read before knows that there is something new."""
        self.note(name, str(int(self.noted(name) or 0) + 1))

    def noted(self, name: str) -> str:
        """What was remembered under a name, or ""."""
        return str(self._one("SELECT value FROM notes WHERE name = ?", (name,)) or "")

    # --- the file -----------------------------------------------------------------------------

    def _one(self, sql: str, values: tuple[object, ...] = ()) -> Any:
        found = self._read(sql, values)
        return found[0][0] if found else None

    def _read(self, sql: str, values: tuple[object, ...] = ()) -> list[Any]:
        if not self.exists:
            return []
        with self._lock, _translated():
            return self._file().execute(sql, values).fetchall()

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _translated():
            self.folder.mkdir(parents=True, exist_ok=True)
            file = self._file()
            file.execute("BEGIN IMMEDIATE")
            try:
                yield file
            except BaseException:
                file.execute("ROLLBACK")
                raise
            file.execute("COMMIT")

    def _file(self) -> sqlite3.Connection:
        if self._open is None:
            self._open = _opened(self.folder / FILE)
        return self._open

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else downloads meanwhile; waits for whoever does. Raises ShopError."""
        with _translated():
            self.folder.mkdir(parents=True, exist_ok=True)
            lock = (self.folder / _LOCK).open("ab")
        with lock:
            _wait_for(lock.fileno())
            yield


def _wait_for(file: int) -> None:
    """Take a lock that goes when the file is closed or its owner dies, where there are such."""
    try:
        import fcntl
    except ImportError:
        return
    # A file system without locks: two downloads cost calls, no data.
    with suppress(OSError):
        fcntl.flock(file, fcntl.LOCK_EX)


def _opened(path: Path) -> sqlite3.Connection:
    """The file open for reading and writing, or for reading alone where that is all one may."""
    try:
        return _writable(path)
    except sqlite3.OperationalError:
        if not path.is_file():
            raise
        for how in ("mode=ro", "mode=ro&immutable=1"):
            with suppress(sqlite3.OperationalError):
                return _readable(path, how)
        raise


def _writable(path: Path) -> sqlite3.Connection:
    file = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
    try:
        file.execute("PRAGMA journal_mode = WAL")
        file.execute("PRAGMA synchronous = NORMAL")
        _migrate(file)
    except BaseException:
        file.close()
        raise
    return file


def _readable(path: Path, how: str) -> sqlite3.Connection:
    file = sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}", uri=True, isolation_level=None, check_same_thread=False
    )
    try:
        _refuse_later(file)
        file.execute("SELECT count(*) FROM notes").fetchone()
    except BaseException:
        file.close()
        raise
    return file


def _see(file: sqlite3.Connection, survey: str, days: Iterable[tuple[str, str]]) -> None:
    file.executemany(
        "INSERT INTO seen VALUES (?,?,?)"
        " ON CONFLICT (survey, code) DO UPDATE SET day = max(day, excluded.day)",
        [(survey, code, day) for code, day in days],
    )


def _refuse_later(file: sqlite3.Connection) -> None:
    if _version(file) > len(MIGRATIONS):
        raise ShopError(
            "가격 저장소가 더 새로운 AI Chef의 것이에요. AI Chef를 새 버전으로 바꿔 주세요.",
            trouble="version",
        )


def _migrate(file: sqlite3.Connection) -> None:
    _refuse_later(file)
    if _version(file) == len(MIGRATIONS):
        return
    file.execute("BEGIN IMMEDIATE")
    try:
        version = _version(file)
        for number, script in enumerate(MIGRATIONS[version:], version + 1):
            for statement in script.split(";"):
                if statement.strip():
                    file.execute(statement)
            file.execute(f"PRAGMA user_version = {number}")
    except BaseException:
        file.execute("ROLLBACK")
        raise
    file.execute("COMMIT")


def _version(file: sqlite3.Connection) -> int:
    with closing(file.execute("PRAGMA user_version")) as found:
        return int(found.fetchone()[0])


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except (sqlite3.OperationalError, OSError) as trouble:
        raise ShopError(
            "가격 저장소를 읽거나 쓸 수 없어요. 데이터 폴더의 권한과 남은 공간을 확인해 주세요.",
            trouble="store",
        ) from trouble
    except sqlite3.Error as trouble:
        raise ShopError(
            f"가격 저장소가 망가졌어요. 데이터 폴더의 {FILE}를 지우고 "
            "aichef prices refresh 로 다시 받아 주세요.",
            trouble="damaged",
        ) from trouble


def _day(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _stamp(moment: datetime) -> str:
    """A moment in UTC, so that its text sorts as its time."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
