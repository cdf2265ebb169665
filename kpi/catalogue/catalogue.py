"""Everything a notice names, read from its folder into one frozen object, found by code or exact name."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cache, cached_property, lru_cache, wraps
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal, ParamSpec, Protocol, TypeVar, cast, get_args

from kpi.catalogue.conditions import POLICY_LIMITS, AnyOfRule, AtLeastRule, Condition, OneOfRule, StatementRule
from kpi.catalogue.forms import ReportForm, Requirements
from kpi.catalogue.schema import (
    DATA,
    Annex3Form,
    Annex4Form,
    Annex5Form,
    Body,
    Checked,
    Clause,
    Fact,
    Industry,
    Kpi,
    KpiGroup,
    NoticeHead,
    Scenario,
    Segment,
    Stage,
    Tier,
    check_schema,
    data_fault,
    load_toml,
    noting_faults,
    parse_toml,
    refuse_faults,
)
from kpi.errors import InvalidData
from kpi.model.language import Text, Words

NOTICES = DATA / "notices"
"""A folder each: all that a notice says."""


IllustrativeName = Literal["panel", "applications", "awarded", "scoring", "example", "own_table"]


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


class _Named(_Coded, Protocol):
    @property
    def name(self) -> Text: ...


Coded = TypeVar("Coded", bound=_Coded)
Named = TypeVar("Named", bound=_Named)


@dataclass(frozen=True, slots=True)
class NoticeEdition:
    """A notice as it was read: its id, and the hash of all that its folder said."""

    id: str
    sha256: str


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The notice's lists, each in the notice's order. Lookups raise ``KeyError``.

    ``sha256`` is of all that its folder says: two that say the same are equal, wherever they lie. ``policy`` is what
    its ``policy.toml`` says, None where it has none: ``load_policies`` reads it.
    """

    kpis: tuple[Kpi, ...]
    groups: tuple[KpiGroup, ...]
    stages: tuple[Stage, ...]
    scenarios: tuple[Scenario, ...]
    segments: tuple[Segment, ...]
    tiers: tuple[Tier, ...]
    industries: tuple[Industry, ...]
    bodies: tuple[Body, ...]
    facts: tuple[Fact, ...]
    clauses: tuple[Clause, ...]
    conditions: tuple[Condition, ...]
    annex3: Annex3Form
    annex4: Annex4Form
    annex5: Annex5Form
    report: ReportForm
    notice: NoticeHead
    sha256: str
    policy: Mapping[str, Any] | None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Catalogue) and self.sha256 == other.sha256

    def __hash__(self) -> int:
        return hash(self.sha256)

    @property
    def edition(self) -> NoticeEdition:
        return NoticeEdition(self.notice.id, self.sha256)

    @property
    def in_force_from(self) -> date:
        """The first day of its policy: from then on a new application is of this notice."""
        first: date = (self.policy or {})["in_force_from"]
        return first

    def illustrative(self, name: IllustrativeName) -> Path | None:
        """An invented file of the notice's, to try the product on; None where it has no such file."""
        files = self.notice.illustrative
        named = getattr(files, name) if files else None
        return DATA / named if named else None

    def kpi(self, code: str) -> Kpi:
        return _by_code(self.kpis, code)

    def group(self, code: str) -> KpiGroup:
        return _by_code(self.groups, code)

    def kpis_of(self, group: str) -> tuple[Kpi, ...]:
        return tuple(kpi for kpi in self.kpis if kpi.group == group)

    def stage(self, code: str) -> Stage:
        return _by_code(self.stages, code)

    def segment(self, code: str) -> Segment:
        return _by_code(self.segments, code)

    def tier(self, code: str) -> Tier:
        return _by_code(self.tiers, code)

    def fact(self, code: str) -> Fact:
        return _by_code(self.facts, code)

    def clause(self, code: str) -> Clause:
        return _by_code(self.clauses, code)

    def condition(self, code: str) -> Condition:
        return _by_code(self.conditions, code)

    @cached_property
    def judged_conditions(self) -> tuple[Condition, ...]:
        """All except those that are only another way to meet one: an enterprise states these, nothing judges them."""
        ways = {getattr(rule, "stated_by", None) for condition in self.conditions for rule in condition.rules}
        return tuple(condition for condition in self.conditions if condition.code not in ways)

    @cached_property
    def stated_conditions(self) -> tuple[Condition, ...]:
        """Those that an enterprise states itself, naming evidence."""
        return tuple(
            condition
            for condition in self.conditions
            if any(isinstance(rule, StatementRule) for rule in condition.rules)
        )

    @cached_property
    def technology_condition(self) -> Condition | None:
        """The one whose statement asks for the list of core equipment and software; None where the notice has none."""
        return next((item for item in self.stated_conditions if item.asks_for == "core_technology"), None)

    def industry(self, name: str) -> Industry:
        """By its exact Chinese name or its code."""
        return _by_name(self.industries, name)

    def body(self, name: str) -> Body:
        """By its exact Chinese name or its code."""
        return _by_name(self.bodies, name)

    def body_place(self, name: str | None) -> tuple[int, str]:
        """To sort bodies by their exact Chinese name as the notice has them; those that it does not name come last."""
        return _place(self.bodies, name or "")

    def industry_place(self, name: str) -> tuple[int, str]:
        """As ``body_place``, for industries."""
        return _place(self.industries, name)

    def scenario(self, name: str) -> Scenario:
        """By its exact Chinese name."""
        return _first((item for item in self.scenarios if item.name.zh == name), name)

    @property
    def districts(self) -> tuple[Body, ...]:
        """The bodies that are administrative districts: annex 3's 行政区."""
        return tuple(body for body in self.bodies if body.kind == "district")

    def scenarios_of(self, segment: str) -> tuple[Scenario, ...]:
        """The scenarios whose stages fall into a segment, in the notice's order."""
        stages = self.segment(segment).stages
        return tuple(scenario for scenario in self.scenarios if scenario.stage in stages)

    def scenarios_moving(self, kpi: str) -> tuple[Scenario, ...]:
        """The scenarios whose definitions name what that KPI measures, in the notice's order; none: not known."""
        return tuple(item for item in self.scenarios if item.effect and kpi in item.effect.kpis)

    def segments_of(self, scenarios: Iterable[str]) -> frozenset[str]:
        """The codes of the segments that scenarios, by exact Chinese name, fall into."""
        return frozenset(self.stage(self.scenario(name).stage).segment for name in scenarios)


