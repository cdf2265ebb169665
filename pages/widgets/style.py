"""The little CSS that Streamlit's theme does not give: our tokens, the forms, and which form of a picture is shown."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kpi.catalogue.catalogue import catalogue
from kpi.charts.theme import css_variables
from pages.session.language import current_lang, translate


def page_style(theme: str | None) -> str:
    """For every page, in the reader's language: beside the mark stand product and notice, and the uploader's own words
    say a limit that is not ours.

    ``theme`` is "light" or "dark" as the reader chose; anything else is what the browser prefers.
    """
    words = _WORDS.format(
        drop=translate("upload.drop"),
        product=translate("product"),
        notice=catalogue().notice.number.in_(current_lang()),
    )
    return f"<style>{_tokens(theme)}{_sheet()}{words}</style>"


_WORDS = """
[data-testid="stLogoLink"]::after {{ content: "{product}"; }}
div:has(> [data-testid="stLogoLink"])::after {{ content: "{notice}"; }}
[data-testid="stFileUploaderDropzoneInstructions"] span {{
  font-size: 0; visibility: hidden; white-space: normal; text-overflow: clip;
}}
[data-testid="stFileUploaderDropzoneInstructions"] span::after {{
  content: "{drop}"; font-size: 0.875rem; visibility: visible;
}}
"""


@cache
def _tokens(theme: str | None) -> str:
    if theme in ("light", "dark"):
        return f":root {{ {css_variables('dark' if theme == 'dark' else 'light')} }}"
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {css_variables('dark')} }} }}"
    return f":root {{ {css_variables('light')} }} {dark}"


@cache
def _sheet() -> str:
    return Path(__file__).with_suffix(".css").read_text("utf-8")
