"""How each requirement of OWASP ASVS 5.0.0 stands, as a page: ``make security-requirements`` writes it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

from kpi.catalogue.schema import Checked, load_toml

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "security-requirements.md"
FILE = ROOT / "tests" / "security" / "asvs.toml"
Status = Literal["met", "not_applicable", "risk"]
WORDS: dict[Status, str] = {"met": "met", "not_applicable": "not applicable", "risk": "**risk**"}
HEAD = """# Security requirements

Every requirement of levels 1 and 2 of OWASP ASVS 5.0.0 by its number, in few words of ours; the text is
[OWASP's](https://github.com/OWASP/ASVS). What is met names tests that show it, and a document where one is asked for;
what is not applicable, and what remains a risk, say why. `make security-requirements` writes this page from
`tests/security/asvs.toml`, and a test holds it to the standard's numbers and the tests to being there. Threats and
measures: [SECURITY](../SECURITY.md).
"""


class Requirement(Checked):
    """``asks`` is ours. ``shown_by`` names files, each with or without ``::`` and a test; ``why`` is in words."""

    id: str
    level: Literal[1, 2]
    asks: str
    status: Status
    shown_by: tuple[str, ...] = ()
    why: str = ""


class Chapter(Checked):
    number: int
    name: str
    requirements: tuple[Requirement, ...]


class _File(Checked):
    chapter: tuple[Chapter, ...]


def chapters() -> tuple[Chapter, ...]:
    """All of them, in the standard's order."""
    return load_toml(FILE, _File).chapter


def requirements() -> list[Requirement]:
    return [item for chapter in chapters() for item in chapter.requirements]


def counts() -> Counter[Status]:
    return Counter(item.status for item in requirements())


def security_page() -> str:
    """The whole page, by the data as they are now."""
    rows = [f"| {chapter.number} {chapter.name} | {_counted(chapter.requirements)} |" for chapter in chapters()]
    total = f"| all | {_counted(requirements())} |"
    head = ["| chapter | met | not applicable | risk |", "| --- | ---: | ---: | ---: |"]
    lines = [HEAD, *head, *rows, total, ""]
    for chapter in chapters():
        lines += [f"## {chapter.number} {chapter.name}", "", "| number | level | asks | state | shown by, or why |"]
        lines += ["| --- | --- | --- | --- | --- |", *map(_row, chapter.requirements), ""]
    return "\n".join(lines)


def _counted(found: Iterable[Requirement]) -> str:
    by_status = Counter(item.status for item in found)
    return " | ".join(str(by_status[status]) for status in WORDS)


def _row(item: Requirement) -> str:
    shown = ", ".join(f"`{file}`" for file in item.shown_by)
    said = "; ".join(part for part in (shown, item.why) if part)
    return f"| {item.id} | {item.level} | {item.asks} | {WORDS[item.status]} | {said} |"


if __name__ == "__main__":
    PAGE.write_text(security_page(), "utf-8")
