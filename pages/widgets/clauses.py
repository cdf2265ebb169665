"""Leading from whatever rests on a clause to its words on the page of the notice."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.clauses import UseKind, clauses_behind
from kpi.catalogue.schema import Clause
from kpi.model.language import Lang
from pages.session.context import page_at
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.picker import YEAR


def clause_address(clauses: Iterable[str], lang: Lang) -> str:
    """The address of clauses by their codes, of the notice in hand."""
    asked = {YEAR: catalogue().notice.year, "clause": ",".join(clauses), "lang": lang}
    return f"/{page_at('notice').address}?{urlencode(asked)}"


def lead_to_clauses(kind: UseKind, code: str, lang: Lang) -> None:
    """A line that names where the notice speaks of it and leads there."""
    if found := clauses_behind(kind, code):
        html.where(_named(found, lang), clause_address([clause.code for clause in found], lang))


def hint_of_clauses(kind: UseKind, code: str, lang: Lang) -> str:
    """The same for the hint beside an input, in Markdown; empty where the notice does not speak of it."""
    found = clauses_behind(kind, code)
    return f"[{_named(found, lang)}]({clause_address([clause.code for clause in found], lang)})" if found else ""


def _named(found: Iterable[Clause], lang: Lang) -> str:
    labels = translate("notice.between").join(clause.label.in_(lang) for clause in found)
    return translate("notice.stands_in", clauses=labels)
