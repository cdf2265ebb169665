"""What an enterprise may not see (method 5), looked for in everything that its pages send.

The strongest of these tests moves every rival's value while the published table stays as it was frozen: an enterprise
whose pages can tell the difference has learnt something about a rival.
"""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from kpi import tables
from kpi.access.roles import Scope
from kpi.catalogue.catalogue import catalogue
from kpi.i18n import text
from kpi.model.application import Application
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.viewer import Role
from kpi.services.evaluation import evaluation_context, full_evaluation
from kpi.services.operation.demonstration import demonstration_roles
from kpi.tables.applications import LockedApplication
from tests import campaign
from tests.frozen_otherwise import frozen_otherwise
from tests.pages.app_runs import ALLOWED, Office, opened, specs, strings, submitted, unfolded

CODES = tuple(kpi.code for kpi in catalogue().kpis)
SHOWN = ("K01", "K05", "K09", "K16", "K21")
"""A level, a count without upper bound, one with a basis, a reduction, and one published by its median alone."""

REACH: dict[Role, Scope] = {
    account.role: Scope(
        own=account.scope if account.role == "enterprise" else (),
        industries=account.scope if account.role == "reviewer" else (),
        bodies=account.scope if account.role == "leader" else (),
    )
    for account in demonstration_roles()
}
EVERYBODY = Scope(bodies=tuple(body.name.zh for body in catalogue().bodies))
COUNTED = ("leading_line", "gap", "peers", "worse", "tied", "better", "bounds", "p_value", "p_value_not", "gamma")
EDGES = (0.0, 0.2, 0.5, 0.8, 1.0)
BRACKETS = {round((low + high) / 2, 9) for low in EDGES for high in EDGES}
"""Edges and middles of the brackets between published quantiles: public, and so no sign of a count."""
CHANGING = re.compile(r'name="form_token" value="[^"]+"|^[0-9a-f]{32}$')
P_VALUE = re.compile(r"\bp\s*(?:=|<|>|≤|≥|＝|值)|p-value|γ|gamma|Holm|霍尔姆", re.IGNORECASE)


@pytest.fixture(scope="module")
def application(office_here: Office) -> Application:
    """Locked: the state in which most is shown."""
    return submitted(office_here, locked=True)


def _authority(office: Office, application: Application) -> Evaluation:
    with office.store.cursor() as cursor:
        return full_evaluation(cursor, application, evaluation_context(cursor, application.year))


def _everything(office: Office, lang: Lang) -> list[str]:
    """All that the enterprise's pages send, but for what is new each time: the form's token, the download's number."""
    office.sit("enterprise")
    found = [string for code in SHOWN for string in strings(unfolded(opened("result", lang, kpi=code)))]
    found += strings(unfolded(opened("upload", lang)))
    found += strings(unfolded(opened("way", lang)))
    return [CHANGING.sub("", item) for item in found]


@pytest.mark.parametrize("locked", campaign.size([True], [False, True]))
def test_moving_every_rival_changes_nothing_that_an_enterprise_is_sent(copied_office: Office, locked: bool) -> None:
    application = submitted(copied_office, locked)
    before, counted = _everything(copied_office, "zh"), _authority(copied_office, application)
    with frozen_otherwise(copied_office.store) as cursor:
        cursor.execute("update observation set value = value * 0.61 + 1.37")
        cursor.execute("update cell set mean = mean * 0.7, p50 = p50 * 0.7, p75 = p75 * 0.7, p80 = 1, p90 = 2")
    moved = _authority(copied_office, application)
    assert sum(moved.kpi(code).worse != counted.kpi(code).worse for code in CODES) > 10, "the rivals did move"
    assert _everything(copied_office, "zh") == before


def test_moving_the_own_value_does_change_what_is_sent(copied_office: Office) -> None:
    """The test above would also pass on pages that say nothing."""
    submitted(copied_office, locked=False)
    before = _everything(copied_office, "zh")
    with copied_office.store.transaction() as cursor:
        cursor.execute("""update draft set application = replace(application, '95.5', '63.5')""")
    assert _everything(copied_office, "zh") != before


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_number_of_a_count_is_labelled_and_no_p_value_is_shown(
    office_here: Office, application: Application, lang: Lang
) -> None:
    said = "\n".join(_everything(office_here, lang))
    labels = [text(f"page.detail.{name}", lang) for name in COUNTED]
    assert [label for label in labels if f">{label}<" in unescape(said)] == []
    assert text("page.clause.sensitivity", lang) not in said
    assert text("page.clause.at_least", lang, count=9).split("9")[0] not in said
    assert P_VALUE.findall(_visible(said)) == []


