"""How many values of the tables are read without a question: ``python -m tests.own_tables.share``."""

from __future__ import annotations

import sys

from tests.own_tables.corpus import TABLES, share, verdict


def main() -> None:
    read, present = share()
    wrong = {name: cells for name in TABLES if (cells := verdict(name).wrong)}
    print(f"{len(TABLES)} tables: {read} of {present} values read without a question ({read / present:.1%})")
    print(f"silently wrong: {sum(map(len, wrong.values()))}")
    for name, cells in wrong.items():
        print(f"  {name}: {', '.join(f'{cell} {fault}' for cell, fault in cells.items())}")


if __name__ == "__main__":
    sys.exit(main())
