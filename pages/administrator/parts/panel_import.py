"""Bringing a baseline in: its files, their check, their rows, and the freezing with its progress."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, get_args

import streamlit as st

from kpi.baseline.recipe import PanelRecipe, PanelShape, RowAccount, read_recipe, recipe_bytes
from kpi.catalogue.catalogue import catalogue
from kpi.errors import InvalidFile, UserError
from kpi.files.limits import panel_limits
from kpi.model.evaluation import Baseline, Provenance
from kpi.model.times import SHANGHAI, now
from kpi.reports.content import About, ReportCell, count
from kpi.services.administrator.baseline_import import (
    LONGEST_NAME,
    LONGEST_REASON,
    LONGEST_SOURCE,
    BaselinePreview,
    ImportJob,
    freeze_baseline,
    preview_baseline,
    recipes_known,
    refuse_words,
)
from kpi.services.administrator.baseline_proposals import propose_baseline
from kpi.services.preparation import File, IncomingBaseline, InvalidPanel
from kpi.services.tasks import TaskRunner
from kpi.tables.baselines import BaselineProposal
from pages.administrator.parts.panel_reading import PanelAnswers, ask_panel, beside_questions, show_columns
from pages.administrator.parts.panel_recipe import ask_recipe, ask_repairs
from pages.session.context import PageContext, stop_when_left
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import end_page, opened_box, show_error
from pages.widgets.documents import problem_list
from pages.widgets.downloads import Offered, offer_files
from pages.widgets.tables import show_table, typed_table

# The files of a baseline, and what their sender says they are of.


TYPES = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods", "parquet"]
YEARS_BACK = 5
_ROUND = "baseline_round"


@dataclass(frozen=True, slots=True)
class SentBaseline:
    """``key`` changes with whatever a preview depends on; name and source may still be written after it."""

    incoming: IncomingBaseline
    recipe: PanelRecipe | None
    sizes: File | None
    groups: File | None
    key: str


def ask_files(context: PageContext, answered: bool) -> SentBaseline | None:
    """None until there is a panel, and somebody has said of what kind it is.

    ``answered``: they are folded away, so that what is asked of the file comes first on the page.
    """
    with st.expander(translate("baseline_import.files"), expanded=not answered):
        sent = _sent()
    recipe = _recipe(context)
    if sent is None:
        html.where(translate("baseline_import.incomplete"))
        return None
    incoming, sizes, groups = sent
    panel = (incoming.file_name, incoming.data)
    key = [
        str(incoming.year),
        incoming.provenance,
        recipe.model_dump_json() if recipe else "",
        *(hashlib.sha256(item[1]).hexdigest() if item else "" for item in (panel, sizes, groups)),
    ]
    return SentBaseline(incoming, recipe, sizes, groups, " ".join(key))


def _sent() -> tuple[IncomingBaseline, File | None, File | None] | None:
    """The files and what is said of them."""
    panel = _file("panel")
    left, right = st.columns(2)
    with left:
        sizes = _file("sizes")
    with right:
        groups = _file("groups")
    this = now().astimezone(SHANGHAI).year
    left, right = st.columns(2)
    offered = range(this, this - YEARS_BACK, -1)
    year = left.selectbox(translate("baseline_import.year"), offered, index=1, key=_baseline_files_key("year"))
    # Chosen by a person: a default would make an official baseline of whatever is sent.
    provenance: Provenance | None = right.selectbox(
        translate("baseline_import.provenance"),
        get_args(Provenance),
        index=None,
        format_func=lambda item: translate(f"provenance.{item}"),
        placeholder=translate("begin.choose"),
        key=_baseline_files_key("provenance"),
    )
    name = st.text_input(translate("baseline_import.name"), max_chars=LONGEST_NAME, key=_baseline_files_key("name"))
    source = st.text_input(
        translate("baseline_import.source"), max_chars=LONGEST_SOURCE, key=_baseline_files_key("source")
    )
    if panel is None or provenance is None:
        return None
    return IncomingBaseline(*panel, name, year, catalogue().notice.region.zh, provenance, source), sizes, groups


def _recipe(context: PageContext) -> PanelRecipe | None:
    """A recipe kept from an earlier panel, or one in a file; None where the file is to speak for itself."""
    known = {recipe.name: recipe for recipe in recipes_known(context.store, context.viewer)}
    with st.expander(translate("panel_recipe.use")):
        sent = st.file_uploader(
            translate("panel_recipe.file"), type=["json"], key=_baseline_files_key("recipe"), max_upload_size=4
        )
        chosen = None
        if known:
            chosen = st.selectbox(
                translate("panel_recipe.known"),
                list(known),
                index=None,
                placeholder=translate("panel_recipe.none"),
                key=_baseline_files_key("known"),
            )
    if sent is None:
        return known[chosen] if chosen else None
    try:
        return read_recipe(sent.name, sent.getvalue())
    except InvalidFile as refused:
        problem_list(refused.problems)
        return None


def _file(name: str) -> File | None:
    most = panel_limits().file_megabytes
    sent = st.file_uploader(
        translate(f"baseline_import.{name}"),
        type=TYPES,
        key=_baseline_files_key(name),
        help=translate(f"baseline_import.{name}_help", limit=most),
        max_upload_size=most,
    )
    return (sent.name, sent.getvalue()) if sent else None


def forget_files() -> None:
    """Start again: the inputs of the next run are others, and empty."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _baseline_files_key(name: str) -> str:
    return f"baseline-{name}-{st.session_state.get(_ROUND, 0)}"


