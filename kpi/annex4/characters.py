"""Counting characters like Word's 字数: Chinese characters and punctuation singly, other text by runs.

Word's rule is not published; this is its known behaviour, stated in ``data/annex4/requirements.toml``. Marks
that Chinese and Latin share (quotation marks, dashes, ellipses) count as Chinese, as an input method writes them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


def word_count(text: str) -> int:
    """Word's 字数 of a paragraph: "部署 MES 系统，12 套。" is 2 + 1 + 2 + 1 + 1 + 1 + 1 = 9."""
    return _count(text, punctuation=True)


def without_punctuation(text: str) -> int:
    """The same without punctuation: "部署 MES 系统，12 套。" is 7."""
    return _count(text, punctuation=False)


_RUN = re.compile(r"\S+")


def _count(text: str, *, punctuation: bool) -> int:
    total = 0
    for piece in _RUN.findall(text):
        in_run = False
        for character in piece:
            kind = _kind(character)
            if kind == "run":
                # A run of punctuation only ("--") is a word to Word, but does not count without punctuation.
                begins = not in_run and (punctuation or character.isalnum())
                total += begins
                in_run |= begins
            elif kind != "inside":
                in_run = False
                total += kind == "character" or punctuation
    return total


@lru_cache(maxsize=4096)
def _kind(character: str) -> str:
    """``character`` and ``mark`` count singly, a ``run`` with its neighbours, ``inside`` not at all."""
    if unicodedata.category(character) in ("Mn", "Cf"):
        return "inside"
    width, category = unicodedata.east_asian_width(character), unicodedata.category(character)
    if width in ("W", "F"):
        return "mark" if category.startswith(("P", "S")) else "character"
    # Ambiguous width: “”‘’—…· and ①②③ are typed as Chinese; letters (Greek), signs (°, ±) and m² belong to a run.
    if width == "A" and category.startswith("P"):
        return "mark"
    return "character" if width == "A" and character >= "①" and category == "No" else "run"
