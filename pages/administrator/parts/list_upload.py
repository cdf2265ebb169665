"""A list as a file: it is read when it comes, and what would be refused of it is said instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from kpi.errors import InvalidFile
from kpi.files.limits import application_limits
from kpi.intake.lists import LIST_TYPES
from pages.widgets import html
from pages.widgets.problem_list import problem_list

Preview = TypeVar("Preview")


@dataclass(frozen=True, slots=True)
class ReadList(Generic[Preview]):
    """A file as it came, and what it would do."""

    name: str
    data: bytes
    preview: Preview


def upload_list(
    label: str, key: str, read: Callable[[str, bytes], Preview], refused: str, explained: str | None = None
) -> ReadList[Preview] | None:
    """The uploader; None while there is no file, or where ``read`` raises ``InvalidFile``.

    ``refused`` is the sentence above the problems then.
    """
    most = application_limits().file_megabytes
    file = st.file_uploader(label, type=list(LIST_TYPES), key=key, help=explained, max_upload_size=most)
    if file is None:
        return None
    data = file.getvalue()
    try:
        return ReadList(file.name, data, read(file.name, data))
    except InvalidFile as fault:
        html.sentence(refused)
        problem_list(fault.problems)
        return None
