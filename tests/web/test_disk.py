"""A disk that plays up, as whoever talks HTTP to the server meets it."""

from __future__ import annotations

import http.client
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bench.kill import environ_in

from aichef.session.sqlite import SqliteSessions
from tests.session.disks import filled, readonly, small_disk
from tests.web.making import KETO, Idle, door

SERVE = (sys.executable, "-m", "aichef", "serve", "--port", "0", "--workers", "1")

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@dataclass(frozen=True)
class Served:
    """`aichef serve` on a port."""

    port: int

    def asked(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        kept = http.client.HTTPConnection("127.0.0.1", self.port, timeout=40)
        with closing(kept) as line:
            given = None if body is None else json.dumps(body)
            line.request(method, path, given, {"Content-Type": "application/json"})
            answer = line.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else None

    def is_ready(self) -> bool:
        # It says its address a moment before it listens.
        with suppress(ConnectionRefusedError):
            return self.asked("GET", "/readyz")[0] == 200
        return False

    def status(self, one: str) -> str:
        status, session = self.asked("GET", f"/v1/sessions/{one}")
        assert status == 200, session
        return str(session["status"])


@contextmanager
def served(folder: Path, log: Path) -> Iterator[Served]:
    with log.open("w+") as said:
        server = subprocess.Popen(SERVE, env=environ_in(folder), stderr=said)
        try:
            until(lambda: "http://" in log.read_text() or server.poll() is not None)
            found = re.search(r"http://[\d.]+:(\d+)", log.read_text())
            assert found, log.read_text()
            yield Served(int(found[1]))
            server.send_signal(signal.SIGTERM)
            assert server.wait(40) == 0
        finally:
            server.kill()
            server.wait()


def until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.1)


def test_a_full_disk_is_said_and_nothing_that_was_accepted_is_lost(tmp_path: Path) -> None:
    with small_disk("8m") as folder, served(folder, tmp_path / "log") as at:
        until(at.is_ready)
        first = at.asked("POST", "/v1/sessions", KETO)[1]["sessionId"]
        until(lambda: at.status(first) == "completed")
        accepted = []
        with filled(folder):
            # What the files have room for inside is still accepted.
            for seed in range(60):
                status, said = at.asked("POST", "/v1/sessions", {**KETO, "seed": seed})
                if status != 202:
                    break
                accepted.append(said["sessionId"])
            assert (status, said["code"]) == (502, "SUPPLIER_FAILED")
            assert said["detail"].startswith("디스크가 가득")
            assert at.asked("GET", "/readyz") == (
                503,
                {"status": "not ready", "store": False, "workers": True},
            )
            assert at.asked("GET", f"/v1/sessions/{first}/result")[0] == 200
        until(at.is_ready)
        accepted.append(at.asked("POST", "/v1/sessions", {**KETO, "seed": 99})[1]["sessionId"])
        until(lambda: all(at.status(one) == "completed" for one in accepted), 120)
    assert "Traceback" not in (tmp_path / "log").read_text()


def test_a_disk_one_may_only_read_is_said_to_whoever_asks() -> None:
    with small_disk("4m") as folder:
        store = SqliteSessions(folder)
        store.counts()
        store.close()
        with readonly(folder), door(store, Idle) as at:
            said = at.problem("POST", "/v1/sessions", 502, "SUPPLIER_FAILED", json=KETO)
            assert said["detail"].startswith("데이터 폴더에 쓸 수 없")
            assert at.client.get("/readyz").status_code == 503
            assert at.client.get("/healthz").status_code == 200
            store.close()


def test_a_server_does_not_begin_on_a_disk_one_may_only_read(tmp_path: Path) -> None:
    with small_disk("8m") as folder:
        with served(folder, tmp_path / "log") as at:
            until(at.is_ready)
        with readonly(folder):
            done = subprocess.run(
                SERVE, env=environ_in(folder), capture_output=True, text=True, check=False
            )
    assert done.returncode == 1
    assert "데이터 폴더에 쓸 수 없" in done.stderr
    assert "Traceback" not in done.stderr
