"""The columns of a table of anybody's making: each header with its path, what it is taken for, what is asked of it."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.names import normalise_name
from kpi.files.text import printable
from kpi.intake.answers import ANSWER_FIELDS, Ground, MatchReason, RecognisedHeader
from kpi.intake.cells import Grid
from kpi.intake.freeform.headers import (
    NO_MATCH,
    HeaderMatch,
    classify,
    closest,
    heading_words,
    unit_fits,
    with_unit_checked,
)
from kpi.intake.freeform.table_finder import TableRegion, heads_column, match_at
from kpi.intake.problems import Fault, PendingQuestion, Reading, SourceCell, fault_at, item_params, unit_params
from kpi.intake.settings import comparable_word

# The columns of a table of anybody's making: each header with its path, what it is taken for, what is asked of it.


_BELOW = " / "
"""Between the lines of a heading."""
_BRACKETS = re.compile(r"[（(]([^（()）]*)[)）]")
_YEAR = re.compile(r"\(?20\d\d(年度|年)?\)?")
_CODES = {
    "brackets": "item_in_doubt",
    "unit": "unit_unfit",
    "quantity": "change_or_quantity",
    "similar": "similar_item",
}


@dataclass(frozen=True, slots=True)
class HeaderColumn:
    """One column of a grid: the cell that names it, its header's text and key, and what it says."""

    place: int
    at: tuple[int, int]
    text: str
    key: str
    match: HeaderMatch


def header_columns(found: TableRegion) -> list[HeaderColumn]:
    """Every column that has a header, from left to right."""
    grid = found.grid
    columns: list[HeaderColumn] = []
    above: tuple[int, int] | None = None
    for place in range(grid.width):
        column = _column(found, place, above)
        if column is None:
            continue
        columns.append(column)
        if column.match.item or column.match == NO_MATCH:
            above = column.at
    return columns


def header_key(texts: Sequence[str]) -> str:
    """A header's key: its path without years, blanks and case, so that next year's file has the same."""
    parts = [_YEAR.sub("", comparable_word(text)) for text in texts]
    return _BELOW.join(part for part in parts if part)


def _column(found: TableRegion, place: int, left: tuple[int, int] | None) -> HeaderColumn | None:
    """The header of one column. A blank item beside a part or a year is the item to its left, as if merged."""
    grid = found.grid
    path = [(line, place) for line in range(found.top, found.first)]
    filled = list(dict.fromkeys(grid.origin(*at) for at in path if grid.text(*at)))
    if not filled:
        return None
    own = [
        at for at in filled if at[0] >= found.line or match_at(grid, *at).is_word or heads_column(grid, at, found.line)
    ]
    match = [match_at(grid, *at) for at in own]
    unnamed = bool(own) and all(at[0] != found.line for at in own)
    if unnamed and left and all(item.is_word for item in match) and not any(item.part in _ALONE for item in match):
        own, match = [left, *own], [match_at(grid, *left), *match]
    if not own:
        return None
    at = next((at for at, item in zip(own, match, strict=True) if item.item), own[0])
    texts = [grid.text(*item) for item in own]
    return HeaderColumn(place, at, _BELOW.join(texts), header_key(texts), _together(match, below=own[-1][0] > at[0]))


_ALONE = ("phase", "beside", "item")
_ADDED = ("part", "year", "unit", "basis")


def _together(path: Sequence[HeaderMatch], below: bool) -> HeaderMatch:
    """A path's words as one: the item of the one that has it, and what the others add.

    What is not understood ``below`` an item is its unit, and none that the catalogue knows.
    """
    whole = next((match for match in path if match.item), path[0])
    for match in path:
        more = {
            name: getattr(match, name)
            for name in _ADDED
            if getattr(whole, name) is None and getattr(match, name) is not None
        }
        whole = replace(whole, **more)
    return with_unit_checked(replace(whole, unit="unread") if below and path[-1] == NO_MATCH else whole)


