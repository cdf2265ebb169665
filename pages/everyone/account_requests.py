"""Account requests: who asks for an account, what speaks against it, and granting, asking or refusing it."""

from kpi.services.account_decisions import requests_to_decide
from pages.everyone.parts.account_requests import request_list
from pages.session.context import require_page

context = require_page("decide_account_requests", "account_requests")
request_list(context, requests_to_decide(context.store, context.viewer))
