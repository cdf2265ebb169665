"""All tests live in one day, and the product knows of no such day. That it asks no other clock is ruff's to say."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime

from kpi.model import times
from kpi.model.times import now
from tests.clock.sitecustomize import clock
from tests.house.tracked import ROOT, texts, tracked


def test_a_process_that_a_test_starts_has_the_same_clock() -> None:
    assert times.machine_clock is clock
    asked = "from kpi.model.times import now; print(now().isoformat())"
    before = now()
    said = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert before < datetime.fromisoformat(said.strip()) < now()


def test_the_product_reads_nothing_that_is_for_tests() -> None:
    sources = texts(tracked())
    product = [path for path in sources if path.startswith(("kpi/", "pages/", "deploy/", "app.py"))]
    assert {"kpi/model/times.py", "app.py"} <= set(product)
    assert [path for path in product if "KPI_TEST" in sources[path]] == []
