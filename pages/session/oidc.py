"""Signing in at another provider (OpenID Connect, Streamlit's ``[auth]`` secrets), beside our own passwords.

The provider says who somebody is; role and scope are this store's, looked up at every run. Streamlit's own cookie lasts
thirty days and cannot be called back, so what it says is believed for half a day, and not at all once the account's
sign-ins were ended here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import streamlit as st

from kpi.model.viewer import Viewer
from kpi.services.operation.authentication import audit_provider_sign_in, end_own_sign_ins, viewer_by_identity
from kpi.store.store import Store
from pages.session.language import translate
from pages.session.streamlit_internals import identity_cookie, identity_provider_configured

NOTED = "sign_in_elsewhere_noted"


def viewer_from_provider(store: Store, address: str) -> Viewer | None:
    """Whom the provider says this is, if an account here is bound to that identity."""
    claims = _claims()
    if claims is None:
        return None
    issuer, subject, since = claims
    viewer = viewer_by_identity(store, issuer, subject, since, address=address)
    if viewer and st.session_state.get(NOTED) != since:
        audit_provider_sign_in(store, viewer)
        st.session_state[NOTED] = since
    return viewer


def provider_viewer_later(store: Store, address: str) -> Callable[[], Viewer | None]:
    """Whom the provider's word of now stands for at any time to come, outside the run that has it."""
    claims = _claims()
    return lambda: viewer_by_identity(store, *claims, address=address) if claims else None


def provider_viewer_of_request(store: Store, cookies: Mapping[str, str]) -> Viewer | None:
    """Whose request this is by the provider's word: files are fetched outside the run of a page."""
    if not identity_provider_configured():
        return None
    signed = identity_cookie(cookies)
    claims = _verified_claims(json.loads(signed)) if signed else None
    return viewer_by_identity(store, *claims) if claims else None


def provider_button() -> None:
    """The button that leads to the provider; who comes back as nobody's account learns what to ask for one with."""
    if not identity_provider_configured():
        return
    if (claims := _claims()) is not None:
        st.warning(translate("elsewhere.unknown"))
        st.code(f"{claims[0]}\n{claims[1]}", language=None)
        if st.button(translate("elsewhere.again"), key="leave-provider"):
            st.logout()
    elif st.button(translate("elsewhere.sign_in"), key="provider"):
        st.login()


def sign_out_button(store: Store, viewer: Viewer) -> None:
    """Ends what was given for the identity here, also in a copied cookie, then Streamlit's own cookie."""
    if st.button(translate("sign_out"), key="sign-out-elsewhere", type="tertiary"):
        end_own_sign_ins(store, viewer)
        st.logout()


def _claims() -> tuple[str, str, datetime] | None:
    """Issuer, subject and the moment of signing in, as the provider vouched for them; None where it did not."""
    if not identity_provider_configured() or not st.user.is_logged_in:
        return None
    return _verified_claims(st.user.to_dict())


def _verified_claims(claims: Mapping[str, object]) -> tuple[str, str, datetime] | None:
    issuer, subject, since = claims.get("iss"), claims.get("sub"), claims.get("iat")
    if not (isinstance(issuer, str) and isinstance(subject, str) and isinstance(since, int | float)):
        return None
    return issuer, subject, datetime.fromtimestamp(since, UTC)
