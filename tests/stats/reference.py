"""Slow twins in plain Python and exact fractions: an independent answer to what ``kpi.stats`` computes."""

from __future__ import annotations

import json
from fractions import Fraction
from math import comb
from pathlib import Path
from typing import Any

VECTORS = Path(__file__).resolve().parents[1] / "vectors"


def vectors(name: str) -> Any:
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def binomial_at_least(k: int, n: int, p: Fraction) -> Fraction:
    return sum((comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1)), Fraction(0))


def binomial_at_most(k: int, n: int, p: Fraction) -> Fraction:
    return 1 - binomial_at_least(k + 1, n, p)


def drawn_at_least(k: int, n: int, members: int, population: int) -> Fraction:
    ways = sum(comb(members, i) * comb(population - members, n - i) for i in range(k, n + 1))
    return Fraction(ways, comb(population, n))


def drawn_at_most(k: int, n: int, members: int, population: int) -> Fraction:
    return 1 - drawn_at_least(k + 1, n, members, population)


def fewest(p: str, population: int) -> int:
    """ceil(pN) by counting up."""
    return next(m for m in range(population + 1) if m >= Fraction(p) * population)


def leading(k: int, n: int, p: str, population: int | None) -> Fraction:
    if population is None:
        return binomial_at_least(k, n, Fraction(p))
    return drawn_at_least(k, n, max(fewest(p, population) - 1, 0), population)


def not_leading(weak: int, n: int, p: str, population: int | None) -> Fraction:
    if population is None:
        return binomial_at_most(weak, n, Fraction(p))
    return drawn_at_most(weak, n, fewest(p, population), population)


def clopper_pearson_lower(k: int, n: int, alpha: Fraction) -> float:
    """The share at which P(X >= k) is alpha, by halving a bracket of exact dyadic fractions 50 times."""
    if k == 0:
        return 0.0
    low, high = 0, 1 << 50
    while high - low > 1:
        middle = (low + high) // 2
        tail = sum(comb(n, i) * middle**i * ((1 << 50) - middle) ** (n - i) for i in range(k, n + 1))
        low, high = (middle, high) if Fraction(tail, 1 << (50 * n)) < alpha else (low, middle)
    return high / (1 << 50)


def finite_lower(k: int, n: int, population: int, alpha: Fraction) -> Fraction:
    """The smallest M/N that the test keeps, trying every M from 0 on."""
    return next(Fraction(m, population) for m in range(population + 1) if drawn_at_least(k, n, m, population) > alpha)


def finite_upper(weak: int, n: int, population: int, alpha: Fraction) -> Fraction:
    """The largest M/N that the test keeps, trying every M from N down."""
    return next(
        Fraction(m, population) for m in range(population, -1, -1) if drawn_at_most(weak, n, m, population) > alpha
    )
