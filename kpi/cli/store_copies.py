"""``kpi store backup``, ``restore``, ``upgrade`` and ``migrate-to``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import click

from kpi.cli.problems import saying_what_backup_stays
from kpi.cli.session import STORE_UNUSABLE, CallSession, shared_options
from kpi.errors import StoreUnavailable, UserError
from kpi.model.times import shanghai_minute
from kpi.services.operation.store_backup import back_up
from kpi.services.operation.store_migration import migrate_store
from kpi.services.operation.store_restore import restore_shared_store, restore_store
from kpi.services.operation.store_upgrade import upgrade_shared_store, upgrade_store
from kpi.store.release import program_version
from kpi.store.store_place import shared_place


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


@click.command()
@click.argument("source", metavar="SRC")
@click.option("--reason", default="", help="Why; it stands in the audit trail.")
@click.option("--secret", metavar="FILE", help="The file of secrets, for a backup made without.")
@click.option("--instead-of", metavar="FOLDER", help="The files of the shared store before: says what is lost.")
@shared_options
@click.pass_obj
def restore(session: CallSession, source: str, reason: str, secret: str | None, instead_of: str | None) -> None:
    """Put the backup SRC in the store's place. What was there is kept in a folder of its own.

    A store that several processes share is restored into an empty database and a new folder.
    """
    _refuse_served(session)
    kept, place = session.path(secret) if secret else None, session.place
    given = (session.path(source), session.viewer.actor, reason, kept)
    if place.address is None:
        if instead_of:
            raise UserError("instead_of_shared_alone")
        done = restore_store(place.folder, *given)
    else:
        before = session.path(instead_of) if instead_of else None
        done = restore_shared_store(place, *given, instead_of=before)
    if session.as_json:
        session.say_json(asdict(done))
        return
    made_at = shanghai_minute(datetime.fromisoformat(done.made_at))
    session.say(session.words("restored", made_at=made_at, seq=done.seq))
    if done.lost:
        session.say(session.words("restored_lost", lost=done.lost))
    elif place.address is not None and not instead_of:
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
