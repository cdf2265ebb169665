"""The floors of the house, and what stands against them: pure functions over sources."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from tests.house.tracked import parsed

WORK = {
    "kpi.annex4",
    "kpi.baseline",
    "kpi.benchmark",
    "kpi.intake",
    "kpi.eligibility",
    "kpi.scoring",
    "kpi.screening",
    "kpi.recommendation",
    "kpi.tables",
}
KNOWLEDGE = {"kpi.catalogue", "kpi.policy", "kpi.access", "kpi.store", "kpi.files"}
GROUND = {"kpi.stats", "kpi.model", "kpi.errors", "kpi.logs"}
SCREENS = {"kpi.charts", "kpi.reports", "kpi.i18n"}
SHARED = ({"pages.widgets"}, {"pages.session"})

# From the top down; a module may use its own floor and those below.
FLOORS: list[set[str]] = [
    {"app"},
    {"pages.server"},
    {"pages"},
    *SHARED,
    {"kpi.cli", "kpi.api"},
    {"kpi.services"},
    WORK,
    KNOWLEDGE,
    GROUND,
]
HEIGHT = {room: len(FLOORS) - at for at, floor in enumerate(FLOORS) for room in floor}
NO_ROLE = {"pages.server"}.union(*SHARED)

# What serves the screens stands beside the floors: used by who shows (and, for the words of the template, by intake),
# itself knowing neither services nor where data comes from. A report shows what intake found.
USE_SCREENS = {"app", "pages", "kpi.cli", "kpi.api"} | NO_ROLE | SCREENS
SCREENS_USE = (KNOWLEDGE - {"kpi.store"}) | GROUND | SCREENS
DOORS = {("kpi.intake", "kpi.i18n"), ("kpi.reports", "kpi.intake")}
SERVING = "pages/server/asgi.py"  # starts the relay by which the command line reaches a served store

OWN = {"app", "pages", "kpi", "data", "tests", "benchmarks", "notebooks"}


def broken_floors(sources: Mapping[str, str]) -> list[str]:
    """Every import against the floors; ``sources`` maps a path from the root to its text."""
    return [
        f"{path}: {reason}"
        for path, text in sorted(sources.items())
        for imported in imports(text)
        if (reason := _refused(path, imported))
    ]


def broken_places(paths: Iterable[str]) -> list[str]:
    """Files directly under ``pages/``: Streamlit would serve them without the app, thus without sign-in."""
    return [
        path for path in paths if path.startswith("pages/") and path.count("/") == 1 and path != "pages/__init__.py"
    ]


def unexplained(sources: Mapping[str, str]) -> list[str]:
    """Folders whose ``__init__`` does not say what belongs there, or that have none."""
    folders = {path.rpartition("/")[0] for path in sources if path.startswith(("kpi/", "pages/"))}
    inits = {folder: sources.get(f"{folder}/__init__.py", "") for folder in folders}
    return sorted(folder for folder, text in inits.items() if not ast.get_docstring(parsed(text)))


def circles(sources: Mapping[str, str]) -> list[tuple[str, ...]]:
    """Modules that import one another, the shortest way round from each; imports for types alone count too."""
    modules = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): text for path, text in sources.items()
    }
    uses = {name: set(_imported_modules(text, modules)) - {name} for name, text in modules.items()}
    found = {tuple(sorted(way)) for name in uses if (way := _way_back(name, uses))}
    return sorted(found)


def doubled_names(sources: Mapping[str, str]) -> dict[str, list[str]]:
    """Public classes and functions whose name stands for more than one thing, with the modules that define them.

    Pages are scripts and define none; a method is distinguished by its class.
    """
    defined: dict[str, list[str]] = {}
    for path, text in sorted(sources.items()):
        for node in parsed(text).body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.name[0] != "_":
                defined.setdefault(node.name, []).append(path)
    return {name: paths for name, paths in defined.items() if len(paths) > 1}


def _module(path: str) -> str:
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _imported_modules(text: str, modules: Mapping[str, str]) -> Iterator[str]:
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in modules else node.module


def _way_back(start: str, uses: Mapping[str, set[str]]) -> list[str] | None:
    """The modules on the shortest way from a module back to itself."""
    ways = [[start]]
    seen: set[str] = set()
    while ways:
        way = ways.pop(0)
        for used in sorted(uses.get(way[-1], set())):
            if used == start:
                return way
            if used not in seen:
                seen.add(used)
                ways.append([*way, used])
    return None


def imports(text: str) -> Iterator[str]:
    """The modules that a source imports, wherever in it: ``from kpi import tables`` is ``kpi.tables``."""
    for node in ast.walk(parsed(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from ([f"{module}.{alias.name}" for alias in node.names] if module in ("kpi", "pages") else [module])


def _refused(path: str, imported: str) -> str | None:
    top = imported.split(".")[0]
    if imported.startswith("."):
        return "a relative import hides its floor"
    if top == "duckdb" and not path.startswith("kpi/store/"):
        return "only kpi.store imports duckdb"
    if top == "psycopg" and not path.startswith("kpi/store/shared/"):
        return "only kpi.store.shared imports psycopg"
    if top in ("pyspark", "py4j") and path != "kpi/store/on_spark.py":
        return "only kpi.store.on_spark imports pyspark"
    if top == "streamlit" and path.startswith("kpi/"):
        return "kpi never imports streamlit"
    if top not in OWN:
        return None
    own, other = _room(path.removesuffix(".py").replace("/", ".")), _room(imported)
    return None if _allowed(path, own, other) else f"{own} must not import {imported}"


def _room(module: str) -> str:
    """A package of ``kpi``, a role's folder, or ``app``. ``kpi.__main__`` is the command line's door."""
    room = ".".join(module.split(".")[:2])
    return "kpi.cli" if room == "kpi.__main__" else room


def _allowed(path: str, own: str, other: str) -> bool:
    if own == other or (own, other) in DOORS or (path == SERVING and other == "kpi.cli"):
        return True
    if own.endswith("__init__"):
        return False
    own_floor, other_floor = _floor(own), _floor(other)
    if other in SCREENS:
        return own_floor in USE_SCREENS
    if own in SCREENS:
        return other in SCREENS_USE
    if own_floor not in HEIGHT or other_floor not in HEIGHT or other == "kpi.cli":
        return False
    same_floor = HEIGHT[own_floor] == HEIGHT[other_floor]
    return HEIGHT[own_floor] > HEIGHT[other_floor] or (same_floor and own_floor != "pages")


def _floor(room: str) -> str:
    """A role's folder stands on the floor of pages: no role knows another."""
    return "pages" if room.startswith("pages.") and room not in NO_ROLE else room
