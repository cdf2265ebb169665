"""``kpi store``: is the store whole and unchanged, and what is done where it is not."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from datetime import datetime

import click

from kpi import i18n
from kpi.cli.call import STORE_UNUSABLE, CallSession, shared_options
from kpi.cli.certificate import read_keys, read_text
from kpi.cli.main import CommandGroup
from kpi.cli.problems import saying_what_backup_stays
from kpi.errors import StoreUnavailable, UserError
from kpi.model.times import now, shanghai_date, shanghai_minute
from kpi.services.audit_losses import (
    CHANGED_ROWS,
    SECRET,
    acknowledge_changed_rows,
    acknowledge_loss,
    acknowledge_lost_secret,
    acknowledged_losses,
    rotate_secret,
    trail_anchor,
)
from kpi.services.audit_trail import trail_loss
from kpi.services.operation.backup import back_up
from kpi.services.operation.contacts import delete_contacts, due_contacts
from kpi.services.operation.restore import restore_shared_store, restore_store
from kpi.services.operation.snapshot import take_snapshot
from kpi.services.operation.store_migration import migrate_store
from kpi.services.operation.upgrade import upgrade_shared_store, upgrade_store
from kpi.services.operation.verification import VerificationReport, verify_store
from kpi.services.row_binding import ROW_FINDINGS
from kpi.services.signatures import published_keys, read_anchor, sign_anchor
from kpi.store.folder import ABANDONED_SECONDS, WRITTEN_SECONDS, remains
from kpi.store.store import Store
from kpi.store.store_place import shared_place
from kpi.store.version import program_version
from kpi.tables.audit import AuditHead

# ``kpi store backup``, ``restore``, ``upgrade`` and ``migrate-to``.


@click.command()
@click.argument("destination", metavar="DEST")
@click.option("--without-secret", is_flag=True, help="Leave the secret out, to be kept elsewhere.")
@shared_options
@click.pass_obj
def backup(session: CallSession, destination: str, without_secret: bool) -> None:
    """Make a checked copy of the store in the new folder DEST, also while the app is serving it."""
    with session.store(furnish=False) as opened:
        made = back_up(opened, session.path(destination), session.viewer.actor, not without_secret)
    if session.as_json:
        summary = {"made_at": made.made_at, "seq": made.seq, "mac": made.mac, "secret": made.secret}
        session.say_json({"backup": destination, **summary, "files": len(made.files), "missing": made.missing})
    else:
        secret = session.words(f"backup_secret.{'yes' if made.secret else 'no'}")
        session.say(session.words("backup_made", name=destination, seq=made.seq, secret=secret))
    if made.missing:
        session.complain(session.words("backup_lacks", count=len(made.missing)))
        session.code = STORE_UNUSABLE


@click.command("snapshot")
@click.argument("place", metavar="PLACE")
@click.option("--without-secret", is_flag=True, help="Leave the secret out, to be kept elsewhere.")
@shared_options
@click.pass_obj
def snapshot_(session: CallSession, place: str, without_secret: bool) -> None:
    """Copy what is new of the store into the folder PLACE on another disk: to be called every minute."""
    with session.store(furnish=False) as opened:
        taken = take_snapshot(opened, session.path(place), session.viewer.actor, not without_secret)
    if session.as_json:
        session.say_json(asdict(taken))
    else:
        key = "snapshot_made" if taken.name else "snapshot_unchanged"
        session.say(session.words(key, name=taken.latest, seq=taken.seq, bytes=taken.new_bytes, removed=taken.removed))


@click.command()
@click.argument("source", metavar="SRC")
@click.option("--reason", default="", help="Why; it stands in the audit trail.")
@click.option("--secret", metavar="FILE", help="The file of secrets, for a backup made without.")
@click.option("--instead-of", metavar="FOLDER", help="The files of the shared store before: says what is lost.")
@click.option(
    "--anchor", metavar="SEQ:MAC", help="The last act of the lost store, as an anchor or a log kept elsewhere has it."
)
@shared_options
@click.pass_obj
def restore(
    session: CallSession, source: str, reason: str, secret: str | None, instead_of: str | None, anchor: str | None
) -> None:
    """Put the backup SRC, or the newest snapshot in SRC, in the store's place. What was there is kept in a folder.

    A store that several processes share is restored into an empty database and a new folder.
    """
    _refuse_served(session)
    kept, place = session.path(secret) if secret else None, session.place
    given = (session.path(source), session.viewer.actor, reason, kept)
    went_to = _anchor(anchor) if anchor else None
    if place.address is None:
        if instead_of:
            raise UserError("instead_of_shared_alone")
        done = restore_store(place.folder, *given, went_to=went_to)
    else:
        before = session.path(instead_of) if instead_of else None
        done = restore_shared_store(place, *given, instead_of=before, went_to=went_to)
    if session.as_json:
        session.say_json(asdict(done))
        return
    made_at = shanghai_minute(datetime.fromisoformat(done.made_at))
    session.say(session.words("restored", made_at=made_at, seq=done.seq))
    if done.lost:
        session.say(session.words("restored_lost", lost=done.lost))
    elif not (went_to or instead_of or done.replaced):
        session.say(session.words("restored_unknown"))
    if done.replaced:
        session.say(session.words("restored_replaced", name=done.replaced))


@click.command()
@shared_options
@click.pass_obj
def upgrade(session: CallSession) -> None:
    """Bring a store of an older version forward, after a backup into its own folder."""
    _refuse_served(session)
    place, actor = session.place, session.viewer.actor
    with saying_what_backup_stays(session) as backed_up:
        if place.address is None:
            done = upgrade_store(place.folder, actor, backed_up=backed_up)
        else:
            done = upgrade_shared_store(place, actor, backed_up=backed_up)
    if session.as_json:
        session.say_json(asdict(done))
    elif done.backup and done.before == done.after:
        session.say(session.words("release_changed", program=program_version(), backup=done.backup))
    elif done.backup:
        session.say(session.words("upgraded", before=done.before, after=done.after, backup=done.backup))
    else:
        session.say(session.words("not_upgraded", after=done.after))


@click.command("migrate-to")
@click.argument("address", metavar="ADDRESS")
@click.option("--files", required=True, metavar="FOLDER", help="A new folder that all processes reach.")
@shared_options
@click.pass_obj
def migrate_to(session: CallSession, address: str, files: str) -> None:
    """Copy the store into the empty PostgreSQL database at ADDRESS, for several processes to share, and verify it."""
    _refuse_served(session)
    moved = migrate_store(session.place, shared_place(address, session.path(files)))
    if session.as_json:
        session.say_json(asdict(moved) | {"sound": moved.sound})
    else:
        session.say(session.words("moved", originals=moved.originals, baselines=moved.baselines, acts=moved.acts))
    if not moved.sound:
        session.complain(session.words("moved_unsound", faults=len(moved.findings)))
        session.code = STORE_UNUSABLE


def _refuse_served(session: CallSession) -> None:
    """Raises ``StoreUnavailable`` where the app that serves the store is asked: it cannot be replaced under it."""
    if session.serving is not None:
        raise StoreUnavailable("store_being_served")


ANCHOR = re.compile(r"([0-9]{1,18}):([0-9a-f]{64})")


@click.group(cls=CommandGroup)
@shared_options
def store() -> None:
    """Verify, back up, restore, upgrade or move the store, and keep its audit trail provable."""


for command in (backup, snapshot_, restore, upgrade, migrate_to):
    store.add_command(command)


@store.command("verify")
@click.option(
    "--anchor", metavar="SEQ:MAC", help="An act that `kpi store anchor` printed: the trail must still hold it."
)
@click.option(
    "--signed", metavar="FILE", help="A signed anchor, or a backup's backup.json: proves a copy without its secret."
)
@click.option("--keys", metavar="KEYS.json", help="The published keys of the installation, for --signed.")
@shared_options
@click.pass_obj
def print_verification(session: CallSession, anchor: str | None, signed: str | None, keys: str | None) -> None:
    """Compare originals, baselines, sealed records and the audit trail with their hashes. Nothing is written."""
    known = _anchor(anchor) if anchor else None
    if bool(signed) != bool(keys):
        raise UserError("signed_needs_keys")
    statement = read_anchor(read_text(session, signed), read_keys(session, keys)) if signed and keys else None
    with session.reading() as opened:
        verified = verify_store(opened, known, statement)
        if session.as_json:
            session.say_json(asdict(verified) | {"sound": verified.sound, "remains": _left_over(session, opened)})
        else:
            _say_verified(session, opened, verified)
        if not verified.sound:
            _complain(session, opened, verified)


@store.command("keys")
@shared_options
@click.pass_obj
def print_keys(session: CallSession) -> None:
    """Print the public keys of this installation's signatures, as it publishes them. No secret is in them."""
    with session.reading() as opened:
        session.say_json(published_keys(opened.folder))


