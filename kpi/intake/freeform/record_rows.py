"""The lines of data below a header, gathered into records: one factory of one year, on one line or on several."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from kpi.catalogue.names import normalise_name
from kpi.intake.answers import ANSWER_FIELDS
from kpi.intake.freeform.header_columns import HeaderColumn, header_key
from kpi.intake.freeform.header_matching import NO_MATCH
from kpi.intake.freeform.heading_words import heading_words
from kpi.intake.freeform.table_finder import TableRegion, match_at
from kpi.intake.layout import Ground
from kpi.intake.problem_collector import PendingQuestion, SourceCell
from kpi.intake.settings import comparable_word


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
) -> RecordRows:
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

    def all(self) -> RecordRows:
        for line in range(self.found.first, len(self.grid.rows)):
            if not self._filled(line):
                self.lines.left.append(line)
            elif self._repeats_header(line):
                continue
            elif not self._is_summary(line):
                self._line(line)
        self._ask_labels()
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

    def _is_summary(self, line: int) -> bool:
        raw = next((raw for raw in self.grid.rows[line] if raw not in (None, "")), None)
        if (
            not isinstance(raw, str)
            or comparable_word(raw) in heading_words().parts
            or not heading_words().is_summary(normalise_name(raw))
        ):
            return False
        place = list(self.grid.rows[line]).index(raw)
        self.grid.faults.at(self.grid.spot(line, place), "summary_not_read", name=raw.strip())
        return True

    def _line(self, line: int) -> None:
        if not self.stubs:
            self._alone(line)
            return
        year, part, label = self._heading(line)
        if part in ("beside", "item"):
            return
        if part in ("aside", "summary"):
            spot = next(spot for spot in self._spots(line) if not spot.blank)
            self.grid.faults.at(spot, "header_not_read", name=spot.text)
        elif part in ("unit", "note", "basis") and year is None and label is None:
            self.lines.shared.setdefault(part, line)
        else:
            self._add(line, year, part if part in ("change", *ANSWER_FIELDS) else "value", label)

    def _alone(self, line: int) -> None:
        """Without anything that heads lines each is a factory of its own; a second one must say which."""
        nameless = all(self.grid.blank(*self.grid.origin(line, place)) for place in self.facts.values())
        if self.found.kind == "down" and self.lines.records and nameless:
            place = next(place for place in self.items if not self.grid.blank(line, place))
            self.grid.faults.at(self.grid.spot(line, place), "missing_header")
        else:
            self.lines.records.append(Record({"value": line}))

    def _heading(self, line: int) -> tuple[int | None, str | None, SourceCell | None]:
        """Year, part and label of a line by its stubs, together with the answers given to labels."""
        year, part, label = None, None, None
        for place, spot in zip(self.stubs, self._spots(line), strict=True):
            match = match_at(self.grid, line, place)
            if spot.blank:
                continue
            answer = self.grid.faults.answers.header.get(header_key([spot.text]))
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

    def _add(self, line: int, year: int | None, part: str, label: SourceCell | None) -> None:
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
            self.grid.faults.at(spot, "duplicate_header", name=spot.text)
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

    def _ask_labels(self) -> None:
        """A label is a factory's name where it ends like one or a credit code stands with it; otherwise it is asked."""
        doubtful: list[tuple[Record, SourceCell]] = []
        for record in self.labels:
            label = record.label
            if label is None:
                continue
            own = heading_words().own_name(comparable_word(label.text))
            answer = self.grid.faults.answers.header.get(header_key([label.text]))
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
            self.grid.faults.ask(label, asked, "label_unclear", name=label.text)
            self.lines.records.remove(record)
