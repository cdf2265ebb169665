"""The process of a task: reads it from standard input, writes progress and result to standard output.

``task_runner`` starts it; what it prints goes to the server's log.
"""

from __future__ import annotations

import os
import pickle
import sys

from kpi.catalogue.catalogue import notice_in_hand
from kpi.errors import UserError
from kpi.services.preparation import Stage


def answer_from_stdin() -> None:
    """Run one task, and send what it gives or the ``UserError`` it raises. Anything else ends with a traceback."""
    os.nice(5)
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as out:
        # Whatever prints must not come between.
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        notice, task = pickle.load(sys.stdin.buffer)  # noqa: S301 - from the process that started this one

        def report(stage: Stage, share: float) -> None:
            pickle.dump(("progress", (stage, share)), out)
            out.flush()

        try:
            with notice_in_hand(notice):
                pickle.dump(("result", task.run(report)), out, protocol=5)
        except UserError as error:
            pickle.dump(("raised", error), out, protocol=5)


if __name__ == "__main__":
    answer_from_stdin()
