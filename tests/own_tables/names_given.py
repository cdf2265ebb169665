"""How KPIs are named: aliases, short names, codes, English, near names that are the same and those that are not."""

from __future__ import annotations

from kpi.catalogue.catalogue import catalogue
from tests.freeform.cases_wide import WHO, who
from tests.freeform.hand_made_sheets import ZH
from tests.own_tables.layouts import long, numbers, wide
from tests.own_tables.marks import Mark, Table, ask, fine, is_, other, out

_HEAD = ["指标名称", "数值"]
_SINGLE = tuple(kpi.code for kpi in catalogue().kpis if not kpi.bases)


def stated(name: str, seed: int) -> Mark:
    """A value of which nothing is open: of two bases points, said in the cell."""
    number = numbers(seed, (name,))[name]
    points = bool(catalogue().kpi(name).bases)
    return is_(name, f"{number} 个百分点" if points else number, number, "points" if points else None)


def _both_ways(name: str, names: dict[str, str], seed: int) -> list[Table]:
    cells = [(spelled, stated(kpi, seed + at)) for at, (spelled, kpi) in enumerate(names.items())]
    return [
        long(f"{name}, long", _HEAD, *map(list, cells)),
        wide(f"{name}, wide", [*WHO, *names], [*who(1), *(cell for _, cell in cells)]),
    ]


def _known() -> list[Table]:
    kpis = catalogue().kpis
    aliases = {kpi.aliases[0]: kpi.code for kpi in kpis if kpi.aliases}
    last = {f"{kpi.aliases[-1]}（{kpi.unit.zh}）": kpi.code for kpi in kpis if kpi.aliases and not kpi.bases}
    numbered = {f"{kpi.number}. {kpi.name.zh}": kpi.code for kpi in kpis}
    return [
        *_both_ways("aliases", aliases, 100),
        *_both_ways("other aliases with units", last, 120),
        *_both_ways("short names", {kpi.short.zh: kpi.code for kpi in kpis}, 140),
        *_both_ways("codes", {kpi.code: kpi.code for kpi in kpis}, 160),
        *_both_ways("codes without nought", {f"K{kpi.number}": kpi.code for kpi in kpis}, 180),
        *_both_ways("codes and names", {f"{kpi.code} {kpi.name.zh}": kpi.code for kpi in kpis}, 200),
        *_both_ways("numbered names", numbered, 220),
        *_both_ways("English names", {kpi.name.en: kpi.code for kpi in kpis}, 240),
        wide(
            "English throughout",
            [
                "Enterprise",
                "Unified social credit code",
                "Industry",
                "Year",
                *(f"{catalogue().kpi(name).name.en} ({catalogue().kpi(name).unit.en})" for name in _SINGLE),
            ],
            [*who(1), *(stated(name, 260) for name in _SINGLE)],
        ),
        long(
            "blanks and line breaks in names",
            _HEAD,
            [" 关键设备 数控化率 ", is_("K01", 75.5)],
            ["工厂应用人工智能\n模型数量（个）", is_("K05", 7)],
            ["销售增长率 （ % ）", is_("K07", 12.5)],
            ["*生产效率提升", is_("K08", 30)],
        ),
    ]


def _near() -> list[Table]:
    def table(name: str, *rows: tuple[str, Mark]) -> list[Table]:
        names, cells = zip(*rows, strict=True)
        return [
            long(f"{name}, long", _HEAD, *map(list, rows), [ZH["K03"], is_("K03", 66.5)]),
            wide(f"{name}, wide", [*WHO, ZH["K03"], *names], [*who(1), is_("K03", 66.5), *cells]),
        ]

    same: list[tuple[str, Mark]] = [
        ("单位产值综合能耗下降", fine("K17", 12.5, 12.5)),
        ("设备数控化率", ask("K01", 75.5)),
        ("销售收入增长", fine("K07", 8.5, 8.5)),
        ("应用人工智能技术的场景比例", fine("K04", 35.5, 35.5)),
        ("水资源重复利用比例", fine("K20", 88.5, 88.5)),
    ]
    unclear: list[tuple[str, Mark]] = [
        ("劳动生产率提升", ask("K16", 15.5)),
        ("固废综合利用率", ask("K19", 91.5)),
        ("人工智能模型数", ask("K05", 7)),
        ("准时交付率提升", out("6 个百分点")),
        ("利用率提升", out("4 个百分点")),
    ]
    others: list[tuple[str, Mark]] = [
        ("关键工序数控化率", other("K01", 80.5)),
        ("危险废物综合利用率", other("K19", 95.5)),
        ("碳排放总量降低", other("K18", 12.5)),
        ("产品合格率提升", other("K10", 3.5)),
        ("销售额", other("K07", 12000)),
        ("人工智能模型投资额", other("K05", 300)),
    ]
    unknown: list[tuple[str, Mark]] = [
        ("员工人数", out(350)),
        ("注册资本", out(5000)),
        ("研发投入占比", out(4.5)),
        ("占地面积", out(12000)),
    ]
    return [
        *table("near names that mean the same", *same),
        *table("near names that may be two", *unclear),
        *table("near names of something else", *others),
        *table("unknown names", *unknown),
        wide(
            "something unexplained in brackets",
            [*WHO, "关键设备数控化率（一期）", "销售增长率（主营业务）", "生产效率提升（试点线）"],
            [*who(1), ask("K01", 75.5), ask("K07", 12.5), ask("K08", 30)],
        ),
        wide(
            "a KPI twice", [*WHO, "K01", "关键设备数控化率（%）"], [*who(1), fine("K01", 75.5, 75.5), out(57.5, "K01")]
        ),
        wide(
            "a column without a header",
            [*WHO, ZH["K01"], None, ZH["K05"]],
            [*who(1), is_("K01", 75.5), out(57.5), is_("K05", 7)],
        ),
    ]


NAMES = [*_known(), *_near()]
