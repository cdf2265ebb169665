"""The styles of a document: defaults, then table, paragraph and character styles, each based on another.

ECMA-376 part 1, 17.7.2. Not followed: the conditional formats of table styles (first row, banded rows), which affect
only tables, for which annex 4 has no rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kpi.annex4.text_style import ParagraphStyle, RunStyle, paragraph_style, run_style
from kpi.annex4.theme import Theme
from kpi.annex4.xml_tree import XmlNode

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
            for one in (*self._chain(table_style, "table"), *self._chain(own, "paragraph")):
                look = replace(paragraph_style(look, one.paragraph), run=run_style(look.run, one.run, self._theme))
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
            for one in self._chain(style, "character"):
                look = run_style(look, one.run, self._theme)
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
