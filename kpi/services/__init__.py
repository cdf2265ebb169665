"""What people do, whole: each service checks the asker's role and scope, asks, decides, records, and answers.

A folder a role holds what that role does; ``operation`` keeps the installation itself. At the top is what they share:
``authorization``, ``unit_of_work``, ``evaluation``, ``application_audit``, ``baseline_freeze``, ``shipped_baseline``,
``conditions``.
"""
