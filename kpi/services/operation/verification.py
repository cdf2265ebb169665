"""Checking that the store is complete and unchanged: originals, baselines, sealed records, scores, audit trail."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from kpi import tables as store_tables
from kpi.baseline.content_hash import streamed_sha256
from kpi.baseline.panel_manifest import parts_of_original
from kpi.baseline.publication import RecordCells, corrects_same_year, publish, records_by_cell, republish
from kpi.baseline.registers import codes_named, own_groups, registered_groups
from kpi.baseline.word_exposure import rows_to_publish
from kpi.benchmark.evaluation import evaluate_all
from kpi.benchmark.method import METHODS
from kpi.benchmark.sealed_record import (
    seal,
    sealed_application,
    sealed_by_method,
    sealed_documents,
    sealed_hash,
    sealed_notice,
    sealed_rulings,
)
from kpi.catalogue.catalogue import notice_in_hand
from kpi.errors import UserError
from kpi.model.application import load_application
from kpi.model.audit import AuditAction, AuditEntry
from kpi.model.claims import Rulings
from kpi.model.evaluation import Baseline, Evaluation, MethodVersion
from kpi.model.lifecycle import ApplicationState, outside_the_table
from kpi.model.publication import PublishedRow
from kpi.model.times import now, shanghai_date
from kpi.services.administrator.audit import unwitnessed
from kpi.services.audit_trail import NO_HEAD, OTHER_SECRET, broken_entries, trail_with_marks
from kpi.services.notices import notice_of_year, notices_of_store, of_year
from kpi.services.operation.contacts import DeletedContacts, deleted_contacts
from kpi.services.operation.unnamed_originals import unnamed_originals
from kpi.services.row_binding import changed_rows, first_binding_act
from kpi.services.signatures import SignedAnchor, changed_since_signed
from kpi.services.year import binding_changes, policy_of_year, policy_on
from kpi.store.cache import uncached
from kpi.store.database import Cursor
from kpi.store.folder import ABANDONED_SECONDS, sha256_of_file
from kpi.store.store import Store
from kpi.tables.applications import SealedRecord
from kpi.tables.audit import AuditHead

# Whether a baseline is as it was frozen: its records by their hash, its cells and tables by making them again.


MOST_IN_MEMORY = 1_000_000
"""The records of a baseline of up to so many are held at once; of a larger one, those of an industry at a time."""
FROZEN: AuditAction = "baseline_frozen"
IN_FORCE: AuditAction = "baseline_in_force"
SUMMING = 1e-12
"""Relative tolerance: a mean depends on the order of summation in its last digits."""


def baseline_changed(cursor: Cursor, baseline: Baseline) -> bool:
    """Whether the records, sizes or register of a baseline are not those that its content hash was taken of."""
    register = store_tables.freezing.group_register(cursor, baseline.name)
    # Columns outside the hashed content: the region is the baseline's own, the owning groups follow from it.
    if store_tables.freezing.records_elsewhere(cursor, baseline.name, baseline.region):
        return True
    stated = store_tables.freezing.stated_groups(cursor, baseline.name)
    names = codes_named(pd.concat([register["group"], stated["group"]]).dropna().unique())
    grouped = store_tables.freezing.stated_groups(cursor, baseline.name, [*names, *register["credit_code"]])
    if (own_groups(grouped, register) != grouped["own_group"]).any():
        return True
    if (registered_groups(register, grouped) != register["own_group"]).any():
        return True
    sizes, parts = (
        store_tables.freezing.industry_sizes(cursor, baseline.name),
        store_tables.freezing.sub_industries(cursor, baseline.name),
    )
    try:
        records = store_tables.freezing.hashed_records(cursor, baseline.name)
        found = streamed_sha256(records, sizes, baseline.region, baseline.year, register, parts)
    except ValueError:  # a value that is not finite was never frozen
        return True
    return found != baseline.sha256


def changed_since_freeze(
    cursor: Cursor, baselines: Sequence[Baseline], changed: Collection[str], acts: Sequence[AuditEntry]
) -> Iterator[tuple[str, str]]:
    """The finding and the name of each baseline whose cells or published table are not what its records give.

    ``acts`` are the trail's. Nothing is reported on records that are ``changed`` themselves.
    """
    made: dict[str, list[PublishedRow]] = {}
    for baseline, before in in_order_of_freezing(baselines, acts):
        if baseline.name in changed:
            continue
        kept = store_tables.baselines.cells(cursor, baseline.name)
        large = sum(cell.records for cell in kept) > MOST_IN_MEMORY
        records = (store_tables.freezing.stored_records if large else store_tables.freezing.observations)(
            cursor, baseline.name
        )
        cells_now = (
            store_tables.freezing.freeze_stored_cells(cursor, baseline.name)
            if large
            else store_tables.freezing.freeze_cells(cursor, records)
        )
        if not _same_cells(cells_now, kept):
            yield "cells_changed", baseline.name
        year = [item.name for item in baselines if corrects_same_year(item, baseline)]
        if set(year) & set(changed):
            continue
        policy = policy_of_year(cursor, baseline.year, baseline.imported_at)
        cells: RecordCells = (
            store_tables.freezing.StoredCells(cursor, baseline.name) if large else records_by_cell(records)
        )
        stored = store_tables.baselines.published_rows(cursor, baseline.name)
        with notice_in_hand(notice_of_year(cursor, baseline.year, baseline.imported_at)):
            tables = publish(
                cells, baseline.region, policy, quantiles=_quantiles_at_freeze(baseline.name, acts, stored)
            )
            sizes = store_tables.freezing.industry_sizes(cursor, baseline.name)
            fresh = rows_to_publish(tables, cells, sizes, baseline.name, policy)
            earlier = {name: made[name] for name in before if name in year}
            made[baseline.name] = republish(cursor, records, fresh, earlier, policy)
        if all(row.words_expose is None for row in stored):
            made[baseline.name] = [replace(row, words_expose=None) for row in made[baseline.name]]
        if _as_texts(made[baseline.name]) != _as_texts(stored):
            yield "published_changed", baseline.name


def in_order_of_freezing(
    baselines: Sequence[Baseline], acts: Iterable[AuditEntry]
) -> Iterator[tuple[Baseline, list[str]]]:
    """Each baseline, the first frozen first, with the names of those before it, as a freeze has them: the one decided
    upon last first, then the latest import.

    Of what was decided and imported when, and in which order, the trail alone still knows all. What it does not name
    was frozen before there was one.
    """
    known = {baseline.name: baseline for baseline in baselines}
    trail = [act for act in acts if act.action in (FROZEN, IN_FORCE) and act.subject in known]
    named = {act.subject for act in trail if act.action == FROZEN}
    imported = sorted(
        (baseline.imported_at, place - len(known), baseline.name) for place, baseline in enumerate(reversed(baselines))
    )
    frozen = [item for item in imported if item[2] not in named]
    decided: dict[str, tuple[datetime, int]] = {}

    def preferred() -> list[str]:
        undecided = [name for *_, name in sorted(frozen, reverse=True) if name not in decided]
        return [*sorted(decided, key=lambda name: decided[name], reverse=True), *undecided]

    for place, (*_, name) in enumerate(frozen):
        yield known[name], [item for *_, item in reversed(frozen[:place])]
    for act in trail:
        if act.action == IN_FORCE:
            decided[act.subject] = (act.done_at, act.seq)
        elif act.subject not in {name for *_, name in frozen}:
            yield known[act.subject], preferred()
            frozen.append((known[act.subject].imported_at, act.seq, act.subject))


def placing_changed(cursor: Cursor, baseline: Baseline) -> bool:
    """Whether what placing reads of a baseline is not what its records give."""
    return store_tables.peers.unlike_placing(cursor, baseline.name, baseline.year) > 0


def _quantiles_at_freeze(
    baseline: str, acts: Sequence[AuditEntry], stored: Sequence[PublishedRow]
) -> tuple[float, float] | None:
    """By the act that froze it. One of before acts said so is at what its own rows say: policy once had values of their
    own for them, so that its leading line does not tell. None without such rows.
    """
    for act in acts:
        if (act.action, act.subject) == (FROZEN, baseline) and "quantiles" in (said := json.loads(act.after or "{}")):
            lower, upper = said["quantiles"]
            return lower, upper
    own = (row.table for row in stored if row.computed_from == baseline)
    return next(((table.lower_quantile, table.upper_quantile) for table in own), None)


def _same_cells(made: pd.DataFrame, stored: Sequence[store_tables.baselines.BaselineCell]) -> bool:
    kept = pd.DataFrame(stored, columns=made.columns)
    numbers = made.select_dtypes("number").columns
    names = made.columns.difference(numbers)
    return (
        len(made) == len(kept)
        and (made[names].to_numpy() == kept[names].to_numpy()).all()
        and np.allclose(made[numbers], kept[numbers], rtol=SUMMING, atol=0)
    )


def _as_texts(rows: Sequence[PublishedRow]) -> list[str]:
    """As text, because unpublished figures are NaN, which equals nothing."""
    return sorted(map(repr, rows))


# Sealed verdicts decided once more: each by the method, rulings, baseline and policy that its record names.


_Grounds = tuple[str, int, date, MethodVersion, tuple[tuple[int, int], ...]]
"""Baseline, year, day, method and the changes of policy that were in force or to come when it was sealed."""


def decided_otherwise(
    cursor: Cursor, records: Sequence[SealedRecord], changed_baselines: Sequence[str]
) -> list[SealedRecord]:
    """Those whose verdict comes out other than it was sealed. ``records`` are as their seals say.

    What rests on a baseline that was changed is not decided again: the baseline is the finding.
    """
    known = {baseline.name for baseline in store_tables.baselines.baselines(cursor)} - set(changed_baselines)
    changes = store_tables.policy.policy_changes(cursor)
    together: dict[_Grounds, list[SealedRecord]] = defaultdict(list)
    for record in records:
        if record.baseline in known:
            day = date.fromisoformat(json.loads(record.record)["as_of"])
            version = sealed_by_method(record.record).version
            # Policies that were approved later have no part in it.
            bound = tuple((change.change, change.version) for change in binding_changes(changes, record.sealed_at))
            together[record.baseline, record.year, day, version, bound].append(record)
    return [
        record
        for (baseline, _, day, version, _), group in together.items()
        for record in _otherwise(cursor, group, baseline, day, version)
    ]


def _otherwise(
    cursor: Cursor, records: Sequence[SealedRecord], baseline: str, day: date, version: MethodVersion
) -> list[SealedRecord]:
    rulings = [sealed_rulings(record.record) for record in records]
    with notice_in_hand(notice_of_year(cursor, records[0].year, records[0].sealed_at)):
        try:
            with uncached():  # a page may ask this too: what is proved is what the store holds, not the memory
                answers = evaluate_all(
                    cursor,
                    [load_application(record.application) for record in records],
                    store_tables.baselines.baseline_named(cursor, baseline),
                    policy_on(cursor, day, records[0].sealed_at),
                    day,
                    rulings,
                    METHODS[version],
                )
        except UserError:
            return list(records)
        # That the application is the sealed one, but for contacts that policy had deleted, was found before.
        sealed_again = [
            _sealed_again(answer, by, record.record)
            for answer, by, record in zip(answers, rulings, records, strict=True)
        ]
    return [record for record, sha256 in zip(records, sealed_again, strict=True) if sha256 != record.sha256]


def _sealed_again(answer: Evaluation, by: Rulings, record: str) -> str:
    """The hash of the answer sealed with what only ``record`` knows."""
    return seal(answer, by, sealed_documents(record), sealed_application(record), sealed_notice(record))[1]


# Score sheets and scores held against their hashes, and the hashes against the audit trail. No score is shown.


_SAVING = ("score_saved", "score_handed_in", "score_abstained")


def changed_scores(cursor: Cursor, acts: Sequence[AuditEntry]) -> Iterator[tuple[str, str]]:
    """Code and name of each sheet or score that is other than it was kept, or gone. ``acts``: the whole trail."""
    rounds = store_tables.scoring.scoring_rounds(cursor)
    sheets = {
        f"{round_sheet.round} {round_sheet.edition}": (round_sheet.sheet, round_sheet.sha256)
        for found in rounds
        for round_sheet in store_tables.scoring.round_sheets(cursor, found.id)
    }
    yield from _differing("score_sheet", sheets, _sheets_of(acts))
    scores = {
        f"{kept_score.round} {kept_score.credit_code} {kept_score.reviewer} {kept_score.version}": (
            kept_score.content,
            kept_score.sha256,
        )
        for kept_score in store_tables.scoring.kept_scores(cursor)
    }
    yield from _differing("score", scores, _scores_of(acts))


def _differing(code: str, kept: dict[str, tuple[str, str]], witnessed: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name in sorted({*kept, *witnessed}):
        if name not in kept:
            yield f"{code}_missing", name
            continue
        content, sha256 = kept[name]
        if not sealed_hash(content) == sha256 == witnessed.get(name):
            yield f"{code}_changed", name


def _sheets_of(acts: Sequence[AuditEntry]) -> dict[str, str]:
    """The hash of each edition of a sheet, by round and edition, as the trail has it."""
    found = {}
    for act in acts:
        if act.action in ("round_opened", "score_sheet_set"):
            after = json.loads(act.after or "{}")
            found[f"{act.subject} {after.get('edition', 1)}"] = after["sheet"]
    return found


def _scores_of(acts: Sequence[AuditEntry]) -> dict[str, str]:
    """The hash of each version of a score, by round, candidate, reviewer and version, as the trail has it."""
    found = {}
    for act in acts:
        if act.action in _SAVING:
            after = json.loads(act.after or "{}")
            code = act.subject.split(" ")[0]
            found[f"{after['round']} {code} {act.actor} {after['version']}"] = after["sha256"]
    return found


# Checking that the store is complete and unchanged: originals, baselines, sealed records, scores, audit trail, and
# every row that an act of it wrote.
#
# Cells, published tables and what placing reads are recomputed, which takes as long as freezing.


BRING_FORWARD = ("store_upgraded", "store_restored")
"""The acts that may bring a store forward whose rows were not bound before."""


@dataclass(frozen=True, slots=True)
class VerificationFinding:
    """Something that was changed or is missing; text: ``cli.finding.<code>``."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class DeletionNote:
    """The contacts of an application, by "credit_code year", were deleted by policy on that day: no fault."""

    name: str
    day: str