def _by_code(entries: Iterable[Coded], code: str) -> Coded:
    return _first((entry for entry in entries if entry.code == code), code)


def _by_name(entries: Iterable[Named], name: str) -> Named:
    return _first((entry for entry in entries if name in (entry.name.zh, entry.code)), name)


def _place(entries: Sequence[Named], name: str) -> tuple[int, str]:
    return next((place for place, entry in enumerate(entries) if entry.name.zh == name), len(entries)), name


_Entry = TypeVar("_Entry")


def _first(found: Iterable[_Entry], wanted: str) -> _Entry:
    for entry in found:
        return entry
    raise KeyError(wanted)


# Loading a notice's folder: each file against its schema, then every reference from one file to another.


class _Kpis(Checked):
    kpi: tuple[Kpi, ...]


class _Groups(Checked):
    group: tuple[KpiGroup, ...]


class _Stages(Checked):
    stage: tuple[Stage, ...]


class _Scenarios(Checked):
    scenario: tuple[Scenario, ...]


class _Segments(Checked):
    segment: tuple[Segment, ...]


class _Tiers(Checked):
    tier: tuple[Tier, ...]


class _Industries(Checked):
    industry: tuple[Industry, ...]


class _Bodies(Checked):
    body: tuple[Body, ...]


class _Facts(Checked):
    fact: tuple[Fact, ...]


