"""The optimiser against trying every set; ties by the published stages; nothing unproven is called an optimum."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from kpi.recommendation.choice import Choice, Weights, Wishes, in_order, worth, worth_shares
from kpi.recommendation.proposal import CheckedAnswer, IntegerProgram, Proposal, propose, solve
from tests.recommendation.choices import (
    BEST_ALONE,
    POLICY,
    TWO_PER_CENT,
    allowed_sets,
    first_of_the_best,
    option,
    some_choice,
    some_wishes,
)

NO_WISHES = Wishes()


@pytest.mark.parametrize("campaign", range(6))
def test_as_every_set_tried_one_by_one(campaign: int) -> None:
    """Half of them with factories that are nominated already, who cover, count and stay."""
    random = Random(campaign)
    for _ in range(100):
        size, places, steps = random.randint(0, 9), random.randint(0, 4), random.choice([2, 10, 10_000])
        choice = some_choice(random, size, places, steps, nominated=random.choice([0, 0, 1, 4]))
        wishes = some_wishes(random, choice)
        best = first_of_the_best(choice, wishes)
        found = propose(choice, wishes, BEST_ALONE)
        if best is None:
            assert (found.status, found.order, found.objective) == ("infeasible", (), None)
        else:
            assert (found.status, found.objective) == ("optimal", choice.worth(best))
            assert found.bound == found.objective
            assert found.order == in_order(best), "ties are settled by the published stages"
            assert all(item.loss >= 0 for item in found.left_out), "no exchange that the wishes allow is better"
            for price in found.prices:
                without = Wishes.of([wish for wish in wishes.named() if wish != price.wish])
                freer = first_of_the_best(choice, without)
                assert freer is not None
                assert price.objective_without == choice.worth(freer)


def test_a_list_of_nominated_factories_decides_whom_it_still_lacks() -> None:
    """By themselves the two of the best quality are worth most; what is covered already is worth nothing more."""
    options = (option(1, quality="0.9"), option(2, quality="0.8"), option(3, 1, quality="0.6"))
    weights = Weights(Fraction(1), Fraction(6), Fraction(0))
    alone = propose(Choice(options, 1, weights), NO_WISHES, BEST_ALONE)
    assert [item.credit_code for item in alone.order] == ["CODE001"]
    beside = propose(Choice(options, 1, weights, (option(7, quality="0.5"),)), NO_WISHES, BEST_ALONE)
    assert ([item.credit_code for item in beside.order], beside.objective) == (["CODE003"], Fraction("3.1"))


def test_further_ones_of_an_industry_that_has_too_many_nominated_are_not_proposed() -> None:
    nominated = (option(7), option(8))
    choice = Choice((option(1, quality="1"), option(3, 1, quality="0.1")), 2, POLICY, nominated)
    found = propose(choice, Wishes(most_of_industry=1), BEST_ALONE)
    assert (found.status, [item.credit_code for item in found.order]) == ("optimal", ["CODE003"])


@pytest.mark.parametrize("campaign", range(3))
def test_the_shares_of_all_on_a_list_are_its_worth(campaign: int) -> None:
    choice = some_choice(Random(campaign), 9, 4, nominated=campaign)
    listed = (*choice.nominated, *choice.options)
    shares = worth_shares(listed, choice.weights)
    assert sum(share.quality + share.industry + share.scenario for share in shares) == worth(listed, choice.weights)
    alike = [share.industry for share in shares if share.option.industry == listed[0].industry]
    assert set(alike) == {alike[0]}


def test_two_hundred_candidates() -> None:
    """How long it takes: ``benchmarks/orders.py``."""
    choice = replace(some_choice(Random(1), 200, 12), weights=POLICY)
    found = propose(choice, NO_WISHES, TWO_PER_CENT)
    assert (found.status, len(found.order), len(found.left_out)) == ("optimal", 12, 188)


def test_alternatives_are_the_next_best_sets() -> None:
    choice = replace(some_choice(Random(3), 8, 3), weights=POLICY)
    worths = sorted((worth(allowed_set, POLICY) for allowed_set in allowed_sets(choice, NO_WISHES)), reverse=True)
    found = propose(choice, NO_WISHES, replace(TWO_PER_CENT, share=Fraction(1, 2)))
    assert [alternative.objective for alternative in found.alternatives] == worths[1:4]
    near = propose(choice, NO_WISHES, replace(TWO_PER_CENT, most=50)).alternatives
    assert len(near) == sum(item >= worths[0] * Fraction(98, 100) for item in worths[1:])


def test_all_equal_is_settled_by_credit_code() -> None:
    choice = Choice(tuple(option(number) for number in range(30)), 3, POLICY)
    found = propose(choice, NO_WISHES, TWO_PER_CENT)
    assert [item.credit_code for item in found.order] == ["CODE000", "CODE001", "CODE002"]
    assert {item.loss for item in found.left_out} == {0}
    assert [alternative.objective for alternative in found.alternatives] == [found.objective] * 3


def test_weights_of_nothing_are_settled_by_quality() -> None:
    options = tuple(option(number, quality=f"0.{number}") for number in range(1, 6))
    found = propose(Choice(options, 2, Weights(*[Fraction(0)] * 3)), NO_WISHES, BEST_ALONE)
    assert (found.objective, [item.credit_code for item in found.order]) == (0, ["CODE005", "CODE004"])


def test_fewer_candidates_than_places_are_all_chosen() -> None:
    choice = Choice((option(1), option(2, quality="0.75")), 10, POLICY)
    found = propose(choice, NO_WISHES, TWO_PER_CENT)
    assert [item.credit_code for item in found.order] == ["CODE002", "CODE001"]
    assert (found.status, found.left_out) == ("optimal", ())
    nobody = propose(Choice((), 10, POLICY), NO_WISHES, TWO_PER_CENT)
    assert (nobody.status, nobody.order, nobody.objective, nobody.alternatives) == ("optimal", (), 0, ())


def test_the_price_of_each_wish() -> None:
    options = (option(1, quality="0.9"), option(2, quality="0.8"), option(3, 1, quality="0.1"))
    choice = Choice(options, 2, Weights(Fraction(1), Fraction(0), Fraction(0)))
    wishes = Wishes(must=("CODE002",), must_not=("CODE001",), each_industry=True)
    found = propose(choice, wishes, BEST_ALONE)
    assert (found.objective, [item.credit_code for item in found.order]) == (Fraction("0.9"), ["CODE002", "CODE003"])
    prices = {str(price.wish): price.objective_without for price in found.prices}
    assert prices == {
        "must:CODE002": Fraction("0.9"),
        "must_not:CODE001": Fraction("0.9"),
        "each_industry": Fraction("0.9"),
    }
    without = propose(choice, replace(wishes, must_not=(), must=()), BEST_ALONE)
    assert without.objective == Fraction("1.0")


def test_a_candidate_left_out_knows_whose_place_costs_least() -> None:
    choice = Choice((option(1, quality="0.9"), option(2, quality="0.8"), option(3, quality="0.5")), 2, POLICY)
    [left] = propose(choice, NO_WISHES, BEST_ALONE).left_out
    assert left.instead_of is not None
    assert (left.option.credit_code, left.instead_of.credit_code, left.loss) == ("CODE003", "CODE002", Fraction("0.3"))


def test_a_candidate_left_out_is_exchanged_only_where_the_wishes_still_hold() -> None:
    options = (option(1, quality="0.9"), option(2, quality="0.8"), option(3, 1, quality="0.1"))
    choice = Choice(options, 2, Weights(Fraction(1), Fraction(0), Fraction(0)))
    [left] = propose(choice, Wishes(each_industry=True), BEST_ALONE).left_out
    assert left.instead_of is not None
    assert (left.option.credit_code, left.instead_of.credit_code, left.loss) == ("CODE002", "CODE001", Fraction("0.1"))


def lying(answer: CheckedAnswer | None) -> Proposal:
    def solver(_: IntegerProgram) -> CheckedAnswer | None:
        return answer

    return propose(Choice((option(1), option(2)), 1, POLICY), NO_WISHES, BEST_ALONE, solver)


def test_what_is_not_proven_says_so() -> None:
    assert lying(None).status == "not_proven"
    unproven = CheckedAnswer((1, 0, 1), 100, 101, in_time=True)
    assert lying(unproven).status == "not_proven"
    assert lying(replace(unproven, in_time=False)).status == "time_limit"


def test_the_solver_is_asked_again_without_presolve() -> None:
    program = IntegerProgram([1, 1], [0, 0], [1, 1], [])
    assert solve(program) == CheckedAnswer((1, 1), 2, 2, in_time=True)
