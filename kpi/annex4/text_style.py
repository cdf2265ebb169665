"""The effective formatting of runs and paragraphs; each level changes only the properties it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from kpi.annex4.theme import Theme
from kpi.annex4.xml_tree import XmlNode

_OFF = frozenset({"0", "false", "off"})
_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(pt|mm|cm|in|pc|pi)?")
_POINTS = {"pt": 1.0, "mm": 72 / 25.4, "cm": 72 / 2.54, "in": 72.0, "pc": 12.0, "pi": 12.0}


@dataclass(frozen=True, slots=True)
class RunStyle:
    """``east`` is the font of Chinese characters, ``latin`` that of ASCII; None if no level names one.

    ``size`` is in half-points; the default is 10 pt (ECMA-376 part 1, 17.3.2.38).
    """

    east: str | None = None
    latin: str | None = None
    size: float = 20
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class ParagraphStyle:
    """``line`` is in points under the rules ``exact`` and ``atLeast``, in lines under ``auto``.

    ``outline`` is 0 for a heading of level 1 and so on, None for text; ``list`` is the id and level of its numbering.
    """

    run: RunStyle = RunStyle()
    style: str = ""
    rule: str = "auto"
    raw_line: float = 240
    outline: int | None = None
    list: tuple[str, int] | None = None

    @property
    def line(self) -> float:
        return self.raw_line / (240 if self.rule == "auto" else 20)


def run_style(before: RunStyle, properties: XmlNode | None, theme: Theme) -> RunStyle:
    """``before``, changed by a ``w:rPr``. A theme font takes precedence over a named font (17.3.2.26)."""
    if properties is None:
        return before
    fonts = properties.first("w:rFonts")
    attributes = fonts.attributes if fonts else {}
    size = _measure(properties.value("w:sz"), 2)
    hidden = properties.first("w:vanish")
    return replace(
        before,
        east=theme.font(attributes.get("w:eastAsiaTheme")) or attributes.get("w:eastAsia") or before.east,
        latin=theme.font(attributes.get("w:asciiTheme")) or attributes.get("w:ascii") or before.latin,
        size=before.size if size is None else size,
        hidden=before.hidden if hidden is None else hidden.attributes.get("w:val") not in _OFF,
    )


def paragraph_style(before: ParagraphStyle, properties: XmlNode | None) -> ParagraphStyle:
    """``before``, changed by a ``w:pPr``; line and rule of a spacing are inherited separately."""
    if properties is None:
        return before
    spacing = properties.first("w:spacing")
    attributes = spacing.attributes if spacing else {}
    line = _measure(attributes.get("w:line"), 20)
    outline = properties.value("w:outlineLvl")
    return replace(
        before,
        raw_line=before.raw_line if line is None else line,
        rule=_rule(attributes.get("w:lineRule", before.rule)),
        outline=before.outline if outline is None else _level(outline),
        list=_list(properties.first("w:numPr"), before.list),
    )


def _measure(text: str | None, per_point: int) -> float | None:
    """A length in the unit of its attribute (``per_point`` per point), or written as "16pt"."""
    match = _NUMBER.fullmatch(text.strip()) if text else None
    if match is None:
        return None
    return float(match[1]) * (_POINTS[match[2]] * per_point if match[2] else 1)


def _rule(rule: str) -> str:
    return rule if rule in ("exact", "atLeast") else "auto"


def _level(text: str) -> int | None:
    """An outline level; 9 is body text (17.3.1.20)."""
    return int(text) if len(text) == 1 and text in "012345678" else None


def _list(numbering: XmlNode | None, before: tuple[str, int] | None) -> tuple[str, int] | None:
    if numbering is None:
        return before
    number = numbering.value("w:numId") or (before[0] if before else "0")
    level = _level(numbering.value("w:ilvl") or "") or 0
    # List id 0 removes a paragraph from the list of its style.
    return None if number == "0" else (number, level)
