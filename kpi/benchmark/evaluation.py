"""One factory, or many at once, placed and judged: the frozen answer that everything else draws from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from statistics import fmean

from kpi import stats, tables
from kpi.benchmark.clause import ClauseTerms, MainKpi, clause_verdict, sensitivity_at_least, sensitivity_by_quantile
from kpi.benchmark.comparable_value import ComparableValue, comparable_value
from kpi.benchmark.method import METHODS, Method
from kpi.benchmark.peer_rank import NOT_PLACED, CandidateValues, PeerRank, rank_among_peers
from kpi.benchmark.verdict import (
    CountFigures,
    CountsToTest,
    Criterion,
    Decision,
    OtherMembers,
    count_figures,
    counts_to_test,
    decide,
    kpi_evaluation,
    kpi_verdict,
    test_results,
)
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi, KpiGroup
from kpi.errors import UserError
from kpi.model.application import Application
from kpi.model.claims import NO_RULINGS, Rulings
from kpi.model.evaluation import Baseline, ClauseResult, Evaluation, GroupScore, KpiEvaluation, Peers, PolicyUsed
from kpi.policy.policy import Policy
from kpi.store.database import Cursor

# Group scores: an order for display, never a verdict. Own formula of method 4, one reference set with everyone in.


def reference_score(placed: PeerRank) -> float:
    """(k + (e + 1)/2) / (n + 1), the candidate's siblings counted in: a mid-rank share, 0..1."""
    counts = placed.counts.with_siblings()
    return (counts.worse + (counts.tied + 1) / 2) / (counts.n + 1)


def group_scores(
    groups: Sequence[KpiGroup],
    kpis: Sequence[Kpi],
    answers: Mapping[str, KpiEvaluation],
    placed: Mapping[str, PeerRank],
    leading_list: Collection[str],
    left_out: Collection[str],
) -> tuple[GroupScore, ...]:
    """One score a group. A KPI without a comparable value counts 0, and up to 1 in ``highest``.

    ``left_out``: KPIs whose "not applicable" is accepted.
    """
    scores = []
    for group in groups:
        codes = [kpi.code for kpi in kpis if kpi.group == group.code]
        counted = [code for code in codes if code not in left_out]
        low = [reference_score(placed[code]) if code in placed else 0.0 for code in counted]
        high = [reference_score(placed[code]) if code in placed else 1.0 for code in counted]
        scores.append(
            GroupScore(
                code=group.code,
                score=fmean(low) if low else float("nan"),
                highest=fmean(high) if high else float("nan"),
                leading=sum(code in leading_list for code in codes),
                reported=sum(answers[code].state == "reported" for code in codes),
            )
        )
    return tuple(scores)


def evaluate(
    cursor: Cursor,
    application: Application,
    baseline: Baseline,
    policy: Policy,
    as_of: date,
    rulings: Rulings = NO_RULINGS,
    method: Method | None = None,
) -> Evaluation:
    """Place and judge one factory. ``rulings``: how a reviewer ruled on its claims. ``method`` None: policy's.

    Raises:
        UserError: the register of the industry is smaller than its known peers.
    """
    return evaluate_all(cursor, [application], baseline, policy, as_of, [rulings], method)[0]


def evaluate_all(
    cursor: Cursor,
    applications: Sequence[Application],
    baseline: Baseline,
    policy: Policy,
    as_of: date,
    rulings: Sequence[Rulings] | None = None,
    method: Method | None = None,
) -> list[Evaluation]:
    """Place and judge any number of factories: the questions to the store do not grow with their number.

    ``rulings`` are in the order of ``applications``, None where there is none on any. The notice's conditions are left
    out: they rest on more than the application, and are added by the service that knows it.
    """
    ruled = [NO_RULINGS] * len(applications) if rulings is None else rulings
    method = method or METHODS[policy.method_version]
    candidates = _candidates(cursor, applications, baseline, policy, ruled, method)
    quantiles = tuple(sorted({*policy.sensitivity_quantiles, policy.leading_quantile}))
    placed = rank_among_peers(cursor, baseline, candidates, quantiles, extremes=not method.tests_both)
    return [
        _Decision(candidate, values, baseline, policy, own, method).answer(as_of)
        for candidate, values, own in zip(candidates, placed, ruled, strict=True)
    ]


