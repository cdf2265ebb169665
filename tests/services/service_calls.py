"""Every guarded service with whom it is for, what to ask it (within reach, out of reach, and of nothing at all), and
what the trail then says.

A service that is missing here, and not alike all that its folder is for, fails ``test_authorization``.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from types import FunctionType
from typing import Any, get_args

from pyotp import TOTP

from kpi import services, tables
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import DATA
from kpi.intake.answers import NO_ANSWERS
from kpi.intake.read import read
from kpi.intake.settings import sample
from kpi.model.audit import EVERY_ENTRY
from kpi.model.claims import Award, ClaimKey, CoreTechnology, GivenOutcome, reported_text
from kpi.model.evaluation import Evaluation
from kpi.model.lifecycle import is_listed, is_public, waits_for_its_body
from kpi.model.notification import NotificationSettings
from kpi.model.problem import DocumentFinding, DocumentReport
from kpi.model.programme import BodyDeadline, ConditionReason, Placement, PolicyChangeVersion, SetDates, YearDates
from kpi.model.publication import EnterpriseView
from kpi.model.scoring import Occasion, ScoreContent
from kpi.model.times import now, shanghai_date
from kpi.model.viewer import Role, Viewer
from kpi.policy.change_file import EnteredValue
from kpi.policy.score_sheet import score_sheets
from kpi.recommendation.choice import Wishes
from kpi.reports.messages import confirmation_words
from kpi.services.administrator.accounts import NewAccount, add_token, disable_account, list_tokens
from kpi.services.administrator.awards import add_single_award, list_awards
from kpi.services.administrator.baseline_proposals import propose_baseline, proposed_baselines
from kpi.services.administrator.campaign import campaign_board, invite_enterprises, open_campaign
from kpi.services.administrator.notices import notices_known, propose_notice
from kpi.services.administrator.objections import (
    LateEvidence,
    NewObjection,
    answer_objection,
    inform_enterprise,
    record_objection,
)
from kpi.services.administrator.policy import draft_policy_change, policy_overview, set_policy_value
from kpi.services.administrator.register import register_of_year, take_in_register
from kpi.services.administrator.rounds import assign_reviewers, open_round, release_round, start_round
from kpi.services.administrator.stages import WantedStage, advance, applications_in_progress
from kpi.services.administrator.year_dates import set_year_dates, year_overview
from kpi.services.authorization import AUTHORIZED_SERVICES
from kpi.services.condition_rulings import ReadBefore, RulingInput, conditions_to_rule, rule_on_conditions
from kpi.services.conditions import StatementInput, state_conditions
from kpi.services.enterprise.before_lock import lock_outlook
from kpi.services.enterprise.documents import (
    CheckedDocument,
    answer_enquiry,
    attach_evidence,
    attach_report,
    attach_self_assessment,
    check_document,
    own_enquiries,
)
from kpi.services.enterprise.lock import own_results
from kpi.services.enterprise.people import invite_person, own_people
from kpi.services.enterprise.sheets import SheetEdit, own_sheet
from kpi.services.freeze import import_baseline
from kpi.services.leader.nomination import nominate, save_list
from kpi.services.leader.own_list import own_list
from kpi.services.lifecycle import Move, move
from kpi.services.notifications.channels import Channels
from kpi.services.notifications.preferences import address_code
from kpi.services.operation.authentication import own_sign_ins, set_up_second_factor
from kpi.services.outreach import promise_outreach, report_outreach
from kpi.services.own_calendar import make_calendar_address
from kpi.services.preparation import IncomingBaseline
from kpi.services.reviewer.candidates import candidate_evaluation
from kpi.services.reviewer.claims import rule_on_claim
from kpi.services.reviewer.evidence import FindingGiven, ask_enterprise
from kpi.services.reviewer.scores import save_score
from kpi.services.scenario_accounts import AccountInput
from kpi.services.statement_support import attach_statement_file
from kpi.services.timetable import AppointmentInput
from kpi.services.unit_of_work import unit_of_work
from kpi.services.year import programme_year
from kpi.store.store import Store
from kpi.tables.baselines import BaselineProposal
from kpi.tables.notices import NoticeProposal
from kpi.tables.stages import ApplicationInHand
from tests.annex4.raw_documents import p, package
from tests.benchmark.panels import credit_code
from tests.either_store import table_marks
from tests.services.account_asking import CODE as ASKING_CODE
from tests.services.account_asking import asked
from tests.services.notice_archives import OFFICIAL, official_notice
from tests.services.sample_store import (
    ADMINISTRATOR,
    AT,
    CODE_A,
    CODE_B,
    LEADER,
    OTHER_LEADER,
    OTHER_REVIEWER,
    PASSWORD,
    REVIEWER,
    A,
    B,
    file_of,
    token_of,
)
from tests.services.submitting import YEAR, accepted, lock_as_it_stands, received, say_no_conflict
from tests.services.two_people import SECOND_ADMINISTRATOR
from tests.shipped import SHIPPED

STEPS = f"信用代码,年度,环节\n{CODE_A},{YEAR},已推荐\n".encode()
ACCOUNTS = "账号,显示名称,身份,权限范围\ndora,演示评审（虚构）,评审,汽车\n".encode()
SHEET = next((DATA / "scoring").glob("*-score-sheet.toml")).read_bytes()
OTHER_SHEET = SHEET.decode().replace("fewest_characters = 10", "fewest_characters = 2").encode()
PDF = b"%PDF-1.7\n%\n%%EOF\n"
EXAMPLE = read("example.xlsx", sample("example")).applications[0]
TODAY = AT.date()
NOBODYS = credit_code(8_999_999)
NOTICE = official_notice()
AWARD = Award(NOBODYS, "演示工厂（虚构）", "先进级", 2024, "虚构", "松江区")
FAR_DAY = date(2400, 1, 1)
DATED_YEAR = 2400
"""A year to come, whatever the day: dates that are over would refuse what other services are asked for."""
DATES = YearDates(date(2400, 7, 1), date(2400, 7, 31), date(2400, 8, 15))
START_CLAIM = ClaimKey("start", "K11")
VISIT = AppointmentInput(CODE_A, "visit", AT, AT + timedelta(hours=2), "一号会议室（虚构）", (REVIEWER.account,))
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
EVERY_ROLE: tuple[Role, ...] = get_args(Role)
ALIKE = RulingInput("met", "现场核实（虚构）", "申报书（虚构）")
RULING = {"industry_leader": RulingInput("met", "现场核实（虚构）", "申报书（虚构）")}

RULERS: tuple[Role, ...] = ("reviewer", "leader", "administrator")
CONCERNED: tuple[Role, ...] = ("enterprise", "reviewer", "leader")
SUPPORTERS: tuple[Role, ...] = ("leader", "administrator")
PANEL: tuple[Role, ...] = ("reviewer", "administrator")
FIRST_ROUND = f"{YEAR}-equipment-material-1"

STATED = {"good_credit": StatementInput(True, "公共信用信息报告（虚构）第 1 号")}
TECHNOLOGY = [CoreTechnology("equipment", "数控机床（虚构）", "演示机床厂（虚构）", "domestic")]


@dataclass(frozen=True, slots=True)
class World:
    """A's application is locked, B's is a draft; both are signed in. A change of policy waits for its approval."""

    store: Store

    @classmethod
    def made(cls, store: Store) -> World:
        token_of(store, "a", AT)
        token_of(store, "b", AT)
        accepted(store, A, CODE_A)
        attach_self_assessment(store, A, CODE_A, YEAR, "自评估报告（虚构）.pdf", PDF, AT.date(), AT)
        sent = check_document(store, A, "申报书（虚构）.docx", b"x", at=AT)
        attach_report(store, A, CODE_A, YEAR, sent.upload, AT)
        state_conditions(store, A, CODE_A, YEAR, STATED, AT)
        attach_statement_file(store, A, CODE_A, YEAR, "good_credit", ("x.pdf", b"x"), AT)
        lock_as_it_stands(store, A, CODE_A, YEAR, AT)
        say_no_conflict(store)
        attach_evidence(store, A, CODE_A, YEAR, START_CLAIM, "审核报告（虚构）第 1 号", ("x.pdf", b"x"), AT)
        check_document(store, B, "申报书（虚构）.docx", b"x", at=AT)
        accepted(store, B, CODE_B)
        import_baseline(
            store,
            IncomingBaseline(
                SHIPPED.name, SHIPPED.read_bytes(), SECOND_BASELINE, 2030, "上海市", "illustrative", "演示"
            ),
            at=AT,
        )
        add_token(store, ADMINISTRATOR, "a", 30, at=AT)
        draft_policy_change(store, OTHER_ADMINISTRATOR, "x.toml", POLICY, at=AT)
        return cls(store)

    @property
    def answer(self) -> Evaluation:
        """A's application as its reviewer sees it: evaluated again, which few tests need."""
        return candidate_evaluation(self.store, REVIEWER, CODE_A, YEAR)

    def colleague(self) -> str:
        """A person of B's enterprise who fills in."""
        if all(person.account != "bo.li" for person in own_people(self.store, B)):
            invite_person(self.store, B, "bo.li", "李博（虚构）", ("fill",), (CODE_B,), AT)
        return "bo.li"

    def sign_in_of(self, viewer: Viewer) -> str:
        return own_sign_ins(self.store, viewer, AT)[0].id

    def upload_of(self, viewer: Viewer) -> str:
        with self.store.cursor() as cursor:
            return tables.applications.uploads(cursor, viewer.account)[0].id

    def report_of(self, viewer: Viewer) -> str:
        with self.store.cursor() as cursor:
            sent = tables.applications.uploads(cursor, viewer.account)
        return next(upload.id for upload in sent if upload.file_name.endswith(".docx"))

    def saved_list(self) -> int:
        """The edition of the leader's list with A's factory on it."""
        seen = own_list(self.store, LEADER, YEAR).latest.edition
        every = (ConditionReason("演示", tuple(condition.code for condition in catalogue().conditions)),)
        save_list(self.store, LEADER, YEAR, seen, [Placement(CODE_A, "演示", explained=every)])
        return seen + 1

    def forward_list(self) -> int:
        """The same, put forward."""
        self.ruled("met")
        edition = self.saved_list()
        nominate(self.store, LEADER, YEAR, edition)
        return edition + 1

    def prepared_round(self, occasion: Occasion = "material") -> str:
        """A round in which A's factory will be the reviewer's to score."""
        name = open_round(self.store, ADMINISTRATOR, YEAR, "高端装备", occasion)
        # A further round takes over who scores whom.
        if name.endswith("-1"):
            assign_reviewers(self.store, ADMINISTRATOR, name, {CODE_A: [REVIEWER.account]})
        return name

    def scoring_round(self) -> str:
        """The same, started: nothing is scored yet."""
        name = self.prepared_round()
        start_round(self.store, ADMINISTRATOR, name)
        return name

    def unassigned_round(self) -> str:
        return open_round(self.store, ADMINISTRATOR, YEAR, "高端装备", "on_site")

    def released_round(self) -> str:
        """The same, scored and released."""
        release_round(self.store, ADMINISTRATOR, name := self.scored_round(), AT)
        return name

    def scored_round(self) -> str:
        """The same, scored: nobody is waited for."""
        name = self.scoring_round()
        save_score(self.store, REVIEWER, name, CODE_A, 0, whole_score("material"), hand_in=True)
        return name

    def evidence(self) -> str:
        """The number of a file that A attached to a claim."""
        with self.store.cursor() as cursor:
            attached = tables.claims.claim_evidence(cursor, [CODE_A])[CODE_A, YEAR]
        return attached[0].upload or ""

    def statement_file(self) -> str:
        """The number of a file beside a statement of A's."""
        with self.store.cursor() as cursor:
            return tables.conditions.statement_files(cursor, CODE_A, YEAR)["good_credit"].upload

    def stated_by_b(self) -> str:
        """A condition that B has stated."""
        state_conditions(self.store, B, CODE_B, YEAR, STATED, AT)
        return "good_credit"

    def ruled_at(self) -> datetime:
        """When A's start was ruled on."""
        with self.store.cursor() as cursor:
            given = tables.claims.claim_rulings(cursor, [CODE_A], YEAR)[CODE_A, YEAR]
        if not given:
            rule_on_claim(self.store, REVIEWER, CODE_A, YEAR, START_CLAIM, "62.5", "accepted", "见审核报告（虚构）", AT)
        return given[-1].ruled_at if given else AT

    def locked_at(self) -> datetime:
        """When A's application was locked."""
        return conditions_to_rule(self.store, ADMINISTRATOR, CODE_A, YEAR).locked.locked_at

    def refused_condition(self) -> str:
        """A condition of A's that was ruled not met."""
        self.ruled("not_met")
        return "industry_leader"

    def ruled(self, outcome: GivenOutcome) -> None:
        """A condition of A's ruled on by the authority."""
        given = {"industry_leader": RulingInput(outcome, "核实（虚构）", "申报书（虚构）")}
        found = conditions_to_rule(self.store, ADMINISTRATOR, CODE_A, YEAR)
        seen = {item.found.rule: item.last_at for item in found.conditions}
        rule_on_conditions(self.store, ADMINISTRATOR, CODE_A, YEAR, given, found.locked.locked_at, seen)

    def awarded(self) -> Award:
        """An award that is on the list."""
        if AWARD not in list_awards(self.store, ADMINISTRATOR):
            add_single_award(self.store, ADMINISTRATOR, AWARD, "演示", AT)
        return AWARD

    def public(self) -> NewObjection:
        """An objection to A's application, which is in publicity."""
        application = self.in_hand()
        if not is_public(application.state):
            # Whatever its panel has still to decide.
            with unit_of_work(self.store, ADMINISTRATOR.actor) as change:
                move(change, [Move("set", CODE_A, YEAR, application.stage, "publicity", "演示")])
        return NewObjection(CODE_A, YEAR, TODAY, "某先生（虚构）", "所报数据有出入", ("来信（虚构）.pdf", PDF))

    def objected(self, answered: bool = False) -> str:
        """The number of an objection that is open, or answered."""
        number = record_objection(self.store, ADMINISTRATOR, self.public(), AT)
        if answered:
            answer_objection(self.store, ADMINISTRATOR, number, "rejected", "查无实据", TODAY, AT)
        return number

    def in_hand(self) -> ApplicationInHand:
        """A's application, whatever else is in progress."""
        found = applications_in_progress(self.store, ADMINISTRATOR)
        return next(application for application in found if application.credit_code == CODE_A)

    def stepped(self) -> ApplicationInHand:
        """A's application where an administrator has set it by the last step."""
        if self.in_hand().stage != "put_forward":
            advance(self.store, ADMINISTRATOR, CODE_A, YEAR, "put_forward")
        return self.in_hand()

    def registered(self) -> int:
        """A year with a register that A and B are in."""
        if register_of_year(self.store, ADMINISTRATOR, YEAR) is None:
            take_in_register(self.store, ADMINISTRATOR, YEAR, "名录（虚构）.csv", REGISTER, AT)
        return YEAR

    def like_named(self) -> tuple[str, str]:
        """A's code and another that bears the name of its enterprise in a register."""
        table = f"credit_code,name,industry\n{LIKE_A},演示企业001（虚构）,高端装备\n".encode()
        if register_of_year(self.store, ADMINISTRATOR, YEAR + 5) is None:
            take_in_register(self.store, ADMINISTRATOR, YEAR + 5, "名录（虚构）.csv", table, AT)
        return CODE_A, LIKE_A

    def campaign(self) -> int:
        """The year's campaign, to which B is invited."""
        if campaign_board(self.store, ADMINISTRATOR, self.registered(), AT) is None:
            open_campaign(self.store, ADMINISTRATOR, YEAR, FAR_DAY, AT)
            invite_enterprises(self.store, ADMINISTRATOR, YEAR, [CODE_B], AT)
        return YEAR

    def account_asked(self) -> str:
        """The number of an open request for an account, to the leader's body."""
        return asked(self.store)[1].id

    def visited(self) -> tuple[int, list[AppointmentInput]]:
        """A day for a visit to A's factory, which is put forward; nothing is set yet."""
        if waits_for_its_body(self.in_hand().stage):
            self.stepped()
        return YEAR, [VISIT]

    def listed(self) -> tuple[str, int]:
        """A's factory, which is on the final list: without its award, whose entry in the trail names it."""
        if not is_listed(self.in_hand().state):
            with unit_of_work(self.store, ADMINISTRATOR.actor) as change:
                tables.stages.add_stage_entered(change.cursor, CODE_A, YEAR, "listed", ADMINISTRATOR.account, change.at)
                change.audit("step_taken", f"{CODE_A} {YEAR}", after={"state": "listed"})
        return CODE_A, YEAR

    def promised(self, *, kept: bool = False) -> str:
        """The number of a promise of it, or of one that was kept, with a file."""
        code, year = self.listed()
        number = promise_outreach(self.store, A, code, year, "visit", "接待同行参观（虚构）", TODAY, AT)
        if kept:
            report_outreach(self.store, A, number, TODAY, "参观记录（虚构）", ("记录（虚构）.pdf", PDF), AT)
        return number

    def informed(self) -> str:
        """The number of an open objection that A was informed of."""
        number = self.objected()
        inform_enterprise(self.store, ADMINISTRATOR, number, "所报数据有出入", shanghai_date(now()) + timedelta(days=5))
        return number

    def dated(self) -> int:
        """A year with its dates set."""
        if programme_year(self.store, ADMINISTRATOR, DATED_YEAR) is None:
            set_year_dates(self.store, ADMINISTRATOR, DATED_YEAR, DATES, "演示", "演示", AT)
        return DATED_YEAR

    def proposed(self) -> SetDates | BodyDeadline:
        """Other dates of it, which wait for a second person."""
        if not year_overview(self.store, ADMINISTRATOR, self.dated()).waiting:
            later = replace(DATES, closes=DATES.closes - timedelta(days=1))
            set_year_dates(self.store, ADMINISTRATOR, DATED_YEAR, later, "演示", "演示", AT + timedelta(seconds=1))
        return year_overview(self.store, ADMINISTRATOR, DATED_YEAR).waiting[0]

    def proposed_baseline(self) -> BaselineProposal:
        """A baseline that waits for a second person."""
        known = proposed_baselines(self.store, ADMINISTRATOR)
        return known[0] if known else propose_baseline(self.store, ADMINISTRATOR, INCOMING, at=AT)

    def proposed_notice(self) -> NoticeProposal:
        """A notice that waits for a second person."""
        known = notices_known(self.store, ADMINISTRATOR).proposals
        return known[0] if known else propose_notice(self.store, ADMINISTRATOR, NOTICE, AT)

    def signed_in_now(self) -> str:
        """An account that is signed in, whatever the day."""
        token_of(self.store, "b", now())
        return "b"

    def disabled(self) -> str:
        disable_account(self.store, ADMINISTRATOR, "a")
        return "a"

    def address_code(self) -> str:
        """The code that was sent to the address of an account."""
        with self.store.transaction() as cursor:
            tables.notifications.set_settings(cursor, A.account, NotificationSettings("a@firm.example"))
        return address_code(self.store, A.account, "a@firm.example")

    def with_calendar_address(self) -> datetime:
        """The moment at which it is revoked."""
        make_calendar_address(self.store, A, "zh", AT)
        return AT

    def with_second_factor(self) -> str:
        set_up_second_factor(self.store, A, SEED, TOTP(SEED).at(AT), PASSWORD, at=AT)
        return "a"

    def two_values(self) -> PolicyChangeVersion:
        """A draft that states two values."""
        number = set_policy_value(self.store, OTHER_ADMINISTRATOR, ENTERED, at=AT)
        set_policy_value(self.store, OTHER_ADMINISTRATOR, replace(ENTERED, key="quota.raised"), number, AT)
        return policy_overview(self.store, OTHER_ADMINISTRATOR, AT).changes[0].edition

    def asked(self) -> str:
        """The number of a question that A was asked."""
        ask_enterprise(self.store, REVIEWER, CODE_A, YEAR, "K08", "请提供改造前后的记录（虚构）", AT)
        return own_enquiries(self.store, A)[0].id

    def answered(self) -> str:
        """The number of a file that A sent with an answer."""
        answer_enquiry(self.store, A, self.asked(), "见附件", ("记录（虚构）.pdf", PDF), AT)
        given = [own_enquiry.answers[0].upload for own_enquiry in own_enquiries(self.store, A) if own_enquiry.answers]
        return given[0] or ""

    def own_answer(self) -> EnterpriseView:
        """A's own view of its locked application."""
        return own_results(self.store, A)[0].answer


