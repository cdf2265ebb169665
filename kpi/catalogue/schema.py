"""What the notice names: KPIs and their groups, stages, scenarios, tiers, industries, bodies and facts.

Chinese names are the notice's to the letter; English names are the product's translation.
"""

from __future__ import annotations

import csv
import math
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from kpi.errors import DataFault, InvalidData
from kpi.model.application import Basis
from kpi.model.language import Text, Words

# Reading the project's own data files: one strict schema each, and an error that names file and key.


DATA = Path(__file__).resolve().parents[2] / "data"


class Checked(BaseModel):
    """The base of every data schema: frozen; unknown keys are refused (a misspelt one would be silently unused)."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Schema = TypeVar("Schema", bound=BaseModel)


def data_fault(place: str, code: str, **params: str) -> InvalidData:
    """What is wrong at a ``place``, file and key; texts: ``data_fault.<code>``."""
    return InvalidData(f"{place}: {code}: {', '.join(params.values())}", [DataFault(place, code, params)])


@contextmanager
def noting_faults(faults: list[InvalidData]) -> Iterator[None]:
    """What is raised within goes onto the list, so that all faults are said at once."""
    try:
        yield
    except InvalidData as found:
        faults.append(found)


def refuse_faults(faults: Sequence[InvalidData]) -> None:
    """Raises them as one ``InvalidData``, if there are any."""
    if faults:
        raise InvalidData("\n".join(map(str, faults)), [fault for item in faults for fault in item.faults])


def read_toml(path: Path) -> dict[str, Any]:
    """The tables of one TOML file. Raises ``InvalidData`` if it is missing or not TOML."""
    return parse_toml(path.read_bytes() if path.is_file() else None, path.name)


def parse_toml(content: bytes | None, name: str) -> dict[str, Any]:
    """The tables of a file of that ``name``. Raises ``InvalidData`` if it is missing (None) or not TOML."""
    if content is None:
        raise InvalidData(f"{name}: not there", [DataFault(name, "no_file", {})])
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidData(f"{name}: {error}", [DataFault(name, "no_toml", {"said": str(error)})]) from error


def check_schema(schema: type[Schema], content: object, file: str) -> Schema:
    """``content`` as ``schema``. Raises ``InvalidData`` with every invalid key, as ``file: key: problem``."""
    try:
        return schema.model_validate(content)
    except ValidationError as error:
        found = [(f"{file}: {_key(fault, content)}", fault) for fault in error.errors()]
        faults = [DataFault(place, *_in_words(fault)) for place, fault in found]
        raise InvalidData("\n".join(f"{place}: {fault['msg']}" for place, fault in found), faults) from error


def load_toml(path: Path, schema: type[Schema]) -> Schema:
    return check_schema(schema, read_toml(path), path.name)


def load_csv(path: Path, schema: type[Schema]) -> tuple[Schema, ...]:
    """The rows of one CSV file; empty cells are missing values. Errors name ``file, line``, headers counted."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return tuple(
        check_schema(schema, {key: cell for key, cell in row.items() if cell != ""}, f"{path.name}, row {number}")
        for number, row in enumerate(rows, start=2)
    )


_FAULTS = {
    "missing": "missing",
    "extra_forbidden": "unknown_key",
    "literal_error": "not_one_of",
    "string_too_short": "empty",
    "string_pattern_mismatch": "pattern",
    "union_tag_invalid": "not_one_of",
    "union_tag_not_found": "missing",
    "too_short": "empty",
}


def _in_words(fault: Mapping[str, object]) -> tuple[str, dict[str, str]]:
    """Its code and params; what has no words of its own is said as the library says it."""
    context: Any = fault.get("ctx") or {}
    params = {name: str(value) for name, value in context.items()}
    if "tag" in params:
        params |= {"given": params["tag"], "expected": params["expected_tags"]}
    return _FAULTS.get(str(fault["type"]), "other"), {
        "given": str(fault["input"])[:60],
        "said": str(fault["msg"]),
        **params,
    }


def _key(fault: Mapping[str, Any], content: object) -> str:
    """Where in ``content`` the fault is, as its author would look for it: without the kind of a thing of several kinds,
    which the library puts before the key, and with the key that names the kind where it names none.
    """
    found, here, missing = "", content, fault["type"] == "missing"
    for part in fault["loc"]:
        if isinstance(part, int):
            found += f"[{part}]"
        elif isinstance(here, dict) and part not in here and not (missing and part == fault["loc"][-1]):
            continue
        else:
            found += f".{part}"
        here = _part_of(here, part)
    kind = fault.get("ctx", {}).get("discriminator", "")
    return f"{found}.{kind}".replace("'", "").strip(".")


def _part_of(content: object, part: int | str) -> object:
    if isinstance(part, int):
        return content[part] if isinstance(content, list | tuple) and part < len(content) else None
    return content.get(part) if isinstance(content, dict) else None


Kind = Literal["level", "count", "growth", "improvement", "reduction", "improvement_of_share", "reduction_of_share"]
FactKind = Literal["text", "integer", "number", "choice", "code", "phone", "list"]
Choices = Literal["industries", "districts", "bodies", "scenarios"]
Bounds = tuple[float | None, float | None]
NoticeStatus = Literal["official", "fictitious", "reading"]


