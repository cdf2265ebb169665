"""The list: its table, what it lacks, its quota; put forward, withdrawn, sent - each confirmed - and its files."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Literal, get_args

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue, notice_in_hand
from kpi.errors import UserError
from kpi.model.application import DocumentKind
from kpi.model.programme import Deadline, ListEdition
from kpi.recommendation.choice import Wish
from kpi.reports.content import About, LabelledLine, ReportTable
from kpi.reports.forms import annex5
from kpi.reports.public_list import PackageItem, package_bytes, package_zip
from kpi.services.leader.nomination import (
    LONGEST_REASON,
    SendingPackage,
    nominate,
    package_parts,
    send_list,
    take_package,
    withdraw_list,
)
from kpi.services.leader.own_list import ListAct, ListFault, OwnList
from kpi.services.leader.recommendation import Quota
from pages.session.cached_pieces import cached_piece
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import opened_box, show_done, show_error
from pages.widgets.downloads import Offered, ask_purpose, offer_files
from pages.widgets.layout import offer_tab
from pages.widgets.tables import format_datetime, offer_data, show_table, typed_table

# The edition of the list that this visit has seen: what is pressed or written is meant for it and no later one.


_SEEN = "nomination_seen"


def seen_edition(found: OwnList) -> ListEdition:
    """The latest when this visit came, or when it last did something itself; not one that a colleague saved since."""
    seen: ListEdition = st.session_state.setdefault(_SEEN, found.latest)
    if (seen.body, seen.year) != (found.latest.body, found.latest.year):
        st.session_state[_SEEN] = seen = found.latest
    return seen


def take_latest() -> None:
    """From the next run on the latest is what has been seen."""
    st.session_state.pop(_SEEN, None)


# Putting the list forward, withdrawing it, sending it - each confirmed - and its files.


SAID = "nomination_said"


def say_done(act: str, taken_up: Sequence[str] = ()) -> None:
    """Say it on the next run, which shows the list as it is now, and draws its form on it.

    ``taken_up``: keys of what has gone into it, and is let go; all else that is written stays.
    """
    take_latest()
    st.session_state[SAID] = act, taken_up
    st.rerun()


def show_last_act() -> None:
    """Before any field is drawn: one that is drawn can no longer be emptied."""
    act, taken_up = st.session_state.pop(SAID, ("", ()))
    for key in taken_up:
        st.session_state[key] = ""
    if act:
        show_done(translate(f"nomination.done_{act}"))


def acts(context: PageContext, found: OwnList, unsaved: Sequence[str]) -> None:
    """Only what can be done with the list as it stands, and not past what is written and not saved (``unsaved``)."""
    latest = found.latest
    if latest.state == "sent":
        html.where(translate("nomination.sealed", at=format_datetime(latest.saved_at), sha256=latest.sha256 or ""))
        return
    html.titled(translate("nomination.acts"))
    if found.late and found.deadline:
        html.notice(translate("nomination.late", day=found.deadline.day))
        return
    if unsaved:
        names = i18n.text("number.list", context.lang).join(unsaved)
        html.notice(translate("nomination.unsaved_first", factories=names))
        return
    on = (context.store, context.viewer, latest.year, seen_edition(found).edition)
    offered = _offered(context, found)
    if "put_forward" in offered:
        dropped = [code for code in found.forward if code not in latest.content.order]
        count = len(latest.content.placements)
        _act(found, "put_forward", partial(nominate, *on), count, with_reason=bool(dropped))
    if latest.state == "put_forward" and not found.faults:
        _act(found, "send", lambda _: send_list(*on), len(latest.content.placements), with_reason=False)
    if "withdraw" in offered:
        _act(found, "withdraw", partial(withdraw_list, *on), len(found.forward), with_reason=True)


def _offered(context: PageContext, found: OwnList) -> set[ListAct]:
    """The acts for which there is something, and which nothing hinders; what does is said, each thing once."""
    there: set[ListAct] = set()
    if found.latest.state == "draft" and found.latest.content.placements:
        there.add("put_forward")
    if found.forward:
        there.add("withdraw")
    hindering = [error for act in get_args(ListAct) if act in there for error in found.hindered[act]]
    for said in dict.fromkeys(" ".join(i18n.page_error_message(error, context.lang)) for error in hindering):
        html.notice(said)
    return {act for act in there if not found.hindered[act]}


def _act(found: OwnList, act: str, done: Callable[[str], None], count: int, *, with_reason: bool) -> None:
    """``count`` of the candidates that it is done to: the confirmation names it."""
    form = f"act-{act}-{found.latest.year}"
    with st.container(border=True, key=form):
        html.where(translate(f"nomination.{act}_how"))
        reason, label = "", translate("nomination.reason")
        if with_reason:
            reason = st.text_input(label, max_chars=LONGEST_REASON, key=f"{form}-reason", persist_state="session")
        # Of another number of candidates it is another tick.
        sure = st.checkbox(translate(f"nomination.sure_{act}", count=count), key=f"{form}-sure-{count}")
        kind: Literal["primary", "secondary"] = "secondary" if with_reason else "primary"
        if not st.button(translate(f"nomination.{act}"), type=kind, key=f"{form}-press"):
            return
    if not sure:
        html.where(translate("nomination.not_sure"))
        return
    try:
        done(reason)
    except UserError as error:
        show_error(error)
    else:
        say_done(act, [f"{form}-reason"])


def files(context: PageContext, found: OwnList) -> None:
    """The list in the form of annex 5, at any stage: a draft is marked by its name."""
    listed = [found.applications[code] for code in found.latest.content.order if code in found.applications]
    if not listed:
        return
    warning = i18n.text("report.illustrative.short", "zh") if found.illustrative else ""
    body, year = found.latest.body, found.latest.year
    offered = [
        Offered(
            f".{form}",
            translate("nomination.download", form=form.upper()),
            partial(annex5, f"x.{form}", body, year, listed, warning),
        )
        for form in ("xlsx", "docx")
    ]
    stem = translate("nomination.file", body=body, year=year)
    purpose = translate("download.annex5_purpose")
    offer_files(context, "", "annex5", f"{body} {year}", stem, offered, usual_purpose=purpose)


# The package for sending: its size and what is missing are shown before it is made.


MEGABYTE = 1_000_000


def package(context: PageContext, found: OwnList) -> None:
    """Only for a list that is put forward as it stands, or sent."""
    if found.latest.state == "draft":
        return
    parts = package_parts(context.store, context.viewer, found.latest.year)
    size = f"{_size(found, parts) / MEGABYTE:.1f}"
    with html.together():
        html.where(translate("nomination.package_how", count=len(parts.candidates), size=size))
        html.where(translate("nomination.package_notice"))
        if missing := list(_missing(context, found, parts)):
            html.clause(translate("nomination.package_missing", count=len(missing)))
            html.bullets(missing)
    purpose = ask_purpose("purpose-package", "package", translate("download.annex5_purpose"))
    st.download_button(
        translate("nomination.package_download"),
        partial(_made, context, found, purpose),
        file_name=translate("nomination.package_file", body=parts.body, year=parts.year),
        on_click="ignore",
        disabled=not purpose,
    )


def _missing(context: PageContext, found: OwnList, parts: SendingPackage) -> Iterator[str]:
    """A line for each candidate: which documents are not attached, and how the body says that they reach the city."""
    said = {placement.credit_code: placement.documents for placement in found.latest.content.placements}
    for candidate in parts.candidates:
        kinds = [kind for kind in get_args(DocumentKind) if kind not in candidate.documents]
        if not kinds:
            continue
        documents = i18n.text("number.list", context.lang).join(
            translate(f"nomination.missing_{kind}") for kind in kinds
        )
        how = said.get(candidate.application.credit_code)
        kind = "missing_explained" if how else "missing"
        yield translate(f"nomination.{kind}", factory=candidate.application.label, documents=documents, how=how)


def _size(found: OwnList, parts: SendingPackage) -> int:
    """The forms are made to be measured: once, as long as the package holds the same."""
    return cached_piece(package_bytes, *_contents(found, parts))


def _contents(found: OwnList, parts: SendingPackage) -> tuple[str, int, tuple[PackageItem, ...], str]:
    warning = i18n.text("report.illustrative.short", "zh") if found.illustrative else ""
    items = tuple(PackageItem(candidate.application, candidate.documents) for candidate in parts.candidates)
    return parts.body, parts.year, items, warning


def _made(context: PageContext, found: OwnList, purpose: str) -> bytes:
    parts = take_package(context.store, context.reader_by_now(), found.latest.year, purpose)
    with notice_in_hand(context.notice):
        return package_zip(*_contents(found, parts))


# Where on the page of the list a thing stands, so that what is said of it can lead there.


def wish_anchor(kind: str) -> str:
    """The field in which wishes of that kind are set."""
    return f"wish-{kind}"


def reason_anchor(wish: Wish) -> str:
    """The field for a wish's reason."""
    return f"why-{wish}"


