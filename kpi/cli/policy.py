"""``kpi policy``: the values in force, and what a change of them would do."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import click

from kpi.cli.changed_words import changed_words_json, say_changed_words
from kpi.cli.input_files import base_name, read_file
from kpi.cli.session import CallSession, shared_options
from kpi.policy.load import file_entries
from kpi.policy.policy import PolicyEntry
from kpi.policy.schema import Band
from kpi.reports.as_json import baseline_json
from kpi.services.administrator.policy_changes import PolicyChange, policy_overview
from kpi.services.administrator.policy_preview import PolicyPreview, preview_policy_file


@click.group()
@shared_options
def policy() -> None:
    """List policy values, and preview a change of them."""


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
                "values": [_entry(one) for one in known.current],
                "history": [_entry(one) for one in known.known],
                "changes": [_change(one) for one in known.changes],
            }
        )
        return
    for one in known.current:
        value = session.words("policy.repealed") if one.repealed else _written(one.value)
        reference = one.reference.in_(session.lang)
        session.say(
            session.words(
                "policy.line", name=one.key, value=value, since=one.in_force_from.isoformat(), reference=reference
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
    for value in found.values:
        session.say(
            session.words("policy.value", name=value.key, before=_written(value.before), after=_written(value.after))
        )
    if found.baseline is None:
        session.say(session.words("policy.nothing_locked"))
    else:
        _say_verdicts(session, found, found.baseline.name)
    for quota in found.quotas:
        session.say(session.words("policy.quota", body=quota.body, before=quota.before, after=quota.after))


def _say_verdicts(session: CallSession, found: PolicyPreview, baseline: str) -> None:
    session.say(
        session.words(
            "policy.verdicts", year=found.year or 0, count=found.applications, changed=found.words.applications
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
        "values": [{"key": one.key, "before": one.before, "after": one.after} for one in found.values],
        "as_of": found.as_of.isoformat(),
        "year": found.year,
        "baseline": baseline_json(found.baseline) if found.baseline else None,
        "policy": {"before": found.before.isoformat(), "after": found.after.isoformat()},
        "method": found.method,
        "applications": found.applications,
        "changed": found.words.applications,
        **changed_words_json(found.words),
        "quotas": [asdict(one) for one in found.quotas],
    }


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
        "value": one.value.isoformat() if isinstance(one.value, date) else one.value,
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


def _written(value: object) -> str:
    """A value on one line: a list with commas, a band as "10-14"."""
    if isinstance(value, Band):
        return value.name
    if isinstance(value, tuple):
        return ", ".join(_written(one) for one in value)
    return "-" if value is None else str(value)
