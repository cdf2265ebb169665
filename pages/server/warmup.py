"""Loading once what the first visitor would otherwise wait for: libraries, checked data, words, a first figure."""

from __future__ import annotations

from datetime import UTC, datetime

from kpi import i18n, queries, stats
from kpi.benchmark.evaluation import evaluate
from kpi.charts.strip import position_strip
from kpi.intake.read import read
from kpi.services.evaluation import evaluation_context
from kpi.services.operation.demonstration import SAMPLES
from pages.session.app_store import app_store

EXAMPLE = SAMPLES / "example-application.csv"


def warm_up() -> None:
    """Go the longest way once, and throw the result away: read a file, place it, draw it."""
    application = read(EXAMPLE.name, EXAMPLE.read_bytes()).applications[0]
    with app_store().cursor() as cursor:
        on = evaluation_context(cursor, application.year)
        drawn = position_strip(evaluate(cursor, application, on.baseline, on.policy, on.as_of), "zh")
        queries.signed_in(cursor, "", datetime.now(UTC))
    drawn.figure.to_json()
    stats.p_leading(1, 1, on.policy.leading_quantile, population=1)  # the test for industries of known size
    i18n.text("page.language", "en")
