"""The list: the order of the own candidates, the checks before it leaves, and the acts on it."""

from kpi import i18n
from kpi.services.leader.own_list import own_list
from pages.leader.parts import differences, list_acts, list_checks, list_table, order_form, package, proposal
from pages.leader.parts.quota_words import quota_words
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html

context = require_page("put_forward", "nomination")
found = own_list(context.store, context.viewer)
with html.together():
    html.sentence(
        translate(
            f"nomination.sentence_{found.latest.state}",
            body=i18n.catalogue_name(found.latest.body, context.lang),
            year=found.latest.year,
            count=len(found.latest.content.placements),
            forward=len(found.forward),
            allowed=found.quota.allowed,
        )
    )
    quota_words(context, found.quota, found.deadline)
    for change in found.outdated:
        html.notice(i18n.text(f"nomination.outdated.{change.code}", context.lang, **change.params))
list_acts.show_last_act()
list_checks.faults_ahead(found)
list_table.list_table(context, found)
if found.latest.state != "sent":
    order_form.order_form(context, found)
    proposal.proposal(context, found)
list_checks.checks(context, found)
differences.differences(context, found)
list_acts.acts(context, found)
list_acts.files(context, found)
package.package(context, found)
