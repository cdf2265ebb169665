"""How the installation stands, in figures, and a backup started by hand with its progress."""

from __future__ import annotations

from math import isnan

import streamlit as st

from kpi import i18n
from kpi.errors import UserError
from kpi.model.times import now
from kpi.services.administrator.home import back_up_now
from kpi.services.operation.backup import BackupPart
from kpi.services.operation.state import InstallationState
from pages.session.context import PageContext
from pages.session.language import current_lang, translate
from pages.session.process_figures import SLOW_SECONDS, ProcessFigures
from pages.widgets import html
from pages.widgets.acts import show_error
from pages.widgets.tables import format_datetime

# The figures of operation as words and rows.


MEGABYTE, GIGABYTE = 1_000_000, 1_000_000_000
HOUR = 3600


def state_sentence(state: InstallationState) -> str:
    """All is well, or what is not."""
    failed = [translate(f"operation.check.{name}") for name, passes in state.checks.items() if not passes]
    if not failed:
        return translate("operation.sound")
    return translate("operation.unsound", failed=i18n.text("number.list", current_lang()).join(failed))


def last_backup_line(state: InstallationState) -> str:
    """When it was made and how long ago; where none was, so."""
    if state.last_backup is None:
        return translate("operation.no_backup")
    hours = int((now() - state.last_backup).total_seconds() // HOUR)
    return translate("operation.last_backup", at=format_datetime(state.last_backup), hours=hours)


def figure_rows(state: InstallationState) -> list[list[str]]:
    """What the store holds, what is left, and what runs on it."""
    said = {
        "version": translate("operation.version_said", program=state.program, schema=state.schema),
        "database": size_words(state.database_bytes),
        "originals": translate(
            "operation.originals_said", count=state.originals, size=size_words(state.originals_bytes)
        ),
        "free": size_words(state.free_bytes),
        "baselines": str(state.baselines),
        "trail": translate("operation.trail_said", acts=state.acts),
    }
    return [[translate(f"operation.{name}"), words] for name, words in said.items()]


def process_rows(figures: ProcessFigures) -> list[list[str]]:
    """Load and errors since the process was started."""
    mean = "–" if isnan(figures.mean_seconds) else f"{figures.mean_seconds * 1000:.0f} ms"
    said = {
        "load": translate("operation.load_said", load=f"{figures.load:.2f}", processors=figures.processors),
        "runs": str(figures.runs),
        "mean": mean,
        "slow": str(figures.slow),
        "errors": str(figures.errors),
    }
    return [[translate(f"operation.{name}", seconds=f"{SLOW_SECONDS:g}"), words] for name, words in said.items()]


def size_words(size: int) -> str:
    """Bytes as megabytes, or as gigabytes where there are a thousand."""
    return f"{size / GIGABYTE:,.1f} GB" if size >= GIGABYTE else f"{size / MEGABYTE:.1f} MB"


# A backup started by hand, with its progress; leaving the page ends it, and leaves nothing half made.


def offer_backup(context: PageContext) -> None:
    """The button; once pressed, what is being done, then the folder's name or why there is none."""
    html.where(translate("operation.backup_where"))
    if not st.button(translate("operation.back_up"), key="back-up"):
        return
    bar = st.progress(0.0, translate("operation.part.database"))

    def report(part: BackupPart, share: float) -> None:
        bar.progress(share, translate(f"operation.part.{part}"))

    try:
        name, missing = back_up_now(context.store, context.viewer, report)
    except UserError as error:
        show_error(error)
    else:
        st.success(translate("operation.backed_up", name=name))
        if missing:
            st.warning(translate("operation.backup_lacks", count=missing))
    finally:
        bar.empty()
