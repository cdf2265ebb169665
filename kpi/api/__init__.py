"""The HTTP interface ``/api/v1``: the same services and the same JSON as the command line, for other systems.

``application`` puts it together; ``routes`` are the questions, ``callers`` who asks, ``problems`` what goes wrong.
"""
