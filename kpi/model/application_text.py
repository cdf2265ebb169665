"""An application as text in the store, and back: the round trip is exact."""

from __future__ import annotations

import json
from dataclasses import fields

from kpi.model.application import Application, CellReference, FactValue, ReportedValue

_VALUE = tuple(field.name for field in fields(ReportedValue))
_CELL = tuple(field.name for field in fields(CellReference))


def dump_application(application: Application) -> str:
    return json.dumps(
        {"facts": dict(application.facts), "values": [_value(value) for value in application.values.values()]},
        ensure_ascii=False,
        allow_nan=False,
    )


def _value(value: ReportedValue) -> dict[str, object]:
    # What ``asdict`` gives, without its deep copies: a lock writes an application down three times.
    cell = value.cell and {name: getattr(value.cell, name) for name in _CELL}
    return {name: getattr(value, name) for name in _VALUE} | {"cell": cell}


def load_application(text: str) -> Application:
    content = json.loads(text)
    facts: dict[str, FactValue] = {
        code: tuple(fact) if isinstance(fact, list) else fact for code, fact in content["facts"].items()
    }
    values = [
        ReportedValue(**(value | {"cell": CellReference(**value["cell"]) if value["cell"] else None}))
        for value in content["values"]
    ]
    return Application(facts, {value.code: value for value in values})
