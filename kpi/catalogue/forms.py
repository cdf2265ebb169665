"""The application report as checked data: the form with its parts, its requirements, and the limits of a file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from kpi.catalogue.schema import DATA, Checked, load_toml
from kpi.model.language import Text, Words

ANNEX4_DATA = DATA / "annex4"

Count = Annotated[int, Field(ge=1)]
Several = Annotated[tuple[Words, ...], Field(min_length=1)]


def _compiles(pattern: str) -> str:
    re.compile(pattern)
    return pattern


class DocumentLimits(Checked):
    """Bytes of the file, unpacked and as XML; entries of the zip; elements and their depth; pictures; words shown.

    ``self_assessment_bytes`` is of the PDF of the self-assessment report.
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
    """One of its parts; ``words`` identify its title.

    ``holds``: the table of KPIs, the scenarios and the pictures; or the self-assessment report, which is not counted
    and whose formatting is not checked.
    """

    number: Count
    holds: Literal["answers", "self_assessment"] | None = None
    title: Text
    words: Several
    reference: Text
    item: tuple[RequiredItem, ...] = ()


class CoverField(Checked):
    """A field of the cover, and the fact that stands in it."""

    name: Words
    fact: str


class CoverPage(Checked):
    reference: Text
    field: Annotated[tuple[CoverField, ...], Field(min_length=1)]


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
    """From this level of maturity on the self-assessment report is asked for."""
    part: tuple[ReportPart, ...]
    requirements: Requirements

    @model_validator(mode="after")
    def _parts_in_order(self) -> Self:
        if [part.number for part in self.part] != list(range(1, len(self.part) + 1)):
            raise ValueError("the parts of the report are numbered from 1 on")
        return self

    def part_with(self, what: Literal["answers", "self_assessment"]) -> int:
        """The number of the part that holds it, 0 where none does."""
        return next((part.number for part in self.part if part.holds == what), 0)


@cache
def document_limits() -> DocumentLimits:
    return load_toml(ANNEX4_DATA / "limits.toml", DocumentLimits)


# How a report's text is read where it is held against the application: words and patterns, half width, without blanks.


Pattern = Annotated[str, AfterValidator(_compiles)]


class SecrecyWords(Checked):
    """``marks`` are marks wherever they stand by themselves, ``alone`` only outside tables. ``star``, ``term``,
    ``label`` and ``after`` stand with a mark; ``cells`` are labels beside one in a table.
    """

    marks: Several
    alone: Several
    star: Pattern
    term: Pattern
    label: Pattern
    after: Pattern
    cells: Several
    longest_margin: Count


class PersonalNumbers(Checked):
    """Matched in text that keeps its blanks, as they part the groups of a number."""

    mobile: Pattern
    identity: Pattern


class CompanyWords(Checked):
    """A company's name, what follows it where it names itself, and what is no part of a name; ``others`` in a name say
    that it is another one's.
    """

    name: Pattern
    introduces: Pattern
    hints: Pattern
    others: Several


class FigureWords(Checked):
    """Around a KPI's name and its number, in a sentence and in a table; ``points`` are units of percentage points."""

    rises: Several
    falls: Several
    before: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    other_times: Several
    others: Several
    within: Pattern
    reaches: Pattern
    changes: Pattern
    against: Pattern
    not_followed_by: Pattern
    columns: Several
    columns_after: Several
    columns_change: Several
    columns_other: Several
    column_unit: Several
    not_applicable: Several
    points: Several


class Quantity(Checked):
    """Units of one quantity, each with what it is of the first."""

    units: Mapping[str, Annotated[float, Field(gt=0)]]


class AssessedWords(Checked):
    """A fact of the self-assessment: its labels, and its value in one of the groups, or in three for a date."""

    sure: Pattern
    alone: Pattern
    value: Pattern
    numbers: Mapping[str, int] = {}


class SelfAssessmentWords(Checked):
    """How the PDF of a self-assessment says its level, its score and its date."""

    between: Pattern
    level: AssessedWords
    score: AssessedWords
    date: AssessedWords


class ReportWords(Checked):
    """``longest_paragraph``, ``most_characters``, ``most_findings``: so much of a file is read and listed."""

    longest_paragraph: Count
    most_characters: Count
    most_findings: Count
    placeholders: Annotated[tuple[Pattern, ...], Field(min_length=1)]
    secrecy: SecrecyWords
    personal: PersonalNumbers
    company: CompanyWords
    figures: FigureWords
    quantity: tuple[Quantity, ...]
    self_assessment: SelfAssessmentWords


@cache
def report_words() -> ReportWords:
    return load_toml(ANNEX4_DATA / "words.toml", ReportWords)