class IllustrativeFiles(Checked):
    """Invented files to try the product on, below ``data``: a panel, candidates and awards of a demonstration, its
    scoring, and files that one may upload.
    """

    panel: Words
    applications: Words
    awarded: Words
    scoring: Words | None = None
    example: Words | None = None
    own_table: Words | None = None


class NoticeHead(Checked):
    """What a notice says of itself. ``id`` is its folder's name; ``region.zh`` is the exact name, ``tier`` what it
    calls for; ``office`` issues it, and that one's ``division`` takes the lists. ``parents`` and ``addressees`` are its
    own words. ``status``: an official notice to the letter, an invented one, or one of which parts are our reading.
    ``illustrative`` is ours.
    """

    id: str = Field(pattern=r"^[a-z]+-\d{4}-[a-z0-9]+$")
    status: NoticeStatus
    number: Text
    title: Text
    region: Text
    year: int = Field(ge=2000, le=2100)
    tier: str
    office: Text
    division: Text
    parents: tuple[Words, ...]
    addressees: Words
    illustrative: IllustrativeFiles | None = None


class Kpi(Checked):
    """One of the annex's indicators. Larger is always better; a bound of ``None`` means none.

    ``minimum`` and ``maximum`` bind the relative basis, or the only one; the points bounds bind percentage points.
    """

    code: str = Field(pattern=r"^K\d\d$")
    number: int
    name: Text
    short: Text
    aliases: tuple[Words, ...] = ()
    group: str
    unit: Text
    kind: Kind
    minimum: float | None = None
    maximum: float | None = None
    points_minimum: float | None = None
    points_maximum: float | None = None
    bases: tuple[Basis, ...] = ()
    whole: bool = False
    formula: Text
    formula_status: Text
    formula_source: Text
    evidence: Text
    caution: Text | None = None

    @property
    def reduces(self) -> bool:
        """The size of a reduction: before minus after."""
        return self.kind in ("reduction", "reduction_of_share")

    @property
    def of_share(self) -> bool:
        """A change of a share, so before and after lie in 0..100."""
        return self.kind in ("improvement_of_share", "reduction_of_share")

    @property
    def is_change(self) -> bool:
        """Can be computed from a before and an after; levels and counts cannot."""
        return self.kind not in ("level", "count")

    def bounds(self, basis: Basis | None) -> Bounds:
        """The physical bounds of a value on ``basis``, in the KPI's unit."""
        if basis == "points" and "points" in self.bases:
            return self.points_minimum, self.points_maximum
        return self.minimum, self.maximum


class KpiGroup(Checked):
    """One of the annex's groups of KPIs."""

    code: str = Field(pattern=r"^G\d$")
    name: Text
    short: Text


class Segment(Checked):
    """One of annex 1's fields of building (环节); ``note`` is the annex's own mapping to annex 2's stages."""

    code: str
    name: Text
    stages: tuple[str, ...]
    note: Text


class Stage(Checked):
    """One of annex 2's stages, in its order, with its run of scenario numbers."""

    code: str = Field(pattern=r"^S\d$")
    name: Text
    segment: str
    first: int
    last: int


class Effect(Checked):
    """What a scenario does to KPIs, by code, in the words of its definition that name what they measure."""

    kpis: tuple[str, ...] = Field(min_length=1)
    quote: Words


class Scenario(Checked):
    """One of annex 2's typical scenarios, with its definition in the notice's own words.

    ``look``: what can be seen of it on a visit. The notice says nothing of that: a suggestion of ours. ``effect``: None
    where the notice names no KPI: which one it moves is then not known, and nobody guesses.
    """

    number: int
    name: Text
    stage: str
    definition: Words
    look: Text
    effect: Effect | None = None

    @model_validator(mode="after")
    def _quoted(self) -> Self:
        if self.effect is not None and self.effect.quote not in self.definition:
            raise ValueError("an effect in the words of the definition")
        return self


Holds = Literal["notice", "kpis", "segments", "scenarios", "annex5"]


class Clause(Checked):
    """A paragraph of the notice, in its order. ``text`` is word for word, a line for each of its own lines; ``holds``:
    the rest of its words stand in that part of the folder. ``label`` is how it is cited.

    Its code begins with its part, ``annex1.III.2``, and what it begins with is a clause too where there is one.
    ``reason``: why nothing in the product decides it, nor what lies below it; of a part's own heading, that alone.
    ``segment``: what it asks to be built is of that segment, which scenarios cover.
    """

    code: str = Field(pattern=r"^[a-z][a-z0-9]*(\.[A-Za-z0-9]+)*$")
    label: Text
    text: Words | None = None
    holds: Holds | None = None
    reason: Text | None = None
    segment: str | None = None

    @model_validator(mode="after")
    def _some_words(self) -> Self:
        if self.text is None and self.holds is None:
            raise ValueError("a text, or where in the folder its words stand")
        return self

    @property
    def part(self) -> str:
        """The code of the part of the notice that it stands in."""
        return self.code.partition(".")[0]


