"""The facts of a table's records: from their own cells, from a block above or below, from another sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kpi.catalogue.load import catalogue
from kpi.catalogue.schema import Fact
from kpi.intake.freeform.record_rows import Record
from kpi.intake.grid import Grid
from kpi.intake.problem_collector import ProblemCollector, SourceCell
from kpi.intake.values.facts import read_fact, report_absent
from kpi.model.application import FactValue as Answer

Facts = dict[str, Answer]


class FactReader:
    """Reads each record's facts; ``places`` are the grid's columns of facts, ``block`` the cells that all share."""

    def __init__(
        self, grid: Grid, places: Mapping[str, int], block: Mapping[str, SourceCell], records: Sequence[Record]
    ):
        self.grid, self.places, self.block = grid, places, block
        self.faults: ProblemCollector = grid.faults
        self.known: dict[tuple[str, object], Answer] = {}
        self.shared: Facts = {}
        self.records = records

    def begin(self, beside: Mapping[str, SourceCell], header_facts: Sequence[str]) -> None:
        """What all records share, read once; what no record can have is reported once, for the whole sheet.

        ``beside`` are facts of another sheet; ``header_facts`` are facts that headers state, such as the year.
        """
        absent: list[Fact] = []
        for fact in catalogue().facts:
            spot = self.block.get(fact.code) or beside.get(fact.code)
            if spot is not None and fact.code not in self.places:
                answer = read_fact(fact, spot, self.faults)
                if answer is not None:
                    self.shared[fact.code] = answer
            elif fact.code not in self.places and fact.code not in header_facts:
                absent.append(fact)
        report_absent(absent, self.grid.sheet, self.faults)

    def read(self, record: Record, year: int | None) -> Facts:
        facts = dict(self.shared)
        for fact in catalogue().facts:
            if fact.code in self.places:
                spot = self._spot(record, self.places[fact.code])
                answer = self._known(fact.code, spot)
                if answer is None and not (fact.code == "year" and year is not None):
                    answer = read_fact(fact, spot, self.faults)
                if answer is not None:
                    facts[fact.code] = answer
                    self._keep(fact.code, spot, answer)
        if year is not None:
            facts["year"] = year
        if record.label is not None and record.name is not None:
            facts.setdefault(record.name, record.label.text)
        return _in_order(facts)

    def _known(self, code: str, spot: SourceCell) -> Answer | None:
        """An answer met before in the same words: names of industries repeat thousands of times."""
        return self.known.get((code, spot.raw)) if _may_be_known(spot) else None

    def _keep(self, code: str, spot: SourceCell, answer: Answer) -> None:
        kind = catalogue().fact(code).kind
        if kind in ("choice", "integer") and _may_be_known(spot):
            self.known[code, spot.raw] = answer

    def _spot(self, record: Record, place: int) -> SourceCell:
        """The record's first filled cell; seen sideways a factory's other years need not repeat what one says."""
        for line in record.lines.values():
            at = self.grid.origin(line, place)
            if not self.grid.blank(*at):
                return self.grid.checked(*at)
        if self.grid.turned and record.label is None and record.year is not None:
            origins = {self.grid.origin(other.first, place) for other in self.records if other.label is None}
            filled = [at for at in origins if not self.grid.blank(*at)]
            if len(filled) == 1:
                return self.grid.checked(*filled[0])
        return self.grid.spot(record.first, place)


def _may_be_known(spot: SourceCell) -> bool:
    """Not a truth value, which equals a number and is none."""
    return isinstance(spot.raw, str | float | int) and not isinstance(spot.raw, bool)


def _in_order(facts: Facts) -> Facts:
    return {fact.code: facts[fact.code] for fact in catalogue().facts if fact.code in facts}
