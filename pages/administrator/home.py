"""An administrator's home: baseline, policy, applications, claims and backup, each as it stands."""

from kpi.services.administrator.home import administrator_to_dos
from pages.session.context import require_page
from pages.widgets.acts import show_home

context = require_page("administer", "home")
show_home(context, administrator_to_dos(context.store, context.viewer))
