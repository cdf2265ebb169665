"""Report for the baseline: what an invited enterprise is asked for, how far it is, reporting it, or saying why not."""

from kpi.services.enterprise.reports import own_invitations
from pages.enterprise.parts.report import say_answered, show_invitation
from pages.session.context import require_page
from pages.session.language import translate
from pages.widgets.acts import end_with_next

context = require_page("submit_own", "baseline_report")
say_answered()
invitations = own_invitations(context.store, context.viewer)
if not invitations:
    end_with_next(translate("report.none"), "enterprise-home")
for invitation in invitations:
    show_invitation(context, invitation)
