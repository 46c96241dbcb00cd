"""A made table of 24 recipes."""

from pathlib import Path

import pytest
from made_tables import make_table

from search.replay.snapping import quiet
from search.replay.table import Table


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    quiet()
    return make_table(tmp_path_factory.mktemp("table"))


@pytest.fixture(scope="session")
def table_path(table: Table) -> Path:
    return Path(table.origin).with_name("curves.csv.gz")
