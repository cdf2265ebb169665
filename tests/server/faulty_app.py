"""The app with a bug planted in a page's service: run as a program by the tests, with Streamlit's own words.

The bug's message quotes what must never get out: a value, a telephone, a name and a path.
"""

from __future__ import annotations

import sys

from streamlit.web import cli

from kpi.services.leader import coverage

SECRETS = ("98.7654", "13800138000", "张三丰", "/srv/secret/panel.csv", "select value from observation")


def broken(*_: object) -> None:
    raise ValueError(" ".join(SECRETS))


if __name__ == "__main__":
    for name in [name for name, var in vars(coverage).items() if callable(var) and var.__module__ == coverage.__name__]:
        if not isinstance(getattr(coverage, name), type):
            setattr(coverage, name, broken)
    sys.argv = ["streamlit", "run", "app.py", *sys.argv[1:]]
    cli.main()
