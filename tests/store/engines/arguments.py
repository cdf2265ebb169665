"""Arguments for any function that writes, made from its type hints."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime, timedelta
from inspect import signature
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from kpi.model.application import Application, load_application
from tests.store.engines.contents import WORDS, Contents


def arguments(write: Callable[..., None], contents: Contents) -> dict[str, Any]:
    """Values by name, drawn from the words of the store's own rows; the cursor is left out."""
    hints = {name: hint for name, hint in get_type_hints(write).items() if name in signature(write).parameters}
    hints.pop("cursor")
    # Every other time values that occur together in a row: what is changed or removed is named by several.
    row = contents.row_like(_names(hints)) if contents.random.random() < 0.5 else {}
    return {name: _made(hint, name, contents, row) for name, hint in hints.items()}


def _names(hints: Mapping[str, Any]) -> set[str]:
    """Of the arguments, and of the fields of those that are records themselves."""
    own = {KNOWN_AS.get((hint, name), name) for name, hint in hints.items()}
    return own.union(*(_names(get_type_hints(hint)) for hint in hints.values() if is_dataclass(hint)))


def _made(hint: Any, name: str, contents: Contents, row: Mapping[str, Any]) -> Any:
    random = contents.random
    kind, inner = get_origin(hint), get_args(hint)
    if kind is Literal:
        return random.choice(inner)
    if kind in (Union, types.UnionType):
        chosen = [item for item in inner if item is not types.NoneType]
        if len(chosen) < len(inner) and (row[name] is None if name in row else random.random() < 0.3):
            return None
        return _made(chosen[0], name, contents, row)
    if kind is tuple and Ellipsis not in inner:
        return tuple(_made(item, name, contents, row) for item in inner)
    if kind in (tuple, Sequence):
        return tuple(_made(inner[0], SINGULAR.get(name, name), contents, {}) for _ in range(random.randrange(3)))
    if kind is Mapping:
        return {_made(inner[0], "body", contents, {}): _made(inner[1], "count", contents, {}) for _ in range(2)}
    if hint is Application:
        known = load_application(random.choice(contents.pools["application"]))
        return replace(known, facts={**known.facts, "year": random.randrange(2020, 2030)})
    if is_dataclass(hint):
        hints = get_type_hints(hint)
        return hint(**{field.name: _made(hints[field.name], field.name, contents, row) for field in fields(hint)})
    return _plain(hint, name, contents, row)


SINGULAR = {"credit_codes": "credit_code", "ids": "delivery", "items": "item"}


def _plain(hint: type, name: str, contents: Contents, row: Mapping[str, Any]) -> Any:
    random = contents.random
    if hint is bool:
        return random.random() < 0.5
    if hint is bytes:
        return random.choice(WORDS).encode()
    if hint is datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=random.randrange(100_000))
    if hint is date:
        return date(2026, 1, 1) + timedelta(days=random.randrange(300))
    if hint is float:
        return random.choice([0.5, 1e-9])
    called = KNOWN_AS.get((hint, name), name)
    if isinstance(row.get(called), hint):
        return row[called]
    known = contents.pools.get(called, WORDS if hint is str else range(10))
    # Something that the store does not know yet, now and then: a key that is free.
    new = random.randrange(100, 30_000) if hint is int else f"new-{random.randrange(1000)}"
    return new if random.random() < 0.3 else random.choice(known)


KNOWN_AS = {(str, "number"): "api_token", (str, "before"): "application"}
"""Arguments that are called otherwise than what they are of."""