def test_the_same_labels_are_found_where_they_belong(office_here: Office, application: Application) -> None:
    """A reviewer's page holds every one of them: the search above can find what it looks for."""
    office_here.sit("reviewer")
    said = "\n".join(strings(opened("candidate", "en", candidate=application.credit_code, kpi="K01")))
    assert [name for name in COUNTED if f">{text(f'page.detail.{name}', 'en')}<" not in unescape(said)] == []
    assert P_VALUE.search(_visible(said))


def _visible(html: str) -> str:
    return re.sub(r"<style>.*?</style>|<[^>]+>", " ", unescape(html), flags=re.DOTALL)


@pytest.mark.parametrize("code", SHOWN)
def test_a_figure_carries_kpi_codes_and_no_peers(office_here: Office, application: Application, code: str) -> None:
    office_here.sit("enterprise")
    drawn = [json.loads(spec) for spec in specs(opened("result", "en", kpi=code))]
    assert drawn
    traces = [trace for figure in drawn for trace in figure["data"]]
    carried = {item for trace in traces for item in trace.get("customdata", [])}
    assert carried == set(CODES)
    assert {key for trace in traces for key in trace} & {"ids", "meta", "hovertext", "bdata"} <= {"hovertext"}
    allowed = _public_numbers(office_here, application, code)
    assert len(drawn) == 2, "the strip and the KPI's own view"
    assert {item for trace in drawn[1]["data"] for item in trace["x"]} <= allowed


def _public_numbers(office: Office, application: Application, code: str) -> set[float]:
    """Own value and published lines: all that the figure of one KPI may stand at."""
    with office.store.cursor() as cursor:
        on = evaluation_context(cursor, application.year)
        published = tables.baselines.published_table(
            cursor, on.baseline.name, on.baseline.region, application.industry
        )[code]
    own = application.values[code].value
    return {own, published.median, published.mean, published.p20, published.p80}


@pytest.mark.parametrize("code", CODES)
def test_no_counted_place_is_drawn_on_the_strip(office_here: Office, application: Application, code: str) -> None:
    """Exact shares and bounds are functions of the counts; the strip holds brackets of published quantiles instead."""
    counted = _authority(office_here, application).kpi(code).percentile
    office_here.sit("enterprise")
    strip = json.loads(specs(opened("result", "en"))[0])
    drawn = {float(item) for trace in strip["data"] for item in trace["x"] if isinstance(item, int | float)}
    exact = {counted.strict, counted.mid, counted.lower, counted.upper} - BRACKETS
    assert not {item for item in exact if any(abs(item - other) < 1e-9 for other in drawn)}


@pytest.mark.parametrize(("role", "address"), [pair for pair in ALLOWED if pair[0] != "administrator"])
def test_a_page_names_nobody_out_of_its_readers_reach(
    office_here: Office, application: Application, role: Role, address: str
) -> None:
    reach = {release.application.credit_code for release in _releases(office_here, REACH[role])}
    others = [item for item in _releases(office_here, EVERYBODY) if item.application.credit_code not in reach]
    assert others
    office_here.sit(role)
    said = "\n".join(strings(unfolded(opened(address, "zh"))))
    for release in others:
        assert release.application.credit_code not in said
        assert str(release.application.text("enterprise")) not in said
        assert str(release.application.text("factory_name")) not in said


def _releases(office: Office, scope: Scope) -> list[LockedApplication]:
    with office.store.cursor() as cursor:
        return tables.applications.locked_applications(cursor, scope)


@pytest.mark.parametrize("address", ["candidate", "compare"])
def test_asking_for_what_is_out_of_reach_is_asking_for_what_does_not_exist(
    office_here: Office, application: Application, address: str
) -> None:
    reach = {release.application.credit_code for release in _releases(office_here, REACH["reviewer"])}
    outside = next(
        release.application
        for release in _releases(office_here, EVERYBODY)
        if release.application.credit_code not in reach
    )
    office_here.sit("reviewer")
    asked = [
        {"candidate": outside.credit_code, "industry": outside.industry},
        {"candidate": "91000000MA0000000X", "industry": "没有这个行业"},
    ]
    said = [[CHANGING.sub("", string) for string in strings(opened(address, "zh", **item))] for item in asked]
    assert said[0] == said[1]
    assert outside.credit_code not in "\n".join(said[0])
