"""The one font of all paper and pictures: it comes with the requirements, so they look the same on every machine.

Regular and bold, simplified forms, under the SIL Open Font License. The package takes 46 MB to download and 73 MB on
disk. What the font lacks, as ① or ◆, Typst takes from the package's other fonts and its own.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import typst
import weblate_fonts

FAMILY = "Kurinto Sans SC"
_FOLDER = "static/weblate_fonts/kurinto/ttf"


@cache
def fonts() -> typst.Fonts:
    """For Typst. Those of the machine are not looked up: that takes up to a quarter of a second."""
    return typst.Fonts(include_system_fonts=False, font_paths=[str(files(weblate_fonts) / _FOLDER)])
