"""A campaign's pieces: opening it, how far it has come, whom it has asked, and what their letters hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date, timedelta
from functools import partial

import streamlit as st

from kpi import i18n
from kpi.charts.bars import named_bars, said_bar
from kpi.charts.chart import Chart
from kpi.charts.theme import Theme
from kpi.errors import UserError
from kpi.i18n import catalogue_name, district_name, size_name
from kpi.model.campaign import INVITATION_STATES, REPORT_REFUSALS, RegisteredEnterprise
from kpi.model.language import Lang
from kpi.model.times import now, shanghai_date
from kpi.reports.as_xlsx import table_csv
from kpi.reports.content import About, ReportTable
from kpi.services.administrator.campaign import (
    LONGEST_REASON,
    CampaignBoard,
    InvitationLetter,
    Invited,
    Share,
    invite_enterprises,
    note_report_refusal,
    open_campaign,
)
from kpi.services.administrator.plan import EXAMPLE_PERCENTILE, POWER_WANTED
from kpi.services.administrator.register import Register
from pages.session.context import PageContext, current_viewer
from pages.session.language import translate
from pages.session.sign_in_forms import join_address
from pages.widgets import html
from pages.widgets.acts import confirm_act, entries, show_done, show_error
from pages.widgets.layout import answer_row, in_columns
from pages.widgets.picker import pick_order
from pages.widgets.pictures import kept_chart, show_chart
from pages.widgets.tables import format_datetime, offer_data, show_long_table, show_table, typed_table

USUAL_DAYS = 30
"""So long enterprises are given, unless another day is chosen."""
_LETTERS, _ANSWERED = "campaign-letters", "campaign-answered"
EVERYBODY, SILENT = "all", "silent"


def open_first(context: PageContext, year: int, register: Register) -> None:
    """Nobody has been asked yet: until when, and everybody of the register with the same press."""
    count = len(register.enterprises)
    over, words = translate("campaign.of_year", year=year), translate("campaign.not_open", count=count)
    html.answer(over, "", "", words, "", "plain")
    html.where(translate("campaign.how"))
    day = _ask_day(None)
    if day is None:
        return
    means = translate("campaign.open_means", count=count, day=day.isoformat())
    if confirm_act(translate("campaign.open", count=count), means, key="campaign-open"):
        codes = [item.credit_code for item in register.enterprises]
        _act(partial(_open_and_invite, context, year, day, codes))


def _open_and_invite(context: PageContext, year: int, day: date, codes: Collection[str]) -> list[InvitationLetter]:
    open_campaign(context.store, current_viewer(), year, day)
    return invite_enterprises(context.store, current_viewer(), year, codes)


def _ask_day(standing: date | None) -> date | None:
    usual = standing or shanghai_date(now()) + timedelta(days=USUAL_DAYS)
    day = st.date_input(translate("campaign.last_day"), usual, format="YYYY-MM-DD", key="campaign-day")
    return day if isinstance(day, date) else None


def _act(act: Callable[[], list[InvitationLetter]]) -> None:
    """Do it; letters are shown once, since the store keeps no link."""
    try:
        letters = act()
    except UserError as error:
        show_error(error)
        return
    st.session_state[_LETTERS] = tuple(letters)
    st.rerun()


def hand_over_letters() -> None:
    """The letters that were made last, until they are taken: the links in them are kept nowhere else."""
    if _LETTERS in st.session_state:
        given: tuple[InvitationLetter, ...] = st.session_state[_LETTERS]
        st.dialog(translate("campaign.letters", count=len(given)), dismissible=False)(_letters)(given)


def _letters(given: Sequence[InvitationLetter]) -> None:
    links = sum(bool(letter.token) for letter in given)
    html.clause(translate("campaign.letters_how", links=links, others=len(given) - links))
    with st.container(horizontal=True):
        st.download_button(
            translate("campaign.letters_file"),
            _letters_file(given),
            file_name=translate("campaign.letters_name"),
            mime="text/csv",
            on_click="ignore",
            type="primary",
            key="letters-file",
        )
        if st.button(translate("campaign.letters_taken"), key="letters-taken"):
            st.session_state.pop(_LETTERS, None)
            st.rerun()


def _letters_file(given: Sequence[InvitationLetter]) -> bytes:
    names = ("credit_code", "name", "industry", "district", "link")
    rows = [
        [
            letter.enterprise.credit_code,
            letter.enterprise.name,
            letter.enterprise.industry,
            letter.enterprise.district or "",
            join_address(letter.token) if letter.token else translate("campaign.has_account"),
        ]
        for letter in given
    ]
    return table_csv("", [translate(f"campaign.{name}") for name in names], rows)


def answer_campaign(context: PageContext, board: CampaignBoard) -> None:
    """How many have reported of how many; what is missing to decide; beside it the last day, which may be changed."""
    _say_answered()
    answer, ahead = answer_row()
    states = board.states()
    reported = states["reported"] + states["applied"]
    with answer:
        over = translate("campaign.of_year", year=board.campaign.year)
        words = translate("campaign.stands", reported=reported, invited=len(board.invited))
        html.answer(over, "", "", words, _most_wanted(board, context.lang), "plain")
    with ahead:
        last, today = board.campaign.last_day, board.today
        html.titled(translate("result.next"))
        state = "until" if board.campaign.taken(today) else "over"
        said = {"day": last.isoformat(), "days": (last - today).days, "count": len(board.to_remind())}
        html.where(translate(f"campaign.{state}", **said))
        with st.popover(translate("campaign.other_day")):
            day = _ask_day(max(last, today))
            st.button(translate("campaign.set_day"), on_click=_set_day, args=(context, board, day), key="set-day")


def _set_day(context: PageContext, board: CampaignBoard, day: date | None) -> None:
    if day is not None:
        _answered(partial(open_campaign, context.store, current_viewer(), board.campaign.year, day), "day_set")


def _answered(act: Callable[[], object], done: str) -> None:
    try:
        act()
    except UserError as error:
        st.session_state[_ANSWERED] = error
    else:
        st.session_state[_ANSWERED] = done


def _say_answered() -> None:
    answered = st.session_state.pop(_ANSWERED, None)
    if isinstance(answered, UserError):
        show_error(answered, over_the_page=True)
    elif answered:
        show_done(translate(f"campaign.{answered}"))


def _most_wanted(board: CampaignBoard, lang: Lang) -> str:
    """The industry that is nearest to being enough, of those that are not."""
    short = [item for item in board.industries if item.more]
    if not short:
        return translate("campaign.enough" if any(item.more == 0 for item in board.industries) else "campaign.never")
    nearest = min(short, key=lambda item: (item.more or 0, item.industry))
    named = {"industry": catalogue_name(nearest.industry, lang), "count": nearest.more or 0}
    return translate("campaign.more", at=_percent(), wanted=POWER_WANTED, **named)


def _percent() -> int:
    return round(EXAMPLE_PERCENTILE * 100)


def show_shares(context: PageContext, board: CampaignBoard) -> None:
    """By industry, with what it is enough for; by district and size."""
    draw = partial(progress_bars, board, context.lang)
    show_chart(kept_chart(draw, context.theme))
    columns = ("industry", "registered", "invited", "included", "power", "needed")
    rows = [
        [
            catalogue_name(item.industry, context.lang),
            str(item.registered),
            str(item.invited),
            str(item.included),
            i18n.percent(item.power),
            translate("campaign.never_short") if item.more is None else str(item.more),
        ]
        for item in board.industries
    ]
    about = About(translate("campaign.progress_title", year=board.campaign.year))
    table = typed_table([translate(f"campaign.{name}") for name in columns], rows, numbers=[1, 2, 3, 4, 5])
    offer_data(context, about, "progress", draw=draw, table=table)
    districts, sizes = in_columns("shares", (6, 6))
    with districts:
        named = {item.name: district_name(item.name, context.lang) for item in board.districts}
        _shares(context, "district", board.districts, named)
    with sizes:
        _shares(context, "size", board.sizes, {item.name: size_name(item.name, context.lang) for item in board.sizes})


def _shares(context: PageContext, what: str, shares: Sequence[Share], named: dict[str, str]) -> None:
    columns = [translate(f"campaign.{name}") for name in (what, "registered", "invited", "included", "share")]
    rows = [
        [
            named[item.name],
            str(item.registered),
            str(item.invited),
            str(item.included),
            i18n.percent(item.included / item.registered),
        ]
        for item in shares
    ]
    table = typed_table(columns, rows, numbers=[1, 2, 3, 4])
    show_table(context, About(translate(f"campaign.by_{what}")), table, f"shares-{what}")


def progress_bars(board: CampaignBoard, lang: Lang, theme: Theme) -> Chart:
    """What is in of each industry's register, and how many more are needed."""
    rows = []
    for item in board.industries:
        state = "never" if item.more is None else "more" if item.more else "enough"
        below = translate(f"campaign.bar_{state}", count=item.more or 0)
        words = f"{item.included} / {item.registered}"
        name = catalogue_name(item.industry, lang)
        rows.append(said_bar(name, item.included, item.registered, words, below))
    how = translate("campaign.bars_how", at=_percent(), wanted=POWER_WANTED)
    return named_bars(rows, translate("campaign.bars"), how, theme)


