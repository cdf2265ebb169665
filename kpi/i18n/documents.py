"""Findings of the check of an application report in words: message, remedy and place."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kpi.catalogue.catalogue import catalogue
from kpi.i18n.texts import has_text, text
from kpi.i18n.words import kpi_number
from kpi.model.language import Lang
from kpi.model.problem import LISTED, ApplicationPlace, DocumentFinding, DocumentPlace, NumberRanges, listed

_BETWEEN = "|"
_UNNAMED = "-"
_SEVERAL = ("required_item_missing", "item_missing", "cover_fields_missing")
"""Findings that want several things, parted by 、 as the report would."""


def document_finding(found: DocumentFinding, lang: Lang) -> tuple[str, str]:
    """Message and remedy of a finding; its place is ``document_place``."""
    params: dict[str, object] = {"found": found.found, "wanted": found.wanted, **found.params}
    params |= _looks(found.params, lang)
    params |= _against(found, lang)
    if found.code in _SEVERAL:
        params["wanted"] = found.wanted.replace("、", text("number.list", lang))
    if found.code == "size":
        params["wanted_size"] = _size(found.wanted, lang)
    if found.code == "spacing":
        params["wanted_spacing"] = _spacing(found.wanted, lang)
    key = f"annex4.finding.{found.code}"
    return text(f"{key}.message", lang, **params), text(f"{key}.remedy", lang, **params)


def finding_lines(found: DocumentFinding, lang: Lang) -> tuple[str, ...]:
    """How grave it is and what, its places in the report and in the application, what to do: a line each."""
    message, remedy = document_finding(found, lang)
    there = application_place(found.against, lang) if found.against else ""
    said = f"{text(f'annex4.severity.{found.severity}', lang)} {message}"
    return tuple(line for line in (said, document_place(found.where, lang), there, remedy) if line)


def _against(found: DocumentFinding, lang: Lang) -> dict[str, object]:
    """What the application says, in the language: its item, a KPI's value with its unit, scenarios by their names."""
    if found.against is None:
        return {}
    item = next((kpi for kpi in catalogue().kpis if kpi.code == found.against.item), None)
    if item is None:
        names = {scenario.name.zh: scenario.name.in_(lang) for scenario in catalogue().scenarios}
        several = str(found.params.get("names", "")).split(LISTED)
        fact = next(fact for fact in catalogue().facts if fact.code == found.against.item)
        return {"item": fact.name.in_(lang), "names": listed(names.get(name, name) for name in several)}
    if "state" in found.params:
        return {"item": item.name.in_(lang), "state": text(f"annex4.state.{found.params['state']}", lang)}
    value, basis = found.params["value"], found.params["basis"]
    stated = kpi_number(float(value), item, lang, "points" if basis == "points" else None)
    return {"item": item.name.in_(lang), "wanted": stated}


def application_place(place: ApplicationPlace, lang: Lang) -> str:
    """ "填报表“关键设备数控化率”，指标.xlsx 指标!C5": the item, and its cell in the file as sent, where it has one."""
    items = {kpi.code: kpi.name for kpi in catalogue().kpis} | {fact.code: fact.name for fact in catalogue().facts}
    form = "annex4.place.application_cell" if place.cell else "annex4.place.application"
    file, cell = (place.cell.file, str(place.cell)) if place.cell else ("", "")
    return text(form, lang, item=items[place.item].in_(lang), file=file, cell=cell)


def document_place(where: DocumentPlace, lang: Lang) -> str:
    """ "第 3～5、9 段（“公司成立于……”），“一、发展历程”之下"; "" for the whole document."""
    parts: list[str] = []
    if where.margin:
        parts.append(text("annex4.place.margin", lang) + text("annex4.place.words", lang, words=where.words))
    if where.pictures:
        place = text("annex4.place.pictures", lang, ranges=_ranges(where.pictures, lang))
        parts.append(place + (text("annex4.place.caption", lang, caption=where.caption) if where.caption else ""))
    if where.paragraphs:
        place = text("annex4.place.paragraphs", lang, ranges=_ranges(where.paragraphs, lang))
        parts.append(place + (text("annex4.place.words", lang, words=where.words) if where.words else ""))
    if where.cell:
        table, row, column = where.cell
        parts.append(text("annex4.place.cell", lang, table=table, row=row, column=column))
    if where.heading:
        parts.append(text("annex4.place.heading", lang, heading=where.heading))
    return text("annex4.place.join", lang).join(parts)


def _ranges(ranges: NumberRanges, lang: Lang) -> str:
    parts = (
        str(first) if first == last else text("annex4.place.range", lang, first=first, last=last)
        for first, last in ranges
    )
    return text("number.list", lang).join(parts)


def _looks(params: Mapping[str, str | float], lang: Lang) -> dict[str, object]:
    """Fonts, sizes and spacings in words, separately and in one phrase."""
    words = {
        "fonts": [_font(item, lang) for item in _several(params, "fonts")],
        "sizes": [_size(item, lang) for item in _several(params, "half_points")],
        "spacings": [_spacing(item, lang) for item in _several(params, "spacings")],
    }
    phrases = {name: text("number.list", lang).join(several) for name, several in words.items() if several}
    looks = (text(f"annex4.looks.{name}", lang, **{name: phrase}) for name, phrase in phrases.items())
    return {**phrases, "looks": text("annex4.looks.join", lang).join(looks)}


def _several(params: Mapping[str, str | float], name: str) -> list[str]:
    return [part for part in str(params.get(name, "")).split(_BETWEEN) if part]


def _font(name: str, lang: Lang) -> str:
    return text("annex4.font.unnamed", lang) if name == _UNNAMED else name


def _size(half_points: str, lang: Lang) -> str:
    """A font size, with its Chinese name if any."""
    name, points = _names(lang).get(half_points), float(half_points) / 2
    form = "annex4.size.named" if name else "annex4.size.plain"
    return text(form, lang, name=name, points=points)


# Kept for everybody: what sizes of letters are called is of no notice
@cache
def _names(lang: Lang) -> Mapping[str, str]:
    pairs = (pair.partition("=") for pair in text("annex4.size.names", lang).split())
    return {half_points: name for half_points, _, name in pairs}


def _spacing(spacing: str, lang: Lang) -> str:
    rule, _, value = spacing.partition(" ")
    key = f"annex4.spacing.{rule}"
    return text(key, lang, value=value) if has_text(key, lang) else spacing
