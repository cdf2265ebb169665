"""The conditions of a notice, and the kinds of rule that decide them: a notice chooses and gives parameters.

A condition's ``tests`` in ``conditions.toml`` are rules of these kinds, and all of them must hold::

    tests = [{ kind = "at_least", fact = "maturity_level", limit = "maturity.annex1_advanced" }]

``kpi.eligibility.kinds`` decides each; a new kind is a class here and a function there.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from kpi.catalogue.schema import Checked
from kpi.model.language import Text, Words

RestsOn = Literal["fact", "statement", "list", "verdict", "review"]
Limit = float | str
"""A number, or the key of the policy value that is in force when the condition is decided."""
POLICY_LIMITS = ("maturity.annex1_advanced", "maturity.body_advanced", "factory_name_hanzi")
Form = Literal["credit_code", "mobile"]


class _OnFacts(Checked):
    @property
    def rests_on(self) -> RestsOn:
        return "fact"


class StatementRule(Checked):
    """The enterprise states it and names its evidence; the authority verifies it by that.

    A statement that the stricter condition ``implied_by`` holds carries this one; one that ``refuted_by`` does not hold
    refutes it, whatever is stated of this one.
    """

    kind: Literal["statement"]
    implied_by: str | None = None
    refuted_by: str | None = None

    @property
    def rests_on(self) -> RestsOn:
        return "statement"


class RulingRule(Checked):
    """Reviewers or the authority rule on it; unknown until they have.

    ``stated_by``: only where the enterprise states that condition.
    """

    kind: Literal["ruling"]
    stated_by: str | None = None

    @property
    def rests_on(self) -> RestsOn:
        return "review"


class NotListedRule(Checked):
    """The enterprise has not been awarded before: it is on no list of a year up to the application's. A name that is
    near, without its credit code, asks: people rule on it.
    """

    kind: Literal["not_listed"]

    @property
    def rests_on(self) -> RestsOn:
        return "list"


class VerdictRule(Checked):
    """The verdict on the clause of the main KPIs, as it was given."""

    kind: Literal["verdict"]

    @property
    def rests_on(self) -> RestsOn:
        return "verdict"


class AtLeastRule(_OnFacts):
    """A number is at least ``limit``: that of a fact, or the reported value of a KPI in its unit."""

    kind: Literal["at_least"]
    fact: str | None = None
    kpi: str | None = None
    limit: Limit

    @model_validator(mode="after")
    def _one_number(self) -> Self:
        if (self.fact is None) == (self.kpi is None):
            raise ValueError("a fact or a KPI, one of the two")
        return self


class CoversRule(_OnFacts):
    """The scenarios cover every segment that ``tier`` must cover, by the stages they belong to."""

    kind: Literal["covers"]
    tier: str


class EndingRule(_OnFacts):
    """A fact's text ends in one of ``ends``."""

    kind: Literal["ending"]
    fact: str
    ends: tuple[Words, ...] = Field(min_length=1)


class LengthRule(_OnFacts):
    """A fact's text has at most ``limit`` characters; ``narrow_in_one`` half-width ones count as one, unrounded."""

    kind: Literal["length"]
    fact: str
    limit: Limit
    narrow_in_one: int = Field(default=1, ge=1)


class OneOfRule(_OnFacts):
    """A fact is one of ``among``; where none is given, of the notice's own names for that fact."""

    kind: Literal["one_of"]
    fact: str
    among: tuple[Words, ...] = ()


class BodyOfAreaRule(_OnFacts):
    """The recommending body is that of the factory's ``area``, or one that reaches into it."""

    kind: Literal["body_of_area"]
    area: str


class ValidRule(_OnFacts):
    """A fact has the form of a credit code or of a mobile number."""

    kind: Literal["valid"]
    fact: str
    form: Form


class RegisteredInRule(_OnFacts):
    """The credit code was given by an authority of ``division``, by the first digits of GB/T 2260. One of another asks:
    people rule on it, as an enterprise may have moved.
    """

    kind: Literal["registered_in"]
    division: str = Field(pattern=r"^\d{2,6}$")


class LegalPersonRule(_OnFacts):
    """By its name the enterprise is no branch, as those that end in ``branches`` are. A branch asks, and people rule on
    it: in the industries of ``allowed_in``, by their Chinese names, the notice lets some apply.
    """

    kind: Literal["legal_person"]
    fact: str
    branches: tuple[Words, ...] = Field(min_length=1)
    allowed_in: tuple[Words, ...] = ()


SimpleRule = Annotated[
    StatementRule
    | RulingRule
    | NotListedRule
    | VerdictRule
    | AtLeastRule
    | CoversRule
    | EndingRule
    | LengthRule
    | OneOfRule
    | BodyOfAreaRule
    | ValidRule
    | RegisteredInRule
    | LegalPersonRule,
    Field(discriminator="kind"),
]


class AnyOfRule(Checked):
    """One of several rules is enough."""

    kind: Literal["any_of"]
    of: tuple[SimpleRule, ...]

    @property
    def rests_on(self) -> RestsOn:
        """On what the first rests: the others stand in for it."""
        return self.of[0].rests_on


RuleKind = Annotated[SimpleRule | AnyOfRule, Field(discriminator="kind")]


class Condition(Checked):
    """One of the notice's conditions: its ``clauses`` by code, its wording there (``quote``), and what decides it.

    ``standard`` is what it rests on besides, outside the notice. ``source`` is how all of these are cited; it is read
    from the clauses' labels.

    Where the notice contradicts itself, both conditions exist, and ``stricter_than`` on the stricter names the other.

    ``asks_for``: the list that its enterprise writes beside its statement on it.

    Words of ours: its short ``name``, the ``evidence`` that a statement on it names, and the ``remedy`` where it is not
    met or unknown.
    """

    code: str
    name: Text
    evidence: Text | None = None
    remedy: Text
    clauses: tuple[str, ...] = Field(min_length=1)
    standard: Words | None = None
    source: Text
    quote: str
    tests: tuple[RuleKind, ...]
    stricter_than: str | None = None
    asks_for: Literal["core_technology"] | None = None

    @property
    def rests_on(self) -> RestsOn:
        """On what, or on whom, the first of its rules rests."""
        return self.tests[0].rests_on

    @property
    def open_to_checks(self) -> bool:
        """Whether it rests on what the enterprise states, which its recommending body and the authority check."""
        return any(isinstance(rule, StatementRule) for rule in self.rules)

    @property
    def open_to_rulings(self) -> bool:
        """Whether people decide on it, at least in part: nobody overrules a report, a test or a listed code."""
        asks = RulingRule | RegisteredInRule | LegalPersonRule | NotListedRule
        return self.open_to_checks or any(isinstance(rule, asks) for rule in self.rules)

    @property
    def rules(self) -> tuple[SimpleRule, ...]:
        """Every rule that it names, those of which one is enough among them."""
        return tuple(rule for test in self.tests for rule in (test.of if isinstance(test, AnyOfRule) else (test,)))
