"""What decides which clause of the first notice, as a page: ``make coverage-of-the-notice`` writes it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path

from kpi.catalogue.catalogue import Catalogue, first_notice, notice_in_hand
from kpi.catalogue.clauses import CitingUse, ClauseUse, UseKind, is_heading, lines_of, reason_of, uses_of_clauses
from kpi.catalogue.schema import Clause
from kpi.policy.load import policies
from pages.session.context import page_at

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "coverage-of-the-notice.md"
OPENING = 28
"""Characters of a clause that name it."""
HEAD = """# Coverage of the notice

Each clause of {number} in its order, and what in the product rests on it: conditions, KPIs, scenarios,
facts of the forms, policy values. Then the page that works with these, and tests of them. A clause that nothing
decides says why. The whole text is on the page *The notice*. `make coverage-of-the-notice` writes this page
from the data, and a test holds it to them.
"""
AT: dict[UseKind, str] = {
    "condition": "conditions",
    "tier": "conditions",
    "segment": "conditions",
    "kpi": "answers",
    "scenario": "conditions",
    "fact": "answers",
    "report": "document",
    "policy": "policy",
}
"""The address of the page that works with each kind."""
TESTS: dict[UseKind, str] = {
    "condition": "tests/eligibility",
    "tier": "tests/eligibility/test_tiers.py",
    "segment": "tests/eligibility/test_tiers.py",
    "kpi": "tests/catalogue/test_catalogue.py",
    "scenario": "tests/catalogue/test_catalogue.py",
    "fact": "tests/intake/test_template.py",
    "report": "tests/annex4",
    "policy": "tests",
}
"""Where each kind is tested; of conditions and policy values, the first file there that names the code."""
BESIDE: dict[str, tuple[str, str]] = {
    "body.I.4": ("awards", "tests/services/test_outreach.py"),
    "body.II.3": ("timetable", "tests/services/test_timetable.py"),
}
"""By clause a page, and a test of it, for what nothing in the notice's data decides: promises kept, days of review."""
LISTING = ROOT / "tests" / "catalogue" / "test_clauses.py"
"""Names codes and tests none of them."""


def coverage_page() -> str:
    """The whole page, by the data as they are now."""
    notice = first_notice()
    with notice_in_hand(notice):
        values = [
            CitingUse(ClauseUse("policy", item.key, item.name), item.reference.zh) for item in policies().statements()
        ]
        uses = uses_of_clauses(notice, values)
    lines = [HEAD.format(number=notice.notice.number.en)]
    for _, part in groupby(notice.clauses, lambda clause: clause.part):
        clauses = list(part)
        lines += [f"## {_capital(clauses[0].label.en)}", "", "| clause | begins | decided by | page | tests |"]
        lines += [
            "| --- | --- | --- | --- | --- |",
            *(_row(notice, clause, uses[clause.code]) for clause in clauses),
            "",
        ]
    return "\n".join(lines)


def _row(notice: Catalogue, clause: Clause, uses: Iterable[ClauseUse]) -> str:
    listed = list(uses)
    begins = "".join(lines_of(notice, clause)[:2])
    begins = begins if len(begins) <= OPENING else f"{begins[:OPENING]}…"
    decided = "; ".join(_decided(listed)) or _why_not(notice, clause)
    pages = dict.fromkeys(f"`{page_at(AT[use.kind]).address}`" for use in listed)
    tests = dict.fromkeys(f"`{file}`" for use in listed if (file := _test_of(notice, use)))
    if clause.code in BESIDE:
        page, test = BESIDE[clause.code]
        pages[f"`{page_at(page).address}`"] = tests[f"`{test}`"] = None
    return f"| {clause.label.en} | {begins} | {decided} | {', '.join(pages)} | {', '.join(tests)} |"


def _decided(uses: Iterable[ClauseUse]) -> Iterator[str]:
    for kind, listed in groupby(uses, lambda use: use.kind):
        codes = [use.code for use in listed]
        if kind == "report":
            yield "check of the application report"
        elif kind in ("kpi", "scenario"):
            yield f"{len(codes)} {'KPIs' if kind == 'kpi' else 'scenarios'}, {codes[0]} to {codes[-1]}"
        else:
            yield f"{kind} {', '.join(f'`{code}`' for code in codes)}"


def _why_not(notice: Catalogue, clause: Clause) -> str:
    reason = reason_of(notice, clause)
    return f"*{reason.en}*" if reason else "*A heading; its items follow.*" if is_heading(notice, clause) else ""


def _test_of(notice: Catalogue, use: ClauseUse) -> str:
    """The first file that names it; of a condition without one, that which tries its kind of rule."""
    if use.kind not in ("condition", "policy"):
        return TESTS[use.kind]
    place = ROOT / TESTS[use.kind]
    found = _naming(place, lambda text: f'"{use.code}"' in text)
    if not found and use.kind == "condition":
        kinds = [rule.kind for rule in notice.condition(use.code).rules]
        found = _naming(place, lambda text: any(re.search(rf"\b{kind}\b", text) for kind in kinds))
    return found


def _naming(place: Path, names: Callable[[str], bool]) -> str:
    files = sorted(set(place.rglob("test_*.py")) - {LISTING})
    return next((file.relative_to(ROOT).as_posix() for file in files if names(file.read_text("utf-8"))), "")


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


if __name__ == "__main__":
    PAGE.write_text(coverage_page(), "utf-8")
