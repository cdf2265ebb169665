"""What an upload promises is what the reader behind it takes: one limit, read from the checked data."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.catalogue.forms import document_limits
from kpi.files.limits import application_limits
from kpi.i18n import text
from kpi.model.language import Lang
from kpi.services.enterprise.uploads import receive_file
from kpi.services.operation.authentication import viewer_of
from tests.pages.app_runs import Office, opened, submitted
from tests.pages.screen_text import seen
from tests.services.service_calls import PDF

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


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_pdf_sent_for_a_table_is_refused_in_words(copied_office: Office, lang: Lang) -> None:
    copied_office.sit("enterprise")
    viewer = viewer_of(copied_office.store, copied_office.tokens["enterprise"])
    assert viewer is not None
    assert not opened("upload", lang).get("file_uploader")[0].proto.type
    received = receive_file(copied_office.store, viewer, "a.pdf", b"%PDF-1.7 ... %%EOF")
    said = "\n".join(seen(opened("upload", lang, sent=received.upload)))
    for part in ("message", "remedy"):
        assert text(f"problem.pdf_file.{part}", lang) in said


@pytest.mark.campaign
def test_what_is_no_pdf_is_refused_in_words_for_as_long_as_it_stands_there(copied_office: Office) -> None:
    submitted(copied_office, False)
    copied_office.sit("enterprise")
    test = opened("document")
    assert test.file_uploader[1].proto.disabled
    test = test.date_input[0].set_value(date(2025, 6, 3)).run()
    uploader = test.file_uploader[1]
    assert not uploader.proto.type
    test = uploader.set_value(("self.docx", b"PK", "application/msword")).run()
    said = text("error.self_assessment_no_pdf.message", "zh")
    assert said in "\n".join(seen(test))
    assert said in "\n".join(seen(test.run()))
    test = test.file_uploader[1].set_value(("self.pdf", PDF, "application/pdf")).run()
    assert said not in "\n".join(seen(test))
    assert text("page.attachment.assessed", "zh", day="2025-06-03") in "\n".join(seen(test))
    assert (test.date_input[0].value, test.file_uploader[1].value) == (None, None)
