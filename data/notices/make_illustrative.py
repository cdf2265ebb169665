"""Writes the illustrative files of a notice: an invented panel, candidates, awards, what one of them sends in, and a
page on what they assume.

Run from the project's root: ``python -m data.notices.make_illustrative shanghai-2026-example``. Everything is drawn
from the notice itself - industries, bodies, KPIs by kind and bounds, facts, scenarios, conditions, quota -, by a seed
that follows from its id, so the bytes are always the same. No enterprise is real: credit codes have the division
000000, which is not assigned, and every name says that it is invented.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from operator import attrgetter
from zlib import crc32

import numpy as np

from data.baselines.make_illustrative import (
    POINTS_SHARE,
    QUALITY_SHARE,
    Numbers,
    credit_code,
    level,
    skewed,
    to_halves_and_tenths,
    to_points,
)
from data.samples.make_demo import AWARDED_HEADER, table
from kpi.catalogue.catalogue import NOTICES, Catalogue, notice_in_hand, read_catalogue
from kpi.catalogue.conditions import AtLeastRule, CoversRule, EndingRule, OneOfRule
from kpi.catalogue.schema import Body, Fact, Kpi
from kpi.i18n import text
from kpi.intake.settings import vocabulary
from kpi.policy.load import policies

Row = Mapping[str, str]

# A thousand numbers of enterprises for each notice, above those of the panel and the samples of 2025: those of the
# panel, then candidates from outside it, then holders of awards.
FIRST_NUMBER, SPANS, SPAN = 10_000, 80, 1_000
CANDIDATES_FROM, HOLDERS_FROM = 600, 700
LARGEST, SMALLEST, NEXT_SIZE = 120, 12, 0.75
CANDIDATES = 60
OVER_QUOTA = 3
# One in eight assesses itself too low, one in ten leaves a segment out, one has an award already.
TOO_LOW, INCOMPLETE, AWARDED_CANDIDATE = (8, 7), (10, 5), 12


class Illustration:
    """The files of one notice. The order in which things are drawn is part of them."""

    def __init__(self, notice: Catalogue) -> None:
        self.notice = notice
        with notice_in_hand(notice):
            self.policy = policies().of_year(notice.notice.year)
        self.rng = np.random.Generator(np.random.PCG64(crc32(notice.notice.id.encode())))
        self.first = FIRST_NUMBER + crc32(notice.notice.id.encode()) % SPANS * SPAN
        rules = [rule for condition in notice.conditions for rule in condition.rules]
        self.at_least = {
            rule.fact or str(rule.kpi): self._limit(rule.limit) for rule in rules if isinstance(rule, AtLeastRule)
        }
        self.among = {rule.fact: rule.among for rule in rules if isinstance(rule, OneOfRule) and rule.among}
        endings = {rule.fact: rule.ends[0] for rule in rules if isinstance(rule, EndingRule)}
        self.endings = {"factory_name": "智能工厂", **endings}
        covering = [rule.tier for rule in rules if isinstance(rule, CoversRule)]
        self.segments = notice.tier(covering[0] if covering else notice.notice.tier).segments
        self.middles = {kpi.code: self._middle(kpi) for kpi in notice.kpis}
        main = {kpi for codes in self.policy.main_by_industry.values() for kpi in codes}
        self.blanks = {kpi.code: float(self.rng.uniform(0, 0.03 if kpi.code in main else 0.2)) for kpi in notice.kpis}
        self.scales = {item.name.zh: float(self.rng.uniform(0.8, 1.2)) for item in notice.industries}
        self.sizes = {
            item.name.zh: max(SMALLEST, round(LARGEST * NEXT_SIZE**place))
            for place, item in enumerate(notice.industries)
        }
        self.weights = {
            body.name.zh: int(self.rng.integers(2, 17 if body.kind == "district" else 4)) for body in notice.bodies
        }
        self.panel = self._panel()
        self.applications = self._applications()
        self.awarded = list(self._awards())

    def files(self) -> dict[str, bytes]:
        """By name."""
        facts = [fact.code for fact in self.notice.facts]
        columns = [
            name for kpi in self.notice.kpis for name in ((kpi.code, f"{kpi.code}_basis") if kpi.bases else (kpi.code,))
        ]
        return {
            "panel.csv": table(("credit_code", "group", "industry", "body", *columns), self.panel),
            "applications.csv": table((*facts, *columns), self.applications),
            "awarded.csv": table(AWARDED_HEADER, self.awarded),
            "example.csv": self._example(),
            "README.md": self._page().encode(),
        }

    def _limit(self, limit: float | str) -> float:
        return float(attrgetter(limit)(self.policy)) if isinstance(limit, str) else limit

    def _middle(self, kpi: Kpi) -> float:
        """Of the values of an industry whose changes are neither large nor small."""
        lowest, highest = {"level": (35, 85), "count": (2, 6)}.get(kpi.kind, (4, 10) if kpi.of_share else (9, 24))
        return float(self.rng.uniform(lowest, highest))

    # The panel.

    def _panel(self) -> list[Row]:
        rows: list[Row] = []
        number = self.first
        for industry, size in self.sizes.items():
            columns = self._columns(industry, self.rng.standard_normal(size))
            bodies = self._bodies(size)
            if not rows:
                bodies[: len(self.weights)] = self.weights
            codes = [credit_code(number + int(place)) for place in self.rng.permutation(size)]
            lines = [
                {"credit_code": code, "industry": industry, "body": body, "group": group, **values}
                for code, body, group, values in zip(codes, bodies, self._groups(number, size), columns, strict=True)
            ]
            rows += sorted(lines, key=lambda line: line["credit_code"])
            number += size
        if number > self.first + CANDIDATES_FROM:
            raise ValueError("more enterprises than a notice has numbers")
        return rows

    def _columns(self, industry: str, quality: Numbers, *, careful: bool = False) -> list[Row]:
        """What enterprises of this ``quality`` report, a row each: some lead in many. Whoever is ``careful`` leaves
        nothing blank, and reports on the basis that policy compares.
        """
        columns: dict[str, list[str]] = {}
        for kpi in self.notice.kpis:
            own = self.rng.standard_normal(len(quality))
            z = np.sqrt(QUALITY_SHARE) * quality + np.sqrt(1 - QUALITY_SHARE) * own
            values = self._values(kpi, z, self.scales[industry])
            hidden = (self.rng.random(len(quality)) < self.blanks[kpi.code]) & (not careful)
            in_points = (self.rng.random(len(quality)) < POINTS_SHARE) & bool(kpi.bases)
            if careful:
                in_points[:] = self.policy.basis(kpi.code) == "points"
            values = np.where(in_points, to_points(values), values)
            columns[kpi.code] = ["" if gone else f"{value:g}" for gone, value in zip(hidden, values, strict=True)]
            if kpi.bases:
                words = np.where(in_points, "points", "relative")
                columns[f"{kpi.code}_basis"] = ["" if gone else str(w) for gone, w in zip(hidden, words, strict=True)]
        return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]

    def _values(self, kpi: Kpi, z: Numbers, scale: float) -> Numbers:
        """From standard normal ``z``, within the KPI's bounds, and rounded as people report."""
        middle, (lowest, highest) = self.middles[kpi.code], kpi.bounds(None)
        if kpi.kind == "count":
            return np.floor(np.maximum(lowest or 0, skewed(z, middle, 0.9, 1)))
        if kpi.kind == "level" and highest == 100:
            return np.round(level(z, middle, 0.9))
        # Nobody reports a bound itself: a reduction of 100 % would be a process without any cost.
        low, high = (end if bound is None else 0.95 * bound for bound, end in ((lowest, -np.inf), (highest, np.inf)))
        return np.clip(to_halves_and_tenths(skewed(z, middle * scale, 0.5, middle / 4)), low, high)

    def _bodies(self, count: int) -> list[str]:
        weights = np.array(list(self.weights.values()), dtype=np.float64)
        return [str(name) for name in self.rng.choice(list(self.weights), size=count, p=weights / weights.sum())]

    def _groups(self, number: int, count: int) -> list[str]:
        """The group of every enterprise: one in seven or so belongs to one of two to four, the others to none."""
        sizes = self.rng.integers(2, 5, size=count // 20)
        names = [f"演示集团{number + place}（虚构）" for place, size in enumerate(sizes) for _ in range(size)]
        return names + [""] * (count - len(names))

    # The candidates: about half of them stand in the panel, with the same values.

    def _applications(self) -> list[Row]:
        outside = self._outside()
        inside = {body: self._strongest_first(body) for body in self.weights}
        found: list[Row] = []
        for body, count in self._counts().items():
            for turn in range(count):
                known = turn % 2 == 0 and inside[body]
                row = inside[body].pop(0) if known else {**next(outside), "body": body}
                found.append(self._filled(self.first + CANDIDATES_FROM + len(found) + 1, row))
        return found

    def _counts(self) -> dict[str, int]:
        """Candidates of each body: at least one, by weight; the heaviest has more than its quota, if it is small."""
        whole = sum(self.weights.values())
        counts = {body: max(1, round(CANDIDATES * weight / whole)) for body, weight in self.weights.items()}
        over = (self.policy.quota.raised or self.policy.quota.base) + OVER_QUOTA
        if over <= CANDIDATES // 3:
            counts[self._heaviest[0]] = over
        return counts

    @cached_property
    def _heaviest(self) -> list[str]:
        return sorted(self.weights, key=lambda body: -self.weights[body])

    def _strongest_first(self, body: str) -> list[Row]:
        """The better third of a body's enterprises by their main KPIs, then the others as they stand."""
        rows = [row for row in self.panel if row["body"] == body]
        front = sorted(rows, key=self._strength, reverse=True)[: -(-len(rows) // 3)]
        return front + [row for row in rows if row not in front]

    def _strength(self, row: Row) -> float:
        with notice_in_hand(self.notice):
            main = self.policy.main_kpis(row["industry"])
        return float(np.mean([float(row[kpi] or 0) / max(1, self.middles[kpi]) for kpi in main]))

    def _outside(self) -> Iterator[Row]:
        """New factories, industry by industry in turn; the first of each leads in nearly everything."""
        while True:
            for industry in self.sizes:
                leads = bool(self.rng.random() < 0.5)
                quality = np.array([(2.8 if leads else 0.6) + 0.3 * self.rng.standard_normal()])
                (values,) = self._columns(industry, quality, careful=leads)
                yield {"industry": industry, **values}

    def _filled(self, number: int, row: Row) -> Row:
        """A candidate with its invented facts. What a newcomer reports of a KPI that a condition is about is mostly
        enough.
        """
        known = {"credit_code": credit_code(number), "group": "", **row}
        for kpi, limit in self.at_least.items():
            if kpi in row and "credit_code" not in row:
                low = _falls_on(number, TOO_LOW)
                known[kpi] = f"{limit * 0.9 if low else max(float(row[kpi] or 0), limit):g}"
        facts: dict[str, str] = {}
        for place, fact in enumerate(self.notice.facts):
            facts[fact.code] = self._fact(fact, number, place, known, facts)
        return {**known, **facts}

    def _fact(self, fact: Fact, number: int, place: int, known: Row, facts: Row) -> str:
        area = self._area(self.notice.body(known["body"]))
        named = {
            "enterprise": f"演示企业{number}（虚构）",
            "address": f"{area}演示街道虚构路{number}号",
            "year": str(self.notice.notice.year),
        }
        if fact.code in named or fact.code in known:
            return named.get(fact.code) or known[fact.code]
        if fact.code in self.endings:
            return f"演示{number}{self.endings[fact.code]}"
        if fact.code in self.among:
            return str(self.rng.choice(self.among[fact.code]))
        if fact.choices == "districts":
            return area
        match fact.kind:
            case "list":
                return ";".join(self._scenarios(_falls_on(number, INCOMPLETE)))
            case "phone":
                # As in the samples of 2025: none of these is anybody's.
                return f"1380000{100 * place + number % 100:04d}"
            case "integer" | "number":
                return self._number(fact, number, facts)
        return f"演示人员{number}（虚构）" if fact.person else ""

    def _area(self, body: Body) -> str:
        """The district of a body; a committee's area lies in one or two."""
        return body.overlaps[0] if body.overlaps else body.name.zh

    def _number(self, fact: Fact, number: int, facts: Row) -> str:
        """Within the fact's bounds: where a condition asks for some, mostly enough, and never by much too little."""
        lowest, highest = fact.minimum or 0, fact.maximum or 100
        if fact.code == "maturity_score" and facts.get("maturity_level"):
            # GB/T 39117-2020: level 3 is from 2.8 to below 3.8.
            return f"{min(highest, int(facts['maturity_level']) + self.rng.uniform(-0.2, 0.79)):.2f}"
        if limit := self.at_least.get(fact.code):
            least, most = (0.7, 0.95) if _falls_on(number, TOO_LOW) else (1, 1.35)
            low, high = max(lowest, limit * least), min(highest, limit * most)
            if fact.kind == "integer":
                return str(self.rng.integers(int(low), int(high) + 1))
            return f"{self.rng.uniform(low, high):.1f}"
        said = lowest + (highest - lowest) ** self.rng.uniform(0.3, 0.6)
        return f"{said:.0f}" if fact.kind == "integer" else f"{said:.2f}"

    def _scenarios(self, incomplete: bool) -> list[str]:
        """Two of each segment that must be covered, and some beside; an incomplete list has none of one segment."""
        missing = str(self.rng.choice(self.segments)) if incomplete else None
        without = {item.number for item in self.notice.scenarios_of(missing)} if missing else set()
        open_to = [item for item in self.notice.scenarios if item.number not in without]
        chosen = {int(number) for number in self.rng.choice([item.number for item in open_to], size=4, replace=False)}
        for segment in self.segments:
            if segment != missing:
                numbers = [item.number for item in self.notice.scenarios_of(segment)]
                chosen |= {int(number) for number in self.rng.choice(numbers, size=2, replace=False)}
        return [item.name.zh for item in open_to if item.number in chosen]

    # The awards: enterprises of the panel that do not apply, one candidate, and others.

    def _awards(self) -> Iterator[Row]:
        applied = {row["credit_code"] for row in self.applications}
        candidate = self.applications[AWARDED_CANDIDATE - 1]
        number = 0
        for body, count in self._award_counts().items():
            holders = [row["credit_code"] for row in self.panel if row["body"] == body]
            codes = [code for code in holders if code not in applied]
            if body == candidate["body"]:
                codes.insert(0, candidate["credit_code"])
            for place in range(count):
                number += 1
                code = codes[place] if place < len(codes) else credit_code(self.first + HOLDERS_FROM + number)
                yield self._award(number, code, body, candidate)
        if number > SPAN - HOLDERS_FROM:
            raise ValueError("more awards than a notice has numbers")

    def _award_counts(self) -> dict[str, int]:
        """Of each body, on both sides of the number from which a quota rises, or of 30 where none does."""
        rises = self.policy.quota.raised_from or 30
        near = dict(zip(self._heaviest, (rises + 3, rises, rises - 1), strict=False))
        return {body: near.get(body, weight // 2) for body, weight in self.weights.items()}

    def _award(self, number: int, code: str, body: str, candidate: Row) -> Row:
        """As rare as they are: one in sixteen or so is of the second tier, one in fifty of the next."""
        tiers = self.notice.tiers
        lowest = tiers.index(self.notice.tier(self.notice.notice.tier))
        above = 2 if number % 50 == 4 else 1 if number % 16 == 0 else 0
        tier = tiers[min(lowest + above, len(tiers) - 1)].name.zh
        year = str(self.notice.notice.year - (2 if number % 5 == 1 else 1))
        invented = f"演示获评{number:03d}智能工厂（虚构）"
        name = candidate["factory_name"] if code == candidate["credit_code"] else invented
        return dict(zip(AWARDED_HEADER, (code, name, tier, year, "虚构名单，仅供演示", body), strict=True))

    def _example(self) -> bytes:
        """What the first candidate sends in, as the application CSV."""
        words, sent = vocabulary().headers("zh"), self.applications[0]
        item, value, basis = (words[name] for name in ("item", "value", "basis"))
        lines = [{item: fact.name.zh, value: sent[fact.code]} for fact in self.notice.facts]
        for kpi in self.notice.kpis:
            stated = sent.get(f"{kpi.code}_basis")
            said = text(f"template.{stated}", "zh") if stated else ""
            lines.append({item: f"{kpi.name.zh}（{kpi.unit.zh}）", value: sent[kpi.code], basis: said})
        return table(words.values(), lines)

    def _page(self) -> str:
        head = self.notice.notice
        sizes = "、".join(f"{name} {size}" for name, size in self.sizes.items())
        return PAGE.format(
            title=head.number.zh,
            number=head.number.en,
            id=head.id,
            enterprises=len(self.panel),
            sizes=sizes,
            candidates=len(self.applications),
            known=len({row["credit_code"] for row in self.panel} & {row["credit_code"] for row in self.applications}),
            awards=len(self.awarded),
            kpis=len(self.notice.kpis),
            bodies=len(self.weights),
            body=self._heaviest[0],
        )


def _falls_on(number: int, turn: tuple[int, int]) -> bool:
    every, place = turn
    return number % every == place


PAGE = """# {title}：演示数据，全部为虚构

**本文件夹中的每一个数、每一个名称都是编造的**，由程序按该通知的内容和固定种子生成，只供试用本产品，不描述任何企业、
行业或地区，不得用于评审。Everything here is invented, by a program from the notice ({number}) and a fixed seed:
it serves to try the product, describes no enterprise, no industry and no region, and decides nothing.

Written by `python -m data.notices.make_illustrative {id}`; a test holds that the bytes are the same.

- `panel.csv`: {enterprises} enterprises ({sizes})
- `applications.csv`: {candidates} candidates of all {bodies} recommending bodies, {known} of them with the values they
  have in the panel
- `awarded.csv`: {awards} awards of earlier years
- `example.csv`: what the first candidate sends in, to be uploaded

What is assumed, for want of any published distribution:

- Sizes of industries fall by a quarter from one to the next in the notice's order: cells of many sizes, no statistic.
- Of each of the {kpis} KPIs only kind, unit and bounds are used. A level is a logistic curve around a middle drawn from
  35 to 85 %, a count is log-normal around 2 to 6, a change log-normal around 9 to 24 % (4 to 10 % of a share), and some
  got worse. An industry's changes are all stretched by one factor between 0.8 and 1.2.
- One quality an enterprise explains 60 % of the variance of each KPI, so that some lead in many.
- Up to a fifth of a KPI's values are blank; of a change with two bases about 15 % are in percentage points.
- One enterprise in seven or so belongs to a group of two to four. Bodies have weights that were drawn.
- Most candidates cover the segments that the notice asks for, and reach what its conditions ask of facts; one in eight
  is too low, one in ten leaves a segment out, one has an award already. {body} has the most candidates.
- Credit codes have the division 000000, which is not assigned, with right check digits, and are of this notice alone.
"""


NAMED = """Drawn. notice.toml names it so, at its end and in place of any other [illustrative]:

[illustrative]
panel = "notices/{id}/illustrative/panel.csv"
applications = "notices/{id}/illustrative/applications.csv"
awarded = "notices/{id}/illustrative/awarded.csv"
example = "notices/{id}/illustrative/example.csv"
"""


def main(names: Iterable[str]) -> None:
    for name in names:
        # What it names to try it on may not be drawn yet, or be that of the folder it was copied from.
        texts = {path.name: path.read_bytes() for path in (NOTICES / name).glob("*.toml")}
        notice = read_catalogue(texts, name, sent=True)
        folder = NOTICES / name / "illustrative"
        folder.mkdir(exist_ok=True)
        for file, content in Illustration(notice).files().items():
            (folder / file).write_bytes(content)
        print(NAMED.format(id=name))


if __name__ == "__main__":
    main(sys.argv[1:])
