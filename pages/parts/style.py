"""The little CSS that Streamlit's theme does not give: our tokens, the forms, and which form of a picture is shown."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from kpi.charts import css_variables
from pages.parts.language import lang, words


def style() -> str:
    """For every page, in the reader's language: the uploader's English words are Streamlit's own, and replaced here."""
    uploader = (
        f'[data-testid="stFileUploaderDropzoneInstructions"] {{ --kpi-drop: "{words("upload.drop")}"; }}'
        f'[data-testid="stFileUploaderDropzone"] button {{ --kpi-browse: "{words("upload.browse")}"; }}'
    )
    return f"<style>{_sheet()}{uploader}</style>" if lang() == "zh" else f"<style>{_sheet()}</style>"


@cache
def _sheet() -> str:
    dark = f"@media (prefers-color-scheme: dark) {{ :root {{ {css_variables('dark')} }} }}"
    return f":root {{ {css_variables('light')} }} {dark}" + Path(__file__).with_suffix(".css").read_text("utf-8")
