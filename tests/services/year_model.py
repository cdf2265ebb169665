"""A model of the programme's years: what everybody did, what may therefore be done, and each act tried on a store.

Whether an act is possible is said here in the model's own words, from what was done before; no rule of the product is
asked. ``attempt`` holds both against each other: done where the model allows it, else refused with nothing written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Literal

from kpi import tables
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.claims import ClaimKey, GivenOutcome, GivenRuling
from kpi.model.lifecycle import ApplicationState
from kpi.model.programme import ConditionReason, ObjectionOutcome, Placement, YearDates
from kpi.model.scoring import Occasion, PanelOutcome
from kpi.model.times import now, set_clock_offset, shanghai_date
from kpi.model.viewer import SYSTEM, Viewer
from kpi.policy.change_file import EnteredValue
from kpi.services.administrator.meeting import decide_candidates, write_review_panel_note
from kpi.services.administrator.objections import (
    LateEvidence,
    NewObjection,
    add_to_objection,
    answer_objection,
    inform_enterprise,
    record_objection,
    reopen_objection,
)
from kpi.services.administrator.policy import approve_policy_change, set_policy_value
from kpi.services.administrator.rounds import assign_reviewers, open_round, release_round, start_round
from kpi.services.administrator.stages import (
    WantedStage,
    advance,
    advance_all,
    applications_in_progress,
    undo_steps,
)
from kpi.services.administrator.year_dates import confirm_dates, set_year_dates, year_overview
from kpi.services.condition_rulings import RulingInput, appeal_ruling, conditions_to_rule, rule_on_conditions
from kpi.services.enterprise.documents import attach_evidence, own_claims
from kpi.services.enterprise.hearings import reply_to_objection
from kpi.services.enterprise.lock import reopen_application
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.leader.nomination import nominate, save_list, send_list, withdraw_list
from kpi.services.reviewer.candidates import candidate_evaluation
from kpi.services.reviewer.claims import rule_on_claim, withdraw_ruling
from kpi.services.reviewer.conflicts import state_conflicts
from kpi.services.reviewer.scores import abstain, save_score
from kpi.services.unit_of_work import unit_of_work
from kpi.store.store import Store
from tests.benchmark.panels import credit_code
from tests.services.panels import SECOND
from tests.services.sample_store import ADMINISTRATOR, AT, LEADER, OTHER_LEADER, REVIEWER, file_of
from tests.services.service_calls import whole_score
from tests.services.submitting import lock_as_it_stands
from tests.services.two_people import SECOND_ADMINISTRATOR

YEARS = (2026, 2027)
INDUSTRY = "高端装备"
ADMINISTRATORS = (ADMINISTRATOR, SECOND_ADMINISTRATOR)
REVIEWERS = (REVIEWER, SECOND, replace(SECOND, account="third", name="演示评审员丙"))
CODES = tuple(credit_code(8_100_001 + number) for number in range(10))
LEADERS = {
    "松江区": LEADER,
    "嘉定区": OTHER_LEADER,
    "闵行区": replace(LEADER, account="leader3", scope=("闵行区",)),
    "浦东新区": replace(LEADER, account="leader4", scope=("浦东新区",)),
}
BODY_OF = dict(zip(CODES, ["松江区"] * 4 + ["嘉定区"] * 3 + ["闵行区"] * 2 + ["浦东新区"], strict=True))
ENTERPRISES = {
    code: Viewer(f"factory{number}", f"演示企业{number}（虚构）", "enterprise", (code,))
    for number, code in enumerate(CODES)
}
AWARDED_BEFORE = {"松江区": 3, "闵行区": 29}
"""One more, and the quota of the second is raised."""
NEW_BASE = 3
"""Of the quota, once the change is approved and its day has come: fewer than one body has factories."""
RULED, STATED = CONDITIONS = ("industry_leader", "good_credit")
"""One that reviewers and the authority rule on, and one that the enterprise may state."""
OTHERS_RULED = sum(any(rule.kind == "ruling" for rule in item.tests) for item in catalogue().judged_conditions) - 1
"""How many more wait for a ruling, and here for ever."""
EXPLAINED = (ConditionReason("已核对（演示）", tuple(condition.code for condition in catalogue().conditions)),)
PUBLIC: tuple[ApplicationState, ...] = ("publicity", "listed")
AS_NOMINATED: tuple[ApplicationState, ...] = ("submitted", "put_forward")
IN_ORDER: tuple[ApplicationState, ...] = (
    "submitted",
    "put_forward",
    "material_review",
    "on_site",
    "defence",
    "publicity",
    "listed",
    "not_listed",
)


def first_dates(year: int) -> YearDates:
    """As an administrator sets them when the year begins."""
    days = [(3, 1), (4, 30), (5, 31), (7, 31), (9, 1), (9, 15)]
    return YearDates(*(date(year, month, day) for month, day in days))


def later_dates(year: int) -> list[YearDates]:
    """What is proposed in its course: each keeps something open for longer, or closes it at once."""
    first = first_dates(year)
    return [
        replace(first, closes=date(year, 5, 15)),
        replace(first, lists_due=date(year, 6, 20)),
        replace(first, publicity_to=date(year, 9, 25)),
        replace(first, closes=date(year, 3, 3), lists_due=date(year, 5, 31)),
        first,
    ]


def make_programme(store: Store) -> None:
    """Ten factories with a draft of either year, three reviewers and two administrators in a furnished store."""
    with unit_of_work(store, SYSTEM, AT) as change:
        for item in (SECOND_ADMINISTRATOR, *REVIEWERS[1:], *list(LEADERS.values())[2:], *ENTERPRISES.values()):
            tables.accounts.insert_account(
                change.cursor, item.account, item.name, item.role, item.scope, None, False, AT
            )
        for body, awarded in AWARDED_BEFORE.items():
            tables.awards.set_award(change.cursor, body, awarded)
        change.audit("accounts_imported", "sample")
    for code in CODES:
        for year in YEARS:
            _accept(store, code, year)


def _accept(store: Store, code: str, year: int) -> None:
    text = file_of(code, year=year).decode("gb18030")
    text = text.replace("区域,松江区,", f"区域,{BODY_OF[code]},").replace("单位,松江区,", f"单位,{BODY_OF[code]},")
    sent = receive_file(store, ENTERPRISES[code], "a.csv", text.encode("gb18030"), AT)
    accept_application(store, ENTERPRISES[code], sent, at=AT)


@dataclass(frozen=True, slots=True)
class Entered:
    """A stage that an application came to, as its enterprise reads it."""

    state: ApplicationState
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """What somebody decided on a condition; ``outcome`` None: it was taken back, or appealed against."""

    kind: Literal["check", "ruling", "appeal"]
    outcome: GivenOutcome | None
    account: str


@dataclass(slots=True)
class BodyList:
    """What a body has saved, and what of it is put forward."""

    edition: int = 0
    order: tuple[str, ...] = ()
    forward: tuple[str, ...] = ()
    put_forward: bool = False
    sent: bool = False


@dataclass(slots=True)
class Round:
    """A round of the panel: who scores whom, who has, and what was decided."""

    year: int
    number: int
    assigned: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    done: set[tuple[str, str]] = field(default_factory=set)
    versions: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    decisions: dict[str, tuple[PanelOutcome, int]] = field(default_factory=dict)
    started: bool = False
    released: bool = False


@dataclass(slots=True)
class KnownObjection:
    """An objection as everybody who spoke of it left it. ``words``: all that was said, by whom that may read it."""

    code: str
    year: int
    words: list[str]
    state: str = "open"
    reply_by: date | None = None
    informed: bool = False
    """Of all that is known of it by now."""
    replied: bool = False
    """Since its factory was last informed."""
    later_parts: int = 0
    looked_again: bool = False
    upheld_on: date | None = None
    hearing: str = ""
    replies: list[str] = field(default_factory=list)


class Programme:
    """Every act of every role. Each returns whether it was done."""

    def __init__(self, folder: Path) -> None:
        self.store = Store.open(folder)
        self.year = YEARS[0]
        self.serial = count(1)
        self.stages: dict[tuple[str, int], list[Entered]] = {}
        self.holding: dict[tuple[str, int], list[tuple[str, ApplicationState]]] = defaultdict(list)
        """Each step that nothing has taken back: of which kind, and the stage that it left."""
        self.locked: set[tuple[str, int]] = set()
        self.lists: dict[tuple[str, int], BodyList] = defaultdict(BodyList)
        self.dates: dict[int, YearDates] = {}
        self.proposed: dict[int, tuple[str, YearDates]] = {}
        self.policy_drafts: dict[int, tuple[str, int]] = {}
        self.quota_base: dict[int, int] = {}
        self.rounds: dict[str, Round] = {}
        self.conflicts: dict[str, set[str]] = {viewer.account: set() for viewer in REVIEWERS}
        self.stated: dict[str, set[tuple[str, int]]] = {viewer.account: set() for viewer in REVIEWERS}
        self.read: dict[str, set[tuple[str, int]]] = {viewer.account: set() for viewer in REVIEWERS}
        self.ruled: dict[tuple[str, int, ClaimKey], datetime] = {}
        self.decided: dict[tuple[str, int], dict[str, list[Decided]]] = defaultdict(lambda: defaultdict(list))
        """Of each condition since the lock."""
        self.objections: dict[str, KnownObjection] = {}
        self.notes: list[tuple[str, str, str]] = []
        self.touched: set[str] = set()
        """Factories that something was done to since this was last emptied."""
        self.go_to(date(self.year, 3, 5))
        self.claims = {claim.key: claim.claimed for claim in own_claims(self.store, self.enterprise(0), CODES[0], 2026)}

    @staticmethod
    def enterprise(number: int) -> Viewer:
        return ENTERPRISES[CODES[number]]

    @property
    def today(self) -> date:
        return shanghai_date(now())

    def go_to(self, day: date) -> None:
        set_clock_offset(datetime(day.year, day.month, day.day, 2, tzinfo=UTC))

    def stage(self, code: str, year: int) -> ApplicationState:
        found = self.stages.get((code, year))
        return found[-1].state if found else "draft"

    def listed(self, code: str, year: int) -> bool:
        return self.stage(code, year) == "listed"

    def acted_on(self, found: KnownObjection) -> bool:
        """Nothing is public of an application that was reopened meanwhile."""
        return (found.code, found.year) in self.locked

    def attempt(self, possible: object, call: Callable[[], object]) -> bool:
        before, refused = self.trail_length(), ""
        try:
            call()
        except UserError as error:
            refused = str([error.code, *(other.code for other in error.also)])
        assert bool(possible) != bool(refused), refused or "done although it is not possible"
        assert not refused or self.trail_length() == before
        return not refused

    def trail_length(self) -> int:
        with self.store.cursor() as cursor:
            [(length,)] = cursor.execute("select count(*) from audit").fetchall()
            return int(length)

    def words(self, given: bool = True) -> str:
        """Such as nobody has said before."""
        return f"第 {next(self.serial)} 号（演示）" if given else "  "

    # The year's dates, and policy: what one begins another confirms.

    def set_dates(self, viewer: Viewer, year: int, dates: YearDates) -> bool:
        possible = year not in self.proposed and self.dates.get(year) != dates
        done = self.attempt(
            possible, lambda: set_year_dates(self.store, viewer, year, dates, "演示通知（虚构）", self.words())
        )
        if done and year in self.dates:
            self.proposed[year] = viewer.account, dates
        elif done:
            self.dates[year] = dates
        return done

    def confirm_dates(self, viewer: Viewer, year: int) -> bool:
        by, dates = self.proposed[year]
        [given] = year_overview(self.store, viewer, year).waiting
        done = self.attempt(by != viewer.account, lambda: confirm_dates(self.store, viewer, year, "", given.set_at))
        if done:
            self.dates[year] = dates
            del self.proposed[year]
        return done

    def draft_policy(self, viewer: Viewer) -> bool:
        """Another base of the quota, from next year on."""
        value = EnteredValue(date(self.year + 1, 1, 1), "quota.base", NEW_BASE, ("演示", ""), ("演示", ""))
        number = len(self.policy_drafts) + 1
        self.attempt(True, lambda: set_policy_value(self.store, viewer, value))
        self.policy_drafts[number] = viewer.account, self.year + 1
        return True

    def approve_policy(self, viewer: Viewer, number: int) -> bool:
        by, year = self.policy_drafts[number]
        possible = by not in ("", viewer.account) and year not in self.quota_base and self.today < date(year, 1, 1)
        done = self.attempt(possible, lambda: approve_policy_change(self.store, viewer, number, 1))
        if done:
            self.policy_drafts[number] = "", year
            self.quota_base[year] = NEW_BASE
        return done

    # Enterprises: locks, reopening, evidence, hearings.

    def may_lock(self, code: str, year: int) -> bool:
        dates = self.dates.get(year)
        in_window = dates.opens <= self.today <= dates.closes if dates else year <= self.today.year
        return (code, year) not in self.locked and in_window

    def lock(self, code: str, year: int) -> bool:
        done = self.attempt(
            self.may_lock(code, year), lambda: lock_as_it_stands(self.store, ENTERPRISES[code], code, year)
        )
        if done:
            self.locked.add((code, year))
            self.decided.pop((code, year), None)
            self._enter(code, year, "submitted")
        return done

    def reopen(self, code: str, year: int, reason: bool) -> bool:
        dates = self.dates.get(year)
        possible = (
            (code, year) in self.locked
            and reason
            and self.stage(code, year) == "submitted"
            and (dates is None or dates.opens <= self.today <= dates.closes)
        )
        words = self.words(reason)
        done = self.attempt(possible, lambda: reopen_application(self.store, ENTERPRISES[code], code, year, words))
        if done:
            self.locked.remove((code, year))
            self.decided.pop((code, year), None)
            self._enter(code, year, "draft", words)
        return done

    def attach_evidence(self, code: str, year: int) -> bool:
        key = next(iter(self.claims))
        return self.attempt(True, lambda: attach_evidence(self.store, ENTERPRISES[code], code, year, key, self.words()))

    def may_reply(self, found: KnownObjection) -> bool:
        return found.state == "open" and found.reply_by is not None and self.today <= found.reply_by

    def may_ask_again(self, found: KnownObjection) -> bool:
        in_time = found.upheld_on is not None and self.today <= found.upheld_on + timedelta(days=10)
        return found.state == "upheld" and in_time and not found.looked_again

    def reply(self, number: str, again: bool) -> bool:
        found, words = self.objections[number], self.words()
        possible = self.may_ask_again(found) if again else self.may_reply(found)
        kind = "second_look" if again else "reply"
        done = self.attempt(
            found.reply_by and possible,
            lambda: reply_to_objection(self.store, ENTERPRISES[found.code], number, kind, words),
        )
        if done:
            found.words.append(words)
            found.replies.append(words)
            found.replied, found.later_parts = True, found.later_parts + 1
            if again:
                found.state, found.looked_again = "open", True
            self.touched.add(found.code)
        return done

    # Bodies: order, nomination, withdrawal, sending.

    def late(self, year: int) -> bool:
        return year in self.dates and self.dates[year].lists_due < self.today

    def awarded_before(self, code: str, year: int) -> bool:
        return any(self.listed(code, other) for other in YEARS if other <= year)

    def unfit(self, code: str, year: int) -> bool:
        """Nobody puts it forward: it was awarded, or people found that it does not meet a condition."""
        refused = any(self.standing(code, year, condition) == "not_met" for condition in CONDITIONS)
        return refused or self.awarded_before(code, year)

    def awards(self, body: str) -> int:
        """Its factories' awards by now, of all years."""
        listed = sum(self.listed(code, year) for code in CODES for year in YEARS if BODY_OF[code] == body)
        return AWARDED_BEFORE.get(body, 0) + listed

    def allowed(self, body: str, year: int) -> int:
        base = NEW_BASE if any(begun <= year for begun in self.quota_base) else 10
        return 12 if self.awards(body) >= 30 else base

    def may_nominate(self, body: str, year: int, order: Sequence[str], reason: bool) -> bool:
        kept = self.lists[body, year]
        dropped = set(kept.forward) - set(order)
        return bool(
            order
            and not kept.sent
            and not self.late(year)
            and len(order) <= self.allowed(body, year)
            and all((code, year) in self.locked and not self.unfit(code, year) for code in order)
            and (reason or not dropped)
            and all(self.stage(code, year) in AS_NOMINATED for code in dropped)
        )

    def order(self, body: str, year: int, codes: Sequence[str]) -> bool:
        kept = self.lists[body, year]
        possible = not kept.sent and all((code, year) in self.locked for code in codes)
        placements = [Placement(code, self.words(), "纸质（演示）", EXPLAINED) for code in codes]
        done = self.attempt(possible, lambda: save_list(self.store, LEADERS[body], year, kept.edition, placements))
        if done:
            kept.order, kept.put_forward, kept.edition = tuple(codes), False, kept.edition + 1
        return done

    def nominate(self, body: str, year: int, reason: bool) -> bool:
        kept, words = self.lists[body, year], self.words(reason)
        possible = self.may_nominate(body, year, kept.order, reason)
        done = self.attempt(possible, lambda: nominate(self.store, LEADERS[body], year, kept.edition, words))
        if done:
            for code in (code for code in kept.forward if code not in kept.order):
                self._enter(code, year, "submitted", words)
            for code in (code for code in kept.order if code not in kept.forward):
                self._enter(code, year, "put_forward")
            kept.forward, kept.put_forward, kept.edition = kept.order, True, kept.edition + 1
        return done

    def withdraw(self, body: str, year: int, reason: bool) -> bool:
        kept, words = self.lists[body, year], self.words(reason)
        possible = (
            reason
            and kept.forward
            and not kept.sent
            and not self.late(year)
            and all(self.stage(code, year) in AS_NOMINATED for code in kept.forward)
        )
        done = self.attempt(possible, lambda: withdraw_list(self.store, LEADERS[body], year, kept.edition, words))
        if done:
            for code in kept.forward:
                self._enter(code, year, "submitted", words)
            kept.forward, kept.put_forward, kept.edition = (), False, kept.edition + 1
        return done

    def send(self, body: str, year: int) -> bool:
        kept = self.lists[body, year]
        faultless = len(kept.order) <= self.allowed(body, year) and not any(
            self.unfit(code, year) for code in kept.order
        )
        possible = kept.put_forward and not kept.sent and not self.late(year) and faultless
        done = self.attempt(possible, lambda: send_list(self.store, LEADERS[body], year, kept.edition))
        if done:
            kept.sent, kept.edition = True, kept.edition + 1
        return done

    # Reviewers: conflicts of interest, claims, scores.

    def viewer(self, reviewer: Viewer) -> Viewer:
        return replace(reviewer, barred=tuple(sorted(self.conflicts[reviewer.account])))

    def reaches(self, reviewer: Viewer, code: str, year: int) -> bool:
        return (code, year) in self.locked and code not in self.conflicts[reviewer.account]

    def may_read(self, reviewer: Viewer, code: str, year: int) -> bool:
        """Whoever has not said that there is no conflict is shown nothing."""
        return self.reaches(reviewer, code, year) and (code, year) in self.stated[reviewer.account]

    def state_conflict(self, reviewer: Viewer, code: str, year: int, own: bool) -> bool:
        key, who = [f"{code} {year}"], self.viewer(reviewer)
        done = self.attempt(
            self.reaches(reviewer, code, year),
            lambda: state_conflicts(self.store, who, [] if own else key, key if own else [], self.words()),
        )
        if done and own:
            self.conflicts[reviewer.account].add(code)
        elif done:
            self.stated[reviewer.account].add((code, year))
        return done

    def read_candidate(self, reviewer: Viewer, code: str, year: int) -> bool:
        who = self.viewer(reviewer)
        done = self.attempt(
            self.may_read(reviewer, code, year), lambda: candidate_evaluation(self.store, who, code, year)
        )
        if done:
            self.read[reviewer.account].add((code, year))
        return done

    def rule_on(self, reviewer: Viewer, code: str, year: int, key: ClaimKey, ruling: GivenRuling) -> bool:
        who = self.viewer(reviewer)
        done = self.attempt(
            self.may_read(reviewer, code, year),
            lambda: rule_on_claim(self.store, who, code, year, key, self.claims[key], ruling, self.words()),
        )
        if done:
            self.touched.add(code)
            self._note_ruling(code, year, key)
        return done

    def _note_ruling(self, code: str, year: int, key: ClaimKey) -> None:
        with self.store.cursor() as cursor:
            given = tables.claims.claim_rulings(cursor, [code], year)[code, year]
        self.ruled[code, year, key] = next(ruling.ruled_at for ruling in reversed(given) if ruling.key == key)

    def take_ruling_back(self, reviewer: Viewer, code: str, year: int, key: ClaimKey) -> bool:
        who, ruled_at = self.viewer(reviewer), self.ruled[code, year, key]
        done = self.attempt(
            self.may_read(reviewer, code, year),
            lambda: withdraw_ruling(self.store, who, code, year, key, ruled_at, self.words()),
        )
        if done:
            del self.ruled[code, year, key]
            self.touched.add(code)
        return done

    # Conditions that people decide: reviewers and the authority rule, a body checks statements, the enterprise appeals.

    def standing(self, code: str, year: int, condition: str) -> str | None:
        """What counts: after an appeal nothing of before; a ruling before a check; of a kind the last."""
        said = self.decided[code, year][condition]
        appeals = [place for place, item in enumerate(said) if item.kind == "appeal"]
        since = said[appeals[-1] + 1 :] if appeals else said
        rulings, checks = ([item for item in since if item.kind == kind] for kind in ("ruling", "check"))
        if appeals and not rulings:
            return "appealed"
        if rulings and rulings[-1].outcome:
            return rulings[-1].outcome
        return checks[-1].outcome if checks else None

    def may_decide(self, viewer: Viewer, code: str, year: int, condition: str, outcome: GivenOutcome | None) -> bool:
        kind = "check" if viewer.role == "leader" else "ruling"
        own = [item for item in self.decided[code, year][condition] if kind == item.kind]
        last = [item for item in self.decided[code, year][condition] if item.outcome]
        appealed = self.standing(code, year, condition) == "appealed"
        if viewer.role == "reviewer":
            reached = self.may_read(viewer, code, year)
        else:
            reached = (code, year) in self.locked and (viewer.role != "leader" or viewer.scope == (BODY_OF[code],))
        free = not outcome or not appealed or (viewer.role != "leader" and last[-1].account != viewer.account)
        there = outcome or (own and own[-1].outcome and not appealed)
        checked = viewer.role != "leader" or condition == STATED
        return bool(reached and checked and free and there and self._may_still(viewer, code, year))

    def _may_still(self, viewer: Viewer, code: str, year: int) -> bool:
        ended = ("listed", "not_listed") if viewer.role == "administrator" else ("publicity", "listed", "not_listed")
        return self.stage(code, year) not in ended

    def decide_condition(
        self, viewer: Viewer, code: str, year: int, condition: str, outcome: GivenOutcome | None
    ) -> bool:
        who = self.viewer(viewer) if viewer.role == "reviewer" else viewer
        given = {condition: RulingInput(outcome, self.words(), self.words())}

        def call() -> None:
            found = conditions_to_rule(self.store, who, code, year)
            seen = {item.found.rule: item.last_at for item in found.conditions}
            rule_on_conditions(self.store, who, code, year, given, found.locked.locked_at, seen)

        done = self.attempt(self.may_decide(viewer, code, year, condition, outcome), call)
        if done:
            kind = "check" if viewer.role == "leader" else "ruling"
            self.decided[code, year][condition].append(Decided(kind, outcome, viewer.account))
        return done

    def appeal(self, code: str, year: int, condition: str) -> bool:
        said, who = self.decided[code, year][condition], ENTERPRISES[code]
        possible = (
            (code, year) in self.locked
            and self.standing(code, year, condition) == "not_met"
            and not any(item.kind == "appeal" for item in said)
            and self._may_still(who, code, year)
        )
        done = self.attempt(possible, lambda: appeal_ruling(self.store, who, code, year, condition, self.words()))
        if done:
            said.append(Decided("appeal", None, who.account))
        return done

    def to_rule(self, reviewer: Viewer, code: str, year: int) -> int:
        """How many conditions of a candidate a reviewer is asked to rule on: none that another has to look at again."""
        if not self._may_still(reviewer, code, year):
            return 0
        appealed = [item for item in CONDITIONS if self.standing(code, year, item) == "appealed"]
        mine = sum(self.may_decide(reviewer, code, year, item, "met") for item in appealed)
        return OTHERS_RULED + (self.standing(code, year, RULED) is None) + mine

    # Panels.

    def pairs(self, found: Round) -> set[tuple[str, str]]:
        """Who scores whom: a conflict of interest takes a reviewer off."""
        every = {(who, code) for code, reviewers in found.assigned.items() for who in reviewers}
        return {(who, code) for who, code in every if code not in self.conflicts[who]}

    def waiting(self, found: Round) -> set[tuple[str, str]]:
        return self.pairs(found) - found.done

    def may_score(self, found: Round, reviewer: Viewer, code: str) -> bool:
        asked = (reviewer.account, code) in self.pairs(found) and self.reaches(reviewer, code, found.year)
        return found.started and not found.released and asked

    def score(self, name: str, reviewer: Viewer, code: str, level: int) -> bool:
        """Of level 0: abstained."""
        found, who, key = self.rounds[name], self.viewer(reviewer), (reviewer.account, code)
        occasion: Occasion = "material" if "material" in name else "on_site"
        seen, content = found.versions[key], whole_score(occasion, level or 1)
        done = self.attempt(
            self.may_score(found, reviewer, code),
            lambda: (
                save_score(self.store, who, name, code, seen, content, hand_in=True)
                if level
                else abstain(self.store, who, name, code, seen, self.words())
            ),
        )
        if done:
            found.done.add(key)
            found.versions[key] += 1
        return done

    # The panel's rounds, run by administrators.

    def open_round(self, viewer: Viewer, year: int, occasion: Occasion) -> bool:
        in_hand = any(of == year for _, of in self.locked)
        name = f"{year}-equipment-{occasion}-1"
        assert name not in self.rounds
        done = self.attempt(in_hand, lambda: open_round(self.store, viewer, year, INDUSTRY, occasion))
        if done:
            self.rounds[name] = Round(year, len(self.rounds))
        return done

    def assign(self, viewer: Viewer, name: str, chosen: Mapping[str, Collection[str]]) -> bool:
        """By credit code the accounts that are to score it, and no others."""
        found, held = self.rounds[name], defaultdict[str, set[str]](set)
        for who, code in self.pairs(found):
            held[code].add(who)
        added = {(who, code) for code, wanted in chosen.items() for who in wanted if who not in held[code]}
        dropped = {(who, code) for code, wanted in chosen.items() for who in held[code] if who not in wanted}
        possible = (
            not found.released
            and (added or dropped)
            and all((code, found.year) in self.locked or held[code] for code in chosen)
            and all((code, found.year) in self.locked and code not in self.conflicts[who] for who, code in added)
            and not dropped & found.done
        )
        done = self.attempt(possible, lambda: assign_reviewers(self.store, viewer, name, chosen, self.words()))
        if done:
            found.assigned.update({code: set(wanted) for code, wanted in chosen.items()})
        return done

    def start(self, viewer: Viewer, name: str) -> bool:
        found = self.rounds[name]
        possible = not found.started and not found.released and self.pairs(found)
        done = self.attempt(possible, lambda: start_round(self.store, viewer, name))
        found.started |= done
        return done

    def complete(self, found: Round) -> bool:
        return found.started and not found.released and bool(self.pairs(found)) and not self.waiting(found)

    def release(self, viewer: Viewer, name: str) -> bool:
        found = self.rounds[name]
        done = self.attempt(self.complete(found), lambda: release_round(self.store, viewer, name))
        found.released |= done
        return done

    def in_round(self, found: Round) -> list[str]:
        return sorted({code for _, code in self.pairs(found)})

    def decide(self, viewer: Viewer, name: str, codes: Collection[str], outcome: PanelOutcome) -> bool:
        found = self.rounds[name]
        seen = {code: found.decisions[code][1] if code in found.decisions else 0 for code in codes}
        possible = found.released and codes and set(codes) <= set(self.in_round(found))
        done = self.attempt(possible, lambda: decide_candidates(self.store, viewer, name, seen, outcome, self.words()))
        if done:
            found.decisions |= {code: (outcome, edition + 1) for code, edition in seen.items()}
        return done

    def note(self, viewer: Viewer, name: str, code: str) -> bool:
        found, words = self.rounds[name], self.words()
        possible = found.released and code in self.in_round(found)
        done = self.attempt(possible, lambda: write_review_panel_note(self.store, viewer, name, code, words))
        if done:
            self.notes.append((name, code, words))
        return done

    # Stages, set by administrators.

    def decision(self, code: str, year: int) -> PanelOutcome | bool | None:
        """Of the last round that it is in; None: still open. False: it is in none."""
        of_it = [it for it in self.rounds.values() if it.year == year and code in self.in_round(it)]
        if not of_it:
            return False
        last = max(of_it, key=lambda item: item.number)
        return last.decisions[code][0] if code in last.decisions else None

    def open_objections(self, code: str, year: int) -> list[str]:
        return [
            number
            for number, found in self.objections.items()
            if (found.code, found.year, found.state) == (code, year, "open")
        ]

    def may_set(self, code: str, year: int, state: ApplicationState, reason: bool, read: bool) -> bool:
        before = self.stage(code, year)
        place = IN_ORDER.index
        if (code, year) not in self.locked or state == "draft" or place(state) <= place(before):
            return False
        if not reason and (state == "not_listed" or place(state) != place(before) + 1):
            return False
        if state == "publicity":
            decided = self.decision(code, year)
            return decided is not None and (reason or decided == "forward")
        dates = self.dates.get(year)
        public_still = dates is not None and dates.publicity_to is not None and self.today <= dates.publicity_to
        return state != "listed" or (not public_still and (read or not self.open_objections(code, year)))

    def set_stage(
        self, viewer: Viewer, code: str, year: int, state: ApplicationState, reason: bool = True, read: bool = True
    ) -> bool:
        parts = self.parts_of(code, year) if read and self.open_objections(code, year) else []
        words = self.words(reason)
        done = self.attempt(
            self.may_set(code, year, state, reason, read),
            lambda: advance(self.store, viewer, code, year, state, words, parts),
        )
        if done:
            self._enter(code, year, state, words, "set")
        return done

    def may_undo(self, code: str, year: int, reason: bool) -> bool:
        """An administrator's step, if nothing that was said since would be without its ground."""
        if not self.holding[code, year] or (code, year) not in self.locked or not reason:
            return False
        stage, (kind, back) = self.stage(code, year), self.holding[code, year][-1]
        of_it = [found.state for found in self.objections.values() if (found.code, found.year) == (code, year)]
        leaves = stage in PUBLIC and back not in PUBLIC
        return kind == "set" and not (leaves and "open" in of_it) and not (stage == "not_listed" and "upheld" in of_it)

    def undo(self, viewer: Viewer, code: str, year: int, reason: bool = True) -> bool:
        words = self.words(reason)
        read = [
            hand
            for hand in applications_in_progress(self.store, viewer)
            if (hand.credit_code, hand.year) == (code, year)
        ]
        done = self.attempt(self.may_undo(code, year, reason), lambda: undo_steps(self.store, viewer, read, words))
        if done:
            self._take_back(code, year, words)
        return done

    def _take_back(self, code: str, year: int, words: str = "") -> None:
        _, back = self.holding[code, year].pop()
        self.stages[code, year].append(Entered(back, words.strip()))
        self.touched.add(code)

    def set_several(
        self, viewer: Viewer, codes: Collection[str], year: int, state: ApplicationState, reason: bool = True
    ) -> bool:
        """All of them or none; nobody reads an objection meanwhile."""
        words = self.words(reason)
        wanted = [WantedStage(code, year, state, words) for code in codes]
        possible = codes and all(self.may_set(code, year, state, reason, read=False) for code in codes)
        done = self.attempt(possible, lambda: advance_all(self.store, viewer, wanted))
        for code in codes if done else ():
            self._enter(code, year, state, words, "set")
        return done

    def parts_of(self, code: str, year: int) -> list[str]:
        with self.store.cursor() as cursor:
            found = tables.objections.objections(cursor, year)
        return [part for item in found if item.credit_code == code for part in item.parts]

    def _enter(self, code: str, year: int, state: ApplicationState, words: str = "", kind: str = "") -> None:
        if kind != "uphold" or self.stage(code, year) != state:  # upheld again, it stays where it is
            self.holding[code, year].append((kind, self.stage(code, year)))
        self.stages.setdefault((code, year), []).append(Entered(state, words.strip()))
        self.touched.add(code)

    # Objections, kept and answered by administrators.

    def object_to(self, viewer: Viewer, code: str, year: int) -> bool:
        words, numbers = self.words(), list[str]()
        given = NewObjection(code, year, self.today, "某人（虚构）", words)
        possible = (code, year) in self.locked and self.stage(code, year) in PUBLIC
        done = self.attempt(possible, lambda: numbers.append(record_objection(self.store, viewer, given)))
        if done:
            self.objections[numbers[0]] = KnownObjection(code, year, [words])
        return done

    def add_late(self, viewer: Viewer, number: str) -> bool:
        found, words = self.objections[number], self.words()
        possible = self.acted_on(found) and found.state == "open"
        given = LateEvidence(self.today, words)
        done = self.attempt(possible, lambda: add_to_objection(self.store, viewer, number, given))
        if done:
            found.words.append(words)
            found.informed, found.later_parts = False, found.later_parts + 1
        return done

    def inform(self, viewer: Viewer, number: str) -> bool:
        found, words, last = self.objections[number], self.words(), self.today + timedelta(days=5)
        possible = self.acted_on(found) and found.state == "open"
        done = self.attempt(possible, lambda: inform_enterprise(self.store, viewer, number, words, last))
        if done:
            found.reply_by, found.informed, found.replied = last, True, False
            found.words.append(words)
            found.hearing = words
            self.touched.add(found.code)
        return done

    def heard(self, found: KnownObjection) -> bool:
        over = found.reply_by is not None and self.today > found.reply_by
        return found.informed and (found.replied or over)

    def returns_to(self, number: str) -> ApplicationState | None:
        """The stage that upheld objections alone took it from, once none of them is upheld any more."""
        found = self.objections[number]
        of_it = [other for other in self.objections.values() if (other.code, other.year) == (found.code, found.year)]
        if any(other.state == "upheld" for other in of_it):
            return None
        kind, left = self.holding[found.code, found.year][-1]
        return left if kind == "uphold" else None

    def answer(self, viewer: Viewer, number: str, outcome: ObjectionOutcome, reason: bool, read: bool) -> bool:
        found, words = self.objections[number], self.words(reason)
        parts = self.parts_of(found.code, found.year) if read else []
        possible = (
            self.acted_on(found)
            and reason
            and found.state == "open"
            and (read or not found.later_parts)
            and (outcome != "upheld" or self.heard(found))
        )
        back = self.returns_to(number)
        done = self.attempt(
            possible,
            lambda: answer_objection(self.store, viewer, number, outcome, words, self.today, seen=parts),
        )
        if done:
            found.state = outcome
            found.words.append(words)
            if outcome == "upheld":
                found.upheld_on = self.today
                self._enter(found.code, found.year, "not_listed", words, "uphold")
            elif back:
                self._take_back(found.code, found.year)
        return done

    def take_up_again(self, viewer: Viewer, number: str) -> bool:
        found, words = self.objections[number], self.words()
        possible = self.acted_on(found) and found.state != "open"
        done = self.attempt(possible, lambda: reopen_objection(self.store, viewer, number, words))
        if done:
            found.state = "open"
            found.words.append(words)
        return done
