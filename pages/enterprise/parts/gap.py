"""The pieces of the way to leading: the picture in both forms, what cannot be reached, the estimate in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from math import floor, isfinite, log10

import streamlit as st

from kpi import i18n
from kpi.benchmark.gap import Lever
from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi
from kpi.charts.gap import gap_chart, gap_finding, gap_list, gap_words
from kpi.charts.strip import where_text
from kpi.model.application import Application
from kpi.model.publication import EnterpriseView, GapAnalysis, KpiGap
from kpi.reports.content import About, LabelledLine, ReportSection
from kpi.reports.files import gap_report_table
from kpi.services.application_audit import application_sha256
from kpi.services.enterprise.what_if import WhatIf
from pages.session.cached_pieces import cached_piece
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import opened_box, say_illustrative
from pages.widgets.pictures import BARE, Draw, kept_chart
from pages.widgets.tables import about_answer, offer_data, section_chart

# The pieces of the way to leading: the picture in both forms, what cannot be reached, the estimate in words.


def gap_answer(context: PageContext, answer: EnterpriseView, board: WhatIf) -> None:
    """How many lines are reached, and which is the nearest of those that are not; what that estimate rests on."""
    say_illustrative(illustrative=answer.baseline.illustrative)
    over = translate("way.where", year=answer.application.year, where=where_text(answer, context.lang))
    html.answer(over, "", "", gap_finding(board.own, context.lang), _estimate(answer), "plain")


def gap_picture(context: PageContext, answer: EnterpriseView, board: WhatIf) -> None:
    """The picture, wide and narrow, and its files."""
    draw = _drawing(context, answer, board)
    drawn = kept_chart(draw, context.theme)
    with st.container(key="wide"):
        st.plotly_chart(drawn.figure, key="way", theme=None, config=BARE, alt=drawn.alt)
    with st.container(key="narrow"):
        html.element(cached_piece(gap_list, board.own, context.lang, context.theme, board.moved))
    table = cached_piece(gap_report_table, board.moved, context.lang)
    with st.container(horizontal=True, vertical_alignment="top", gap="small"):
        html.caption(drawn.caption)
        offer_data(context, about_gaps(context, answer, board), "way", draw=draw, table=table)


# Without files: gap_picture offers it, in the tab beside
def gap_numbers(context: PageContext, board: WhatIf) -> None:
    """The table that the picture's files hold."""
    table = cached_piece(gap_report_table, board.moved, context.lang)
    numbers = [at for at, column in enumerate(table.columns) if column.right]
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    html.table([column.title for column in table.columns], rows, numbers=numbers, form="stacked")


def about_gaps(context: PageContext, answer: EnterpriseView, board: WhatIf) -> About:
    """What goes with the picture and its table; moved levers are filters: they are what is supposed, not reported."""
    about = about_answer(context, answer, translate("title.way"), gap_finding(board.own, context.lang))
    moved = [board.moved.of(code) for code in board.changed]
    filters = [LabelledLine(translate("what_if.title"), _supposed(context, kpi)) for kpi in moved]
    return replace(about, filters=filters, withheld=_estimate(answer))


def gap_sections(context: PageContext, answer: EnterpriseView, board: WhatIf) -> list[ReportSection]:
    """The page as a report: picture and table, the estimate in words, what cannot be reached."""
    where = translate("way.where", year=answer.application.year, where=where_text(answer, context.lang))
    picture = section_chart(_drawing(context, answer, board)("light"))
    table = gap_report_table(board.moved, context.lang)
    lines = (where, _estimate(answer))
    points = [*filter(None, _estimate_in_words(context, board)), *_unreachable_in_words(context, board.own)]
    return [
        ReportSection("way", translate("title.way"), lines, table, charts=(picture,)),
        ReportSection("estimate", translate("what_if.title"), points=tuple(points)),
    ]


def _estimate(answer: EnterpriseView) -> str:
    return translate("way.estimate", **i18n.published_at(kpi.published for kpi in answer.kpis))


def _drawing(context: PageContext, answer: EnterpriseView, board: WhatIf) -> Draw:
    invented = answer.baseline.illustrative
    return partial(gap_chart, board.own, context.lang, moved=board.moved, illustrative=invented, titled=False)


