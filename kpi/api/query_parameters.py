"""What an address does not take is refused: an answer to a misspelt question, or to half a form, looks like one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Query, Request
from fastapi.params import Depends as Dependency
from pydantic import BaseModel, ConfigDict, create_model

from kpi.api.parameter_faults import REPEATED, WrongParameters

LANGUAGE = "lang"
"""Every address takes it."""
FILE = "file"
KEY = "Idempotency-Key"


def only(*names: str) -> Dependency:
    """The dependency of an address that takes these query parameters beside the language, each once, and no other.

    What is wrong with any other parameter is named together with it.
    """
    # As lists: of a single value the framework would take the last, and leave the others out without a word.
    once = Query([], max_length=1, include_in_schema=False)
    known: dict[str, Any] = dict.fromkeys((LANGUAGE, *names), (list[str], once))
    asked: type[BaseModel] = create_model("Asked", __config__=ConfigDict(extra="forbid"), **known)

    def refuse_others(asked: Any) -> None:
        """What it asks for is refused before it is called."""

    refuse_others.__annotations__["asked"] = Annotated[asked, Query()]
    found: Dependency = Depends(refuse_others)
    return found


def one_key(request: Request) -> None:
    """The dependency of an address whose calls have a key: of two headers, one would be left out.

    Raises:
        WrongParameters: there is a second one. None at all is refused elsewhere.
    """
    if len(request.headers.getlist(KEY)) > 1:
        raise WrongParameters([{"loc": ("header", KEY), "type": REPEATED}])


async def one_file(request: Request) -> None:
    """The dependency of an address that takes a form with one file: of two, one would be left out without a word.

    Raises:
        WrongParameters: there is a second file, or a further field. A form without the file is refused elsewhere.
    """
    fields = [name for name, _ in (await request.form()).multi_items()]
    if FILE not in fields:
        return
    kinds = {name: REPEATED if name == FILE else "extra_forbidden" for name in fields}
    if len(fields) > 1:
        wrong = [name for name in kinds if name != FILE or fields.count(name) > 1]
        raise WrongParameters([{"loc": ("body", name), "type": kinds[name]} for name in wrong])
