"""Who may do what, and to whose: roles are lists of permissions, scope is a parameter of every question.

Deny unless allowed. What is out of scope is answered exactly as what does not exist.
"""

from kpi.access.roles import ROLE_PERMISSIONS, Permission, allows, require
from kpi.access.scope import Scope, scope_of

__all__ = ["ROLE_PERMISSIONS", "Permission", "Scope", "allows", "require", "scope_of"]
