"""One run of the product's own question: ``python -m benchmarks.product_run ENGINE FORM FOLDER``.

It prints the seconds, on the clock and of all cores. FORM is ``words`` (regions, industries and credit codes as the
store keeps them) or ``codes`` (whole numbers instead). The table is ready in each engine before the clock starts; the
results are kept in the engine, and written out after.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

QUANTILES = [0.2, 0.5, 0.75, 0.8, 0.9]
COUNTS = ["worse", "tied", "n"]
CELL = ["region", "industry", "kpi", "basis"]

Run = Callable[[], None]
Keep = Callable[[str, Path], None]


def main() -> None:
    engine, form, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    job, keep = {"duckdb": duckdb, "pandas": pandas, "polars": polars}[engine](form, folder)
    begun, worked = time.perf_counter(), time.process_time()
    job()
    print(json.dumps({"seconds": time.perf_counter() - begun, "cpu": time.process_time() - worked}))
    for table in ("placed", "lines"):
        keep(table, folder / f"{engine}-{form}-{table}.parquet")


def duckdb(form: str, folder: Path) -> tuple[Run, Keep]:
    """``kpi/sql/place.sql`` to the letter; a file as the store's for words, memory for codes."""
    from duckdb import connect

    from kpi.queries.sql_runner import sql_text

    database = folder / "store.duckdb"
    database.unlink(missing_ok=True)
    connection = connect(str(database) if form == "words" else ":memory:")
    source = str(folder / f"{form}.parquet")
    connection.execute(f"create table observation as select 'b' as baseline, * from '{source}'")  # noqa: S608 - our own folder
    connection.execute("create table candidate as select * exclude (baseline) from observation")
    connection.execute("checkpoint")

    def job() -> None:
        place = f"create temp table placed as select factory, kpi, worse, tied, n from ({sql_text('place')})"  # noqa: S608 - our own file
        connection.execute(place, {"baseline": "b"})
        connection.execute(
            "create temp table lines as select region, industry, kpi, basis, avg(value) as mean,"
            " quantile_cont(value, $quantiles) as q from observation where baseline = 'b' group by all",
            {"quantiles": QUANTILES},
        )

    def keep(table: str, path: Path) -> None:
        spread = ", ".join(f"q[{place}] as q{place}" for place in range(1, len(QUANTILES) + 1))
        columns = "*" if table == "placed" else f"* exclude (q), {spread}"
        connection.sql(f"select {columns} from {table}").write_parquet(str(path))  # noqa: S608 - our own names

    return job, keep


def pandas(form: str, folder: Path) -> tuple[Run, Keep]:
    import pandas as pd

    panel = pd.read_parquet(folder / f"{form}.parquet")
    kept: dict[str, pd.DataFrame] = {}

    def job() -> None:
        # A ladder as in place.sql: twice as fast as rank() where values repeat, and so the fair opponent.
        rungs = panel.groupby([*CELL, "value"], observed=True)
        at, tied = rungs.ngroup().to_numpy(), rungs.size()
        of_cell = tied.groupby(level=CELL, observed=True)
        worse, n = of_cell.cumsum() - tied, of_cell.transform("sum")
        placed = panel[["factory", "kpi"]].assign(
            worse=worse.to_numpy()[at], tied=tied.to_numpy()[at] - 1, n=n.to_numpy()[at] - 1
        )
        # Only who bears another's name, and whom it names, can have siblings.
        shared = panel.loc[panel["own_group"] != panel["credit_code"], "own_group"].unique()
        member = panel.loc[panel["own_group"].isin(shared)].reset_index(names="at")
        pairs = member.merge(member, on=[*CELL, "own_group"], suffixes=("", "_other"))
        pairs = pairs[pairs["factory"] != pairs["factory_other"]]
        own = pairs.assign(
            worse=pairs["value_other"] < pairs["value"], tied=pairs["value_other"] == pairs["value"], n=1
        )
        siblings = own.groupby("at")[COUNTS].sum()
        placed.loc[siblings.index, COUNTS] -= siblings
        kept["placed"] = placed.astype(dict.fromkeys(COUNTS, "int64"))
        cells = panel.groupby(CELL, sort=False, observed=True)["value"]
        lines = cells.quantile(QUANTILES).unstack()
        lines.columns = [f"q{place}" for place in range(1, len(QUANTILES) + 1)]
        kept["lines"] = lines.assign(mean=cells.mean()).reset_index()

    return job, lambda table, path: kept[table].to_parquet(path, index=False)


def polars(form: str, folder: Path) -> tuple[Run, Keep]:
    import polars as pl

    panel = pl.read_parquet(folder / f"{form}.parquet")
    kept: dict[str, pl.DataFrame] = {}

    def job() -> None:
        value, other = pl.col("value"), pl.col("value_other")
        least = value.rank("min").over(CELL).cast(pl.Int64)
        most = value.rank("max").over(CELL).cast(pl.Int64)
        placed = panel.select("factory", "kpi", worse=least - 1, tied=most - least, n=pl.len().over(CELL) - 1)
        shared = panel.filter(pl.col("own_group") != pl.col("credit_code")).select("own_group").unique()
        member = panel.join(shared, on="own_group", how="semi")
        siblings = (
            member.join(member, on=[*CELL, "own_group"], suffix="_other")
            .filter(pl.col("factory") != pl.col("factory_other"))
            .group_by("factory", "kpi")
            .agg(worse=(other < value).sum(), tied=(other == value).sum(), n=pl.len())
        )
        less = [pl.col(c).cast(pl.Int64) - pl.col(f"{c}_own").fill_null(0).cast(pl.Int64) for c in COUNTS]
        joined = placed.join(siblings, on=["factory", "kpi"], how="left", suffix="_own")
        kept["placed"] = joined.select("factory", "kpi", *less)
        lines = [value.quantile(q, "linear").alias(f"q{place}") for place, q in enumerate(QUANTILES, start=1)]
        kept["lines"] = panel.group_by(CELL).agg(value.mean().alias("mean"), *lines)

    return job, lambda table, path: kept[table].write_parquet(path)


if __name__ == "__main__":
    main()
