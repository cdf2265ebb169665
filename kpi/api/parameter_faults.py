"""What is wrong with a call's parameters, each in the reader's words: which one, what is wrong, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kpi import i18n
from kpi.errors import UserError
from kpi.model.language import Lang
from kpi.reports.data.error_json import error_json

KINDS: Mapping[str, str] = {
    "missing": "missing",
    "int_parsing": "not_whole",
    "int_parsing_size": "not_whole",
    "int_from_float": "not_whole",
    "greater_than_equal": "too_small",
    "less_than_equal": "too_large",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
    "string_pattern_mismatch": "other_characters",
    "bool_parsing": "not_yes_or_no",
    "literal_error": "not_one_of",
    "extra_forbidden": "unknown",
    "too_long": "repeated",
    "repeated": "repeated",
}
"""By the framework's name of a fault; a repeated parameter is a list too long, and a repeated field has no name there.
What is not here is said to be not valid.
"""
LIMITS = ("ge", "le", "min_length", "max_length")
NO_FILE = "not_a_file"
REPEATED = "repeated"
LONGEST_SHOWN = 40
MOST = 20


class WrongParameters(UserError):
    """``faults`` are the framework's: where each is, of which kind, and by which limit."""

    def __init__(self, faults: Sequence[Mapping[str, Any]]) -> None:
        super().__init__("api_parameters")
        self.faults = tuple(faults[:MOST])

    def in_words(self, lang: Lang) -> list[dict[str, Any]]:
        """Each in the form of a file's problem."""
        return [_in_words(fault, lang) for fault in self.faults]


def joined(words: Iterable[str], lang: Lang) -> str:
    """Sentences one after the other, each once."""
    return i18n.text("api.between_sentences", lang).join(dict.fromkeys(words))


def _in_words(fault: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    place, *names = (str(part) for part in fault["loc"])
    where = i18n.text(f"api.place.{place}", lang, name=".".join(names) or place)
    kind, limits = _kind(fault, place), fault.get("ctx") or {}
    said: dict[str, str | float] = {
        "where": where,
        "value": _shown(fault.get("input")),
        "limit": next((limits[name] for name in LIMITS if name in limits), ""),
        "allowed": i18n.text("number.list", lang).join(re.findall("'([^']*)'", str(limits.get("expected", "")))),
    }
    key = f"api.parameter.{kind}"
    found = error_json(
        f"parameter_{kind}", i18n.text(f"{key}.message", lang, **said), i18n.text(f"{key}.remedy", lang, **said)
    )
    return found | {"value": None if kind in ("missing", NO_FILE) or "input" not in fault else said["value"]}


def _kind(fault: Mapping[str, Any], place: str) -> str:
    kind = KINDS.get(fault["type"], "not_valid")
    return NO_FILE if place == "body" and kind == "not_valid" else kind


def _shown(value: object) -> str:
    said = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return said[:LONGEST_SHOWN]
