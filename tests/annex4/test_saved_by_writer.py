"""A document that LibreOffice Writer saved again departs from annex 4 as its original does, and in nothing else."""

from __future__ import annotations

import io

import docx
import pytest

from kpi.annex4.check import check_report
from tests.annex4.saved_by_writer import ORIGINALS, WRITTEN


@pytest.mark.campaign
@pytest.mark.slow
@pytest.mark.parametrize("name", ORIGINALS)
def test_every_departure_is_found_after_writer_and_none_is_invented(name: str) -> None:
    written = (WRITTEN / f"{name}.docx").read_bytes()
    assert "LibreOffice" in zip_text(written, "docProps/app.xml")
    before, after = check_report("a.docx", ORIGINALS[name]()), check_report("a.docx", written)
    assert [(finding.severity, finding.code, finding.found) for finding in after.findings] == [
        (finding.severity, finding.code, finding.found) for finding in before.findings
    ]
    assert (after.characters, after.parts) == (before.characters, before.parts)


def zip_text(data: bytes, name: str) -> str:
    package = docx.Document(io.BytesIO(data)).part.package
    return next(part.blob.decode() for part in package.iter_parts() if str(part.partname) == f"/{name}")


def test_the_kept_documents_are_those_that_are_made() -> None:
    assert {path.stem for path in WRITTEN.glob("*.docx")} == set(ORIGINALS)
