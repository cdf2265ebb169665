"""An award and a change of one in a line each."""

from __future__ import annotations

from kpi import i18n
from kpi.model.claims import Award
from kpi.model.language import Lang
from kpi.model.programme import AwardChange
from pages.session.language import translate
from pages.widgets.datetime_format import format_datetime


def award_label(lang: Lang, one: Award) -> str:
    tier, body = (i18n.catalogue_name(name, lang) for name in (one.tier, one.body or ""))
    return " ".join(part for part in (one.credit_code, one.factory, tier, str(one.year or ""), body) if part)


def change_words(change: AwardChange) -> str:
    """When, by whom and why it was revoked or corrected."""
    return translate(
        f"awards.was_{change.act}",
        at=format_datetime(change.changed_at),
        by=change.changed_by,
        reason=change.reason,
    )
