"""One placing of a whole year: ``python -m benchmarks.common.product_run ENGINE FORM FOLDER``.

It prints the seconds, on the clock and of all cores. FORM is ``words`` (regions, industries and credit codes as the
store keeps them) or ``codes`` (whole numbers instead). The table is ready in each engine before the clock starts; the
results are kept in the engine, and written out after. ``sort`` is no opponent: it only sorts the values of each cell,
by compiled code on one core, and has its lines made of them after the clock has stopped.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import polars as pl

QUANTILES = [0.2, 0.5, 0.75, 0.8, 0.9]
COUNTS = ["worse", "tied", "n"]
GROUP_COUNTS = ["groups", "groups_worse", "groups_not_better"]
CELL = ["region", "industry", "kpi", "basis"]

BOTH = ("placed", "lines")
TABLES = {"ours": BOTH, "pandas": BOTH, "polars-rank": BOTH, "polars-ladder": BOTH, "sort": ("lines",)}
"""What each engine answers."""

Run = Callable[[], None]
Keep = Callable[[str, Path], None]


def main() -> None:
    engine, form, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    engines = {
        "ours": ours,
        "pandas": pandas,
        "polars-rank": polars_rank,
        "polars-ladder": polars_ladder,
        "sort": sort,
    }
    job, keep = engines[engine](form, folder)
    begun, worked = time.perf_counter(), time.process_time()
    job()
    print(json.dumps({"seconds": time.perf_counter() - begun, "cpu": time.process_time() - worked}))
    for table in TABLES[engine]:
        keep(table, folder / f"{engine}-{form}-{table}.parquet")


def ours(form: str, folder: Path) -> tuple[Run, Keep]:
    """``place_year.sql`` reads and the product counts; a file as the store's for words, memory for codes."""
    import numpy as np
    import pandas as pd
    from duckdb import connect

    from kpi.stats.cells_in_order import count_cells

    question = (Path(__file__).parent / "place_year.sql").read_text("utf-8")
    database = folder / "store.duckdb"
    database.unlink(missing_ok=True)
    connection = connect(str(database) if form == "words" else ":memory:")
    source = str(folder / f"{form}.parquet")
    connection.execute(f"create table observation as select 'b' as baseline, * from '{source}'")  # noqa: S608 - our own folder
    connection.execute("checkpoint")
    kept: dict[str, dict[str, np.ndarray]] = {}

    def job() -> None:
        connection.execute(
            "create temp table cell as select (row_number() over () - 1)::integer as cell, * from"
            " (select distinct region, industry, kpi, basis from observation where baseline = $baseline)",
            {"baseline": "b"},
        )
        found = connection.sql(question, params={"baseline": "b"}).to_arrow_table()
        cell = found["cell"].to_numpy()
        order, records = np.argsort(cell, kind="stable"), np.bincount(cell)
        with ThreadPoolExecutor() as threads:  # in the product DuckDB puts them in order, by as many threads
            factory, value, group = threads.map(
                lambda name: found[name].to_numpy()[order], ("factory", "value", "group_number")
            )
        counted = count_cells(value, group, records, QUANTILES)
        cells = connection.execute("select * exclude (cell) from cell order by cell").fetchnumpy()
        kept["placed"] = {"factory": factory, "kpi": np.repeat(cells["kpi"], records), **counted.counts}
        lines = {f"q{place}": values for place, values in enumerate(counted.quantiles, start=1)}
        kept["lines"] = {**cells, **lines, "mean": counted.means}

    return job, lambda table, path: pd.DataFrame(kept[table]).to_parquet(path, index=False)


