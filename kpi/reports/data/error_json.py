"""What is wrong with a call, or with the store, as JSON."""

from __future__ import annotations

from typing import Any


def error_json(code: str, message: str, remedy: str) -> dict[str, Any]:
    """What is wrong with a call, or with the store, in the form of a file's problem: it has no place in one."""
    nowhere = dict.fromkeys(("file", "sheet", "row", "column", "value"))
    return {"severity": "error", "code": code, **nowhere, "message": message, "remedy": remedy}