class _Clauses(Checked):
    clause: tuple[Clause, ...]


class _Conditions(Checked):
    condition: tuple[Condition, ...]


class _Forms(Checked):
    annex3: Annex3Form
    annex4: Annex4Form
    annex5: Annex5Form


_LISTS: dict[str, type[Checked]] = {
    "kpis": _Kpis,
    "groups": _Groups,
    "stages": _Stages,
    "scenarios": _Scenarios,
    "segments": _Segments,
    "tiers": _Tiers,
    "industries": _Industries,
    "bodies": _Bodies,
    "facts": _Facts,
    "clauses": _Clauses,
    "conditions": _Conditions,
}
"""A file each, of one table; conditions after the clauses, which say how they are cited."""


CLAUSES = "clauses.toml"


NEEDED_FACTS = (
    "enterprise",
    "factory_name",
    "credit_code",
    "industry",
    "body",
    "maturity_level",
    "scenarios",
    "year",
)
"""Those that the product itself asks for by their codes, whatever a notice's forms ask."""


class _First(Checked):
    id: Words


_IN_HAND: ContextVar[Catalogue] = ContextVar("notice in hand")


_SERVED: list[Catalogue] = []


def catalogue() -> Catalogue:
    """The notice in hand, or else that of the store which this process serves, or else ``first_notice``."""
    return _IN_HAND.get(None) or (_SERVED[0] if _SERVED else first_notice())


def report_form() -> ReportForm:
    """How the application report of the notice in hand is made up."""
    return catalogue().report


def requirements() -> Requirements:
    """What that notice asks of its characters, font, pictures and captions."""
    return report_form().requirements


def serve_notice(notice: Catalogue) -> None:
    """From now on, in all threads of this process, the notice where none is in hand."""
    _SERVED[:] = [notice]


@contextmanager
def notice_in_hand(notice: Catalogue) -> Iterator[None]:
    """What is asked, decided and said within is of that notice: its KPIs, conditions, forms and policy values.

    A context variable, as the decimal context is one: nearly everything asks for the notice and next to nothing for
    two, and what holds of one is kept by ``kept_per_notice``. It holds in the thread that takes it in hand.
    """
    before = _IN_HAND.set(notice)
    try:
        yield
    finally:
        _IN_HAND.reset(before)


P = ParamSpec("P")
Kept = TypeVar("Kept")


def kept_per_notice(most: int | None = None) -> Callable[[Callable[P, Kept]], Callable[P, Kept]]:
    """As ``functools.lru_cache``, for what rests on the notice in hand: kept for each notice by itself."""

    def keeping(make: Callable[P, Kept]) -> Callable[P, Kept]:
        @lru_cache(most)
        def kept(_notice: Catalogue, *args: Any, **kwargs: Any) -> Kept:
            return make(*args, **kwargs)

        @wraps(make)
        def of_the_notice_in_hand(*args: P.args, **kwargs: P.kwargs) -> Kept:
            return cast("Callable[..., Kept]", kept)(catalogue(), *args, **kwargs)

        return of_the_notice_in_hand

    return keeping


@cache
def first_notice() -> Catalogue:
    """That of a new store where nobody says another, and of stores that are older than notices."""
    return shipped_notice(load_toml(NOTICES / "first.toml", _First).id)


@cache
def shipped_notice(notice: str) -> Catalogue:
    """One of ``data/notices`` by its id, read once per process. Raises ``InvalidData``."""
    return load_catalogue(NOTICES / notice)


def known_notices() -> list[str]:
    """The ids of those in ``data/notices``."""
    return sorted(head.parent.name for head in NOTICES.glob("*/notice.toml"))


