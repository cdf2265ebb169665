"""The list of claims: what waits first, filtered by what stands in the address, and each a link to its place."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.model.claims import GROUP_ITEM, ClaimKey
from kpi.services.enterprise.documents import attach_evidence
from kpi.services.reviewer.claims import ListedClaim, listed_claims, rule_on_claim
from tests.pages.app_runs import Office, opened, strings, submitted, viewer_of
from tests.pages.reviewer.test_claim_rulings_page import GROUP, REASON, claimed

GROUP_CLAIM = ClaimKey("group", GROUP_ITEM)


def _listed(office: Office) -> list[ListedClaim]:
    viewer = viewer_of(office.store, office.tokens["reviewer"])
    assert viewer is not None
    return listed_claims(office.store, viewer)


def _links(page: AppTest) -> list[str]:
    """What the links to claims say of where they lead."""
    found: list[Any] = [link.proto for link in page.get("page_link")]
    return [link.query_string for link in found if "claim=" in link.query_string]


def test_the_list_opens_with_what_waits_and_its_filters_stand_in_the_address(copied_office: Office) -> None:
    one = claimed(copied_office)
    reviewer, enterprise = (
        viewer_of(copied_office.store, copied_office.tokens[role]) for role in ("reviewer", "enterprise")
    )
    assert reviewer is not None
    assert enterprise is not None
    attach_evidence(copied_office.store, enterprise, one.credit_code, one.year, GROUP_CLAIM, "股权结构图（虚构）")
    waiting = _listed(copied_office)
    assert len(waiting) > 1
    copied_office.sit("reviewer")

    page = opened("claims")
    assert not page.exception
    assert len(_links(page)) == len(waiting)
    said = text("page.claims.title", "zh", open=len(waiting), all=len(waiting))
    assert said in "\n".join(strings(page))
    groups = [item for item in waiting if item.claim.key == GROUP_CLAIM]
    shown = [item for item in waiting if item.claim.evidence]
    assert 0 < len(shown) < len(waiting)
    assert len(_links(opened("claims", kind="group"))) == len(groups) < len(waiting)
    assert len(_links(opened("claims", evidence="with"))) == len(shown)
    assert len(_links(opened("claims", evidence="without"))) == len(waiting) - len(shown)
    found = _links(opened("claims", **{"in-industry": one.industry}))
    assert len(found) == sum(item.candidate.industry == one.industry for item in waiting)
    assert _links(opened("claims", standing="ruled")) == []

    rule_on_claim(copied_office.store, reviewer, one.credit_code, one.year, GROUP_CLAIM, GROUP, "refused", REASON)
    assert len(_links(opened("claims"))) == len(waiting) - 1
    [ruled] = _links(opened("claims", standing="ruled"))
    assert "claim=group" in ruled
    assert len(_links(opened("claims", standing="all"))) == len(waiting)


def test_a_link_leads_to_the_claim_on_the_candidates_page(copied_office: Office) -> None:
    one = claimed(copied_office)
    copied_office.sit("reviewer")
    [link] = [item for item in _links(opened("claims", kind="group")) if one.credit_code in item]
    page = opened("candidate", **dict(parse_qsl(link)))
    assert page.session_state["candidate"] == one.credit_code
    name = text("page.claims.group", "zh", claimed=GROUP)
    assert [box.proto.expanded for box in page.expander if box.label.startswith(name)] == [True]


def test_conflicts_are_asked_before_any_claim_is_read(copied_office: Office) -> None:
    submitted(copied_office, locked=True, asked=False)
    copied_office.sit("reviewer")
    page = opened("claims")
    assert text("page.conflicts.how", "zh") in "\n".join(strings(page))
    assert _links(page) == []
