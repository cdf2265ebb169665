"""A panel that is a folder of Parquet files, its parts: read and checked one after the other, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from kpi import records
from kpi.baseline.panel_settings import panel_settings
from kpi.baseline.parts import PanelPart, ReadPart
from kpi.baseline.registers import NO_GROUPS, codes_named, own_groups, read_groups, registered_groups
from kpi.catalogue.catalogue import catalogue
from kpi.errors import InvalidFile, UserError
from kpi.files.limits import panel_limits
from kpi.files.text import printable_file_name
from kpi.model.problem import Problem
from kpi.queries.freezing import (
    DisagreeingParts,
    RepeatedInParts,
    disagreeing_parts,
    groups_in_parts,
    repeated_in_parts,
)
from kpi.services.baseline_preparation import File
from kpi.store.cursor import Cursor
from kpi.store.store_folder import sha256_of_file

ReportRead = Callable[[str, int, int], None]
"""Hears which part is being read, its number from 1, and of how many."""
ReportShare = Callable[[float], None]
"""Hears how much of what comes after the last part is done, 0..1."""


def _unheard(_: float) -> None:
    """What nobody waits for."""


@dataclass(frozen=True, slots=True)
class ReadFolder:
    """The parts of a panel that was read, its register of groups with who owns each of them, and warnings."""

    parts: tuple[ReadPart, ...]
    groups: pd.DataFrame
    warnings: tuple[Problem, ...]


def parts_of(folder: Path) -> tuple[Path, ...]:
    """The files of a folder by name; hidden ones, and those that begin with an underscore, are marks of who wrote it.

    Raises:
        UserError: there are none, it holds folders, or it cannot be read.
    """
    try:
        visible = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "_")))
        if not visible or any(not path.is_file() for path in visible):
            raise UserError("no_parts", name=folder.name)
    except OSError as error:
        raise UserError("cannot_read", name=folder.name) from error
    return tuple(visible)


def read_folder(
    cursor: Cursor,
    name: str,
    paths: Sequence[Path],
    region: str,
    groups: File | None,
    report: ReportRead,
    checked: ReportShare = _unheard,
) -> ReadFolder:
    """Read the parts into the observations of a scratch database, as the baseline ``name``.

    ``checked`` hears how far the checks are that compare the parts with each other.

    Raises:
        InvalidFile: a file has errors: those of all files are reported.
        UserError: a file cannot be read.
    """
    grouped = read_groups(*groups) if groups else None
    parts = [PanelPart.at(path) for path in paths]
    hashes = []
    for number, part in enumerate(parts):
        report(part.path.name, number + 1, len(parts))
        try:
            hashes.append(sha256_of_file(part.path))
            for piece in part.pieces(region):
                records.add_part_piece(cursor, number, piece.records, piece.facts)
        except OSError as error:
            raise UserError("cannot_read", name=part.path.name) from error
    _between_pieces(cursor, parts, checked)
    problems = (*_listed(parts), *(grouped.problems if grouped else ()))
    if any(problem.blocks for problem in problems):
        raise InvalidFile(problems)
    register = grouped.groups if grouped else NO_GROUPS
    moved = _who_matters(cursor, register)
    owners = moved.assign(own_group=own_groups(moved))[["credit_code", "own_group"]].astype(object)
    records.add_records_of_parts(cursor, name, region, owners)
    read = (
        ReadPart(part.path.name, part.rows, part.values, sha256) for part, sha256 in zip(parts, hashes, strict=True)
    )
    return ReadFolder(tuple(read), register.assign(own_group=registered_groups(register, moved)), problems)


def _between_pieces(cursor: Cursor, parts: Sequence[PanelPart], checked: ReportShare) -> None:
    """What a value states twice, and what is said otherwise of an enterprise, in two pieces or two parts."""
    most, kpis = panel_settings().limits.problems, catalogue().kpis
    for at, kpi in enumerate(kpis):
        checked(at / len(kpis))
        found = repeated_in_parts(cursor, kpi.code, most)
        for one in found:
            part = parts[one.part]
            column = part.layout.named.get("kpi", part.layout.values.get(kpi.code, 0))
            place = (None, one.row, column, kpi.code)
            part.faults.in_table("panel_repeated_value", place, first=_first(one, parts))
        _count_rest(parts, found[0].repeated - len(found) if found else 0)
    differing = disagreeing_parts(cursor, most)
    for other in differing:
        for name, code, here, there in (
            ("group", "panel_two_groups", other.told_group, other.first_group),
            ("industry", "panel_two_industries", other.industry, other.first_industry),
            ("sub_industry", "panel_two_sub_industries", other.sub_industry, other.first_sub_industry),
            ("body", "panel_two_bodies", other.body, other.first_body),
        ):
            if here != there:
                part = parts[other.part]
                place = (None, other.row, part.layout.named.get(name, 0), here or "")
                part.faults.in_table(code, place, first=_first(other, parts), other=there or "")
    _count_rest(parts, differing[0].differing - len(differing) if differing else 0)


def _first(one: RepeatedInParts | DisagreeingParts, parts: Sequence[PanelPart]) -> int | str:
    """The row of the same file, or the row of another."""
    if one.first_part == one.part:
        return one.first_row
    most = panel_limits().problem_value_characters
    return f"{printable_file_name(parts[one.first_part].path.name, most)}:{one.first_row}"


def _count_rest(parts: Sequence[PanelPart], unlisted: int) -> None:
    parts[-1].faults.total += unlisted


def _listed(parts: Iterable[PanelPart]) -> tuple[Problem, ...]:
    """The problems of all parts, of too many the errors first, as of one file."""
    most = panel_settings().limits.problems
    found = [one for part in parts for one in part.faults.in_order() if one.code != "panel_more_problems"]
    total = sum(part.faults.total for part in parts)
    if total <= most:
        return tuple(found)
    kept = sorted(sorted(range(len(found)), key=lambda at: not found[at].blocks)[:most])
    more = {"more": total - len(kept), "told": len(kept)}
    return (*(found[at] for at in kept), Problem("error", "panel_more_problems", found[0].file, params=more))


def _who_matters(cursor: Cursor, register: pd.DataFrame) -> pd.DataFrame:
    """credit_code and group of those who do not simply stand alone, as the register says it or else the parts."""
    stated = groups_in_parts(cursor)
    names = codes_named(pd.concat([register["group"], stated["group"]]).dropna().unique())
    moved = groups_in_parts(cursor, names)
    moved = pd.concat([register[["credit_code", "group"]], moved]).drop_duplicates("credit_code", ignore_index=True)
    return moved.assign(group=moved["group"].astype(object).where(moved["group"].notna(), None))
