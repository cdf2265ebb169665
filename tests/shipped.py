"""What ships with the first notice to try it on, for whoever needs the files themselves."""

from __future__ import annotations

from pathlib import Path

from kpi.catalogue.catalogue import IllustrativeName, first_notice


def _file(name: IllustrativeName) -> Path:
    file = first_notice().illustrative(name)
    assert file is not None
    return file


SHIPPED, AWARDED, SCORING, OWN_TABLE = map(_file, ("panel", "awarded", "scoring", "own_table"))
SHIPPED_YEAR = first_notice().notice.year
SHIPPED_NAME = f"illustrative-{SHIPPED_YEAR}"