# One import from its files to the frozen baseline: where it stands, and the work that is going on for it.


_DESK = "import_desk"
_TITLE = "baseline_import"


@dataclass
class PanelDesk:
    """A panel that is read and then frozen, each in the background. ``key`` is that of what is read; ``refused`` what
    stands against it, ``preview`` what it is worth.
    """

    key: str
    previewing: ImportJob[BaselinePreview] | None = None
    freezing: ImportJob[Baseline | BaselineProposal] | None = None
    refused: InvalidPanel | None = None
    preview: BaselinePreview | None = None
    error: Exception | None = None

    def begin_reading(self, act: Callable[[TaskRunner], BaselinePreview]) -> None:
        self.refused, self.preview, self.error = None, None, None
        self.previewing = ImportJob(act)
        stop_when_left(_TITLE, self.stop)

    def begin_freezing(self, act: Callable[[TaskRunner], Baseline | BaselineProposal]) -> None:
        self.error = None
        self.freezing = ImportJob(act)
        stop_when_left(_TITLE, self.stop)

    def collect(self) -> Baseline | BaselineProposal | None:
        """Take over what has ended; the baseline, or its proposal, once it is kept."""
        if self.previewing and self.previewing.done:
            job, self.previewing = self.previewing, None
            self.preview = job.result
            if isinstance(job.error, InvalidPanel):
                self.refused = job.error
            else:
                self.error = job.error
        if self.freezing and self.freezing.done:
            ended, self.freezing = self.freezing, None
            self.error = ended.error
            if isinstance(ended.error, UserError) and ended.error.code == "preview_outdated":
                self.preview = None
            return ended.result
        return None

    def show_what_stands(self) -> None:
        """Watch what goes on, and nothing else meanwhile; else say why it ended without a result."""
        if job := self.previewing or self.freezing:
            watch(job, self.freezing is not None)
            end_page()
        if isinstance(self.error, UserError):
            show_error(self.error)
        elif self.error:
            raise self.error

    def stop(self) -> None:
        for job in (self.previewing, self.freezing):
            if job:
                job.stop()


@dataclass
class ImportDesk(PanelDesk):
    """Of files that were sent, as they are read by ``recipe``."""

    recipe: PanelRecipe | None = None

    def incoming(self, sent: SentBaseline) -> IncomingBaseline:
        return replace(sent.incoming, recipe=self.recipe)

    def check(self, context: PageContext, sent: SentBaseline, recipe: PanelRecipe | None) -> None:
        """Read the files by ``recipe``."""
        store, viewer, sizes, groups = context.store, context.viewer, sent.sizes, sent.groups
        self.recipe = recipe
        incoming = self.incoming(sent)
        self.begin_reading(lambda runner: preview_baseline(store, viewer, incoming, sizes, groups, runner))

    def freeze(self, context: PageContext, sent: SentBaseline, because: str) -> None:
        """Freeze what was previewed; propose it where that takes two."""
        files = (context.store, context.viewer, self.incoming(sent), sent.sizes, sent.groups, because)
        if self.preview and self.preview.takes_two:
            seen = self.preview.standing
            self.begin_freezing(lambda runner: propose_baseline(*files, runner=runner, seen=seen))
        else:
            self.begin_freezing(lambda runner: freeze_baseline(*files, runner=runner))


