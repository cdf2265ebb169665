"""What an upload promises is what the reader behind it takes: one limit, read from the checked data."""

from __future__ import annotations

import pytest

from kpi.catalogue.annex4_settings import document_limits
from kpi.files.limits import application_limits
from kpi.model.language import Lang
from tests.pages.app_runs import Office, opened

MEGABYTE = 1_000_000
LIMITS = {"upload": application_limits().file_bytes, "document": document_limits().file_bytes}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("address", LIMITS)
def test_the_promised_size_is_the_limit_of_the_reader(office_here: Office, address: str, lang: Lang) -> None:
    office_here.sit("enterprise")
    uploader = opened(address, lang).get("file_uploader")[0].proto
    megabytes = LIMITS[address] // MEGABYTE
    assert uploader.max_upload_size_mb == megabytes
    assert f" {megabytes} MB" in uploader.help
