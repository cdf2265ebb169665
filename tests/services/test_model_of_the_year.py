"""Whole years of the programme at random: two years, four bodies, ten factories, three reviewers, two administrators.

After every step, in words of the model's own: what is listed is awarded; quota follows awards; to-dos are the acts that
are possible; nobody confirms what they began; every word follows from a sealed record; nothing that was said is lost;
whom an act concerns hears of it. At the end of a year all mails have come, each once, and none says more than a link.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import wraps
from itertools import count
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

import pytest
from hypothesis import HealthCheck, Phase, assume, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kpi.model.audit import AuditAction
from kpi.model.claims import GivenOutcome, final_list
from kpi.model.lifecycle import ApplicationState
from kpi.model.programme import OUTCOMES, ObjectionOutcome, ToDo
from kpi.model.scoring import PANEL_OUTCOMES, Occasion, PanelOutcome
from kpi.model.times import set_clock_offset
from kpi.model.viewer import Viewer
from kpi.services.administrator.home import administrator_to_dos
from kpi.services.administrator.meeting import review_panel_meeting
from kpi.services.administrator.objections import listed_objections
from kpi.services.condition_rulings import conditions_to_rule
from kpi.services.enterprise.hearings import own_hearings, reply_awaited
from kpi.services.enterprise.journey import own_journeys
from kpi.services.enterprise.lock import own_results, own_stages
from kpi.services.leader.coverage import leader_to_dos
from kpi.services.notifications.events import events, kinds_by_act
from kpi.services.reviewer.home import reviewer_to_dos
from kpi.store.cache import snapshot
from kpi.store.store import Store
from tests.campaign import LONG, size, trial
from tests.clock.sitecustomize import clock
from tests.either_store import copied_store
from tests.services.notifications.mail_server import make_certificate
from tests.services.year_mail import YearMail
from tests.services.year_model import (
    ADMINISTRATORS,
    BODY_OF,
    CODES,
    CONDITIONS,
    ENTERPRISES,
    IN_ORDER,
    LEADERS,
    PUBLIC,
    REVIEWERS,
    YEARS,
    Programme,
    Round,
    first_dates,
    later_dates,
    make_programme,
)
from tests.shortcuts import made_once

pytestmark = [
    pytest.mark.slow,
    pytest.mark.folder_store("a shared store has its database's clock, and not the model's"),
]

PHASES = {"window": (3, 5), "lists": (5, 10), "review": (6, 10), "publicity": (9, 5), "end": (9, 20)}
"""The day on which each begins."""
FREE_STEPS = size(2, 7)
"""At random, of each phase."""
OWN_WORDS = frozenset({"not_applicable", "not_reported", "basis_mismatch"})
"""What is said of how a value was reported, without any peer."""
GROWING = (
    "objection",
    "objection_answer",
    "objection_addition",
    "objection_hearing",
    "objection_reply",
    "score_version",
    "panel_note",
    "panel_decision",
    "step",
    "claim_evidence",
    "claim_ruling",
    "condition_ruling",
    "award_change",
    "nomination_list",
    "later_record",
    "programme_dates",
    "policy_change",
)
OTHERS = {viewer.account for viewer in (*LEADERS.values(), *REVIEWERS, *ADMINISTRATORS)}
OTHERS_CONCERNED = {
    "locked": ("body", "reviewers"),
    "reopened": ("body", "reviewers"),
    "ruled": (),
    "ruling_appealed": ("body", "reviewers", "administrators"),
    "list_sent": ("administrators",),
    "progress": ("body",),
    "awarded": (),
    "hearing": (),
    "hearing_reply": ("administrators",),
    "objection": ("administrators",),
    "conflict": ("administrators",),
    "dates_set": ("body", "reviewers"),
    "dates_wait": ("administrators",),
    "policy_waits": ("administrators",),
    "round_started": ("scorers",),
    "round_released": ("scorers",),
}
"""Who is no enterprise and hears of it, by kind of event; whoever did it knows."""
NUMBERS = st.integers(0, 9_999)
SURE = st.sampled_from([True, True, True, False])
Option = TypeVar("Option")


def chosen(options: Sequence[Option], number: int) -> Option:
    return options[number % len(options)]


def step(**drawn: Any) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A rule that is an act at random while its phase has steps left; then it is the phase's end.

    The end is no rule of its own: Hypothesis leaves rules out of a run, and a run without it would never come there.
    """

    def of(act: Callable[..., None]) -> Callable[..., None]:
        @wraps(act)
        def taken(self: Years, number: int, **given: object) -> None:
            if self.left:
                self.left -= 1
                act(self, number, **given)
            else:
                self.go_on(number)

        ruled: Callable[..., None] = rule(number=NUMBERS, **drawn)(taken)
        return ruled

    return of


