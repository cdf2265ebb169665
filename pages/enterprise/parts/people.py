"""The people of an enterprise: who may do what on its pages, who did what, and inviting, changing and letting go."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from kpi import i18n
from kpi.access.passwords import FirstPassword
from kpi.errors import UserError
from kpi.model.viewer import ENTERPRISE_DUTIES, EnterpriseDuty
from kpi.reports.content import About
from kpi.services.enterprise.checks import ReadForCheck, check_draft, draft_for_check
from kpi.services.enterprise.people import Person, end_person, hand_over, invite_person, own_people, set_duties
from pages.session.context import PageContext
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.acts import confirm_act, show_done, show_error
from pages.widgets.first_passwords import give_first_passwords
from pages.widgets.picker import pick_option
from pages.widgets.tables import change_history, format_datetime, show_table, typed_table

# Who may do what, and who did it, by the names of one's own enterprise.


def is_others(context: PageContext, duty: EnterpriseDuty) -> bool:
    """Whether this is not the reader's to do; the page then says whose it is. Who does everything reads nothing."""
    if duty in context.viewer.enterprise_duties:
        return False
    names = [person.name for person in _present(context) if duty in person.duties]
    who = i18n.text("number.list", context.lang).join(names)
    html.notice(translate(f"people.only_{duty}", who=who) if who else translate(f"people.nobody_{duty}"))
    return True


def names_of(context: PageContext) -> dict[str, str]:
    """The name of each person of the reader's own enterprises by account; also of who has left."""
    return {person.account: person.name for person in own_people(context.store, context.viewer)}


def _present(context: PageContext) -> list[Person]:
    return [person for person in own_people(context.store, context.viewer) if not person.gone]


# The check of a draft by one of its enterprise's people, before another locks it.


_CHECKED = "draft-checked"


def show_check(context: PageContext, credit_code: str, year: int) -> bool:
    """Who has checked the draft, and what has changed since; whether it may be locked, as far as that goes.

    Nothing where one person does everything.
    """
    read = draft_for_check(context.store, context.viewer, credit_code, year)
    several = sum(credit_code in person.codes for person in _present(context)) > 1
    if several or context.viewer.named or read.checked_by:
        st.subheader(translate("people.check_title"), anchor=False)
        _say_checked(context, read, f"{credit_code} {year}")
        if not read.stands and not is_others(context, "check"):
            _offer_check(context, read, credit_code, year)
    if "confirm" in context.viewer.enterprise_duties:
        for error in read.against_lock:
            show_error(error)
    return not read.against_lock


def _say_checked(context: PageContext, read: ReadForCheck, subject: str) -> None:
    if st.session_state.pop(_CHECKED, False):
        show_done(translate("people.check_done"))
    if read.checked_by is None or read.checked_at is None:
        html.where(translate("people.unchecked"))
        return
    names = names_of(context)
    said = {"who": names.get(read.checked_by, read.checked_by), "at": format_datetime(read.checked_at)}
    if read.stands:
        html.clause(translate("people.checked", **said))
        return
    html.notice(translate("people.changed_since" if read.changes else "people.documents_since", **said))
    change_history(context, subject, read.changes, names)


def _offer_check(context: PageContext, read: ReadForCheck, credit_code: str, year: int) -> None:
    if not confirm_act(translate("people.check"), translate("people.check_means"), key="check-draft", read=read.sha256):
        return
    try:
        check_draft(context.store, context.viewer, credit_code, year, read.sha256)
    except UserError as error:
        show_error(error)
    else:
        st.session_state[_CHECKED] = True
        st.rerun()


# The list of people, and what whoever confirms may do with it.


_DONE, _TIMES = "people-done", "people-invited"


def people_table(context: PageContext, found: Sequence[Person]) -> None:
    """Everybody with their duties; who has left comes last."""
    if done := st.session_state.pop(_DONE, None):
        show_done(done)
    several = len(context.viewer.scope) > 1
    columns = ["name", "account", "duties", *(["codes"] if several else []), "state"]
    rows = [
        [
            person.name,
            person.account,
            duty_names(context, person.duties),
            *(["\n".join(person.codes)] if several else []),
            translate("people.gone" if person.gone else "people.present"),
        ]
        for person in sorted(found, key=lambda person: person.gone)
    ]
    table = typed_table([translate(f"people.{name}") for name in columns], rows)
    show_table(context, About(translate("title.people")), table, "people", form="stacked")


