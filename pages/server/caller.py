"""Whose request it is: looked up in the store each time, as on every page."""

from __future__ import annotations

from collections.abc import Mapping

from kpi.errors import UserError
from kpi.services.operation.authentication import viewer_of
from pages.session.app_store import app_store
from pages.session.context import COOKIE
from pages.session.oidc import provider_viewer_of_request


def account_of(cookies: Mapping[str, str]) -> str:
    """The account that the cookies stand for, or "" for a stranger."""
    try:
        viewer = viewer_of(app_store(), cookies.get(COOKIE)) or provider_viewer_of_request(app_store(), cookies)
    except UserError:
        return ""
    return viewer.account if viewer else ""
