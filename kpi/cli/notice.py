"""``kpi notice``: the notices that are known, what one says, whether a folder is one, and what two say otherwise."""

from __future__ import annotations

from dataclasses import asdict

import click

from kpi import i18n
from kpi.catalogue.catalogue import Catalogue, catalogue, known_notices, load_catalogue, shipped_notice
from kpi.cli.call import INPUT_HAS_ERRORS, CallSession, shared_options
from kpi.cli.main import CommandGroup
from kpi.cli.problems import print_data_faults
from kpi.errors import InvalidData, NotFound
from kpi.policy.load import load_policies, refuse_days_past
from kpi.services.administrator.notices import changes_with_policy

_COUNTED = ("kpis", "groups", "scenarios", "tiers", "industries", "bodies", "facts", "conditions")


@click.group("notice", cls=CommandGroup)
@shared_options
def notice_group() -> None:
    """List notices, show what one says, check a folder, and compare two."""


@notice_group.command("list")
@shared_options
@click.pass_obj
def print_notices(session: CallSession) -> None:
    """List the notices that are known, each with what it is, its number and title."""
    known = [shipped_notice(name) for name in known_notices()]
    if session.as_json:
        session.say_json({"notices": [item.notice.model_dump() for item in known]})
        return
    for item in known:
        session.say(_head(item, session))


@notice_group.command("show")
@click.argument("name", metavar="[NOTICE]", required=False)
@shared_options
@click.pass_obj
def print_notice(session: CallSession, name: str | None) -> None:
    """Show what a notice says: how many of each thing, and its conditions with their clauses."""
    found = _notice(name, session) if name else catalogue()
    if found is None:
        return
    if session.as_json:
        parts = {part: [item.model_dump() for item in getattr(found, part)] for part in _COUNTED}
        session.say_json({"notice": found.notice.model_dump(), **parts})
        return
    session.say(_head(found, session))
    session.say(_counts(found, session))
    for condition in found.conditions:
        session.say(f"  {condition.code}  {condition.source.in_(session.lang)}  {condition.quote}")


@notice_group.command("check")
@click.argument("folder")
@shared_options
@click.pass_obj
def check_notice(session: CallSession, folder: str) -> None:
    """Check a notice's folder: every fault, with file and key."""
    found = _notice(folder, session)
    if found is None:
        return
    if session.as_json:
        session.say_json({"problems": [], "notice": found.notice.model_dump()})
        return
    session.say(session.words("notice.whole", id=found.notice.id))
    session.say(_counts(found, session))


@notice_group.command("compare")
@click.argument("before")
@click.argument("after")
@shared_options
@click.pass_obj
def compare_notices(session: CallSession, before: str, after: str) -> None:
    """Compare two notices, each by name or folder: what is new, gone or otherwise, item by item."""
    first, second = _notice(before, session), _notice(after, session)
    if first is None or second is None:
        return
    changes = changes_with_policy(first, second)
    if session.as_json:
        session.say_json({"changes": [asdict(item) for item in changes]})
        return
    for item in changes:
        kind = "new" if item.before is None else "gone" if item.after is None else "otherwise"
        names = {"part": item.part, "item": item.item, "what": item.key}
        session.say(session.words(f"notice.{kind}", **names, before=item.before or "", after=item.after or ""))
    session.say(session.words("notice.changes", count=len(changes)))


def _notice(name: str, session: CallSession) -> Catalogue | None:
    """One that is known by that name, or else the folder of that name; None of one with faults, which are said."""
    known = name in known_notices()
    folder = session.path(name).resolve()
    if not known and not folder.is_dir():
        raise NotFound("notice", name[:60])
    try:
        found = shipped_notice(name) if known else load_catalogue(folder)
        load_policies(found)
        refuse_days_past(found)
        return found
    except InvalidData as error:
        if not session.as_json:
            session.say(session.words("notice.faulty", name=name))
        print_data_faults(session, error)
        session.code = INPUT_HAS_ERRORS
        return None


def _head(found: Catalogue, session: CallSession) -> str:
    head, lang = found.notice, session.lang
    of = f"{head.region.in_(lang)} {head.year} {found.tier(head.tier).name.in_(lang)}"
    status = i18n.text(f"notice_status.{head.status}", lang)
    return f"{head.id}  [{status}]  {head.number.in_(lang)}  {head.title.in_(lang)}  {of}"


def _counts(found: Catalogue, session: CallSession) -> str:
    return session.words("notice.counts", **{part: len(getattr(found, part)) for part in _COUNTED})
