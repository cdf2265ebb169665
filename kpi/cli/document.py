"""``kpi document``: the application report of annex 4 as a Word document, checked against the notice."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

import click

from kpi import i18n
from kpi.annex4.check import check_report
from kpi.annex4.comments import commented_report
from kpi.cli.call import INPUT_HAS_ERRORS, CallSession, base_name, shared_options, write_output
from kpi.cli.check import one_application
from kpi.cli.main import CommandGroup
from kpi.errors import UserError
from kpi.i18n import document_finding, finding_lines
from kpi.model.problem import DocumentFinding, DocumentReport


@click.group(cls=CommandGroup)
@shared_options
def document() -> None:
    """Check the application report (annex 4)."""


@document.command("check")
@click.argument("file")
@click.option("--application", "table", metavar="TABLE", help="The application that it goes with, to compare.")
@click.option("--comments", "out", metavar="OUT", help="Write FILE with the findings as comments (.docx).")
@shared_options
@click.pass_obj
def print_document_check(session: CallSession, file: str, table: str | None, out: str | None) -> None:
    """Check the text, formatting, pictures and parts of FILE (.docx)."""
    application = one_application(session, table) if table else None
    if table and application is None:
        return
    try:
        report = check_report(base_name(file), session.path(file), application=application)
    except OSError as error:
        raise UserError("cannot_read", name=file) from error
    if out and report.characters:
        session.inputs.append(session.path(file))
        say = partial(finding_lines, lang=session.lang)
        commented = commented_report(session.path(file), report.findings, say, _words(session, "comments.author"))
        write_output(session, out, commented)
    if session.as_json:
        session.say_json(_json(report, session))
    else:
        _print_report(report, session)
    if report.faults:
        session.code = INPUT_HAS_ERRORS


def _print_report(report: DocumentReport, session: CallSession) -> None:
    for finding in report.findings:
        session.say("\n    ".join(finding_lines(finding, session.lang)))
    if report.characters:
        parts = i18n.text("number.list", session.lang).join(map(str, sorted(report.parts))) or i18n.NO_NUMBER
        counts = asdict(report.characters)
        session.say(_words(session, "summary.counts", **counts, pictures=report.different_pictures, parts=parts))
    faults = len(report.faults)
    session.say(_words(session, "summary.result", faults=faults, notes=len(report.findings) - faults))


def _json(report: DocumentReport, session: CallSession) -> dict[str, Any]:
    return {
        "name": report.name,
        "sha256": report.sha256,
        "characters": asdict(report.characters) if report.characters else None,
        "different_pictures": report.different_pictures,
        "pictures": [{**asdict(picture), "megapixels": picture.megapixels} for picture in report.pictures],
        "parts": list(report.parts),
        "findings": [_finding(finding, session) for finding in report.findings],
    }


def _finding(finding: DocumentFinding, session: CallSession) -> dict[str, Any]:
    message, remedy = document_finding(finding, session.lang)
    return {
        "severity": finding.severity,
        "code": finding.code,
        "where": asdict(finding.where),
        "found": finding.found,
        "wanted": finding.wanted,
        "params": dict(finding.params),
        "against": asdict(finding.against) if finding.against else None,
        "message": message,
        "remedy": remedy,
    }


def _words(session: CallSession, key: str, **params: str | float) -> str:
    return i18n.text(f"annex4.{key}", session.lang, **params)
