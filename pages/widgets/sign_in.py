"""What a visitor who is not signed in is shown, as markup: drawn by the server alone, or within the app."""

from __future__ import annotations

from contextlib import suppress
from html import escape

from kpi.errors import UserError
from kpi.services.operation.demonstration import demonstration_accounts
from kpi.services.year import is_published_openly
from pages.session.app_store import app_store, is_demonstration_app
from pages.session.context import ASK, PUBLISHED
from pages.session.language import current_lang, translate
from pages.session.sign_in_forms import code_form, role_buttons, sign_in_form
from pages.widgets import html


# Without files: demonstration accounts: nobody is signed in
def sign_in_body(address: str, failed: str, typed: str, *, ended: bool = False, code: bool = False) -> str:
    """What this is, and the form; ``address``, ``failed`` and ``typed`` are the form's. On a demonstration its roles
    come first, and its accounts with their passwords last. ``ended``: the page was open when its sign-in ended,
    and what was typed on it is gone. ``code``: the password was right, and the account's code is asked for.
    """
    if code:
        title = f"<h2>{escape(translate('sign_in.code_title'))}</h2>"
        return f'<div class="kpi-sign-in">{title}{code_form(address, failed)}</div>'
    asking = f'<a href="{ASK}?lang={current_lang()}" target="_self">{escape(translate("sign_in.ask"))}</a>'
    form = f"{sign_in_form(address, failed, typed)}<p>{asking}</p>"
    form += _to_published()
    note = f'<p class="kpi-error" role="alert">{escape(translate("sign_in.ended"))}</p>' if ended else ""
    title = f"{note}<h2>{escape(translate('sign_in.title'))}</h2><p>{escape(translate('sign_in.what'))}</p>"
    if not is_demonstration_app():
        return f'<div class="kpi-sign-in">{title}{form}</div>'
    accounts = html.table_markup(
        [translate("sign_in.name"), translate("sign_in.password"), translate("sign_in.role")],
        [[account.name, account.password, translate(f"role.{account.role}")] for account in demonstration_accounts()],
        form="narrow",
    )
    parts = (
        title,
        f"<h3>{escape(translate('try_role.label'))}</h3>",
        role_buttons(None),
        f"<h3>{escape(translate('try_role.typed'))}</h3>",
        form,
        f'<p class="kpi-caption">{escape(translate("sign_in.demonstration"))}</p>',
        accounts,
    )
    return f'<div class="kpi-sign-in">{"".join(parts)}</div>'


def _to_published() -> str:
    """The way to what is open to whoever has no account; none where it is closed, or the store does not answer."""
    with suppress(UserError):
        if is_published_openly(app_store()):
            words = escape(translate("open.leads_here"))
            return f'<p><a href="{PUBLISHED}?lang={current_lang()}" target="_self">{words}</a></p>'
    return ""