class HeaderResolver:
    """Decides what each header is taken for, by the answers, by certainty or - asked - not at all."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.headers: list[RecognisedHeader] = []
        self.reported: set[tuple[int, int]] = set()

    def settle(
        self, column: HeaderColumn, example: str, has_change: bool, unit: str | None = None
    ) -> Reading[str | None]:
        """The item's code, or None for a column to leave out.

        ``example`` is the first content under the header, "" where there is none; ``has_change`` says that before and
        after are stated; ``unit`` is one that stands beside the header and not in it.
        """
        match = self._with_alike(column)
        answer = self.grid.file.answers.header.get(column.key)
        if answer is not None:
            taken = (
                match.item if answer == "value" else None if answer in ("ignore", *ANSWER_FIELDS, "factory") else answer
            )
        else:
            taken = match.item if match.certain else None
        if example and not has_change and (yield from self._is_level(column, match, taken, unit)):
            return None
        if answer is not None:
            self._note(column, taken or "ignore", "answered", heading_words().confidence.answered)
            return taken
        self._note(column, match.item or match.part, match.reason, match.confidence)
        if taken:
            return taken
        if example and match.item:
            yield self._question(column, match, example, has_change)
        elif example and match.part in (None, "aside", "change"):
            yield from self.leave_out(column)
        return None

    def _is_level(self, column: HeaderColumn, match: HeaderMatch, taken: str | None, unit: str | None) -> Reading[bool]:
        """A number in a unit of its own under a KPI of change is what changes, or by how much: no percentage.

        The fault says what would be needed, and cannot be confirmed away.
        """
        kpi = next((kpi for kpi in catalogue().kpis if kpi.code == (taken or match.item)), None)
        if kpi is None or not kpi.is_change or (taken is None and match.reason == "similar"):
            return False
        if unit_fits(kpi, unit or match.unit):
            return False
        self._note(column, "ignore", match.reason, match.confidence)
        yield fault_at(self.grid.spot(*column.at), "level_for_change", item_params(kpi), name=column.text)
        return True

    def leave_out(self, column: HeaderColumn) -> Iterator[Fault]:
        """A header's values are not read: a fault once, though it may be merged over several columns."""
        if column.at not in self.reported:
            yield fault_at(self.grid.spot(*column.at), "header_not_read", name=column.text)
        self.reported.add(column.at)

    def _with_alike(self, column: HeaderColumn) -> HeaderMatch:
        match = column.match
        text = self.grid.text(*column.at)
        if match.item or classify(text) != NO_MATCH or len(self.headers) > self.grid.file.limits.columns:
            return match
        near = closest(text)
        if not near.item:
            return match
        more = {name: value for name in _ADDED if (value := getattr(match, name)) is not None}
        return replace(near, **more)

    def _question(self, column: HeaderColumn, match: HeaderMatch, example: str, has_change: bool) -> Fault:
        item = str(match.item)
        doubtful = match.reason == "unit" or (match.reason == "quantity" and not has_change)
        grounds = () if doubtful or match.others else _grounds(match, has_change)
        proposal, options = "ignore" if doubtful else item, (item, *match.others, "ignore")
        asked = PendingQuestion("header", column.key, proposal, options, grounds)
        names = _names((item, *match.others))
        if match.reason == "unit":
            kpi = catalogue().kpi(item)
            names |= unit_params(kpi, printable(_unit_in(column.text), self.grid.file.limits.problem_value_characters))
        return fault_at(
            self.grid.spot(*column.at),
            _CODES[match.reason],
            names,
            question=asked,
            name=column.text,
            confidence=match.confidence,
            example=printable(example, self.grid.file.limits.problem_value_characters),
        )

    def _note(self, column: HeaderColumn, item: str | None, reason: MatchReason, confidence: float) -> None:
        cell = self.grid.cell(*column.at)
        self.headers.append(RecognisedHeader(column.key, column.text, cell, item, confidence, reason))


def _unit_in(header: str) -> str:
    """The last of what stands below the name or in brackets that is known as a unit, else the last of it, else all."""
    beside = [*header.split(_BELOW)[1:], *(text.strip() for text in _BRACKETS.findall(header))]
    return next((text for text in reversed(beside) if classify(text).unit), beside[-1] if beside else header)


def _grounds(match: HeaderMatch, has_change: bool) -> tuple[Ground, ...]:
    """What speaks for an item whose name is not exactly this one."""
    kpi = next((kpi for kpi in catalogue().kpis if kpi.code == match.item), None)
    # Nearly all KPIs are in percent: that a header says so speaks for none of them.
    unit = bool(kpi and match.unit and unit_fits(kpi, match.unit) and kpi.unit.zh != "%")
    ends = bool(kpi and kpi.is_change and has_change)
    stated: tuple[tuple[Ground, bool], ...] = (("name", True), ("unit", unit), ("ends", ends))
    return tuple(ground for ground, holds in stated if holds)


def _names(codes: Sequence[str]) -> dict[str, str]:
    """The proposed items' names in both languages."""
    names = {kpi.code: kpi.name for kpi in catalogue().kpis} | {fact.code: fact.name for fact in catalogue().facts}
    kpis = [names[code] for code in codes]
    return {"name_zh": "、".join(name.zh for name in kpis), "name_en": "; ".join(name.en for name in kpis)}


