"""Which pages there are, and for whom: a page without a permission is for everybody, and there is one such page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kpi.access.roles import Permission, allows
from kpi.model.viewer import Viewer


@dataclass(frozen=True, slots=True)
class PageSpec:
    """A page: its file under the project's root, its address, its title's key in ``page.title``, who may see it.

    ``section``: where it stands in a long menu, its key in ``page.section``; "" beside the sections. ``pictures``: it
    shows figures before anybody has pressed anything.
    """

    file: str
    address: str
    title: str
    permission: Permission | None
    section: str = ""
    pictures: bool = False


SIGN_IN_PAGE = PageSpec("pages/everyone/sign_in.py", "sign-in", "sign_in", None)

PAGES = (
    PageSpec("pages/enterprise/home.py", "enterprise-home", "home", "submit_own"),
    PageSpec("pages/enterprise/upload.py", "upload", "upload", "submit_own"),
    PageSpec("pages/enterprise/sheet.py", "answers", "sheet", "submit_own"),
    PageSpec("pages/enterprise/conditions.py", "conditions", "conditions", "submit_own"),
    PageSpec("pages/enterprise/document.py", "document", "document", "submit_own"),
    PageSpec("pages/enterprise/submission.py", "submission", "submission", "submit_own"),
    PageSpec("pages/enterprise/result.py", "result", "result", "see_own_result", pictures=True),
    PageSpec("pages/enterprise/gap.py", "way", "way", "see_own_result", pictures=True),
    PageSpec("pages/reviewer/home.py", "reviewer-home", "home", "see_candidates"),
    PageSpec("pages/reviewer/candidates.py", "candidates", "candidates", "see_candidates"),
    PageSpec("pages/reviewer/candidate.py", "candidate", "candidate", "see_candidates", pictures=True),
    PageSpec("pages/reviewer/compare.py", "compare", "compare", "compare_candidates", pictures=True),
    PageSpec("pages/reviewer/scores.py", "scores", "scores", "score_candidates"),
    PageSpec("pages/leader/home.py", "leader-home", "home", "see_coverage"),
    PageSpec("pages/leader/coverage.py", "coverage", "coverage", "see_coverage", pictures=True),
    PageSpec("pages/leader/nomination.py", "nomination", "nomination", "put_forward"),
    PageSpec("pages/administrator/home.py", "administrator-home", "home", "run_programme"),
    PageSpec("pages/administrator/baselines.py", "baselines", "baselines", "see_baselines", "verdicts"),
    PageSpec(
        "pages/administrator/baseline_import.py", "baseline-import", "baseline_import", "run_programme", "verdicts"
    ),
    PageSpec("pages/administrator/plan.py", "plan", "plan", "see_baselines", "verdicts"),
    PageSpec("pages/administrator/policy.py", "policy", "policy", "see_baselines", "verdicts"),
    PageSpec("pages/administrator/programme_year.py", "programme-year", "programme_year", "run_programme", "year"),
    PageSpec("pages/administrator/progress.py", "progress", "progress", "run_programme", "year"),
    PageSpec("pages/administrator/objections.py", "objections", "objections", "run_programme", "year"),
    PageSpec("pages/administrator/awards.py", "awards", "awards", "run_programme", "year"),
    PageSpec(
        "pages/administrator/coverage.py", "city-coverage", "city_coverage", "run_programme", "year", pictures=True
    ),
    PageSpec("pages/administrator/scoring.py", "scoring", "scoring", "run_panel", "panel"),
    PageSpec("pages/administrator/panel_decisions.py", "decisions", "decisions", "run_panel", "panel"),
    PageSpec("pages/administrator/accounts.py", "accounts", "accounts", "manage_accounts", "service"),
    PageSpec("pages/administrator/audit.py", "audit", "audit", "see_audit", "service"),
    PageSpec("pages/administrator/operation.py", "operation", "operation", "see_operation", "service"),
    PageSpec("pages/everyone/panel.py", "panel", "panel", "see_panel", "panel"),
    PageSpec("pages/everyone/benchmarks.py", "benchmarks", "benchmarks", "see_published", "verdicts", pictures=True),
    PageSpec("pages/everyone/account.py", "my-account", "account", "keep_own_account", "service"),
)


LONGEST_FLAT_MENU = 10
"""Pages that a newcomer takes in at a glance; a longer menu is in sections."""


def page_at(address: str) -> PageSpec:
    """The page of an address that code names; another is a bug."""
    return next(page for page in PAGES if page.address == address)


def pages_for(viewer: Viewer | None) -> list[PageSpec]:
    """The pages a viewer may see; nobody sees the sign-in alone."""
    if viewer is None:
        return [SIGN_IN_PAGE]
    return [page for page in PAGES if page.permission and allows(viewer, page.permission)]


def menu_of(pages: Sequence[PageSpec]) -> dict[str, list[PageSpec]]:
    """The pages by section, "" first; all of them in "" where they are few."""
    found: dict[str, list[PageSpec]] = {"": []}
    for page in pages:
        found.setdefault(page.section if len(pages) > LONGEST_FLAT_MENU else "", []).append(page)
    return found
