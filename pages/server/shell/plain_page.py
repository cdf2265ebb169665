"""A page that the server draws alone, without Streamlit: there at once, and for a browser without scripts too."""

from __future__ import annotations

from functools import cache
from html import escape
from pathlib import Path
from typing import get_args

from starlette.responses import HTMLResponse

from kpi.charts.theme import Theme, css_variables
from kpi.model.language import Lang
from pages.session.language import in_language
from pages.widgets.style import page_style

TAGS: dict[Lang, str] = {"zh": "zh-CN", "en": "en"}


@cache
def chosen_theme_script() -> str:
    """The one inline script of ours, before anything is drawn; the content security policy names its hash."""
    return Path(__file__).with_name("chosen_theme.js").read_text("utf-8")


def plain_page(lang: Lang, title: str, body: str, *, status: int = 200) -> HTMLResponse:
    """``title`` is escaped here; in ``body`` everything is escaped already."""
    return HTMLResponse(plain_document(lang, title, body), status_code=status)


def plain_document(lang: Lang, title: str, body: str, head: str = "") -> str:
    """As ``plain_page``; ``head`` is further markup of the page's own."""
    return (
        f'<!doctype html><html lang="{TAGS[lang]}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="shortcut icon" href="/favicon.png">'
        f"<title>{escape(title)}</title>{_look(lang)}{head}</head><body>{body}</body></html>"
    )


# Kept for everybody: colours and scripts, by language
@cache
def _look(lang: Lang) -> str:
    """The look of the app's pages, light or dark as was chosen there, else as the browser prefers, and what Streamlit
    would add to it.
    """
    with in_language(lang):
        own = Path(__file__).with_suffix(".css").read_text("utf-8")
        themes: tuple[Theme, ...] = get_args(Theme)
        chosen = " ".join(
            f':root[data-theme="{theme}"] {{ color-scheme: {theme}; {css_variables(theme)} }}' for theme in themes
        )
        return f"{page_style(None)}<style>{own}{chosen}</style><script>{chosen_theme_script()}</script>"