@store.command()
@click.option("--signed", is_flag=True, help="Sign it, with the hash of the whole trail: an auditor needs no secret.")
@shared_options
@click.pass_obj
def anchor(session: CallSession, signed: bool) -> None:
    """Print the audit trail's last act by number and mac, to be kept elsewhere."""
    with session.reading() as opened:
        if signed:
            session.say(sign_anchor(opened, now()))
            return
        head = trail_anchor(opened)
    if session.as_json:
        session.say_json({"anchor": f"{head.seq}:{head.mac}", "seq": head.seq, "mac": head.mac})
    else:
        session.say(f"{head.seq}:{head.mac}")


@store.command()
@click.option(
    "--lost",
    required=True,
    metavar="WHAT",
    help="What is missing, as verify names it: 13-20, head, secret:1-57, or rows.",
)
@click.option("--reason", required=True, help="Why it is missing and cannot be restored.")
@shared_options
@click.pass_obj
def acknowledge(session: CallSession, lost: str, reason: str) -> None:
    """Go on after acts were lost, or rows changed: that and its reason become the audit trail's next act."""
    with session.store(furnish=False) as opened:
        if lost.strip().startswith(SECRET):
            name = acknowledge_lost_secret(opened, session.viewer.actor, lost, reason)
        elif lost.strip() == CHANGED_ROWS:
            name = acknowledge_changed_rows(opened, session.viewer.actor, reason)
        else:
            name = acknowledge_loss(opened, session.viewer.actor, lost, reason).name
    if session.as_json:
        session.say_json({"acknowledged": name})
        return
    session.say(session.words("acknowledged", lost=name))
    if name.startswith(SECRET):
        session.say(session.words("secret_made_anew"))


