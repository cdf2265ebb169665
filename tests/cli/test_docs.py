"""Every command that README and docs show is one that the program takes; those of README do what they say."""

from __future__ import annotations

import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from kpi.cli.call import CallSession
from kpi.cli.main import COMMAND_NAMES, kpi
from tests.cli.command_line import ROOT, here
from tests.either_store import SHARED

pytestmark = pytest.mark.slow

README = ROOT / "README.md"
PAGES = [
    README,
    ROOT / "SECURITY.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted(ROOT.glob("deploy/**/*.md")),
]
FENCE = re.compile(r"^```(?:sh|bash|console|text)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"(?:^ {4}\S.*\n)+", re.MULTILINE)
INLINE = re.compile(r"`([^`]+)`")
CALL = re.compile(r"^(?:\$ )?(?:\w+=\S+ )*(?:\S*python3? -m kpi|kpi)(?: (.*))?$")


def commands(page: Path) -> list[str]:
    """The words after ``python -m kpi`` or ``kpi`` of every line of every code block, comments off."""
    text = page.read_text("utf-8")
    blocks = [*FENCE.findall(text), *INDENTED.findall(FENCE.sub("", text))]
    lines = [line.strip() for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [found[1] or "" for line in lines if (found := CALL.match(line))]


def mentions(page: Path) -> list[str]:
    """What stands between backquotes in running text, each in one line."""
    return [" ".join(found.split()) for found in INLINE.findall(FENCE.sub("", page.read_text("utf-8")))]


SHOWN = [(page.relative_to(ROOT).as_posix(), words) for page in PAGES for words in commands(page)]
BY_README = commands(README)


def parse(words: list[str]) -> None:
    """Read the words as the program would, down to the last subcommand, and do nothing.

    Raises click.UsageError for a word that is no command, option or value.
    """
    command: click.Command = kpi
    context, name = None, "kpi"
    while True:
        context = command.make_context(name, words, parent=context, obj=CallSession(cwd=ROOT))
        if not isinstance(command, click.Group):
            return
        name, found, words = command.resolve_command(context, [*context._protected_args, *context.args])
        assert found is not None
        command = found


def unknown_words(mention: str) -> list[str]:
    """The subcommands and options of a mention of the program that it does not know; values may be left out."""
    command: click.Command = kpi
    words = shlex.split(mention)
    while isinstance(command, click.Group) and words and re.fullmatch("[a-z][a-z0-9-]*", words[0]):
        found = command.get_command(click.Context(command), words[0])
        if found is None:
            return [words[0]]
        command, words = found, words[1:]
    options = {name for parameter in (*command.params, *kpi.params) for name in parameter.opts}
    return [word for word in words if word.startswith("--") and word not in options]


def test_the_token_commands_of_the_interface_are_found() -> None:
    assert "account token revoke ID" in commands(ROOT / "docs" / "http-interface.md")


@pytest.mark.parametrize("page", PAGES, ids=[page.relative_to(ROOT).as_posix() for page in PAGES])
def test_what_running_text_mentions_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    wrong = []
    for mention in mentions(page):
        if found := CALL.match(mention):
            wrong += unknown_words(found[1] or "")
        elif found := re.match(r"make ([a-z]+)$", mention):
            wrong += [] if found[1] in targets else [mention]
        elif found := re.match(r"python -m (benchmarks\.\w+)", mention):
            wrong += [] if find_spec(found[1]) else [mention]
    assert wrong == []


@pytest.mark.parametrize("mention", ["nothing", "store nothing", "store verify --colour", "account token lend"])
def test_a_mention_of_what_is_not_there_would_be_seen(mention: str) -> None:
    assert unknown_words(mention)


def test_readme_shows_every_command_there_is() -> None:
    assert {words.split()[0] for words in BY_README} == set(COMMAND_NAMES)


@pytest.mark.parametrize(("page", "words"), SHOWN, ids=[f"{page}: {words}" for page, words in SHOWN])
def test_a_shown_command_is_taken(page: str, words: str) -> None:
    parse(shlex.split(words, comments=True))


@pytest.mark.parametrize("words", ["nothing", "check", "benchmark x --colour", "baseline show", "serve --port many"])
def test_unknown_command_in_docs_is_found(words: str) -> None:
    with pytest.raises(click.UsageError):
        parse(shlex.split(words))


def test_the_commands_of_readme_run_one_after_the_other(tmp_path: Path) -> None:
    done = 0
    for words in BY_README:
        arguments = shlex.split(words, comments=True)
        if SHARED and arguments[:2] == ["store", "snapshot"]:
            continue  # refused in words: the database does that by its own log
        if arguments[0] in ("serve", "document", "verdict", "certificate", "doctor"):
            # Tried in test_served, test_document and test_verdict: a document within the notice is over 50 MB, and a
            # sealed record, with its certificate, belongs to a verdict. Neither ships; nor has a new store a backup.
            continue
        arguments = [str(tmp_path / word) if word.startswith("OUT.") else word for word in arguments]
        call = here(*arguments, "--store", tmp_path / "store")
        assert (call.code, call.err) == (0, ""), words
        done += 1
    assert done >= 7
    assert {"OUT.xlsx", "OUT.html"} <= {path.name for path in tmp_path.iterdir()}
