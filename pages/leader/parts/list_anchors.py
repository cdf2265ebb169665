"""Where on the page of the list a thing stands, so that what is said of it can lead there."""

from __future__ import annotations

from kpi.recommendation.choice import Wish


def row_anchor(credit_code: str) -> str:
    """A candidate's row in the form of the order."""
    return f"row-{credit_code}"


def wish_anchor(kind: str) -> str:
    """The field in which wishes of that kind are set."""
    return f"wish-{kind}"


def reason_anchor(wish: Wish) -> str:
    """The field for a wish's reason."""
    return f"why-{wish}"