def whole_score(occasion: Occasion, level: int = 3, remark: str = "") -> ScoreContent:
    """The same level for every criterion of the shipped sheet, with its justification."""
    codes = [criterion.code for criterion in score_sheets()[0].criteria(occasion)]
    return ScoreContent(dict.fromkeys(codes, level), dict.fromkeys(codes, "见现场核查记录（虚构）第 1 号"), remark)


def of_nobody(answer: Any) -> Any:
    """The same answer, of a factory that does not exist."""
    application = answer.application
    return replace(answer, application=replace(application, facts=application.facts | {"credit_code": NOBODYS}))


Arguments = Callable[[World], tuple[Any, ...]]


def _nothing(_: World) -> tuple[Any, ...]:
    return ()


def _args(*arguments: Any) -> Arguments:
    return lambda _: arguments


def _commented(upload: str) -> tuple[Any, ...]:
    report = DocumentReport("x.docx", "", findings=(DocumentFinding("note", "tracked_changes"),))
    return CheckedDocument(upload, report), lambda _: ["演示"], "演示"


def _placing(world: World) -> tuple[Any, ...]:
    with world.store.cursor() as cursor:
        baseline = tables.baselines.baseline_named(cursor, SECOND_BASELINE)
    folder = Path(mkdtemp(dir=world.store.folder.incoming()))
    return baseline, folder, "parquet", lambda *_: None


