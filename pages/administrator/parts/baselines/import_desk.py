"""One import from its files to the frozen baseline: where it stands, and the work that is going on for it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import streamlit as st

from kpi.baseline.recipe import PanelRecipe
from kpi.model.evaluation import Baseline
from kpi.services.administrator.baseline_import import BaselinePreview, ImportJob, freeze_baseline, preview_baseline
from kpi.services.preparation import IncomingBaseline, InvalidPanel
from pages.administrator.parts.baselines.baseline_files import SentBaseline
from pages.session.page_context import PageContext, stop_when_left

_DESK = "import_desk"
_TITLE = "baseline_import"


@dataclass
class ImportDesk:
    """``key`` is that of the files; ``refused`` what stands against them, ``preview`` what they are worth."""

    key: str
    recipe: PanelRecipe | None
    previewing: ImportJob[BaselinePreview] | None = None
    freezing: ImportJob[Baseline] | None = None
    refused: InvalidPanel | None = None
    preview: BaselinePreview | None = None
    error: Exception | None = None

    def incoming(self, sent: SentBaseline) -> IncomingBaseline:
        return replace(sent.incoming, recipe=self.recipe)

    def check(self, context: PageContext, sent: SentBaseline, recipe: PanelRecipe | None) -> None:
        """Read the files by ``recipe``, in the background."""
        store, viewer, sizes, groups = context.store, context.viewer, sent.sizes, sent.groups
        self.recipe, self.refused, self.preview, self.error = recipe, None, None, None
        incoming = self.incoming(sent)
        self.previewing = ImportJob(lambda runner: preview_baseline(store, viewer, incoming, sizes, groups, runner))
        stop_when_left(_TITLE, self.stop)

    def freeze(self, context: PageContext, sent: SentBaseline, because: str) -> None:
        """Freeze what was previewed, in the background."""
        store, viewer, sizes, groups = context.store, context.viewer, sent.sizes, sent.groups
        self.error = None
        incoming = self.incoming(sent)
        self.freezing = ImportJob(
            lambda runner: freeze_baseline(store, viewer, incoming, sizes, groups, because, runner=runner)
        )
        stop_when_left(_TITLE, self.stop)

    def collect(self) -> Baseline | None:
        """Take over what has ended; the baseline, once it is frozen."""
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
            return ended.result
        return None

    def stop(self) -> None:
        for job in (self.previewing, self.freezing):
            if job:
                job.stop()


def desk_for(sent: SentBaseline | None) -> ImportDesk | None:
    """The desk of these files; that of others is cleared, and what went on for them is stopped."""
    desk: ImportDesk | None = st.session_state.get(_DESK)
    if desk and (sent is None or desk.key != sent.key):
        desk.stop()
        desk = None
    if desk is None and sent is not None:
        desk = ImportDesk(sent.key, sent.recipe)
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
