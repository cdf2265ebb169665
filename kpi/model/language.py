"""The two languages of the product, and a text in both."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

Lang = Literal["zh", "en"]

Words = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class Text(BaseModel):
    """One text in both languages, neither empty. ``zh`` is literal where the notice names the thing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    zh: Words
    en: Words

    def in_(self, lang: Lang) -> str:
        return self.zh if lang == "zh" else self.en
