"""Running a call: here, or - where another process serves the store - by asking that process."""

from __future__ import annotations

import sys
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn, get_args

import click

from kpi import i18n, logs
from kpi.cli import problems, relay
from kpi.cli.call import INPUT_HAS_ERRORS, STORE_UNUSABLE, WRONG_CALL, CallSession, shared_options, write_out
from kpi.errors import InvalidData, InvalidFile, StoreUnavailable, UserError
from kpi.model.language import Lang
from kpi.store.folder import StoreFolder
from kpi.store.saved_acts import begin_call, bug_in_words, has_saved

# Groups of commands, and such whose commands are loaded when they are called: SciPy and pandas take seconds, and most
# commands need neither.


class CommandGroup(click.Group):
    """Lists its commands each with its whole first sentence, on several lines where one is too narrow."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        named = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        rows = [(name, item.get_short_help_str(_ANY_LENGTH)) for name, item in named if item and not item.hidden]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


_ANY_LENGTH = 1_000


class LazyCommands(CommandGroup):
    """A group of commands, each named with where it is: NAME -> MODULE, or MODULE:OBJECT where OBJECT is not NAME.

    Options and help of the group itself load none of them, but a list of commands with their help loads all.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.modules, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.modules:
            return super().get_command(ctx, cmd_name)
        module, _, name = self.modules[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name or cmd_name)
        return command


COMMAND_NAMES = (
    "template",
    "check",
    "document",
    "benchmark",
    "compare",
    "verdict",
    "certificate",
    "baseline",
    "coverage",
    "recommend",
    "plan",
    "place",
    "policy",
    "notice",
    "account",
    "serve",
    "store",
    "doctor",
)
WAIT_FOR_STORE = 15.0
BUG = 70
"""An internal error (EX_SOFTWARE of sysexits.h), distinct from the four documented codes."""
INTERRUPTED = 130
"""As in shells: 128 plus the number of the signal."""


@click.group(
    cls=LazyCommands,
    modules={name: f"kpi.cli.{name}" for name in COMMAND_NAMES}
    | {
        "coverage": "kpi.cli.coverage:show_coverage",
        "compare": "kpi.cli.compare:compare_factories",
        "verdict": "kpi.cli.verdict:sealed_verdict",
        "certificate": "kpi.cli.certificate:print_certificate",
        "doctor": "kpi.cli.doctor:examine_installation",
        "place": "kpi.cli.place:place_year",
        "notice": "kpi.cli.notice:notice_group",
    },
    context_settings={"help_option_names": ["-h", "--help"]},
)
@shared_options
def kpi() -> None:
    """Duibiao 对标: is this factory leading in its industry?"""


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Entry point: print the output of the call and exit with its code."""
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    session = CallSession(cwd=Path.cwd())
    try:
        _run_or_forward(arguments, session)
    except (KeyboardInterrupt, click.Abort):
        session.code = INTERRUPTED
        _say_if_saved(session)
    try:
        write_out(session.out, 1)
    except OSError:
        # Standard output is a file on a full disk: an output that is cut off is no answer, and 1 would blame the input.
        _print_error(session, UserError("cannot_write", name="stdout"), WRONG_CALL)
    with suppress(OSError):
        write_out(session.err, 2)
    sys.exit(session.code)


def run(arguments: Sequence[str], session: CallSession) -> None:
    """Run the call; its output and exit code are in ``session`` afterwards.

    Raises:
        StoreUnavailable: another process holds the store, and nothing was done or said.
        click.Abort: the call was interrupted.
    """
    begin_call()
    try:
        kpi.main(list(arguments), prog_name="kpi", standalone_mode=False, obj=session)
    except click.exceptions.Exit as end:
        session.code = end.exit_code
    except click.Abort:
        raise  # Ctrl-C, as click has it: no bug of ours
    except click.ClickException as error:
        session.lang = _lang_asked_for(arguments) or session.lang
        session.as_json = session.as_json or "--json" in arguments
        problems.print_error(session, "wrong_call", problems.call_error(error, session), session.words("see_help"))
        session.code = WRONG_CALL
    except InvalidFile as error:
        problems.print_invalid_file(session, error)
        session.code = INPUT_HAS_ERRORS
        _say_if_saved(session)
    except StoreUnavailable as error:
        if error.code == "store_locked":
            raise
        _print_error(session, error, STORE_UNUSABLE)
        _say_if_saved(session)
    except UserError as error:
        _print_error(session, error, INPUT_HAS_ERRORS if error.code in problems.OF_THE_INPUT else WRONG_CALL)
        _say_if_saved(session)
    except InvalidData as error:
        # Of files that ship or were put beside them: each is named, where a bug's reference would hide it.
        if not has_saved():
            session.out.clear()
        problems.print_data_faults(session, error)
        session.code = BUG
        _say_if_saved(session)
    except Exception as bug:
        # A person reads what to do next and where it broke; 1 would say that the input is to blame.
        if not has_saved():
            session.out.clear()  # else it may hold what is said once only, a password say
        _print_error(session, bug_in_words(f"{_logged(bug, session)} {_place(bug)}"), BUG)


def _lang_asked_for(arguments: Sequence[str]) -> Lang | None:
    """What ``--lang`` says, in a call that went wrong before its options were read."""
    given = " ".join(arguments).replace("--lang=", "--lang ").split()
    return next((lang for lang in get_args(Lang) if ("--lang", lang) in pairwise(given)), None)


def _logged(bug: Exception, session: CallSession) -> str:
    """Log it and return its reference. No store is created for this, and a log that fails changes nothing."""
    with suppress(OSError, StoreUnavailable):
        if session.serving is None and StoreFolder(session.folder).exists():
            logs.keep(session.folder)
    return logs.error(bug)


def _place(bug: Exception) -> str:
    """The kind of a bug and the line it broke on, without any path."""
    last = traceback.extract_tb(bug.__traceback__)[-1]
    return f"{type(bug).__name__} {Path(last.filename).name}:{last.lineno}"


def _run_or_forward(arguments: Sequence[str], session: CallSession) -> None:
    try:
        run(arguments, session)
    except StoreUnavailable as error:
        # Only a locked store gets this far: whoever holds it either serves, or will let go.
        _forward(arguments, session, error)


def _forward(arguments: Sequence[str], session: CallSession, error: StoreUnavailable) -> None:
    deadline = time.monotonic() + WAIT_FOR_STORE
    while time.monotonic() < deadline:
        try:
            if relay.forward(StoreFolder(session.folder), arguments, session):
                return
        except StoreUnavailable as failed:  # no secret to prove with, or a call that nobody knows the end of
            _print_error(session, failed, STORE_UNUSABLE)
            return
        session.out.clear()
        try:
            run(arguments, session)
        except StoreUnavailable:
            time.sleep(0.2)
        else:
            return
    _print_error(session, error, STORE_UNUSABLE)


def _print_error(session: CallSession, error: UserError, code: int) -> None:
    problems.print_error(session, error.code, *i18n.error_message(error, session.lang))
    session.code = code


def _say_if_saved(session: CallSession) -> None:
    """An error of the call itself may deny that anything has changed, or be silent about it."""
    if has_saved():
        session.complain(session.words("saved_before"))