class Tier(Checked):
    """A tier of smart factory: the requirements of annex 1 for its segments, KPIs and use of AI.

    ``ai_share`` (0..1) is the floor of the KPI ``ai_kpi``, which is in percent.
    """

    code: Literal["basic", "advanced", "excellent", "pilot"]
    name: Text
    segments: tuple[str, ...]
    in_principle: bool = False
    ai_share: float | None = Field(default=None, ge=0, le=1)
    ai_kpi: str | None = None
    region: Literal["region", "country", "world"]
    statistic: Literal["mean", "leading"]
    maturity: int
    clause: Text
    source: Text


class Industry(Checked):
    """One of annex 3's industries."""

    code: str
    name: Text


class Body(Checked):
    """A recommending body, with its place on the tile grid. Areas of ``overlaps`` hold part of it: never sum both."""

    code: str
    name: Text
    kind: Literal["district", "other"]
    adcode: str | None = None
    column: int
    row: int
    overlaps: tuple[str, ...] = ()
    source: str


class Fact(Checked):
    """One question of annexes 3 and 5 about the factory. ``aliases`` are other spellings found in files.

    ``person`` marks a person's name: personal data, as every telephone number is.
    """

    code: str
    name: Text
    aliases: tuple[Words, ...] = ()
    kind: FactKind
    person: bool = False
    required_to_benchmark: bool = False
    minimum: float | None = None
    maximum: float | None = None
    choices: Choices | None = None
    hint: Text
    source: Text

    def allows(self, number: float) -> bool:
        """Whether a number lies within the fact's bounds, both included."""
        return (self.minimum is None or number >= self.minimum) and (self.maximum is None or number <= self.maximum)


# The forms of annexes 3 and 5 as the notice prints them, always in Chinese; ``number`` is what it calls a form, in
# English as within a sentence. A part of one is named by its facts.


class Annex5Column(Checked):
    """A column of annex 5. ``fact`` None is the place on the list; ``width`` is its share of the page."""

    title: str
    fact: str | None = None
    width: int = Field(gt=0)

    @property
    def code(self) -> str:
        return self.fact or "place"


class Annex3Row(Checked):
    """A row of annex 3: a fact, or two beside each other."""

    number: str
    title: str
    facts: tuple[str, ...] = Field(min_length=1, max_length=2)

    @property
    def code(self) -> str:
        return ", ".join(self.facts)


class Annex5Form(Checked):
    """The list of a recommending body, a line a candidate."""

    number: Text
    title: str
    body: str
    note: str
    column: tuple[Annex5Column, ...]


class Annex3Form(Checked):
    """The sheet of one applicant."""

    number: Text
    title: str
    row: tuple[Annex3Row, ...]


class Annex4Form(Checked):
    """The application report: what its first lines call it."""

    number: Text
    title: str


# Changes from start and end: their size on a basis, the end that a gain reaches, and the largest possible gain.


def from_before_after(kpi: Kpi, before: float, after: float, basis: Basis | None) -> float:
    """The change from ``before`` to ``after`` in the KPI's sense (a reduction counts down), in percent or points.

    ``points`` is after - before (a share's percentage points); anything else is (after - before) / before * 100.
    Reported decimals are computed exactly and rounded once, so that 3.2 -> 1.1 ties with a peer's stated 2.1 points.
    NaN where it is undefined: a relative change without a positive start that can be a divisor, a level or a count,
    an infinite input.
    """
    if not (kpi.is_change and math.isfinite(before) and math.isfinite(after)):
        return math.nan
    start, end = _exact(before), _exact(after)
    gain = start - end if kpi.reduces else end - start
    if basis == "points":
        return float(gain)
    return _float(gain / start * 100) if start > 0 else math.nan


def end_for(kpi: Kpi, before: float, gain: float, basis: Basis | None) -> float:
    """The end at which a factory that started at ``before`` has gained ``gain``: the inverse of the change.

    In the measured quantity's own unit; NaN where the change itself is undefined.
    """
    if math.isnan(from_before_after(kpi, before, before, basis)) or not math.isfinite(gain):
        return math.nan
    start, change = _exact(before), _exact(gain)
    change = change if basis == "points" else start * change / 100
    return _float(start - change if kpi.reduces else start + change)


def best_attainable(kpi: Kpi, before: float, basis: Basis | None) -> float | None:
    """The largest value that a factory starting at ``before`` could ever report, or None if unlimited.

    A share can rise to 100 at most: (100 - b) / b * 100 relative, 100 - b points. A reduction ends at 0.
    """
    if not kpi.of_share:
        return kpi.maximum
    floor_or_ceiling = 0.0 if kpi.reduces else 100.0
    best = from_before_after(kpi, before, floor_or_ceiling, basis)
    return None if math.isnan(best) else best


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def _float(exact: Fraction) -> float:
    """The nearest float; NaN where there is none, as for a gain over a start of 1e-320."""
    try:
        return float(exact)
    except OverflowError:
        return math.nan
