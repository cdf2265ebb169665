"""The styles of a document: defaults, then table, paragraph and character styles, each based on another.

ECMA-376 part 1, 17.7.2. Not followed: the conditional formats of table styles (first row, banded rows), which affect
only tables, for which annex 4 has no rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from kpi.annex4.xml_tree import XmlNode

# Automatic labels of list paragraphs: a heading's "第一部分" may not be in its text.


_DIGITS = "零一二三四五六七八九"
_PLACE = re.compile(r"%([1-9])")


def chinese_numeral(number: int) -> str:
    """1 to 99 in Chinese numerals; others in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("" if tens == 1 else _DIGITS[tens]) + "十"
    return head + (_DIGITS[ones] if ones else "")


def parse_numeral(text: str) -> int | None:
    """The inverse of ``chinese_numeral``; also reads digits of any width."""
    if text.isdecimal():
        return int(text)
    return next((number for number in range(1, 100) if chinese_numeral(number) == text), None)


# 17.18.59; formats not listed are written in digits.
_FORMS: Mapping[str, Callable[[int], str]] = {
    "chineseCounting": chinese_numeral,
    "chineseCountingThousand": chinese_numeral,
    "chineseLegalSimplified": chinese_numeral,
    "ideographDigital": chinese_numeral,
    "japaneseCounting": chinese_numeral,
    "taiwaneseCountingThousand": chinese_numeral,
    "bullet": lambda _: "",
    "none": lambda _: "",
}


@dataclass(frozen=True, slots=True)
class _Level:
    """``text`` has a place %1 for the number of level 1 and so on; ``restart`` is where a list restarts it."""

    form: str
    text: str
    start: int
    restart: int | None = None


class Numbering:
    """Counts the paragraphs of each list in the order of the calls."""

    def __init__(self, numbering: XmlNode | None) -> None:
        root = numbering or XmlNode("", {})
        abstract = {node.attributes.get("w:abstractNumId", ""): _levels(node) for node in root.each("w:abstractNum")}
        self._lists: dict[str, dict[int, _Level]] = {}
        # Lists of the same abstract list share one count.
        self._counts: dict[str, dict[int, int]] = {}
        shared: dict[str, dict[int, int]] = {}
        for node in root.each("w:num"):
            key, base = node.attributes.get("w:numId", ""), node.value("w:abstractNumId") or ""
            self._lists[key] = _overridden(abstract.get(base, {}), node)
            self._counts[key] = shared.setdefault(base, {})
        self._started: set[tuple[str, int]] = set()

    def next(self, list_id: str, level: int) -> str:
        """The label of the next paragraph of a list at a level; "" for an unknown list or a bullet."""
        levels = self._lists.get(list_id, {})
        if level not in levels:
            return ""
        counts = self._counts[list_id]
        self._count(list_id, level, levels[level], counts)
        # Bullets are characters of a symbol font.
        if levels[level].form == "bullet":
            return ""
        return _PLACE.sub(lambda place: _written(levels, counts, int(place[1]) - 1), levels[level].text)

    def _count(self, list_id: str, level: int, its: _Level, counts: dict[int, int]) -> None:
        if its.restart is not None and (list_id, level) not in self._started:
            counts.pop(level, None)
        self._started.add((list_id, level))
        counts[level] = counts.get(level, (its.start if its.restart is None else its.restart) - 1) + 1
        for deeper in [count for count in counts if count > level]:
            del counts[deeper]


def _written(levels: Mapping[int, _Level], counts: Mapping[int, int], level: int) -> str:
    its = levels.get(level, _Level("decimal", "", 1))
    return _FORMS.get(its.form, str)(counts.get(level, its.start))


def _levels(node: XmlNode) -> dict[int, _Level]:
    """A list has nine levels (17.9.3)."""
    found = {_number(child.attributes.get("w:ilvl"), 0): child for child in node.each("w:lvl")}
    return {level: _level(child) for level, child in found.items() if level < 9}


def _level(node: XmlNode) -> _Level:
    start = _number(node.value("w:start"), 1)
    return _Level(node.value("w:numFmt") or "decimal", node.value("w:lvlText") or "", start)


def _overridden(levels: Mapping[int, _Level], node: XmlNode) -> dict[int, _Level]:
    found = dict(levels)
    for override in node.each("w:lvlOverride"):
        level, own = _number(override.attributes.get("w:ilvl"), 0), override.first("w:lvl")
        start = override.value("w:startOverride")
        if level < 9 and own is not None:
            found[level] = _level(own)
        if level in found and start is not None:
            found[level] = replace(found[level], restart=_number(start, 1))
    return found


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 6 else otherwise


# The theme's fonts: a document may name "the theme's font for Chinese text" instead of a font.


_SCRIPTS = {"zh-cn": "Hans", "zh-sg": "Hans", "zh-tw": "Hant", "zh-hk": "Hant", "ja-jp": "Jpan", "ko-kr": "Hang"}


class Theme:
    """The fonts of a theme part, for the East Asian language of the settings (``w:themeFontLang``)."""

    def __init__(self, theme: XmlNode | None, settings: XmlNode | None) -> None:
        language = (settings.value("w:themeFontLang", name="w:eastAsia") if settings else None) or ""
        # Without a setting, simplified Chinese is assumed.
        script = _SCRIPTS.get(language.lower(), "Hans")
        scheme = theme.first("a:themeElements", "a:fontScheme") if theme else None
        self._fonts: dict[str, str | None] = {}
        for kind in ("major", "minor"):
            fonts = scheme.first(f"a:{kind}Font") if scheme else None
            if fonts is not None:
                latin = fonts.value("a:latin", name="typeface") or None
                self._fonts[f"{kind}HAnsi"] = self._fonts[f"{kind}Ascii"] = latin
                # Office themes leave the East Asian font empty and name one per script instead.
                self._fonts[f"{kind}EastAsia"] = fonts.value("a:ea", name="typeface") or _of_script(fonts, script)

    def font(self, name: str | None) -> str | None:
        """The font behind ``minorEastAsia``, ``majorHAnsi`` and the like; None if the theme has none."""
        return self._fonts.get(name or "")


