"""The list of awards: imported or added one by one, each change shown first; the table, its totals and its history."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from hashlib import sha256

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.errors import InvalidFile, UserError
from kpi.intake.lists import award_tiers, counts_for_quota
from kpi.model.claims import Award
from kpi.model.language import Lang
from kpi.model.problem import Problem, listed
from kpi.model.programme import AwardChange
from kpi.reports.content import About, LabelledLine, ReportCell, ReportTable, count
from kpi.services.administrator.awards import (
    LONGEST_REASON,
    AwardsPreview,
    AwardTotals,
    ReversedChange,
    add_single_award,
    award_totals,
    check_awarded,
    correct_award,
    earlier_revocation,
    import_awards,
    preview_awards,
    revoke_award,
)
from pages.administrator.parts.account_file import upload_list
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, opened_box, show_done, show_error
from pages.widgets.documents import problem_list
from pages.widgets.layout import in_columns
from pages.widgets.picker import search_word
from pages.widgets.tables import format_datetime, show_long_table, show_table, typed_table

# An award and a change of one in a line each.


def award_label(lang: Lang, one: Award) -> str:
    tier, body = (i18n.catalogue_name(name, lang) for name in (one.tier, one.body or ""))
    return " ".join(part for part in (one.credit_code, one.factory, tier, str(one.year or ""), body) if part)


def change_words(change: AwardChange) -> str:
    """When, by whom and why it was revoked or corrected."""
    return translate(
        f"awards.was_{change.act}",
        at=format_datetime(change.changed_at),
        by=change.changed_by,
        reason=change.reason,
    )


# One award: added, corrected or revoked with a reason, asked once; then what its credit code has now.


LONGEST_CELL = 120
_AWARD_ROUND, _AWARD_DONE = "award_round", "award_changed"


def offer_single_award(context: PageContext, listed: Sequence[Award]) -> None:
    """The fields are empty again after success."""
    if done := st.session_state.pop(_AWARD_DONE, None):
        show_done(translate(f"awards.done_{done[0]}"))
        if done[1]:
            _checked(context, done[1])
    key = f"award-{st.session_state.get(_AWARD_ROUND, 0)}"
    named = partial(award_label, context.lang)
    times = Counter(map(named, listed))
    by_name = {translate("awards.new"): None} | {
        named(award) if times[named(award)] == 1 else f"{named(award)} ({award.source})": award for award in listed
    }
    before = by_name[st.selectbox(translate("awards.which"), list(by_name), key=key)]
    key = f"{key}-{sha256(repr(before).encode()).hexdigest()[:12] if before else 'new'}"
    after = _fields(context, before, key)
    reason = st.text_input(translate("awards.reason"), max_chars=LONGEST_REASON, key=f"{key}-reason")
    if not reason.strip():
        html.where(translate("awards.to_explain"))
        return
    on = (context.store, context.viewer)
    if before is None:
        adds = [translate("awards.add_means", award=named(after)), *_said_of_a_new_one(context, after)]
        if confirm_act(translate("awards.add"), "\n".join(adds), key=f"{key}-add"):
            _do("added", after.credit_code, partial(add_single_award, *on, after, reason))
        return
    with st.container(horizontal=True):
        means = translate("awards.correct_means", before=named(before), after=named(after))
        corrected = after != before and confirm_act(translate("awards.correct"), means, key=f"{key}-correct")
        revoked = confirm_act(
            translate("awards.revoke"),
            translate("awards.revoke_means", award=named(before)),
            key=f"{key}-revoke",
        )
    if corrected:
        _do("corrected", after.credit_code, partial(correct_award, *on, before, after, reason))
    if revoked:
        _do("revoked", before.credit_code, partial(revoke_award, *on, before, reason))


def _said_of_a_new_one(context: PageContext, after: Award) -> list[str]:
    """That it was revoked before, and that no quota counts it."""
    revoked = earlier_revocation(context.store, context.viewer, after)
    lines = [translate("awards.comes_back", words=change_words(revoked))] if revoked else []
    nobodys = after.body is None and counts_for_quota(after)
    return lines + ([translate("awards.without_body", count=1)] if nobodys else [])


def _fields(context: PageContext, before: Award | None, key: str) -> Award:
    """What holds stands in them; of a new award nothing does. Two beside one another, in the order of reading."""
    tiers, bodies = award_tiers(), [body.name.zh for body in catalogue().bodies]
    bounds = catalogue().fact("year")
    first, second = st.columns(2)
    with first:
        code = _text("code", before.credit_code if before else "", key)
    with second:
        factory = _text("factory", before.factory if before else "", key)
    first, second = st.columns(2)
    with first:
        at = tiers.index(before.tier) if before and before.tier in tiers else 0
        shown = partial(i18n.catalogue_name, lang=context.lang)
        tier = st.selectbox(translate("awards.tier"), tiers, at, shown, key=f"{key}-tier")
    with second:
        year = st.number_input(
            translate("awards.year"),
            int(bounds.minimum or 0),
            int(bounds.maximum or 0),
            before.year if before else None,
            key=f"{key}-year",
        )
    first, second = st.columns(2)
    with first:
        source = _text("source", before.source if before else "", key)
    with second:
        body = st.selectbox(
            translate("awards.body"),
            bodies,
            bodies.index(before.body) if before and before.body in bodies else None,
            placeholder=translate("awards.no_body"),
            format_func=lambda item: i18n.catalogue_name(item, context.lang),
            key=f"{key}-body",
        )
    return Award(code, factory, tier, int(year or 0), source, body)


def _text(name: str, held: str, key: str) -> str:
    return st.text_input(translate(f"awards.{name}"), held, max_chars=LONGEST_CELL, key=f"{key}-{name}").strip()


def _do(done: str, code: str, act: Callable[[], object]) -> None:
    try:
        act()
    except InvalidFile as refused:
        html.where(translate("awards.to_correct"))
        problem_list([_of_a_field(problem) for problem in refused.problems], lambda item: str(item.params["name"]))
    except UserError as error:
        show_error(error)
    else:
        st.session_state[_AWARD_ROUND] = st.session_state.get(_AWARD_ROUND, 0) + 1
        st.session_state[_AWARD_DONE] = (done, code)
        st.rerun()


def _of_a_field(problem: Problem) -> Problem:
    """Where it is: the field by its label on the page, as nothing came as a file."""
    name = str(problem.params["field"]).removeprefix("credit_")
    label = translate(f"awards.{name}")
    return replace(problem, params={**problem.params, "name": label})


def _checked(context: PageContext, code: str) -> None:
    """The check that applications are put to, right after the change."""
    found = check_awarded(context.store, context.viewer, code)
    said = "checked_none" if not found.awards else "checked" if found.barred else "checked_nobody"
    html.where(translate(f"awards.{said}", code=code, count=len(found.awards)))
    html.bullets(
        [translate("awards.bars", who=hand.enterprise or hand.credit_code, year=hand.year) for hand in found.barred]
    )


# Importing the list of awards: what it would change is shown, and asked once, as it replaces the list.


_FILE_ROUND = "awards_round"
_FILE_DONE = "awards_imported"


def offer_award_file(context: PageContext) -> None:
    """The uploader, empty again after success; below it what the file would do."""
    if count := st.session_state.pop(_FILE_DONE, 0):
        show_done(translate("awards.imported", count=count))
    key = f"awards-{st.session_state.get(_FILE_ROUND, 0)}"
    found = upload_list(
        translate("awards.file"),
        key,
        partial(preview_awards, context.store, context.viewer),
        translate("awards.refused"),
        translate("awards.help", tiers=listed(award_tiers())),
    )
    if found is None:
        return
    preview = found.preview
    means = translate("awards.means", count=preview.awards, added=preview.added, removed=preview.removed)
    html.where(means)
    corrected = translate("awards.corrected_before", count=len(preview.corrected))
    _say_reversed(context, corrected, preview.corrected)
    back, reason = _ask_revoked(context, preview.revoked, key)
    left_out = len(preview.revoked) - len(back)
    _say_bodies(context, preview, back)
    if preview.same and not back:
        html.notice(translate("awards.same"))
        return
    if back and not reason.strip():
        html.where(translate("awards.to_explain"))
        return
    lines = [means]
    lines += [translate("awards.left_out", count=left_out)] if left_out else []
    lines += [translate("awards.brought_back", count=len(back))] if back else []
    if confirm_act(translate("awards.import"), "\n".join(lines), key=f"{key}-import", read=preview.changes):
        try:
            count = import_awards(
                context.store,
                context.viewer,
                found.name,
                found.data,
                brought_back=back,
                reason=reason,
                seen=preview.changes,
            )
        except UserError as error:
            show_error(error)
            return
        st.session_state[_FILE_ROUND] = st.session_state.get(_FILE_ROUND, 0) + 1
        st.session_state[_FILE_DONE] = count
        st.rerun()


def _say_bodies(context: PageContext, preview: AwardsPreview, back: Sequence[int]) -> None:
    """What the bodies' counts become, and which awards no body's count would hold."""
    off = {change.row for change in preview.revoked} - set(back)
    if preview.by_body is None:
        html.where(translate("awards.no_bodies"))
    else:
        kept_off = [change for change in preview.revoked if change.row in off and change.award.body]
        counted = sum(preview.by_body.values()) - sum(counts_for_quota(change.award) for change in kept_off)
        html.where(translate("awards.with_bodies", count=counted))
    nobodys = [award for award in preview.without_body if award.row not in off]
    if nobodys:
        with st.expander(translate("awards.without_body", count=len(nobodys))):
            html.bullets([_in_row(nobody.row, award_label(context.lang, nobody.award)) for nobody in nobodys])


def _ask_revoked(context: PageContext, found: Sequence[ReversedChange], key: str) -> tuple[list[int], str]:
    """The rows of revoked awards that are to come back, and why; none unless they are chosen."""
    if not found:
        return [], ""
    _say_reversed(context, translate("awards.revoked_before", count=len(found)), found)
    labels = {change.row: _in_row(change.row, award_label(context.lang, change.award)) for change in found}
    back = st.multiselect(
        translate("awards.bring_back"),
        list(labels),
        format_func=labels.__getitem__,
        placeholder=translate("awards.bring_back_none"),
        select_all=False,
        key=f"{key}-back",
    )
    reason = st.text_input(translate("awards.reason"), max_chars=LONGEST_REASON, key=f"{key}-reason") if back else ""
    return back, reason


def _say_reversed(context: PageContext, sentence: str, found: Sequence[ReversedChange]) -> None:
    """Each row that takes an earlier change back, with that change."""
    if not found:
        return
    html.sentence(sentence)
    lines = []
    for change in found:
        words = award_label(context.lang, change.award)
        if change.change.after:
            words = translate("awards.corrected_to", award=words, after=award_label(context.lang, change.change.after))
        lines.append((_in_row(change.row, words), change_words(change.change)))
    html.open_points(lines)


def _in_row(row: int, words: str) -> str:
    return translate("awards.in_row", row=row, award=words)


# Awards added up: by year and tier, by recommending body, and by all three.


def show_totals(context: PageContext) -> None:
    """Two tables side by side, and the third to be opened. The bodies stand as in the notice."""
    totals = award_totals(context.store, context.viewer)
    awarded = {tier for _, tier in totals.by_year}
    tiers = [tier for tier in award_tiers() if tier in awarded]
    order = [body.name.zh for body in catalogue().bodies]
    by_year, by_body = in_columns("totals", (6, 6))
    with by_year:
        table = typed_table(
            [translate("awards.year"), *(i18n.catalogue_name(tier, context.lang) for tier in tiers)],
            [
                [str(year), *(count(totals.by_year.get((year, tier), 0)) for tier in tiers)]
                for year in sorted({year for year, _ in totals.by_year}, reverse=True)
            ],
            numbers=range(1, len(tiers) + 1),
        )
        html.titled(translate("awards.by_year"))
        show_table(context, About(translate("awards.by_year")), table, "by-year")
        if box := opened_box(translate("awards.by_body_year"), "by-body-year"):
            with box:
                _totals_by_body(context, totals.by_body_year, tiers, order)
    with by_body:
        columns = [translate("awards.body"), translate("awards.count")]
        table = typed_table(columns, _body_counts(context, totals, order), numbers=(1,))
        html.titled(translate("awards.by_body"))
        html.where(translate("awards.by_body_how"))
        show_table(context, About(translate("awards.by_body")), table, "by-body")


def _body_name(context: PageContext, body: str | None, order: Sequence[str]) -> str:
    """In the reader's language; ``order``: the bodies of the notice."""
    if body is None:
        return translate("awards.no_body")
    return i18n.catalogue_name(body, context.lang) if body in order else translate("awards.unknown_body", body=body)


