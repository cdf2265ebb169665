"""Reading the project's own data files: one strict schema each, and an error that names file and key."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from kpi.errors import InvalidData

DATA = Path(__file__).resolve().parents[2] / "data"


class Checked(BaseModel):
    """The base of every data schema: frozen; unknown keys are refused (a misspelt one would be silently unused)."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Schema = TypeVar("Schema", bound=BaseModel)


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of one TOML file. Raises ``InvalidData`` if it is missing or not TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidData(f"{path.name}: {error}") from error


def check_schema(schema: type[Schema], content: object, file: str) -> Schema:
    """``content`` as ``schema``. Raises ``InvalidData`` with every invalid key, as ``file: key: problem``."""
    try:
        return schema.model_validate(content)
    except ValidationError as error:
        faults = [f"{file}: {_key(fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        raise InvalidData("\n".join(faults)) from error


def load_toml(path: Path, schema: type[Schema]) -> Schema:
    return check_schema(schema, read_toml(path), path.name)


def load_csv(path: Path, schema: type[Schema]) -> tuple[Schema, ...]:
    """The rows of one CSV file; empty cells are missing values. Errors name ``file, line``, headers counted."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return tuple(
        check_schema(schema, {key: cell for key, cell in row.items() if cell != ""}, f"{path.name}, row {number}")
        for number, row in enumerate(rows, start=2)
    )


def _key(location: tuple[int | str, ...]) -> str:
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)
    return "".join(parts).lstrip(".")
