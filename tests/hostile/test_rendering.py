"""Names that would like to be code, on every page of every role: shown as they are written, and nothing more."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kpi.model.language import Lang
from kpi.model.viewer import Role
from kpi.services.enterprise.sheets import accept_application
from kpi.services.enterprise.uploads import receive_file
from kpi.services.freeze import import_baseline
from kpi.services.operation.authentication import viewer_of
from kpi.services.operation.demonstration import demonstration_roles
from kpi.services.preparation import IncomingBaseline
from pages.widgets import html
from tests.hostile.containers import in_part
from tests.hostile.hostile_names import ALL, MARKDOWN, MARKUP, OUTSIDE
from tests.intake.sample_files import rows, workbook
from tests.pages.app_runs import ALLOWED, RUN_SECONDS, Office, opened
from tests.services.submitting import lock_as_it_stands
from tests.shipped import SHIPPED, SHIPPED_YEAR

NAME = "甲" + "　".join((*MARKUP, *MARKDOWN, *ALL[:3]))
"""Everything at once: whatever a page lets through of it is found."""
SEARCHED = {"candidates": {"list-search": "evil"}}
"""Where the name may stand on a later page of a long list."""

TAGS = {"a", "br", "button", "div", "em", "form", "h2", "h3", "h4", "input", "label", "li", "nav", "ol", "p", "section"}
TAGS |= {"small", "span", "strong", "style", "svg", "path", "circle", "rect", "line", "polygon", "text", "g", "title"}
TAGS |= {"table", "tbody", "td", "th", "thead", "time", "tr", "ul"}
TAGS |= {"b", "dl", "dt", "dd", "details", "summary", "h5", "hr"}
"""Of our own HTML. No picture, no frame, no script, nothing that asks for anything."""

MARKS = re.compile(
    r"(?<!\\)!\[|(?<!\\)\]\(|(?<!\\)<(?:img|script|svg/|iframe)|(?<!\\):(?:material|smile|red\[)|(?<!\\)\$\\frac"
)
"""What Markdown would act on, where no backslash stands before it."""
OWN_LINK = re.compile(r"(?<!\\)\]\(/notice\?year=\d{4}&clause=(?:[a-z0-9.]|%2C)+&lang=(?:zh|en)\)", re.IGNORECASE)
"""What a field's hint says of the notice leads there."""


@pytest.fixture(scope="module")
def named(office_here: Office) -> Office:
    """The demonstration with hostile names of factory, enterprise, notes, file, sheet, accounts and baseline."""
    store = office_here.store
    # No spreadsheet program writes such a name of a sheet.
    data = in_part(
        workbook(rows(hostile_answers())), "workbook.xml", "填报".encode(), escape(MARKDOWN[0] + "<b>").encode()
    )
    viewer = viewer_of(store, office_here.tokens["enterprise"])
    assert viewer is not None
    application = accept_application(store, viewer, receive_file(store, viewer, f"{MARKDOWN[0]}.xlsx", data))
    incoming = IncomingBaseline("p.csv", SHIPPED.read_bytes(), NAME, SHIPPED_YEAR, "上海市", "illustrative", NAME)
    import_baseline(store, incoming)
    lock_as_it_stands(store, viewer, application.credit_code, application.year)
    with store.transaction() as cursor:
        for account in demonstration_roles():
            cursor.execute("update account set display = $1 where name = $2", [NAME, account.name])
    return office_here


def hostile_answers() -> dict[str, tuple[Any, ...]]:
    """Changes to a faultless application: names in every fact and note that takes any words."""
    texts = ("enterprise", "factory_name", "group", "address", "leader", "contact", "filler")
    return dict.fromkeys(texts, (NAME,)) | {
        "K04": ("不适用", None, None, None, NAME),
        "K10": (62.5, "relative", 3.2, 1.2, NAME),
    }


class _Seen(HTMLParser):
    """Tags and attributes that a browser would make of a text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src", "action")]


def _parts(test: AppTest) -> Iterator[tuple[str, Any]]:
    for node in test._tree:
        if hasattr(node, "proto"):
            yield node.type, node.proto


def _labels(proto: Any) -> Iterator[str]:
    """What Streamlit reads as Markdown: bodies, labels, helps, and the options of radios."""
    for name in ("body", "label", "help", "caption"):
        value = getattr(proto, name, "")
        if isinstance(value, str):
            yield value
    yield from (str(item) for item in getattr(proto, "options", ()) if type(proto).__name__ == "Radio")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("role", "address"), ALLOWED)
def test_every_page_shows_hostile_names_as_they_are_written(
    named: Office, role: Role, address: str, lang: Lang
) -> None:
    named.sit(role)
    _check(opened(address, lang, **SEARCHED.get(address, {})))


def _check(test: AppTest) -> None:
    assert not test.exception
    for kind, proto in _parts(test):
        if kind == "html":
            _check_html(proto.body)
        elif kind == "plotly_chart":
            _check_figure(json.loads(proto.spec))
        elif kind != "text":
            for label in _labels(proto):
                assert not MARKS.search(OWN_LINK.sub("", label)), f"{kind}: {label[:200]}"


def _check_html(body: str) -> None:
    seen = _Seen()
    seen.feed(body)
    assert seen.tags <= TAGS
    assert seen.handlers == []
    assert not [address for address in seen.addresses if "evil" in address or "javascript" in address]


def _check_figure(spec: dict[str, Any]) -> None:
    """Plotly makes tags and links of what stands in its texts; what is to be shown has its brackets escaped."""
    for text in _texts(spec):
        assert not re.search(r"<(?:img|script|svg|iframe|/textarea|style)", text), text[:200]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def test_the_names_are_really_on_the_pages(named: Office) -> None:
    """Otherwise nothing above is shown to hold."""
    for role, address in (("enterprise", "result"), ("leader", "coverage"), ("administrator", "baselines")):
        named.sit(role)
        reported = "".join(getattr(proto, "body", "") for _, proto in _parts(opened(address)))
        assert "evil" in reported, address


def test_an_error_tells_somebodys_words_as_they_are_written() -> None:
    def script() -> None:
        from kpi.errors import UserError
        from pages.widgets.acts import show_error
        from tests.hostile.hostile_names import MARKDOWN

        show_error(UserError("not_your_enterprise", credit_code=MARKDOWN[0]))

    [reported] = AppTest.from_function(script, default_timeout=RUN_SECONDS).run().error
    assert "evil" in reported.value
    assert not MARKS.search(reported.value)


def test_what_means_nothing_to_markdown_is_not_read_aloud_with_a_backslash() -> None:
    assert html.plain("数值（%），80 %, so far") == "数值（%），80 %, so far"


@pytest.mark.parametrize("text", ALL)
def test_plain_leaves_no_mark_that_markdown_acts_on(text: str) -> None:
    reported = html.plain(text)
    assert not MARKS.search(reported)
    assert OUTSIDE not in reported
    read = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", reported)
    assert read.replace("\u2060", "") == text