class Years(RuleBasedStateMachine):
    """Each phase has so many steps at random; then what is left of it is done, and the clock goes on."""

    def __init__(self, folder: Path, certificates: Path) -> None:
        super().__init__()
        self.model = Programme(folder)
        self.store = self.model.store
        self.mail = YearMail(self.store, certificates)
        self.phase = 0
        self.left = FREE_STEPS
        self.trail: list[tuple[object, ...]] = []
        self.grown = dict.fromkeys(GROWING, 0)
        self.turn, self.sendings = count(), count()
        [(self.looked_until,)] = self._rows("select max(seq) from audit")
        self.over = 0

    def teardown(self) -> None:
        self.store.close()
        set_clock_offset(clock())

    @property
    def year(self) -> int:
        return self.model.year

    @property
    def keys(self) -> list[tuple[str, int]]:
        """Of this year and of the other one: mostly of this."""
        return [(code, year) for year in (self.year, self.year, self.year, *YEARS) for code in CODES]

    @initialize(number=NUMBERS)
    def begin(self, number: int) -> None:
        # The first run is of nothing but first choices: years in which next to nothing happens.
        assume(number)
        self.set_first_dates()

    def set_first_dates(self) -> None:
        self.model.set_dates(ADMINISTRATORS[0], self.year, first_dates(self.year))

    # What is done at random, while the phase has steps left.

    @step(reason=SURE, other=SURE)
    def lock_or_reopen(self, number: int, reason: bool, other: bool) -> None:
        code, year = chosen(self.keys, number)
        if ((code, year) in self.model.locked) == other:
            self.model.reopen(code, year, reason)
        else:
            self.model.lock(code, year)

    @step()
    def bring_evidence_late(self, number: int) -> None:
        open_ones = [key for key, found in self.model.objections.items() if found.state == "open"]
        if open_ones and number % 2:
            self.model.add_late(chosen(ADMINISTRATORS, number), chosen(open_ones, number))
        else:
            self.model.attach_evidence(*chosen(self.keys, number))

    @step(codes=st.permutations(CODES), few=SURE, reason=SURE)
    def nominate(self, number: int, codes: list[str], few: bool, reason: bool) -> None:
        body = chosen(sorted(LEADERS), number)
        own = [code for code in codes if BODY_OF[code] == body]
        known = [code for code in own if (code, self.year) in self.model.locked]
        if self.model.order(body, self.year, (known or own)[: 1 + number % 4] if few else own):
            self.model.nominate(body, self.year, reason)

    @step(reason=SURE, seal=st.booleans())
    def withdraw_or_send(self, number: int, reason: bool, seal: bool) -> None:
        body = chosen(sorted(LEADERS), number)
        if seal:
            self.model.send(body, self.year)
        else:
            self.model.withdraw(body, self.year, reason)

    @step(kind=st.sampled_from(["free", "free", "own", "read"]))
    def review(self, number: int, kind: str) -> None:
        reviewer, (code, year) = chosen(REVIEWERS, number), chosen(self.keys, number // 3)
        if kind == "read":
            self.model.read_candidate(reviewer, code, year)
        else:
            self.model.state_conflict(reviewer, code, year, kind == "own")

    @step(accepted=st.booleans())
    def rule_on_a_claim(self, number: int, accepted: bool) -> None:
        reviewer, key = chosen(REVIEWERS, number), chosen(sorted(self.model.claims, key=repr), number)
        if self.model.ruled and number % 2:
            self.model.take_ruling_back(reviewer, *chosen(sorted(self.model.ruled, key=repr), number))
        else:
            code, year = chosen(self.keys, number // 3)
            self.model.rule_on(reviewer, code, year, key, "accepted" if accepted else "refused")

    @step(outcome=st.sampled_from(["met", "not_met", "not_met", None, "appeal"]))
    def decide_on_a_condition(self, number: int, outcome: GivenOutcome | Literal["appeal"] | None) -> None:
        (code, year), condition = chosen(self.keys, number // 7), chosen(CONDITIONS, number // 2)
        if outcome == "appeal":
            self.model.appeal(code, year, condition)
        else:
            people = (*REVIEWERS, *ADMINISTRATORS, LEADERS[BODY_OF[code]], chosen(list(LEADERS.values()), number))
            self.model.decide_condition(chosen(people, number), code, year, condition, outcome)

    @step(kind=st.sampled_from(["assign", "assign", "start", "score", "score", "release"]))
    def run_the_panel(self, number: int, kind: str) -> None:
        administrator = chosen(ADMINISTRATORS, number)
        of_year = [name for name, found in self.model.rounds.items() if found.year == self.year]
        if len(of_year) < (1 if number % 4 else 2):
            occasion: Occasion = "on_site" if f"{self.year}-equipment-material-1" in of_year else "material"
            self.model.open_round(administrator, self.year, occasion)
            return
        name, code, reviewer = chosen(of_year, number), chosen(CODES, number // 2), chosen(REVIEWERS, number // 5)
        if kind == "assign":
            self.model.assign(administrator, name, {code: [who.account for who in REVIEWERS[number % 3 :]]})
        elif kind == "start":
            self.model.start(administrator, name)
        elif kind == "release":
            self.model.release(administrator, name)
        else:
            self.model.score(name, reviewer, code, number % 5)

    @step(outcome=st.sampled_from(PANEL_OUTCOMES), noted=st.booleans())
    def meet(self, number: int, outcome: PanelOutcome, noted: bool) -> None:
        administrator, code = chosen(ADMINISTRATORS, number), chosen(CODES, number // 2)
        if not (released := [name for name, found in self.model.rounds.items() if found.released]):
            return
        name = chosen(released, number)
        if noted:
            self.model.note(administrator, name, code)
        else:
            self.model.decide(administrator, name, [code], outcome)

    @step(state=st.sampled_from([*IN_ORDER, *PUBLIC]), reason=SURE, read=SURE)
    def set_stage(self, number: int, state: ApplicationState, reason: bool, read: bool) -> None:
        self.model.set_stage(chosen(ADMINISTRATORS, number), *chosen(self.keys, number), state, reason, read)

    @step(reason=SURE, sure=SURE)
    def undo(self, number: int, reason: bool, sure: bool) -> None:
        possible = [key for key in sorted(self.model.locked) if self.model.may_undo(*key, reason=True)]
        key = chosen(possible if possible and sure else self.keys, number)
        self.model.undo(chosen(ADMINISTRATORS, number), *key, reason)

    @step(sure=SURE)
    def object_to(self, number: int, sure: bool) -> None:
        public = [key for key in self.model.locked if self.model.stage(*key) in PUBLIC]
        key = chosen(sorted(public) if public and sure else self.keys, number)
        self.model.object_to(chosen(ADMINISTRATORS, number), *key)

    @step(kind=st.sampled_from(["inform", "inform", "reply", "reply", "again", "reopen"]))
    def hear(self, number: int, kind: str) -> None:
        if not self.model.objections:
            return
        administrator, objection = chosen(ADMINISTRATORS, number), chosen(list(self.model.objections), number)
        if kind == "inform":
            self.model.inform(administrator, objection)
        elif kind == "reopen":
            self.model.take_up_again(administrator, objection)
        else:
            self.model.reply(objection, kind == "again")

    @step(outcome=st.sampled_from(OUTCOMES), reason=SURE, read=SURE)
    def answer(self, number: int, outcome: ObjectionOutcome, reason: bool, read: bool) -> None:
        if not self.model.objections:
            return
        objection = chosen(list(self.model.objections), number)
        self.model.answer(chosen(ADMINISTRATORS, number), objection, outcome, reason, read)

    @step()
    def change_what_holds(self, number: int) -> None:
        """Dates and policy: begun by one, confirmed by the other; tried by whoever comes."""
        administrator = chosen(ADMINISTRATORS, number)
        drafts = [key for key, (by, _) in self.model.policy_drafts.items() if by]
        if self.year in self.model.proposed:
            self.model.confirm_dates(administrator, self.year)
        elif number % 3:
            self.model.set_dates(administrator, self.year, chosen(later_dates(self.year), number // 2))
        elif drafts:
            self.model.approve_policy(administrator, drafts[0])
        else:
            self.model.draft_policy(administrator)

    # What is left of a phase is done; then the next one begins.

    def do_what_has_to_be_done(self) -> None:
        """A year without any act at random."""
        while not self.over:
            self.go_on(1)
            self.what_was_said_holds()

    def go_on(self, number: int) -> None:
        if self.year in self.model.proposed:
            by, _ = self.model.proposed[self.year]
            # Whoever began it tries first.
            for administrator in sorted(ADMINISTRATORS, key=lambda item: item.account != by):
                self.model.confirm_dates(administrator, self.year)
            assert self.year not in self.model.proposed
        name = list(PHASES)[self.phase]
        {
            "window": self._lock_the_others,
            "lists": self._send_the_lists,
            "review": self._finish_the_rounds,
            "publicity": self._make_public,
            "end": self._end_the_year,
        }[name](number)
        self.mail.go_out(next(self.sendings))
        self.phase = (self.phase + 1) % len(PHASES)
        self.left = FREE_STEPS
        if self.phase == 0:
            self.over += 1
            trial("whole years of the model of the year", 1, 0)
            self.mail.reach_everybody()
            self.mail.check()
            if self.year == YEARS[-1]:
                return
            self.model.year += 1
        self.model.go_to(date(self.year, *list(PHASES.values())[self.phase]))
        if self.phase == 0:
            assert self.model.set_dates(chosen(ADMINISTRATORS, number), self.year, first_dates(self.year))

    def _lock_the_others(self, number: int) -> None:
        for code in CODES:
            if self.model.may_lock(code, self.year):
                assert self.model.lock(code, self.year)
        self.model.set_dates(ADMINISTRATORS[number % 2], self.year, chosen(later_dates(self.year), number))

    def _send_the_lists(self, number: int) -> None:
        for place, body in enumerate(LEADERS):
            if place == number % 7:
                continue  # it lets its day pass
            kept = self.model.lists[body, self.year]
            own = [code for code in CODES if BODY_OF[code] == body and (code, self.year) in self.model.locked]
            fit = [code for code in own if not self.model.unfit(code, self.year)]
            order = [*kept.forward, *(code for code in fit if code not in kept.forward)]
            order = order[: max(self.model.allowed(body, self.year), len(kept.forward))]
            if self.model.may_nominate(body, self.year, order, reason=True):
                assert self.model.order(body, self.year, order)
                assert self.model.nominate(body, self.year, reason=True)
                assert self.model.send(body, self.year)

    def _forward(self) -> list[str]:
        return [code for code in CODES if code in self.model.lists[BODY_OF[code], self.year].forward]

    def _finish_the_rounds(self, number: int) -> None:
        model, first = self.model, ADMINISTRATORS[0]
        if new := [code for code in self._forward() if model.stage(code, self.year) == "put_forward"]:
            assert model.set_several(first, new, self.year, "material_review", reason=False)
        rounds = {name: found for name, found in model.rounds.items() if found.year == self.year}
        if not rounds and new:
            assert model.open_round(first, self.year, "material")
            rounds = {name: found for name, found in model.rounds.items() if found.year == self.year}
        for name, found in rounds.items():
            if not found.released:
                self._finish_the_round(name, found, number)
            undecided = [code for code in model.in_round(found) if code not in found.decisions]
            if found.released and undecided:
                against = undecided[number % 5 :: 4]
                for outcome, codes in {"not_forward": against, "forward": set(undecided) - set(against)}.items():
                    assert not codes or model.decide(first, name, sorted(codes), outcome)

    def _finish_the_round(self, name: str, found: Round, number: int) -> None:
        """Nobody is taken off who has handed in, and nobody is left on who cannot."""
        model, first = self.model, ADMINISTRATORS[0]
        chosen_ones = {}
        for code in {*self._forward(), *model.in_round(found)}:
            may = [who.account for who in REVIEWERS if model.reaches(who, code, self.year)]
            held = {who for who, of in model.pairs(found) if of == code}
            wanted = {*may[: 1 + number % 2], *(who for who in held if (who, code) in found.done)}
            if wanted != held:
                chosen_ones[code] = sorted(wanted)
        assert not chosen_ones or model.assign(first, name, chosen_ones)
        if not found.started and not (model.pairs(found) and model.start(first, name)):
            return
        if number % 3 == 0 and (pairs := sorted(model.waiting(found))):
            account, code = chosen(pairs, number)
            reviewer = next(it for it in REVIEWERS if it.account == account)
            assert model.state_conflict(reviewer, code, self.year, own=True)
        for who, code in sorted(model.waiting(found)):
            assert model.score(name, next(it for it in REVIEWERS if it.account == who), code, 1 + number % 4)
        if model.complete(found):
            assert model.release(first, name)

    def _make_public(self, number: int) -> None:
        model, ends = self.model, (*PUBLIC, "not_listed")
        ahead = [code for code in self._forward() if model.stage(code, self.year) not in ends]
        on = [code for code in ahead if model.decision(code, self.year) == "forward"]
        for state, codes in {"publicity": on, "not_listed": [code for code in ahead if code not in on]}.items():
            assert not codes or model.set_several(ADMINISTRATORS[1], codes, self.year, state)
        self._object_and_hear(number)

    def _object_and_hear(self, number: int) -> None:
        """One whole hearing a year at least, its factory's second look now and then."""
        public = [code for code in CODES if self.model.stage(code, self.year) == "publicity"]
        if public and self.model.object_to(ADMINISTRATORS[0], chosen(public, number), self.year):
            objection = list(self.model.objections)[-1]
            assert not self.model.answer(ADMINISTRATORS[0], objection, "upheld", reason=True, read=True)
            assert self.model.inform(ADMINISTRATORS[1], objection)
            assert self.model.reply(objection, again=False)
            assert self.model.answer(ADMINISTRATORS[0], objection, "upheld", reason=True, read=True)
            if number % 2:
                assert self.model.reply(objection, again=True)
                assert self.model.answer(ADMINISTRATORS[0], objection, "rejected", reason=True, read=True)

    def _end_the_year(self, number: int) -> None:
        model, last = self.model, self.model.dates[self.year].publicity_to
        if last and model.today <= last:
            model.go_to(last + timedelta(days=1))
        for objection, found in list(model.objections.items()):
            if found.state == "open" and model.acted_on(found):
                uphold = model.heard(found) and number % 2 == 0
                assert model.answer(ADMINISTRATORS[1], objection, "upheld" if uphold else "rejected", True, True)
        public = [code for code in CODES if model.stage(code, self.year) == "publicity"]
        assert not public or model.set_several(ADMINISTRATORS[0], public, self.year, "listed", reason=False)
        if public and number % 3 == 1:
            assert model.set_stage(ADMINISTRATORS[1], public[0], self.year, "not_listed")
        left = [code for code in self._forward() if model.stage(code, self.year) not in ("listed", "not_listed")]
        assert not left or model.set_several(ADMINISTRATORS[0], left, self.year, "not_listed")

    # What holds after every step.

    @invariant()
    def what_was_said_holds(self) -> None:
        with snapshot(self.store.cache):
            self._listed_is_awarded()
            self._to_dos_are_possible_acts()
            self._conditions_stand_as_decided()
            self._words_follow_from_sealed_records()
            self._nothing_said_is_lost()
            self._nobody_confirmed_their_own()
            self._word_reaches_whom_it_concerns()

    def _rows(self, question: str) -> list[tuple[object, ...]]:
        with self.store.cursor() as cursor:
            return [tuple(row) for row in cursor.execute(question).fetchall()]

    def _listed_is_awarded(self) -> None:
        """And counted once for its body, by which the quota of either year goes."""
        awarded = self._rows("select credit_code, year, source from awarded order by credit_code, year")
        listed = sorted((code, year) for code in CODES for year in YEARS if self.model.listed(code, year))
        assert awarded == [(code, year, final_list(year)) for code, year in listed], "who is listed is awarded"
        counted = {body: number for body, number in self._rows("select body, count from award") if number}
        assert counted == {body: self.model.awards(body) for body in LEADERS if self.model.awards(body)}, (
            "each award counts for its body"
        )
        last: dict[tuple[object, object], list[ApplicationState]] = {}
        for code, year, state in self._rows("select credit_code, year, state from step order by taken_at, credit_code"):
            last.setdefault((code, year), []).append(cast(ApplicationState, state))
        assert {key: states[-1] for key, states in last.items()} == {
            key: entered[-1].state for key, entered in self.model.stages.items()
        }

    def _word_reaches_whom_it_concerns(self) -> None:
        """Once, and of enterprises and recommending bodies no other's; what others did to an enterprise, it hears."""
        raised = self._rows("select occurrence, kind, account, credit_code from notification")
        assert len(set(raised)) == len(raised)
        heard = {(account, occurrence) for occurrence, _, account, _ in raised}
        strangers = {viewer.account for viewer in (*ENTERPRISES.values(), *LEADERS.values())}
        for _, kind, account, code in raised:
            if code in CODES and account in strangers:
                assert account in (ENTERPRISES[code].account, LEADERS[BODY_OF[code]].account), kind
        acts = [kind for kind, event in events().items() if event.about == "application" and "enterprise" in event.to]
        changes: dict[tuple[object, str], list[tuple[str, bool]]] = {}
        for seq, action, subject, actor, at in self._rows("select seq, action, subject, actor, done_at from audit"):
            kind = kinds_by_act().get(cast(AuditAction, action))
            if kind in (*acts, "awarded"):
                own = ENTERPRISES[str(subject).split()[0]].account
                if actor != own:
                    changes.setdefault((at, own), []).append((kind, (own, f"act {seq}") in heard))
        self._all_others_hear_of_acts()
        for (_, own), found in changes.items():
            said = {kind for kind, is_heard in found if is_heard}
            assert said, (own, found)
            assert not any(said & set(events()[kind].part_of) for kind in said), f"said twice: {found}"

    def _all_others_hear_of_acts(self) -> None:
        """Of each act since the last look those who are no enterprise: all whom the model says it concerns."""
        heard: dict[object, set[object]] = {}
        for occurrence, account in self._rows("select occurrence, account from notification"):
            heard.setdefault(occurrence, set()).add(account)
        acts = self._rows(f"select seq, action, subject, actor from audit where seq > {self.looked_until} order by seq")
        for seq, action, subject, actor in acts:
            kind = kinds_by_act().get(cast(AuditAction, action))
            if kind in OTHERS_CONCERNED:
                code = str(subject).split()[0]
                concerned = {account for group in OTHERS_CONCERNED[kind] for account in self._accounts(group, code)} - {
                    actor
                }
                assert heard.get(f"act {seq}", set()) & OTHERS == concerned, (action, subject)
            self.looked_until = int(str(seq))

    def _accounts(self, group: str, subject: str) -> set[str]:
        """Of a group of people those who have to do with an application's enterprise, or with a round of the panel."""
        if group == "body":
            return {LEADERS[BODY_OF[subject]].account} if subject in CODES else {it.account for it in LEADERS.values()}
        if group == "reviewers":
            return {it.account for it in REVIEWERS if subject not in self.model.conflicts[it.account]}
        if group == "scorers":
            return {who for who, _ in self.model.pairs(self.model.rounds[subject])}
        return {it.account for it in ADMINISTRATORS}

    def _conditions_stand_as_decided(self) -> None:
        """What was decided before a reopening says nothing."""
        states = {"met": "ok", "not_met": "fails", "appealed": "unknown", None: "unknown"}
        for code, year in [key for key in self.model.decided if key in self.model.locked][-2:]:
            found = conditions_to_rule(self.store, ADMINISTRATORS[0], code, year)
            shown = {item.found.rule: item.found.state for item in found.conditions}
            for condition in CONDITIONS:
                assert shown[condition] == states[self.model.standing(code, year, condition)], condition

    def _to_dos_are_possible_acts(self) -> None:
        turn = next(self.turn)
        self._administrator_home(chosen(ADMINISTRATORS, turn))
        self._reviewer_home(chosen(REVIEWERS, turn))
        self._leader_home(chosen(sorted(LEADERS), turn))
        for code in {chosen(CODES, turn), *self.model.touched}:
            self._enterprise_home(code)

    def _administrator_home(self, viewer: Viewer) -> None:
        model, found = self.model, administrator_to_dos(self.store, viewer)
        shown = {to_do.code: to_do for to_do in found if to_do.open}
        waiting = sum(model.stage(*key) == "submitted" for key in model.locked)
        assert _count(shown, "applications", "waiting") == waiting
        unanswered = [it for it in model.objections.values() if it.state == "open" and model.acted_on(it)]
        assert _count(shown, "objections_open") == len(unanswered)
        to_confirm = [year for year, (by, _) in model.proposed.items() if by != viewer.account]
        assert _count(shown, "dates_wait") == len(to_confirm)
        to_approve = [by for by, _ in model.policy_drafts.values() if by not in ("", viewer.account)]
        assert ("policy_drafts" in shown) == bool(to_approve)
        rounds = model.rounds.values()
        undecided = [code for it in rounds if it.released for code in model.in_round(it) if code not in it.decisions]
        possible = {
            "rounds_unassigned": sum(not it.released and not model.pairs(it) for it in rounds),
            "rounds_to_start": sum(not it.started and bool(model.pairs(it)) for it in rounds),
            "rounds_to_release": sum(model.complete(it) for it in rounds),
            "decisions_open": len(undecided),
        }
        said = [code for code in possible if code in shown]
        assert len(said) == any(possible.values())
        assert all(possible[code] for code in said)

    def _reviewer_home(self, reviewer: Viewer) -> None:
        model, account = self.model, reviewer.account
        found = reviewer_to_dos(self.store, model.viewer(reviewer))
        shown = {to_do.code: to_do for to_do in found if to_do.open}
        reached = {key for key in model.locked if model.reaches(reviewer, *key)}
        to_score = [
            code
            for it in model.rounds.values()
            for who, code in model.waiting(it)
            if who == account and model.may_score(it, reviewer, code)
        ]
        assert _count(shown, "to_score") == len(to_score)
        assert _count(shown, "conflicts_to_state") == len(reached - model.stated[account])
        read = reached & model.stated[account]
        claimed = [(*key, claim) for key in read for claim in model.claims if (*key, claim) not in model.ruled]
        assert _count(shown, "claims") == len(claimed)
        assert _count(shown, "conditions_to_rule") == sum(model.to_rule(reviewer, *key) for key in read)
        unread = reached - model.read[account]
        if "unread" in shown:
            year = shown["unread"].params["year"]
            assert _count(shown, "unread") == sum(of == year for _, of in unread)

    def _leader_home(self, body: str) -> None:
        model, found = self.model, leader_to_dos(self.store, LEADERS[body])
        [places] = [to_do for to_do in found if to_do.page == "nomination" and "allowed" in to_do.params]
        year = int(str(places.params["year"]))
        forward = model.lists[body, year].forward
        own = [code for code in CODES if BODY_OF[code] == body and (code, year) in model.locked]
        more = [code for code in own if code not in forward]
        assert places.params["allowed"] == model.allowed(body, year)
        possible = any(model.may_nominate(body, year, [*forward, code], reason=False) for code in more)
        assert places.open == possible, places

    def _enterprise_home(self, code: str) -> None:
        model, viewer = self.model, ENTERPRISES[code]
        for journey in own_journeys(self.store, viewer):
            assert journey.year is not None
            assert (journey.at("submit").state == "done") == ((code, journey.year) in model.locked)
            assert journey.lockable == model.may_lock(code, journey.year)
        heard = own_hearings(self.store, viewer)
        informed = {key: it for key, it in model.objections.items() if it.code == code and it.reply_by}
        assert {it.objection: (it.words, [reply.words for reply in it.replies], it.state) for it in heard} == {
            key: (it.hearing, it.replies, it.state) for key, it in informed.items()
        }, "what was said is read"
        awaited = {it.objection for it in heard if reply_awaited(it, model.today)}
        assert awaited == {key for key, it in informed.items() if model.may_reply(it) and not it.replied}

    def _words_follow_from_sealed_records(self) -> None:
        """Of the factories that something was done to: each word, and the clause, as a sealed record has it."""
        for code in sorted(self.model.touched):
            reached = {
                (year, it.state, it.note)
                for (of, year), entered in self.model.stages.items()
                if of == code
                for it in entered
            }
            assert {(it.year, it.state, it.note) for it in own_stages(self.store, ENTERPRISES[code])} == reached
            sealed = [
                json.loads(str(record))
                for (record,) in self._rows(
                    f"select record from release where credit_code = '{code}' union all "
                    f"select record from withdrawn where credit_code = '{code}' union all "
                    f"select record from later_record where credit_code = '{code}'"
                )
            ]
            said = {(it["code"], it["value"], it["verdict"]) for record in sealed for it in record["kpis"]}
            clauses = {record["clause"] for record in sealed}
            for result in own_results(self.store, ENTERPRISES[code]):
                shown = [kpi for kpi in result.answer.kpis if kpi.verdict not in (None, *OWN_WORDS)]
                assert {(kpi.code, kpi.value, kpi.verdict) for kpi in shown} <= said
                assert result.answer.clause in (None, *clauses)
                assert result.locked_at or not shown
        self.model.touched.clear()

    def _nothing_said_is_lost(self) -> None:
        trail = self._rows("select seq, mac from audit order by seq")
        assert trail[: len(self.trail)] == self.trail
        self.trail = trail
        counted = " union all ".join(f"select '{name}', count(*) from {name}" for name in GROWING)
        grown = {str(name): int(str(number)) for name, number in self._rows(counted)}
        assert [name for name in GROWING if grown[name] < self.grown[name]] == []
        self.grown = grown
        answerable = {key: it for key, it in self.model.objections.items() if self.model.acted_on(it)}
        if answerable:
            readable = {it.objection.id: repr(it) for it in listed_objections(self.store, ADMINISTRATORS[0])}
            assert readable.keys() == answerable.keys()
            assert [words for key, it in answerable.items() for words in it.words if words not in readable[key]] == []
        for name in {name for name, _, _ in self.model.notes}:
            notes = {
                (it.credit_code, it.note) for it in review_panel_meeting(self.store, ADMINISTRATORS[0], name).notes
            }
            in_round = self.model.in_round(self.model.rounds[name])
            assert {(code, words) for of, code, words in self.model.notes if of == name and code in in_round} <= notes

    def _nobody_confirmed_their_own(self) -> None:
        """By the trail: each change that took two was begun by another than whoever confirmed it."""
        begun: dict[object, object] = {}
        acts = self._rows(
            "select action, subject, actor from audit where action in"
            " ('dates_proposed', 'year_dates_set', 'policy_drafted', 'policy_approved') order by seq"
        )
        for action, subject, actor in acts:
            if action in ("dates_proposed", "policy_drafted"):
                begun[subject] = actor
            elif subject in begun:
                assert begun[subject] != actor


def _count(shown: dict[str, ToDo], code: str, name: str = "count") -> int:
    return int(str(shown[code].params[name])) if code in shown else 0


@pytest.fixture(scope="session")
def programme(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store with all factories and people in it, that nobody has open."""

    def make(folder: Path) -> None:
        with Store.open(copied_store(furnished, folder)) as store:
            make_programme(store)

    return made_once(tmp_path_factory, "programme", make)


@pytest.fixture
def certificates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the certificate that the programme's mail server has."""
    monkeypatch.setenv("SSL_CERT_FILE", str(make_certificate(tmp_path)))
    return tmp_path


def test_whole_years_hold_after_every_step(programme: Path, certificates: Path, tmp_path: Path) -> None:
    """The short form is the same years at each run, the long form others."""
    numbers, steps = count(), len(YEARS) * len(PHASES) * (FREE_STEPS + 1) + 1

    def made() -> Years:
        return Years(copied_store(programme, tmp_path / str(next(numbers))), certificates)

    run_state_machine_as_test(
        made if LONG else seed(1)(made),  # type: ignore[arg-type]  # typed for tests; what a test is made by is marked too
        settings=settings(
            max_examples=size(1, 100),
            stateful_step_count=steps,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
        _min_steps=steps,
    )


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        ("services.lifecycle.award_by_list", "who is listed is awarded"),
        ("services.administrator.objections.against_upholding", "done although it is not possible"),
        ("services.administrator.year_dates.against_confirming", "done although it is not possible"),
        *(
            pytest.param(*more, marks=pytest.mark.campaign)
            for more in [
                ("services.lifecycle.take_back_by_list", "who is listed is awarded"),
                ("services.award_changes.count_award", "each award counts for its body"),
                ("tables.objections.add_hearing_reply", "hearing_running"),
                ("services.unit_of_work.raise_notifications", "year_dates_set"),
                ("tables.notifications.add_deliveries", "each event leaves"),
            ]
        ),
    ],
)
def test_a_rule_that_is_left_out_is_missed(
    planted: str, found: str, programme: Path, certificates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"kpi.{planted}", lambda *_: None)
    years = Years(copied_store(programme, tmp_path / "s"), certificates)
    try:
        years.set_first_dates()
        with pytest.raises(AssertionError, match=found):
            years.do_what_has_to_be_done()
    finally:
        years.teardown()