def load_catalogue(folder: Path) -> Catalogue:
    """The notice in ``folder``. Raises ``InvalidData`` as ``read_catalogue``."""
    return read_catalogue({path.name: path.read_bytes() for path in folder.glob("*.toml")}, folder.name)


def read_catalogue(files: Mapping[str, bytes], folder: str, *, sent: bool = False, kept: bool = False) -> Catalogue:
    """The notice in these files of a ``folder``. ``sent``: by somebody, so that it names no files of ours to try it on.
    ``kept``: in a store since then, perhaps from before a notice had its clauses; each source it cites is one then.

    Raises ``InvalidData`` with all that is wrong, a line each with file and key: first of the files by themselves,
    then, where each is whole, of what they say of one another.
    """
    faults: list[InvalidData] = []
    said: dict[str, Any] = {}
    needed = {"notice.toml", "forms.toml", "report.toml", *(f"{name}.toml" for name in _LISTS)}
    older = kept and CLAUSES not in files
    for name in sorted({*needed, *files} - ({CLAUSES} if older else set())):
        with noting_faults(faults):
            said[name] = parse_toml(files.get(name), name)
    whole = {**said, **_with_clauses(said["conditions.toml"])} if older and "conditions.toml" in said else said
    lists: dict[str, Any] = {}
    for name, schema in _LISTS.items():
        file = f"{name}.toml"
        with noting_faults(faults):
            if file in whole:
                content = whole[file]
                if schema is _Kpis:
                    content = _kpis_in_full(content)
                elif schema is _Conditions:
                    content = _conditions_in_full(content, lists.get("clauses", ()))
                [lists[name]] = dict(check_schema(schema, content, file)).values()
    with noting_faults(faults):
        if "forms.toml" in said:
            lists |= dict(check_schema(_Forms, said["forms.toml"], "forms.toml"))
    with noting_faults(faults):
        if "report.toml" in said:
            lists["report"] = check_schema(ReportForm, said["report.toml"], "report.toml")
    with noting_faults(faults):
        if "notice.toml" in said:
            if sent or kept:
                said["notice.toml"].pop("illustrative", None)
            head = check_schema(NoticeHead, said["notice.toml"], "notice.toml")
            if head.id != folder:
                raise data_fault("notice.toml: id", "other_folder", given=head.id, folder=folder)
    refuse_faults(faults)
    loaded = Catalogue(notice=head, sha256=_sha256(said), policy=said.get("policy.toml"), **lists)
    refuse_faults([*_given_twice(loaded), *_dangling(loaded)])
    return loaded


def _sha256(said: Mapping[str, Any]) -> str:
    """Of what the files say, however they are written: remarks, blanks and the order of keys are nothing, and neither
    is what we invented to try it on.
    """
    head = {key: part for key, part in said["notice.toml"].items() if key != "illustrative"}
    return sha256(
        json.dumps({**said, "notice.toml": head}, sort_keys=True, ensure_ascii=False, default=str).encode()
    ).hexdigest()


def _kpis_in_full(said: Mapping[str, Any]) -> dict[str, Any]:
    """Most KPIs share a formula status: the file states each status once, and a KPI names it."""
    statuses: dict[str, Any] = said.get("formula_status", {})
    kpis = []
    for place, kpi in enumerate(said.get("kpi", ())):
        status = kpi.get("formula_status")
        if status not in statuses:
            raise data_fault(f"kpis.toml: kpi[{place}].formula_status", "not_there", given=str(status))
        kpis.append({**kpi, "formula_status": statuses[status]})
    return {**{key: part for key, part in said.items() if key != "formula_status"}, "kpi": kpis}