def desk_for(sent: SentBaseline | None) -> ImportDesk | None:
    """The desk of these files; that of others is cleared, and what went on for them is stopped."""
    desk: ImportDesk | None = st.session_state.get(_DESK)
    if desk and (sent is None or desk.key != sent.key):
        desk.stop()
        desk = None
    if desk is None and sent is not None:
        desk = ImportDesk(sent.key, recipe=sent.recipe)
    st.session_state[_DESK] = desk
    return desk


def has_questions() -> bool:
    """Something is asked of the files that were sent, or stands against them."""
    desk: ImportDesk | None = st.session_state.get(_DESK)
    if desk is None:
        return False
    # Asked before what has ended is taken over.
    job = desk.previewing
    return isinstance(job.error if job and job.done else desk.refused, InvalidPanel)


def file_sha256(sent: SentBaseline) -> str:
    """Of the panel's file, as repairs name it."""
    return hashlib.sha256(sent.incoming.data).hexdigest()


# What is asked of a panel, what stands against it, how it is read, and reading it again with what was said.


def show_refusal(context: PageContext, sent: SentBaseline, desk: ImportDesk, refused: InvalidPanel) -> None:
    """The questions and the press that answers them; below, by cell, what is a fault whatever the answers are."""
    shape, key, sha256 = refused.shape, _panel_check_key(sent, desk), file_sha256(sent)
    if shape is None:
        html.sentence(translate("baseline_import.refused", count=sum(problem.blocks for problem in refused.problems)))
        problem_list(refused.problems)
        if st.button(translate("baseline_import.preview"), type="primary"):
            desk.check(context, sent, sent.recipe)
            st.rerun()
        return
    summary = st.container()
    said = ask_panel(shape, refused.problems, desk.recipe, key)
    answered = bool(said.asked) and st.button(translate("panel_questions.confirm"), type="primary", key=f"{key}-answer")
    faults = beside_questions(refused.problems, shape, said.blanks)
    errors = sum(fault.blocks for fault in faults)
    with summary:
        html.sentence(translate("baseline_import.to_do", questions=said.asked, faults=errors))
    problem_list(faults)
    repairs = ask_repairs(faults, shape.header_row, desk.recipe, sha256, key)
    st.subheader(translate("panel_recipe.title"), anchor=False)
    show_columns(context, about_columns(sent.incoming.file_name), shape)
    recipe = ask_recipe(shape, desk.recipe, said, sha256, key).model_copy(update=repairs)
    again = (errors or not said.asked) and st.button(
        translate("panel_recipe.again"), type="secondary" if said.asked else "primary", key=f"{key}-again"
    )
    if (answered or again) and said.open:
        # What is read again has been confirmed, and is not asked once more.
        with summary:
            html.notice(translate("panel_questions.unit_open"))
    elif answered or again:
        desk.check(context, sent, recipe)
        st.rerun()


def offer_rereading(context: PageContext, sent: SentBaseline, desk: ImportDesk, shape: PanelShape) -> None:
    """How each column was read; the recipe of a panel without faults, to take away or to change."""
    key, sha256 = _panel_check_key(sent, desk), file_sha256(sent)
    st.subheader(translate("panel_recipe.title"), anchor=False)
    show_columns(context, about_columns(sent.incoming.file_name), shape)
    recipe = ask_recipe(shape, desk.recipe, PanelAnswers(), sha256, key)
    recipe = recipe.model_copy(update=ask_repairs((), shape.header_row, desk.recipe, sha256, key))
    if st.button(translate("panel_recipe.again"), key=f"{key}-again"):
        desk.check(context, sent, recipe)
        st.rerun()
    offer_recipe(context, desk.recipe)


def offer_recipe(context: PageContext, used: PanelRecipe | None) -> None:
    """To take away, where the panel is read by one."""
    if used:
        offer_files(
            context,
            translate("panel_recipe.download_how"),
            "panel_recipe",
            used.name,
            used.name,
            [Offered(".json", translate("panel_recipe.download"), lambda: recipe_bytes(used))],
        )


def about_columns(file_name: str) -> About:
    """What goes with the table of how a file's columns are read."""
    return About(translate("panel_recipe.title"), file_name)


def _panel_check_key(sent: SentBaseline, desk: ImportDesk) -> str:
    """Other inputs after each reading: they begin with what was read."""
    return f"recipe-{hash((sent.key, desk.recipe and desk.recipe.model_dump_json()))}"


