"""What one notice says otherwise than another, item by item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from kpi.catalogue.catalogue import Catalogue
from kpi.catalogue.forms import ReportForm
from kpi.catalogue.schema import Annex3Form, Annex5Form, Checked


@dataclass(frozen=True, slots=True)
class NoticeChange:
    """What one notice says otherwise than another: ``part`` is its file or form, ``item`` the code there ("" of a
    whole form or the notice), ``key`` what of it, "" for all of it. ``before`` or ``after`` is None where one has none.
    """

    part: str
    item: str
    key: str
    before: str | None
    after: str | None


def notice_changes(before: Catalogue, after: Catalogue) -> list[NoticeChange]:
    """From one notice to another, item by item, in the order of the first and then of the second."""
    found = []
    for part in [item.name for item in fields(Catalogue) if item.name not in ("sha256", "policy")]:
        was, becomes = _by_item(getattr(before, part)), _by_item(getattr(after, part))
        found += item_changes(part, was, becomes)
        orders = [", ".join(item for item in side if item in was.keys() & becomes.keys()) for side in (was, becomes)]
        if orders[0] != orders[1]:
            found.append(NoticeChange(part, "", "order", *orders))
    return found


def item_changes(
    part: str, was: Mapping[str, Mapping[str, Any]], becomes: Mapping[str, Mapping[str, Any]]
) -> list[NoticeChange]:
    """Of the items of one part, each by its code with what is said of it by key."""
    found = []
    for item in dict.fromkeys([*was, *becomes]):
        if item in was and item in becomes:
            found += [NoticeChange(part, item, *change) for change in _otherwise(was[item], becomes[item])]
        else:
            names = [_name_of(side[item]) if item in side else None for side in (was, becomes)]
            found.append(NoticeChange(part, item, "", *names))
    return found


def _otherwise(was: Mapping[str, Any], becomes: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What differs; what one of them does not give is empty."""
    for key in dict.fromkeys([*was, *becomes]):
        if was.get(key) != becomes.get(key):
            yield key, _said(was.get(key)), _said(becomes.get(key))


def _said(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_said(said)}" for key, said in value.items() if said not in (None, ()))
    if isinstance(value, tuple | list):
        return "; ".join(map(_said, value))
    return "" if value is None else str(value)


def _by_item(part: Checked | Sequence[Checked]) -> dict[str, dict[str, Any]]:
    """Each item of a part with its keys, those of texts by language."""
    if isinstance(part, Checked):
        own: Sequence[Checked] = ()
        match part:
            case Annex3Form():
                own = part.row
            case Annex5Form():
                own = part.column
            case ReportForm():
                own = part.part
        return {"": _flat(part.model_dump(exclude={"row", "column", "part", "illustrative"})), **_by_item(own)}
    return {str(getattr(item, "code", "") or getattr(item, "number", "")): _flat(item.model_dump()) for item in part}


def _flat(content: Mapping[str, Any]) -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in content.items():
        if isinstance(value, dict):
            flat |= {f"{key}.{name}": said for name, said in value.items()}
        elif value is not None:
            flat[key] = value
    return flat


def _name_of(item: Mapping[str, Any]) -> str:
    return str(next(filter(None, map(item.get, ("name.zh", "quote", "text", "label.zh", "title"))), ""))
