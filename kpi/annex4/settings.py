"""Annex 4 as checked data: its requirements, the form with its five parts, and the limits of a file."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kpi.catalogue.data_files import DATA as ALL_DATA
from kpi.catalogue.data_files import Checked, load_toml
from kpi.model.language import Text, Words

DATA = ALL_DATA / "annex4"

Count = Annotated[int, Field(ge=1)]
Several = Annotated[tuple[Words, ...], Field(min_length=1)]


class Limits(Checked):
    """Bytes of the file, unpacked and as XML; entries of the zip; elements and their depth; pictures; words shown."""

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


class Clause(Checked):
    """Where the notice asks, in which words, and how the product reads them."""

    reference: Text
    quote: str
    reading: Text


class Characters(Clause):
    least: Count
    most: Count


class Font(Clause):
    """``same`` are the names under which the font is known."""

    name: str
    same: Several


class Size(Clause):
    half_points: Count


class Spacing(Clause):
    rule: Literal["exact"]
    points: float


class Pictures(Clause):
    """Least number; least pixels and bytes of each; ``bytes_binary`` is the stricter reading of 5M."""

    least: Count
    pixels: Count
    bytes: Count
    bytes_binary: Count


class Captions(Clause):
    """What a caption begins with; what makes it a sentence of the body; its greatest length in characters."""

    labels: Several
    not_followed_by: Several
    longest: Count


class Requirements(Checked):
    characters: Characters
    font: Font
    size: Size
    spacing: Spacing
    pictures: Pictures
    captions: Captions


class Item(Checked):
    """One item of a part. It is there where each topic is told by one of its words."""

    number: Count
    text: Text
    required: bool = False
    topics: Annotated[tuple[Several, ...], Field(min_length=1)]


class Part(Checked):
    """One of the five parts; ``words`` in a heading are taken for its title."""

    number: Annotated[int, Field(ge=1, le=5)]
    title: Text
    words: Several
    reference: Text
    item: tuple[Item, ...] = ()


class Cover(Checked):
    reference: Text
    fields: Several


class Headings(Checked):
    """How typed headings begin, from the highest level down, how long they are and how they never end."""

    longest: Count
    sentence_ends: str
    patterns: Several

    @model_validator(mode="after")
    def _patterns_compile(self) -> Self:
        for pattern in self.patterns:
            re.compile(pattern)
        return self


class Leftovers(Checked):
    """Words of the empty form that a filled one has no use for."""

    reference: Text
    words: Several


class Form(Checked):
    cover: Cover
    headings: Headings
    leftovers: Leftovers
    part: tuple[Part, ...]

    @model_validator(mode="after")
    def _five_parts_in_order(self) -> Self:
        if [part.number for part in self.part] != [1, 2, 3, 4, 5]:
            raise ValueError("annex 4 has the parts 1 to 5")
        return self


@cache
def limits() -> Limits:
    return load_toml(DATA / "limits.toml", Limits)


@cache
def requirements() -> Requirements:
    return load_toml(DATA / "requirements.toml", Requirements)


@cache
def form() -> Form:
    return load_toml(DATA / "form.toml", Form)