def show_invited(context: PageContext, board: CampaignBoard) -> None:
    """Everybody who was asked and what became of it; whom to remind; writing down why no report is to be expected."""
    states = board.states()
    options = [EVERYBODY, SILENT, *(state for state in INVITATION_STATES if states[state])]
    chosen = pick_order(translate("campaign.which"), options, "campaign-state", partial(_option, board))
    remind = board.to_remind()
    shown = {EVERYBODY: list(board.invited), SILENT: remind}.get(
        chosen, [item for item in board.invited if item.state == chosen]
    )
    about = About(translate("campaign.invited_title", year=board.campaign.year), filters=[])
    show_long_table(context, about, shown, partial(_invited_table, context.lang), "invited")
    if remind and board.campaign.taken(board.today):
        codes = [item.enterprise.credit_code for item in remind]
        means = translate("campaign.again_means", count=len(codes))
        if confirm_act(translate("campaign.again", count=len(codes)), means, key="invite-again"):
            year = board.campaign.year
            _act(partial(invite_enterprises, context.store, context.viewer, year, codes))
    _refusal_form(context, board)


def _option(board: CampaignBoard, option: str) -> str:
    if option == EVERYBODY:
        return f"{translate('campaign.everybody')} {len(board.invited)}"
    if option == SILENT:
        return f"{translate('campaign.silent')} {len(board.to_remind())}"
    count = sum(item.state == option for item in board.invited)
    return f"{translate(f'campaign.state_{option}')} {count}"


