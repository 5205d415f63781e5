"""Which model is meant: names, geographies, rates."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from aichef.chef.model import Rate
from aichef.errors import RequestError
from aichef.models.spec import HOME_OF, ORIGINAL, Spec, read_spec
from aichef.settings import Settings
from aichef.tables import rows

HAIKU = "anthropic.claude-haiku-5-5"


def spec(model: str, **more: str) -> Spec:
    found = read_spec(Settings(Path(), model=model, **more))  # type: ignore[arg-type]
    assert found is not None
    return found


@pytest.mark.parametrize("model", ["", "off", "OFF"])
def test_without_a_name_there_is_no_model(model: str) -> None:
    assert read_spec(Settings(Path(), model=model)) is None


@pytest.mark.parametrize("model", ["gpt-4", "x:y", "bedrock:", "openai: ", "openai:a b", "a:b:c"])
def test_a_name_that_is_none_is_refused_in_both_languages(model: str) -> None:
    for locale in ("ko", "en"):
        with pytest.raises(RequestError) as refused:
            read_spec(Settings(Path(), locale, model=model))
        assert refused.value.details["field"] == "AICHEF_MODEL"
        assert refused.value.message.isascii() is (locale == "en")


@pytest.mark.parametrize("model", [ORIGINAL, f"bedrock:{ORIGINAL}"])
def test_the_original_model_is_called_under_a_geography_with_a_warning(model: str) -> None:
    found = spec(model)
    assert found.name == f"bedrock:us.{ORIGINAL}"
    assert found.region == "us-east-1"
    assert found.modes == ("tool", "text")
    assert found.rate == Rate("15", "75", "2026-11-23")
    assert found.warning is not None
    assert all("2027-01-08" in one for one in found.warning)
    elsewhere = spec(model, model_prefix="eu")
    assert elsewhere.id == f"eu.{ORIGINAL}"
    assert elsewhere.warning is None


def test_a_geography_replaces_another_and_leads_to_a_region_of_its_own() -> None:
    assert spec(f"bedrock:global.{HAIKU}").region == "ap-northeast-2"
    for prefix, region in HOME_OF.items():
        found = spec(f"bedrock:global.{HAIKU}", model_prefix=prefix)
        assert (found.id, found.region) == (f"{prefix}.{HAIKU}", region)
    assert spec(f"bedrock:{HAIKU}", model_prefix="jp").id == f"jp.{HAIKU}"
    assert spec(f"bedrock:us.{HAIKU}", model_region="us-west-2").region == "us-west-2"
    with pytest.raises(RequestError, match="AICHEF_MODEL_PREFIX"):
        spec(f"bedrock:{HAIKU}", model_prefix="moon")


def test_an_arn_is_taken_as_it_is() -> None:
    arn = "arn:aws:bedrock:eu-west-1:123456789012:application-inference-profile/abc"
    found = spec(f"bedrock:{arn}", model_prefix="us")
    assert (found.id, found.region, found.rate) == (arn, "eu-west-1", None)


def test_a_geography_costs_a_tenth_more_than_the_whole_world() -> None:
    assert spec(f"bedrock:global.{HAIKU}").rate == Rate("0.1", "0.5", "2026-11-23")
    assert spec(f"bedrock:jp.{HAIKU}").rate == Rate("0.11", "0.55", "2026-11-23")
    assert spec("anthropic:claude-haiku-5-5").rate == Rate("0.1", "0.5", "2026-11-23")


def test_a_rate_of_ones_own_comes_first_and_a_server_of_ones_own_has_none() -> None:
    assert spec("openai:qwen3:8b").rate is None
    assert spec("openai:qwen3:8b", model_rate="0.1 / 2").rate == Rate("0.1", "2", "")
    assert spec(f"bedrock:{HAIKU}", model_rate="9/9").rate == Rate("9", "9", "")
    for rate in ("1", "a/b", "-1/2", "1/2/3"):
        with pytest.raises(RequestError, match="AICHEF_MODEL_RATE"):
            spec("openai:x", model_rate=rate)


def test_a_model_that_always_thinks_is_given_time_and_no_tool_is_forced_on_it() -> None:
    found = spec("bedrock:global.anthropic.claude-opus-5-5")
    assert found.thinks
    assert not found.forced


def test_every_row_says_what_it_says_and_where_it_is_from() -> None:
    lines = list(rows("aichef.models", "models.csv"))
    assert [line["id"] for line in lines] == sorted(line["id"] for line in lines)
    for line in lines:
        assert line["schema"] in {"yes", "no", "try"}
        assert {line["tool_choice"], line["thinks"]} <= {"yes", "no"}
        assert Decimal(line["usd_in"]) < Decimal(line["usd_out"])
        assert 0 <= int(line["geo_pct"]) <= 100
        assert date.fromisoformat(line["day"]).year == 2026
        assert line["source"]


def test_the_key_is_also_taken_from_where_others_look_for_it() -> None:
    def key(model: str, **more: str) -> str:
        found = {"ANTHROPIC_API_KEY": "a", "OPENAI_API_KEY": "o", "AICHEF_DATA_DIR": "x"}
        return Settings.read({**found, "AICHEF_MODEL": model, **more}).model_key

    assert key("anthropic:x") == "a"
    assert key("openai:x") == "o"
    assert key("bedrock:x") == ""
    assert key("openai:x", AICHEF_MODEL_KEY="mine") == "mine"
    assert "mine" not in repr(Settings(Path(), model_key="mine"))
