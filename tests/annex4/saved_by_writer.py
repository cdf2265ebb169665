"""Documents that LibreOffice Writer read and saved again; written once, kept beside the tests, which need no office.

``python -m tests.annex4.saved_by_writer`` writes them again, with ``soffice`` on the path.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from docx.shared import Pt
from docx.text.paragraph import Paragraph

from kpi.reports.files import chart_png
from tests.annex4.documents import PARTS, application
from tests.annex4.test_single_findings import at_least, by_style, each, gap, loose, small, song, wide

WRITTEN = Path(__file__).with_name("written")


def _drawn(number: int) -> bytes:
    """A small picture that any program can read, another for each number."""
    size = 'width="180" height="21"'
    return chart_png(f'<svg xmlns="http://www.w3.org/2000/svg" {size}><circle cx="{number}" cy="9" r="9"/></svg>')


def _at_least_27(paragraph: Paragraph) -> None:
    """Rule and height both: Writer takes a rule alone for one of 12 points."""
    paragraph.paragraph_format.line_spacing = Pt(27)
    at_least(paragraph)


ORIGINALS: Mapping[str, Callable[[], bytes]] = {
    "nothing": lambda: application(pictures=0),
    "another-font": lambda: application(each(song), pictures=0),
    "another-size": lambda: application(each(small), pictures=0),
    "another-size-by-a-style": lambda: application(by_style, pictures=0),
    "one-and-a-half-lines": lambda: application(each(loose), pictures=0),
    "28-points": lambda: application(each(wide), pictures=0),
    "at-least-27-points": lambda: application(each(_at_least_27), pictures=0),
    "too-short": lambda: application(pictures=0, fillers=3),
    "too-long": lambda: application(pictures=0, fillers=8),
    "no-part-three": lambda: application(pictures=0, parts=(*PARTS[:2], PARTS[3]), fillers=7),
    "no-report": lambda: application(pictures=0, report=""),
    "a-number-left-out": lambda: application(pictures=10, picture=_drawn, caption=gap),
}
"""Each a faultless document but for its name (and pictures, which would be 5 MB each)."""


def write_again() -> None:
    WRITTEN.mkdir(exist_ok=True)
    with TemporaryDirectory() as folder:
        for name, make in ORIGINALS.items():
            path = Path(folder) / f"{name}.docx"
            path.write_bytes(make())
            profile = f"-env:UserInstallation=file://{folder}/profile"
            subprocess.run(
                ["soffice", profile, "--headless", "--convert-to", "docx", "--outdir", str(WRITTEN), str(path)],
                check=True,
            )


if __name__ == "__main__":
    sys.exit(write_again())
