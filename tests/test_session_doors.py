"""`aichef serve`, `aichef sessions …` and `aichef cook --server`, as processes."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bench.kill import environ_in

from aichef.kitchens.local import now
from aichef.kitchens.stores import open_store
from aichef.session.model import canonical, new_id
from aichef.settings import Settings

pytest.importorskip("aichef.web.app")

Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return environ_in(tmp_path_factory.mktemp("doors")) | {"AICHEF_TOKEN": "open sesame, please"}


@pytest.fixture(scope="module")
def url(environ: dict[str, str]) -> Iterator[str]:
    """A server with one worker, on a free port."""
    server = subprocess.Popen(
        [sys.executable, "-m", "aichef", "serve", "--port", "0", "--workers", "1"],
        env=environ,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr
        said = server.stderr.readline()
        found = re.search(r"http://\S+", said)
        assert found, said
        yield found[0]
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    finally:
        server.kill()
        server.communicate()


def aichef(environ: dict[str, str], *arguments: str) -> Done:
    return subprocess.run(
        [sys.executable, "-m", "aichef", *arguments],
        env=environ,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def listed(environ: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(aichef(environ, "sessions", "list", "--json").stdout)
    return found


def test_a_remote_session_is_cooked_listed_shown_and_forgotten(
    environ: dict[str, str], url: str
) -> None:
    done = aichef(environ, "cook", "--server", url, "--target", "keto", "--json")
    assert done.returncode == 0, done.stderr
    meal = json.loads(done.stdout)
    one = meal["sessionId"]
    assert meal["recipe"]["findings"]
    assert [row["sessionId"] for row in listed(environ)] == [one]
    shown = json.loads(aichef(environ, "sessions", "show", one, "--json").stdout)
    assert shown["status"] == "completed"
    assert shown["result"] == meal
    assert "profile" not in shown
    assert one in aichef(environ, "sessions", "show", one).stdout
    assert "이미 끝난" in aichef(environ, "sessions", "cancel", one).stdout
    assert aichef(environ, "sessions", "recover", one).returncode == 0
    aichef(environ, "sessions", "cancel", one)
    assert aichef(environ, "sessions", "forget", one).returncode == 0
    gone = aichef(environ, "sessions", "show", one)
    assert (gone.returncode, gone.stderr.count("\n")) == (2, 1)


def test_a_remote_meal_is_shown_as_one_that_was_cooked_here(
    environ: dict[str, str], url: str
) -> None:
    asked = ("cook", "--target", "fridge", "--available-ingredients", "두부 1모", "--seed", "3")
    there, here = aichef(environ, *asked, "--server", url), aichef(environ, *asked)
    assert there.returncode == here.returncode == 0, there.stderr
    assert there.stdout == here.stdout
    assert "냉장고에서 쓰는 것" in there.stdout


def test_a_refusal_of_the_server_is_our_own_error(environ: dict[str, str], url: str) -> None:
    done = aichef(environ, "cook", "--server", url, "--target", "keto", "--budget", "1000",
                  "--servings", "4", "--json")  # fmt: skip
    assert done.returncode == 2
    error = json.loads(done.stdout)
    assert error["error"] == "INFEASIBLE_PROFILE"
    assert error["details"]["leastBudget"] > 1000


def test_without_the_token_nobody_comes_in(environ: dict[str, str], url: str) -> None:
    done = aichef(
        {**environ, "AICHEF_TOKEN": "please, open sesame"},
        "cook",
        "--server",
        url,
        "--target",
        "keto",
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_said(environ: dict[str, str], url: str) -> None:
    done = aichef(environ, "serve", "--port", url.rpartition(":")[2])
    assert done.returncode == 2
    assert "--port" in done.stderr


def test_sessions_are_seen_and_cancelled_without_a_server(tmp_path: Path) -> None:
    environ = environ_in(tmp_path)
    assert aichef(environ, "sessions", "list").stdout == "세션이 없어요.\n"
    one = new_id()
    with closing(open_store(Settings(tmp_path))) as store:
        store.accept(one, canonical({"target": "keto"}), now(), now() + timedelta(minutes=5))
    assert [row["status"] for row in listed(environ)] == ["processing"]
    assert aichef(environ, "sessions", "recover").stdout.endswith("진행 중인 세션 1개.\n")
    assert aichef(environ, "sessions", "cancel", one, "--locale", "en").stdout == "Cancelled.\n"
    assert [row["status"] for row in listed(environ)] == ["cancelled"]


@pytest.mark.parametrize(
    "arguments", [("serve", "--port", "70000"), ("serve", "--workers", "0"), ("sessions",)]
)
def test_a_wrong_flag_is_one_line(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = aichef(environ_in(tmp_path), *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_an_address_of_no_database_is_refused(tmp_path: Path) -> None:
    environ = environ_in(tmp_path) | {"AICHEF_DATABASE_URL": "mysql://x"}
    done = aichef(environ, "sessions", "list")
    assert done.returncode == 2
    assert "postgresql://" in done.stderr
    assert not [*tmp_path.iterdir()]


def test_the_worker_command_is_not_listed(tmp_path: Path) -> None:
    helped = aichef(environ_in(tmp_path), "--help").stdout
    assert "sessions" in helped
    assert "work " not in helped
