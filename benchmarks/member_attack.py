"""What a member of a cell learns beyond what the attack at freeze looks at: ``python -m benchmarks.member_attack``.

The attacker is an enterprise of the panel that knows its own value and its exact place in the cell, and everything
that is published of it. Counted are the published cells of the shipped panel in which some member could then tell
somebody else's value to within less than the protected width.
"""

from __future__ import annotations

import sys
import time

import numpy as np

from kpi.baseline.panel import read_panel
from kpi.baseline.publication import gives_away_to_member, publish
from kpi.baseline.registers import own_groups
from kpi.benchmark.peer_rank import NO_BASIS
from kpi.catalogue.catalogue import catalogue
from kpi.policy.load import policies
from tests.benchmark.panels import HOME_REGION
from tests.shipped import SHIPPED, SHIPPED_YEAR

MEMBERS = 12


def main(most: int = MEMBERS) -> None:
    """``most``: of each cell so many members attack, evenly spread over the places, the outermost among them."""
    policy = policies().of_year(SHIPPED_YEAR)
    panel = read_panel(SHIPPED.name, SHIPPED.read_bytes(), HOME_REGION).records
    records = panel.assign(own_group=own_groups(panel), basis=panel["basis"].fillna(NO_BASIS))
    began, cells, exposed, attacks, lost = time.perf_counter(), 0, [], 0, 0
    for row in publish(records, HOME_REGION, policy):
        kpi = catalogue().kpi(row.kpi)
        basis = policy.basis(row.kpi) or NO_BASIS
        of_cell = (records["industry"] == row.industry) & (records["kpi"] == row.kpi) & (records["basis"] == basis)
        values = np.sort(records.loc[of_cell, "value"].to_numpy(dtype=float))
        if np.isnan(row.median):
            continue
        cells += 1
        places = np.unique(np.linspace(0, values.size - 1, min(most, values.size)).round().astype(int))
        found = [gives_away_to_member(row, kpi, values, policy, int(place)) for place in places]
        attacks, lost = attacks + len(found), lost + sum(found)
        if any(found):
            exposed.append(f"  {row.kpi} {row.industry} (n = {values.size}): {sum(found)} of {len(found)}")
    print(
        f"{len(exposed)} of {cells} published cells, {lost} of {attacks} members, {time.perf_counter() - began:.1f} s"
    )
    print("\n".join(exposed))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
