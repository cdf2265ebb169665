"""Query parameters that an address does not take are refused: an answer to a misspelt question looks like an answer."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query
from fastapi.params import Depends as Dependency
from pydantic import BaseModel, ConfigDict, create_model

LANGUAGE = "lang"
"""Every address takes it."""


def only(*names: str) -> Dependency:
    """The dependency of an address that takes these query parameters beside the language, and no other.

    What is wrong with any other parameter is named together with it.
    """
    known: dict[str, Any] = {name: (Any, Query(None, include_in_schema=False)) for name in (LANGUAGE, *names)}
    asked: type[BaseModel] = create_model("Asked", __config__=ConfigDict(extra="forbid"), **known)

    def refuse_others(asked: Any) -> None:
        """What it asks for is refused before it is called."""

    refuse_others.__annotations__["asked"] = Annotated[asked, Query()]
    found: Dependency = Depends(refuse_others)
    return found
