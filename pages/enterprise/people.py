"""People of this enterprise: who fills in, who checks, who confirms; whoever confirms invites and lets go."""

import streamlit as st

from kpi.services.enterprise.people import own_people
from pages.enterprise.parts.people import change_person, invite, is_others, people_table
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.first_passwords import first_passwords_given

context = require_page("submit_own", "people")
first_passwords_given()
found = own_people(context.store, context.viewer)
html.sentence(translate("people.sentence", count=sum(not person.gone for person in found)))
html.where(translate("people.how"))
people_table(context, found)
if not is_others(context, "confirm"):
    with st.container(border=True, key="invite"):
        html.titled(translate("people.invite_title"))
        invite(context)
    with st.container(border=True, key="change-person"):
        html.titled(translate("people.change_title"))
        change_person(context, found)
