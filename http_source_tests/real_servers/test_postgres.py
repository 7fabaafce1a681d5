"""Dagster's storage on PostgreSQL, as Dagster documents it, with the versions that are pinned here."""

from pathlib import Path

import dagster as dg
import pytest

from http_source_tests.hosts.home import write_home
from http_source_tests.real_servers.postgres import postgres

pytestmark = pytest.mark.servers


def test_b243_a_documented_dagster_yaml_for_postgresql_works(tmp_path: Path) -> None:
    with postgres() as server:
        server.create("documented")
        home = write_home(tmp_path / "home", "documented", server.port)
        with dg.DagsterInstance.from_config(str(home)) as instance:
            instance.report_runless_asset_event(dg.AssetMaterialization("orders", partition="a"))
            (event,) = instance.fetch_materializations(dg.AssetKey("orders"), limit=10).records
            assert event.partition_key == "a"