def claimed_group(application: Application, rulings: Rulings, rules_claims: bool = True) -> str | None:
    """The group that the file names, where it may count: it takes peers away, so a reviewer must accept it first."""
    if rules_claims and rulings.on("group") != "accepted":
        return None
    return application.group


def accepted_not_applicable(application: Application, policy: Policy, rulings: Rulings) -> tuple[str, ...]:
    """KPIs whose "not applicable" a reviewer accepted, or policy lets leave and nobody refused: not in any score."""
    allowed = policy.not_applicable_allowed(application.industry)
    return tuple(
        code
        for code, reported in application.values.items()
        if reported.state == "not_applicable"
        and rulings.on("not_applicable", code) in (("accepted", "open") if code in allowed else ("accepted",))
    )


def _candidates(
    cursor: Cursor,
    applications: Sequence[Application],
    baseline: Baseline,
    policy: Policy,
    ruled: Sequence[Rulings],
    method: Method,
) -> list[CandidateValues]:
    standings = tables.peers.group_memberships(
        cursor,
        baseline.name,
        baseline.region,
        [
            (item.industry, item.credit_code, claimed_group(item, own, method.rules_claims))
            for item, own in zip(applications, ruled, strict=True)
        ],
    )
    return [
        CandidateValues(
            application,
            {
                kpi.code: comparable_value(kpi, application.values[kpi.code], policy.basis(kpi.code))
                for kpi in catalogue().kpis
            },
            standing,
        )
        for application, standing in zip(applications, standings, strict=True)
    ]