@dataclass(frozen=True, slots=True)
class StageNote:
    """An application, by "credit_code year", was moved as no row of the table of its life allows: no fault, as it may
    be from before there was the table. It is read as it is.
    """

    name: str
    before: ApplicationState
    after: ApplicationState


@dataclass(frozen=True, slots=True)
class EditionNote:
    """An application, by "credit_code year", was sealed under another edition of its notice than is read today: no
    fault, as every word was decided again and came out the same; else it is a finding, too.
    """

    name: str
    notice: str


@dataclass(frozen=True, slots=True)
class SignedNote:
    """The signed anchor that trail and rows were compared with: its act, when it was signed, and by which key.

    ``rows`` is False where the anchor states none, or acts came after it. Without the ``secret`` it alone says that
    nobody changed them.
    """

    seq: int
    at: str
    key: str
    rows: bool
    secret: bool


@dataclass(frozen=True, slots=True)
class VerificationReport:
    """What was checked, the findings, what policy had deleted, and which stages are outside the table.

    Its fields are the words of ``--json``: ``releases`` are sealed records.
    """

    originals: int
    baselines: int
    releases: int
    acts: int
    findings: tuple[VerificationFinding, ...]
    contacts_deleted: tuple[DeletionNote, ...] = ()
    unnamed_originals: int = 0
    """Files that nothing names, an hour after they were kept: until then somebody may be about to name them."""
    stages_outside: tuple[StageNote, ...] = ()
    other_editions: tuple[EditionNote, ...] = ()
    signed: SignedNote | None = None
    rows_bound_since: str | None = None
    """The day on which an upgrade bound the rows that stood: of what was changed before, only what the other checks
    look at is found. None where rows were bound from the first act on."""

    @property
    def sound(self) -> bool:
        return not self.findings


