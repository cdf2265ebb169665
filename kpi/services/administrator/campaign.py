"""A year's campaign for a baseline: who of the register is asked to report, what became of it, for what it is enough.

An enterprise's values are seen here by their number alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil

from kpi import stats, tables
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.campaign import (
    NO_REPORT,
    REPORT_REFUSALS,
    Campaign,
    InvitationState,
    RegisteredEnterprise,
    ReportRefusal,
)
from kpi.model.times import day_end, just_after, now, shanghai_date
from kpi.model.viewer import Viewer
from kpi.policy.policy import Policy
from kpi.services.account_links import issue_account_links
from kpi.services.administrator.panel_sources import PanelSources, find_sources
from kpi.services.administrator.plan import EXAMPLE_PERCENTILE, POWER_WANTED
from kpi.services.administrator.register import Register, find_register
from kpi.services.authorization import reads_unscoped, requires
from kpi.services.unit_of_work import UnitOfWork, unit_of_work
from kpi.services.year import policy_of_year
from kpi.store.database import Cursor
from kpi.store.store import Store

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Invited:
    """An enterprise that was asked to report, and what became of that; ``since`` when, and why where somebody said."""

    enterprise: RegisteredEnterprise
    state: InvitationState
    since: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class InvitationLetter:
    """What an invited enterprise is sent. ``token`` makes its account, once; "" where it has one already."""

    enterprise: RegisteredEnterprise
    token: str


@dataclass(frozen=True, slots=True)
class IndustryProgress:
    """How far an industry has come: enterprises registered, invited, and with values that a panel would take.

    ``power``: of the clause, by what is in, for a factory at ``EXAMPLE_PERCENTILE``. ``more``: how many more reports of
    every main KPI raise it to ``POWER_WANTED``; None where even the whole register does not, 0 where it is reached.
    """

    industry: str
    registered: int
    invited: int
    included: int
    power: float
    more: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """Enterprises of one district or size: registered, invited, included. ``name`` "": the register does not say."""

    name: str
    registered: int
    invited: int
    included: int


@dataclass(frozen=True, slots=True)
class CampaignBoard:
    """A year's campaign as it stands today. ``uninvited``: of the register, by credit code."""

    campaign: Campaign
    register: Register
    invited: tuple[Invited, ...]
    uninvited: tuple[RegisteredEnterprise, ...]
    industries: tuple[IndustryProgress, ...]
    districts: tuple[Share, ...]
    sizes: tuple[Share, ...]
    today: date

    def states(self) -> Counter[InvitationState]:
        return Counter(item.state for item in self.invited)

    def to_remind(self) -> list[Invited]:
        """Whoever has not reported, and from whom a report is still to be expected."""
        return [item for item in self.invited if item.state in NO_REPORT]


@reads_unscoped("run_programme")
def list_campaigns(cursor: Cursor) -> list[Campaign]:
    """One a year, the latest year first."""
    return tables.campaign.campaigns(cursor)


@reads_unscoped("run_programme")
def campaign_board(cursor: Cursor, year: int, at: datetime | None = None) -> CampaignBoard | None:
    """None where the year has no campaign. Of what enterprises have begun it says that, and no value."""
    campaign, register = tables.campaign.campaign_of(cursor, year), find_register(cursor, year)
    if campaign is None or register is None:
        return None
    today, invitations = shanghai_date(at or now()), tables.campaign.invitations(cursor, year)
    when = {code: moment for (_, code), moment in invitations.items()}
    sources = find_sources(cursor, year, register)
    taken = sources.taken_codes()
    invited = _invited(cursor, campaign, register, when, today)
    asked = frozenset(item.enterprise.credit_code for item in invited)
    return CampaignBoard(
        campaign=campaign,
        register=register,
        invited=tuple(invited),
        uninvited=tuple(item for item in register.enterprises if item.credit_code not in asked),
        industries=_industries(register, sources, asked, policy_of_year(cursor, year)),
        districts=_shares(register, [item.district or "" for item in register.enterprises], asked, taken),
        sizes=_shares(register, [item.size or "" for item in register.enterprises], asked, taken),
        today=today,
    )