def _body_counts(context: PageContext, totals: AwardTotals, order: Sequence[str]) -> list[list[str | ReportCell]]:
    """By body, what its quota goes by; below it what counts for nobody."""
    rows: list[list[str | ReportCell]] = [
        [_body_name(context, body, order), count(totals.by_body[body])] for body in _in_order(totals.by_body, order)
    ]
    return rows + ([[translate("awards.for_nobody"), count(totals.without_body)]] if totals.without_body else [])


def _totals_by_body(
    context: PageContext, found: Mapping[tuple[str | None, int, str], int], tiers: Sequence[str], order: Sequence[str]
) -> None:
    """``order``: the bodies as in the notice; those that it does not name come after, and last the awards whose body
    the list does not say.
    """
    named = {body for body, _, _ in found if body}
    bodies: list[str | None] = [*_in_order(named, order), *([None] if any(key[0] is None for key in found) else [])]
    rows: list[list[str | ReportCell]] = []
    for body in bodies:
        name = _body_name(context, body, order)
        years = sorted({key[1] for key in found if key[0] == body}, reverse=True)
        for year in years:
            counts = [found.get((body, year, tier), 0) for tier in tiers]
            rows.append([name, str(year), *map(count, [*counts, sum(counts)])])
        if len(years) > 1:
            counts = [sum(found.get((body, year, tier), 0) for year in years) for tier in tiers]
            rows.append([name, translate("awards.all_years"), *map(count, [*counts, sum(counts)])])
    named_tiers = [i18n.catalogue_name(tier, context.lang) for tier in tiers]
    columns = [translate("awards.body"), translate("awards.year"), *named_tiers, translate("awards.sum")]
    table = typed_table(columns, rows, numbers=range(2, len(columns)))
    show_table(context, About(translate("awards.by_body_year")), table, "by-body-year")