# The list as it stands: place, factory, industry, state and reason.


def about_list(context: PageContext, found: OwnList, title: str) -> About:
    """What goes with data of the list."""
    body = i18n.catalogue_name(found.latest.body, context.lang)
    edition = LabelledLine(translate("nomination.edition"), str(found.latest.edition))
    state = LabelledLine(translate("nomination.column_forward"), translate(f"nomination.state_{found.latest.state}"))
    of = f"{body} {found.latest.year}"
    filters = [LabelledLine(translate("behind.body"), of)]
    return About(title, of, facts=[edition, state], filters=filters, invented=found.illustrative)


def list_table(context: PageContext, found: OwnList) -> None:
    """As it was saved last: place, factory, industry, whether it is put forward, and the official's reason."""
    show_table(
        context,
        about_list(context, found, translate("title.nomination")),
        placed_rows(context, found),
        "list",
        form="stacked",
    )


def offer_list(context: PageContext, found: OwnList) -> None:
    """The list as it was saved last, with what each candidate lacks."""
    about = about_list(context, found, translate("title.nomination"))
    offer_data(context, about, "list-checks", table=placed_rows(context, found, lacking=True))


def reasons_table(context: PageContext, found: OwnList) -> None:
    """The reasons for open conditions that are saved, in a box."""
    said = condition_reasons(context, found)
    title = translate("nomination.explained", count=len(said.rows))
    if said.rows and (box := opened_box(title, "condition-reasons")):
        with box:
            show_table(context, about_list(context, found, title), said, "condition-reasons", form="stacked")


