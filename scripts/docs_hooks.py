"""Hooks of the documentation site: pages outside ``docs/`` belong to it too, and every decision has its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parents[1]
OUTSIDE = ("SECURITY.md", "CHANGELOG.md", "deploy/README.md", "deploy/runbook.md")
FILES = tuple(f"deploy/{file.name}" for file in sorted((ROOT / "deploy").iterdir()) if file.suffix != ".md")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The decisions by their numbers."""
    decisions = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    pages = [{_title(page): f"decisions/{page.name}"} for page in decisions]
    config.nav = [*(config.nav or []), {"Decisions": pages}]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for name in (*OUTSIDE, *FILES):
        files.append(File.generated(config, name, content=(ROOT / name).read_text("utf-8")))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """In the repository a link to such a page goes out of ``docs/``; one from such a page goes into it."""
    for name in OUTSIDE:
        markdown = re.sub(rf"\]\((?:\.\./)+{re.escape(name)}", f"]({_up(page.file.src_uri)}{name}", markdown)
    if page.file.src_uri in OUTSIDE:
        markdown = re.sub(r"\]\((?:\.\./)?docs/", f"]({_up(page.file.src_uri)}", markdown)
        markdown = re.sub(r"\]\((?:\.\./)?README\.md\)", f"]({_up(page.file.src_uri)}index.md)", markdown)
    return markdown


def _title(page: Path) -> str:
    return page.read_text("utf-8").splitlines()[0].removeprefix("# ")


def _up(path: str) -> str:
    return "../" * path.count("/")
