"""One of the enterprise's own applications, by the year and the factory's name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from kpi import i18n
from kpi.model.application import Application
from pages.session.page_context import PageContext
from pages.widgets.option_picker import pick_item

Item = TypeVar("Item")


def pick_application(context: PageContext, label: str, found: Sequence[tuple[Application, Item]], key: str) -> Item:
    """Which one the page is about; nobody is asked where there is one. ``key`` stands in the address.

    Two factories of one name and year are told apart by the end of their credit codes.
    """
    by_key = {f"{application.credit_code} {application.year}": (application, item) for application, item in found}
    names = {one: _name(context, application) for one, (application, _) in by_key.items()}

    def words(one: str) -> str:
        alike = sum(name == names[one] for name in names.values()) > 1
        return f"{names[one]}　…{by_key[one][0].credit_code[-4:]}" if alike else names[one]

    return pick_item(label, by_key, key, words)[1]


def _name(context: PageContext, application: Application) -> str:
    return f"{application.year}　{i18n.factory_label(application, context.lang)}"
