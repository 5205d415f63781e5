"""A worker's kitchens: shops of each thread's own, one writer for all."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

from aichef.chef.by_model import ModelWriter
from aichef.cook import Kitchen
from aichef.kitchens.local import writer_of
from aichef.kitchens.worker import Kitchens
from aichef.settings import Settings

MODEL = {"model": "openai:stand-in", "model_url": "http://127.0.0.1:9/v1"}


def test_threads_share_who_writes_and_nobody_shares_shops(tmp_path: Path) -> None:
    settings = Settings(tmp_path, naver_client_id="id", naver_client_secret="x", **MODEL)  # type: ignore[arg-type]  # noqa: S106
    writer = writer_of(settings)
    kitchens, together = Kitchens(settings, writer), Barrier(3)

    def mine() -> Kitchen:
        together.wait()
        kitchen = kitchens.today()
        assert kitchens.today() is kitchen
        return kitchen

    with ThreadPoolExecutor(3) as threads:
        made = [one.result() for one in [threads.submit(mine) for _ in range(3)]]
    assert isinstance(writer, ModelWriter)
    assert {id(kitchen.writer) for kitchen in made} == {id(writer)}
    assert all(kitchen.waits for kitchen in made)
    shops = [shop for kitchen in made for shop in kitchen.shops if shop.name == "네이버"]
    assert len({id(shop.wire) for shop in shops}) == 3  # type: ignore[attr-defined]