def pandas(form: str, folder: Path) -> tuple[Run, Keep]:
    import numpy as np
    import pandas as pd

    panel = pd.read_parquet(folder / f"{form}.parquet")
    kept: dict[str, pd.DataFrame] = {}

    def job() -> None:
        # A ladder of the distinct values: twice as fast as rank() where values repeat, and so the fair opponent.
        rungs = panel.groupby([*CELL, "value"], observed=True)
        at, tied = rungs.ngroup().to_numpy(), rungs.size()
        of_cell = tied.groupby(level=CELL, observed=True)
        worse, n = of_cell.cumsum() - tied, of_cell.transform("sum")
        # Only who bears another's name, and whom it names, can have siblings.
        shared = panel.loc[panel["own_group"] != panel["credit_code"], "own_group"].unique()
        member = panel.loc[panel["own_group"].isin(shared)].reset_index(names="at")
        # One record of a group is its best, one its worst: the others come off, by rung.
        in_order = member.sort_values("value", kind="stable")
        besides = [in_order[in_order.duplicated([*CELL, "own_group"], keep=keep)]["at"] for keep in ("last", "first")]
        bests, worsts = (
            pd.Series(np.bincount(at[records.to_numpy()], minlength=len(tied)), tied.index) for records in besides
        )
        bests_upto, worsts_upto = (spare.groupby(level=CELL, observed=True).cumsum() for spare in (bests, worsts))
        spare = bests.groupby(level=CELL, observed=True).transform("sum")
        placed = panel[["factory", "kpi"]].assign(
            worse=worse.to_numpy()[at],
            tied=tied.to_numpy()[at] - 1,
            n=n.to_numpy()[at] - 1,
            groups=(n - spare).to_numpy()[at] - 1,
            groups_worse=(worse - bests_upto + bests).to_numpy()[at],
            groups_not_better=(worse + tied - worsts_upto).to_numpy()[at] - 1,
        )
        pairs = member.merge(member, on=[*CELL, "own_group"], suffixes=("", "_other"))
        pairs = pairs[pairs["factory"] != pairs["factory_other"]]
        own = pairs.assign(
            worse=pairs["value_other"] < pairs["value"], tied=pairs["value_other"] == pairs["value"], n=1
        )
        siblings = own.groupby("at")[COUNTS].sum()
        placed.loc[siblings.index, COUNTS] -= siblings
        kept["placed"] = placed.astype(dict.fromkeys([*COUNTS, *GROUP_COUNTS], "int64"))
        cells = panel.groupby(CELL, sort=False, observed=True)["value"]
        lines = cells.quantile(QUANTILES).unstack()
        lines.columns = [f"q{place}" for place in range(1, len(QUANTILES) + 1)]
        kept["lines"] = lines.assign(mean=cells.mean()).reset_index()

    return job, lambda table, path: kept[table].to_parquet(path, index=False)


def polars_rank(form: str, folder: Path) -> tuple[Run, Keep]:
    """By the rank of each value in its cell, and for groups by a join with the nearest of the members' values."""
    import polars as pl

    def standing(numbered: pl.DataFrame, besides: pl.DataFrame) -> pl.DataFrame:
        value = pl.col("value")
        least = value.rank("min").over("cell").cast(pl.Int64)
        most = value.rank("max").over("cell").cast(pl.Int64)
        ranked = numbered.with_columns(worse=least - 1, upto=most, all=pl.len().over("cell").cast(pl.Int64))
        spares = (
            besides.group_by("cell", "value")
            .agg(pl.col("bests").sum(), pl.col("worsts").sum())
            .sort("value")
            .with_columns(bests_upto=pl.col("bests").cum_sum().over("cell"))
            .with_columns(
                bests_below=pl.col("bests_upto") - pl.col("bests"), worsts_upto=pl.col("worsts").cum_sum().over("cell")
            )
            .with_columns(at=value)
        )
        joined = ranked.sort("value").join_asof(spares, on="value", by="cell", check_sortedness=False)
        below = pl.when(pl.col("at") == value).then("bests_below").otherwise("bests_upto").fill_null(0)
        return joined.with_columns(bests_below=below, worsts_upto=pl.col("worsts_upto").fill_null(0))

    return _polars(form, folder, standing)


def polars_ladder(form: str, folder: Path) -> tuple[Run, Keep]:
    """By a ladder of the distinct values, counted along and joined."""
    import polars as pl

    def standing(numbered: pl.DataFrame, besides: pl.DataFrame) -> pl.DataFrame:
        spares = besides.group_by("cell", "value").agg(pl.col("bests").sum(), pl.col("worsts").sum())
        count = pl.col("len").cast(pl.Int64)
        bests, worsts = pl.col("bests").fill_null(0), pl.col("worsts").fill_null(0)
        rungs = (
            numbered.group_by("cell", "value")
            .len()
            .join(spares, on=["cell", "value"], how="left")
            .sort("cell", "value")
            .select(
                "cell",
                "value",
                worse=(count.cum_sum() - count).over("cell"),
                upto=count.cum_sum().over("cell"),
                all=count.sum().over("cell"),
                bests_below=(bests.cum_sum() - bests).over("cell"),
                worsts_upto=worsts.cum_sum().over("cell"),
            )
        )
        return numbered.join(rungs, on=["cell", "value"], how="left")

    return _polars(form, folder, standing)


