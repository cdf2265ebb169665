"""What the two patches of Streamlit's speed are worth: ``python -m benchmarks.streamlit_patches``.

``look_up_fields_by_key``: a run of a page of so many fields, without it and with it. ``seek_no_components``: the search
through all installed packages that a start is spared.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable

from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.testing.v1 import AppTest

from pages.session.streamlit_internals import look_up_fields_by_key

FIELDS = (20, 60, 120, 200)
RUNS = 15
FORM = """
import streamlit as st

for at in range({fields}):
    st.text_input(f"field {{at}}", key=f"field-{{at}}")
    st.session_state.get(f"field-{{at}}")
"""


def main() -> None:
    print(f"load before: {os.getloadavg()[0]:.2f} of {os.cpu_count()} cores; medians of {RUNS}, in ms")
    seeking = _median(lambda: BidiComponentManager().discover_and_register_components(start_file_watching=False), 3)
    print(f"the search for components at a start: {seeking:.0f}")
    without = [_run_of(fields) for fields in FIELDS]  # first: the patch cannot be taken back
    look_up_fields_by_key()
    print("| fields | Streamlit's own | looked up by key |")
    print("| ---: | ---: | ---: |")
    for fields, before in zip(FIELDS, without, strict=True):
        print(f"| {fields} | {before:.1f} | {_run_of(fields):.1f} |")


def _run_of(fields: int) -> float:
    page = AppTest.from_string(FORM.format(fields=fields), default_timeout=60).run()
    return _median(page.run, RUNS)


def _median(act: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        act()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken) * 1000


if __name__ == "__main__":
    main()
