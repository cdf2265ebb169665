"""What a sender has confirmed of a file's layout; for the next file of the same layout it is proposed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

from kpi.catalogue.catalogue import catalogue
from kpi.files.limits import application_limits
from kpi.model.application import CellReference
from kpi.model.problem import Problem

# What was recognised in a file, to be shown beside its data: each header and what it is, and what must be asked.


SheetKind = Literal["form", "across", "down", "list", "facts", "nothing"]
"""Our answer sheet; KPIs as columns; KPIs as rows; one KPI of one factory a row; facts only; none of these."""

MatchReason = Literal[
    "exact", "code", "bare", "alias", "brackets", "unit", "quantity", "similar", "word", "year", "answered", "unknown"
]
"""Why a text is taken for an item.

``exact`` the notice's name; ``code`` K01; ``bare`` without number or unit; ``alias`` a known other spelling: certain.
``brackets`` and ``unit``: the name fits, but not what its brackets say; ``quantity`` names what is measured
and not its change; ``similar`` is merely alike: these are asked. ``word`` and ``year`` are the table's own headings.
"""

QuestionTopic = Literal["header", "unit", "basis", "mark", "sheet", "direction"]

Ground = Literal["name", "unit", "ends", "range", "several", "format", "verb", "position"]
"""What speaks for a proposal: the ``name`` is alike or the same but for something; its ``unit`` is the KPI's; both
``ends`` of the change are stated; the numbers lie in the ``range`` of fractions; ``several`` columns do; the sheet's
``format`` shows it so; the ``verb`` says the KPI's own direction; the ``position`` leaves nothing else.
"""
FEWEST_GROUNDS = 2
"""So many grounds make a proposal one that may stand chosen until somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class RecognisedHeader:
    """One header: its text with the path above it, and what it is taken for.

    ``item`` is a KPI's or a fact's code, a part (``value``, ``before`` ...), ``ignore``, or None where it was not
    recognised; for an open question it is the proposal. ``confidence`` is 0..1, and 1 - 0.95 are taken unasked.
    """

    key: str
    text: str
    cell: CellReference
    item: str | None
    confidence: float
    reason: MatchReason


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """One sheet as understood; ``header_rows`` (1-based; for KPIs as rows the header's own) where a table stands."""

    sheet: str | None
    kind: SheetKind
    header_rows: tuple[int, ...] = ()
    headers: tuple[RecognisedHeader, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """What must be answered before the file can be used: ``answers.give(question, option)``.

    ``key`` holds for the same layout next year: header text without years, never a position. ``proposal`` is one of
    ``options`` and is never applied by itself; ``grounds`` speak for it. ``remembered`` is what was answered for an
    earlier file, and nothing in this one contradicts.
    """

    topic: QuestionTopic
    key: str
    problem: Problem
    proposal: str
    options: tuple[str, ...]
    grounds: tuple[Ground, ...] = ()
    remembered: str | None = None

    @property
    def preset(self) -> str | None:
        """What may stand chosen before anybody confirms it; None where too little speaks for anything."""
        return self.remembered or (self.proposal if len(self.grounds) >= FEWEST_GROUNDS else None)


ANSWER_FIELDS = ("value", "basis", "before", "after", "note")
"""What is answered of a KPI, in the order of the form. A fact has ``value`` alone."""
_CHOICES: Mapping[str, frozenset[str]] = {
    "unit": frozenset({"percent", "fraction"}),
    "basis": frozenset({"relative", "points"}),
    "mark": frozenset({"blank", "not_applicable", "zero"}),
    "sheet": frozenset({"across", "down", "ignore"}),
    "direction": frozenset({"increase", "decrease", "blank"}),
}
_FORM = 1


class AnswersInvalid(ValueError):
    """Stored answers that are not what ``Answers.dump`` writes."""


@dataclass(frozen=True, slots=True)
class Answers:
    """Confirmed answers by the question's key; the default holds none. Loaded ones are checked to the last word.

    ``header`` maps a header to a KPI's or fact's code, a part of a value (``value``, ``before`` ...), ``factory`` or
    ``ignore``; ``unit`` a header to ``percent`` or ``fraction``; ``basis`` a header to ``relative`` or ``points``;
    ``mark`` a dash or word to ``blank``, ``not_applicable`` or ``zero``; ``sheet`` a sheet to its orientation;
    ``direction`` a KPI and how its change is written to ``increase``, ``decrease`` or
    ``blank``.
    """

    header: Mapping[str, str] = field(default_factory=dict)
    unit: Mapping[str, str] = field(default_factory=dict)
    basis: Mapping[str, str] = field(default_factory=dict)
    mark: Mapping[str, str] = field(default_factory=dict)
    sheet: Mapping[str, str] = field(default_factory=dict)
    direction: Mapping[str, str] = field(default_factory=dict)

    def give(self, question: Question, option: str) -> Answers:
        """These answers and one more. Raises ``AnswersInvalid`` for an option that the question does not have."""
        if option not in question.options:
            raise AnswersInvalid(f"{option!r} does not answer the question")
        return self.with_answer(question.topic, question.key, option)

    def with_answer(self, topic: QuestionTopic, key: str, option: str) -> Answers:
        """The same for a header that nobody asked about, such as a column that was left out."""
        _check(topic, {key: option})
        return replace(self, **{topic: {**getattr(self, topic), key: option}})

    def to(self, topic: QuestionTopic, key: str) -> str | None:
        """The answer to one question; None where there is none."""
        given: Mapping[str, str] = getattr(self, topic)
        return given.get(key)

    def for_other_files(self) -> Answers:
        """Without directions: a minus sign that meant a reduction in one file may be an increase in the next."""
        return replace(self, direction={})

    def dump(self) -> str:
        """JSON, the same for the same answers."""
        return json.dumps({"form": _FORM, **asdict(self)}, ensure_ascii=False, sort_keys=True)

    @staticmethod
    def load(text: str) -> Answers:
        """Answers as dumped. Raises ``AnswersInvalid`` for anything else: what is stored is hostile until checked."""
        if len(text) > application_limits().answers_characters:
            raise AnswersInvalid("too long")
        try:
            stored = json.loads(text)
        except (ValueError, RecursionError) as fault:
            raise AnswersInvalid("no JSON") from fault
        topics = [topic.name for topic in fields(Answers)]
        if isinstance(stored, dict):
            # What was stored before directions were asked holds none of them.
            stored.setdefault("direction", {})
        if not isinstance(stored, dict) or stored.keys() != {"form", *topics} or stored["form"] != _FORM:
            raise AnswersInvalid("not the form of answers")
        return Answers(**{topic: _check(topic, stored[topic]) for topic in topics})


def _check(topic: str, given: Any) -> dict[str, str]:
    most = application_limits().cell_characters
    choices = _CHOICES.get(topic) or header_choices()
    if not isinstance(given, dict) or not all(
        isinstance(key, str) and 0 < len(key) <= most and isinstance(option, str) and option in choices
        for key, option in given.items()
    ):
        raise AnswersInvalid(f"{topic}: not an answer")
    return dict(given)


def header_choices() -> frozenset[str]:
    """All that a header may be: every KPI and fact, the parts of a value, a factory's own name, or nothing."""
    codes = {kpi.code for kpi in catalogue().kpis} | {fact.code for fact in catalogue().facts}
    return frozenset({*codes, *ANSWER_FIELDS, "factory", "ignore"})


NO_ANSWERS = Answers()