@requires("run_programme")
def open_campaign(store: Store, viewer: Viewer, year: int, last_day: date, at: datetime | None = None) -> Campaign:
    """Ask for reports until that day is over, in Shanghai; of a campaign that is open, set its last day.

    Raises:
        UserError: the year has no register, or the day is over.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        if find_register(change.cursor, year) is None:
            raise UserError("campaign_without_register", year=year)
        if last_day < shanghai_date(change.at):
            raise UserError("campaign_day_over", day=last_day.isoformat())
        before = tables.campaign.campaign_of(change.cursor, year)
        campaign = Campaign(year, last_day, viewer.account, just_after(change.at, before.opened_at if before else None))
        tables.campaign.add_campaign(change.cursor, campaign)
        was = {"last_day": before.last_day.isoformat()} if before else None
        change.audit("campaign_opened", str(year), was, {"last_day": last_day.isoformat()})
    return campaign


@requires("run_programme")
def invite_enterprises(
    store: Store, viewer: Viewer, year: int, credit_codes: Collection[str], at: datetime | None = None
) -> list[InvitationLetter]:
    """Invite these enterprises of the register, or again: a link that was not used is no longer good then.

    Raises:
        NotFound: one of them is not in the year's register.
        UserError: the year has no campaign, its last day is over, or nobody is named.
    """
    with unit_of_work(store, viewer.actor, at) as change:
        campaign = open_for_reports(change.cursor, year, change.at)
        register = find_register(change.cursor, year)
        known = {item.credit_code: item for item in register.enterprises} if register else {}
        if not credit_codes:
            raise UserError("campaign_nobody_named")
        if not known.keys() >= set(credit_codes):
            raise NotFound("registered_enterprise")
        having = _with_account(change.cursor)
        expires = day_end(campaign.last_day)
        codes = sorted(set(credit_codes))
        tables.campaign.add_invitations(change.cursor, year, codes, viewer.account, change.at)
        tokens = issue_account_links(change, {code: known[code].name for code in codes if code not in having}, expires)
        letters = [InvitationLetter(known[code], tokens.get(code, "")) for code in codes]
        change.audit("enterprises_invited", str(year), after={"items": len(letters)})
    return letters


@requires("run_programme")
def note_report_refusal(
    store: Store,
    viewer: Viewer,
    year: int,
    credit_code: str,
    outcome: ReportRefusal,
    reason: str,
    at: datetime | None = None,
) -> None:
    """Write down that an invited enterprise declines or is not found, or is expected to report after all, and why.

    Raises:
        NotFound: it was not invited, or there is no such outcome.
        UserError: no reason is given.
    """
    said = plain_line(reason, LONGEST_REASON)
    with unit_of_work(store, viewer.actor, at) as change:
        invited = (year, credit_code) in tables.campaign.invitations(change.cursor, year)
        if not invited or outcome not in REPORT_REFUSALS:
            raise NotFound("invitation")
        if not said:
            raise UserError("reason_needed")
        refuse_report(change, year, credit_code, outcome, said)


def refuse_report(change: UnitOfWork, year: int, credit_code: str, outcome: ReportRefusal, reason: str) -> None:
    """Write it down, after what was written of that enterprise before, with its entry in the trail."""
    before = tables.campaign.refusals(change.cursor, year, [credit_code]).get(credit_code)
    at = just_after(change.at, before.written_at if before else None)
    tables.campaign.add_refusal(change.cursor, year, credit_code, outcome, reason, change.actor.account, at)
    change.audit("report_refused", f"{credit_code} {year}", after={"outcome": outcome, "reason": reason})


def open_for_reports(cursor: Cursor, year: int, at: datetime) -> Campaign:
    """The year's campaign. Raises ``UserError`` where there is none, or its last day is over."""
    campaign = tables.campaign.campaign_of(cursor, year)
    if campaign is None:
        raise UserError("no_campaign", year=year)
    if not campaign.taken(shanghai_date(at)):
        raise UserError("campaign_over", day=campaign.last_day.isoformat())
    return campaign


