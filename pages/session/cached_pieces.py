"""Pieces of pages that follow from their content alone: drawn once, and shown again to whoever is shown the same."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from dataclasses import is_dataclass
from functools import partial
from types import NoneType
from typing import ParamSpec, TypeVar

from kpi.catalogue.catalogue import catalogue
from kpi.store.cache import PerObject, cached, once
from pages.session.language import current_lang

_SAYS_ITSELF = (str, bool, int, NoneType)

P = ParamSpec("P")
Piece = TypeVar("Piece")


def cached_piece(make: Callable[P, Piece], *args: P.args, **kwargs: P.kwargs) -> Piece:
    """What ``make`` makes of these arguments in the reader's language, by the notice in hand.

    It is kept under their whole content, so that it must depend on nothing else: neither on the store, nor on who reads
    or what the address says. ``make`` is a function of a module, or a ``partial`` of one. Nobody may change the answer.
    """
    key = ("piece", catalogue(), current_lang(), _content((make, args, kwargs)))
    return cached(key, lambda: make(*args, **kwargs), _size)


def _content(value: object) -> object:
    """Something short that stands for the value's whole content; two contents never have the same."""
    if isinstance(value, tuple):
        # All at once where there are many of a kind, as the conditions of a notice or the values of peers are.
        kinds = set(map(type, value))
        alike = len(value) > 1 and len(kinds) == 1 and (kinds == {float} or is_dataclass(value[0]))
        return _hashed(value) if alike else tuple(_content(item) for item in value)
    if isinstance(value, dict):
        return ("dict", *((name, _content(item)) for name, item in value.items()))
    if isinstance(value, partial):
        return ("partial", _content(value.func), _content(value.args), _content(value.keywords))
    if isinstance(value, _SAYS_ITSELF):
        return (type(value), value)
    if is_dataclass(value):
        return _hashed_once(value)
    return _hashed(value)


def _hashed_once(value: object) -> bytes:
    """An answer stands behind several pieces of a page, run after run: its hash is remembered as long as it lives."""
    if not hasattr(value, "__weakref__"):
        # It is held on to, so that its number stays its own.
        return once(("content", id(value)), lambda: (value, _hashed(value)))[1]
    return _hash_of(value)


def _hashed(value: object) -> bytes:
    return hashlib.sha256(pickle.dumps(value, protocol=5)).digest()  # never read back


_hash_of: PerObject[object, bytes] = PerObject(_hashed)


def _size(piece: object) -> int:
    return len(pickle.dumps(piece, protocol=5))
