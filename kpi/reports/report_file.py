"""A report file in the format of its name: .html, .xlsx, .docx or .pdf."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import PurePath

from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView
from kpi.reports.content import (
    Report,
)
from kpi.reports.evaluation import report_content, summary_content

FORMS: Mapping[str, str] = {".html": "as_html", ".xlsx": "as_xlsx", ".docx": "as_docx", ".pdf": "as_pdf"}
"""Extension -> the module that writes it, with a function of the same name."""


def is_report_name(name: str) -> bool:
    """Whether the name has a supported extension."""
    return PurePath(name).suffix.lower() in FORMS


def write_report(answer: Evaluation | EnterpriseView, lang: Lang, name: str) -> bytes:
    """The report's bytes, the same for the same answer.

    Raises:
        KeyError: not ``is_report_name``.
    """
    report = report_content(answer, lang)
    if PurePath(name).suffix.lower() == ".html":
        from kpi.reports.as_html import as_html, both_strips

        return as_html(report, both_strips(answer, lang))
    return write_content(report, name)


def write_summary(answer: EnterpriseView, lang: Lang, pending: str) -> bytes:
    """One page as PDF; ``pending`` as for ``summary_content``."""
    return write_content(summary_content(answer, lang, pending), "x.pdf")


def write_content(report: Report, name: str) -> bytes:
    """Any report's bytes in the format of the name; raises as ``write_report``."""
    writer = FORMS[PurePath(name).suffix.lower()]
    # Imported when needed: the four writers and Plotly take half a second to load.
    write: Callable[[Report], bytes] = getattr(import_module(f"kpi.reports.{writer}"), writer)
    return write(report)
