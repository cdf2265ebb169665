"""A file's problems on the command line."""

from __future__ import annotations

from collections.abc import Iterable

from kpi import i18n
from kpi.cli.session import CallSession
from kpi.errors import InvalidFile
from kpi.model.problem import Problem
from kpi.reports.as_json import problem_json

OF_THE_INPUT = frozenset({"register_too_small", "many_factories", "compare_too_few", "compare_twice", "compare_mixed"})
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
        session.say_json({"problems": [problem_json(problem, session.lang) for problem in error.problems]})
    else:
        print_problems(session, error.problems)
    message, remedy = i18n.error_message(error, session.lang)
    session.complain(f"{message}\n{remedy}")
