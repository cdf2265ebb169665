"""The forms of annexes 3 and 5 as the notice prints them: titles, rows and columns, always in Chinese."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kpi.catalogue.catalogue import catalogue, kept_per_notice
from kpi.catalogue.schema import DATA as ALL_DATA
from kpi.catalogue.schema import Checked, load_toml
from kpi.errors import InvalidData
from kpi.model.language import Text, Words

# Annex 4 as checked data: its requirements, the form with its five parts, and the limits of a file.


ANNEX4_DATA = ALL_DATA / "annex4"

Count = Annotated[int, Field(ge=1)]
Several = Annotated[tuple[Words, ...], Field(min_length=1)]


class DocumentLimits(Checked):
    """Bytes of the file, unpacked and as XML; entries of the zip; elements and their depth; pictures; words shown.

    ``self_assessment_bytes`` is of the PDF that part five asks for.
    """

    reason: str
    file_bytes: Count
    unpacked_bytes: Count
    unpacked_ratio: Count
    entries: Count
    xml_bytes: Count
    elements: Count
    depth: Count
    pictures: Count
    shown_characters: Count
    self_assessment_bytes: Count

    @property
    def file_megabytes(self) -> int:
        """``file_bytes`` as a page promises it, in whole megabytes."""
        return self.file_bytes // 1_000_000


class QuotedRequirement(Checked):
    """The place and wording in the notice, and the product's interpretation."""

    reference: Text
    quote: str
    reading: Text


class CharacterRequirement(QuotedRequirement):
    least: Count
    most: Count


class FontRequirement(QuotedRequirement):
    """``same`` are the font's other names."""

    name: str
    same: Several


class SizeRequirement(QuotedRequirement):
    half_points: Count


class SpacingRequirement(QuotedRequirement):
    rule: Literal["exact"]
    points: float


class PictureRequirement(QuotedRequirement):
    """Least number; least pixels and bytes of each; ``bytes_binary`` is the stricter reading of 5M."""

    least: Count
    pixels: Count
    bytes: Count
    bytes_binary: Count


class CaptionRequirement(QuotedRequirement):
    """The start of a caption; what makes it body text instead; its maximum length in characters."""

    labels: Several
    not_followed_by: Several
    longest: Count


class Requirements(Checked):
    characters: CharacterRequirement
    font: FontRequirement
    size: SizeRequirement
    spacing: SpacingRequirement
    pictures: PictureRequirement
    captions: CaptionRequirement


class RequiredItem(Checked):
    """One item of a part, present if each topic is mentioned by one of its words."""

    number: Count
    text: Text
    required: bool = False
    topics: Annotated[tuple[Several, ...], Field(min_length=1)]


class ReportPart(Checked):
    """One of the five parts; ``words`` identify its title."""

    number: Annotated[int, Field(ge=1, le=5)]
    title: Text
    words: Several
    reference: Text
    item: tuple[RequiredItem, ...] = ()


class CoverPage(Checked):
    reference: Text
    fields: Several


class HeadingRules(Checked):
    """Typed headings: their starts from the highest level down, maximum length, and endings they never have."""

    longest: Count
    sentence_ends: str
    patterns: Several

    @model_validator(mode="after")
    def _patterns_compile(self) -> Self:
        for pattern in self.patterns:
            re.compile(pattern)
        return self


class LeftoverWords(Checked):
    """Text of the empty form that a completed one should not contain."""

    reference: Text
    words: Several


class SkeletonWords(Checked):
    """What the skeleton of the report says, always in Chinese; a place to write at begins as a leftover does."""

    to_write: str
    to_write_required: str
    part_heading: str
    item_heading: str
    kpi_heading: str
    kpi_line: str
    kpi_columns: Annotated[tuple[Words, ...], Field(min_length=4, max_length=4)]
    not_known: str
    scenario_heading: str
    scenario_line: str
    no_scenario: str
    picture_heading: str
    picture_line: str
    caption: str
    caption_strip: str
    caption_gap: str
    caption_kpi: str
    self_assessment: str


class ReportForm(Checked):
    cover: CoverPage
    skeleton: SkeletonWords
    headings: HeadingRules
    leftovers: LeftoverWords
    self_assessment_level: Count
    """From this level of maturity on part five is asked for."""
    part: tuple[ReportPart, ...]

    @model_validator(mode="after")
    def _five_parts_in_order(self) -> Self:
        if [part.number for part in self.part] != [1, 2, 3, 4, 5]:
            raise ValueError("annex 4 has the parts 1 to 5")
        return self


@cache
def document_limits() -> DocumentLimits:
    return load_toml(ANNEX4_DATA / "limits.toml", DocumentLimits)


@cache
def requirements() -> Requirements:
    return load_toml(ANNEX4_DATA / "requirements.toml", Requirements)


@cache
def report_form() -> ReportForm:
    return load_toml(ANNEX4_DATA / "form.toml", ReportForm)


# The forms of annexes 3 and 5 as the notice prints them: titles, rows and columns, always in Chinese.


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
    number: Text
    title: str
    body: str
    note: str
    column: tuple[Annex5Column, ...]


class Annex3Form(Checked):
    number: Text
    title: str
    row: tuple[Annex3Row, ...]


class Annex4Form(Checked):
    """The application report: what its first lines call it."""

    number: Text
    title: str


class NoticeForms(Checked):
    """``number`` is what the notice calls a form; in English as within a sentence."""

    annex5: Annex5Form
    annex3: Annex3Form
    annex4: Annex4Form


@kept_per_notice()
def notice_forms() -> NoticeForms:
    """The forms of the notice in hand."""
    return load_forms(catalogue().folder / "forms.toml")


def load_forms(path: Path) -> NoticeForms:
    """Raises ``InvalidData``, naming file and key."""
    forms = load_toml(path, NoticeForms)
    named = {column.fact for column in forms.annex5.column if column.fact}
    named |= {fact for row in forms.annex3.row for fact in row.facts}
    if unknown := sorted(named - {fact.code for fact in catalogue().facts}):
        raise InvalidData(f"{path.name}: fact: not in the catalogue: {unknown}")
    return forms