# The lines of data below a header, gathered into records: one factory of one year, on one line or on several.


@dataclass(slots=True)
class Record:
    """One factory of one year. ``lines`` are the grid's lines by the part that they hold; ``name`` is a fact's code.

    ``label`` is what heads the lines where that is no year and no part. ``of_quantities``: beside numbers of several
    years stands their change, so of a KPI of change they are none.
    """

    lines: dict[str, int]
    year: int | None = None
    label: SourceCell | None = None
    name: str | None = None
    of_quantities: bool = False

    @property
    def first(self) -> int:
        return min(self.lines.values())


@dataclass(slots=True)
class RecordRows:
    """A table's data: ``shared`` lines hold units, notes or bases of every record; ``left`` are lines of no record."""

    records: list[Record] = field(default_factory=list)
    shared: dict[str, int] = field(default_factory=dict)
    left: list[int] = field(default_factory=list)


def gather_records(
    found: TableRegion, columns: Sequence[HeaderColumn], items: Sequence[int], facts: Mapping[str, int]
) -> Reading[RecordRows]:
    """Every line sorted out; ``items`` are the places of KPIs, ``facts`` those of facts by code."""
    stubs = _stubs(found, columns, items)
    return _Gathering(found, stubs, items, facts).all()


def _stubs(found: TableRegion, columns: Sequence[HeaderColumn], items: Sequence[int]) -> tuple[int, ...]:
    """Columns whose cells head their lines: a phase, the KPIs' own header row seen sideways, and blank ones beside."""
    labels = [column.place for column in columns if column.match.part == "phase"]
    if found.kind == "down":
        labels += [column.place for column in columns if column.match.part == "item"]
    near = set(labels)
    headed = {column.place for column in columns if column.match.item}
    for place in (min([*items, *(column.place for column in columns if column.match.item)]), *labels):
        for step in (-1, 1):
            near |= set(takewhile(lambda at: _is_headless(found, at, headed), (place + step, place + 2 * step)))
    return tuple(sorted(place for place in near if place < min(items) or place in labels))


def _is_headless(found: TableRegion, place: int, headed: Container[int]) -> bool:
    """Nothing stands on the items' line; a fact above it may head a column all the same."""
    return 0 <= place < found.grid.width and not found.grid.text(found.line, place) and place not in headed


