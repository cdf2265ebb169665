"""The minutes of a panel: what they say of figures."""

from __future__ import annotations

import pytest

from kpi.model.language import Lang
from kpi.model.scoring import ReviewPanelAgreement
from kpi.reports.meeting import agreement_words


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(("p", "said"), [(0.00001, "p < 0.001"), (0.0416, "p = 0.042"), (0.0004999, "p < 0.001")])
def test_no_chance_is_said_to_be_nought(p: float, said: str, lang: Lang) -> None:
    found = ReviewPanelAgreement(("甲", "乙", "丙", "丁", "戊"), 8, 1.0, p, None)
    assert said in agreement_words(found, lang)