def condition_reasons(context: PageContext, found: OwnList) -> ReportTable:
    """A row for each reason for open conditions: whose, the reason, and which conditions it covers."""
    comma = i18n.text("number.list", context.lang)
    rows = [
        [
            label_of(found, placement.credit_code),
            why.reason,
            comma.join(i18n.condition_name(code, context.lang) for code in why.conditions),
        ]
        for placement in found.latest.content.placements
        for why in placement.explained
    ]
    return typed_table([translate(f"nomination.column_{name}") for name in ("factory", "reason", "covers")], rows)


def label_of(found: OwnList, credit_code: str) -> str:
    """A candidate by its name; by its credit code where its application is gone."""
    application = found.applications.get(credit_code)
    return application.label if application else credit_code


def placed_rows(context: PageContext, found: OwnList, *, lacking: bool = False) -> ReportTable:
    """``lacking``: with what each candidate lacks."""
    rows = []
    for place, placement in enumerate(found.latest.content.placements, start=1):
        application = found.applications.get(placement.credit_code)
        forward = "yes" if placement.credit_code in found.forward else "no"
        rows.append(
            [
                str(place),
                label_of(found, placement.credit_code),
                i18n.catalogue_name(application.industry, context.lang) if application else i18n.NO_NUMBER,
                translate(f"nomination.forward_{forward}"),
                placement.reason or i18n.NO_NUMBER,
                "\n".join(fault_words(context, fault) for fault in faults_of(found, placement.credit_code)),
            ]
        )
    names = ("place", "factory", "industry", "forward", "reason", "fault")[: 6 if lacking else 5]
    return typed_table([translate(f"nomination.column_{name}") for name in names], [row[: len(names)] for row in rows])


def faults_of(found: OwnList, credit_code: str) -> list[ListFault]:
    return [fault for fault in found.faults if fault.credit_code == credit_code]


# All that a list lacks before it leaves: how much of what first, and in each candidate's row who fixes it.


TABS = "list-tabs"
DOCUMENTS = ("no_report", "no_self_assessment")