@store.command("rotate-secret")
@shared_options
@click.pass_obj
def rotate_secret_(session: CallSession) -> None:
    """Replace the store's secret: the audit trail's next act is vouched for by the old key and by the new."""
    with session.store(furnish=False) as opened:
        head = rotate_secret(opened, session.viewer.actor)
    if session.as_json:
        session.say_json({"anchor": f"{head.seq}:{head.mac}"})
    else:
        session.say(session.words("secret_rotated", anchor=f"{head.seq}:{head.mac}"))


@store.command("delete-contacts")
@click.option("--confirm", is_flag=True, help="Delete it; without this it is only shown. It cannot be taken back.")
@shared_options
@click.pass_obj
def delete_contacts_(session: CallSession, confirm: bool) -> None:
    """Delete the names and telephones of applications whose years policy keeps are over, with their files."""
    if confirm:
        with session.store(furnish=False) as opened:
            found = delete_contacts(opened, session.viewer.actor)
    else:
        with session.reading() as opened:
            found = due_contacts(opened)
    counts = {
        "year": found.year,
        "applications": len(found.applications),
        "sheets": len(found.sheets),
        "originals": len(found.originals),
        "unnamed": len(found.unnamed),
    }
    if session.as_json:
        session.say_json(counts | {"deleted": confirm})
    elif found.none:
        session.say(session.words("contacts_none", year=found.year))
    else:
        done = "deleted" if confirm else "due"
        if found.contacts:
            session.say(session.words(f"contacts_{done}", **counts))
        if found.unnamed:
            session.say(session.words(f"unnamed_{done}", count=len(found.unnamed), year=found.year))


def _say_verified(session: CallSession, opened: Store, verified: VerificationReport) -> None:
    session.say(
        session.words(
            "verified",
            originals=verified.originals,
            baselines=verified.baselines,
            releases=verified.releases,
            acts=verified.acts,
            faults=len(verified.findings),
        )
    )
    if left := _left_over(session, opened):
        session.say(session.words("remains", names=", ".join(left)))
    if count := verified.unnamed_originals:
        session.say(session.words("unnamed_originals", count=count))
    if gone := verified.contacts_deleted:
        session.say(session.words("contacts_gone", count=len(gone), last=max(item.day for item in gone)))
    for step in verified.stages_outside:
        before, after = (i18n.text(f"page.step.{state}", session.lang) for state in (step.before, step.after))
        session.say(session.words("stage_outside", name=step.name, before=before, after=after))
    if editions := verified.other_editions:
        notices = ", ".join(sorted({item.notice for item in editions}))
        session.say(session.words("other_editions", count=len(editions), notices=notices))
    if note := verified.signed:
        at = shanghai_minute(datetime.fromisoformat(note.at))
        session.say(session.words("compared_with_signed", seq=note.seq, at=at, signer=note.key))
        if not note.secret:
            session.say(session.words("without_secret.rows" if note.rows else "without_secret.trail", seq=note.seq))
    if day := verified.rows_bound_since:
        session.say(session.words("rows_bound_since", day=day))
    for act in acknowledged_losses(opened):
        reason = json.loads(act.after or "{}").get("reason", "")
        day = shanghai_date(act.done_at).isoformat()
        session.say(session.words("loss_on_record", lost=act.subject, day=day, actor=act.actor, reason=reason))


def _left_over(session: CallSession, opened: Store) -> list[str]:
    others_at_work = opened.shared or session.serving is not None
    left = remains(opened.folder.root, WRITTEN_SECONDS if others_at_work else 0.0)
    return [str(path.relative_to(opened.folder.root)) for path in [*left, *opened.unnamed(ABANDONED_SECONDS)]]


def _complain(session: CallSession, opened: Store, verified: VerificationReport) -> None:
    for finding in verified.findings:
        session.complain(session.words(f"finding.{finding.code}", name=finding.name))
    with opened.cursor() as cursor:
        loss = trail_loss(opened, cursor)
    if loss:
        session.complain(session.words("acts_missing", lost=loss.name))
    elif any(finding.code in ROW_FINDINGS for finding in verified.findings):
        session.complain(session.words("rows_changed"))
    session.code = STORE_UNUSABLE


def _anchor(text: str) -> AuditHead:
    found = ANCHOR.fullmatch(text.strip())
    if found is None:
        raise UserError("anchor_invalid", anchor=text[:100])
    return AuditHead(int(found[1]), found[2])
