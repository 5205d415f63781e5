"""The stand-ins: on this machine only, broken on demand, gone when told."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from http.client import HTTPConnection
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from aichef.cli import main
from aichef.fake.market import shops, survey_days, wares
from aichef.fake.prices import FAULTS, SUPPLIERS, StandIn, broken, stand_in
from aichef.kitchens.local import MALLS, SURVEYS, configured
from aichef.settings import Settings
from tests.living import LOOPBACK, TODAY

AICHEF = [sys.executable, "-m", "aichef"]


def keyless(folder: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AICHEF_")}
    return {**clean, "AICHEF_DATA_DIR": str(folder)}


def asked(url: str, method: str = "GET") -> dict[str, object]:
    parts = urlsplit(url)
    talk = HTTPConnection(parts.netloc, timeout=5)
    try:
        talk.request(method, f"{parts.path}?{parts.query}")
        answer = talk.getresponse()
        found: dict[str, object] = json.load(answer)
        return {**found, "status": answer.status}
    finally:
        talk.close()


@LOOPBACK
def test_they_listen_on_this_machine_only_and_name_their_settings() -> None:
    with stand_in() as stand:
        assert stand.server.server_address[0] == "127.0.0.1"
        settings = Settings.read(stand.environment)
        assert configured(settings) == dict.fromkeys(configured(settings), True)
        for supplier in (*SURVEYS, *MALLS):
            assert getattr(settings, supplier.url).startswith("http://127.0.0.1:")


@LOOPBACK
def test_faults_are_switched_while_they_run() -> None:
    with stand_in() as stand:
        control = f"{stand.url}/control"
        assert asked(control) == {"slow": 0, "faults": {}, "calls": {}, "status": 200}
        said = asked(f"{control}?fault=429:naver&slow=5", "POST")
        assert said["faults"] == {"naver": "429"}
        assert stand.slow_ms == 5
        assert asked(f"{control}?clear=1", "POST")["faults"] == {}
        assert asked(f"{control}?fault=nonsense", "POST")["status"] == 400
        assert asked(f"{stand.url}/elsewhere")["status"] == 404


def test_every_fault_is_one_and_others_are_refused() -> None:
    state = StandIn.__new__(StandIn)
    state.faults = {}
    for fault in FAULTS:
        state.set_fault(fault)
        for supplier in SUPPLIERS:
            broken(supplier, fault)
    for unknown in ("x", "429:nobody"):
        with pytest.raises(ValueError, match=unknown):
            state.set_fault(unknown)


def test_the_market_is_the_same_on_every_run() -> None:
    assert len(shops()) == 630
    assert len(wares()) > 250
    days = survey_days(TODAY)
    assert all(day <= TODAY and day.weekday() == 4 for day in days)
    assert len({(one - two).days for one, two in pairwise(days)}) == 1


@LOOPBACK
def test_the_command_prints_settings_to_paste_and_stops_by_itself(tmp_path: Path) -> None:
    done = subprocess.run(
        [*AICHEF, "fake", "prices", "--for", "0.2", "--fault", "se05:naver"],
        capture_output=True, timeout=20, check=False, text=True,
    )  # fmt: skip
    assert done.returncode == 0
    lines = [line for line in done.stdout.splitlines() if line.startswith("export AICHEF_")]
    assert len(lines) == 9
    wrong = subprocess.run(
        [*AICHEF, "fake", "prices", "--fault", "nonsense"],
        capture_output=True, timeout=20, check=False, text=True,
    )  # fmt: skip
    assert wrong.returncode == 2
    assert wrong.stderr.count("\n") == 1


def test_the_help_names_every_supplier_and_every_fault(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["fake", "prices", "--help"])
    said = set(re.findall(r"\w+", capsys.readouterr().out))
    assert {*SUPPLIERS, *FAULTS} <= said


@LOOPBACK
@pytest.mark.parametrize("name", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_the_command(name: signal.Signals) -> None:
    with subprocess.Popen(
        [*AICHEF, "fake", "prices"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("#"):
                break
        process.send_signal(name)
        assert process.wait(5) == 0


@LOOPBACK
def test_the_doctor_tells_who_is_configured_and_reachable(tmp_path: Path) -> None:
    with stand_in() as stand:
        stand.set_fault("500:naver")
        environment = {**os.environ, **stand.environment, "AICHEF_DATA_DIR": str(tmp_path)}
        done = subprocess.run(
            [*AICHEF, "doctor", "--json"],
            env=environment, capture_output=True, timeout=30, check=True, text=True,
        )  # fmt: skip
    health = {one["name"]: one for one in json.loads(done.stdout)["suppliers"]}
    assert set(health) == {"KAMIS", "참가격", "쿠팡", "네이버"}
    assert all(one["configured"] for one in health.values())
    assert health["KAMIS"]["reachable"]
    assert not health["네이버"]["reachable"]
    assert health["네이버"]["note"]
    assert health["쿠팡"]["quotaLeft"] == 9
    assert "stand-in" not in done.stdout + done.stderr


def test_the_doctor_calls_nobody_without_a_key(tmp_path: Path) -> None:
    done = subprocess.run(
        [*AICHEF, "doctor", "--json"],
        env=keyless(tmp_path), capture_output=True, timeout=30, check=True,
    )  # fmt: skip
    health = json.loads(done.stdout)["suppliers"]
    assert [one["reachable"] for one in health] == [None] * 4
    assert not any(one["configured"] for one in health)


def test_a_refresh_without_a_key_says_what_to_do(tmp_path: Path) -> None:
    done = subprocess.run(
        [*AICHEF, "prices", "refresh"],
        env=keyless(tmp_path), capture_output=True, timeout=30, check=False,
        text=True,
    )  # fmt: skip
    assert done.returncode == 2
    assert "AICHEF_DATA_GO_KR_KEY" in done.stderr


def test_the_doctor_speaks_in_words_of_either_language(tmp_path: Path) -> None:
    said = {
        locale: subprocess.run(
            [*AICHEF, "doctor", "--locale", locale],
            env=keyless(tmp_path), capture_output=True, timeout=30, check=True, text=True,
        ).stdout
        for locale in ("ko", "en")
    }  # fmt: skip
    assert "이유식" in said["ko"]
    assert "baby food" in said["en"]
    for text in said.values():
        assert "baby_food" not in text
        assert "price_book" not in text
    assert "꺼져 있음" in said["ko"]
    assert "off" in said["en"]


@LOOPBACK
@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["prices", "refresh"], "AICHEF_DATA_GO_KR_KEY"),
        (["prices", "import-chamgagyeok", "nowhere.csv"], "nowhere.csv"),
        (["fake", "prices", "--fault", "nonsense"], "nonsense"),
        (["fake", "prices", "--port", "99999"], "99999"),
        (["basket", "nowhere.json"], "nowhere.json"),
    ],
)
@pytest.mark.parametrize("locale", ["ko", "en"])
def test_errors_of_the_doors_are_one_line_in_the_language_asked_for(
    tmp_path: Path, command: list[str], says: str, locale: str
) -> None:
    done = subprocess.run(
        [*AICHEF, *command, "--locale", locale],
        env=keyless(tmp_path), capture_output=True, timeout=30, check=False, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert says in done.stderr
    assert done.stderr.replace("참가격", "").isascii() == (locale == "en")


@pytest.mark.parametrize("flags", [["--slow", "-1"], ["--for", "nan"], ["--slow", "x"]])
def test_a_number_that_is_none_is_refused(tmp_path: Path, flags: list[str]) -> None:
    done = subprocess.run(
        [*AICHEF, "fake", "prices", *flags],
        env=keyless(tmp_path), capture_output=True, timeout=20, check=False,
    )  # fmt: skip
    assert done.returncode == 2


@LOOPBACK
def test_a_damaged_store_says_what_to_do_and_promises_nothing(tmp_path: Path) -> None:
    (tmp_path / "prices.sqlite3").write_bytes(b"damaged" * 1000)
    with stand_in() as stand:
        environment = {**os.environ, **stand.environment, "AICHEF_DATA_DIR": str(tmp_path)}
        done, found = (
            subprocess.run(
                [*AICHEF, "prices", *rest],
                env=environment, capture_output=True, timeout=30, check=False, text=True,
            )
            for rest in (["refresh", "--locale", "en"], ["find", "양파"])
        )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("delete prices.sqlite3") == 2
    assert "carry on" not in done.stderr
    assert found.returncode == 0
    assert "KAMIS: " in found.stderr
