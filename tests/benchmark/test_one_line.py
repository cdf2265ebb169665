"""Whatever line policy has: what is published is at it, and every word of it is the one the verdict used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from functools import cache
from itertools import islice

import pandas as pd
import pytest

from kpi import stats
from kpi.baseline import publication
from kpi.baseline.publication import public_knowledge, publish_cell
from kpi.benchmark.enterprise_view import enterprise_view, place_in_published
from kpi.benchmark.evaluation import policy_used
from kpi.benchmark.gap import gap_analysis
from kpi.catalogue.catalogue import catalogue
from kpi.charts.gap import how_to_read_gaps
from kpi.i18n import headline, kpi_word, other_line, published_at, text
from kpi.model.language import Lang
from kpi.model.publication import EnterpriseView, PublishedCell
from kpi.policy.change_file import contradicting_values
from kpi.policy.policy import Policy
from tests.benchmark.panels import seeded
from tests.benchmark.reference_gaps import AS_OF, BASELINE, INDUSTRY, POLICY, application, nothing, reported

POLICIES = 10_000
LANGUAGES: tuple[Lang, ...] = ("zh", "en")
KPI = catalogue().kpi("K01")
NAMED = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)")


def valid_policies() -> Iterator[Policy]:
    """Every kind of line from one half on, written with up to six digits, with what may stand beside it."""
    draw = seeded("one line")
    for _ in range(POLICIES):
        digits = draw.randint(1, 6)
        line = draw.randrange(10**digits // 2, 10**digits) / 10**digits
        policy = replace(
            POLICY,
            leading_quantile=line,
            confidence=draw.choice((0.9, 0.95, 0.99)),
            clause_at_least=draw.randint(0, 6),
            disclosure=replace(POLICY.disclosure, quantile_groups=draw.randint(10, 40)),
        )
        assert list(contradicting_values(policy)) == []
        yield policy


@cache
def cell() -> pd.DataFrame:
    draw = seeded("cell")
    values = sorted(round(draw.uniform(0, 100), 1) for _ in range(40))
    return pd.DataFrame({"own_group": [f"G{place}" for place in range(40)], "value": values})


@pytest.fixture(autouse=True)
def unattacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programmes of the attack take a hundred times as long as all the rest; what they are given is looked at."""
    monkeypatch.setattr(publication, "_gives_away", lambda *_: False)


def seen(policy: Policy, table: PublishedCell) -> EnterpriseView:
    published = {kpi.code: replace(nothing(kpi.code), **_at(table)) for kpi in catalogue().kpis} | {"K01": table}
    sent = application(K01=reported("K01", 55.0))
    return enterprise_view(sent, published, BASELINE, policy, policy_used(policy, INDUSTRY), AS_OF)


def _at(table: PublishedCell) -> dict[str, float]:
    return {"lower_quantile": table.lower_quantile, "upper_quantile": table.upper_quantile}


def numbers(words: str) -> set[Decimal]:
    return {Decimal(found) for found in NAMED.findall(words)}


@pytest.mark.campaign
def test_ten_thousand_policies_show_the_line_that_the_verdict_used() -> None:
    bare = publish_cell(KPI, "上海市", INDUSTRY, cell(), POLICY)
    answered = seen(POLICY, bare)
    for number, policy in enumerate(valid_policies()):
        lang: Lang = "en" if number % 2 else "zh"
        used = policy_used(policy, INDUSTRY)
        lower, upper = policy.published_quantiles
        line, other = Decimal(str(used.leading_quantile)) * 100, 100 - Decimal(str(used.leading_quantile)) * 100
        assert (Decimal(str(upper)) * 100, Decimal(str(lower)) * 100) == (line, other)
        table = replace(bare, lower_quantile=lower, upper_quantile=upper)
        kpi = replace(answered.kpi("K01"), published=table)
        at = published_at([table])
        assert numbers(kpi_word(kpi, lang).explanation) == {line}
        assert line in numbers(headline(replace(answered, policy=used, kpis=(kpi,)), lang).title)
        assert numbers(text("report.published.p80", lang, **at)) == {line}
        assert numbers(text("report.published.p20", lang, **at)) == {other}
        assert numbers(text("way.caption", lang, **at)) == {line, other}
        assert numbers(text("strip.zone", lang, quantile=used.leading_quantile)) == {other}
        sealed = text("report.provenance.line_text", lang, quantile=used.leading_quantile, confidence=0.95)
        assert numbers(sealed) == {line, Decimal(95)}
        assert other_line([table], used.leading_quantile, lang) == ""


