"""A stranger who asks for an account."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from kpi.model.account_request import AccountRequest
from kpi.model.viewer import Viewer
from kpi.services.account_decisions import requests_to_decide
from kpi.services.account_requests import NewAccountRequest, ask_for_account, own_request
from kpi.store.store import Store
from tests.benchmark.panels import credit_code
from tests.services.sample_store import AT

PDF = b"%PDF-1.7\n1 0 obj << >> endobj\n%%EOF\n"
PNG, JPEG = b"\x89PNG\r\n\x1a\n" + bytes(20), b"\xff\xd8\xff\xe0" + bytes(20)
CODE = credit_code(8_000_801)
CONTACT = "李四 021-00000000"
ASKING = NewAccountRequest(CODE, "演示企业八（虚构）", "高端装备", "松江区", CONTACT, PDF)
STRANGER = "192.0.2.8"


def asked(store: Store, at: datetime = AT, address: str = STRANGER, **other: Any) -> tuple[str, AccountRequest]:
    """The token of a request, and what the store has of it."""
    token = ask_for_account(store, replace(ASKING, **other), at, address)
    request = own_request(store, token)
    assert request
    return token, request


def reached(store: Store, viewer: Viewer) -> list[str]:
    """The credit codes of what the viewer may decide."""
    return [item.credit_code for item in requests_to_decide(store, viewer).requests]
