"""What the notice names: KPIs and their groups, stages, scenarios, tiers, industries, bodies and facts.

Chinese names are the notice's to the letter (沪经信制〔2025〕514 号); English names are the product's translation.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kpi.catalogue.data_files import Checked
from kpi.model.application import Basis
from kpi.model.language import Text, Words

Kind = Literal["level", "count", "growth", "improvement", "reduction", "improvement_of_share", "reduction_of_share"]
FactKind = Literal["text", "integer", "number", "choice", "code", "phone", "list"]
RestsOn = Literal["fact", "statement", "list", "verdict", "review"]
Choices = Literal["industries", "districts", "bodies", "scenarios"]
Bounds = tuple[float | None, float | None]


class Kpi(Checked):
    """One of the annex's 21 indicators. Larger is always better; a bound of ``None`` means none.

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
    """One of the annex's five groups of KPIs."""

    code: str = Field(pattern=r"^G\d$")
    name: Text
    short: Text


class Segment(Checked):
    """One of annex 1's five fields of building (环节); ``note`` is the annex's own mapping to annex 2's stages."""

    code: str
    name: Text
    stages: tuple[str, ...]
    note: Text


class Stage(Checked):
    """One of annex 2's eight stages, in its order, with its run of scenario numbers."""

    code: str = Field(pattern=r"^S\d$")
    name: Text
    segment: str
    first: int
    last: int


class Scenario(Checked):
    """One of annex 2's forty typical scenarios."""

    number: int
    name: Text
    stage: str


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
    """One of annex 3's six industries."""

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


class Condition(Checked):
    """One of the notice's conditions: its place, its wording in the notice (``quote``) and its basis.

    A condition with ``alternative_to`` need not be met: it is another way to meet the one it names. Where the notice
    contradicts itself, both conditions exist, and ``stricter_than`` on the stricter names the other.
    """

    code: str
    part: Literal["body", "annex1", "annex3"]
    source: Text
    quote: str
    rests_on: RestsOn
    alternative_to: str | None = None
    stricter_than: str | None = None
