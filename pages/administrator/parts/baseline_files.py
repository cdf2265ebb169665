"""The files of a baseline, and what their sender says they are of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import get_args

import streamlit as st

from kpi.files.limits import panel_limits
from kpi.model.baseline import HOME_REGION, Provenance
from kpi.model.times import SHANGHAI, now
from kpi.services.administrator.baseline_import import LONGEST_NAME, LONGEST_SOURCE, File
from kpi.services.baseline_freeze import IncomingBaseline
from pages.session.language import translate
from pages.widgets import html

TYPES = ["csv", "tsv", "txt", "xlsx", "xlsm", "xls", "ods", "parquet"]
YEARS_BACK = 5
_ROUND = "baseline_round"


@dataclass(frozen=True, slots=True)
class SentBaseline:
    """``key`` changes with whatever a preview depends on; name and source may still be written after it."""

    incoming: IncomingBaseline
    sizes: File | None
    groups: File | None
    key: str


def ask_files() -> SentBaseline | None:
    """None until there is a panel, and somebody has said of what kind it is."""
    panel = _file("panel")
    left, right = st.columns(2)
    with left:
        sizes = _file("sizes")
    with right:
        groups = _file("groups")
    this = now().astimezone(SHANGHAI).year
    left, right = st.columns(2)
    year = left.selectbox(translate("baseline_import.year"), range(this, this - YEARS_BACK, -1), index=1)
    # Chosen by a person: a default would make an official baseline of whatever is sent.
    provenance: Provenance | None = right.selectbox(
        translate("baseline_import.provenance"),
        get_args(Provenance),
        index=None,
        format_func=lambda one: translate(f"provenance.{one}"),
        placeholder=translate("begin.choose"),
        key=_key("provenance"),
    )
    name = st.text_input(translate("baseline_import.name"), max_chars=LONGEST_NAME, key=_key("name"))
    source = st.text_input(translate("baseline_import.source"), max_chars=LONGEST_SOURCE, key=_key("source"))
    if panel is None or provenance is None:
        html.where(translate("baseline_import.incomplete"))
        return None
    incoming = IncomingBaseline(*panel, name, year, HOME_REGION, provenance, source)
    key = [str(year), *(hashlib.sha256(one[1]).hexdigest() if one else "" for one in (panel, sizes, groups))]
    return SentBaseline(incoming, sizes, groups, " ".join(key))


def _file(name: str) -> File | None:
    most = panel_limits().file_megabytes
    sent = st.file_uploader(
        translate(f"baseline_import.{name}"),
        type=TYPES,
        key=_key(name),
        help=translate(f"baseline_import.{name}_help", limit=most),
        max_upload_size=most,
    )
    return (sent.name, sent.getvalue()) if sent else None


def forget_files() -> None:
    """Start again: the inputs of the next run are others, and empty."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _key(name: str) -> str:
    return f"baseline-{name}-{st.session_state.get(_ROUND, 0)}"
