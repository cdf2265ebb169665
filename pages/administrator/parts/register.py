"""A year's register of enterprises as it stands, and the table that is to take its place."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from functools import partial
from io import StringIO

import streamlit as st

from kpi.charts.bars import named_bars, said_bar
from kpi.charts.chart import Chart
from kpi.charts.theme import Theme
from kpi.errors import UserError
from kpi.i18n import catalogue_name, district_name, size_name
from kpi.intake.lists import list_form
from kpi.model.campaign import ENTERPRISE_SIZES
from kpi.model.language import Lang
from kpi.model.times import now, shanghai_date
from kpi.reports.content import About
from kpi.services.administrator.campaign import list_campaigns
from kpi.services.administrator.register import (
    Register,
    RegisterPreview,
    preview_register,
    take_in_register,
)
from pages.administrator.parts.account_file import upload_list
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, lead_to, show_error
from pages.widgets.layout import answer_row
from pages.widgets.picker import pick_year
from pages.widgets.pictures import kept_chart, show_chart
from pages.widgets.tables import format_datetime, offer_data, typed_table

NAMES_SHOWN = 10
"""So many enterprises are named of those that a table adds, changes or leaves out."""
_ROUND = "register-round"


def pick_campaign_year(context: PageContext) -> int:
    """This year, the next, or one that has had a campaign."""
    today = shanghai_date(now()).year
    known = {campaign.year for campaign in list_campaigns(context.store, context.viewer)}
    return pick_year(translate("register.year"), {today - 1, today, today + 1, *known}, max(known, default=today))


def show_register(context: PageContext, year: int, register: Register | None) -> None:
    """How many enterprises it has and since when, by industry; beside it the campaign that rests on it."""
    said, ahead = answer_row()
    with said:
        over = translate("register.of_year", year=year)
        if register is None:
            html.answer(over, "", "", translate("register.none"), translate("register.what_for"), "plain")
        else:
            edition = register.edition
            words = translate("register.enterprises", count=edition.enterprises)
            since = {"edition": edition.edition, "file": edition.file_name, "who": edition.taken_in_by}
            below = translate("register.since", at=format_datetime(edition.taken_in_at), **since)
            html.answer(over, "", "", words, below, "plain")
    with ahead:
        html.titled(translate("result.next"))
        if register is None:
            html.where(translate("register.first"))
        else:
            html.where(translate("register.then"))
            lead_to("campaign")
    if register is not None:
        draw = partial(register_bars, register, context.lang)
        with st.container(border=True, key="registered"):
            show_chart(kept_chart(draw, context.theme))
            columns = [translate(f"register.{name}") for name in ("industry", "district", "size", "count")]
            rows = [
                [
                    catalogue_name(industry, context.lang),
                    district_name(district, context.lang),
                    size_name(size, context.lang),
                    str(count),
                ]
                for (industry, district, size), count in sorted(
                    register.strata().items(), key=lambda item: tuple(part or "" for part in item[0])
                )
            ]
            table = typed_table(columns, rows, numbers=[3])
            offer_data(context, About(translate("register.by_industry")), "registered", draw=draw, table=table)


def register_bars(register: Register, lang: Lang, theme: Theme) -> Chart:
    """The industries by their enterprises, with how many of each size."""
    industries = Counter(item.industry for item in register.enterprises)
    sizes = Counter((item.industry, item.size) for item in register.enterprises)
    most = max(industries.values())
    rows = []
    for industry, count in industries.most_common():
        parts = [(size, sizes[industry, size]) for size in (*ENTERPRISE_SIZES, None)]
        below = translate("register.parts", parts=" · ".join(f"{size_name(size, lang)} {n}" for size, n in parts if n))
        rows.append(said_bar(catalogue_name(industry, lang), count, most, str(count), below))
    return named_bars(rows, translate("register.by_industry"), translate("register.by_industry_how"), theme)


def ask_register(context: PageContext, year: int, register: Register | None) -> None:
    """The table that is to be the year's register: what it would change, every fault, and taking it in."""
    html.titled(translate("register.take_in" if register is None else "register.replace"))
    html.where(translate("register.how", most=list_form("enterprises").most))
    st.download_button(
        translate("register.template"),
        _template(),
        file_name=translate("register.template_name"),
        mime="text/csv",
        on_click="ignore",
        key="register-template",
    )
    key = f"register-file-{year}-{st.session_state.get(_ROUND, 0)}"
    read = partial(preview_register, context.store, context.viewer, year)
    found = upload_list(translate("register.file"), key, read, translate("register.refused"))
    if found is None:
        return
    seen = found.preview
    _show_preview(seen)
    act, count = translate("register.act", year=year), len(seen.enterprises)
    if confirm_act(act, translate("register.means", year=year, count=count), key=f"take-{key}", read=found.data):
        before = seen.before.edition if seen.before else 0
        try:
            take_in_register(context.store, context.viewer, year, found.name, found.data, seen=before)
        except UserError as error:
            show_error(error)
            return
        st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
        st.rerun()


def _show_preview(seen: RegisterPreview) -> None:
    html.sentence(translate("register.would_be", count=len(seen.enterprises)))
    changes: dict[str, Sequence[str]] = {"changed": seen.changed, "gone": seen.gone}
    if seen.before:
        changes = {"added": seen.added, **changes}
    said = [
        translate(f"register.{name}", count=len(names), names=_some(names)) for name, names in changes.items() if names
    ]
    said += [
        translate("register.same_name", name=name, codes=", ".join(codes)) for name, codes in seen.same_name.items()
    ]
    html.bullets(said[: 2 * NAMES_SHOWN])


def _some(names: Sequence[str]) -> str:
    listed = translate("register.separator").join(names[:NAMES_SHOWN])
    return listed + (translate("register.and_more") if len(names) > NAMES_SHOWN else "")


def _template() -> bytes:
    """The columns, and two fictitious enterprises."""
    out = StringIO()
    form = list_form("enterprises")
    rows = [
        ["91000000MA9990001E", "演示企业甲（虚构）", "高端装备", "C3610", "松江区", "演示集团（虚构）", "大型"],
        ["91000000MA9990002C", "演示企业乙（虚构）", "汽车", "", "嘉定区", "", "小型"],
    ]
    csv.writer(out, lineterminator="\r\n").writerows([[form.heading(column) for column in form.columns], *rows])
    return out.getvalue().encode("utf-8-sig")
