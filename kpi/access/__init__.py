"""Who may do what, and to whose: roles are lists of permissions, scope is a parameter of every question.

Deny unless allowed. What is out of scope is answered exactly as what does not exist.
"""
