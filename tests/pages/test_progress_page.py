"""The stage of an application moves after a question that says whose and whither, and can be moved back."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from kpi.i18n import text
from kpi.model.viewer import Viewer
from kpi.queries import ApplicationInHand
from kpi.services.administrator.progress import applications_in_progress
from kpi.services.operation.authentication import viewer_of
from tests.pages.app_runs import Office, opened, strings


def _first_waiting(office: Office) -> ApplicationInHand:
    administrator = viewer_of(office.store, office.tokens["administrator"])
    assert isinstance(administrator, Viewer)
    return next(one for one in applications_in_progress(office.store, administrator) if one.state is None)


def _state_of(office: Office, one: ApplicationInHand) -> str | None:
    administrator = viewer_of(office.store, office.tokens["administrator"])
    found = applications_in_progress(office.store, administrator)
    return next(other.state for other in found if other.credit_code == one.credit_code)


def _chosen(test: AppTest, fields: str, state: str) -> AppTest:
    return test.selectbox(key=f"state-{fields}").set_value(state).run()


def test_a_step_is_taken_after_its_question_alone_and_can_be_taken_back(copied_office: Office) -> None:
    copied_office.sit("administrator")
    one = _first_waiting(copied_office)
    key = f"{one.credit_code}-{one.year}"
    test = opened("progress", application=f"{one.credit_code} {one.year}")
    assert not [button for button in test.button if str(button.key).startswith("take-")], "nothing is chosen yet"

    test.text_input(key=f"note-{key}-submitted").set_value("说明一").run()
    _chosen(test, f"{key}-submitted", "put_forward")
    names = {name: text(f"page.step.{name}", "zh") for name in ("submitted", "put_forward")}
    asked = text(
        "page.progress.means",
        "zh",
        who=one.enterprise,
        year=one.year,
        before=names["submitted"],
        after=names["put_forward"],
    )
    assert asked in "\n".join(strings(test))
    assert _state_of(copied_office, one) is None, "a choice changes nothing"

    test.button(key=f"take-{key}-submitted").click().run()
    assert _state_of(copied_office, one) == "put_forward"
    assert test.text_input(key=f"note-{key}-put_forward").value == ""
    _chosen(test, f"{key}-put_forward", "material_review").button(key=f"take-{key}-put_forward").click().run()
    _chosen(test, f"{key}-material_review", "put_forward").button(key=f"take-{key}-material_review").click().run()
    assert _state_of(copied_office, one) == "put_forward"