def _polars(
    form: str, folder: Path, standing: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]
) -> tuple[Run, Keep]:
    """``standing`` counts the records below each value and up to it, and of both those that no group counts by.

    The own group comes off here.
    """
    import polars as pl

    panel = pl.read_parquet(folder / f"{form}.parquet")
    kept: dict[str, pl.DataFrame] = {}

    def job() -> None:
        value, other = pl.col("value"), pl.col("value_other")
        # One number for the four columns of a cell, so that the values need one key more instead of four.
        cells = panel.select(CELL).unique().with_row_index("cell")
        numbered = panel.join(cells, on=CELL, how="left", maintain_order="left").select(
            "factory", "kpi", "cell", "value", "own_group", "credit_code"
        )
        shared = panel.filter(pl.col("own_group") != pl.col("credit_code")).select("own_group").unique()
        member = numbered.join(shared, on="own_group", how="semi")
        # One record of a group is its best, one its worst.
        place = value.rank("ordinal").over("cell", "own_group")
        besides = member.select(
            "cell", "value", bests=place < pl.len().over("cell", "own_group"), worsts=place > 1
        ).with_columns(pl.col("bests", "worsts").cast(pl.Int64))
        spare = besides.group_by("cell").agg(spare=pl.col("bests").sum())
        siblings = (
            member.join(member, on=["cell", "own_group"], suffix="_other")
            .filter(pl.col("factory") != pl.col("factory_other"))
            .group_by("factory", "kpi")
            .agg(worse_own=(other < value).sum(), tied_own=(other == value).sum(), n_own=pl.len())
        )
        own = {name: pl.col(f"{name}_own").cast(pl.Int64).fill_null(0) for name in COUNTS}
        kept["placed"] = (
            standing(numbered.select("factory", "kpi", "cell", "value"), besides)
            .join(siblings, on=["factory", "kpi"], how="left")
            .join(spare, on="cell", how="left")
            .select(
                "factory",
                "kpi",
                worse=pl.col("worse") - own["worse"],
                tied=pl.col("upto") - pl.col("worse") - 1 - own["tied"],
                n=pl.col("all") - 1 - own["n"],
                groups=pl.col("all") - 1 - pl.col("spare").fill_null(0),
                groups_worse=pl.col("worse") - pl.col("bests_below"),
                groups_not_better=pl.col("upto") - 1 - pl.col("worsts_upto"),
            )
        )
        lines = [value.quantile(q, "linear").alias(f"q{place}") for place, q in enumerate(QUANTILES, start=1)]
        kept["lines"] = panel.group_by(CELL).agg(value.mean().alias("mean"), *lines)

    return job, lambda table, path: kept[table].write_parquet(path)


def sort(form: str, folder: Path) -> tuple[Run, Keep]:
    """The cells are numbered before the clock starts, and the code is compiled: what is measured is the sorting."""
    import numpy as np
    import pandas as pd
    from numba import njit

    panel = pd.read_parquet(folder / f"{form}.parquet")
    cells = panel.groupby(CELL, observed=True)
    number, size = cells.ngroup().to_numpy(), cells.size()
    ends = size.to_numpy().cumsum()
    values = panel["value"].to_numpy()
    answer = np.empty_like(values)

    @njit
    def sorted_cells(values, number, ends, answer):  # type: ignore[no-untyped-def]
        put = np.append(np.zeros(1, dtype=ends.dtype), ends[:-1])
        for place in range(len(values)):
            answer[put[number[place]]] = values[place]
            put[number[place]] += 1
        begin = 0
        for end in ends:
            answer[begin:end].sort()
            begin = end

    sorted_cells(values[:0], number[:0], ends[:0], answer)

    def keep(table: str, path: Path) -> None:
        assert table == "lines"
        parts = np.split(answer, ends[:-1])
        places = [[share * (len(part) - 1) for share in QUANTILES] for part in parts]
        found = [np.interp(at, np.arange(len(part)), part) for at, part in zip(places, parts, strict=True)]
        lines = pd.DataFrame(found, columns=[f"q{place}" for place in range(1, len(QUANTILES) + 1)])
        lines["mean"] = [part.mean() for part in parts]
        pd.concat([size.index.to_frame(index=False), lines], axis=1).to_parquet(path, index=False)

    return lambda: sorted_cells(values, number, ends, answer), keep


if __name__ == "__main__":
    main()
