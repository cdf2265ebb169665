"""What routes take: who calls, the store, the language of the words, and the names in an address."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Request

from kpi.api.callers import caller, file_sender, reader, store_in_use
from kpi.api.problems import lang_of
from kpi.model.language import Lang
from kpi.model.viewer import Viewer
from kpi.store.store import Store


def answer_language(
    request: Request, lang: Annotated[Lang | None, Query(description="Language of the words in the answer")] = None
) -> Lang:
    return lang or lang_of(request)


Caller = Annotated[Viewer, Depends(caller)]
Sender = Annotated[Viewer, Depends(file_sender)]
Reader = Annotated[Viewer | None, Depends(reader)]
InUse = Annotated[Store, Depends(store_in_use)]
InLang = Annotated[Lang, Depends(answer_language)]
CreditCode = Annotated[str, Path(description="Unified social credit code", max_length=40)]
Year = Annotated[int, Path(ge=1, le=9999)]