def list_tabs() -> dict[str, str]:
    """The titles of the tabs by name."""
    return {name: translate(f"nomination.{name}") for name in ("order", "reasons", "proposal", "package")}


def list_answer(context: PageContext, found: OwnList) -> None:
    """How much keeps the list from being sent, and of how many candidates."""
    latest = found.latest
    begun = bool(latest.content.placements or found.forward)
    sentence = translate(
        f"nomination.sentence_{latest.state if begun else 'empty'}",
        body=i18n.catalogue_name(latest.body, context.lang),
        year=latest.year,
        count=len(latest.content.placements),
        forward=len(found.forward),
        allowed=found.quota.allowed,
    )
    if latest.state == "sent":
        html.answer(translate("title.nomination"), "", "", sentence, "", "plain")
    elif not latest.content.placements:
        html.answer(sentence, "", "", translate("nomination.empty"), "", "plain")
    elif not found.faults:
        html.answer(sentence, "", "", translate("nomination.no_faults"), "", "plain")
    else:
        lacking = i18n.text("number.list", context.lang).join(_lacking(context, found))
        faults = translate("nomination.faults", count=len(found.faults))
        html.answer(sentence, "", "", faults, lacking, "undecided")


def _lacking(context: PageContext, found: OwnList) -> Iterator[str]:
    """What the whole list lacks, then each kind with how often it is found."""
    of: Counter[str] = Counter()
    for fault in found.faults:
        if fault.credit_code:
            of["documents" if fault.why.code in DOCUMENTS else fault.why.code] += 1
        else:
            yield fault_words(context, fault)
    for kind, count in of.items():
        yield translate(f"nomination.lacks_{kind}", count=count)


def next_act(found: OwnList) -> None:
    """Until which day, and the tab in which one goes on."""
    codes = {fault.why.code for fault in found.faults}
    if found.latest.state == "sent":
        ahead = "package"
    elif not found.latest.content.placements:
        ahead = "proposal"
    else:
        ahead = "reasons" if codes & {"unexplained", *DOCUMENTS} else "order"
    deadline_words(found.deadline)
    title = list_tabs()[ahead]
    label = translate("home.next", page=title if codes or ahead != "order" else translate("nomination.acts"))
    offer_tab(TABS, title, label, "list-ahead", type="primary")


def fault_words(context: PageContext, fault: ListFault, *, beside_its_fields: bool = False) -> str:
    """In one line; beside the fields where it is fixed, with the names of conditions too."""
    code, params = fault.why.code, dict[str, object](fault.why.params)
    if "condition" in params:
        params["condition"] = i18n.condition_name(str(params["condition"]), context.lang)
    if "conditions" in params and beside_its_fields:
        code = f"{code}_named"
        params["conditions"] = _by_who_decides(context, str(params["conditions"]).split())
    if "tier" in params:
        params["tier"] = i18n.catalogue_name(str(params["tier"]), context.lang)
    if "fact" in params:
        params["fact"] = catalogue().fact(str(params["fact"])).name.in_(context.lang)
    return i18n.text(f"nomination.fault.{code}", context.lang, **params)


def _by_who_decides(context: PageContext, conditions: Sequence[str]) -> str:
    """The names of conditions, behind what each rests on: a statement, a review, the application's own facts."""
    comma, resting = i18n.text("number.list", context.lang), defaultdict(list)
    for code in conditions:
        resting[catalogue().condition(code).rests_on].append(i18n.condition_name(code, context.lang))
    return "".join(
        translate("nomination.resting", on=translate(f"checklist.rests_on.{on}"), names=comma.join(names))
        for on, names in resting.items()
    )


# The body's places in words: how many, by which rule, how many are left, and until which day.


def quota_words(context: PageContext, quota: Quota) -> None:
    rule = i18n.text(f"recommend.rule.{quota.rule.code}", context.lang, **quota.rule.params)
    clause = quota.reference.in_(context.lang)
    counts = {"allowed": quota.allowed, "used": quota.used, "left": quota.left}
    html.where(translate("nomination.quota", rule=rule, clause=clause, **counts))


def deadline_words(deadline: Deadline | None) -> None:
    """Nothing where no day is known."""
    if deadline:
        html.where(translate(f"nomination.closes_{deadline.state}", day=deadline.day, days=deadline.days_left))