def duty_names(context: PageContext, duties: Sequence[EnterpriseDuty]) -> str:
    """Duties in the reader's words."""
    return i18n.text("number.list", context.lang).join(translate(f"duty.{duty}") for duty in duties)


def invite(context: PageContext) -> None:
    """A person's name, account and duties; the first password is shown once."""
    form = f"invite-{st.session_state.get(_TIMES, 0)}"
    html.where(translate("people.invite_how"))
    left, right = st.columns(2)
    display = left.text_input(translate("people.name"), max_chars=60, key=f"{form}-display")
    help_ = translate("people.account_help")
    name = right.text_input(translate("people.account"), max_chars=40, key=f"{form}-name", help=help_)
    duties = _pick_duties((), form)
    scope = context.viewer.scope
    codes = st.multiselect(translate("people.codes"), scope, scope, key=f"{form}-codes") if len(scope) > 1 else scope
    if not st.button(translate("people.invite"), type="primary", key=f"{form}-send"):
        return
    try:
        password = invite_person(context.store, context.viewer, name, display, duties, codes)
    except UserError as error:
        show_error(error)
        return
    st.session_state[_TIMES] = st.session_state.get(_TIMES, 0) + 1
    give_first_passwords([FirstPassword(name, display, "enterprise", tuple(codes), password)])


def change_person(context: PageContext, found: Sequence[Person]) -> None:
    """Other duties for a person, or none: they leave; and handing one's own over."""
    others = {
        person.account: person
        for person in found
        if person.within and not person.gone and person.account != context.viewer.account
    }
    if not others:
        html.where(translate("people.nobody_else"))
        return
    person = others[pick_option(translate("people.whom"), list(others), "person", lambda name: others[name].name)]
    try:
        _change_duties(context, person)
        _let_go(context, person)
        if set(context.viewer.scope) <= set(person.codes):
            _hand_over(context, person)
    except UserError as error:
        show_error(error)


def _change_duties(context: PageContext, person: Person) -> None:
    duties = _pick_duties(person.duties, f"duties-{person.account}-{'-'.join(person.duties)}")
    if set(duties) == set(person.duties):
        return
    words = {"before": duty_names(context, person.duties), "after": duty_names(context, duties) or "—"}
    means = translate("people.change_means", who=person.name, **words)
    if confirm_act(translate("people.change"), means, key=f"set-{person.account}"):
        set_duties(context.store, context.viewer, person.account, duties, seen=person.duties)
        _again(translate("people.changed", who=person.name))


def _let_go(context: PageContext, person: Person) -> None:
    if confirm_act(
        translate("people.end"), translate("people.end_means", who=person.name), key=f"end-{person.account}"
    ):
        end_person(context.store, context.viewer, person.account)
        _again(translate("people.ended", who=person.name))


def _hand_over(context: PageContext, person: Person) -> None:
    mine = context.viewer.enterprise_duties
    html.titled(translate("people.hand_over_title", who=person.name))
    html.where(translate("people.hand_over_how"))
    given = [
        duty
        for duty in mine
        if st.checkbox(translate(f"duty.{duty}"), key=f"give-{person.account}-{duty}-{'-'.join(mine)}")
    ]
    if not given:
        return
    form = "hand_over_all" if len(given) == len(mine) else "hand_over_means"
    means = translate(f"people.{form}", who=person.name, duties=duty_names(context, given))
    if confirm_act(translate("people.hand_over"), means, key=f"hand-over-{person.account}"):
        hand_over(context.store, context.viewer, person.account, given)
        _again(translate("people.handed_over", who=person.name))


def _pick_duties(chosen: Sequence[EnterpriseDuty], key: str) -> list[EnterpriseDuty]:
    return st.multiselect(
        translate("people.duties"),
        ENTERPRISE_DUTIES,
        list(chosen),
        format_func=lambda duty: translate(f"duty.{duty}"),
        placeholder=translate("people.duties_choose"),
        help=translate("people.duties_help"),
        select_all=False,
        key=key,
    )


def _again(done: str) -> None:
    st.session_state[_DONE] = done
    st.rerun()
