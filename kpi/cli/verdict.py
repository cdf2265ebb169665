"""``kpi verdict``: a sealed verdict's record taken out, and checked from its text alone by whoever was given it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from math import isnan
from typing import Any, cast

import click

from kpi import i18n
from kpi.benchmark import check_record
from kpi.benchmark.record_check import KpiCheck, RecomputedTest, RecordCheck, ToDo, WholeCheck
from kpi.benchmark.record_content import notice_of_record
from kpi.catalogue.catalogue import notice_in_hand
from kpi.cli.call import INPUT_HAS_ERRORS, CallSession, read_file, shared_options
from kpi.cli.main import CommandGroup
from kpi.errors import UserError
from kpi.files.limits import application_limits
from kpi.files.text import printable
from kpi.model.evaluation import ClauseVerdict, Reason
from kpi.services.administrator.baselines import sealed_texts
from kpi.services.downloads import note_download
from kpi.services.signatures import certify
from kpi.services.whole_panels.new_folder import new_folder
from kpi.store.folder import write_whole


@click.group(cls=CommandGroup)
@shared_options
def sealed_verdict() -> None:
    """Take out sealed verdicts, and check them."""


@sealed_verdict.command("check")
@click.argument("file", metavar="RECORD.json")
@shared_options
@click.pass_obj
def print_record_check(session: CallSession, file: str) -> None:
    """Decide every word of the sealed record again from its own counts, without a store.

    Exit 0: every word follows, or the record does not contradict it. Exit 1: one does not follow.
    """
    try:
        text = read_file(session, file).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError("no_sealed_record", place="-") from error
    with notice_in_hand(notice_of_record(text)):
        checked = check_record(text)
        if session.as_json:
            session.say_json(_json(checked, session))
        else:
            _print(checked, session)
    if not checked.follows:
        session.code = INPUT_HAS_ERRORS


@sealed_verdict.command("record")
@click.argument("credit_code")
@click.argument("year", type=click.IntRange(1900, 2999))
@click.option("--out", required=True, metavar="FOLDER", help="The new folder to write; it is for its owner only.")
@click.option("--purpose", required=True, help="What they are taken for; the audit trail keeps it.")
@shared_options
@click.pass_obj
def write_records(session: CallSession, credit_code: str, year: int, out: str, purpose: str) -> None:
    """Write the sealed records of a factory's verdicts of a year, each with its certificate.

    They hold counts of peers, and are confidential.
    """
    with session.reading() as store:
        sealed = sealed_texts(store, session.viewer, credit_code, year)
        texts = [(text, certify(store.folder, "verdict", credit_code, year, text)) for text in sealed]
    with new_folder(session.path(out)) as folder:
        for number, (text, certificate) in enumerate(texts, 1):
            write_whole(folder / f"{number}.json", text.encode())
            write_whole(folder / f"{number}.jws", certificate.encode())
        # Before the folder is there under its name: nothing is carried away that the trail does not have.
        with session.store(furnish=False) as store:
            taken, subject = "\n".join(text for text, _ in texts).encode(), f"{credit_code} {year}"
            note_download(store, session.viewer, "sealed_records", subject, "json", taken, purpose=purpose)
    if session.as_json:
        session.say_json({"out": out, "records": len(texts)})
    else:
        session.say(_words(session, "written", name=_shown(out), count=len(texts)))


def _print(checked: RecordCheck, session: CallSession) -> None:
    content = checked.content
    session.say(
        _words(
            session,
            "of",
            credit_code=_shown(content.factory.credit_code),
            year=content.factory.year,
            industry=_shown(i18n.catalogue_name(content.factory.industry, session.lang)),
            as_of=_shown(content.as_of),
            method=content.method,
            baseline=_shown(content.baseline.name),
            sha256=_shown(content.baseline.sha256),
        )
    )
    session.say(_words(session, "hash", sha256=checked.sha256))
    policy = content.policy
    session.say(_words(session, "terms", line=policy.leading_quantile, confidence=policy.confidence))
    for kpi in checked.kpis:
        _print_kpi(kpi, session)
    for whole in checked.whole:
        name = _words(session, f"whole.{whole.name}")
        _say_item(session, name, _said(whole.name, whole.recorded, session), whole.standing)
        again = [_said(whole.name, item, session) for item in whole.possible]
        _say_why(session, whole.standing, again, (), whole.not_shown)
    standings = checked.standings
    session.say(
        _words(
            session,
            "result",
            follow=standings.count("follows"),
            open=standings.count("may_follow"),
            wrong=standings.count("does_not_follow"),
        )
    )
    session.say(_words(session, "beyond"))


def _print_kpi(kpi: KpiCheck, session: CallSession) -> None:
    word = i18n.verdict_word(kpi.verdict, session.lang).word
    _say_item(session, i18n.kpi_label(kpi.code, session.lang), word, kpi.standing)
    for test in kpi.tests:
        if test.tested.n:
            session.say(f"    {_test_in_words(test, session)}")
    for test in kpi.best_tests:
        session.say(f"    {_words(session, 'of_best')}{_test_in_words(test, session)}")
    again = [i18n.verdict_word(item, session.lang).word for item in kpi.words]
    _say_why(session, kpi.standing, again, kpi.faults, kpi.not_shown)


def _test_in_words(test: RecomputedTest, session: CallSession) -> str:
    counts = test.tested
    unknown = _words(session, "population_unknown")
    return _words(
        session,
        f"test.{counts.unit}",
        worse=counts.worse,
        not_better=counts.not_better,
        n=counts.n,
        population=unknown if counts.population is None else str(counts.population),
        p=f"{test.again[0]:.6g}",
        p_not=f"{test.again[1]:.6g}",
    )


def _say_item(session: CallSession, name: str, word: str, standing: ToDo) -> None:
    session.say(_words(session, "item", name=name, word=word, standing=_words(session, f"standing.{standing}")))


def _say_why(
    session: CallSession, standing: ToDo, again: list[str], faults: Iterable[Reason], not_shown: Iterable[str]
) -> None:
    for fault in faults:
        session.say(f"    {_fault_in_words(fault, session)}")
    if standing != "follows":
        said = i18n.text("number.list", session.lang).join(again)
        session.say(f"    {_words(session, 'again' if len(again) == 1 else 'only', words=said)}")
    for lacking in not_shown:
        session.say(f"    {_words(session, f'lacks.{lacking}')}")


def _said(name: str, value: str, session: CallSession) -> str:
    if name == "clause":
        return i18n.clause_word(cast(ClauseVerdict, value), session.lang)
    return i18n.text("number.list", session.lang).join(value.split(",")) if value else _words(session, "none")


def _fault_in_words(fault: Reason, session: CallSession) -> str:
    return _words(session, f"fault.{fault.code}", **fault.params)


def _json(checked: RecordCheck, session: CallSession) -> dict[str, Any]:
    content = checked.content
    return {
        "sha256": checked.sha256,
        "method": content.method,
        "factory": content.factory.model_dump(),
        "as_of": content.as_of,
        "baseline": content.baseline.model_dump(),
        "follows": checked.follows,
        "kpis": [_kpi(kpi, session) for kpi in checked.kpis],
        **{whole.name: _whole(whole, session) for whole in checked.whole},
    }


def _kpi(kpi: KpiCheck, session: CallSession) -> dict[str, Any]:
    return {
        "code": kpi.code,
        "recorded": kpi.verdict,
        "possible": list(kpi.words),
        "standing": kpi.standing,
        "tests": [_test(test) for test in kpi.tests],
        "best_tests": [_test(best_test) for best_test in kpi.best_tests],
        "faults": [{"code": fault.code, "message": _fault_in_words(fault, session)} for fault in kpi.faults],
        "not_shown": _lacking(kpi.not_shown, session),
    }


def _whole(whole: WholeCheck, session: CallSession) -> dict[str, Any]:
    return {
        "recorded": whole.recorded,
        "possible": list(whole.possible),
        "standing": whole.standing,
        "not_shown": _lacking(whole.not_shown, session),
    }


def _test(test: RecomputedTest) -> dict[str, Any]:
    pairs = zip(("p_value", "p_value_not"), test.recorded, test.again, strict=True)
    p_values = {name: {"recorded": _number(recorded), "again": _number(again)} for name, recorded, again in pairs}
    return asdict(test.tested) | p_values


def _lacking(codes: Iterable[str], session: CallSession) -> list[dict[str, str]]:
    return [{"code": code, "message": _words(session, f"lacks.{code}")} for code in codes]


def _shown(text: str) -> str:
    """A stranger's file may hold what a terminal should not be sent."""
    return printable(text, application_limits().problem_value_characters)


def _number(value: float) -> float | None:
    return None if isnan(value) else value


def _words(session: CallSession, key: str, **params: str | float) -> str:
    return session.words(f"verdict.{key}", **params)