@dataclass(frozen=True)
class _Decision:
    """One candidate's way from counts to answer."""

    candidate: CandidateValues
    placed: Mapping[str, PeerRank]
    baseline: Baseline
    policy: Policy
    rulings: Rulings
    method: Method

    def answer(self, as_of: date) -> Evaluation:
        policy, application = self.policy, self.candidate.application
        line = self.line(policy.leading_quantile)
        judged = self.judged(line, self.candidate.values)
        shown = {code: item.shown(self.method).tested for code, item in judged.items()}
        figures = count_figures(shown.values(), policy.confidence)
        kpis = {code: self.kpi(code, item, figures[shown[code]], line) for code, item in judged.items()}
        tested = {code: judged[code].p_value for code in self.placed if judged[code].enough}
        corrected = self.method.alpha_of_corrected(policy.alpha)
        leading_list = tuple(
            code
            for code, leads in zip(tested, stats.benjamini_hochberg(list(tested.values()), corrected), strict=True)
            if leads
        )
        main = self.main(line, judged)
        return Evaluation(
            application=application,
            as_of=as_of,
            baseline=self.baseline,
            policy=policy_used(policy, application.industry, self.may_leave),
            kpis=tuple(kpis.values()),
            groups=group_scores(
                catalogue().groups,
                catalogue().kpis,
                kpis,
                self.placed,
                leading_list,
                accepted_not_applicable(application, policy, self.rulings),
            ),
            clause=clause_verdict(main, self.terms(line)),
            leading_list=leading_list,
            at_least_leading=stats.holm_count(list(tested.values()), corrected),
            sensitivity=(
                *sensitivity_by_quantile(policy.sensitivity_quantiles, self.clause_at),
                *sensitivity_at_least(main, self.terms(line)),
            ),
            eligibility=(),
            method=self.method.version,
        )

    @property
    def may_leave(self) -> tuple[str, ...]:
        """KPIs whose "not applicable" policy lets leave, but for those that a reviewer refused."""
        allowed = self.policy.not_applicable_allowed(self.candidate.application.industry)
        return tuple(code for code in allowed if self.rulings.on("not_applicable", code) != "refused")

    def line(self, quantile: float) -> Criterion:
        policy = self.policy
        return Criterion(quantile, policy.confidence, policy.alpha, self.method)

    @property
    def others(self) -> OtherMembers:
        """N: the other enterprises and groups of the industry, the candidate and its group taken from the register."""
        standing = self.candidate.standing
        return OtherMembers(
            None if standing.industry_size is None else standing.industry_size - standing.members,
            None if standing.industry_groups is None else standing.industry_groups - 1,
        )

    @cached_property
    def counted(self) -> dict[str, CountsToTest]:
        """By KPI; the same at every line."""
        return {code: self.counts(self.placed.get(code, NOT_PLACED)) for code in self.candidate.values}

    def counts(self, placed: PeerRank) -> CountsToTest:
        others, industry = self.others, self.candidate.application.industry
        if others.enterprises is not None and others.enterprises < placed.counts.n:
            raise UserError("register_too_small", size=others.enterprises, n=placed.counts.n, industry=industry)
        if others.groups is not None and others.groups < placed.counts.chosen_n:
            raise UserError("register_too_few_groups", size=others.groups, n=placed.counts.chosen_n, industry=industry)
        return counts_to_test(placed, others, self.candidate.standing.members - 1, self.method)

    def judged(self, line: Criterion, codes: Collection[str]) -> dict[str, Decision]:
        results = test_results((item for code in codes for item in self.counted[code].all), line.quantile)
        return {
            code: decide(
                self.placed.get(code, NOT_PLACED),
                self.counted[code],
                results,
                self.others.enterprises,
                line,
                self.candidate.values[code],
                self.rulings.on("start", code),
            )
            for code in codes
        }

    def kpi(self, code: str, judged: Decision, figures: CountFigures, line: Criterion) -> KpiEvaluation:
        application = self.candidate.application
        placed = self.placed.get(code, NOT_PLACED)
        return kpi_evaluation(
            self.candidate.values[code],
            application.values[code],
            placed,
            judged,
            figures,
            Peers(self.baseline.region, application.industry, placed.counts.n, self.others.enterprises),
            line,
            main=code in self.policy.main_kpis(application.industry),
        )

    def terms(self, line: Criterion) -> ClauseTerms:
        return ClauseTerms(
            line=line,
            coverage=self.policy.clause_coverage,
            may_leave=self.may_leave,
            rulings=self.rulings,
            power_at=self.policy.power_percentiles,
            official=self.baseline.provenance == "official",
            at_least=self.policy.clause_at_least,
        )

    def clause_at(self, quantile: float) -> tuple[ClauseResult, int]:
        line, main_kpis = self.line(quantile), self.policy.main_kpis(self.candidate.application.industry)
        main = self.main(line, self.judged(line, main_kpis))
        return clause_verdict(main, self.terms(line)), len(main)

    def main(self, line: Criterion, judged: Mapping[str, Decision]) -> dict[str, MainKpi]:
        main_kpis = self.policy.main_kpis(self.candidate.application.industry)
        return {code: self.main_kpi(code, judged[code], line) for code in main_kpis}

    def main_kpi(self, code: str, judged: Decision, line: Criterion) -> MainKpi:
        value: ComparableValue = self.candidate.values[code]
        lines = self.placed.get(code, NOT_PLACED).lines
        leading_line = lines.quantiles[line.quantile] if lines else float("nan")
        word, _ = kpi_verdict(value, judged, leading_line, line)
        return MainKpi(code, word, judged, value.at_ceiling)


def policy_used(policy: Policy, industry: str, may_leave: tuple[str, ...] | None = None) -> PolicyUsed:
    """The values an answer in ``industry`` is decided with. ``may_leave`` None: what policy alone lets leave."""
    return PolicyUsed(
        in_force_from=policy.in_force_from,
        leading_quantile=policy.leading_quantile,
        confidence=policy.confidence,
        main_kpis=tuple(policy.main_kpis(industry)),
        reference=policy.reference,
        clause_coverage=policy.clause_coverage,
        clause_at_least=policy.clause_at_least,
        may_leave=policy.not_applicable_allowed(industry) if may_leave is None else may_leave,
    )
