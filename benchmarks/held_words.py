"""What it costs that exposing words wait for the close: ``python -m benchmarks.held_words``.

The illustrative panel, frozen once for each number of exposed peers that policy might ask for: the published cells
whose words wait, the industries whose clause waits with them, and the processor time of looking.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from kpi.baseline.panel import read_panel
from kpi.baseline.publication import publish
from kpi.baseline.registers import NO_SIZES, own_groups
from kpi.baseline.word_exposure import rows_to_publish
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.policy.load import policies
from tests.benchmark.panels import HOME_REGION
from tests.shipped import SHIPPED, SHIPPED_YEAR

EXPOSED_PEERS = (1, 2, 3, 5)


def main() -> None:
    policy = policies().of_year(SHIPPED_YEAR)
    panel = read_panel(SHIPPED.name, SHIPPED.read_bytes(), HOME_REGION).records
    records = panel.assign(own_group=own_groups(panel), basis=panel["basis"].fillna(NO_BASIS))
    tables = publish(records, HOME_REGION, policy)
    published = sum(not np.isnan(table.median) for table in tables)
    print(f"{published} published cells\n\n| exposed peers | cells that wait | industries whose clause waits | CPU s |")
    print("| ---: | ---: | ---: | ---: |")
    for peers in EXPOSED_PEERS:
        asked = replace(policy, disclosure=replace(policy.disclosure, exposed_peers=peers))
        began = time.process_time()
        rows = rows_to_publish(tables, records, NO_SIZES, SHIPPED.stem, asked)
        taken = time.process_time() - began
        waiting = {(row.table.industry, row.table.kpi) for row in rows if row.words_expose}
        industries = {industry for industry, kpi in waiting if kpi in policy.main_kpis(industry)}
        print(f"| {peers} | {len(waiting)} | {len(industries)} | {taken:.1f} |")


if __name__ == "__main__":
    main()