# What became of every row of a panel's file.


def show_rows(context: PageContext, about: About, rows: RowAccount) -> None:
    """The sum, and each of the three lists whole."""
    html.where(
        translate(
            "panel_rows.sum",
            read=rows.read,
            taken=rows.count_taken,
            merged=len(rows.merged),
            refused=len(rows.refused),
        )
    )
    for word, cells in rows.blanked.items():
        html.where(translate("panel_rows.blanked", word=word, count=cells))
    if rows.nulls:
        html.where(translate("panel_rows.nulls"))
        nulls: list[list[str | ReportCell]] = [[column, count(cells)] for column, cells in rows.nulls.items()]
        table = typed_table([translate("panel_rows.column"), translate("panel_rows.cells")], nulls, numbers=(1,))
        show_table(context, about, table, "panel-nulls", form="narrow")
    if box := opened_box(translate("panel_rows.lists"), "panel-rows"):
        with box:
            taken = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in rows.taken)
            html.where(translate("panel_rows.taken", rows=taken or "—"))
            if rows.merged:
                merged = [[count(item.row), count(item.into)] for item in rows.merged]
                table = typed_table([translate("panel_rows.row"), translate("panel_rows.into")], merged)
                show_table(context, about, table, "panel-merged", form="narrow")
            if rows.refused:
                refused: list[list[str | ReportCell]] = [
                    [count(refused_row.row), refused_row.words or translate(f"panel_rows.{refused_row.because}")]
                    for refused_row in rows.refused
                ]
                table = typed_table([translate("panel_rows.row"), translate("panel_rows.because")], refused)
                show_table(context, about, table, "panel-refused", form="narrow")


# Freezing a previewed baseline: what it does is said, and it is confirmed.


def offer_freezing(context: PageContext, sent: SentBaseline, desk: ImportDesk, preview: BaselinePreview) -> None:
    """A reason is asked for where the panel is much smaller than the one before; nothing is begun without it."""
    st.subheader(translate("baseline_import.freeze_title"), anchor=False)
    html.where(translate("baseline_import.freeze_how", year=sent.incoming.year))
    two = "_two" if preview.takes_two else ""
    if two:
        html.where(translate("baseline_proposal.how"))
    with st.form("freeze-baseline", border=False):
        because, smaller = "", preview.earlier is not None and preview.earlier.much_smaller
        if smaller:
            label = translate("baseline_import.smaller_because")
            because = st.text_input(label, max_chars=LONGEST_REASON, key="freeze-because")
        sha256 = preview.panel.sha256
        sure = st.checkbox(translate(f"baseline_import.sure{two}", sha256=sha256[:12]), key=f"freeze-{sha256}")
        if not st.form_submit_button(translate(f"baseline_import.freeze{two}"), type="primary"):
            return
    if not sure:
        html.notice(translate("baseline_import.not_sure"))
        return
    if smaller and not because.strip():
        html.notice(translate("baseline_import.smaller_needed"))
        return
    try:
        incoming = sent.incoming
        refuse_words(context.store, context.viewer, incoming.name, incoming.source, preview.panel.sha256)
    except UserError as error:
        show_error(error)
        return
    desk.freeze(context, sent, because)
    st.rerun()


# How far a preview or a freezing is, every second, and the button that ends it.


_STAGES = {"reading": (0.0, 0.25), "publishing": (0.25, 0.4), "words": (0.4, 0.7), "writing": (0.7, 1.0)}
"""Where each stage begins and ends, as a share of a freezing; a preview ends with the second."""
_PREVIEW_STAGES = {"reading": (0.0, 0.3), "publishing": (0.3, 1.0)}


@st.fragment(run_every=1)
def watch(job: ImportJob[Any], words: bool) -> None:
    """The bar; the page is run again when the job has ended. ``words``: it freezes."""
    if job.done:
        st.rerun()
    first, last = (_STAGES if words else _PREVIEW_STAGES)[job.stage]
    share = first + (last - first) * job.share
    said = translate(f"baseline_import.stage_{job.stage}")
    st.progress(share, translate("baseline_import.progress", said=said, share=round(100 * share)))
    html.where(translate("baseline_import.leave"))
    # What is being written is whole in a moment, or not at all.
    if job.stage != "writing" and st.button(translate("baseline_import.stop"), key="stop-import"):
        job.stop()
        job.wait(10)
        st.rerun(scope="app")
