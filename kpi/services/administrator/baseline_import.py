"""Bringing in a year's baseline from a page: what it is worth is seen before it is frozen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from kpi import queries
from kpi.baseline.recipe import PanelRecipe, read_recipe
from kpi.errors import UserError
from kpi.files.text import plain_line
from kpi.model.evaluation import Baseline
from kpi.model.viewer import Viewer
from kpi.services.administrator.panel_preview import PanelPreview, PreviewTask
from kpi.services.authorization import requires
from kpi.services.baseline_freeze import import_files
from kpi.services.baseline_preparation import File, IncomingBaseline
from kpi.services.earlier_panel import EarlierPanel, earlier_panel
from kpi.services.policies import policy_of_year
from kpi.services.task_runner import HERE, TaskRunner
from kpi.store.store import Store

LONGEST_NAME, LONGEST_SOURCE, LONGEST_REASON = 60, 200, 200


@dataclass(frozen=True, slots=True)
class BaselinePreview:
    """A panel as it would be frozen, beside the one before it, and the names under which its content is frozen."""

    panel: PanelPreview
    earlier: EarlierPanel | None
    same_as: tuple[str, ...]


@requires("run_programme")
def preview_baseline(
    store: Store,
    _: Viewer,
    incoming: IncomingBaseline,
    sizes: File | None = None,
    groups: File | None = None,
    runner: TaskRunner = HERE,
) -> BaselinePreview:
    """Read the files and say what freezing them would come to. Nothing is written.

    Published rows of the same year may be carried over at freezing (``baseline.republication``), which is not tried.

    Raises:
        InvalidPanel: a file has errors: those of all files are reported.
        UserError: the panel is invented and said to be of another kind.
    """
    with store.cursor() as cursor:
        policy = policy_of_year(cursor, incoming.year)
    panel = runner.run(PreviewTask(incoming, sizes, groups, policy))
    with store.cursor() as cursor:
        earlier = earlier_panel(cursor, incoming, panel.enterprises, policy)
        return BaselinePreview(panel, earlier, queries.baselines_of_content(cursor, panel.sha256, but=incoming.name))


@requires("run_programme")
def freeze_baseline(
    store: Store,
    viewer: Viewer,
    incoming: IncomingBaseline,
    sizes: File | None = None,
    groups: File | None = None,
    smaller_because: str = "",
    at: datetime | None = None,
    runner: TaskRunner = HERE,
) -> Baseline:
    """Freeze what was previewed. Unless somebody has decided otherwise, it is in force for its year from then on.

    Raises:
        InvalidPanel: a file has errors: those of all files are reported.
        UserError: name or source is missing, a baseline of that name has other content, or the panel is much smaller
            than the one before and nobody says why.
    """
    name, source = _words(incoming.name, incoming.source)
    because = plain_line(smaller_because, LONGEST_REASON)
    described = replace(incoming, name=name, source=source)
    return import_files(store, described, sizes, at, viewer.actor, groups, because, runner).baseline


@requires("run_programme")
def refuse_words(store: Store, _: Viewer, name: str, source: str, sha256: str) -> None:
    """Before anything is begun: a baseline has a source, and keeps its name. ``sha256`` is the previewed content's.

    Raises:
        UserError: name or source is missing, or a baseline of that name has other content.
    """
    stated, _source = _words(name, source)
    with store.cursor() as cursor:
        known = {one.name: one.sha256 for one in queries.baselines(cursor)}
    if known.get(stated, sha256) != sha256:
        raise UserError("baseline_exists", name=stated)


def _words(name: str, source: str) -> tuple[str, str]:
    stated = plain_line(name, LONGEST_NAME), plain_line(source, LONGEST_SOURCE)
    if not all(stated):
        raise UserError("baseline_needs_words")
    return stated


@requires("see_baselines")
def recipes_known(store: Store, _: Viewer) -> list[PanelRecipe]:
    """The recipes by which panels were read, the latest first, one of each name, without their repairs."""
    with store.cursor() as cursor:
        stored = queries.baseline_recipes(cursor)
    latest = {one.name: one for one in reversed(stored)}
    return [_as_stored(one).without_repairs() for one in reversed(latest.values())]


@requires("see_baselines")
def recipe_of(store: Store, _: Viewer, baseline: str) -> PanelRecipe | None:
    """The recipe by which a baseline's panel was read, repairs included: with the original it gives its hash again."""
    with store.cursor() as cursor:
        stored = queries.baseline_recipes(cursor)
    return next((_as_stored(one) for one in stored if one.baseline == baseline), None)


def _as_stored(stored: queries.BaselineRecipe) -> PanelRecipe:
    """Somebody froze by it, and so confirmed it, for that file."""
    return read_recipe(stored.name, stored.recipe.encode()).made_for(stored.original_sha256)