def _invited_table(lang: Lang, items: Sequence[Invited]) -> ReportTable:
    columns = ("name", "credit_code", "industry", "district", "size", "state", "since", "reason")
    rows = [
        [
            item.enterprise.name,
            item.enterprise.credit_code,
            catalogue_name(item.enterprise.industry, lang),
            district_name(item.enterprise.district, lang),
            size_name(item.enterprise.size, lang),
            translate(f"campaign.state_{item.state}"),
            format_datetime(item.since),
            item.reason,
        ]
        for item in items
    ]
    return typed_table([translate(f"campaign.{name}") for name in columns], rows)


def _refusal_form(context: PageContext, board: CampaignBoard) -> None:
    asked = [item.enterprise for item in board.invited]
    names = {item.credit_code: f"{item.name} {item.credit_code}" for item in asked}
    html.titled(translate("campaign.write_down"))
    with entries("refusal"):
        who, what, why = st.columns((5, 3, 4))
        who.selectbox(
            translate("campaign.enterprise"),
            list(names),
            None,
            format_func=names.__getitem__,
            key="refusal-who",
            on_change="ignore",
        )
        what.selectbox(
            translate("campaign.outcome"),
            REPORT_REFUSALS,
            format_func=lambda outcome: translate(f"campaign.outcome_{outcome}"),
            key="refusal-what",
            on_change="ignore",
        )
        why.text_input(translate("campaign.reason"), max_chars=LONGEST_REASON, key="refusal-why", on_change="ignore")
        st.button(translate("campaign.keep"), on_click=_refuse, args=(context, board), key="refusal-keep")


def _refuse(context: PageContext, board: CampaignBoard) -> None:
    who, what, why = (st.session_state[f"refusal-{field}"] for field in ("who", "what", "why"))
    if who is None:
        st.session_state[_ANSWERED] = UserError("campaign_nobody_named")
        return
    year = board.campaign.year
    _answered(partial(note_report_refusal, context.store, current_viewer(), year, who, what, why), "kept")


def invite_more(context: PageContext, board: CampaignBoard) -> None:
    """Those of the register that were not asked yet, by industry, or all of them."""
    if not board.uninvited:
        html.sentence(translate("campaign.all_invited"))
        return
    if not board.campaign.taken(board.today):
        html.sentence(translate("campaign.closed"))
        return
    industries = sorted({item.industry for item in board.uninvited})
    chosen = st.multiselect(
        translate("campaign.industries"),
        industries,
        industries,
        format_func=lambda industry: catalogue_name(industry, context.lang),
        key="invite-industries",
    )
    found = [item for item in board.uninvited if item.industry in chosen]
    columns = [translate(f"campaign.{name}") for name in ("name", "credit_code", "industry", "district", "size")]

    def table(items: Sequence[RegisteredEnterprise]) -> ReportTable:
        rows = [
            [
                item.name,
                item.credit_code,
                catalogue_name(item.industry, context.lang),
                district_name(item.district, context.lang),
                size_name(item.size, context.lang),
            ]
            for item in items
        ]
        return typed_table(columns, rows)

    about = About(translate("campaign.uninvited_title", year=board.campaign.year))
    show_long_table(context, about, found, table, "uninvited")
    codes = [item.credit_code for item in found]
    means = translate("campaign.invite_means", count=len(codes), day=board.campaign.last_day.isoformat())
    if codes and confirm_act(translate("campaign.invite", count=len(codes)), means, key="invite-more"):
        _act(partial(invite_enterprises, context.store, context.viewer, board.campaign.year, codes))