def _in_order(bodies: Collection[str], order: Sequence[str]) -> list[str]:
    return [body for body in order if body in bodies] + sorted(set(bodies) - set(order))


# How the list of awards was changed: the latest first, nothing overwritten.


SHOWN_OF_A_HASH = 12


def show_changes(context: PageContext, found: Sequence[AwardChange]) -> None:
    table = typed_table(
        [translate(f"awards.{name}") for name in ("at", "by", "what_act", "before", "after", "reason")],
        [
            [
                format_datetime(change.changed_at),
                change.changed_by,
                translate(f"awards.act.{change.act}"),
                _words(change.before, context.lang),
                _words(change.after, context.lang),
                change.reason[:SHOWN_OF_A_HASH] if change.act == "imported" else change.reason,
            ]
            for change in found
        ],
    )
    show_table(
        context, About(translate("title.awards"), translate("awards.history")), table, "award-history", form="stacked"
    )


def _words(one: Award | None, lang: Lang) -> str:
    if one is None:
        return ""
    tier, body = (i18n.catalogue_name(name, lang) for name in (one.tier, one.body or ""))
    return "\n".join(part for part in (one.credit_code, one.factory, f"{tier} {one.year}", body, one.source) if part)


# Awards as a table, in the reader's language.


COLUMNS = ("factory", "code", "tier", "year", "body", "source")


def show_awards(context: PageContext, found: Sequence[Award]) -> None:
    """What is looked for among them, a page at a time."""
    word = search_word(translate("awards.search"), "awards-word").lower()
    shown = [item for item in found if word in f"{item.credit_code} {item.factory}".lower()]
    if word:
        html.where(translate("awards.shown" if shown else "awards.not_on_it", count=len(shown), word=word))
    about = About(translate("awards.list"), filters=[LabelledLine(translate("awards.search"), word)] if word else ())
    everything = None if len(shown) == len(found) else found
    table = partial(_award_table, context)
    show_long_table(context, about, shown, table, "awards", form="brief", everything=everything)


def _award_table(context: PageContext, awards: Sequence[Award]) -> ReportTable:
    order = [body.name.zh for body in catalogue().bodies]
    return typed_table(
        [translate(f"awards.{name}") for name in COLUMNS],
        [
            [
                award.factory,
                award.credit_code,
                i18n.catalogue_name(award.tier, context.lang),
                str(award.year),
                _body_name(context, award.body, order),
                award.source,
            ]
            for award in awards
        ],
    )