def _with_account(cursor: Cursor) -> frozenset[str]:
    """The enterprises that somebody can sign in for."""
    known = (account for account in tables.accounts.accounts(cursor) if not account.disabled)
    return frozenset(code for account in known if account.viewer.role == "enterprise" for code in account.viewer.scope)


def _invited(
    cursor: Cursor, campaign: Campaign, register: Register, when: Mapping[str, datetime], today: date
) -> list[Invited]:
    """Those of the register that were invited: who left the register since is no longer asked."""
    year = campaign.year
    reports, refused = tables.campaign.reports(cursor, year), tables.campaign.refusals(cursor, year)
    begun = tables.campaign.sheets_begun(cursor, year)
    locked = tables.applications.locked_at(cursor, year)
    late = not campaign.taken(today)

    def become(code: str) -> tuple[InvitationState, datetime, str]:
        if code in reports:
            return "reported", reports[code].reported_at, ""
        if code in locked:
            return "applied", locked[code], ""
        if (refusal := refused.get(code)) and refusal.outcome != "expected":
            return refusal.outcome, refusal.written_at, refusal.reason
        if late:
            return "late", when[code], ""
        return "begun" if code in begun else "invited", when[code], ""

    return [Invited(item, *become(item.credit_code)) for item in register.enterprises if item.credit_code in when]


def _industries(
    register: Register, sources: PanelSources, asked: Collection[str], policy: Policy
) -> tuple[IndustryProgress, ...]:
    registered = Counter(item.industry for item in register.enterprises)
    invited = Counter(item.industry for item in register.enterprises if item.credit_code in asked)
    included, values = sources.by_industry(policy)
    found = []
    for industry, size in registered.items():
        counts = [values[industry, code] for code in policy.main_kpis(industry)]
        power = _clause_power(counts, 0, size, policy)
        more = more_needed(counts, size, policy)
        found.append(IndustryProgress(industry, size, invited[industry], included[industry], power, more))
    return tuple(sorted(found, key=lambda item: (-item.registered, item.industry)))


def _clause_power(counts: Sequence[int], more: int, size: int, policy: Policy) -> float:
    """How surely a factory at ``EXAMPLE_PERCENTILE`` meets the clause, with so many peers more on each main KPI than
    these ``counts``, among the ``size`` enterprises of the register but itself.
    """
    sizes = [min(count + more, size - 1) for count in counts]
    population = [max(size - 1, 0)] * len(sizes)
    if not size - 1 or not sizes:
        return 0.0
    line, at = policy.leading_quantile, EXAMPLE_PERCENTILE
    return stats.clause_power(sizes, line, policy.alpha, at, population, policy.clause_at_least)


def more_needed(counts: Sequence[int], size: int, policy: Policy) -> int | None:
    """The fewest from which on it is enough: between its steps power falls, and rises again within ``_STEP`` peers."""
    most = max(size - 1 - min(counts, default=0), 0)
    if _clause_power(counts, most, size, policy) < POWER_WANTED:
        return None
    step = ceil(_STEP / (1 - policy.leading_quantile))
    enough = 0
    for more in range(most + 1):
        enough = enough + 1 if _clause_power(counts, more, size, policy) >= POWER_WANTED else 0
        if enough > step or (enough and more == most):
            return more - enough + 1
    return None


_STEP = 2
"""Power falls for as many peers as it takes until one more of them may be better: at most so many of those."""


def _shares(
    register: Register, names: Sequence[str], asked: Collection[str], taken: Collection[str]
) -> tuple[Share, ...]:
    registered, invited, included = Counter[str](), Counter[str](), Counter[str]()
    for enterprise, name in zip(register.enterprises, names, strict=True):
        registered[name] += 1
        invited[name] += enterprise.credit_code in asked
        included[name] += enterprise.credit_code in taken
    return tuple(Share(name, count, invited[name], included[name]) for name, count in registered.most_common())
