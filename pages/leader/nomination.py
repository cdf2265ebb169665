"""The list: the order of the own candidates, the checks before it leaves, and the acts on it."""

from kpi import i18n
from kpi.services.leader.own_list import own_list
from pages.leader.parts import list_acts, list_checks, list_form, package, proposal
from pages.session.language import translate
from pages.session.page_context import require_page
from pages.widgets import html

context = require_page("put_forward", "nomination")
found = own_list(context.store, context.viewer)
quota = found.quota
html.sentence(
    translate(
        f"nomination.sentence_{found.latest.state}",
        body=i18n.catalogue_name(found.latest.body, context.lang),
        year=found.latest.year,
        count=len(found.latest.content.placements),
        forward=len(found.forward),
        allowed=quota.allowed,
    )
)
rule = i18n.text(f"recommend.rule.{quota.rule.code}", context.lang, **quota.rule.params)
html.where(translate("nomination.quota", allowed=quota.allowed, rule=rule, used=quota.used, left=quota.left))
if deadline := found.deadline:
    html.where(translate(f"nomination.closes_{deadline.state}", day=deadline.day, days=deadline.days_left))
for change in found.outdated:
    html.notice(i18n.text(f"nomination.outdated.{change.code}", context.lang, **change.params))
list_acts.show_last_act()
list_form.list_table(context, found)
if found.latest.state != "sent":
    list_form.order_form(context, found)
    proposal.proposal(context, found)
list_checks.checks(context, found)
list_acts.acts(context, found)
list_acts.files(found)
package.package(context, found)
