"""Who may do what, on whose data: roles are lists of permissions, scope is a parameter of every question.

Deny unless allowed. What is out of scope is answered like what does not exist.
"""
