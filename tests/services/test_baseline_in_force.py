"""Which baseline is in force: the home region's, of the latest year that has come; another only by its name."""

from datetime import date
from pathlib import Path

import pytest

from kpi.errors import UserError
from kpi.policy.load import policies
from kpi.services.evaluation import evaluation_context
from kpi.services.freeze import import_baseline
from kpi.services.preparation import IncomingBaseline
from kpi.services.published import published_years
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from tests.services.sample_store import A
from tests.shipped import SHIPPED

pytestmark = pytest.mark.slow


def _import(store: Store, name: str, region: str, year: int) -> None:
    data = SHIPPED.read_bytes()
    import_baseline(store, IncomingBaseline(SHIPPED.name, data, name, year, region, "illustrative", "test"))


@pytest.fixture
def store(tmp_path: Path):
    with Store.open(tmp_path / "store") as opened:
        ensure_baseline(opened)
        yield opened


def test_a_panel_of_another_region_is_not_in_force_here(store):
    _import(store, "elsewhere", "江苏省", 2025)
    with store.cursor() as cursor:
        assert evaluation_context(cursor, 2025).baseline.name == "illustrative-2025"
        assert evaluation_context(cursor, 2025, "elsewhere").baseline.region == "江苏省"


@pytest.mark.campaign
def test_an_imported_panel_goes_before_the_shipped_one_and_the_later_year_before_the_earlier(store):
    _import(store, "older", "上海市", 2024)
    _import(store, "newer", "上海市", 2026)
    with store.cursor() as cursor:
        assert evaluation_context(cursor, 2025).baseline.name == "older"
        assert evaluation_context(cursor, 2026).baseline.name == "newer"


def test_before_any_baseline_there_is_none(store):
    with store.cursor() as cursor, pytest.raises(UserError, match="no_baseline"):
        evaluation_context(cursor, 2025, as_of=date(2020, 1, 1))


@pytest.mark.campaign
def test_a_panel_of_a_year_before_the_first_policy_is_published_beside_the_later_ones(store):
    first = policies().in_force_dates()[0].year
    _import(store, "before-policy", "上海市", first - 1)
    _import(store, "own", "上海市", first)
    tables = published_years(store, A, "汽车")
    assert [table.baseline.name for table in tables] == ["own", "before-policy"]
    assert tables[0].bases == tables[1].bases
