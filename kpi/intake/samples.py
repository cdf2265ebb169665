"""The fictitious applications that ship, to be tried or downloaded: made by ``data/samples/make_samples.py``."""

from __future__ import annotations

from typing import Literal

from kpi.catalogue.data_files import DATA

SampleName = Literal["example", "own_table"]
SAMPLES: dict[SampleName, str] = {"example": "example-application.xlsx", "own_table": "own-table.xlsx"}
"""``example``: our workbook, completed; ``own_table``: a table of a factory's own making, with questions."""


def sample(name: SampleName) -> bytes:
    """The bytes of the file ``SAMPLES[name]``."""
    return (DATA / "samples" / SAMPLES[name]).read_bytes()
