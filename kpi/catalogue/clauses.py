"""What in the product rests on which clause of a notice, found by how each thing cites its source."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from kpi.catalogue.catalogue import Catalogue, catalogue, kept_per_notice
from kpi.catalogue.schema import Clause
from kpi.model.language import Text

UseKind = Literal["condition", "tier", "segment", "kpi", "scenario", "fact", "report", "policy"]


@dataclass(frozen=True, slots=True)
class ClauseUse:
    """Something that rests on a clause, by its code there and its name."""

    kind: UseKind
    code: str
    name: Text


@dataclass(frozen=True, slots=True)
class CitingUse:
    """The same, with the places of the notice that it cites in Chinese."""

    use: ClauseUse
    citation: str


_WORD = re.compile(r"（[^）]*）|[^\s，：；“”（）]+")


def lines_of(notice: Catalogue, clause: Clause) -> tuple[str, ...]:
    """Its words line by line, with those that stand in another part of the folder; a scenario's go with its name."""
    return (*(clause.text or "").splitlines(), *_held_lines(notice, clause))


def _held_lines(notice: Catalogue, clause: Clause) -> Iterator[str]:
    match clause.holds:
        case "notice":
            yield from (notice.notice.number.zh, notice.notice.title.zh, f"{notice.notice.addressees}：")
        case "kpis":
            for group in notice.groups:
                yield group.name.zh
                yield from (f"{kpi.number} {kpi.name.zh}（{kpi.unit.zh}）" for kpi in notice.kpis_of(group.code))
        case "segments":
            yield from (f"[{number}]{segment.note.zh}" for number, segment in enumerate(notice.segments, start=1))
        case "scenarios":
            for stage in notice.stages:
                yield stage.name.zh
                for scenario in notice.scenarios[stage.first - 1 : stage.last]:
                    yield f"{scenario.number}.{scenario.name.zh}\n{scenario.definition}"
        case "annex5":
            form = notice.annex5
            yield from (form.title, form.body, *(column.title for column in form.column), form.note)


def uses_of_clauses(notice: Catalogue, policy: Iterable[CitingUse] = ()) -> dict[str, tuple[ClauseUse, ...]]:
    """By the code of every clause of ``notice``, in the order of its kinds. ``policy``: values with their references.

    Conditions name their clauses; of the rest each citation counts for the most particular clause that it names.
    """
    found: dict[str, dict[ClauseUse, None]] = {clause.code: {} for clause in notice.clauses}
    for condition in notice.conditions:
        for code in condition.clauses:
            found[code][ClauseUse("condition", condition.code, condition.name)] = None
    for clause in notice.clauses:
        found[clause.code] |= dict.fromkeys(_held(notice, clause))
    labels = _labels(notice)
    for citing in (*_citing(notice), *policy):
        for code in _cited(notice, labels, citing.citation):
            found[code][citing.use] = None
    return {code: tuple(uses) for code, uses in found.items()}


@kept_per_notice()
def clauses_behind(kind: UseKind, code: str) -> tuple[Clause, ...]:
    """Where the notice in hand speaks of a KPI, a fact or a scenario, in its order; empty where it does nowhere."""
    return tuple(
        catalogue().clause(clause)
        for clause, uses in uses_of_clauses(catalogue()).items()
        if any((use.kind, use.code) == (kind, code) for use in uses)
    )


def reason_of(notice: Catalogue, clause: Clause) -> Text | None:
    """Why nothing decides it: its own reason, or that of what it lies below, a part's own heading apart."""
    reasons = {item.code: item.reason for item in notice.clauses if "." in item.code}
    above = (clause.code.rsplit(".", steps)[0] for steps in range(clause.code.count(".")))
    return clause.reason or next((reason for code in above if (reason := reasons.get(code))), None)


def is_heading(notice: Catalogue, clause: Clause) -> bool:
    """Whether other clauses lie below it."""
    return any(item.code.startswith(f"{clause.code}.") for item in notice.clauses)


def _held(notice: Catalogue, clause: Clause) -> Iterator[ClauseUse]:
    if clause.segment:
        yield ClauseUse("segment", clause.segment, notice.segment(clause.segment).name)
    match clause.holds:
        case "kpis":
            yield from (ClauseUse("kpi", kpi.code, kpi.name) for kpi in notice.kpis)
        case "segments":
            yield from (ClauseUse("segment", segment.code, segment.name) for segment in notice.segments)
        case "scenarios":
            yield from (ClauseUse("scenario", str(item.number), item.name) for item in notice.scenarios)
        case "annex5":
            facts = [notice.fact(column.fact) for column in notice.annex5.column if column.fact]
            yield from (ClauseUse("fact", fact.code, fact.name) for fact in facts)


def _citing(notice: Catalogue) -> Iterator[CitingUse]:
    for tier in notice.tiers:
        yield CitingUse(ClauseUse("tier", tier.code, tier.name), tier.source.zh)
    for fact in notice.facts:
        yield CitingUse(ClauseUse("fact", fact.code, fact.name), fact.source.zh)
    report, name = notice.report, Text(zh=notice.annex4.title, en=notice.annex4.number.en)
    asked = [getattr(report.requirements, key).reference for key in type(report.requirements).model_fields]
    for reference in (report.cover.reference, *(part.reference for part in report.part), *asked):
        yield CitingUse(ClauseUse("report", "report", name), reference.zh)


def _labels(notice: Catalogue) -> dict[str, list[str]]:
    """The words of each clause's label, without those that all labels have and that tell none apart."""
    words = {clause.code: _words(clause.label.zh) for clause in notice.clauses}
    of_all = set.intersection(*map(set, words.values())) if len(words) > 1 else set()
    return {code: [word for word in label if word not in of_all] for code, label in words.items()}


def _cited(notice: Catalogue, labels: dict[str, list[str]], citation: str) -> list[str]:
    """The clauses that it names, one for each of its places; none where it names no clause of this notice."""
    found = []
    parts = {label[0] for label in labels.values()}
    for place in citation.removeprefix(f"{notice.notice.number.zh}，").split("；"):
        words = _words(place)
        names_no_part = words[:1] != [] and words[0] not in parts
        if names_no_part and "body" in labels:
            words = [*labels["body"], *words]  # the notice's own paragraphs are cited by their numbers alone
        named = [code for code, label in labels.items() if _in_order(label, words)]
        named = [code for code in named if not (names_no_part and code == "body")]
        if named:
            found.append(max(named, key=lambda code: (len(labels[code]), code.count("."))))
    return found


def _words(label: str) -> list[str]:
    return _WORD.findall(label.replace("第", " 第"))


def _in_order(label: list[str], words: list[str]) -> bool:
    left = iter(words)
    return all(word in left for word in label)
