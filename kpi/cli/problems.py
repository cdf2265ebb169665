"""A file's faults, said on the command line."""

from __future__ import annotations

from collections.abc import Iterable

from kpi import i18n
from kpi.cli.session import Session
from kpi.errors import FileRefused
from kpi.model.problem import Problem
from kpi.reports.as_json import problem_json

OF_THE_INPUT = frozenset({"register_too_small", "many_factories"})
"""Errors that are the input's, though no single cell is to blame."""


def say(session: Session, problems: Iterable[Problem]) -> None:
    """One line for what and where, one for the remedy."""
    for problem in problems:
        message, remedy = i18n.problem(problem, session.lang)
        session.say(f"{session.words('severity.' + problem.severity)} {where(problem)} {message}")
        session.say(f"    {remedy}")


def where(problem: Problem) -> str:
    """file › sheet › cell, as far as known."""
    cell = f"{problem.column or ''}{problem.row or ''}"
    return " › ".join(part for part in (problem.file, problem.sheet, cell) if part)


def refuse(session: Session, error: FileRefused) -> None:
    """A file that cannot be used: every fault, and how many."""
    if session.as_json:
        session.say_json({"problems": [problem_json(problem, session.lang) for problem in error.problems]})
    else:
        say(session, error.problems)
    message, remedy = i18n.told(error, session.lang)
    session.complain(f"{message}\n{remedy}")
