"""Search from anywhere: the reader's pages, factories, KPIs and clauses, by their names, and the way to each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import streamlit as st

from kpi.access.roles import allows
from kpi.catalogue.catalogue import catalogue
from kpi.errors import UserError
from kpi.model.viewer import Role, Viewer
from kpi.services.administrator.stages import applications_in_progress
from kpi.services.enterprise.journey import own_journeys
from kpi.services.leader.coverage import coverage
from kpi.services.reviewer.candidate_list import own_candidates
from kpi.store.store import Store
from pages.session.app_store import app_store
from pages.session.context import page_at, pages_for
from pages.session.language import current_lang, translate
from pages.widgets.picker import YEAR, distinguished

SHORTCUT = "Ctrl+K"


@dataclass(frozen=True, slots=True)
class _Place:
    """``words`` are what is looked for; ``query`` says what of the page at ``address``."""

    kind: str
    words: str
    address: str
    query: dict[str, str] = field(default_factory=dict)


def offer_search(reader: Viewer) -> None:
    """The button in the frame; nothing is collected before it is pressed."""
    if st.button(translate("search.open"), key="search", icon=":material/search:", type="tertiary", shortcut=SHORTCUT):
        # Collected now, by who is signed in now: a dialog runs by itself later, past every check of a page.
        places = [*_pages(reader), *_factories(reader), *_kpis(reader), *_clauses(reader)]
        st.dialog(translate("search.title"))(_ask)(places)


def _ask(places: Sequence[_Place]) -> None:
    labels = distinguished({str(at): f"{translate(f'search.{of.kind}')}　{of.words}" for at, of in enumerate(places)})
    picked = st.selectbox(
        translate("search.title"),
        list(labels),
        index=None,
        format_func=labels.__getitem__,
        placeholder=translate("search.what"),
        label_visibility="collapsed",
        key="searched",
    )
    if picked is not None:
        place = places[int(picked)]
        # On the page that is open already, what was chosen before would count more than the address.
        st.session_state.update({name: value for name, value in place.query.items() if name in st.session_state})
        st.switch_page(page_at(place.address).file, query_params=place.query or None)


def _pages(reader: Viewer) -> Iterator[_Place]:
    for page in pages_for(reader):
        yield _Place("page", translate(f"title.{page.title}"), page.address)


def _factories(reader: Viewer) -> list[_Place]:
    """Those in reach; none where their own pages say why there are none."""
    try:
        return list(_BY_ROLE[reader.role](app_store(), reader))
    except UserError:
        return []


def _own(store: Store, reader: Viewer) -> Iterator[_Place]:
    for journey in own_journeys(store, reader):
        if journey.key:
            words = f"{journey.label} {journey.year}"
            yield _Place("factory", words, "result", {"application": journey.key})


def _candidates(store: Store, reader: Viewer) -> Iterator[_Place]:
    for item in own_candidates(store, reader):
        of = item.record
        query = {YEAR: str(of.year), "industry": of.industry, "candidate": of.credit_code}
        yield _Place("factory", f"{of.label} {of.year}", "candidate", query)


def _of_the_body(store: Store, reader: Viewer) -> Iterator[_Place]:
    found = coverage(store, reader)
    for item in found.candidates:
        yield _Place(
            "factory", f"{item.factory or item.enterprise} {item.year}", "coverage", {"industry": item.industry}
        )


def _in_progress(store: Store, reader: Viewer) -> Iterator[_Place]:
    if allows(reader, "run_programme"):
        for item in applications_in_progress(store, reader):
            key = f"{item.credit_code} {item.year}"
            yield _Place("factory", f"{item.enterprise or ''} {key}".strip(), "progress", {"application": key})


_BY_ROLE: dict[Role, Callable[[Store, Viewer], Iterator[_Place]]] = {
    "enterprise": _own,
    "reviewer": _candidates,
    "leader": _of_the_body,
    "administrator": _in_progress,
}


def _kpis(reader: Viewer) -> Iterator[_Place]:
    address, key = ("result", "kpi") if allows(reader, "see_own_result") else ("benchmarks", "published_kpi")
    for kpi in catalogue().kpis:
        yield _Place("kpi", f"{kpi.code} {kpi.name.in_(current_lang())}", address, {key: kpi.code})


def _clauses(reader: Viewer) -> Iterator[_Place]:
    """To an enterprise on its page of conditions, to others in the notice."""
    for condition in catalogue().conditions:
        words = condition.name.in_(current_lang())
        if allows(reader, "submit_own"):
            yield _Place("clause", words, "conditions")
        elif allows(reader, "see_published"):
            yield _Place("clause", words, "notice", {"clause": ",".join(condition.clauses)})
