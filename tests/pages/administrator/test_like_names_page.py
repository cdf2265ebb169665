"""The administrator is asked on the register's page whether two codes with like names are one enterprise."""

from __future__ import annotations

import pytest

from kpi.i18n import text
from kpi.model.language import Lang
from kpi.services.administrator.register import take_in_register
from kpi.services.administrator.same_enterprises import like_names
from tests.benchmark.panels import credit_code
from tests.pages.app_runs import Office, opened, strings, submitted
from tests.services.sample_store import ADMINISTRATOR

OTHER = credit_code(8_000_009)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_pair_is_a_to_do_until_it_is_answered(copied_office: Office, lang: Lang) -> None:
    own = submitted(copied_office, locked=True)
    table = f"credit_code,name,industry\n{OTHER},{own.text('enterprise')},高端装备\n".encode()
    take_in_register(copied_office.store, ADMINISTRATOR, 2026, "名录（虚构）.csv", table)
    copied_office.sit("administrator")
    asked = text("page.home.like_names_open", lang, count=1)
    assert asked in " ".join(strings(opened("administrator-home", lang)))

    page = opened("register", lang)
    assert not page.exception
    assert text("page.same.title", lang, count=1) in " ".join(strings(page))
    if lang == "en":  # what was chosen is put into the words of this thread's language by the next run
        return
    [outcome] = [item for item in page.radio if item.label == text("page.same.question", lang)]
    [reason] = [item for item in page.text_input if item.label == text("page.same.reason", lang)]
    outcome.set_value("other")
    reason.set_value("两家企业（虚构）")
    page.run()
    [save] = [item for item in page.button if item.label == text("page.same.save", lang)]
    page = save.click().run()
    assert not page.exception
    [pair] = like_names(copied_office.store, ADMINISTRATOR)
    assert pair.answer is not None
    assert (pair.answer.outcome, pair.answer.reason) == ("other", "两家企业（虚构）")
    assert text("page.same.title_none", lang) in " ".join(strings(page))
    assert asked not in " ".join(strings(opened("administrator-home", lang)))