def _of_script(fonts: XmlNode, script: str) -> str | None:
    matching = (font for font in fonts.each("a:font") if font.attributes.get("script") == script)
    return next((font.attributes.get("typeface") or None for font in matching), None)


# The effective formatting of runs and paragraphs; each level changes only the properties it names.


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
        outline=before.outline if outline is None else _outline_level(outline),
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


def _outline_level(text: str) -> int | None:
    """An outline level; 9 is body text (17.3.1.20)."""
    return int(text) if len(text) == 1 and text in "012345678" else None


def _list(numbering: XmlNode | None, before: tuple[str, int] | None) -> tuple[str, int] | None:
    if numbering is None:
        return before
    number = numbering.value("w:numId") or (before[0] if before else "0")
    level = _outline_level(numbering.value("w:ilvl") or "") or 0
    # List id 0 removes a paragraph from the list of its style.
    return None if number == "0" else (number, level)


_DEEPEST = 50
"""Word allows 11 styles based on one another."""


@dataclass(frozen=True, slots=True, eq=False)
class _Style:
    """One as the document holds it: another of the same content is another style."""

    kind: str
    name: str
    based_on: str
    link: str
    paragraph: XmlNode | None
    run: XmlNode | None


class StyleSheet:
    def __init__(self, styles: XmlNode | None, theme: Theme) -> None:
        root = styles or XmlNode("", {})
        self._theme = theme
        self._styles = {node.attributes.get("w:styleId", ""): _style(node) for node in root.each("w:style")}
        self._default = next(
            (node.attributes.get("w:styleId") for node in root.each("w:style") if _default(node)), None
        )
        self._bare = self._of_defaults(root.first("w:docDefaults"))
        self._known: dict[tuple[str | None, str | None], ParagraphStyle] = {}
        self._known_runs: dict[tuple[RunStyle, str], RunStyle] = {}

    def paragraph(self, style: str | None, table_style: str | None) -> ParagraphStyle:
        """A paragraph's formatting by its style, within a table of ``table_style`` or outside tables."""
        own = style or self._default
        if (own, table_style) not in self._known:
            look = self._bare
            for item in (*self._chain(table_style, "table"), *self._chain(own, "paragraph")):
                look = replace(paragraph_style(look, item.paragraph), run=run_style(look.run, item.run, self._theme))
            name = self._styles[own].name if own in self._styles else ""
            self._known[own, table_style] = replace(look, style=name)
        return self._known[own, table_style]

    def run(self, before: RunStyle, properties: XmlNode | None) -> RunStyle:
        """A run's formatting: the paragraph's, changed by the character style, then by direct properties."""
        if properties is None:
            return before
        if style := properties.value("w:rStyle"):
            before = self._of_character_style(before, style)
        return run_style(before, properties, self._theme)

    def _of_character_style(self, before: RunStyle, style: str) -> RunStyle:
        """Found once for all runs that name the style in paragraphs of one look: a document may hold thousands."""
        if (before, style) not in self._known_runs:
            look = before
            for item in self._chain(style, "character"):
                look = run_style(look, item.run, self._theme)
            self._known_runs[before, style] = look
        return self._known_runs[before, style]

    def _chain(self, style: str | None, kind: str) -> Iterator[_Style]:
        """The styles that a style is based on, the farthest first, itself last; other kinds are skipped.

        A paragraph and a character style may be linked (``w:link``): named for the other kind, its counterpart is
        meant.
        """
        chain: list[_Style] = []
        one = self._styles.get(style or "")
        if one is not None and one.kind != kind:
            one = self._styles.get(one.link)
        while one is not None and one not in chain and len(chain) < _DEEPEST:
            if one.kind == kind:
                chain.append(one)
            one = self._styles.get(one.based_on)
        return reversed(chain)

    def _of_defaults(self, defaults: XmlNode | None) -> ParagraphStyle:
        if defaults is None:
            return ParagraphStyle()
        look = paragraph_style(ParagraphStyle(), defaults.first("w:pPrDefault", "w:pPr"))
        return replace(look, run=run_style(look.run, defaults.first("w:rPrDefault", "w:rPr"), self._theme))


def _style(node: XmlNode) -> _Style:
    """``name`` is in lower case: built-in styles have English names in every language ("heading 1")."""
    return _Style(
        node.attributes.get("w:type", ""),
        (node.value("w:name") or "").lower(),
        node.value("w:basedOn") or "",
        node.value("w:link") or "",
        _pruned(node.first("w:pPr"), ("w:spacing", "w:outlineLvl", "w:numPr")),
        _pruned(node.first("w:rPr"), ("w:rFonts", "w:sz", "w:vanish")),
    )


def _pruned(properties: XmlNode | None, tags: tuple[str, ...]) -> XmlNode | None:
    """Only the needed properties."""
    if properties is None:
        return None
    kept = XmlNode(properties.tag, {})
    kept.children = [child for tag in tags if (child := properties.first(tag))]
    return kept


def _default(style: XmlNode) -> bool:
    is_default = style.attributes.get("w:default", "0") not in ("0", "false", "off")
    return is_default and style.attributes.get("w:type") == "paragraph"
