"""A process of its own that writes to a shared store: so many acts, or one that it stops or dies in the middle of."""

from __future__ import annotations

import os
import signal
import sys

from kpi.model.viewer import SYSTEM
from kpi.services.unit_of_work import unit_of_work
from kpi.store.open_store import open_store
from kpi.store.store_place import chosen_place


def main(word: str, times: int, ends: str = "") -> None:
    """``ends`` is the signal that it sends itself when it holds the lock and has written what is not kept yet."""
    with open_store(chosen_place(None)) as store:
        print("open", flush=True)
        for number in range(times):
            with unit_of_work(store, SYSTEM) as change:
                change.audit("backup_made", f"{word} {number}")
                if ends:
                    print("holds", flush=True)
                    os.kill(os.getpid(), getattr(signal, ends))
    print("done", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:])