@dataclass(frozen=True, slots=True)
class Ask:
    """``inside`` succeeds for ``viewer``. What ``outsider`` asks with ``outside`` and with ``absent`` ends alike.

    A service that names nothing of anybody's has neither; what its answer holds is for tests of its own. ``says`` is
    what the trail has of it: action, subject, before, after. A pattern or type stands for what is new each time.
    """

    viewer: Viewer
    inside: Arguments = _nothing
    outsider: Viewer | None = None
    outside: tuple[Arguments, ...] = ()
    absent: Arguments | None = None
    roles: tuple[Role, ...] = ()
    """Whom it is for, where not for the viewer's role alone."""
    says: tuple[tuple[Any, ...], ...] = ()

    def saying(self, *acts: tuple[Any, ...]) -> Ask:
        return replace(self, says=acts)


SHA256 = re.compile(r"[0-9a-f]{64}")
SHORT_ID = re.compile(r"[0-9a-f]{8,32}")
DIGEST = re.compile(r"[0-9a-f]{32}")
POLICY_CHANGE = {"in_force_from": "2999-01-01", "keys": ["quota.base"], "version": 1}
SCORED = {"round": FIRST_ROUND, "version": 1, "position": 1, "sha256": SHA256}
AWARDED = (
    f"credit_code,factory,tier,year,source\n{NOBODYS},演示智能工厂（虚构）,先进级,2024,演示名单（虚构）\n".encode()
)
LIKE_A = credit_code(8_000_009)
REGISTER = (
    f"credit_code,name,industry\n{CODE_A},演示企业A（虚构）,高端装备\n{CODE_B},演示企业B（虚构）,高端装备\n".encode()
)
WORDS = "{ zh = '演示', en = 'demonstration' }"
POLICY = f"""in_force_from = 2999-01-01
[quota.base]
value = 11
name = {WORDS}
unit = {WORDS}
reference = {WORDS}
reason = {WORDS}
""".encode()
ENTERED = EnteredValue(date(2999, 1, 1), "quota.base", 11, ("演示", ""), ("演示", ""))
OTHER_ADMINISTRATOR = replace(ADMINISTRATOR, account="administrator2")
SECOND_BASELINE = "second"
INCOMING = IncomingBaseline(SHIPPED.name, SHIPPED.read_bytes(), "incoming", 2031, "上海市", "illustrative", "演示")
NEW = NewAccount("carol", "演示评审员三", "reviewer", ())
ODD_CODES = ("", "%", CODE_A.lower(), CODE_A + " ", CODE_A[:-1], "' or true --", "\x00")
ODD_YEARS = (YEAR - 1, 0, -1, 2**40)


def _factory(viewer: Viewer, code: str, outsider: Viewer, *more: Any, roles: tuple[Role, ...] = ()) -> Ask:
    """A service that names one factory and year: ``viewer`` has it, ``outsider`` has not."""
    guessed = [(odd, YEAR) for odd in ODD_CODES] + [(code, year) for year in ODD_YEARS]
    return Ask(
        viewer,
        inside=_args(code, YEAR, *more),
        outsider=outsider,
        outside=tuple(_args(*item, *more) for item in [(code, YEAR), *guessed]),
        absent=_args(NOBODYS, YEAR, *more),
        roles=roles,
    )


def _of_years(viewer: Viewer, code: str, outsider: Viewer) -> Ask:
    """A service that names a factory in all its years."""
    outside = tuple(_args(item) for item in (code, *ODD_CODES))
    return Ask(viewer, inside=_args(code), outsider=outsider, outside=outside, absent=_args(NOBODYS))


def _of_colleague(*more: Any) -> Ask:
    """Of a person of B's enterprise, by whoever confirms for it."""
    return Ask(
        B,
        inside=lambda world: (world.colleague(), *more),
        outsider=A,
        outside=(lambda world: (world.colleague(), *more), _args("%", *more)),
        absent=_args("nobody", *more),
    )


def _of_account(*more: Any, name: str = "a") -> Ask:
    """An administrator reaches every account: out of its reach is only what does not exist."""
    return Ask(
        ADMINISTRATOR,
        inside=_args(name, *more),
        outsider=ADMINISTRATOR,
        outside=(),
        absent=_args("nobody", *more),
    )


NO_ROUND = "2000-none-material-1"


def _of_objection(*arguments: Any, answered: bool = False) -> Ask:
    return Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.objected(answered), *arguments),
        outsider=ADMINISTRATOR,
        absent=_args("0" * 32, *arguments),
    )


def _of_proposal(viewer: Viewer) -> Ask:
    """A service on dates that wait for a second person."""
    return Ask(
        viewer,
        inside=lambda world: (DATED_YEAR, "", world.proposed().set_at),
        outsider=viewer,
        absent=_args(DATED_YEAR, "", AT - timedelta(days=1)),
    )


def _of_round(inside: Arguments, *more: Any) -> Ask:
    """A service on a round, of those who run the panel."""
    return Ask(
        ADMINISTRATOR,
        inside=inside,
        outsider=ADMINISTRATOR,
        outside=tuple(_args(odd, *more) for odd in ("", "%", "\x00")),
        absent=_args(NO_ROUND, *more),
    )


def _score(*more: Any) -> Ask:
    """A service on the own score of A's factory: nobody else's to score, and nobody's but in its round."""
    return Ask(
        REVIEWER,
        inside=lambda world: (world.scoring_round(), CODE_A, *more),
        outsider=OTHER_REVIEWER,
        outside=(
            lambda world: (world.scoring_round(), CODE_A, *more),
            lambda world: (world.scoring_round(), CODE_B, *more),
            _args("%", CODE_A, *more),
        ),
        absent=_args(NO_ROUND, NOBODYS, *more),
    )


def _of_panel(*more: Any) -> Ask:
    """A service on a released round: for its panel and those who run it."""
    named = (CODE_A, *more) if more else ()
    return Ask(
        REVIEWER,
        inside=lambda world: (world.released_round(), *named),
        outsider=OTHER_REVIEWER,
        outside=(lambda world: (world.released_round(), *named), _args("%", *named)),
        absent=_args(NO_ROUND, *named),
        roles=PANEL,
    )


MODULES = [
    importlib.import_module(package.name) for package in pkgutil.walk_packages(services.__path__, "kpi.services.")
]
PUBLIC: dict[str, FunctionType] = {
    f"{module.__name__.rpartition('.')[2]}.{name}": found
    for module in MODULES
    for name, found in vars(module).items()
    if isinstance(found, FunctionType) and not name.startswith("_") and found.__module__ == module.__name__
}

OF_A_FOLDER = {viewer.role: Ask(viewer) for viewer in (A, REVIEWER, LEADER, ADMINISTRATOR)}
"""What is asked nothing but who asks, in the folder of a role, is for that role alone and changes nothing."""

