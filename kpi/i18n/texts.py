"""A language's texts: all files of ``data/text/<lang>`` merged, one sentence per leaf, each key once."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from kpi.errors import InvalidData
from kpi.i18n.number_format import nth, p_value, percent, percentile, plain_number, stated_percent, stated_top
from kpi.model.language import Lang
from kpi.model.problem import LISTED

FOLDER = Path(__file__).resolve().parents[2] / "data" / "text"


class _Filler(string.Formatter):
    """``str.format`` for people: 35.0 is 35, ``{share:pct}`` writes 0.83 as "83 %", ``{p:p}`` 0.004 as "= 0.004".

    ``{share:stated}`` writes 0.825 as "82.5 %": what policy states, with every digit; ``{share:top}`` the share above
    it, "17.5 %". ``{upper:percentile}`` is "82.5" and ``{upper:nth}`` "82.5th", several shares in a tuple "75/80".

    ``{count:file|files}`` writes the form that agrees with the count, not the count itself.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" in format_spec:
            one, _, several = format_spec.partition("|")
            return one if str(value) in ("1", "1.0") else several
        if format_spec == "pct":
            return percent(float(value))
        if format_spec == "stated":
            return stated_percent(value)
        if format_spec == "top":
            return stated_top(value)
        if format_spec in ("percentile", "nth"):
            write = nth if format_spec == "nth" else percentile
            return "/".join(map(write, value if isinstance(value, tuple) else (value,)))
        if format_spec == "p":
            written = p_value(float(value))
            return written if written.startswith("<") else f"= {written}"
        if isinstance(value, float) and not format_spec:
            return plain_number(value)
        return str(super().format_field(value, format_spec))


_FILLER = _Filler()


@cache
def load_texts(lang: Lang, folder: Path = FOLDER) -> Mapping[str, str]:
    """Dotted key -> sentence. Raises InvalidData naming file and key for a duplicate key or a leaf that is not text."""
    merged: dict[str, str] = {}
    for file in sorted((folder / lang).glob("*.toml")):
        for key, sentence in _leaves(_parsed(file), ""):
            if not isinstance(sentence, str):
                raise InvalidData(f"{file.name}: {key} is not a text")
            if key in merged:
                raise InvalidData(f"{file.name}: {key} stands in another file already")
            merged[key] = sentence
    return merged


@cache
def placeholders(template: str) -> frozenset[str]:
    """The placeholders of a sentence."""
    return frozenset(name for _, name, _, _ in _FILLER.parse(template) if name)


def text(key: str, lang: Lang, **params: object) -> str:
    """The sentence under a dotted key, filled; several names in one parameter (``kpi.model.problem.listed``) are joined
    as the language does. A missing key or parameter is a bug: KeyError.
    """
    texts = load_texts(lang)
    template = texts[key]
    if "{" not in template:
        return template
    for name, value in params.items():
        if isinstance(value, str) and LISTED in value:
            params[name] = value.replace(LISTED, texts["number.list"])
    return _FILLER.vformat(template, (), params)


def begun(words: str) -> str:
    """Words that stand alone, where the same are part of a line elsewhere: in English they begin with a capital."""
    return words[:1].upper() + words[1:]


def has_text(key: str, lang: Lang) -> bool:
    """Whether the key exists, for sentences with optional variants."""
    return key in load_texts(lang)


def _parsed(file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidData(f"{file.name}: {error}") from error


def _leaves(table: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        key = f"{above}{name}"
        if isinstance(value, dict):
            yield from _leaves(value, f"{key}.")
        else:
            yield key, value
