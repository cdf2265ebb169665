"""The process ends before it serves anybody: in words, where its server would print a traceback."""

from __future__ import annotations

import os
import sys
from typing import NoReturn, get_args

from kpi import i18n
from kpi.errors import UserError
from kpi.model.language import Lang


def end_in_words(error: UserError, code: int) -> NoReturn:
    """Print what is wrong and what to do, in every language, and end with the exit code ``code``."""
    words = [" ".join(i18n.error_message(error, lang)) for lang in get_args(Lang)]
    print("\n".join(words), file=sys.stderr, flush=True)
    os._exit(code)
