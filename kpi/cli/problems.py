"""What is wrong with a file, or with the call itself, on the command line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click
from click.exceptions import NoSuchCommand

from kpi import i18n
from kpi.cli.call import INPUT_HAS_ERRORS, CallSession
from kpi.errors import InvalidData, InvalidFile, RowFault
from kpi.model.problem import Problem
from kpi.reports.as_json import error_json, problem_json
from kpi.store.saved_acts import has_saved

OF_THE_INPUT = frozenset(
    {
        "register_too_small",
        "register_too_few_groups",
        "many_factories",
        "compare_too_few",
        "compare_twice",
        "compare_mixed",
        "text_with_nul",
        "weights_file",
        "weights_unread",
        "weight_bounds",
        "no_sealed_record",
    }
)
"""Errors of the input that belong to no single cell."""


def print_problems(session: CallSession, problems: Iterable[Problem]) -> None:
    """One line for what and where, one for the remedy."""
    for problem in problems:
        message, remedy = i18n.problem_message(problem, session.lang)
        session.say(f"{session.words('severity.' + problem.severity)} {problem_place(problem)} {message}")
        session.say(f"    {remedy}")


def problem_place(problem: Problem) -> str:
    """file › sheet › cell, as far as known."""
    cell = f"{problem.column or ''}{problem.row or ''}"
    return " › ".join(part for part in (problem.file, problem.sheet, cell) if part)


def print_invalid_file(session: CallSession, error: InvalidFile) -> None:
    """A file that cannot be used: every problem, and their number."""
    if session.as_json:
        found = [problem_json(problem, session.lang) for problem in error.problems]
        session.say_json(unanswered([*found, *_row_faults(session, error.rows)]))
    else:
        print_problems(session, error.problems)
        _say_row_faults(session, error.rows)
    message, remedy = i18n.error_message(error, session.lang)
    session.complain(f"{message}\n{remedy}")


def unanswered(problems: list[dict[str, Any]]) -> dict[str, Any]:
    """In the place of an answer; ``saved_before`` where something was saved, and stays so, before what went wrong."""
    return {"problems": problems} | ({"saved_before": True} if has_saved() else {})


def print_error(session: CallSession, code: str, message: str, remedy: str) -> None:
    """Why a call has no answer: on stderr, and with ``--json`` in the place of the answer, in the form of a problem."""
    if session.as_json and not session.out:
        session.say_json(unanswered([error_json(code, message, remedy)]))
    session.complain(f"{message}\n{remedy}")


def print_data_faults(session: CallSession, error: InvalidData) -> None:
    """What is wrong in files of ``data``, each with file and key."""
    said = i18n.data_faults(error, session.lang)
    if session.as_json:
        session.say_json(
            unanswered([{"place": fault.place, "code": fault.code, "message": text} for fault, text in said])
        )
        return
    for fault, text in said:
        session.say(": ".join(part for part in (fault.place, text) if part))
    session.complain(session.words("data_faulty", count=len(said)))


@contextmanager
def saying_what_backup_stays(session: CallSession) -> Iterator[Callable[[str], None]]:
    """Gives what to call with a backup's place once it is made: where what follows fails, that place is said."""
    made: list[str] = []
    try:
        yield made.append
    except Exception:
        for backup in made:
            session.complain(session.words("backup_stays", backup=backup))
        raise


def print_row_faults(session: CallSession, faults: Sequence[RowFault]) -> None:
    """Why rows of a list cannot be taken: nothing of it was."""
    session.code = INPUT_HAS_ERRORS
    if session.as_json:
        session.say_json({"problems": _row_faults(session, faults)})
        return
    _say_row_faults(session, faults)
    session.complain(session.words("rows_faulty", count=len(faults)))


def _row_faults(session: CallSession, faults: Sequence[RowFault]) -> list[dict[str, Any]]:
    worded = [(fault, *i18n.error_message(fault.error, session.lang)) for fault in faults]
    return [
        {"row": fault.row, "code": fault.error.code, "message": message, "remedy": remedy}
        for fault, message, remedy in worded
    ]


def _say_row_faults(session: CallSession, faults: Sequence[RowFault]) -> None:
    for fault in _row_faults(session, faults):
        session.say(session.words("row_fault", row=fault["row"], message=fault["message"]))
        session.say(f"    {fault['remedy']}")


def call_error(error: click.ClickException, session: CallSession) -> str:
    """What is wrong with a call, in the session's language: Click itself speaks English alone."""
    match error:
        case click.NoSuchOption():
            return _not_there(session, "no_option", error.option_name, error.possibilities)
        case NoSuchCommand():
            return _not_there(session, "no_command", error.command_name, error.possibilities)
        case click.MissingParameter(param=click.Parameter() as param):
            return session.words(f"call.missing_{param.param_type_name}", name=_name(param))
        case click.BadParameter(param=click.Parameter() as param):
            return _not_allowed(session, param, _value(error.message))
        case click.BadOptionUsage():
            key = "takes_no_value" if "does not take" in error.message else "needs_value"
            return session.words(f"call.{key}", name=error.option_name)
    if error.message == "Missing command.":
        return session.words("call.missing_command")
    if error.message.startswith("Got unexpected extra argument"):
        return session.words("call.extra", words=error.message.partition("(")[2].rstrip(")"))
    return error.format_message()


def _not_there(session: CallSession, key: str, name: str, alike: Iterable[str] | None) -> str:
    if not alike:
        return session.words(f"call.{key}", name=name)
    return session.words(f"call.{key}_but", name=name, names=_listed(session, alike))


def _not_allowed(session: CallSession, param: click.Parameter, value: str) -> str:
    """What was given, and what may be."""
    said: dict[str, str | float] = {"name": _name(param), "value": value}
    match param.type:
        case click.Choice(choices=choices):
            return session.words("call.not_one_of", **said, allowed=_listed(session, map(str, choices)))
        case click.DateTime():
            return session.words("call.not_a_day", **said)
        case click.IntRange(min=int() as least, max=int() as most):
            return session.words("call.not_in_range", **said, least=least, most=most)
        case click.IntRange(min=int() as least):
            return session.words("call.not_from", **said, least=least)
        case click.types.IntParamType():
            return session.words("call.not_whole", **said)
    return session.words("call.not_good", **said)


def _name(param: click.Parameter) -> str:
    """An option by its longest name, an argument as the help calls it."""
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return param.make_metavar(click.Context(_NONE)).rstrip(".")


def _value(message: str) -> str:
    """What was given, of which Click's message begins."""
    return message.partition(" is not ")[0].partition(" does not match ")[0]


def _listed(session: CallSession, words: Iterable[str]) -> str:
    return i18n.text("number.list", session.lang).join(words)


_NONE = click.Command(None)
