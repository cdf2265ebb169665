"""The suite's core under each notice that ships: a file is read, judged, put forward and sent, and every page, report
and paper on the way is of that notice. The campaign takes more applications, every page and a year to its end.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import unescape
from io import BytesIO, StringIO
from typing import get_args
from zipfile import ZipFile

import openpyxl
import pytest
from docx import Document
from streamlit.testing.v1 import AppTest

from kpi import tables
from kpi.access.roles import Scope
from kpi.catalogue.catalogue import (
    DATA,
    NOTICES,
    Catalogue,
    catalogue,
    first_notice,
    known_notices,
    notice_in_hand,
    shipped_notice,
)
from kpi.i18n import text
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.lifecycle import ApplicationState
from kpi.model.programme import ConditionReason, Placement
from kpi.model.publication import EnterpriseView
from kpi.model.viewer import Role, Viewer
from kpi.reports.as_json import enterprise_json, evaluation_json
from kpi.reports.public_list import MANIFEST
from kpi.services.administrator.awards import list_awards
from kpi.services.administrator.meeting import decide_candidates
from kpi.services.administrator.rounds import release_round, start_round
from kpi.services.administrator.stages import WantedStage, advance_all
from kpi.services.conditions import StatementInput, state_conditions
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.evaluation import evaluation_context, full_evaluations
from kpi.services.leader.nomination import nominate, save_list, send_list
from kpi.services.leader.own_list import own_list
from kpi.services.operation.authentication import viewer_of
from kpi.services.operation.verification import verify_store
from kpi.services.reviewer.candidates import candidate_evaluation
from kpi.services.reviewer.scores import abstain
from kpi.store.store import Store
from tests.cli.command_line import here
from tests.pages.app_runs import ALLOWED, Office, all_say_no_conflict, each_tab, opened, strings
from tests.pages.conftest import office_on, signed_in_once
from tests.pages.everyone.test_report_files import read, squeezed
from tests.reports.text_extraction import FORMS, words
from tests.services.sample_store import ADMINISTRATOR
from tests.services.submitting import lock_as_it_stands

pytestmark = [pytest.mark.slow, pytest.mark.campaign]

WHY = "已核对（演示）"
PAGES = [
    *(("enterprise", address) for address in ("enterprise-home", "result", "answers", "conditions", "way")),
    *(("reviewer", address) for address in ("candidate", "compare")),
    *(("leader", address) for address in ("coverage", "nomination")),
    *(("administrator", address) for address in ("baselines", "policy", "plan", "progress", "city-coverage")),
]
NOTICES_TRIED = [
    # The suite itself is of the first one.
    pytest.param(name, marks=[pytest.mark.campaign] if name == first_notice().notice.id else [])
    for name in known_notices()
]
LAST: tuple[tuple[ApplicationState, str], ...] = (("publicity", "publicity"), ("listed", "final"))
"""The last stages, each with the list that is published of it."""


@dataclass(frozen=True, slots=True)
class Journey:
    """On a demonstration of a notice, whose own example was read, accepted and locked."""

    office: Office
    notice: Catalogue
    code: str

    @property
    def year(self) -> int:
        return self.notice.notice.year

    def viewer(self, role: Role) -> Viewer:
        found = viewer_of(self.office.store, self.office.tokens[role])
        assert found
        return found

    def page(self, role: Role, address: str, lang: Lang = "zh") -> AppTest:
        self.office.sit(role)
        return opened(address, lang, year=str(self.year), application=f"{self.code} {self.year}")


@pytest.fixture(scope="module", params=NOTICES_TRIED)
def journey(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    notice = shipped_notice(request.param)
    with office_on(signed_in_once(tmp_path_factory, request.param), tmp_path_factory.mktemp("each")) as office:
        on = Journey(office, notice, "")
        store, enterprise, example = office.store, on.viewer("enterprise"), notice.illustrative("example")
        assert example
        received = receive_file(store, enterprise, example.name, example.read_bytes())
        assert not received.reading.blocked
        accepted = accept_application(store, enterprise, received)
        assert accepted.year == on.year
        stated = {condition.code: StatementInput(True, WHY) for condition in notice.stated_conditions}
        assert state_conditions(store, enterprise, accepted.credit_code, on.year, stated) == len(stated)
        lock_as_it_stands(store, enterprise, accepted.credit_code, on.year)
        all_say_no_conflict(store)
        yield Journey(office, notice, accepted.credit_code)


def _names(known: Catalogue) -> Iterator[str]:
    """What a notice is called, whom and what it names, and how much it asks for."""
    head, forms = known.notice, (known.annex3, known.annex4, known.annex5)
    for item in (head.number, head.region, head.office, head.division, *(kpi.name for kpi in known.kpis)):
        yield from (item.zh, item.en)
    yield from (body.name.zh for body in known.bodies)
    yield from (form.title for form in forms)
    yield from (form.number.zh for form in forms)
    yield from (condition.name.zh for condition in known.conditions)
    for count, what in ((len(known.kpis), ("项指标", "项关键")), (len(known.industries), ("个行业",))):
        yield from (f"{count} {counted}" for counted in what)


CELL = "¦"


@cache
def _others_names(notice: Catalogue) -> re.Pattern[str]:
    """``at least 21 KPIs`` counts what leads, and may well be as many as another notice asks for."""
    own = "\n".join(map(squeezed, _names(notice)))
    others = {squeezed(name) for other in known_notices() for name in _names(shipped_notice(other))}
    return re.compile("|".join(rf"(?<!\d)(?<!至少){re.escape(name)}" for name in sorted(others) if name not in own))


@cache
def _may_be_said(notice: Catalogue) -> str:
    """What the notice says itself, and where figures are from that others published, whichever the notice."""
    own = [path.read_text("utf-8") for path in sorted((NOTICES / notice.notice.id).glob("*.toml"))]
    return squeezed("\n".join([*own, (DATA / "baselines" / "published_figures.csv").read_text("utf-8")]))


def of_others(notice: Catalogue, said: Iterable[str]) -> list[str]:
    """Each place at which something is said that only another notice says, with the words around it."""
    whole = squeezed(CELL.join(re.sub("<[^>]+>", CELL, unescape(item)) for item in said))
    found = []
    for place in _others_names(notice).finditer(whole):
        before, after = whole[: place.start()][-3:], whole[place.end() :][:3]
        around = before.rpartition(CELL)[2] + place[0] + after.partition(CELL)[0]
        if around not in _may_be_said(notice):
            found.append(whole[max(0, place.start() - 40) : place.end() + 40])
    return found


def judged_whole(notice: Catalogue, answer: Evaluation | EnterpriseView) -> None:
    assert [kpi.code for kpi in answer.kpis] == [kpi.code for kpi in notice.kpis]
    assert [rule.rule for rule in answer.eligibility] == [item.code for item in notice.judged_conditions]


def test_its_example_is_judged_by_its_own_kpis_and_conditions(journey: Journey) -> None:
    [own] = own_results(journey.office.store, journey.viewer("enterprise"))
    full = candidate_evaluation(journey.office.store, journey.viewer("reviewer"), journey.code, journey.year)
    for answer in (own.answer, full):
        judged_whole(journey.notice, answer)
    stated = {rule.rule: rule.state for rule in full.eligibility}
    assert {stated[item.code] for item in journey.notice.stated_conditions if item.code in stated} <= {"ok"}
    assert sum(kpi.verdict in ("leading", "not_leading", "undecided") for kpi in full.kpis) > len(full.kpis) / 2


@pytest.mark.parametrize(("role", "address"), PAGES)
def test_a_page_is_of_it(journey: Journey, role: Role, address: str) -> None:
    page = journey.page(role, address)
    # The plan's last tab counts for every known enterprise: for the campaign.
    for shown in [page] if address == "plan" else each_tab(page):
        assert not shown.exception
        assert of_others(journey.notice, strings(shown)) == []


@pytest.mark.parametrize("role", ["enterprise", "reviewer"])
def test_its_reports_name_it(journey: Journey, role: Role) -> None:
    notice, store = journey.notice, journey.office.store
    with notice_in_hand(notice):
        answer: Evaluation | EnterpriseView
        if role == "enterprise":
            [own] = own_results(store, journey.viewer(role))
            answer, said = own.answer, {"json": json.dumps(enterprise_json(own.answer, "zh"), ensure_ascii=False)}
        else:
            answer = candidate_evaluation(store, journey.viewer(role), journey.code, journey.year)
            said = {"json": json.dumps(evaluation_json(answer, "zh"), ensure_ascii=False)}
        said |= {form: words(answer, "zh", form) for form in FORMS}
    for form, whole in said.items():
        assert squeezed(notice.notice.number.zh) in squeezed(whole), form
        assert of_others(notice, [whole]) == [], form


def test_its_template_asks_for_its_own_kpis(journey: Journey, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("template") / "template.xlsx"
    assert here("template", path, "--notice", journey.notice.notice.id).code == 0
    cells = [str(cell) for sheet in openpyxl.load_workbook(path) for row in sheet.values for cell in row if cell]
    for kpi in journey.notice.kpis:
        assert any(cell.startswith(kpi.name.zh) for cell in cells), kpi.code
    assert of_others(journey.notice, cells) == []


def send(journey: Journey) -> None:
    """The body's list with the example's factory at its end, put forward and sent."""
    store, leader = journey.office.store, journey.viewer("leader")
    before = own_list(store, leader, journey.year)
    explained = (ConditionReason(WHY, tuple(item.code for item in journey.notice.conditions)),)
    order = [*before.forward, journey.code]
    save_list(store, leader, journey.year, 0, [Placement(code, WHY, "纸质（演示）", explained) for code in order])
    nominate(store, leader, journey.year, 1)
    send_list(store, leader, journey.year, 2)


def test_its_list_is_sent_with_its_own_forms(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    send(journey)
    notice, found = journey.notice, own_list(journey.office.store, journey.viewer("leader"), journey.year)
    assert (found.latest.state, found.latest.content.order[-1]) == ("sent", journey.code)
    _, offered = read(monkeypatch, lambda: journey.page("leader", "nomination"))
    with ZipFile(BytesIO(offered[text("page.nomination.package_download", "zh")]())) as package:
        files = {name: package.read(name) for name in package.namelist()}
    listed = csv.DictReader(StringIO(files[MANIFEST].decode("utf-8-sig")))
    assert {*(row["path"] for row in listed), MANIFEST} == files.keys()
    assert of_others(notice, files) == []
    documents = {name: Document(BytesIO(data)) for name, data in files.items() if name.endswith(".docx")}
    [annex5] = [document for name, document in documents.items() if "/" not in name]
    assert [cell.text for cell in annex5.tables[0].rows[0].cells] == [column.title for column in notice.annex5.column]
    assert len(annex5.tables[0].rows) == 1 + len(found.latest.content.order)
    [annex3] = [document for name, document in documents.items() if f"-{journey.code}/" in name]
    assert [row.cells[1].text for row in annex3.tables[0].rows] == [row.title for row in notice.annex3.row]
    for document, form in ((annex5, notice.annex5), (annex3, notice.annex3)):
        lines = [paragraph.text for paragraph in document.paragraphs]
        assert lines[:2] == [form.number.zh, form.title]
        assert of_others(notice, lines) == []


@pytest.mark.campaign
@pytest.mark.parametrize(("role", "address"), ALLOWED, ids=[f"{role}-{address}" for role, address in ALLOWED])
@pytest.mark.parametrize("lang", get_args(Lang))
def test_every_page_is_of_it_in_both_languages(journey: Journey, role: Role, address: str, lang: Lang) -> None:
    for shown in each_tab(journey.page(role, address, lang)):
        assert not shown.exception
        assert of_others(journey.notice, strings(shown)) == []


@pytest.mark.campaign
def test_one_application_of_each_industry_and_body_is_judged_and_reported(journey: Journey) -> None:
    with notice_in_hand(journey.notice), journey.office.store.cursor() as cursor:
        locked = tables.applications.locked_applications(cursor, Scope(everything=True), year=journey.year)
        sampled = {(item.application.industry, item.application.body): item.application for item in locked}
        answers = full_evaluations(cursor, list(sampled.values()), evaluation_context(cursor, journey.year))
        assert {industry for industry, _ in sampled} == {item.name.zh for item in catalogue().industries}
        assert {body for _, body in sampled} == {item.name.zh for item in catalogue().bodies}
        for answer in answers:
            judged_whole(journey.notice, answer)
            for lang in get_args(Lang):
                whole = words(answer, lang, ".docx")
                assert squeezed(journey.notice.notice.number.in_(lang)) in squeezed(whole)
                assert of_others(journey.notice, [whole]) == []


def panel_is_for_them(store: Store, year: int, codes: Collection[str]) -> None:
    """Whoever a round has in hand is decided on before it is published; nobody waits for a score here."""
    with store.cursor() as cursor:
        viewers = {account.viewer.account: account.viewer for account in tables.accounts.accounts(cursor)}
        rounds = [
            (found, tables.scoring.score_assignments(cursor, found.id))
            for found in tables.scoring.scoring_rounds(cursor)
            if found.year == year
        ]
    for found, asked in rounds:
        decided = {item.credit_code: 0 for item in asked if item.credit_code in codes}
        if decided and not found.released:
            start_round(store, ADMINISTRATOR, found.id)
            for item in asked:
                abstain(store, viewers[item.reviewer], found.id, item.credit_code, 0, WHY)
            release_round(store, ADMINISTRATOR, found.id)
        if decided:
            decide_candidates(store, ADMINISTRATOR, found.id, decided, "forward", WHY)


@pytest.mark.campaign
def test_its_year_goes_to_its_end(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    store, year, notice = journey.office.store, journey.year, journey.notice
    awarded = len(list_awards(store, ADMINISTRATOR))
    chosen = own_list(store, journey.viewer("leader"), year).forward
    panel_is_for_them(store, year, chosen)
    for state, paper in LAST:
        advance_all(store, ADMINISTRATOR, [WantedStage(code, year, state, WHY) for code in chosen])
        _, offered = read(monkeypatch, lambda: journey.page("administrator", "progress"))
        issued = Document(BytesIO(offered[f"list-{paper}.docx"]()))
        lines = [paragraph.text for paragraph in issued.paragraphs]
        assert notice.notice.office.zh in lines
        assert len(issued.tables[0].rows) == 1 + len(chosen)
        assert of_others(notice, lines) == []
    assert len(list_awards(store, ADMINISTRATOR)) == awarded + len(chosen)
    assert of_others(notice, strings(journey.page("administrator", "awards"))) == []


def test_its_whole_store_verifies(journey: Journey) -> None:
    assert verify_store(journey.office.store).findings == ()
