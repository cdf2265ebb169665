"""Tables with known values, written in another way by chance: the numbers that stand there stay what they mean."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl.utils import get_column_letter

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.schema import Kpi, from_before_after
from kpi.model.application import Basis
from tests.freeform.cases_wide import who
from tests.freeform.hand_made_sheets import Page, block
from tests.own_tables.marks import Mark, Table, ask, fine, level, out

Rows = list[list[Any]]
_FORMS = (
    "xlsx",
    "xls",
    "ods",
    "ods",
    "csv-utf-8-,",
    "csv-utf-8-sig-,",
    "csv-gb18030-,",
    "csv-utf-16-tab",
    "csv-utf-8-;",
)
_WIDE = str.maketrans("0123456789.-%", "０１２３４５６７８９．－％")
_WHO: tuple[tuple[str, ...], ...] = (
    ("企业名称", "单位名称", "申报单位"),
    ("统一社会信用代码", "社会信用代码", "信用代码"),
    ("所属行业", "行业"),
    ("年度", "年份", "申报年度"),
)
_NOTES = ("注：数据截至 2025 年末，共 35 项。", "说明：K01 上年为 60%。", "填表人：王示例")
_TITLES = ("智能工厂关键绩效指标汇总表", "2025 年度申报工厂指标情况（共 21 项）", "附表 1")

_LEVELS = (
    ("全员劳动生产率", "K16", 65),
    ("研制周期（天）", "K06", 90),
    ("库存周转次数", "K12", 6.5),
    ("产品不良率", "K10", 1.2),
    ("订单准时交付率", "K14", "98%"),
    ("单位产值能耗", "K17", 0.12),
    ("设备综合效率OEE", "K11", "85%"),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A number as a cell holds it: ``percent`` cells have a percentage format."""

    raw: float | int | str
    percent: bool = False


def mutated(seed: int) -> Table:
    """The table of a seed, with its truth in its marks."""
    return _Mutation(random.Random(seed)).table(f"mutation {seed}")


