"""The context of one command-line call: where it was called, its language and output, and its store."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from getpass import getuser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from kpi import i18n
from kpi.catalogue.catalogue import known_notices, notice_in_hand, shipped_notice
from kpi.errors import InvalidFile, NotFound, StoreUnavailable, UserError
from kpi.files.limits import application_limits, panel_limits
from kpi.files.text import printable, printable_file_name
from kpi.model.language import Lang
from kpi.model.problem import Problem
from kpi.model.viewer import Viewer, console_actor
from kpi.services.notices import notice_of_store
from kpi.services.operation.new_store import store_for_a_step
from kpi.services.shipped_baseline import ensure_baseline
from kpi.store.database import refused_access
from kpi.store.folder import SHARED, write_whole
from kpi.store.open_store import open_store, open_store_to_read, refuse_absent
from kpi.store.store import Store
from kpi.store.store_place import StorePlace, chosen_place, is_address

# The context of one command-line call: where it was called, its language and output, and its store.


DONE, INPUT_HAS_ERRORS, WRONG_CALL, STORE_UNUSABLE = 0, 1, 2, 3


def user_name() -> str:
    """The user of this process; the number of one who has no name, as in a container."""
    try:
        return getuser()
    except (KeyError, OSError):
        return str(os.getuid())


@dataclass
class CallSession:
    """``user`` is who called; paths are read from ``cwd``; ``inputs`` are the files that the call has read.

    ``serving`` is the store of the process that answers, where it is open already.
    """

    cwd: Path
    user: str = field(default_factory=user_name)
    serving: Store | None = None
    store_option: str | None = None
    notice_option: str | None = None
    lang: Lang = "zh"
    as_json: bool = False
    code: int = DONE
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    inputs: list[Path] = field(default_factory=list)

    def say(self, text: str) -> None:
        self.out.append(text + "\n")

    def say_json(self, content: dict[str, Any]) -> None:
        self.say(json.dumps(content, ensure_ascii=False, allow_nan=False))

    def complain(self, text: str) -> None:
        self.err.append(text + "\n")

    def say_progress(self, text: str) -> None:
        """At once and not at the end, to who waits at this terminal: another process's caller cannot be reached."""
        if self.serving is None:
            write_out([text + "\n"], 2)

    def say_part(self, name: str, number: int, of: int) -> None:
        """Which part of a panel is being read, where there are several."""
        if of > 1:
            self.say_progress(self.words("reading_part", name=name, number=number, all=of))

    def words(self, key: str, **params: str | float) -> str:
        return i18n.text(f"cli.{key}", self.lang, **params)

    def path(self, name: str) -> Path:
        return self.cwd / name

    @property
    def viewer(self) -> Viewer:
        """The caller, for services that check rights."""
        return console_actor(self.user)

    @property
    def place(self) -> StorePlace:
        """Where the call's store is.

        Raises:
            StoreUnavailable: the address of a database comes without a folder, or with a password in the arguments.
        """
        said = self.store_option
        return chosen_place(said if not said or is_address(said) else str(self.path(said)))

    @property
    def folder(self) -> Path:
        """The store's folder: with the database in it, or beside it."""
        return self.place.folder

    @contextmanager
    def store(self, furnish: bool = True) -> Iterator[Store]:
        """The store to write in: made where there is none, and with the shipped baseline where it has no other.

        A step that fails makes none. Not ``furnish``: for what is done with a store that is there.

        Raises:
            StoreUnavailable: among others where another process holds it, who is then asked to do the job.
        """
        try:
            if self.serving is not None:
                with self._under_its_notice(self.serving):
                    yield self.serving
                return
            if not furnish:
                # A wrong folder would be filled, and reported as well kept.
                refuse_absent(self.place)
            made = store_for_a_step(self.place) if furnish else open_store(self.place)
            with made as store, self._under_its_notice(store):
                yield store
        except OSError as error:
            raise refused_access(error, self.folder.name) from error

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """The store as it is: nothing of it is made, migrated or changed.

        Raises:
            StoreUnavailable: there is none, or as for ``store``.
        """
        if self.serving is not None:
            with self._under_its_notice(self.serving):
                yield self.serving
            return
        with open_store_to_read(self.place) as store, self._under_its_notice(store):
            yield store

    @contextmanager
    def furnished(self) -> Iterator[Store]:
        """The store to read in, with a baseline in it: made where the folder is absent or empty, else left as it is."""
        with self.store() if self._to_be_made() else self.reading() as store:
            yield store

    @contextmanager
    def furnished_for_now(self) -> Iterator[Store]:
        """As ``furnished``, but where there is none, one with the shipped baseline that is gone after this call."""
        if not self._to_be_made():
            with self.reading() as store:
                yield store
            return
        with TemporaryDirectory() as passing, Store.open(Path(passing) / self.folder.name) as store:
            ensure_baseline(store, to_try=True)
            yield store

    @contextmanager
    def under_the_named_notice(self) -> Iterator[None]:
        """The notice that ``--notice`` names, if any.

        Raises:
            NotFound: there is none of that name.
        """
        if self.notice_option is None:
            yield
            return
        if self.notice_option not in known_notices():
            raise NotFound("notice", self.notice_option[:60])
        with notice_in_hand(shipped_notice(self.notice_option)):
            yield

    @contextmanager
    def _under_its_notice(self, store: Store) -> Iterator[None]:
        with notice_in_hand(notice_of_store(store, self.notice_option)):
            yield

    def _to_be_made(self) -> bool:
        """There is no store, or one that was killed before it had its first baseline."""
        from kpi.services.shipped_baseline import has_baseline

        try:
            with self.reading() as store:
                return not has_baseline(store)
        except StoreUnavailable as error:
            if error.code != "store_absent":
                raise
            return True