@pytest.mark.campaign
def test_every_hundredth_of_them_is_published_placed_and_measured_at_its_line() -> None:
    values = cell()["value"].to_numpy()
    for policy in islice(valid_policies(), 0, None, 100):
        table = publish_cell(KPI, "上海市", INDUSTRY, cell(), policy)
        view = seen(policy, table)
        used = view.policy.leading_quantile
        assert (table.lower_quantile, table.upper_quantile) == policy.published_quantiles
        if policy.disclosure.quantile_groups <= len(values):
            assert table.p80 == float(stats.round_to(stats.harrell_davis(values, used), table.step))
            assert place_in_published(table.p80, table).low == used
        way = gap_analysis(view, policy)
        line = Decimal(str(used)) * 100
        for lang in LANGUAGES:
            assert numbers(how_to_read_gaps(way, (), lang, illustrative=False)) == {line, 100 - line}


def test_the_attack_is_given_the_quantiles_that_the_table_says() -> None:
    """Also where policy's line is another by now."""
    table = publish_cell(KPI, "上海市", INDUSTRY, cell(), replace(POLICY, leading_quantile=0.75))
    values = cell()["value"].to_numpy()
    for policy in (POLICY, replace(POLICY, leading_quantile=0.9)):
        *_, lower, upper = public_knowledge(table, values, policy)
        assert lower.weights.tolist() == stats.harrell_davis_weights(40, 0.25).tolist()
        assert upper.weights.tolist() == stats.harrell_davis_weights(40, 0.75).tolist()


@pytest.mark.parametrize(
    ("shares", "zh", "en"),
    [
        ((0.8,), "80", "80th"),
        ((0.75, 0.8), "75/80", "75th/80th"),
        ((0.825,), "82.5", "82.5th"),
        ((0.51, 0.52, 0.53), "51/52/53", "51st/52nd/53rd"),
        ((0.11, 0.12, 0.13), "11/12/13", "11th/12th/13th"),
        ((0.999,), "99.9", "99.9th"),
    ],
)
def test_percentiles_are_written_with_every_digit(shares: tuple[float, ...], zh: str, en: str) -> None:
    assert text("report.kpis.p80", "zh", upper=shares) == f"公布的领先线（{zh} 分位值）"
    assert text("report.kpis.p80", "en", upper=shares) == f"Published leading line ({en} percentile)"


def test_a_line_of_one_half_places_a_value_on_either_side() -> None:
    table = publish_cell(KPI, "上海市", INDUSTRY, cell(), replace(POLICY, leading_quantile=0.5))
    assert table.p20 == table.median == table.p80
    below, at = (place_in_published(value, table) for value in (table.median - 1, table.median))
    assert (below.low, below.high, at.low, at.high) == (0, 0.5, 0.5, 1)


def test_where_no_line_is_published_the_cells_own_quantile_is_named() -> None:
    assert published_at([replace(nothing("K01"), upper_quantile=0.9, lower_quantile=0.1)]) == {
        "lower": (0.1,),
        "upper": (0.9,),
    }
    cells = [nothing("K01"), replace(nothing("K02"), median=1.0, p80=2.0, upper_quantile=0.9)]
    assert published_at(cells)["upper"] == (0.9,)
