"""``kpi policy``: the values in force and their history, a change of them drafted, and what it would do."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import click

from kpi import i18n
from kpi.cli.call import CallSession, base_name, read_file, refuse_to_replace, shared_options, write_output
from kpi.cli.changed_words import changed_words_json, say_changed_words
from kpi.cli.main import CommandGroup
from kpi.policy.load import file_entries, policy_file
from kpi.policy.policy import PolicyEntry
from kpi.policy.schema import RETIRED
from kpi.reports.as_json import baseline_json
from kpi.services.administrator.policy import PolicyChange, draft_policy_change, policy_overview
from kpi.services.administrator.policy_effect import PolicyPreview, PolicyStep, policy_history, preview_policy_file


@click.group(cls=CommandGroup)
@shared_options
def policy() -> None:
    """List policy values and their history, preview a change of them, and draft one."""


@policy.command("list")
@shared_options
@click.pass_obj
def print_policy(session: CallSession) -> None:
    """List the values in force, and the changes drafted in the store."""
    with session.reading() as store:
        known = policy_overview(store, session.viewer)
    if session.as_json:
        session.say_json(
            {
                "as_of": known.today.isoformat(),
                "values": [_entry(item) for item in known.current],
                "history": [_entry(item) for item in known.known],
                "changes": [_change(item) for item in known.changes],
            }
        )
        return
    for entry in known.current:
        value = session.words("policy.repealed") if entry.repealed else _said(session, entry.key, entry.value)
        reference = entry.reference.in_(session.lang)
        session.say(
            session.words(
                "policy.line", name=entry.key, value=value, since=entry.in_force_from.isoformat(), reference=reference
            )
        )
    for change in known.changes:
        session.say(
            session.words(
                "policy.change",
                number=change.number,
                version=change.edition.version,
                day=change.content.in_force_from.isoformat(),
                state=session.words(f"policy.state.{change.state}"),
            )
        )


@policy.command()
@shared_options
@click.pass_obj
def history(session: CallSession) -> None:
    """List what was stated for which day, the latest first: by whom, and what has taken its place."""
    with session.reading() as store:
        steps = policy_history(store, session.viewer)
    if session.as_json:
        session.say_json({"steps": [_step(policy_step) for policy_step in steps]})
        return
    for step in steps:
        state = session.words(f"policy.history_state.{step.state}")
        number = session.words("policy.number", number=step.change.number) if step.change else "-"
        session.say(session.words("policy.step", day=step.day.isoformat(), state=state, number=number))
        for item in (value for value in step.values if value.moved):
            until = session.words("policy.until", day=item.until.isoformat()) if item.until else ""
            stated = item.before.value if item.before and not item.before.repealed else None
            before = _said(session, item.entry.key, stated)
            after = _said(session, item.entry.key, item.entry.value)
            value = session.words("policy.value", name=item.entry.key, before=before, after=after)
            retired = session.words("policy.retired") if item.entry.key in RETIRED else ""
            session.say(f"    {value}{until}{retired}")
        if same := sum(not value.moved for value in step.values):
            session.say(f"    {session.words('policy.same', count=same)}")


@policy.command("file")
@click.argument("out")
@click.option("--from", "first", required=True, type=click.DateTime(["%Y-%m-%d"]), help="First day of the new values.")
@shared_options
@click.pass_obj
def write_file(session: CallSession, out: str, first: datetime) -> None:
    """Write the values in force to OUT (TOML), to be changed into the draft of a new notice."""
    with session.reading() as store:
        known = policy_overview(store, session.viewer)
    text = policy_file(known.current, first.date(), i18n.text("page.policy_change.file_head", session.lang))
    refuse_to_replace(session, out, text.encode())
    write_output(session, out, text.encode())
    session.say_json({"written": out}) if session.as_json else session.say(session.words("written", name=out))


@policy.command()
@click.argument("file")
@click.option("--change", "number", type=click.IntRange(1), help="Number of the draft to replace (default: a new one).")
@shared_options
@click.pass_obj
def draft(session: CallSession, file: str, number: int | None) -> None:
    """Save the change in FILE (TOML, as in data/policy) as a draft, which an administrator approves on the page."""
    data = read_file(session, file)
    with session.store(furnish=False) as store:
        saved = draft_policy_change(store, session.viewer, base_name(file), data, number)
    session.say_json({"number": saved}) if session.as_json else session.say(session.words("policy.saved", number=saved))


@policy.command()
@click.argument("file")
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Day to judge on (default: once it is in force).")
@shared_options
@click.pass_obj
def preview(session: CallSession, file: str, as_of: datetime | None) -> None:
    """Show what the change in FILE (TOML, as in data/policy) would do to verdicts and quotas. Nothing is written."""
    data, day = read_file(session, file), as_of.date() if as_of else None
    with session.reading() as store:
        found = preview_policy_file(store, session.viewer, base_name(file), data, day)
    if session.as_json:
        session.say_json(_preview(found))
        return
    moved = [value for value in found.values if value.before != value.after]
    for value in moved:
        before, after = (_said(session, value.key, item) for item in (value.before, value.after))
        session.say(session.words("policy.value", name=value.key, before=before, after=after))
    if same := len(found.values) - len(moved):
        session.say(session.words("policy.same", count=same))
    if found.baseline is None:
        session.say(session.words("policy.nothing_locked"))
    else:
        _say_verdicts(session, found, found.baseline.name)
    for year, count in found.ahead.items():
        session.say(session.words("policy.ahead", year=year, count=count))
    for quota in found.quotas:
        session.say(session.words("policy.quota", body=quota.body, before=quota.before, after=quota.after))


def _say_verdicts(session: CallSession, found: PolicyPreview, baseline: str) -> None:
    session.say(
        session.words(
            "policy.verdicts",
            year=found.year or 0,
            count=found.applications,
            changed=found.words.applications,
            clauses=len(found.words.clauses),
        )
    )
    say_changed_words(session, found.words)
    session.say(
        session.words(
            "policy.grounds",
            day=found.as_of.isoformat(),
            baseline=baseline,
            before=found.before.isoformat(),
            after=found.after.isoformat(),
            method=found.method,
        )
    )


def _preview(found: PolicyPreview) -> dict[str, Any]:
    return {
        "in_force_from": found.in_force_from.isoformat(),
        "values": [
            {"key": value.key, "before": _plain(value.before), "after": _plain(value.after)} for value in found.values
        ],
        "as_of": found.as_of.isoformat(),
        "year": found.year,
        "baseline": baseline_json(found.baseline) if found.baseline else None,
        "policy": {"before": found.before.isoformat(), "after": found.after.isoformat()},
        "method": found.method,
        "applications": found.applications,
        "changed": found.words.applications,
        **changed_words_json(found.words),
        "quotas": [asdict(quota) for quota in found.quotas],
        "ahead": [{"year": year, "applications": count} for year, count in found.ahead.items()],
    }


def _step(step: PolicyStep) -> dict[str, Any]:
    return {
        "in_force_from": step.day.isoformat(),
        "state": step.state,
        "change": step.change and _change(step.change),
        "values": [
            {
                **_entry(value.entry),
                "before": None if value.before is None else _plain(value.before.value),
                "superseded_from": value.until and value.until.isoformat(),
                "superseded_by": value.until_by,
            }
            for value in step.values
        ],
    }


def _said(session: CallSession, key: str, value: object) -> str:
    """As the pages say it; "-" where nothing is stated."""
    return "-" if value is None else i18n.policy_value(key, value, session.lang)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _entry(one: PolicyEntry) -> dict[str, Any]:
    words = {
        name: None if text is None else text.model_dump()
        for name, text in (
            ("name", one.name),
            ("unit", one.unit),
            ("reference", one.reference),
            ("reason", one.reason),
            ("silent", one.silent),
        )
    }
    return {
        "key": one.key,
        "value": _plain(one.value),
        **words,
        "in_force_from": one.in_force_from.isoformat(),
        "repealed": one.repealed,
    }


def _change(one: PolicyChange) -> dict[str, Any]:
    edition = one.edition
    return {
        "number": one.number,
        "version": edition.version,
        "state": one.state,
        "in_force_from": one.content.in_force_from.isoformat(),
        "keys": [key for key, _ in file_entries(one.content)],
        "saved_by": edition.saved_by,
        "approved_by": edition.approved_by,
        "withdrawal_reason": edition.withdrawal_reason,
    }