def _set(name: str) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(context: click.Context, _: click.Parameter, value: Any) -> None:
        if value == "":
            raise click.BadParameter(repr(value))
        if value is not None:
            setattr(context.find_object(CallSession), name, value)

    return callback


def _refuse_blanks(context: click.Context) -> None:
    """An option given as "" is an unset variable of a script: what is done without the option would be something else.

    Free text that may be left out is "" by default.
    """
    for option in (param for param in context.command.params if isinstance(param, click.Option)):
        given = context.params.get(option.name or "")
        if option.default != "" and "" in (given if isinstance(given, tuple) else (given,)):
            raise click.BadParameter(repr(""), context, option)


def shared_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--store --notice --json --lang``: before or after the subcommand; the later one wins. No option may be ""."""

    @wraps(command)
    def checked(*args: Any, **kwargs: Any) -> Any:
        context = click.get_current_context()
        _refuse_blanks(context)
        with context.ensure_object(CallSession).under_the_named_notice():
            return command(*args, **kwargs)

    for decorate in (
        click.option("--lang", type=click.Choice(["zh", "en"]), expose_value=False, callback=_set("lang")),
        click.option("--json", is_flag=True, default=None, expose_value=False, callback=_set("as_json")),
        click.option("--store", metavar="PATH", expose_value=False, callback=_set("store_option")),
        click.option("--notice", metavar="NAME", expose_value=False, callback=_set("notice_option")),
    ):
        checked = decorate(checked)
    return checked


def write_out(texts: Sequence[str], descriptor: int) -> None:
    """To a descriptor at once, in UTF-8 whatever the terminal's setting: the JSON contract requires it.

    A reader that went away is no error. Raises ``OSError`` where it cannot be written, as on a full disk.
    """
    data = "".join(texts).encode("utf-8", "backslashreplace")
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except BrokenPipeError:
        sys.exit(0)


# The files and the words given in a call: read, and written.


_MEGABYTE = 1_000_000


def read_file(session: CallSession, name: str) -> bytes:
    """The file's bytes. One that no command would take is not brought into memory: the app's, where it does the job.

    Raises:
        UserError: it is not there or cannot be read.
        InvalidFile: it is larger than any file may be.
    """
    path, most = session.path(name), panel_limits().file_bytes
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
            size = max(os.fstat(file.fileno()).st_size, len(data))
    except OSError as error:
        raise UserError("cannot_read", name=_shown(name)) from error
    if len(data) > most:
        shown = printable_file_name(name, application_limits().problem_value_characters)
        large = {"found": round(size / _MEGABYTE, 1), "limit": most / _MEGABYTE}
        raise InvalidFile([Problem("error", "too_large", shown, params=large)])
    session.inputs.append(path)
    return data


def write_output(session: CallSession, name: str, data: bytes) -> None:
    """Write what a call answers with, whole or not at all.

    Raises:
        UserError: it would replace a file that this call read, or it cannot be written.
    """
    path = session.path(name)
    try:
        if path.exists() and any(path.samefile(read) for read in session.inputs):
            raise UserError("out_was_read", name=_shown(name))
        write_whole(path, data, SHARED)
    except OSError as error:
        raise UserError("cannot_write", name=_shown(name)) from error


def refuse_to_replace(session: CallSession, name: str, *replaceable: bytes) -> None:
    """For what a person may have filled in, or holds what is kept nowhere else: only the ``replaceable`` may go.

    Raises:
        UserError: there is a file with other content, or one that cannot be read.
    """
    path = session.path(name)
    try:
        kept = path.read_bytes() if path.exists() else b""
    except OSError as error:
        raise UserError("cannot_write", name=_shown(name)) from error
    if kept not in (b"", *replaceable):
        raise UserError("out_would_be_lost", name=_shown(name))


def _shown(name: str) -> str:
    return printable(name, application_limits().problem_value_characters)


def base_name(name: str) -> str:
    """The name a person knows the file by, without the folders."""
    return name.replace("\\", "/").rsplit("/", 1)[-1]


def printable_words(_: click.Context, __: click.Parameter, words: str | None) -> str | None:
    """A name given by an option, trimmed: a ``callback`` of click's, which refuses blanks and invisible characters."""
    if words is None:
        return None
    if not words.strip() or not words.isprintable():
        raise click.BadParameter(repr(words))
    return words.strip()