def verify_store(
    store: Store, anchor: AuditHead | None = None, signed: SignedAnchor | None = None
) -> VerificationReport:
    """Read everything once more as of one moment, every block of the database first. Others may go on working.

    Originals that nothing names are no fault, and counted after an hour: a kill may leave them.

    ``anchor`` is a head of this trail that was kept elsewhere: the trail must still hold that act. With a
    ``signed`` one the secret may be missing, as in a copy for an auditor: the anchor's hashes prove the trail then.

    Raises:
        StoreUnavailable: the database itself is damaged, or the secret is missing and nothing is signed.
    """
    store.refuse_damage()
    keyless = signed is not None and not store.folder.has_secret()
    with store.cursor() as cursor:
        acts, marks = trail_with_marks(store, cursor, keyless)
        needed = store_tables.freezing.store_files(cursor)
        baselines = store_tables.baselines.baselines(cursor)
        sealed_records = store_tables.applications.sealed_records(cursor)
        broken = [baseline.name for baseline in baselines if baseline_changed(cursor, baseline)]
        remade = [VerificationFinding(*found) for found in changed_since_freeze(cursor, baselines, broken, acts)]
        misplaced = [item.name for item in baselines if item.name not in broken and placing_changed(cursor, item)]
        deleted = deleted_contacts(acts)
        whole = [sealed for sealed in sealed_records if _as_sealed(sealed, deleted)]
        editions = tuple(_other_editions(cursor, whole))
        otherwise = decided_otherwise(cursor, whole, [*broken, *misplaced])
        unnamed = unnamed_originals(store, cursor, now() - timedelta(seconds=ABANDONED_SECONDS))
        outside = tuple(
            StageNote(f"{code} {year}", *step)
            for (code, year), states in store_tables.stages.written_stages(cursor).items()
            for step in outside_the_table(states)
        )
        scores = [VerificationFinding(*found) for found in changed_scores(cursor, acts)]
        broken_acts = broken_entries(store, acts, marks)
        # By another secret no row fits: that one finding says it.
        rows = changed_rows(cursor, acts, marks.keys) if marks.keys and broken_acts != [OTHER_SECRET] else []
        unlike = changed_since_signed(acts, cursor, signed) if signed else []
    documents = {sha256 for sealed in whole for sha256 in sealed_documents(sealed.record).values()}
    files = (store.folder.original(baseline.original_sha256) for baseline in baselines)
    parts = {sha256 for file in files for sha256 in parts_of_original(file)}
    originals = store.folder.originals()
    changed = [path.name for path in originals if not _as_named(path)]
    missing = {
        document
        for document in {*needed, *documents, *parts} - deleted.files
        if not store.folder.original(document).exists()
    }
    if missing:
        missing -= _deleted_since(store, acts)
    findings = [VerificationFinding("original_missing", sha256) for sha256 in sorted(missing)]
    findings += [VerificationFinding("original_changed", name) for name in changed]
    findings += [VerificationFinding("baseline_changed", name) for name in broken]
    findings += remade
    findings += [VerificationFinding("placing_changed", name) for name in misplaced]
    findings += [
        VerificationFinding("record_changed", f"{sealed.credit_code} {sealed.year}")
        for sealed in sealed_records
        if sealed not in whole
    ]
    findings += [
        VerificationFinding("record_decided_otherwise", f"{record.credit_code} {record.year}") for record in otherwise
    ]
    findings += scores
    findings += [
        VerificationFinding({OTHER_SECRET: "secret_other", NO_HEAD: "head_missing"}.get(name, "act_changed"), name)
        for name in broken_acts
    ]
    findings += [VerificationFinding(row.code, row.name) for row in rows]
    findings += [VerificationFinding(*found) for found in unlike]
    if anchor and all((act.seq, act.mac) != (anchor.seq, anchor.mac) for act in acts):
        findings.append(VerificationFinding("anchor_lost", str(anchor.seq)))
    findings += [
        VerificationFinding("record_unwitnessed", f"{record.credit_code} {record.year}")
        for record in unwitnessed(acts, sealed_records)
    ]
    gone = tuple(DeletionNote(subject, day.isoformat()) for subject, day in sorted(deleted.days.items()))
    counted = len(originals), len(baselines), len(sealed_records), len(acts)
    note = None
    if signed:
        compared = signed.compares_rows(acts)
        note = SignedNote(signed.head.seq, signed.signed_at, signed.key, compared, secret=not keyless)
    return VerificationReport(
        *counted, tuple(findings), gone, len(unnamed), outside, editions, note, _rows_bound_since(acts)
    )


