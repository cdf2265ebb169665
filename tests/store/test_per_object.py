"""What follows from an object is worked out once in its life, for it alone, and forgotten with it."""

from __future__ import annotations

from dataclasses import dataclass

from kpi.store.cache import PerObject


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Value:
    number: float


def test_once_for_each_object_and_no_longer_than_it_lives() -> None:
    asked: list[float] = []

    def said(value: Value) -> str:
        asked.append(value.number)
        return str(value.number)

    of = PerObject(said)
    nought, minus = Value(0.0), Value(-0.0)
    assert nought == minus
    assert [of(nought), of(minus), of(nought), of(minus)] == ["0.0", "-0.0", "0.0", "-0.0"]
    assert asked == [0.0, -0.0]
    assert len(of) == 2
    del nought
    assert len(of) == 1
    assert of(minus) == "-0.0"
    assert len(asked) == 2
