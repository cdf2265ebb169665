"""The theme's fonts: a document may name "the theme's font for Chinese text" instead of a font."""

from __future__ import annotations

from kpi.annex4.xml_tree import XmlNode

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
