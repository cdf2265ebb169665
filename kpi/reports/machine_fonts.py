"""The fonts of this machine, looked up once: that is half the time of a picture."""

from __future__ import annotations

from functools import cache

import typst


@cache
def machine_fonts() -> typst.Fonts:
    """For Typst, and to ask which there are."""
    return typst.Fonts()
