"""Complete jobs: each service checks the caller's role and scope, asks, decides, records, and answers.

One folder per role; ``operation`` is for the installation itself. Shared at the top:
``authorization``, ``unit_of_work``, ``evaluation``, ``application_audit``, ``baseline_freeze``, ``shipped_baseline``,
``conditions``, ``claims``, ``audit_head``, ``audit_keys``.
"""
