"""The file: what is left of what was forgotten, and what happens when the disk plays up."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from aichef.errors import StoreError, SupplierError
from aichef.session.model import canonical, new_id
from aichef.session.sqlite import FILE, SqliteSessions
from tests.session.disks import as_somebody, filled, small_disk
from tests.session.stores import DEADLINE, NOW, PROFILE, Clock

MARK = "hazelnut-of-one-person"


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[SqliteSessions]:
    one = SqliteSessions(tmp_path / "data", clock, wait=0.2)
    yield one
    one.close()


def lived(store: SqliteSessions, one: str, *, ended: bool = True) -> None:
    """A session that left its mark, large and small, wherever one can."""
    profile = canonical({"note": MARK * 2_000, "allergies": [MARK]})
    store.accept(one, profile, NOW, DEADLINE, key=MARK + one)
    store.tell(one, 1, MARK, "ingredient", {"name": MARK}, NOW)
    store.keep(one, 1, MARK, (MARK * 3_000).encode())
    store.finish(one, 1, MARK * 1_000, NOW)
    store.again(one, NOW, DEADLINE)
    store.keep(one, 2, MARK, MARK.encode())
    if ended:
        store.fail(one, 2, {"message": MARK}, NOW)


def traces(folder: Path, *words: str) -> list[str]:
    """Files of the folder that still hold a word."""
    held = [(path.name, path.read_bytes()) for path in folder.iterdir()]
    return [name for name, body in held if any(word.encode() in body for word in words)]


def trouble_of(store: SqliteSessions) -> str:
    """What a store that cannot keep says."""
    with pytest.raises(StoreError) as caught:
        store.accept(new_id(), PROFILE, NOW, DEADLINE)
    assert isinstance(caught.value, SupplierError)
    assert caught.value.exit_code == 1
    assert caught.value.message.endswith("요.")
    return str(caught.value.details["trouble"])


def test_the_file_is_for_its_owner_alone(store: SqliteSessions, tmp_path: Path) -> None:
    store.accept(new_id(), PROFILE, NOW, DEADLINE)
    for path in (tmp_path / "data").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_nothing_is_made_before_it_is_needed(tmp_path: Path) -> None:
    SqliteSessions(tmp_path / "data").close()
    assert not (tmp_path / "data").exists()


# ------------------------------------------------------------------ forgetting


@pytest.mark.parametrize("ended", [True, False])
def test_forgetting_leaves_no_byte(store: SqliteSessions, tmp_path: Path, ended: bool) -> None:
    other, one = new_id(), new_id()
    store.accept(other, PROFILE, NOW, DEADLINE)
    lived(store, one, ended=ended)
    folder = tmp_path / "data"
    assert traces(folder, MARK)
    store.forget(one)
    assert traces(folder, MARK, one) == []
    assert store.find(other).profile == PROFILE


def test_expiry_leaves_no_byte(store: SqliteSessions, tmp_path: Path, clock: Clock) -> None:
    ids = [new_id() for _ in range(3)]
    for one in ids:
        store.accept(one, canonical({"note": MARK + one}), NOW, DEADLINE)
        store.cancel(one, NOW)
    assert store.expire(clock.turn(days=7)) == tuple(sorted(ids))
    assert traces(tmp_path / "data", MARK, *ids) == []


def test_forgetting_leaves_no_byte_while_others_read_and_write(
    store: SqliteSessions, tmp_path: Path
) -> None:
    one, other = new_id(), new_id()
    lived(store, one)
    store.accept(other, PROFILE, NOW, DEADLINE)
    going = True

    def work() -> None:
        step = 0
        while going:
            step += 1
            store.tell(other, 1, f"{step}", "ingredient", {}, NOW)
            store.events(other, after=step)

    worker = Thread(target=work)
    worker.start()
    try:
        store.forget(one)
    finally:
        going = False
        worker.join()
    # A checkpoint that found a reader in its way is made up for by the next deletion.
    store.expire(NOW)
    assert traces(tmp_path / "data", MARK, one) == []


# ------------------------------------------------------------------ a disk that plays up


def crammed(store: SqliteSessions) -> list[str]:
    """The sessions it accepted before it could no more."""
    kept = []
    try:
        for _ in range(1_000):
            one = new_id()
            store.accept(one, canonical({"note": "x" * 3_000}), NOW, DEADLINE)
            kept.append(one)
    except StoreError as trouble:
        assert trouble.details["trouble"] == "full"
        assert trouble.message.startswith("디스크가 가득")
    return kept


@pytest.mark.parametrize(("size", "least"), [("16k", 0), ("200k", 0), ("400k", 1), ("1m", 10)])
def test_a_full_disk_is_said_and_nothing_is_lost(clock: Clock, size: str, least: int) -> None:
    with small_disk(size) as folder:
        store = SqliteSessions(folder, clock)
        kept = crammed(store)
        assert least <= len(kept) < 1_000
        if kept:
            assert {one.id for one in store.list(1_000)} == {*kept}
            store.close()
            assert {one.id for one in store.list(1_000)} == {*kept}
        store.close()


def test_a_disk_with_room_again_goes_on(clock: Clock) -> None:
    with small_disk("1m") as folder:
        store = SqliteSessions(folder, clock)
        first = store.accept(new_id(), PROFILE, NOW, DEADLINE)
        with filled(folder):
            assert crammed(store) == []
            assert store.find(first.id) == first
            assert not store.room()
        assert store.room()
        assert store.finish(first.id, 1, "meal", NOW)
        store.close()


def test_a_file_that_may_not_grow_says_the_disk_is_full(store: SqliteSessions) -> None:
    first = store.accept(new_id(), PROFILE, NOW, DEADLINE)
    store._connection().execute("PRAGMA max_page_count = 1")
    with pytest.raises(StoreError, match="디스크가 가득"):
        store.accept(new_id(), canonical({"note": "x" * 90_000}), NOW, DEADLINE)
    assert store.list() == (first,)


@pytest.mark.parametrize("made", [True, False])
def test_a_folder_one_may_not_write_to_is_said(clock: Clock, made: bool) -> None:
    folder = Path(tempfile.mkdtemp(prefix="aichef-readonly-"))
    store = SqliteSessions(folder, clock)
    if made:
        store.accept(new_id(), PROFILE, NOW, DEADLINE)
        store.close()
    for path in folder.iterdir():
        path.chmod(0o444)
    folder.chmod(0o555)
    try:
        with as_somebody():
            assert trouble_of(store) == "readonly"
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_a_folder_that_is_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    assert trouble_of(SqliteSessions(tmp_path / "data")) == "readonly"


def test_a_file_that_is_something_else_is_said(store: SqliteSessions, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / FILE).write_text("오늘의 장보기 목록\n" * 500, "utf-8")
    assert trouble_of(store) == "damaged"
    assert "장보기" in (tmp_path / "data" / FILE).read_text("utf-8")


@pytest.mark.parametrize("page", range(1, 12))
def test_a_damaged_page_is_never_a_traceback(
    store: SqliteSessions, tmp_path: Path, page: int
) -> None:
    for _ in range(10):
        lived(store, new_id())
        store.accept(new_id(), PROFILE, NOW, DEADLINE)
    store.close()
    path = tmp_path / "data" / FILE
    body = bytearray(path.read_bytes())
    body[page * 4_096 : (page + 1) * 4_096] = b"\xa5" * 4_096
    path.write_bytes(body)
    try:
        for one in store.list(1_000):
            store.events(one.id)
            store.part(one.id, MARK)
        for one in store.list(1_000):
            store.forget(one.id)
    except StoreError as trouble:
        assert trouble.details["trouble"] == "damaged"


def test_a_store_somebody_else_holds_for_long_is_busy(
    store: SqliteSessions, tmp_path: Path
) -> None:
    first = store.accept(new_id(), PROFILE, NOW, DEADLINE)
    other = sqlite3.connect(tmp_path / "data" / FILE, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert trouble_of(store) == "busy"
    assert store.find(first.id) == first
    other.execute("ROLLBACK")
    other.close()
    assert store.cancel(first.id, NOW)


# ------------------------------------------------------------------ connections


def test_each_thread_has_its_own_connection_and_gives_it_back(store: SqliteSessions) -> None:
    one = store.accept(new_id(), PROFILE, NOW, DEADLINE).id
    for _ in range(3):
        thread = Thread(target=store.find, args=(one,))
        thread.start()
        thread.join()
    assert len(store._open) == 1


def test_a_closed_store_opens_again(store: SqliteSessions) -> None:
    session = store.accept(new_id(), PROFILE, NOW, DEADLINE)
    store.close()
    assert store.find(session.id) == session


def test_promises_are_synced_to_the_disk(store: SqliteSessions) -> None:
    def synchronous() -> int:
        return int(store._connection().execute("PRAGMA synchronous").fetchone()[0])

    one = store.accept(new_id(), PROFILE, NOW, DEADLINE).id
    assert synchronous() == 2
    store.tell(one, 1, "a", "ingredient", {}, NOW)
    assert synchronous() == 1
    store.finish(one, 1, "meal", NOW)
    assert synchronous() == 2


def test_an_old_sqlite_is_named(store: SqliteSessions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version_info", (3, 34, 1))
    assert trouble_of(store) == "old_sqlite"
