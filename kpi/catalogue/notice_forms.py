"""The forms of annexes 3 and 5 as the notice prints them: titles, rows and columns, always in Chinese."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from kpi.catalogue.data_files import DATA, Checked, load_toml
from kpi.catalogue.load import catalogue
from kpi.errors import InvalidData


class Annex5Column(Checked):
    """A column of annex 5. ``fact`` None is the place on the list; ``width`` is its share of the page."""

    title: str
    fact: str | None = None
    width: Annotated[int, Field(gt=0)]


class Annex3Row(Checked):
    """A row of annex 3: a fact, or two beside each other."""

    number: str
    title: str
    facts: Annotated[tuple[str, ...], Field(min_length=1, max_length=2)]


class Annex5Form(Checked):
    number: str
    title: str
    body: str
    note: str
    column: tuple[Annex5Column, ...]


class Annex3Form(Checked):
    number: str
    title: str
    row: tuple[Annex3Row, ...]


class NoticeForms(Checked):
    annex5: Annex5Form
    annex3: Annex3Form


@cache
def notice_forms() -> NoticeForms:
    """The forms that ship, read once per process."""
    return load_forms(DATA / "catalogue" / "forms.toml")


def load_forms(path: Path) -> NoticeForms:
    """Raises ``InvalidData``, naming file and key."""
    forms = load_toml(path, NoticeForms)
    named = {column.fact for column in forms.annex5.column if column.fact}
    named |= {fact for row in forms.annex3.row for fact in row.facts}
    if unknown := sorted(named - {fact.code for fact in catalogue().facts}):
        raise InvalidData(f"{path.name}: fact: not in the catalogue: {unknown}")
    return forms