ASKS: dict[str, Ask] = {
    name: OF_A_FOLDER[folder]
    for name in AUTHORIZED_SERVICES
    if (folder := PUBLIC[name].__module__.split(".")[2]) in OF_A_FOLDER
} | {
    "authentication.own_sign_ins": Ask(A, roles=EVERY_ROLE),
    "authentication.end_own_sign_in": Ask(
        A,
        inside=lambda world: (world.sign_in_of(A), AT),
        outsider=A,
        outside=(
            lambda world: (world.sign_in_of(B), AT),
            lambda world: (world.sign_in_of(A)[:8], AT),
            lambda world: (world.sign_in_of(A).upper(), AT),
            _args("", AT),
            _args("%", AT),
        ),
        absent=_args("0" * 64, AT),
        roles=EVERY_ROLE,
    ).saying(("sign_in_ended", "a", None, {"sign_in": SHORT_ID})),
    "authentication.end_own_sign_ins": Ask(A, roles=EVERY_ROLE).saying(("signed_out", "a", None, None)),
    "authentication.audit_provider_sign_in": Ask(A, roles=EVERY_ROLE).saying(
        ("signed_in", "a", None, {"elsewhere": True})
    ),
    "authentication.change_password": Ask(
        A, inside=_args(PASSWORD, "magnet violin 47 oatmeal"), roles=EVERY_ROLE
    ).saying(("password_changed", "a", None, None)),
    "authentication.own_second_factor": Ask(A, roles=EVERY_ROLE),
    "authentication.set_up_second_factor": Ask(
        A, inside=_args(SEED, TOTP(SEED).at(AT), PASSWORD, "", AT), roles=EVERY_ROLE
    ).saying(("second_factor_set_up", "a", None, None)),
    "inbox.own_inbox": Ask(A, roles=EVERY_ROLE),
    "inbox.own_event": Ask(A, inside=_args("0" * 32), roles=EVERY_ROLE),
    "inbox.mark_inbox_read": Ask(A, inside=_args(AT), roles=EVERY_ROLE),
    "preferences.own_notification_settings": Ask(A, roles=EVERY_ROLE),
    "preferences.set_notification_address": Ask(
        A, inside=_args("", "zh", Channels(), confirmation_words, AT), roles=EVERY_ROLE
    ).saying(("notification_address_removed", "a", None, None)),
    "preferences.confirm_notification_address": Ask(
        A, inside=lambda world: (world.address_code(), AT), roles=EVERY_ROLE
    ).saying(("notification_address_confirmed", "a", None, None)),
    "preferences.choose_notifications": Ask(A, inside=_args(["ruled"], "daily", "zh", AT), roles=EVERY_ROLE).saying(
        ("notifications_chosen", "a", None, {"once_a_day": True, "off": ["ruled"]})
    ),
    "own_calendar.own_calendar_address": Ask(A, roles=EVERY_ROLE),
    "own_calendar.make_calendar_address": Ask(A, inside=_args("zh", AT), roles=EVERY_ROLE).saying(
        ("calendar_address_made", "a", None, None)
    ),
    "own_calendar.revoke_calendar_address": Ask(
        A, inside=lambda world: (world.with_calendar_address(),), roles=EVERY_ROLE
    ).saying(("calendar_address_revoked", "a", None, None)),
    "sending.outbox": Ask(ADMINISTRATOR),
    "sending.send_again": Ask(ADMINISTRATOR).saying(("notifications_sent_again", "notifications", None, {"items": 0})),
    "accounts.remove_second_factor": replace(_of_account(), inside=lambda world: (world.with_second_factor(),)).saying(
        ("second_factor_removed", "a", None, None)
    ),
    "persons.find_person": Ask(ADMINISTRATOR, inside=_args("演示账号")),
    "persons.export_person": Ask(ADMINISTRATOR, inside=_args("演示账号", "x")).saying(
        ("file_downloaded", "", None, {"taken": "person_export", "format": "json", "sha256": SHA256, "purpose": "x"})
    ),
    "persons.correct_person": Ask(ADMINISTRATOR, inside=_args(B.name, "", ["account.display b"], "x")).saying(
        ("person_erased", "account.display b", {"digest": DIGEST}, {"digest": DIGEST, "reason": "x"})
    ),
    "accounts.add_account": Ask(ADMINISTRATOR, inside=_args(NEW)).saying(
        ("account_added", "carol", None, {"role": "reviewer", "scope": [], "elsewhere": False})
    ),
    "account_import.preview_accounts": Ask(ADMINISTRATOR, inside=_args("x.csv", ACCOUNTS)),
    "account_import.add_accounts": Ask(ADMINISTRATOR, inside=_args("x.csv", ACCOUNTS)).saying(
        ("accounts_imported", "accounts", None, {"items": 1, "sha256": SHA256}),
        ("account_added", "dora", None, {"role": "reviewer", "scope": ["汽车"], "elsewhere": False}),
    ),
    "accounts.list_account_sign_ins": _of_account(),
    "accounts.end_account_sign_ins": replace(_of_account(), inside=lambda world: (world.signed_in_now(),)).saying(
        ("sign_ins_ended", "b", None, None)
    ),
    "accounts.disable_account": _of_account().saying(
        ("account_disabled", "a", {"disabled": False}, {"disabled": True}),
        ("api_token_revoked", "a", None, {"token": SHORT_ID}),
    ),
    "accounts.enable_account": replace(_of_account(), inside=lambda world: (world.disabled(),)).saying(
        ("account_enabled", "a", {"disabled": True}, {"disabled": False})
    ),
    "accounts.reset_account": _of_account().saying(
        ("password_reset", "a", None, None), ("api_token_revoked", "a", None, {"token": SHORT_ID})
    ),
    "accounts.set_scope": _of_account((CODE_B,)).saying(
        ("scope_changed", "a", {"scope": [CODE_A]}, {"scope": [CODE_B]})
    ),
    "accounts.set_person_duties": _of_account(("fill",)).saying(
        ("duties_changed", "a", {"duties": ["fill", "check", "confirm"]}, {"duties": ["fill"]})
    ),
    "people.own_people": Ask(B),
    "people.invite_person": Ask(B, inside=_args("chen", "陈晨（虚构）", ("fill",), (CODE_B,))).saying(
        (
            "account_added",
            "chen",
            None,
            {"role": "enterprise", "scope": [CODE_B], "elsewhere": False, "duties": ["fill"]},
        )
    ),
    "people.set_duties": _of_colleague(("check",)).saying(
        ("duties_changed", "bo.li", {"duties": ["fill"]}, {"duties": ["check"]})
    ),
    "people.end_person": _of_colleague().saying(("account_disabled", "bo.li", {"disabled": False}, {"disabled": True})),
    "people.hand_over": _of_colleague(("check",)).saying(
        ("duties_changed", "bo.li", {"duties": ["fill"]}, {"duties": ["fill", "check"]}),
        ("duties_changed", "b", {"duties": ["fill", "check", "confirm"]}, {"duties": ["fill", "confirm"]}),
    ),
    "checks.draft_for_check": _factory(B, CODE_B, A),
    "checks.check_draft": _factory(B, CODE_B, A).saying(
        ("draft_checked", f"{CODE_B} {YEAR}", None, {"sha256": SHA256})
    ),
    "accounts.declare_conflict": _of_account(CODE_A, "曾任职", name="reviewer").saying(
        ("conflict_declared", "reviewer", None, {"credit_code": CODE_A, "reason": "曾任职"})
    ),
    "accounts.withdraw_conflict": Ask(
        ADMINISTRATOR,
        inside=_args("barred", CODE_B),
        outsider=ADMINISTRATOR,
        absent=_args("nobody", CODE_B),
    ).saying(("conflict_withdrawn", "barred", {"credit_code": CODE_B}, None)),
    "accounts.known_conflicts": Ask(ADMINISTRATOR, inside=_args("barred")),
    "accounts.correct_conflict_reason": Ask(
        ADMINISTRATOR,
        inside=_args("barred", CODE_B, "曾任职两年", "曾任职"),
        outsider=ADMINISTRATOR,
        absent=_args("nobody", CODE_B, "曾任职两年", "曾任职"),
    ).saying(
        (
            "conflict_corrected",
            "barred",
            {"credit_code": CODE_B, "reason": "曾任职"},
            {"credit_code": CODE_B, "reason": "曾任职两年"},
        )
    ),
    "screening.screen_candidate": _factory(REVIEWER, CODE_A, OTHER_REVIEWER),
    "screening.dismiss_flag": _factory(REVIEWER, CODE_A, OTHER_REVIEWER, "example_copied", "已核实").saying(
        ("flag_dismissed", f"{CODE_A} {YEAR}", None, {"flag": "example_copied", "note": "已核实"})
    ),
    "evidence.candidate_evidence": _factory(REVIEWER, CODE_A, OTHER_REVIEWER),
    "evidence.note_findings": _factory(
        REVIEWER,
        CODE_A,
        OTHER_REVIEWER,
        [FindingGiven("K08", reported_text(EXAMPLE.values["K08"]), "doubted", "缺记录")],
    ).saying(("evidence_noted", f"{CODE_A} {YEAR}", None, {"kpi": "K08", "finding": "doubted", "note": "缺记录"})),
    "evidence.ask_enterprise": _factory(REVIEWER, CODE_A, OTHER_REVIEWER, "K08", "请说明口径").saying(
        ("enterprise_asked", f"{CODE_A} {YEAR}", None, {"kpi": "K08", "sha256": SHA256})
    ),
    "evidence.open_original": _factory(REVIEWER, CODE_A, OTHER_REVIEWER, "K08").saying(
        ("original_opened", f"{CODE_A} {YEAR}", None, {"kpi": "K08", "file": SHA256})
    ),
    "evidence.answer_file": Ask(
        REVIEWER,
        inside=lambda world: (CODE_A, YEAR, world.answered()),
        outsider=OTHER_REVIEWER,
        outside=(
            lambda world: (CODE_A, YEAR, world.answered()),
            lambda world: (CODE_A, YEAR, world.upload_of(A)),
            _args(CODE_A, YEAR, "%"),
        ),
        absent=_args(CODE_A, YEAR, "0" * 32),
    ),
    "evidence.withdraw_question": Ask(
        REVIEWER,
        inside=lambda world: (CODE_A, YEAR, world.asked(), "已从申报书查明（虚构）"),
        outsider=OTHER_REVIEWER,
        outside=(lambda world: (CODE_A, YEAR, world.asked(), "x"), lambda world: (CODE_B, YEAR, world.asked(), "x")),
        absent=_args(CODE_A, YEAR, "0" * 32, "x"),
    ).saying(
        (
            "question_withdrawn",
            f"{CODE_A} {YEAR}",
            None,
            {"kpi": "K08", "sha256": SHA256, "reason": "已从申报书查明（虚构）"},
        )
    ),
    "documents.answer_enquiry": Ask(
        A,
        inside=lambda world: (world.asked(), "见附件"),
        outsider=B,
        outside=(lambda world: (world.asked(), "见附件"), _args("", "见附件"), _args("%", "见附件")),
        absent=_args("0" * 32, "见附件"),
    ).saying(("enterprise_answered", f"{CODE_A} {YEAR}", None, {"kpi": "K08", "sha256": SHA256, "file": None})),
    "accounts.add_token": _of_account(30).saying(
        ("api_token_added", "a", None, {"token": SHORT_ID, "label": "", "expires_at": str})
    ),
    "accounts.revoke_token": Ask(
        ADMINISTRATOR,
        inside=lambda world: (list_tokens(world.store, ADMINISTRATOR)[0].id,),
        outsider=ADMINISTRATOR,
        absent=_args("0" * 8),
    ).saying(("api_token_revoked", "a", None, {"token": SHORT_ID})),
    "authentication.earlier_answer": Ask(A, inside=_args("another-key")),
    "published.published_industry": Ask(
        A, inside=_args("高端装备", YEAR), outsider=A, absent=_args("没有的行业", YEAR), roles=EVERY_ROLE
    ),
    "notice_text.clause_uses": Ask(A, roles=EVERY_ROLE),
    "notice_text.notice_years": Ask(A, roles=EVERY_ROLE),
    "published.published_years": Ask(
        A, inside=_args("高端装备"), outsider=A, absent=_args("没有的行业"), roles=EVERY_ROLE
    ),
    "interface.check_file": Ask(A, inside=_args("x.csv", b"x")),
    "interface.evaluate_file": Ask(A, inside=_args("a.csv", file_of(CODE_A))).saying(
        ("values_tried", f"{CODE_A} {YEAR}", None, None)
    ),
    "audit.read_audit": Ask(ADMINISTRATOR, inside=_args(10)),
    "audit.take_audit_entries": Ask(ADMINISTRATOR, inside=_args(EVERY_ENTRY, "x")).saying(
        ("audit_exported", "administrator", None, {"purpose": "x"})
    ),
    "audit.export_audit": Ask(ADMINISTRATOR, inside=_args("x")).saying(
        ("audit_exported", "administrator", None, {"purpose": "x"})
    ),
    "register.register_of_year": Ask(ADMINISTRATOR, inside=_args(YEAR)),
    "register.preview_register": Ask(ADMINISTRATOR, inside=_args(YEAR, "x.csv", REGISTER)),
    "register.take_in_register": Ask(ADMINISTRATOR, inside=_args(YEAR, "x.csv", REGISTER)).saying(
        ("register_taken_in", str(YEAR), None, {"items": 2, "sha256": SHA256})
    ),
    "same_enterprises.answer_like_names": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.like_named(), "same", "换发营业执照（虚构）"),
        outsider=replace(ADMINISTRATOR, barred=(CODE_A,)),
        outside=(lambda world: (world.like_named(), "same", "x"),),
        absent=_args((CODE_A, NOBODYS), "same", "x"),
    ).saying(
        ("enterprises_matched", f"{CODE_A} {LIKE_A}", None, {"outcome": "same", "reason": "换发营业执照（虚构）"})
    ),
    "account_decisions.requests_to_decide": Ask(LEADER, roles=SUPPORTERS),
    "account_decisions.account_request_proof": Ask(
        LEADER,
        inside=lambda world: (world.account_asked(),),
        outsider=OTHER_LEADER,
        outside=(lambda world: (world.account_asked(),), _args("")),
        absent=_args("0" * 32),
        roles=SUPPORTERS,
    ),
    "account_decisions.decide_account_request": Ask(
        LEADER,
        inside=lambda world: (world.account_asked(), "granted"),
        outsider=OTHER_LEADER,
        outside=(lambda world: (world.account_asked(), "granted"), _args("", "granted")),
        absent=_args("0" * 32, "granted"),
        roles=SUPPORTERS,
    ).saying(
        (
            "account_request_decided",
            ASKING_CODE,
            None,
            {"request": SHORT_ID, "outcome": "account_granted", "reason": "", "erased": SHA256},
        )
    ),
    "campaign.campaign_board": Ask(ADMINISTRATOR, inside=lambda world: (world.campaign(),)),
    "campaign.open_campaign": Ask(ADMINISTRATOR, inside=lambda world: (world.registered(), FAR_DAY)).saying(
        ("campaign_opened", str(YEAR), None, {"last_day": "2400-01-01"})
    ),
    "campaign.invite_enterprises": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.campaign(), [CODE_A]),
        outsider=ADMINISTRATOR,
        absent=lambda world: (world.campaign(), [NOBODYS]),
    ).saying(("enterprises_invited", str(YEAR), None, {"items": 1})),
    "campaign.note_report_refusal": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.campaign(), CODE_B, "not_found", "查无此企业（虚构）"),
        outsider=ADMINISTRATOR,
        outside=(lambda world: (world.campaign(), CODE_A, "not_found", "x"),),
        absent=lambda world: (world.campaign(), NOBODYS, "not_found", "x"),
    ).saying(("report_refused", f"{CODE_B} {YEAR}", None, {"outcome": "not_found", "reason": "查无此企业（虚构）"})),
    "panel_sources.panel_sources": Ask(ADMINISTRATOR, inside=lambda world: (world.registered(),)),
    "panel_sources.assembled_panel": Ask(ADMINISTRATOR, inside=lambda world: (world.registered(),)),
    "panel_sources.choose_source": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.registered(), CODE_A, "", "与另一家重复（虚构）"),
        outsider=ADMINISTRATOR,
        outside=(lambda world: (world.registered(), CODE_A, "report", "x"),),
        absent=lambda world: (world.registered(), NOBODYS, "", "x"),
    ).saying(("panel_source_chosen", f"{CODE_A} {YEAR}", None, {"source": "", "reason": "与另一家重复（虚构）"})),
    "panel_sources.put_panel_forward": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.registered(), "征集基准（虚构）", "illustrative", "演示"),
    ).saying(
        ("panel_assembled", f"征集基准（虚构） {YEAR}", None, {"items": 1, "panel": SHA256, "sources": SHA256}),
        (
            "baseline_frozen",
            "征集基准（虚构）",
            None,
            {"sha256": SHA256, "year": YEAR, "quantiles": list},
        ),
    ),
    "reports.own_invitations": Ask(B),
    "reports.report_for_baseline": Ask(
        B,
        inside=lambda world: (CODE_B, world.campaign()),
        outsider=A,
        outside=(lambda world: (CODE_B, world.campaign()), lambda world: (CODE_A, world.campaign())),
        absent=lambda world: (NOBODYS, world.campaign()),
    ).saying(("baseline_reported", f"{CODE_B} {YEAR}", None, {"sha256": SHA256})),
    "reports.decline_report": Ask(
        B,
        inside=lambda world: (CODE_B, world.campaign(), "数据涉密（虚构）"),
        outsider=A,
        outside=(lambda world: (CODE_B, world.campaign(), "x"), lambda world: (CODE_A, world.campaign(), "x")),
        absent=lambda world: (NOBODYS, world.campaign(), "x"),
    ).saying(("report_refused", f"{CODE_B} {YEAR}", None, {"outcome": "declined", "reason": "数据涉密（虚构）"})),
    "whole_year.place_baseline": Ask(ADMINISTRATOR, inside=_placing),
    "baselines.compare_baselines": Ask(ADMINISTRATOR, inside=_args("illustrative-2025", "illustrative-2025")),
    "baseline_import.preview_baseline": Ask(ADMINISTRATOR, inside=_args(INCOMING)),
    "baseline_import.freeze_baseline": Ask(ADMINISTRATOR, inside=_args(INCOMING)).saying(
        ("baseline_frozen", "incoming", None, {"sha256": SHA256, "year": 2031, "quantiles": list})
    ),
    "baseline_proposals.propose_baseline": Ask(ADMINISTRATOR, inside=_args(INCOMING)).saying(
        ("baseline_proposed", "incoming", None, {"sha256": SHA256, "year": 2031, "original": SHA256})
    ),
    "baseline_proposals.against_freezing": Ask(ADMINISTRATOR, inside=lambda world: (world.proposed_baseline(),)),
    "baseline_proposals.preview_proposal": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.proposed_baseline().id,),
        outsider=ADMINISTRATOR,
        absent=_args("0" * 32),
    ),
    "baseline_proposals.confirm_baseline": Ask(
        SECOND_ADMINISTRATOR,
        inside=lambda world: (world.proposed_baseline().id, world.proposed_baseline().standing),
        outsider=SECOND_ADMINISTRATOR,
        absent=_args("0" * 32, ""),
    ).saying(
        (
            "baseline_frozen",
            "incoming",
            None,
            {"sha256": SHA256, "year": 2031, "quantiles": list, "proposed_by": "administrator"},
        )
    ),
    "baseline_proposals.withdraw_baseline": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.proposed_baseline().id, "来源有误"),
        outsider=ADMINISTRATOR,
        absent=_args("0" * 32, "来源有误"),
    ).saying(
        (
            "baseline_withdrawn",
            "incoming",
            None,
            {"sha256": SHA256, "proposed_by": "administrator", "reason": "来源有误"},
        )
    ),
    "notices.preview_notice": Ask(ADMINISTRATOR, inside=_args(NOTICE)),
    "notices.propose_notice": Ask(ADMINISTRATOR, inside=_args(NOTICE)).saying(
        ("notice_proposed", OFFICIAL, None, {"sha256": SHA256, "year": 2026})
    ),
    "notices.against_approving_notice": Ask(ADMINISTRATOR, inside=lambda world: (world.proposed_notice(),)),
    "notices.preview_proposed_notice": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.proposed_notice().id,),
        outsider=ADMINISTRATOR,
        absent=_args("0" * 32),
    ),
    "notices.approve_notice": Ask(
        SECOND_ADMINISTRATOR,
        inside=lambda world: (world.proposed_notice().id,),
        outsider=SECOND_ADMINISTRATOR,
        absent=_args("0" * 32),
    ).saying(
        (
            "notice_approved",
            OFFICIAL,
            None,
            {"sha256": SHA256, "year": 2026, "proposed_by": "administrator", "sheets": 0},
        )
    ),
    "notices.withdraw_notice": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.proposed_notice().id, "来源有误"),
        outsider=ADMINISTRATOR,
        absent=_args("0" * 32, "来源有误"),
    ).saying(
        (
            "notice_withdrawn",
            OFFICIAL,
            None,
            {"sha256": SHA256, "proposed_by": "administrator", "reason": "来源有误"},
        )
    ),
    "baselines.sealed_texts": Ask(ADMINISTRATOR, inside=_args(CODE_A, YEAR)),
    "baselines.reproduce_verdicts": Ask(ADMINISTRATOR, inside=_args(YEAR)),
    "baseline_import.refuse_words": Ask(ADMINISTRATOR, inside=_args("another", "x", "")),
    "baseline_import.recipe_of": Ask(ADMINISTRATOR, inside=_args(SECOND_BASELINE)),
    "baselines.put_baseline_in_force": Ask(ADMINISTRATOR, inside=_args(SECOND_BASELINE, "已核对")).saying(
        ("baseline_in_force", "second", {"baseline": "second"}, {"reason": "已核对"})
    ),
    "published.newer_basis": Ask(A, inside=_args("illustrative-2025", date(2025, 1, 1), YEAR), roles=EVERY_ROLE),
    "year.policy_for_application": Ask(A, inside=_args(YEAR)),
    "policy.draft_policy_change": Ask(ADMINISTRATOR, inside=_args("x.toml", POLICY)).saying(
        ("policy_drafted", "2", None, POLICY_CHANGE | {"sha256": SHA256})
    ),
    "policy.set_policy_value": Ask(ADMINISTRATOR, inside=_args(ENTERED)).saying(
        ("policy_drafted", "2", None, POLICY_CHANGE)
    ),
    "policy.take_out_policy_value": Ask(ADMINISTRATOR, inside=lambda world: (world.two_values(), "quota.base")).saying(
        ("policy_drafted", "2", None, POLICY_CHANGE | {"keys": ["quota.raised"], "version": 3})
    ),
    "policy.against_approval": Ask(
        ADMINISTRATOR,
        inside=lambda world: policy_overview(world.store, ADMINISTRATOR, AT).changes[:1],
    ),
    "policy.approve_policy_change": Ask(
        ADMINISTRATOR,
        inside=_args(1, 1),
    ).saying(("policy_approved", "1", None, POLICY_CHANGE)),
    "policy.withdraw_policy_change": Ask(
        ADMINISTRATOR,
        inside=_args(1, "另有安排"),
    ).saying(("policy_withdrawn", "1", None, {"reason": "另有安排"})),
    "policy_effect.preview_policy_file": Ask(ADMINISTRATOR, inside=_args("x.toml", POLICY)),
    "policy_effect.preview_policy_change": Ask(ADMINISTRATOR, inside=_args(1)),
    "awards.import_awards": Ask(ADMINISTRATOR, inside=_args("awarded.csv", AWARDED)).saying(
        ("awards_imported", "awarded", None, {"items": 1, "sha256": SHA256})
    ),
    "awards.preview_awards": Ask(ADMINISTRATOR, inside=_args("awarded.csv", AWARDED)),
    "awards.check_awarded": Ask(ADMINISTRATOR, inside=_args(CODE_A)),
    "awards.earlier_revocation": Ask(ADMINISTRATOR, inside=_args(AWARD)),
    "awards.add_single_award": Ask(ADMINISTRATOR, inside=_args(AWARD, "演示")).saying(
        ("award_added", NOBODYS, None, {"award": "演示工厂（虚构） 先进级 2024 松江区", "reason": "演示"})
    ),
    "awards.correct_award": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.awarded(), replace(AWARD, year=2023), "演示"),
        outsider=ADMINISTRATOR,
        absent=_args(replace(AWARD, credit_code=NOBODYS), AWARD, "演示"),
    ).saying(
        (
            "award_corrected",
            NOBODYS,
            {"award": "演示工厂（虚构） 先进级 2024 松江区"},
            {"award": "演示工厂（虚构） 先进级 2023 松江区", "reason": "演示"},
        )
    ),
    "awards.revoke_award": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.awarded(), "演示"),
        outsider=ADMINISTRATOR,
        absent=_args(replace(AWARD, credit_code=NOBODYS), "演示"),
    ).saying(("award_revoked", NOBODYS, {"award": "演示工厂（虚构） 先进级 2024 松江区"}, {"reason": "演示"})),
    "objections.record_objection": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.public(),),
        outsider=ADMINISTRATOR,
        outside=(lambda world: (replace(world.public(), credit_code=CODE_B),),),
        absent=lambda world: (replace(world.public(), credit_code=NOBODYS),),
    ).saying(
        (
            "objection_recorded",
            f"{CODE_A} {YEAR}",
            None,
            {"objection": SHORT_ID, "received_on": "2026-03-02", "file": SHA256},
        )
    ),
    "objections.answer_objection": _of_objection("rejected", "查无实据", TODAY).saying(
        (
            "objection_answered",
            f"{CODE_A} {YEAR}",
            None,
            {"objection": SHORT_ID, "outcome": "rejected", "answered_on": "2026-03-02"},
        )
    ),
    "objections.add_to_objection": _of_objection(
        LateEvidence(TODAY, "另附照片（虚构）", ("照片（虚构）.pdf", PDF))
    ).saying(
        (
            "objection_added_to",
            f"{CODE_A} {YEAR}",
            None,
            {"objection": SHORT_ID, "received_on": "2026-03-02", "file": SHA256},
        )
    ),
    "objections.reopen_objection": _of_objection("另有材料", answered=True).saying(
        ("objection_reopened", f"{CODE_A} {YEAR}", None, {"objection": SHORT_ID})
    ),
    "objections.objection_file": _of_objection(),
    "objections.inform_enterprise": _of_objection("所报数据有出入", shanghai_date(now()) + timedelta(days=5)).saying(
        ("enterprise_informed", f"{CODE_A} {YEAR}", None, {"objection": SHORT_ID, "reply_by": str})
    ),
    "hearings.reply_to_objection": Ask(
        A,
        inside=lambda world: (world.informed(), "reply", "无此事（虚构）"),
        outsider=B,
        absent=_args("0" * 32, "reply", "无此事（虚构）"),
    ).saying(
        (
            "enterprise_replied",
            f"{CODE_A} {YEAR}",
            None,
            {"objection": SHORT_ID, "kind": "reply", "sha256": SHA256, "file": None},
        )
    ),
    "year.programme_year": Ask(A, inside=_args(YEAR), roles=EVERY_ROLE),
    "year_dates.year_overview": Ask(ADMINISTRATOR, inside=_args(YEAR)),
    "year_dates.set_year_dates": Ask(ADMINISTRATOR, inside=_args(DATED_YEAR, DATES, "演示", "演示")).saying(
        (
            "year_dates_set",
            str(DATED_YEAR),
            None,
            {"opens": "2400-07-01", "closes": "2400-07-31", "lists_due": "2400-08-15", "reason": "演示"},
        )
    ),
    "year_dates.confirm_dates": _of_proposal(SECOND_ADMINISTRATOR).saying(
        (
            "year_dates_set",
            str(DATED_YEAR),
            {"opens": "2400-07-01", "closes": "2400-07-31", "lists_due": "2400-08-15"},
            {"opens": "2400-07-01", "closes": "2400-07-30", "lists_due": "2400-08-15", "reason": "演示"},
        )
    ),
    "year_dates.withdraw_dates": _of_proposal(ADMINISTRATOR).saying(
        ("dates_withdrawn", str(DATED_YEAR), None, {"set_by": "administrator"})
    ),
    "year_dates.against_confirmation": Ask(ADMINISTRATOR, inside=lambda world: (world.proposed(),)),
    "year_dates.set_body_deadline": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.dated(), "松江区", date(2400, 9, 1), "演示", "演示"),
        outsider=ADMINISTRATOR,
        absent=_args(YEAR, "天涯区", date(2026, 9, 1), "演示", "演示"),
    ).saying(
        (
            "dates_proposed",
            f"松江区 {DATED_YEAR}",
            None,
            {"lists_due": "2400-09-01", "reason": "演示"},
        )
    ),
    "public_lists.listed_applications": Ask(ADMINISTRATOR, inside=_args(YEAR, "final")),
    "stages.preview_stage_list": Ask(ADMINISTRATOR, inside=_args("x.csv", STEPS)),
    "stages.preview_stages": Ask(ADMINISTRATOR, inside=_args([WantedStage(CODE_A, YEAR, "put_forward")])),
    "stages.advance_all": Ask(ADMINISTRATOR, inside=_args([WantedStage(CODE_A, YEAR, "put_forward", "演示")])).saying(
        ("step_taken", f"{CODE_A} {YEAR}", {"state": "submitted"}, {"state": "put_forward"})
    ),
    "stages.advance": Ask(
        ADMINISTRATOR,
        inside=_args(CODE_A, YEAR, "put_forward"),
        outsider=ADMINISTRATOR,
        outside=(_args(CODE_B, YEAR, "put_forward"), _args(CODE_A, YEAR - 1, "put_forward")),
        absent=_args(NOBODYS, YEAR, "put_forward"),
    ).saying(("step_taken", f"{CODE_A} {YEAR}", {"state": "submitted"}, {"state": "put_forward"})),
    "stages.steps_to_undo": Ask(ADMINISTRATOR, inside=_args(CODE_A, YEAR)),
    "stages.undo_steps": Ask(
        ADMINISTRATOR,
        inside=lambda world: ([world.stepped()], "更正（演示）"),
        outsider=ADMINISTRATOR,
        absent=_args([], "更正（演示）"),
    ).saying(("step_undone", f"{CODE_A} {YEAR}", {"state": "put_forward"}, {"state": "submitted"})),
    "uploads.receive_file": Ask(A, inside=_args("x.csv", b"x")).saying(
        ("file_received", SHORT_ID, None, {"sha256": SHA256, "faults": 1})
    ),
    "uploads.read_again": Ask(
        A,
        inside=lambda world: (world.upload_of(A),),
        outsider=A,
        outside=(lambda world: (world.upload_of(B),), lambda world: (world.upload_of(A)[:-1],), _args(""), _args("%")),
        absent=_args("0" * 32),
    ),
    "uploads.answer_questions": Ask(
        A,
        inside=lambda world: (world.upload_of(A), NO_ANSWERS),
        outsider=A,
        outside=(lambda world: (world.upload_of(B), NO_ANSWERS), _args("%", NO_ANSWERS)),
        absent=_args("0" * 32, NO_ANSWERS),
    ).saying(("file_answered", SHORT_ID, None, {"faults": 0})),
    "uploads.kpi_readings": Ask(
        A,
        inside=lambda world: (world.upload_of(A), 0),
        outsider=A,
        outside=(lambda world: (world.upload_of(B), 0), _args("%", 0)),
        absent=_args("0" * 32, 0),
    ),
    "documents.check_document": Ask(A, inside=_args("x.docx", b"x")).saying(
        ("document_checked", SHORT_ID, None, {"sha256": SHA256, "faults": int})
    ),
    "documents.check_again": Ask(
        A,
        inside=lambda world: (world.upload_of(A),),
        outsider=A,
        outside=(lambda world: (world.upload_of(B),), lambda world: (world.upload_of(A)[:-1],), _args(""), _args("%")),
        absent=_args("0" * 32),
    ),
    "documents.document_with_comments": Ask(
        B,
        inside=lambda world: _commented(check_document(world.store, B, "x.docx", package(p("演示"))).upload),
        outsider=A,
        outside=(lambda world: _commented(world.report_of(B)), lambda _: _commented("%")),
        absent=lambda _: _commented("0" * 32),
    ),
    "documents.application_of_report": Ask(A, inside=_args(CODE_A, YEAR)),
    "documents.own_documents": Ask(A, inside=_args(CODE_A, YEAR)),
    "documents.attach_report": replace(
        _factory(B, CODE_B, A, "0" * 32), inside=lambda world: (CODE_B, YEAR, world.report_of(B))
    ).saying(("document_attached", f"{CODE_B} {YEAR}", None, {"kind": "report", "sha256": SHA256})),
    "documents.attach_self_assessment": _factory(B, CODE_B, A, "x.pdf", PDF, AT.date()).saying(
        (
            "document_attached",
            f"{CODE_B} {YEAR}",
            None,
            {"kind": "self_assessment", "sha256": SHA256, "assessed_on": str},
        )
    ),
    "evidence.candidate_documents": _factory(REVIEWER, CODE_A, OTHER_REVIEWER),
    "evidence.take_candidate_document": _factory(
        REVIEWER, CODE_A, OTHER_REVIEWER, "self_assessment", "评审（演示）"
    ).saying(
        (
            "document_opened",
            f"{CODE_A} {YEAR}",
            None,
            {"kind": "self_assessment", "sha256": SHA256, "purpose": "评审（演示）"},
        )
    ),
    "evidence.check_candidate_report": _factory(REVIEWER, CODE_A, OTHER_REVIEWER).saying(
        ("document_opened", f"{CODE_A} {YEAR}", None, {"kind": "report", "sha256": SHA256})
    ),
    "evidence.candidate_report_picture": _factory(REVIEWER, CODE_A, OTHER_REVIEWER, 1),
    "downloads.note_download": Ask(
        A, inside=_args("result_report", f"{CODE_A} {YEAR}", "pdf", b"x"), roles=EVERY_ROLE
    ).saying(
        (
            "file_downloaded",
            f"{CODE_A} {YEAR}",
            None,
            {"taken": "result_report", "format": "pdf", "sha256": SHA256},
        )
    ),
    "sheets.plausibility_warnings": Ask(B, inside=lambda world: (own_sheet(world.store, B, CODE_B, YEAR),)),
    "interface.submit_file": Ask(
        B, inside=_args("x.csv", file_of(CODE_B, "30"), "a-key-of-b", "0" * 64, lambda _: (201, "{}"))
    ).saying(
        ("file_received", SHORT_ID, None, {"sha256": SHA256, "faults": 0}),
        ("draft_accepted", f"{CODE_B} {YEAR}", None, {"sha256": SHA256}),
    ),
    "sheets.accept_application": Ask(
        B,
        inside=lambda world: (received(world.store, B, CODE_B, "30"),),
        outsider=B,
        outside=(lambda world: (received(world.store, B, CODE_A),),),
        absent=lambda world: (received(world.store, B, NOBODYS),),
    ).saying(("draft_accepted", f"{CODE_B} {YEAR}", None, {"sha256": SHA256})),
    "sheets.create_sheet": Ask(
        B,
        inside=lambda world: (received(world.store, B, CODE_B, "30"), 0, CODE_B, YEAR),
        outsider=B,
        outside=(lambda world: (received(world.store, B, CODE_B), 0, CODE_A, YEAR),),
        absent=lambda world: (received(world.store, B, CODE_B), 0, NOBODYS, YEAR),
    ).saying(("draft_accepted", f"{CODE_B} {YEAR}", None, {"sha256": SHA256})),
    "sheets.own_sheet": _factory(B, CODE_B, A),
    "sheets.unimported_problems": _factory(B, CODE_B, A),
    "sheets.sheet_changes": Ask(B, inside=_args(CODE_B, YEAR)),
    "sheets.edit_sheet": _factory(B, CODE_B, A, 1, [SheetEdit("K08", "value", "31")]).saying(
        ("draft_accepted", f"{CODE_B} {YEAR}", None, {"sha256": SHA256})
    ),
    "journey.own_journeys": Ask(B),
    "carry_over.year_to_begin": Ask(A, inside=_args(CODE_A, YEAR)),
    "carry_over.carry_over": _factory(A, CODE_A, B, YEAR + 1).saying(
        ("file_received", SHORT_ID, None, {"sha256": SHA256, "faults": int})
    ),
    "carry_over.earlier_year": Ask(A, inside=_args(CODE_A, YEAR)),
    "carry_over.changes_since": _factory(B, CODE_B, A),
    "drafts.open_drafts": Ask(B),
    "drafts.uncovered_drafts": Ask(B),
    "drafts.discard_draft": _factory(B, CODE_B, A).saying(("draft_discarded", f"{CODE_B} {YEAR}", None, None)),
    "before_lock.lock_outlook": _factory(B, CODE_B, A),
    "lock.lock_application": replace(
        _factory(B, CODE_B, A, ()),
        inside=lambda world: (CODE_B, YEAR, lock_outlook(world.store, B, CODE_B, YEAR).points),
    ).saying(("application_locked", f"{CODE_B} {YEAR}", None, {"sha256": SHA256, "record": SHA256})),
    "lock.reopen_application": _factory(A, CODE_A, B, "写错了一个单位").saying(
        ("application_reopened", f"{CODE_A} {YEAR}", None, {"sha256": SHA256})
    ),
    "lock.words_at_stake": _factory(A, CODE_A, B),
    "lock.receipt": _factory(A, CODE_A, B),
    "lock.receipt_certificate": _factory(A, CODE_A, B),
    "what_if.what_if": Ask(
        A,
        inside=lambda world: (world.own_answer(), {}),
        outsider=B,
        outside=(lambda world: (world.own_answer(), {}), lambda world: (world.own_answer(), {"K08": 60.0})),
        absent=lambda world: (of_nobody(world.own_answer()), {}),
    ),
    "advice.own_advice": Ask(
        A,
        inside=lambda world: (world.own_answer(),),
        outsider=B,
        outside=(lambda world: (world.own_answer(),),),
        absent=lambda world: (of_nobody(world.own_answer()),),
    ),
    "advice.share_accounts": replace(_factory(A, CODE_A, B, {}), inside=lambda world: (*world.listed(), {})).saying(
        ("accounts_shared", f"{CODE_A} {YEAR}", {"scenarios": []}, {"scenarios": []})
    ),
    "advice.set_target": replace(
        _factory(B, CODE_B, A, "K08", 50.0), inside=_args(CODE_B, YEAR + 1, "K08", 50.0)
    ).saying(("target_set", f"{CODE_B} {YEAR + 1}", None, {"kpi": "K08"})),
    "conditions.own_checklists": Ask(A),
    "candidates.reported_otherwise": _factory(REVIEWER, CODE_A, OTHER_REVIEWER),
    "conditions.candidate_checklist": _factory(REVIEWER, CODE_A, OTHER_REVIEWER),
    "conditions.state_conditions": _factory(
        B, CODE_B, A, {"good_credit": StatementInput(True, "公共信用信息报告（虚构）第 1 号")}
    ).saying(
        (
            "condition_stated",
            f"{CODE_B} {YEAR}",
            {"holds": None, "sha256": None},
            {"condition": "good_credit", "holds": True, "sha256": SHA256},
        )
    ),
    "scenario_accounts.account_for_scenarios": _factory(
        B, CODE_B, A, {"在线智能检测": AccountInput("看板（虚构）", True, "识别模型（虚构）")}
    ).saying(("scenarios_accounted", f"{CODE_B} {YEAR}", {"sha256": SHA256}, {"items": 1, "sha256": SHA256})),
    "statement_support.own_support": replace(
        _factory(A, CODE_A, B), outside=(_args(CODE_A, YEAR), *(_args(code, YEAR) for code in ODD_CODES))
    ),
    "statement_support.support_to_read": _factory(REVIEWER, CODE_A, OTHER_REVIEWER, roles=RULERS),
    "statement_support.statement_file": Ask(
        REVIEWER,
        inside=lambda world: (CODE_A, YEAR, world.statement_file()),
        outsider=OTHER_REVIEWER,
        outside=(lambda world: (CODE_A, YEAR, world.statement_file()),),
        absent=_args(CODE_A, YEAR, "0" * 32),
        roles=RULERS,
    ),
    "statement_support.list_technology": _factory(B, CODE_B, A, TECHNOLOGY).saying(
        (
            "technology_listed",
            f"{CODE_B} {YEAR}",
            {"items": 0, "sha256": SHA256},
            {"items": 1, "sha256": SHA256},
        )
    ),
    "statement_support.attach_statement_file": replace(
        _factory(B, CODE_B, A, "good_credit", ("x.pdf", b"x")),
        inside=lambda world: (CODE_B, YEAR, world.stated_by_b(), ("x.pdf", b"x")),
    ).saying(
        (
            "statement_file_attached",
            f"{CODE_B} {YEAR}",
            None,
            {"condition": "good_credit", "file": SHA256},
        )
    ),
    "outreach.own_outreach": Ask(A),
    "outreach.promise_outreach": Ask(
        A,
        inside=lambda world: (*world.listed(), "visit", "接待同行参观（虚构）", FAR_DAY),
        outsider=B,
        outside=(
            lambda world: (*world.listed(), "visit", "x", FAR_DAY),
            *(_args(CODE_A, year, "visit", "x", FAR_DAY) for year in ODD_YEARS),
        ),
        absent=_args(NOBODYS, YEAR, "visit", "x", FAR_DAY),
    ).saying(("outreach_promised", f"{CODE_A} {YEAR}", None, {"promise": str, "due": "2400-01-01", "sha256": str})),
    "outreach.report_outreach": Ask(
        A,
        inside=lambda world: (world.promised(), TODAY, "参观记录（虚构）"),
        outsider=B,
        outside=(lambda world: (world.promised(), TODAY, "x"), _args("", TODAY, "x"), _args("%", TODAY, "x")),
        absent=_args("0" * 32, TODAY, "x"),
    ).saying(
        (
            "outreach_reported",
            f"{CODE_A} {YEAR}",
            None,
            {"promise": str, "done_on": "2026-03-02", "sha256": str, "file": None},
        )
    ),
    "outreach.outreach_in_reach": Ask(LEADER, roles=SUPPORTERS),
    "outreach.outreach_file": Ask(
        LEADER,
        inside=lambda world: (world.promised(kept=True),),
        outsider=OTHER_LEADER,
        outside=(lambda world: (world.promised(kept=True),), _args(""), _args("%")),
        absent=_args("0" * 32),
        roles=SUPPORTERS,
    ),
    "timetable.own_timetable": Ask(REVIEWER, roles=CONCERNED),
    "timetable.timetable_board": Ask(ADMINISTRATOR),
    "timetable.set_appointments": Ask(
        ADMINISTRATOR,
        inside=lambda world: world.visited(),
        outsider=ADMINISTRATOR,
        outside=(_args(YEAR, [replace(VISIT, credit_code=CODE_B)]), _args(YEAR - 1, [VISIT])),
        absent=_args(YEAR, [replace(VISIT, credit_code=NOBODYS)]),
    ).saying(
        (
            "appointment_set",
            f"{CODE_A} {YEAR}",
            None,
            {
                "kind": "visit",
                "starts_at": "2026-03-02 16:30",
                "ends_at": "2026-03-02 18:30",
                "place": "一号会议室（虚构）",
                "experts": ["reviewer"],
                "reason": "",
            },
        )
    ),
    "condition_rulings.conditions_to_rule": _factory(REVIEWER, CODE_A, OTHER_REVIEWER, roles=RULERS),
    "condition_rulings.every_condition_to_rule": Ask(REVIEWER, roles=RULERS),
    "condition_rulings.own_rulings": _factory(A, CODE_A, B),
    "condition_rulings.rule_on_conditions": Ask(
        REVIEWER,
        inside=lambda world: (CODE_A, YEAR, RULING, world.locked_at(), {}),
        outsider=OTHER_REVIEWER,
        outside=(_args(CODE_A, YEAR, RULING, AT, {}),),
        absent=_args(NOBODYS, YEAR, RULING, AT, {}),
        roles=RULERS,
    ).saying(
        (
            "condition_ruled",
            f"{CODE_A} {YEAR}",
            None,
            {
                "condition": "industry_leader",
                "outcome": "met",
                "reason": "现场核实（虚构）",
                "evidence": "申报书（虚构）",
            },
        )
    ),
    "condition_rulings.rule_together": Ask(
        REVIEWER,
        inside=lambda world: ("industry_leader", ALIKE, {f"{CODE_A} {YEAR}": ReadBefore(world.locked_at(), None)}),
        outsider=OTHER_REVIEWER,
        outside=(_args("industry_leader", ALIKE, {f"{CODE_A} {YEAR}": ReadBefore(AT, None)}),),
        absent=_args("industry_leader", ALIKE, {f"{NOBODYS} {YEAR}": ReadBefore(AT, None)}),
        roles=RULERS,
    ).saying(
        (
            "condition_ruled",
            f"{CODE_A} {YEAR}",
            None,
            {
                "condition": "industry_leader",
                "outcome": "met",
                "reason": "现场核实（虚构）",
                "evidence": "申报书（虚构）",
            },
        )
    ),
    "condition_rulings.appeal_ruling": Ask(
        A,
        inside=lambda world: (CODE_A, YEAR, world.refused_condition(), "另有行业报告（虚构）"),
        outsider=B,
        outside=(_args(CODE_A, YEAR, "industry_leader", "另有行业报告（虚构）"),),
        absent=_args(NOBODYS, YEAR, "industry_leader", "另有行业报告（虚构）"),
    ).saying(
        (
            "condition_appealed",
            f"{CODE_A} {YEAR}",
            None,
            {"condition": "industry_leader", "outcome": "appealed", "reason": "另有行业报告（虚构）", "evidence": ""},
        )
    ),
    "conflicts.state_conflicts": Ask(
        REVIEWER,
        inside=_args([f"{CODE_A} {YEAR}"]),
        outsider=OTHER_REVIEWER,
        outside=(_args([f"{CODE_A} {YEAR}"]), _args([f"{CODE_B} {YEAR}", f"{CODE_A} {YEAR}"])),
        absent=_args([f"{NOBODYS} {YEAR}"]),
    ).saying(("no_conflict_stated", f"{CODE_A} {YEAR}", None, None)),
    "candidates.candidate_evaluation": _factory(REVIEWER, CODE_A, OTHER_REVIEWER),
    "candidates.side_by_side": Ask(
        REVIEWER,
        inside=_args([CODE_A], YEAR),
        outsider=OTHER_REVIEWER,
        outside=tuple(_args([odd], YEAR) for odd in (CODE_A, CODE_B, *ODD_CODES)),
        absent=_args([NOBODYS], YEAR),
    ),
    "candidate_list.sort_by_composite": Ask(
        REVIEWER,
        inside=_args("高端装备", YEAR),
        outsider=OTHER_REVIEWER,
        outside=(_args("高端装备", YEAR),),
        absent=_args("汽车", YEAR),
    ).saying(("candidates_sorted", f"高端装备 {YEAR}", None, {"by": "composite", "candidates": int})),
    "candidates.group_weight_bounds": Ask(REVIEWER, inside=_args(YEAR)),
    "candidates.peers_of": Ask(
        REVIEWER,
        inside=lambda world: (world.answer, "K08"),
        outsider=OTHER_REVIEWER,
        outside=(lambda world: (world.answer, "K08"),),
        absent=lambda world: (of_nobody(world.answer), "K08"),
    ),
    "documents.own_claims": _factory(B, CODE_B, A),
    "documents.attach_evidence": _factory(B, CODE_B, A, START_CLAIM, "审核报告（虚构）第 1 号", ("x.pdf", b"x")).saying(
        (
            "claim_evidence_attached",
            f"{CODE_B} {YEAR}",
            None,
            {"kind": "start", "item": "K11", "sha256": SHA256, "file": SHA256},
        )
    ),
    "claims.candidate_claims": _factory(REVIEWER, CODE_A, OTHER_REVIEWER),
    "claims.evidence_file": Ask(
        REVIEWER,
        inside=lambda world: (CODE_A, YEAR, world.evidence()),
        outsider=OTHER_REVIEWER,
        outside=(lambda world: (CODE_A, YEAR, world.evidence()),),
        absent=_args(CODE_A, YEAR, "0" * 32),
    ),
    "claims.rule_on_claim": _factory(
        REVIEWER, CODE_A, OTHER_REVIEWER, START_CLAIM, "62.5", "accepted", "见审核报告（虚构）"
    ).saying(
        (
            "claim_ruled",
            f"{CODE_A} {YEAR}",
            None,
            {"kind": "start", "item": "K11", "ruling": "accepted", "reason": "见审核报告（虚构）", "records": list},
        )
    ),
    "claims.withdraw_ruling": Ask(
        REVIEWER,
        inside=lambda world: (CODE_A, YEAR, START_CLAIM, world.ruled_at(), "报告并非本工厂的"),
        outsider=OTHER_REVIEWER,
        outside=(_args(CODE_A, YEAR, START_CLAIM, AT, "报告并非本工厂的"),),
        absent=_args(NOBODYS, YEAR, START_CLAIM, AT, "报告并非本工厂的"),
    ).saying(
        (
            "ruling_withdrawn",
            f"{CODE_A} {YEAR}",
            {"kind": "start", "item": "K11", "ruling": "accepted", "reason": "见审核报告（虚构）"},
            {"kind": "start", "item": "K11", "reason": "报告并非本工厂的", "records": list},
        )
    ),
    "rounds.open_round": Ask(
        ADMINISTRATOR,
        inside=_args(YEAR, "高端装备", "material"),
        outsider=ADMINISTRATOR,
        outside=(_args(YEAR - 1, "高端装备", "material"), _args(YEAR, "%", "material"), _args(YEAR, "高端装备", "%")),
        absent=_args(YEAR, "没有的行业", "material"),
    ).saying(("round_opened", FIRST_ROUND, None, {"sheet": SHA256, "assignments": 0})),
    "rounds.start_round": _of_round(lambda world: (world.prepared_round(),)).saying(
        ("round_started", FIRST_ROUND, None, {"reviewers": 1, "assignments": 1})
    ),
    "rounds.release_round": _of_round(lambda world: (world.scored_round(),)).saying(
        ("round_released", FIRST_ROUND, None, {"scores": 1, "abstained": 0})
    ),
    "rounds.set_score_sheet": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.scoring_round(), 1, ("sheet.toml", OTHER_SHEET)),
        outsider=ADMINISTRATOR,
        absent=_args(NO_ROUND, 1),
    ).saying(("score_sheet_set", FIRST_ROUND, {"sheet": SHA256}, {"sheet": SHA256, "edition": 2})),
    "rounds.assignment_board": _of_round(lambda world: (world.scoring_round(),)),
    "rounds.assign_reviewers": _of_round(
        lambda world: (world.scoring_round(), {CODE_A: []}, "另有安排"), {}, "另有安排"
    ).saying(
        (
            "reviewers_assigned",
            FIRST_ROUND,
            None,
            {"added": [], "dropped": [["reviewer", CODE_A]], "reason": "另有安排"},
        )
    ),
    "rounds.draw_reviewers": _of_round(lambda world: (world.unassigned_round(), [CODE_A], 1, 7), [CODE_A], 1, 7).saying(
        (
            "reviewers_drawn",
            f"{YEAR}-equipment-on_site-1",
            None,
            {"seed": 7, "per_candidate": 1, "added": [["reviewer", CODE_A]]},
        )
    ),
    "scores.own_score_sheet": _score(),
    "scores.save_score": _score(0, ScoreContent({"G1": 3})).saying(("score_saved", f"{CODE_A} {YEAR}", None, SCORED)),
    "scores.abstain": _score(0, "与所学专业不符").saying(("score_abstained", f"{CODE_A} {YEAR}", None, SCORED)),
    "accounts.declare_own_conflict": Ask(REVIEWER, inside=_args(CODE_A, "曾任职"), roles=PANEL).saying(
        ("conflict_declared", "reviewer", None, {"credit_code": CODE_A, "reason": "曾任职"})
    ),
    "meeting.review_panel_rounds": Ask(REVIEWER, roles=PANEL),
    "meeting.review_panel_meeting": _of_panel(),
    "meeting.write_review_panel_note": _of_panel("看法不一，以现场为准").saying(
        ("panel_noted", f"{CODE_A} {YEAR}", None, {"round": FIRST_ROUND, "note": "看法不一，以现场为准"})
    ),
    "meeting.decide_candidates": Ask(
        ADMINISTRATOR,
        inside=lambda world: (world.released_round(), {CODE_A: 0}, "forward", "各项有依据"),
        outsider=ADMINISTRATOR,
        absent=_args(NO_ROUND, {CODE_A: 0}, "forward", "各项有依据"),
    ).saying(
        (
            "panel_decided",
            f"{CODE_A} {YEAR}",
            None,
            {"round": FIRST_ROUND, "outcome": "forward", "reason": "各项有依据", "edition": 1},
        )
    ),
    "home.back_up_now": Ask(ADMINISTRATOR).saying(
        ("backup_made", re.compile(r"\d{8}T\d{6}"), None, {"secret": True, "seq": int})
    ),
    "recommendation.body_candidates": Ask(LEADER, _args(YEAR)),
    "factory_years.own_years": _of_years(A, CODE_A, B),
    "factory_years.candidate_years": _of_years(REVIEWER, CODE_A, OTHER_REVIEWER),
    "factory_years.body_years": _of_years(LEADER, CODE_A, OTHER_LEADER),
    "coverage.kpi_spread": Ask(LEADER, _args("高端装备", "K08")),
    "coverage.city_coverage": Ask(ADMINISTRATOR),
    "nomination.save_list": Ask(
        LEADER, lambda world: (YEAR, own_list(world.store, LEADER, YEAR).latest.edition, [])
    ).saying(("list_saved", f"松江区 {YEAR}", {"list": []}, {"edition": 1, "list": []})),
    "nomination.nominate": Ask(LEADER, lambda world: (YEAR, world.saved_list())).saying(
        ("list_put_forward", f"松江区 {YEAR}", {"list": [CODE_A]}, {"edition": 2, "list": [CODE_A]})
    ),
    "nomination.withdraw_list": Ask(LEADER, lambda world: (YEAR, world.forward_list(), "演示")).saying(
        ("list_withdrawn", f"松江区 {YEAR}", {"list": [CODE_A]}, {"edition": 3, "list": [CODE_A]})
    ),
    "nomination.send_list": Ask(LEADER, lambda world: (YEAR, world.forward_list())).saying(
        ("list_sent", f"松江区 {YEAR}", {"list": [CODE_A]}, {"edition": 3, "list": [CODE_A]})
    ),
    "nomination.package_parts": Ask(LEADER, lambda world: (YEAR,) if world.forward_list() else ()),
    "nomination.take_package": Ask(LEADER, lambda world: (YEAR, "x") if world.forward_list() else ()).saying(
        ("package_made", f"松江区 {YEAR}", None, {"list": [CODE_A], "purpose": "x"})
    ),
    "recommendation.own_recommendation": Ask(LEADER, _args(Wishes())),
    "recommendation.body_recommendation": Ask(
        ADMINISTRATOR,
        _args("松江区", Wishes()),
        outsider=ADMINISTRATOR,
        absent=_args("天涯区", Wishes()),
    ),
}


def kept(store: Store) -> dict[str, Any]:
    """Every table's rows as one number, and the files beside the database."""
    found = table_marks(store)
    assert len(found) > 15
    return found | {"originals": store.folder.originals(), "head": store.folder.head()}
