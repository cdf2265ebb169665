"""What follows from an object that nobody changes: worked out once in its life, and forgotten with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import ref

Value = TypeVar("Value")
Answer = TypeVar("Answer")


class PerObject(Generic[Value, Answer]):
    """``make``, asked once for each object. An object equal to another one is asked for by itself.

    The object's class must allow weak references (``weakref_slot=True`` beside ``slots=True``).
    """

    def __init__(self, make: Callable[[Value], Answer]) -> None:
        self._make = make
        self._known: dict[int, tuple[ref[Value], Answer]] = {}

    def __call__(self, value: Value) -> Answer:
        number = id(value)
        if (known := self._known.get(number)) is not None and known[0]() is value:
            return known[1]
        answer = self._make(value)
        self._known[number] = ref(value, lambda _: self._known.pop(number, None)), answer
        return answer

    def __len__(self) -> int:
        return len(self._known)
