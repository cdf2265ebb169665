"""In how many of its claimed scenarios a factory uses artificial intelligence, beside what its KPI says of that.

The KPI of how many models are used does not follow from it: one model may serve several scenarios, or none that is
claimed, and a scenario is accounted for in words that may name several.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kpi.catalogue.catalogue import catalogue
from kpi.model.application import Application
from kpi.model.claims import ScenarioAccount

_DECIMALS = 6
"""What a binary fraction has beyond these was never typed."""


@dataclass(frozen=True, slots=True)
class AiUse:
    """``accounts``: by scenario, of those ``claimed`` alone, in their order. ``kpi``: the code of the share, None where
    no tier asks for one; ``whole``: all of it in the KPI's unit, 100 where that is %; ``reported``: the value as typed
    in that unit, None where there is none.
    """

    claimed: tuple[str, ...]
    accounts: Mapping[str, ScenarioAccount]
    kpi: str | None = None
    whole: int = 100
    reported: float | None = None

    @property
    def using(self) -> int:
        return sum(account.uses_ai for account in self.accounts.values())

    @property
    def missing(self) -> int:
        """Of how many claimed scenarios nothing is known yet."""
        return len(self.claimed) - len(self.accounts)

    def share_of(self, scenarios: int) -> float:
        """What the KPI is if it counts the use among so many scenarios, at least 1, to a tenth of a per cent."""
        return float(round(self._share(self.using, scenarios), 1 if self.whole > 1 else 3))

    @property
    def differs(self) -> bool:
        """Whether the typed value, as exactly as it was typed, is none that the accounts allow, whatever the missing
        ones will say.
        """
        if self.reported is None or not self.claimed:
            return False
        typed = Decimal(repr(round(self.reported, _DECIMALS)))
        half_step = Fraction(10) ** min(int(typed.normalize().as_tuple().exponent), 0) / 2
        least, most = (self._share(count, len(self.claimed)) for count in (self.using, self.using + self.missing))
        return not least - half_step <= Fraction(typed) <= most + half_step

    def _share(self, using: int, scenarios: int) -> Fraction:
        return Fraction(using * self.whole, scenarios)


def ai_use(application: Application, accounts: Mapping[str, ScenarioAccount]) -> AiUse:
    """Of the application as it claims now; ``accounts`` of what it claims no more do not count."""
    claimed = application.scenarios
    kept = {name: accounts[name] for name in claimed if name in accounts}
    code = next((tier.ai_kpi for tier in catalogue().tiers if tier.ai_kpi), None)
    if code is None:
        return AiUse(claimed, kept)
    value = application.values.get(code)
    reported = value.value if value and value.state == "reported" else None
    return AiUse(claimed, kept, code, 100 if catalogue().kpi(code).unit.zh == "%" else 1, reported)
