"""Run as a program: a child writes to a store until it is killed, and says so after each thing kept.

Each line "KIND FIRST FOLDER" on stdin starts a child (KIND is baselines or uploads, FIRST numbers the names); it tells
"open PID", then each name it kept; "dead STATUS" follows its end. Forked, so that imports are paid for once.
"""

from __future__ import annotations

import os
import sys
import traceback
from itertools import count
from pathlib import Path

from kpi.services.enterprise.uploads import receive_file
from kpi.store.store import Store
from tests.benchmark.panels import MAIN, freeze, records
from tests.services.sample_store import CODE_A, A, file_of

ENTERPRISES = 400


def write(kind: str, first: int, folder: Path) -> None:
    with Store.open(folder) as store:
        print("open", os.getpid(), flush=True)
        for number in count(first):
            if kind == "baselines":
                name = f"b{number}"
                values = [float((number + place) % 100) for place in range(ENTERPRISES)]
                # Nine groups publish nothing and another year corrects nothing: the time goes into writing.
                groups = [f"演示集团{place % 9:02d}（虚构）" for place in range(ENTERPRISES)]
                freeze(store, name, records(dict.fromkeys(MAIN, values), groups), year=1900 + number)
            else:
                name = receive_file(store, A, f"{number}.csv", file_of(CODE_A, str(number)) + b"\n" * number).upload
            print(name, flush=True)


def main() -> None:
    for line in sys.stdin:
        kind, first, folder = line.rstrip("\n").split(" ", 2)
        child = os.fork()
        if child == 0:
            try:
                write(kind, int(first), Path(folder))
            except BaseException:  # a child never comes back to read the next line
                traceback.print_exc()
            finally:
                os._exit(1)
        _, status = os.waitpid(child, 0)
        print("dead", os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
