"""How long each report takes to make, in each of its formats: ``python -m benchmarks.reports``.

CPU seconds (user and system) of this process and its children, by which a busy machine does not change much: the first
time, with what is loaded then, and again. The answer that a page has already is not counted.
"""

from __future__ import annotations

import os
import resource
import tempfile
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import partial
from pathlib import Path

from benchmarks.page import locked
from kpi.charts.strip import position_strip
from kpi.charts.svg import as_svg
from kpi.model.evaluation import Evaluation
from kpi.model.language import Lang
from kpi.model.programme import list_difference
from kpi.model.times import now
from kpi.model.viewer import Role, Viewer
from kpi.recommendation.choice import Wishes
from kpi.reports.as_pdf import comparison_pdf
from kpi.reports.comparison import comparison_xlsx
from kpi.reports.content import About, ReportSection, Taken, page_report
from kpi.reports.files import annex4_png, chart_png
from kpi.reports.forms import annex3_docx, annex5
from kpi.reports.report_file import FORMS, write_content, write_report
from kpi.services.administrator.baselines import baseline_overview
from kpi.services.enterprise.lock import own_results, receipt
from kpi.services.enterprise.what_if import what_if
from kpi.services.leader.coverage import coverage
from kpi.services.leader.own_list import own_list
from kpi.services.leader.recommendation import body_candidates, own_recommendation
from kpi.services.operation.authentication import SignedIn, viewer_of
from kpi.services.operation.demonstration import take_role
from kpi.services.reviewer.candidate_list import own_candidates
from kpi.services.reviewer.candidates import candidate_evaluation, side_by_side
from kpi.services.reviewer.conflicts import candidates_to_declare_on, state_conflicts
from kpi.store.store import Store
from pages.administrator.parts.baselines import about_baseline, baseline_sections
from pages.enterprise.parts.documents import annex4_file
from pages.enterprise.parts.gap import about_gaps, gap_sections
from pages.enterprise.parts.lock import about_receipt, receipt_sections
from pages.leader.parts.coverage import about_coverage, coverage_sections
from pages.leader.parts.proposal import about_proposal, proposal_sections
from pages.session.context import PageContext
from pages.session.language import in_language

LANG: Lang = "zh"
COMPARED = 5
AIM = 3.0

Made = tuple[str, str, Callable[[], bytes]]
"""Report, format, and what makes it of the page's answer."""


def main() -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores")
    print("  | report | format | first CPU s | again CPU s | kB |")
    print("  | --- | --- | ---: | ---: | ---: |")
    made, slowest = 0, (0.0, "")
    with tempfile.TemporaryDirectory() as folder:
        locked(Path(folder) / "store")
        with Store.open(Path(folder) / "store") as store, in_language(LANG):
            for report, form, make in _reports(store):
                first, _ = _measured(make)
                again, size = _measured(make)
                made, slowest = made + 1, max(slowest, (first, f"{report} {form}"))
                print(f"  | {report} | {form} | {first:.2f} | {again:.2f} | {size / 1e3:.0f} |", flush=True)
    longest, which = slowest
    print(f"{made} files; slowest {longest:.2f} s of CPU ({which}), aim {AIM:.0f} s")


def _measured(make: Callable[[], bytes]) -> tuple[float, int]:
    before = _cpu()
    made = make()
    return _cpu() - before, len(made)


def _cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(item.ru_utime + item.ru_stime for item in used)


def _reports(store: Store) -> Iterator[Made]:
    yield from _of_the_enterprise(store)
    yield from _of_the_reviewer(store)
    yield from _of_the_leader(store)
    context = _reader(store, "administrator")
    [overview] = baseline_overview(store, context.viewer)
    yield from _page("baseline", about_baseline(overview), lambda: baseline_sections(context, overview))


def _of_the_enterprise(store: Store) -> Iterator[Made]:
    context = _reader(store, "enterprise")
    [result] = own_results(store, context.viewer)
    answer, application = result.answer, result.answer.application
    for form in FORMS:
        yield "benchmark report", form, partial(write_report, answer, LANG, f"x{form}")
    board = what_if(store, context.viewer, answer, {})
    yield from _page("gap analysis", about_gaps(context, answer, board), lambda: gap_sections(context, answer, board))
    one = receipt(store, context.viewer, application.credit_code, application.year)
    about = about_receipt(context, answer, one)
    yield from _page("receipt", about, lambda: receipt_sections(context, answer, one))
    yield "annex 3", ".docx", lambda: annex3_docx(application, "")
    yield "skeleton of annex 4", ".docx", lambda: annex4_file(context, answer, lambda _: None)


def _of_the_reviewer(store: Store) -> Iterator[Made]:
    context = _reader(store, "reviewer")
    listed = own_candidates(store, context.viewer)
    first = listed[0].record
    if asked := candidates_to_declare_on(store, context.viewer):
        state_conflicts(store, context.viewer, [record.key for record in asked])
    answer = candidate_evaluation(store, context.viewer, first.credit_code, first.year)
    for form in FORMS:
        yield "candidate", form, partial(write_report, answer, LANG, f"x{form}")
    yield from _charts(answer)
    peers = [
        candidate.record.credit_code
        for candidate in listed
        if (candidate.record.industry, candidate.record.year) == (first.industry, first.year)
    ]
    found = side_by_side(store, context.viewer, peers[:COMPARED], first.year).comparison
    yield "comparison", ".pdf", lambda: comparison_pdf(found, LANG, {})
    yield "comparison", ".xlsx", lambda: comparison_xlsx(found, LANG, {})


def _charts(answer: Evaluation) -> Iterator[Made]:
    svg = as_svg(position_strip(answer, LANG, titled=False))
    yield "position strip", ".png", lambda: chart_png(svg)
    yield "position strip as annex 4 asks", ".png", lambda: annex4_png(svg)


def _of_the_leader(store: Store) -> Iterator[Made]:
    context = _reader(store, "leader")
    found = coverage(store, context.viewer)
    judged = body_candidates(store, context.viewer, found.year)
    yield from _page("coverage", about_coverage(context, found), lambda: coverage_sections(context, found, judged))
    own = own_list(store, context.viewer)
    answer = own_recommendation(store, context.viewer, Wishes())
    names = {code: application.label for code, application in own.applications.items()}
    change = list_difference(own.latest.content.order, [candidate.credit_code for candidate in answer.ranked()])
    about = about_proposal(context, own, answer)
    yield from _page("proposal", about, lambda: proposal_sections(context, answer, names, change))
    for form in (".xlsx", ".docx"):
        yield "annex 5", form, partial(annex5, f"x{form}", found.body, found.year, list(own.applications.values()))


def _page(report: str, about: About, sections: Callable[[], list[ReportSection]]) -> Iterator[Made]:
    for form in FORMS:
        yield report, form, partial(_written, about, sections, form)


def _written(about: About, sections: Callable[[], list[ReportSection]], form: str) -> bytes:
    return write_content(page_report(about, sections(), LANG, Taken(now(), "http://127.0.0.1/")), f"x{form}")


def _reader(store: Store, role: Role) -> PageContext:
    signed_in = take_role(store, role)
    assert isinstance(signed_in, SignedIn)
    viewer: Viewer | None = viewer_of(store, signed_in.token)
    assert viewer is not None
    return PageContext(viewer, store, LANG, "light", nullcontext(), lambda: viewer)


if __name__ == "__main__":
    main()
