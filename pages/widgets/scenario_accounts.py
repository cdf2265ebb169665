"""How the claimed scenarios are met, as the enterprise and its reviewer read it, and whether its share of AI agrees."""

from __future__ import annotations

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.eligibility.ai_use import AiUse
from kpi.model.application import Application
from kpi.model.claims import ScenarioAccount
from kpi.model.language import Lang
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import opened_box
from pages.widgets.tables import about_application, show_table, typed_table


def accounts_title(use: AiUse) -> str:
    return translate("scenario_accounts.title", given=len(use.accounts), all=len(use.claimed))


def say_ai_use(use: AiUse, lang: Lang) -> None:
    """In how many scenarios, beside the KPI as typed: asked where they differ, and nothing else follows from it. Not a
    word while no scenario is accounted for.
    """
    if not use.accounts:
        return
    form, given = "counted", {}
    if use.kpi:
        kpi = catalogue().kpi(use.kpi)
        given = {
            "code": use.kpi,
            "typed": i18n.kpi_number(use.reported, kpi, lang),
            "share": i18n.kpi_number(use.share_of(len(use.claimed)), kpi, lang),
            "every": i18n.kpi_number(use.share_of(len(catalogue().scenarios)), kpi, lang),
        }
        form = _form(use)
    counts = {"using": use.using, "claimed": len(use.claimed), "missing": use.missing}
    said = translate(f"scenario_accounts.{form}", **counts, **given)
    (html.notice if use.differs else html.where)(said)


def _form(use: AiUse) -> str:
    if use.reported is None:
        return "not_reported"
    if use.differs:
        return "asked_so_far" if use.missing else "asked"
    return "so_far" if use.missing else "agrees"


def show_accounts(context: PageContext, application: Application, use: AiUse) -> None:
    """Every claimed scenario with what is said of it, in a sentence where that is nothing; not a word where none is
    claimed.
    """
    if not use.accounts:
        if use.claimed:
            html.where(translate("scenario_accounts.none"))
        return
    say_ai_use(use, context.lang)
    if box := opened_box(accounts_title(use), "scenario-accounts"):
        with box:
            table = typed_table(
                [translate(f"scenario_accounts.{name}") for name in ("scenario", "how", "ai")],
                [
                    [catalogue().scenario(name).name.in_(context.lang), *_said(use.accounts.get(name))]
                    for name in use.claimed
                ],
            )
            about = about_application(context, application, translate("scenario_accounts.name"))
            show_table(context, about, table, "scenario-accounts", form="stacked")


def _said(account: ScenarioAccount | None) -> tuple[str, str]:
    nothing = translate("scenario_accounts.nothing")
    if account is None:
        return nothing, i18n.NO_NUMBER
    return account.how or nothing, account.ai_model or translate("scenario_accounts.no_ai")