def unreachable_lines(context: PageContext, own: GapAnalysis) -> None:
    """Which lines cannot be reached from where the factory started, and why that is no finding against it."""
    unreachable = [_no_room(context, kpi) for kpi in own.standing("no_room")]
    if unreachable:
        html.where(translate("way.no_room"))
        html.caption("\n".join(unreachable))
    html.caption("\n".join(_at_limit(context, own)))


def estimated_verdict(context: PageContext, board: WhatIf) -> None:
    """The verdict on published lines, as an estimate, and what the moves changed in it."""
    changed, estimate, *others = _estimate_in_words(context, board)
    if changed:
        html.sentence(changed)
    html.clause(estimate)
    for line in others:
        st.text(line)


def _unreachable_in_words(context: PageContext, own: GapAnalysis) -> list[str]:
    unreachable = [_no_room(context, kpi) for kpi in own.standing("no_room")]
    return [*([translate("way.no_room")] if unreachable else []), *unreachable, *_at_limit(context, own)]


def _at_limit(context: PageContext, own: GapAnalysis) -> list[str]:
    at_limit = [kpi for kpi in own.standing("below") if kpi.limit == kpi.published.p80]
    return [*(translate("way.at_limit", **_words(context, kpi)) for kpi in at_limit), translate("way.low_start")]


def _estimate_in_words(context: PageContext, board: WhatIf) -> list[str]:
    """What was changed ("" if nothing), the estimate, then the KPIs that it moves over their line."""
    own, now = board.own, board.moved
    counts = {"of": len(now.with_line), "reached": len(now.standing("reached"))}
    was = {"was": len(own.standing("reached")), "was_of": len(own.with_line)}
    changed = translate("what_if.changed", count=len(board.changed), **counts, **was) if board.changed else ""
    lines = [changed, f"{_main_sentence(own, now)}{translate('what_if.stop')}{_clause(now)}"]
    for change, names in (("gained", _names(context, now, own)), ("lost", _names(context, own, now))):
        if names:
            lines.append(translate(f"what_if.{change}", names=names))
    return lines


def _clause(now: GapAnalysis) -> str:
    """What policy asks of the main KPIs."""
    if now.main_at_least:
        return translate("what_if.clause_at_least", needed=now.main_at_least, of=len(now.main))
    return translate("what_if.clause", share=now.main_share)


def _supposed(context: PageContext, kpi: KpiGap) -> str:
    known = catalogue().kpi(kpi.code)
    return f"{known.short.in_(context.lang)} {i18n.kpi_number(kpi.value, known, context.lang, kpi.basis)}"


def _main_sentence(own: GapAnalysis, now: GapAnalysis) -> str:
    sentence = translate("what_if.main", main=len(now.main), coverage=now.coverage, reached=now.main_reached)
    if own.main_reached != now.main_reached:
        sentence += translate("what_if.main_was", was=own.main_reached)
    without = sum(kpi.standing in ("median_only", "withheld") for kpi in now.main)
    return sentence + (translate("what_if.main_no_line", count=without) if without else "")


def _names(context: PageContext, these: GapAnalysis, others: GapAnalysis) -> str:
    """The KPIs that reach their line in the one way and not in the other."""
    reached = {kpi.code for kpi in others.standing("reached")}
    return _listed(context, (kpi.code for kpi in these.standing("reached") if kpi.code not in reached))


def _listed(context: PageContext, codes: Iterable[str]) -> str:
    return i18n.text("number.list", context.lang).join(catalogue().kpi(code).short.in_(context.lang) for code in codes)


def _no_room(context: PageContext, kpi: KpiGap) -> str:
    form = "start" if isfinite(kpi.before) else "bound"
    return translate(f"way.no_room_{form}", before=kpi.before, **_words(context, kpi))


def _words(context: PageContext, kpi: KpiGap) -> dict[str, str]:
    known = catalogue().kpi(kpi.code)
    return {
        "name": known.short.in_(context.lang),
        "line": i18n.kpi_number(kpi.published.p80, known, context.lang, kpi.basis),
        **gap_words(kpi, context.lang),
    }


# The levers of the what-if board: one input a KPI, and where they were moved to.
#
# The moves live in the visitor's session under the values they start from: another file is another board. A widget's
# own state would be gone after a look at another page.


SHOWN_FIRST, ABREAST = 6, 3
"""Levers in sight before the rest is unfolded, and how many stand beside one another."""


@dataclass(frozen=True, slots=True)
class Moves:
    """Where the levers of these values stand, by KPI code; those that were not moved are not in ``to``."""

    values: str
    to: dict[str, float]

    def key(self, lever: Lever) -> str:
        return f"what-if-{lever.code}-{self.values}"


