"""Settings of a function: the environment, and the secrets it is told to read itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from moto import mock_aws

from aichef.errors import StoreError
from aichef.kitchens.aws import aws_client, read_settings
from tests.aws.tables import ENVIRON
from tests.aws.test_session import Recorded


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in ENVIRON.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield


def test_every_parameter_below_the_path_is_a_setting() -> None:
    ssm = aws_client("ssm")
    for name in ("token", "data_go_kr_key", *(f"other{n}" for n in range(12))):
        ssm.put_parameter(
            Name=f"/ai-chef/dev/{name}", Value=f"the value of {name}", Type="SecureString"
        )
    ssm.put_parameter(Name="/ai-chef/prod/naver_client_id", Value="x", Type="SecureString")
    settings = read_settings({"AICHEF_SECRETS": "/ai-chef/dev", "AICHEF_DATA_DIR": "nowhere"})
    assert (settings.token, settings.data_go_kr_key) == (
        "the value of token",
        "the value of data_go_kr_key",
    )
    assert settings.naver_client_id == ""


def test_without_a_path_nobody_is_asked() -> None:
    assert read_settings({"AICHEF_DATA_DIR": "nowhere"}).token == ""


def test_a_parameter_store_that_refuses_is_a_store_that_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("aichef.kitchens.aws.aws_client", lambda _: Recorded("AccessDenied"))
    with pytest.raises(StoreError) as caught:
        read_settings({"AICHEF_SECRETS": "/ai-chef/dev", "AICHEF_DATA_DIR": "nowhere"})
    assert caught.value.details == {"trouble": "secrets"}
