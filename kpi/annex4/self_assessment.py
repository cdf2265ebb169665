"""What the PDF of a maturity self-assessment says of its level, score and date, held against what the enterprise says.

Read only beside a label (vocabulary: ``data/annex4/words.toml``), and only where the text says one thing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeVar

from kpi.catalogue.catalogue import catalogue
from kpi.catalogue.forms import AssessedWords, report_words
from kpi.files.limits import pdf_limits
from kpi.files.sandbox import read_pdf
from kpi.files.workbook import UnreadableFile
from kpi.model.application import Application, SelfAssessment

AssessedFact = Literal["level", "score", "date"]
Value = TypeVar("Value")
_CHINESE = "[\u3001-\u9fff]"


@dataclass(frozen=True, slots=True)
class AssessedPair:
    """A fact of the self-assessment as the enterprise says it and as its PDF does; None where one says nothing."""

    fact: AssessedFact
    said: float | date | None
    in_text: float | date | None

    @property
    def differs(self) -> bool:
        """Both say something, and not the same; of two numbers the one with fewer digits may be rounded."""
        said, in_text = self.said, self.in_text
        if said is None or in_text is None or said == in_text:
            return False
        if isinstance(said, date) or isinstance(in_text, date):
            return True
        digits = min(len(f"{number:.12g}".partition(".")[2]) for number in (said, in_text))
        return abs(said - in_text) > 0.5 * 10.0**-digits + 1e-9


def read_self_assessment(data: bytes, assessed_on: date) -> SelfAssessment:
    """What the PDF in ``data`` says, beside the day as it was typed. One that cannot be read has no text."""
    try:
        text = _plain(read_pdf(data, pdf_limits()))
    except UnreadableFile:
        text = ""
    words = report_words().self_assessment
    level = _only(text, words.level, lambda found: _level(found, words.level))
    score = _only(text, words.score, _score)
    return SelfAssessment(assessed_on, bool(text), level, score, _only(text, words.date, _date))


def assessed_pairs(found: SelfAssessment, application: Application | None) -> tuple[AssessedPair, ...]:
    """Level, score and date, each as said and as read."""
    facts = application.facts if application else {}
    level, score = facts.get("maturity_level"), facts.get("maturity_score")
    return (
        AssessedPair("level", level if isinstance(level, int) else None, found.level_in_text),
        AssessedPair("score", score if isinstance(score, int | float) else None, found.score_in_text),
        AssessedPair("date", found.assessed_on, found.date_in_text),
    )


def _plain(text: str) -> str:
    """Half width, in lines, without the blanks that a PDF has between Chinese characters."""
    lines = (" ".join(line.split()) for line in unicodedata.normalize("NFKC", text).splitlines())
    return re.sub(rf"(?<={_CHINESE}) | (?={_CHINESE})", "", "\n".join(line for line in lines if line))


def _only(text: str, words: AssessedWords, value: Callable[[list[str]], Value | None]) -> Value | None:
    """What the sure labels say, else those that stand alone; None for nothing, or for two different things."""
    between = report_words().self_assessment.between
    for labels in (f"(?:{words.sure})", f"(?<![一-鿿A-Za-z])(?:{words.alone})"):
        pattern = re.compile(f"{labels}(?:{between})(?:{words.value})", re.IGNORECASE | re.MULTILINE)
        found = set(_values(pattern.finditer(text), value))
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _values(found: Iterator[re.Match[str]], value: Callable[[list[str]], Value | None]) -> Iterator[Value]:
    for match in found:
        read = value([group for group in match.groups() if group])
        if read is not None:
            yield read


def _level(found: list[str], words: AssessedWords) -> int:
    return words.numbers.get(found[0]) or int(found[0])


def _score(found: list[str]) -> float | None:
    """One beyond what a score can be is another figure."""
    fact, score = catalogue().fact("maturity_score"), float(found[0])
    within = (fact.minimum is None or score >= fact.minimum) and (fact.maximum is None or score <= fact.maximum)
    return score if within else None


def _date(found: list[str]) -> date | None:
    year, month, day = map(int, found)
    try:
        return date(year, month, day)
    except ValueError:
        return None
