"""What the method says of the shipped panel's own members: ``python -m benchmarks.members``.

Each member is held against all others, by version 2 of the method and by the one in force: how many of the words that
are tested are inconclusive, and what becomes of the clause. The panel is illustrative, and so are the figures.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from kpi import tables
from kpi.benchmark.clause import TESTED
from kpi.benchmark.evaluation import evaluate_all
from kpi.benchmark.method import METHODS
from kpi.model.evaluation import Evaluation
from kpi.model.times import year_end
from kpi.policy.load import policies
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.store import Store
from tests.benchmark.test_reference import as_application, shipped

YEAR = 2025


def main() -> None:
    records = shipped()
    applications = [as_application(records, code) for code in sorted({record.credit_code for record in records})]
    policy = policies().of_year(YEAR)
    print("| version | industry | members | inconclusive words | met | clause inconclusive | not met | withheld |")
    print("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "s") as store:
        ensure_baseline(store)
        with store.cursor() as cursor:
            baseline = tables.baselines.baselines(cursor)[0]
            for version in (2, policy.method_version):
                method = METHODS[version]
                found = evaluate_all(cursor, applications, baseline, policy, year_end(YEAR), None, method)
                print(_row(version, "all", found))
                for industry in sorted({answer.application.industry for answer in found}):
                    among = [answer for answer in found if answer.application.industry == industry]
                    print(_row(version, industry, among))


def _row(version: int, name: str, answers: Sequence[Evaluation]) -> str:
    words = Counter(kpi.verdict for answer in answers for kpi in answer.kpis)
    clauses = Counter(answer.clause.verdict for answer in answers)
    tested = sum(words[word] for word in TESTED)
    share = f"{100 * words['undecided'] / tested:.1f} %" if tested else "none tested"
    counted = " | ".join(str(clauses[verdict]) for verdict in ("met", "undecided", "not_met", "withheld"))
    return f"| {version} | {name} | {len(answers)} | {share} | {counted} |"


if __name__ == "__main__":
    main()