def _conditions_in_full(said: Mapping[str, Any], clauses: Iterable[Clause]) -> dict[str, Any]:
    """How a condition is cited follows from its clauses: their labels, and the standard besides."""
    labels = {clause.code: clause.label for clause in clauses}
    conditions = []
    for place, condition in enumerate(said.get("condition", ())):
        if "source" in condition:
            raise data_fault(
                f"conditions.toml: condition[{place}].source", "unknown_key", given=str(condition["source"])
            )
        named = condition.get("clauses")
        cited = [labels.get(code) or Text(zh=code, en=code) for code in named or () if isinstance(code, str) and code]
        cited += [Text(zh=also, en=also) for also in (condition.get("standard"),) if also]
        source = Text(zh="；".join(of.zh for of in cited) or "-", en="; ".join(of.en for of in cited) or "-")
        conditions.append({**condition, "source": source})
    return {**said, "condition": conditions}


def _with_clauses(said: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Conditions from before there were clauses, and the clauses that they cited, of which their quotes are known."""
    conditions = [dict(condition) for condition in said.get("condition", ())]
    clauses: dict[str, dict[str, Any]] = {}
    for condition in conditions:
        label = condition.pop("source", {"zh": "-", "en": "-"})
        clause = clauses.setdefault(label["zh"], {"code": f"source.{len(clauses) + 1}", "label": label, "text": ""})
        clause["text"] = "\n".join(filter(None, (clause["text"], condition.get("quote", ""))))
        condition["clauses"] = [clause["code"]]
    return {CLAUSES: {"clause": [*clauses.values()]}, "conditions.toml": {**said, "condition": conditions}}


def _given_twice(loaded: Catalogue) -> Iterator[InvalidData]:
    coded: tuple[tuple[str, tuple[_Coded, ...]], ...] = (
        ("kpis", loaded.kpis),
        ("groups", loaded.groups),
        ("stages", loaded.stages),
        ("segments", loaded.segments),
        ("tiers", loaded.tiers),
        ("industries", loaded.industries),
        ("bodies", loaded.bodies),
        ("facts", loaded.facts),
        ("clauses", loaded.clauses),
        ("conditions", loaded.conditions),
    )
    for name, items in coded:
        yield from _unique(f"{name}.toml: code", (item.code for item in items))
    yield from _unique("scenarios.toml: number", (scenario.number for scenario in loaded.scenarios))
    yield from _unique("forms.toml: annex3.row.facts", (fact for row in loaded.annex3.row for fact in row.facts))
    yield from _unique("forms.toml: annex5.column.fact", (column.fact for column in loaded.annex5.column))
    yield from _unique("bodies.toml: column, row", ((body.column, body.row) for body in loaded.bodies))


def _dangling(loaded: Catalogue) -> Iterator[InvalidData]:
    """What names something that there is not."""
    for name in get_args(IllustrativeName):
        if (file := loaded.illustrative(name)) and not file.is_file():
            yield data_fault(f"notice.toml: illustrative.{name}", "no_file")
    yield from _of_another_year(loaded)
    segments = {segment.code for segment in loaded.segments}
    stages = {stage.code for stage in loaded.stages}
    yield from _known("notice.toml: tier", {loaded.notice.tier}, {str(tier.code) for tier in loaded.tiers})
    yield from _known("kpis.toml: group", {kpi.group for kpi in loaded.kpis}, {group.code for group in loaded.groups})
    yield from _known("stages.toml: segment", {stage.segment for stage in loaded.stages}, segments)
    yield from _known("segments.toml: stages", {code for item in loaded.segments for code in item.stages}, stages)
    yield from _known("scenarios.toml: stage", {scenario.stage for scenario in loaded.scenarios}, stages)
    yield from _known("tiers.toml: segments", {code for tier in loaded.tiers for code in tier.segments}, segments)
    asked = {clause.segment for clause in loaded.clauses if clause.segment}
    yield from _known("clauses.toml: segment", asked, segments)
    kpis = {kpi.code for kpi in loaded.kpis}
    moved = {code for scenario in loaded.scenarios if scenario.effect for code in scenario.effect.kpis}
    yield from _known("scenarios.toml: effect.kpis", moved, kpis)
    yield from _known("tiers.toml: ai_kpi", {tier.ai_kpi for tier in loaded.tiers if tier.ai_kpi}, kpis)
    yield from _dangling_in_conditions(loaded)
    facts = {fact.code for fact in loaded.facts}
    yield from (data_fault(f"facts.toml: {code}", "missing") for code in NEEDED_FACTS if code not in facts)
    yield from _known("forms.toml: facts", {fact for row in loaded.annex3.row for fact in row.facts}, facts)
    yield from _known("forms.toml: fact", {column.fact for column in loaded.annex5.column if column.fact}, facts)
    yield from _known("report.toml: cover.field.fact", {field.fact for field in loaded.report.cover.field}, facts)
    names = {body.name.zh for body in loaded.bodies}
    yield from _known("bodies.toml: overlaps", {name for body in loaded.bodies for name in body.overlaps}, names)


def _of_another_year(loaded: Catalogue) -> Iterator[InvalidData]:
    """Candidates of a demonstration that apply for another year than the notice's: those of the folder it was copied
    from.
    """
    file, year = loaded.illustrative("applications"), str(loaded.notice.year)
    if file and file.is_file():
        with file.open(encoding="utf-8-sig", newline="") as rows:
            years = {row.get("year") or year for row in csv.DictReader(rows)}
        for other in sorted(years - {year}):
            yield data_fault("notice.toml: illustrative.applications", "other_year", given=other, year=year)


def _dangling_in_conditions(loaded: Catalogue) -> Iterator[InvalidData]:
    conditions = {condition.code for condition in loaded.conditions}
    clauses = {clause.code for clause in loaded.clauses}
    facts = {fact.code for fact in loaded.facts}
    known = {
        "implied_by": conditions,
        "refuted_by": conditions,
        "stated_by": conditions,
        "fact": facts,
        "area": facts,
        "kpi": {kpi.code for kpi in loaded.kpis},
        "tier": {str(tier.code) for tier in loaded.tiers},
        "limit": set(POLICY_LIMITS),
    }
    listed = {fact.code for fact in loaded.facts if fact.choices}
    numbers = {fact.code for fact in loaded.facts if fact.kind in ("integer", "number")}
    for place, condition in enumerate(loaded.conditions):
        key = f"conditions.toml: condition[{place}]"
        yield from _known(f"{key}.clauses", set(condition.clauses), clauses)
        yield from _known(f"{key}.stricter_than", {condition.stricter_than or condition.code}, conditions)
        if not condition.tests or any(isinstance(test, AnyOfRule) and not test.of for test in condition.tests):
            yield data_fault(f"{key}.tests", "empty")
        for rule in condition.rules:
            for name, there in known.items():
                if isinstance(named := getattr(rule, name, None), str):
                    yield from _known(f"{key}.tests.{name}", {named}, there)
            if isinstance(rule, AtLeastRule) and rule.fact in facts - numbers:
                yield data_fault(
                    f"{key}.tests.fact", "not_one_of", given=str(rule.fact), expected=", ".join(sorted(numbers))
                )
            if isinstance(rule, OneOfRule) and rule.fact in facts - listed and not rule.among:
                yield data_fault(f"{key}.tests.among", "missing")
            if isinstance(rule, StatementRule) and condition.evidence is None:
                yield data_fault(f"{key}.evidence", "missing")


def _unique(key: str, values: Iterable[Hashable]) -> Iterator[InvalidData]:
    twice = [str(value) for value, count in Counter(values).items() if count > 1]
    if twice:
        yield data_fault(key, "given_twice", given=", ".join(twice))


def _known(key: str, named: set[str], known: set[str]) -> Iterator[InvalidData]:
    for name in sorted(named - known):
        near = get_close_matches(name, sorted(known), n=1)
        yield data_fault(
            key, "not_there_near" if near else "not_there", given=name, **({"near": near[0]} if near else {})
        )