def moves_of(application: Application) -> Moves:
    """The visitor's moves from these values, none at first."""
    values = application_sha256(application)[:12]
    kept = st.session_state.get("what_if")
    if not isinstance(kept, Moves) or kept.values != values:
        kept = st.session_state["what_if"] = Moves(values, {})
    return kept


def what_if_board(context: PageContext, board: WhatIf, moves: Moves) -> None:
    """The inputs, the nearest to their lines first, and the way back to the own values."""
    ordered = [kpi for kpi in board.own.kpis if kpi.code in board.levers]
    _grid(context, board, moves, ordered[:SHOWN_FIRST])
    st.button(translate("what_if.reset"), on_click=_reset, args=(moves, board.levers), disabled=not moves.to)
    # What was moved stands in ``moves``: an input that is not drawn loses nothing.
    if box := opened_box(translate("what_if.more", count=len(ordered) - SHOWN_FIRST), "what-if"):
        with box:
            _grid(context, board, moves, ordered[SHOWN_FIRST:])


def _grid(context: PageContext, board: WhatIf, moves: Moves, kpis: Sequence[KpiGap]) -> None:
    for at in range(0, len(kpis), ABREAST):
        for column, kpi in zip(st.columns(ABREAST), kpis[at : at + ABREAST], strict=False):
            with column:
                _input(context, board.levers[kpi.code], kpi.main, moves)
                standing = _standing(context, board.moved.of(kpi.code), board.levers[kpi.code])
                html.caption(standing.replace(" %", "\u00a0%"))


def _input(context: PageContext, lever: Lever, main: bool, moves: Moves) -> None:
    known = catalogue().kpi(lever.code)
    number = int if known.whole else float
    key = moves.key(lever)
    if key not in st.session_state:
        st.session_state[key] = _as_number(number, moves.to.get(lever.code, lever.start))
    st.number_input(
        _label(context, known, lever) + (f" · {translate('what_if.main_kpi')}" if main else ""),
        value=None,
        min_value=_as_number(number, lever.low),
        max_value=_as_number(number, lever.high),
        step=_as_number(number, _step(known, lever)),
        format="%d" if known.whole else "%.12g",
        key=key,
        on_change=_move,
        args=(lever, moves),
    )


def _move(lever: Lever, moves: Moves) -> None:
    """An emptied input stands for the own value again."""
    value = st.session_state[moves.key(lever)]
    if value is None or value == lever.start:
        _reset(moves, {lever.code: lever})
    else:
        moves.to[lever.code] = value


def _reset(moves: Moves, levers: Mapping[str, Lever]) -> None:
    for lever in levers.values():
        moves.to.pop(lever.code, None)
        # The widget is made again from the own value at the next run.
        st.session_state.pop(moves.key(lever), None)


def _label(context: PageContext, known: Kpi, lever: Lever) -> str:
    name = known.short.in_(context.lang)
    if lever.moves == "after":
        return translate("what_if.label_after", name=name, before=lever.before)
    points = i18n.text("number.points", context.lang) if lever.basis == "points" else known.unit.in_(context.lang)
    return translate("what_if.label_value", name=name, unit=points)


def _standing(context: PageContext, kpi: KpiGap, lever: Lever) -> str:
    """What the lever's place means against the published numbers."""
    known = catalogue().kpi(kpi.code)
    by_end = kpi.standing == "below" and lever.moves == "after"
    form = f"after_{'most' if known.reduces else 'least'}" if by_end else kpi.standing
    return translate(
        f"what_if.now_{form}",
        value=i18n.kpi_number(kpi.value, known, context.lang, kpi.basis),
        line=i18n.kpi_number(kpi.published.p80, known, context.lang, kpi.basis),
        median=i18n.kpi_number(kpi.published.median, known, context.lang, kpi.basis),
        **gap_words(kpi, context.lang),
    )


def _step(known: Kpi, lever: Lever) -> float:
    """A tenth for per cents; for an end in a unit of its own, a hundredth of its start's power of ten."""
    if known.whole:
        return 1
    if lever.moves == "value" or known.of_share or not lever.start:
        return 0.1
    return float(10.0 ** (floor(log10(lever.start)) - 2))


def _as_number(number: type[int | float], value: float | None) -> float | None:
    return None if value is None else number(value)
