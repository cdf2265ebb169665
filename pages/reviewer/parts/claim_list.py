"""The reviewer's list of claims: filtered, each a link to the place where it is ruled on, and taken away as a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from typing import get_args

import streamlit as st

from kpi import i18n
from kpi.catalogue.catalogue import catalogue
from kpi.model.claims import ClaimKind
from kpi.reports.content import About, LabelledLine, ReportTable
from kpi.services.reviewer.claims import ListedClaim
from pages.reviewer.parts.claims import CLAIM, claim_address
from pages.reviewer.parts.list import listed_row
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.conditions import claim_item, claim_title, claimed_words
from pages.widgets.picker import YEAR, page_of, pick_option
from pages.widgets.tables import format_datetime, offer_data, typed_table

# What is filtered by stands in the address, and is the same in a link to the list.


_ALL = "all"
_FILTERS: dict[str, Callable[[ListedClaim], str]] = {
    "standing": lambda item: "ruled" if item.claim.ruling else "open",
    "in-industry": lambda item: item.candidate.industry,
    "kind": lambda item: item.claim.key.kind,
    "evidence": lambda item: "with" if item.claim.evidence else "without",
}
"""In the address's words. The list begins with the claims that are open, in every industry and of every kind."""


def filtered_claims(
    context: PageContext, listed: Sequence[ListedClaim]
) -> tuple[list[ListedClaim], list[LabelledLine]]:
    """Those that fit every filter, in the order given, and each filter that narrows the list with its value."""
    industries = sorted({item.candidate.industry for item in listed}, key=catalogue().industry_place)
    offered: Mapping[str, tuple[str, Sequence[str]]] = {
        "standing": (translate("claims.column_state"), ("open", "ruled", _ALL)),
        "in-industry": (translate("list.column_industry"), (_ALL, *industries)),
        "kind": (translate("claims.column_kind"), (_ALL, *get_args(ClaimKind))),
        "evidence": (translate("claims.column_evidence"), (_ALL, "with", "without")),
    }
    found, stated = list(listed), []
    with st.container(key="list-filters"):
        columns = st.columns(len(offered))
    for (name, (label, options)), column in zip(offered.items(), columns, strict=True):
        words = partial(_word, context, name)
        with column:
            chosen = pick_option(label, options, name, words)
        if chosen != _ALL:
            found = [item for item in found if _FILTERS[name](item) == chosen]
            stated.append(LabelledLine(label, words(chosen)))
    return found, stated


def _word(context: PageContext, name: str, value: str) -> str:
    if value == _ALL:
        return translate("list.all")
    return i18n.catalogue_name(value, context.lang) if name == "in-industry" else translate(f"claims.{name}_{value}")


# A page of claims at a time, and the list to take away.


_A_PAGE = 20
_OF_CANDIDATE = ("code", "factory", "year", "industry")
_OF_CLAIM = ("kind", "item", "claimed", "evidence", "state", "since")


def claim_rows(context: PageContext, shown: Sequence[ListedClaim], filters: Sequence[LabelledLine]) -> None:
    """The factory as a link to the claim on its page, and a line each."""
    for item in page_of(shown, "claims-page", _A_PAGE, filters):
        candidate, key = item.candidate, item.claim.key
        name = candidate.factory or candidate.enterprise
        query = {YEAR: str(candidate.year), "industry": candidate.industry, "candidate": candidate.credit_code}
        query[CLAIM] = claim_address(item.claim)
        listed_row(f"{candidate.credit_code}-{candidate.year}-{key.kind}-{key.item}", name, query, _line(context, item))


def _line(context: PageContext, item: ListedClaim) -> str:
    parts = (
        i18n.catalogue_name(item.candidate.industry, context.lang),
        str(item.candidate.year),
        _evidence(item),
        translate("claims.state_since", state=_state(item), at=format_datetime(item.since)),
    )
    words = "".join(f"<span>{html.marked(part)}</span>" for part in parts)
    title = f"<strong>{escape(claim_title(context, item.claim))}</strong>"
    return f'<div class="kpi-listed"><p>{title}</p><p>{words}</p></div>'


def _evidence(item: ListedClaim) -> str:
    if not item.claim.evidence:
        return translate("claims.evidence_without")
    return translate("claims.evidence_since", at=format_datetime(item.claim.evidence[0].attached_at))


def _state(item: ListedClaim) -> str:
    return translate(f"claims.{item.claim.ruling.ruling if item.claim.ruling else 'open'}")


def offer_claims(
    context: PageContext,
    shown: Sequence[ListedClaim],
    listed: Sequence[ListedClaim],
    filters: Sequence[LabelledLine],
) -> None:
    """In the order on the page."""
    table = partial(_table, context)
    about = About(translate("title.claims"), filters=filters)
    everything = partial(table, listed) if len(shown) < len(listed) else None
    offer_data(context, about, "claims", table=partial(table, shown), everything=everything)


def _table(context: PageContext, rows: Sequence[ListedClaim]) -> ReportTable:
    columns = [translate(f"list.column_{name}") for name in _OF_CANDIDATE]
    columns += [translate(f"claims.column_{name}") for name in _OF_CLAIM]
    return typed_table(columns, [_row(context, row) for row in rows])


def _row(context: PageContext, item: ListedClaim) -> list[str]:
    candidate, claim = item.candidate, item.claim
    return [
        candidate.credit_code,
        candidate.factory or candidate.enterprise,
        str(candidate.year),
        i18n.catalogue_name(candidate.industry, context.lang),
        translate(f"claims.kind_{claim.key.kind}"),
        claim_item(context, claim),
        claimed_words(claim),
        _evidence(item),
        _state(item),
        format_datetime(item.since),
    ]