class _Gathering:
    def __init__(
        self, found: TableRegion, stubs: Sequence[int], items: Sequence[int], facts: Mapping[str, int]
    ) -> None:
        self.found, self.grid, self.stubs, self.items, self.facts = found, found.grid, stubs, items, facts
        self.lines = RecordRows()
        self.by_key: dict[tuple[str, int | None], Record] = {}
        self.labels: list[Record] = []

    def all(self) -> Reading[RecordRows]:
        for line in range(self.found.first, len(self.grid.rows)):
            if not self._filled(line):
                self.lines.left.append(line)
            elif self._repeats_header(line):
                continue
            elif not (yield from self._is_summary(line)):
                yield from self._line(line)
        yield from self._check_labels()
        self._join_change()
        return self.lines

    def _join_change(self) -> None:
        """A column of the change beside those of years, 2024年 40 | 2025年 50 | 提升幅度 25, is the latest year's."""
        records = self.lines.records
        change = next((record for record in records if record.lines.keys() == {"change"} and record.year is None), None)
        years = [record for record in records if record.year is not None]
        if change is None or len(years) + 1 < len(records):
            return
        if years:
            records.remove(change)
            max(years, key=lambda record: record.year or 0).lines["change"] = change.lines["change"]
        for record in years:
            record.of_quantities = True

    def _filled(self, line: int) -> bool:
        """Something stands under an item; a line of facts alone is a factory that reported nothing."""
        cells = self.grid.rows[line]
        width = len(cells)
        for place in self.items:
            if place < width and cells[place] not in (None, ""):
                return True
        return sum(not self.grid.blank(line, place) for place in self.facts.values()) > 1

    def _repeats_header(self, line: int) -> bool:
        """The header once more, as at the top of a printed page."""
        return all(self.grid.text(line, place) == self.grid.text(self.found.line, place) for place in self.items)

    def _is_summary(self, line: int) -> Reading[bool]:
        raw = next((raw for raw in self.grid.rows[line] if raw not in (None, "")), None)
        if (
            not isinstance(raw, str)
            or comparable_word(raw) in heading_words().parts
            or not heading_words().is_summary(normalise_name(raw))
        ):
            return False
        place = list(self.grid.rows[line]).index(raw)
        yield fault_at(self.grid.spot(line, place), "summary_not_read", name=raw.strip())
        return True

    def _line(self, line: int) -> Iterator[Fault]:
        if not self.stubs:
            yield from self._alone(line)
            return
        year, part, label = self._heading(line)
        if part in ("beside", "item"):
            return
        if part in ("aside", "summary"):
            spot = next(spot for spot in self._spots(line) if not spot.blank)
            yield fault_at(spot, "header_not_read", name=spot.text)
        elif part in ("unit", "note", "basis") and year is None and label is None:
            self.lines.shared.setdefault(part, line)
        else:
            yield from self._add(line, year, part if part in ("change", *ANSWER_FIELDS) else "value", label)

    def _alone(self, line: int) -> Iterator[Fault]:
        """Without anything that heads lines each is a factory of its own; a second one must say which."""
        nameless = all(self.grid.blank(*self.grid.origin(line, place)) for place in self.facts.values())
        if self.found.kind == "down" and self.lines.records and nameless:
            place = next(place for place in self.items if not self.grid.blank(line, place))
            yield fault_at(self.grid.spot(line, place), "missing_header")
        else:
            self.lines.records.append(Record({"value": line}))

    def _heading(self, line: int) -> tuple[int | None, str | None, SourceCell | None]:
        """Year, part and label of a line by its stubs, together with the answers given to labels."""
        year, part, label = None, None, None
        for place, spot in zip(self.stubs, self._spots(line), strict=True):
            match = match_at(self.grid, line, place)
            if spot.blank:
                continue
            answer = self.grid.file.answers.header.get(header_key([spot.text]))
            if answer == "ignore":
                return None, "beside", None
            if answer in ANSWER_FIELDS:
                part = answer
            elif match.year or match.part:
                year, part = match.year or year, match.part or part
            elif (match == NO_MATCH or match.item is None) and not heading_words().is_group(comparable_word(spot.text)):
                label = spot
        return year, part, label

    def _spots(self, line: int) -> list[SourceCell]:
        return [self.grid.spot(*self.grid.origin(line, place)) for place in self.stubs]

    def _add(self, line: int, year: int | None, part: str, label: SourceCell | None) -> Iterator[Fault]:
        before = self.lines.records[-1] if self.lines.records else None
        if label is None and before and before.label and part != "value" and part not in before.lines:
            label = before.label
        key = (label.text if label else self._identity(line), year)
        if label is None and before and not key[0] and before.year == year:
            key = next(key for key, record in self.by_key.items() if record is before)
        record = self.by_key.get(key)
        if record is None:
            record = self.by_key[key] = Record({part: line}, year, label)
            self.lines.records.append(record)
            if label:
                self.labels.append(record)
        elif part in record.lines:
            spot = next((spot for spot in self._spots(line) if not spot.blank), self.grid.spot(line, self.items[0]))
            yield fault_at(spot, "duplicate_header", name=spot.text)
        else:
            record.lines[part] = line

    def _identity(self, line: int) -> str:
        """The facts that stand beside a line without a label: lines of one factory have the same.

        Seen sideways they are one factory's: its other columns need not repeat them.
        """
        if self.found.kind == "down":
            return ""
        return "\n".join(filter(None, (self.grid.text(line, place) for place in self.facts.values())))

    def _heads_ends(self, record: Record) -> bool:
        """The only record, with before and after under a common heading, is one factory's, whatever that says."""
        return len(self.lines.records) == 1 and {"before", "after"} <= record.lines.keys()

    def _check_labels(self) -> Iterator[Fault]:
        """A label is a factory's name where it ends like one or a credit code stands with it; otherwise it is asked."""
        doubtful: list[tuple[Record, SourceCell]] = []
        for record in self.labels:
            label = record.label
            if label is None:
                continue
            own = heading_words().own_name(comparable_word(label.text))
            answer = self.grid.file.answers.header.get(header_key([label.text]))
            record.name = own or ("factory_name" if answer == "factory" else None)
            code = self.facts.get("credit_code")
            identified = code is not None and any(not self.grid.blank(line, code) for line in record.lines.values())
            if record.name is None and self._heads_ends(record):
                record.label = None
            elif record.name is None and not identified:
                doubtful.append((record, label))
        alone = len(doubtful) == len(self.lines.records) == 1
        for record, label in doubtful:
            proposal, options = ("value" if alone else "ignore"), ("value", "factory", "before", "after", "ignore")
            grounds: tuple[Ground, ...] = ("position",) if alone else ()
            asked = PendingQuestion("header", header_key([label.text]), proposal, options, grounds)
            yield fault_at(label, "label_unclear", question=asked, name=label.text)
            self.lines.records.remove(record)