def _other_editions(cursor: Cursor, records: Sequence[SealedRecord]) -> Iterator[EditionNote]:
    known = notices_of_store(cursor)
    for record in records:
        named, year = sealed_notice(record.record), record.year
        if not named or named == of_year(known, year).edition:
            continue
        if named != notice_of_year(cursor, year, record.sealed_at).edition:
            yield EditionNote(f"{record.credit_code} {year}", named.id)


def _rows_bound_since(acts: Sequence[AuditEntry]) -> str | None:
    first = first_binding_act(acts)
    return shanghai_date(first.done_at).isoformat() if first and first.action in BRING_FORWARD else None


def _as_sealed(sealed: SealedRecord, deleted: DeletedContacts) -> bool:
    """Whether the record matches its seal, and the row matches the record but for contacts that policy had deleted."""
    if sealed_hash(sealed.record) != sealed.sha256:
        return False
    subject = f"{sealed.credit_code} {sealed.year}"
    if sealed_application(sealed.record) not in deleted.sealed_as(subject, sealed_hash(sealed.application)):
        return False
    application = load_application(sealed.application)
    identity = (application.credit_code, application.year, application.industry, application.body)
    return identity == (sealed.credit_code, sealed.year, sealed.industry, sealed.body)


def _as_named(original: Path) -> bool:
    """Whether a file is what its name says; one that is deleted while it is looked at is missing at most."""
    try:
        return sha256_of_file(original) == original.name
    except FileNotFoundError:
        return True


def _deleted_since(store: Store, acts: Sequence[AuditEntry]) -> frozenset[str]:
    """Files that were deleted with old contacts after ``acts``: the act that names them is kept before they go."""
    with store.cursor() as cursor:
        return deleted_contacts(store_tables.audit.audit_entries(cursor, acts[-1].seq if acts else 0)).files
