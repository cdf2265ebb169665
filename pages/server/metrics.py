"""``/metrics``: figures for Prometheus, for whoever shows the operator's token. To others it is not there."""

from __future__ import annotations

import hmac
from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from kpi.model.times import now
from kpi.services.operation.state import InstallationState, installation_state
from pages.server.limits import settings
from pages.server.shell.error_page import refusal_page
from pages.session.app_store import app_store
from pages.session.context import METRICS
from pages.session.process_figures import FIGURES


class _Installation(Collector):
    """The store's figures as they were looked up for one answer."""

    def __init__(self, state: InstallationState) -> None:
        self.state = state

    def collect(self) -> Iterator[GaugeMetricFamily | InfoMetricFamily]:
        state = self.state
        yield InfoMetricFamily(
            "duibiao", "Program and schema.", {"version": state.program, "schema": str(state.schema)}
        )
        sizes = GaugeMetricFamily("duibiao_store_bytes", "Size of the store.", labels=["part"])
        sizes.add_metric(["database"], state.database_bytes)
        sizes.add_metric(["originals"], state.originals_bytes)
        yield sizes
        yield GaugeMetricFamily("duibiao_disk_free_bytes", "Room left on the store's disk.", state.free_bytes)
        yield GaugeMetricFamily("duibiao_baselines", "Frozen baselines.", state.baselines)
        yield GaugeMetricFamily("duibiao_audit_acts", "Length of the audit trail.", state.acts)
        if since := state.last_backup or state.first_act:
            age = (now() - since).total_seconds()
            yield GaugeMetricFamily("duibiao_backup_age_seconds", "Since the last backup, or else the first act.", age)
        if state.last_snapshot:
            age = (now() - state.last_snapshot).total_seconds()
            yield GaugeMetricFamily(
                "duibiao_snapshot_age_seconds", "Since the last snapshot; absent before the first.", age
            )
        checks = GaugeMetricFamily("duibiao_ready", "What /readyz looks at: 1 is well, 0 is not.", labels=["check"])
        for name, passes in state.checks.items():
            checks.add_metric([name], passes)
        yield checks


async def _metrics(request: Request) -> Response:
    if not _may_ask(request.headers.get("authorization", "")):
        return refusal_page("path", 404, request)
    return Response(await run_in_threadpool(_figures), media_type=CONTENT_TYPE_LATEST)


def _may_ask(authorization: str) -> bool:
    token, (scheme, _, shown) = settings().metrics_token, authorization.partition(" ")
    return bool(token) and scheme.lower() == "bearer" and hmac.compare_digest(shown.encode(), token.encode())


def _figures() -> bytes:
    of_the_store = CollectorRegistry()
    of_the_store.register(_Installation(installation_state(app_store())))
    ProcessCollector(registry=of_the_store)
    return generate_latest(FIGURES) + generate_latest(of_the_store)


METRICS_ROUTE = Route(METRICS, _metrics, methods=["GET"])
