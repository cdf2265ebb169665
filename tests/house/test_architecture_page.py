"""The table of rooms in docs/architecture.md is the tree as it stands, each room on the layer that tests enforce."""

from __future__ import annotations

import re

from tests.house.floors import FLOORS, NO_ROLE, SCREENS
from tests.house.tracked import ROOT, python_files, tracked

PAGE = ROOT / "docs" / "architecture.md"
NAMES = ["app", "server", "roles", "widgets", "session", "command line", "services", "work", "knowledge", "ground"]
DATA = re.compile(r"`(data/\w+)")


def layers(page: str) -> dict[str, str]:
    """The layer of each room that the table names; a blank first column repeats the one above."""
    found: dict[str, str] = {}
    layer = ""
    for line in page.partition("## Rooms")[2].partition("\n## ")[0].splitlines():
        if line.startswith("|"):
            first, rooms = (cell.strip() for cell in line.split("|")[1:3])
            layer = first or layer
            found |= dict.fromkeys(re.findall(r"`([\w.]+)`", rooms), layer)
    return found


def rooms(paths: list[str]) -> set[str]:
    """``app``, each package or module right under ``kpi``, each folder of ``pages``."""
    parts = [path.removesuffix(".py").split("/") for path in paths]
    named = {".".join(part[:2]) for part in parts if len(part) > 1}
    return {"app"} | {name for name in named if not name.endswith(("__init__", "__main__"))}


def layer_of(room: str) -> str:
    if room in SCREENS:
        return "screens"
    known = {name: layer for floor, layer in zip(FLOORS, NAMES, strict=True) for name in floor}
    return known["pages"] if room.startswith("pages.") and room not in NO_ROLE else known[room]


def test_the_table_lists_every_room_on_its_layer() -> None:
    there = rooms(list(python_files()))
    assert layers(PAGE.read_text("utf-8")) == {room: layer_of(room) for room in there}


def test_the_table_lists_every_folder_of_data() -> None:
    listed = set(DATA.findall(PAGE.read_text("utf-8").partition("## Data")[2].partition("\n## ")[0]))
    assert listed == {path.rpartition("/")[0] for path in tracked() if re.fullmatch(r"data/\w+/[^/]+", path)} | {
        "data/text"
    }


def test_a_room_left_out_or_put_elsewhere_is_seen() -> None:
    page = "## Rooms\n| layer | room | x |\n| --- | --- | --- |\n| work | `kpi.a` | `kpi.c` |\n| | `kpi.b` | |\n## Data"
    assert layers(page) == {"kpi.a": "work", "kpi.b": "work"}
    assert rooms(["kpi/a/x.py", "kpi/c.py", "kpi/__init__.py"]) == {"app", "kpi.a", "kpi.c"}
