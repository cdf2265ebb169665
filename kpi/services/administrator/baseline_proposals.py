"""A baseline that one administrator proposes and another confirms: until then nothing is decided by it.

All that freezing needs is kept: the second person previews the same files, and what is frozen is what was seen.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from kpi import tables
from kpi.baseline.recipe import PanelRecipe, read_recipe, recipe_bytes
from kpi.errors import NotFound, UserError
from kpi.files.text import plain_line
from kpi.model.evaluation import Baseline
from kpi.model.viewer import Viewer
from kpi.services.administrator.baseline_import import (
    LONGEST_REASON,
    BaselinePreview,
    Beside,
    in_plain_words,
    nothing_beside,
    preview_baseline,
    standing_of,
)
from kpi.services.administrator.second_person import freezing_hindrance
from kpi.services.authorization import reads, reads_unscoped, requires
from kpi.services.freeze import import_files
from kpi.services.preparation import File, IncomingBaseline, refuse_much_smaller
from kpi.services.tasks import HERE, TaskRunner
from kpi.services.unit_of_work import AuditDetails, UnitOfWork, unit_of_work
from kpi.services.year import policy_of_year
from kpi.store.database import Cursor
from kpi.store.store import Store
from kpi.tables.baselines import BaselineProposal


@requires("run_programme")
def propose_baseline(
    store: Store,
    viewer: Viewer,
    incoming: IncomingBaseline,
    sizes: File | None = None,
    groups: File | None = None,
    smaller_because: str = "",
    at: datetime | None = None,
    runner: TaskRunner = HERE,
    seen: str | None = None,
    beside: Beside = nothing_beside,
) -> BaselineProposal:
    """Keep what was previewed for a second person, and write in the same change what belongs to it.

    ``seen``: ``BaselinePreview.standing`` as it was read.

    Raises:
        InvalidPanel: a file has errors: those of all files are reported.
        UserError: as ``preview_baseline``; name or source is missing, a baseline of that name is frozen or waits, the
            panel is much smaller than the one before and nobody says why, or what was seen has changed.
    """
    described, because = in_plain_words(incoming), plain_line(smaller_because, LONGEST_REASON)
    with store.cursor() as cursor:
        _refuse_taken(cursor, described.name)
    preview = preview_baseline(store, viewer, described, sizes, groups, runner)
    runner.report("writing", 0)
    files = [described.data, *(item[1] for item in (sizes, groups) if item)]
    for data in files:
        store.folder.keep_original(data)
    with unit_of_work(store, viewer.actor, at) as change:
        cursor, sha256 = change.cursor, preview.panel.sha256
        _refuse_taken(cursor, described.name)
        standing = standing_of(cursor, described, sha256)
        if {preview.standing, seen or standing} != {standing}:
            raise UserError("preview_outdated")
        if preview.earlier and not because:
            before = (preview.earlier.name, preview.earlier.enterprises)
            refuse_much_smaller(before, preview.panel.enterprises, policy_of_year(cursor, described.year))
        recipe = described.recipe
        # Kept again below: nothing held the files until now, and contacts may have been deleted since.
        proposal = BaselineProposal(
            id=uuid.uuid4().hex,
            name=described.name,
            region=described.region,
            year=described.year,
            provenance=described.provenance,
            source=described.source,
            file_name=described.file_name,
            file_sha256=store.folder.keep_original(described.data),
            recipe=recipe_bytes(recipe).decode() if recipe else None,
            sizes_name=sizes[0] if sizes else None,
            sizes_sha256=store.folder.keep_original(sizes[1]) if sizes else None,
            groups_name=groups[0] if groups else None,
            groups_sha256=store.folder.keep_original(groups[1]) if groups else None,
            smaller_because=because,
            sha256=sha256,
            standing=standing,
            proposed_by=viewer.account,
            proposed_at=change.at,
        )
        tables.baselines.add_baseline_proposal(cursor, proposal)
        noted: dict[str, object] = {"sha256": sha256, "year": proposal.year, "original": proposal.file_sha256}
        change.audit(
            "baseline_proposed",
            proposal.name,
            after=noted | ({"smaller_because": because} if because else {}),
        )
        beside(change)
    return proposal


@reads_unscoped("run_programme")
def proposed_baselines(cursor: Cursor) -> list[BaselineProposal]:
    """Those that wait for a second person, the earliest first."""
    return tables.baselines.waiting_baselines(cursor)


@requires("run_programme")
def preview_proposal(store: Store, viewer: Viewer, proposal: str, runner: TaskRunner = HERE) -> BaselinePreview:
    """What freezing it would come to, read from the kept files, by the policy and beside the baselines of now.

    Raises:
        NotFound: no such proposal waits.
        UserError: as ``preview_baseline``; a file is missing or changed.
    """
    with store.cursor() as cursor:
        waiting = _waiting(cursor, proposal)
    return preview_baseline(store, viewer, *_files(store, waiting), runner)


@requires("run_programme")
def confirm_baseline(
    store: Store,
    viewer: Viewer,
    proposal: str,
    seen: str,
    at: datetime | None = None,
    runner: TaskRunner = HERE,
) -> Baseline:
    """Freeze, as the second person, what was proposed: the same as whoever proposed it would have frozen.

    ``seen``: ``BaselinePreview.standing`` of the preview that was read.

    Raises:
        NotFound: no such proposal waits.
        UserError: as ``against_freezing``; another baseline was frozen or put in force, or policy changed, since it was
            read; or as ``freeze.import_files``.
    """
    with store.cursor() as cursor:
        waiting = _confirmable(cursor, viewer, proposal)
    incoming, sizes, groups = _files(store, waiting)

    def confirm(change: UnitOfWork, baseline: Baseline) -> AuditDetails:
        _confirmable(change.cursor, viewer, proposal)
        if standing_of(change.cursor, incoming, baseline.sha256) != seen:
            raise UserError("preview_outdated")
        tables.baselines.add_baseline_outcome(change.cursor, proposal, "confirmed", "", viewer.account, change.at)
        return {"proposed_by": waiting.proposed_by}

    done = import_files(
        store, incoming, sizes, at, viewer.actor, groups, waiting.smaller_because, runner, within=confirm
    )
    with store.cursor() as cursor:
        if any(item.id == proposal for item in tables.baselines.waiting_baselines(cursor)):
            # Somebody has frozen the same content under that name while it was computed.
            raise UserError("baseline_name_taken", name=waiting.name)
    return done.baseline


@requires("run_programme")
def withdraw_baseline(store: Store, viewer: Viewer, proposal: str, reason: str, at: datetime | None = None) -> None:
    """Withdraw what was proposed, or refuse it as another: nothing is frozen, and it stays on record.

    Raises:
        NotFound: no such proposal waits.
        UserError: no reason is given.
    """
    said = plain_line(reason, LONGEST_REASON)
    if not said:
        raise UserError("baseline_withdrawal_reason")
    with unit_of_work(store, viewer.actor, at) as change:
        waiting = _waiting(change.cursor, proposal)
        tables.baselines.add_baseline_outcome(change.cursor, proposal, "withdrawn", said, viewer.account, change.at)
        noted = {"sha256": waiting.sha256, "proposed_by": waiting.proposed_by, "reason": said}
        change.audit("baseline_withdrawn", waiting.name, after=noted)


@reads("run_programme")
def against_freezing(cursor: Cursor, viewer: Viewer, proposal: BaselineProposal) -> UserError | None:
    """Why this reader may not confirm it: it proposed it, is not a second person to us, or the name is taken."""
    return freezing_hindrance(cursor, viewer.account, proposal)


def proposed_recipe(proposal: BaselineProposal) -> PanelRecipe | None:
    """How its panel is read, with all that was answered of it."""
    return read_recipe(proposal.file_name, proposal.recipe.encode()) if proposal.recipe else None


def _confirmable(cursor: Cursor, viewer: Viewer, proposal: str) -> BaselineProposal:
    waiting = _waiting(cursor, proposal)
    if hindered := freezing_hindrance(cursor, viewer.account, waiting):
        raise hindered
    return waiting


def _waiting(cursor: Cursor, proposal: str) -> BaselineProposal:
    for waiting in tables.baselines.waiting_baselines(cursor):
        if waiting.id == proposal:
            return waiting
    raise NotFound("baseline_proposal")


def _refuse_taken(cursor: Cursor, name: str) -> None:
    """A frozen baseline keeps its name, and of one that waits it is not known yet."""
    if name in {baseline.name for baseline in tables.baselines.baselines(cursor)}:
        raise UserError("baseline_name_taken", name=name)
    for waiting in tables.baselines.waiting_baselines(cursor):
        if waiting.name == name:
            raise UserError("baseline_waits", name=name, who=waiting.proposed_by)


def _files(store: Store, proposal: BaselineProposal) -> tuple[IncomingBaseline, File | None, File | None]:
    incoming = IncomingBaseline(
        proposal.file_name,
        _original(store, proposal.file_sha256),
        proposal.name,
        proposal.year,
        proposal.region,
        proposal.provenance,
        proposal.source,
        recipe=proposed_recipe(proposal),
    )
    sizes, groups = (
        (name, _original(store, sha256)) if name and sha256 else None
        for name, sha256 in (
            (proposal.sizes_name, proposal.sizes_sha256),
            (proposal.groups_name, proposal.groups_sha256),
        )
    )
    return incoming, sizes, groups


def _original(store: Store, sha256: str) -> bytes:
    path = store.folder.original(sha256)
    data = path.read_bytes() if path.exists() else b""
    if hashlib.sha256(data).hexdigest() != sha256:
        raise UserError("proposal_file_missing", sha256=sha256[:12])
    return data
