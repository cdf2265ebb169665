"""An administrator's home: baseline, policy, applications, claims and backup, each as it stands."""

from kpi.services.administrator.home import administrator_standing
from pages.session.context import require_page
from pages.widgets.acts import show_home

context = require_page("run_programme", "home")
show_home(context, administrator_standing(context.store, context.viewer))
