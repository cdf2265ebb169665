"""Answer sheet: what is wrong, first and fixed where it stands; then KPIs and facts as they are."""

import streamlit as st

from kpi.services.enterprise.sheets import own_sheets, plausibility_warnings, sheet_changes
from pages.enterprise.parts.answers import (
    fact_form,
    fix_faults,
    kpi_grid,
    one_item,
    save_typed,
    show_not_saved,
    show_remarks,
)
from pages.enterprise.parts.before_after import before_after_table
from pages.enterprise.parts.journey import (
    note,
    offer_discard,
    show_next_step,
    show_steps,
    show_uncovered,
    stop_for_earlier_step,
)
from pages.enterprise.parts.last_year import last_year_of, offer_last_year
from pages.enterprise.parts.people import is_others, names_of
from pages.enterprise.parts.upload import show_unimported
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets import html
from pages.widgets.tables import change_history, format_datetime

context = require_page("submit_own", "sheet")
save_typed(context)
journey = show_steps(context, "check")
uncovered = show_uncovered(context)
sheets = {
    f"{own_sheet.credit_code} {own_sheet.year}": own_sheet
    for own_sheet in own_sheets(context.store, context.viewer)
    if (own_sheet.credit_code, own_sheet.year) not in uncovered
}
if journey.key not in sheets:
    stop_for_earlier_step(journey)

sheet = sheets[journey.key]
problems = (*sheet.reading.problems, *plausibility_warnings(context.store, context.viewer, sheet))
blocking = sum(problem.blocks for problem in problems)
remarks = [problem for problem in problems if not problem.blocks and problem.code != "missing_fact"]
locked = journey.at("submit").state == "done"
if locked:
    html.sentence(translate("sheet.locked", year=sheet.year))
    st.page_link("pages/enterprise/submission.py", label=translate("sheet.to_reopen"))
else:
    said, count = ("faulty", blocking) if blocking else ("remarks", len(remarks)) if remarks else ("faultless", 0)
    submit = journey.at("submit")
    if not blocking and submit.state == "open" and not journey.lockable:
        html.sentence(translate("sheet.not_now", note=note(submit)))
    else:
        html.sentence(translate(f"sheet.{said}", count=count))
names = names_of(context)
html.where(
    translate(
        "sheet.version",
        version=sheet.version,
        account=names.get(sheet.changed_by, sheet.changed_by),
        at=format_datetime(sheet.changed_at),
        sheet=sheet,
    )
)
# Who does not fill in reads it as once it is locked.
locked = is_others(context, "fill") or locked
# One place on the page, however much there is to fix: the browser draws what has moved anew, and so would the grid be
# in which somebody types.
with st.container(key="to-fix"):
    show_not_saved(context)
    fix_faults(context, sheet, problems, locked)
earlier = last_year_of(context, sheet)
with st.container(key="last-year"):
    offer_last_year(context, sheet, earlier, locked)
with st.container(key="wide"):
    kpi_grid(context, sheet, problems, locked, earlier)
with st.container(key="narrow"):
    one_item(context, sheet, problems, locked, earlier)
fact_form(context, sheet, locked)
show_remarks(context, sheet, remarks, locked)
show_unimported(context, sheet)
before_after_table(context, sheet)
offer_discard(context, sheet.credit_code, sheet.year)
changes = sheet_changes(context.store, context.viewer, sheet.credit_code, sheet.year)
change_history(context, f"{sheet.credit_code} {sheet.year}", changes, names)
show_next_step(context, "check")
