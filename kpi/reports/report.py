"""A report to attach, in the form its name asks for: .html, .xlsx, .docx or .pdf."""

from __future__ import annotations

from pathlib import PurePath

from kpi.model.answer import Answer
from kpi.model.language import Lang
from kpi.model.published import EnterpriseAnswer


def known(name: str) -> bool:
    """Whether the name's ending is a form we write."""
    return PurePath(name).suffix.lower() in FORMS


def report(answer: Answer | EnterpriseAnswer, lang: Lang, name: str) -> bytes:
    """The report's bytes."""
    return FORMS[PurePath(name).suffix.lower()](answer, lang)


FORMS = {}
