"""Settings that a person wrote: a text of TOML, or of JSON where that may be."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from typing import Any


class UnreadableSettings(Exception):
    """Neither UTF-8 nor of the form; ``row``, counted from 1, is where reading ended."""

    def __init__(self, row: int) -> None:
        super().__init__(row)
        self.row = row


def read_settings(data: bytes, *, json_too: bool = False, number: Callable[[str], Any] = float) -> dict[str, Any]:
    """The table in ``data``; ``number`` makes what has a decimal point. ``json_too``: what begins with ``{`` is JSON.

    Raises:
        UnreadableSettings: it cannot be read, or is nested beyond reason.
    """
    try:
        text = data.decode("utf-8-sig")
        if json_too and text.lstrip().startswith("{"):
            return dict(json.loads(text, parse_float=number))
        return tomllib.loads(text, parse_float=number)
    except UnicodeDecodeError as error:
        raise UnreadableSettings(data.count(b"\n", 0, error.start) + 1) from None
    except json.JSONDecodeError as error:
        raise UnreadableSettings(error.lineno) from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"at line (\d+)", str(error))
        raise UnreadableSettings(int(at[1]) if at else max(len(text.splitlines()), 1)) from None
    except (ValueError, RecursionError):
        raise UnreadableSettings(1) from None