class _Mutation:
    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.form = chance.choice(_FORMS)
        self.text = self.form.startswith("csv")
        # A sheet states its percentages in one way; some cells of it then lose or gain the format.
        self.as_fractions = chance.random() < 0.5
        self.flips = chance.random() < 0.5
        self.full_width = chance.random() < 0.2
        self.percents: set[int] = set()

    def table(self, name: str) -> Table:
        chance = self.chance
        kpis = chance.sample(catalogue().kpis, chance.randrange(3, 9))
        factories = range(1, chance.randrange(2, 5))
        build = chance.choice((self._wide, self._wide, self._long, self._list, self._years, self._ends))
        rows = build(kpis, factories)
        rows, merged = self._around(rows)
        places = {id(cell): (row, column) for row, cells in enumerate(rows, 1) for column, cell in enumerate(cells, 1)}
        percent = [f"{get_column_letter(column)}{row}" for key in self.percents for row, column in [places[key]]]
        return Table(name, [Page(rows, merged=merged, percent=sorted(percent))], self.form)

    def _wide(self, kpis: Sequence[Kpi], factories: Sequence[int]) -> Rows:
        columns: list[list[Any]] = [
            [self.chance.choice(names), *(who(factory)[at] for factory in factories)] for at, names in enumerate(_WHO)
        ]
        for kpi in kpis:
            basis = self._basis(kpi)
            columns.append([self._name(kpi, basis), *(self._cell(kpi, factory, basis) for factory in factories)])
        if self.chance.random() < 0.3:
            columns.append(
                [self.chance.choice(("备注", "序号", "数据来源")), *(f"第{factory}行" for factory in factories)]
            )
        if self.chance.random() < 0.5:
            self.chance.shuffle(columns)
        lines = [list(line) for line in zip(*columns, strict=True)]
        if self.chance.random() < 0.2:
            lines.append(["合计", *(out(100) if isinstance(cell, Mark) else None for cell in lines[1][1:])])
        return lines

    def _long(self, kpis: Sequence[Kpi], _: Sequence[int]) -> Rows:
        head: list[Any] = [
            self.chance.choice(("指标名称", "指标", "项目")),
            self.chance.choice(("数值", "完成值", "2025年")),
        ]
        lines = []
        for kpi in kpis:
            basis = self._basis(kpi)
            lines.append([self._name(kpi, basis), self._cell(kpi, 1, basis)])
        for heading in self.chance.sample(("单位", "目标值", "上年值", "备注", "序号"), self.chance.randrange(3)):
            place = self.chance.choice((0, len(head)) if heading == "序号" else (1, len(head)))
            head.insert(place, heading)
            for kpi, line in zip(kpis, lines, strict=True):
                line.insert(place, self._beside(heading, kpi))
        return [*block(1), head, *lines, *self._levels(kpis, len(head))]

    def _levels(self, kpis: Sequence[Kpi], width: int) -> Rows:
        """Quantities of which the table states no change; they are no values."""
        codes = {kpi.code for kpi in kpis}
        free = [(name, code, number) for name, code, number in _LEVELS if code not in codes]
        some = self.chance.sample(free, min(len(free), self.chance.choice((0, 0, 1, 2))))
        return [[name, *(level(code, number) for _ in range(width - 1))] for name, code, number in some]

    def _years(self, kpis: Sequence[Kpi], _: Sequence[int]) -> Rows:
        """Three years beside each other, in any order; one year's number is written as the others are."""
        years = self.chance.sample((2023, 2024, 2025), self.chance.randrange(2, 4))
        suffix = self.chance.choice(("年", "", "年度", "年实际值"))
        head = [self.chance.choice(("指标名称", "指标")), *(f"{year}{suffix}" for year in years)]
        lines = []
        for kpi in kpis:
            basis = self._basis(kpi)
            lines.append([self._name(kpi, basis), *(self._cell(kpi, 1, basis, year) for year in years)])
        return [*block(1, None), head, *lines, *self._levels(kpis, len(head))]

    def _ends(self, kpis: Sequence[Kpi], _: Sequence[int]) -> Rows:
        """Changes with their before and after, stated beside them or left to be worked out."""
        changes = [kpi for kpi in catalogue().kpis if kpi.is_change and kpi.code != "K07"]
        stated = self.chance.random() < 0.5
        columns = self.chance.sample(("改造前", "改造后"), 2)
        lines = []
        for kpi in self.chance.sample(changes, len(kpis)):
            before, after = self._two(kpi)
            basis: Basis | None = "relative" if kpi.bases else None
            value = from_before_after(kpi, before, after, basis)
            ends = {"改造前": before, "改造后": after}
            cells: list[Any] = [ends[column] for column in columns]
            if stated:
                cells.append(Mark(round(value, 1), "read or asked", kpi.code, round(value, 1), basis))
            else:
                cells[-1] = Mark(cells[-1], "read or asked", kpi.code, value, basis, computed=True)
            lines.append([self._name(kpi, "stated"), *cells])
        return [*block(1), ["指标名称", *columns, *(["数值"] if stated else [])], *lines]

    def _two(self, kpi: Kpi) -> tuple[float, float]:
        """Better by a fifth to a half; a share stays below 100."""
        start = self.chance.randrange(200, 600) / 10
        change = self.chance.randrange(20, 50) / 100
        return start, round(start * (1 - change if kpi.reduces else 1 + change), 2)

    def _list(self, kpis: Sequence[Kpi], factories: Sequence[int]) -> Rows:
        lines: Rows = []
        for kpi in kpis:
            basis = self._basis(kpi)
            name = self._name(kpi, basis)
            lines += [[*who(factory), name, self._cell(kpi, factory, basis)] for factory in factories]
        if self.chance.random() < 0.5:
            self.chance.shuffle(lines)
        return [[*(self.chance.choice(names) for names in _WHO), "指标名称", "数值"], *lines]

    def _beside(self, heading: str, kpi: Kpi) -> Any:
        if heading == "单位":
            return kpi.unit.zh if not kpi.bases else None
        if heading in ("目标值", "上年值"):
            return out(self.chance.randrange(10, 90))
        return {"备注": None, "序号": kpi.number}[heading]

    def _basis(self, kpi: Kpi) -> str | None:
        """Of two bases the one stated, in the header or the cell, or "open"."""
        return self.chance.choice(("header", "cell", "open")) if kpi.bases else None

    def _name(self, kpi: Kpi, basis: str | None) -> str:
        names = [
            kpi.name.zh,
            kpi.name.zh,
            kpi.short.zh,
            *kpi.aliases,
            kpi.code,
            f"{kpi.number}. {kpi.name.zh}",
            kpi.name.en,
        ]
        name = self.chance.choice(names)
        unit = "百分点" if basis == "header" else kpi.unit.zh
        if basis == "header" or (basis is None and self.chance.random() < 0.5):
            name += self.chance.choice((f"（{unit}）", f"({unit})", f" ( {unit} ) "))
        return name

    def _cell(self, kpi: Kpi, factory: int, basis: str | None, year: int = 2025) -> Mark:
        number = self._number(kpi)
        shown = self._shown(kpi, number, basis)
        points = "points" if basis in ("header", "cell") else None
        if basis == "open":
            mark = ask(kpi.code, shown.raw, value=number, factory=factory, year=year)
        else:
            mark = fine(kpi.code, shown.raw, number, points, factory=factory, year=year)
        if shown.percent:
            self.percents.add(id(mark))
        return mark

    def _number(self, kpi: Kpi) -> float:
        if kpi.kind == "count":
            return self.chance.choice((0, self.chance.randrange(1, 40), self.chance.randrange(1000, 3000)))
        if kpi.code == "K07" and self.chance.random() < 0.3:
            return self.chance.choice((-3.5, 0.5, 0.8, 1.2, -12.0, 0.0))
        return self.chance.choice((100.0, 1.0, *[self.chance.randrange(15, 999) / 10] * 8))

    def _shown(self, kpi: Kpi, number: float, basis: str | None) -> Shown:
        if kpi.unit.zh != "%":
            return self._text(f"{number:,}", number)
        if basis in ("header", "cell"):
            return self._text(f"{number} 个百分点", number, always=basis == "cell")
        shown = Shown(float(f"{number / 100:.12g}"), True) if self.as_fractions else Shown(number)
        # Text cannot gain a format: 3850% there is a number that its sender wrote.
        if self.flips and (shown.percent or not self.text) and self.chance.random() < 0.25:
            shown = Shown(shown.raw, not shown.percent)
        if self.text and shown.percent:
            # A program that saves text writes what it shows.
            return self._text(f"{float(shown.raw) * 100:.1f}%", number, always=True)
        if shown.raw == number and not shown.percent and self.chance.random() < 0.15:
            return self._text(f"{number}%", number, always=True)
        return self._text(repr(shown.raw), shown.raw) if not shown.percent else shown

    def _text(self, text: str, number: float | str, always: bool = False) -> Shown:
        if self.full_width and self.chance.random() < 0.5:
            return Shown(text.translate(_WIDE))
        return Shown(text if always else number)

    def _around(self, rows: Rows) -> tuple[Rows, list[str]]:
        """Titles above, notes below, blank rows anywhere."""
        merged: list[str] = []
        if self.chance.random() < 0.3:
            at = self.chance.randrange(1, len(rows) + 1)
            rows = [*rows[:at], [None], *rows[at:]]
        for title in self.chance.sample(_TITLES, self.chance.choice((0, 0, 1, 2))):
            rows = [[title], *rows]
        titles = next(at for at, row in enumerate(rows) if row[0] not in _TITLES)
        if titles and self.chance.random() < 0.5:
            width = get_column_letter(max(map(len, rows)))
            merged = [f"A{row}:{width}{row}" for row in range(1, titles + 1)]
        notes = [[note] for note in self.chance.sample(_NOTES, self.chance.choice((0, 0, 1, 2)))]
        return [*rows, *notes], merged
