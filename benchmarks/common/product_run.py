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
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

QUANTILES = [0.2, 0.5, 0.75, 0.8, 0.9]
LINES = ("p20", "p50", "p75", "p80", "p90")
YEAR = "2025"
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
    """The product's own two questions: of a file as the store's for words, of memory for codes."""
    from duckdb import connect

    from kpi.tables.sql_runner import sql_text

    database = folder / "store.duckdb"
    database.unlink(missing_ok=True)
    connection = connect(str(database) if form == "words" else ":memory:")
    source = str(folder / f"{form}.parquet")
    # The questions are of words: codes are kept as short ones.
    columns = ", ".join(f"{name}::varchar as {name}" for name in (*CELL, "credit_code", "own_group"))
    connection.execute(
        f"create table observation as select 'b' as baseline, factory, value, {columns} from '{source}'"  # noqa: S608
    )
    connection.execute("checkpoint")
    connection.execute(
        "create temp table wanted as select row_number() over ()::integer as cell, *"
        " from (select distinct region, industry, kpi, basis from observation)"
    )
    connection.execute("create temp table code as select distinct credit_code, factory from observation")

    def job() -> None:
        connection.sql(sql_text("placed_records"), params={"baseline": "b", "year": YEAR}).create("placed")
        connection.sql(sql_text("placed_cells"), params={"baseline": "b"}).create("line")

    def keep(table: str, path: Path) -> None:
        if table == "placed":
            asked = (
                "select factory, kpi, p.* exclude (cell, credit_code, value)"
                " from placed p join wanted using (cell) join code using (credit_code)"
            )
        else:
            lines = ", ".join(f"{name} as q{place}" for place, name in enumerate(LINES, start=1))
            asked = f"select w.* exclude (cell), mean, {lines} from line join wanted w using (cell)"  # noqa: S608
        found = connection.sql(asked).df()
        # Numbers again, as the opponents have them.
        numbers = [name for name in CELL if form == "codes" and name in found]
        found.astype(dict.fromkeys(numbers, "int64")).to_parquet(path, index=False)

    return job, keep


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
        # One record of a group is chosen, the others come off, by rung.
        by_turn = member.sort_values("turn", kind="stable")
        behind = by_turn.duplicated([*CELL, "own_group"]).to_numpy()
        silent = pd.Series(np.bincount(at[by_turn["at"].to_numpy()[behind]], minlength=len(tied)), tied.index)
        of_cell = silent.groupby(level=CELL, observed=True)
        silent_upto, silent_in_all = of_cell.cumsum(), of_cell.transform("sum")
        # Who stands alone is chosen for itself.
        own = panel["value"].to_numpy()
        chosen = own.copy()
        of_group = by_turn.groupby([*CELL, "own_group"], observed=True)["value"].transform("first")
        chosen[by_turn["at"].to_numpy()] = of_group.to_numpy()
        placed = panel[["factory", "kpi"]].assign(
            worse=worse.to_numpy()[at],
            tied=tied.to_numpy()[at] - 1,
            n=n.to_numpy()[at] - 1,
            groups=(n - silent_in_all).to_numpy()[at] - 1,
            groups_worse=(worse - silent_upto + silent).to_numpy()[at] - (chosen < own),
            groups_not_better=(worse + tied - silent_upto).to_numpy()[at] - (chosen <= own),
        )
        pairs = member.merge(member, on=[*CELL, "own_group"], suffixes=("", "_other"))
        pairs = pairs[pairs["factory"] != pairs["factory_other"]]
        counted = pairs.assign(
            worse=pairs["value_other"] < pairs["value"], tied=pairs["value_other"] == pairs["value"], n=1
        )
        siblings = counted.groupby("at")[COUNTS].sum()
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
            .agg(silent=pl.len().cast(pl.Int64))
            .sort("value")
            .with_columns(silent_upto=pl.col("silent").cum_sum().over("cell"), at=value)
        )
        joined = ranked.sort("value").join_asof(spares, on="value", by="cell", check_sortedness=False)
        upto, here = pl.col("silent_upto").fill_null(0), pl.when(pl.col("at") == value).then("silent").otherwise(0)
        return joined.with_columns(silent_below=upto - here, silent_upto=upto)

    return _polars(form, folder, standing)


def polars_ladder(form: str, folder: Path) -> tuple[Run, Keep]:
    """By a ladder of the distinct values, counted along and joined."""
    import polars as pl

    def standing(numbered: pl.DataFrame, besides: pl.DataFrame) -> pl.DataFrame:
        spares = besides.group_by("cell", "value").agg(silent=pl.len().cast(pl.Int64))
        count, silent = pl.col("len").cast(pl.Int64), pl.col("silent").fill_null(0)
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
                silent_below=(silent.cum_sum() - silent).over("cell"),
                silent_upto=silent.cum_sum().over("cell"),
            )
        )
        return numbered.join(rungs, on=["cell", "value"], how="left")

    return _polars(form, folder, standing)


def _polars(
    form: str, folder: Path, standing: Callable[[pl.DataFrame, pl.DataFrame], pl.DataFrame]
) -> tuple[Run, Keep]:
    """``standing`` counts the records below each value and up to it, and of both those that are not chosen.

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
            "factory", "kpi", "cell", "value", "own_group", "credit_code", "turn"
        )
        shared = panel.filter(pl.col("own_group") != pl.col("credit_code")).select("own_group").unique()
        member = numbered.join(shared, on="own_group", how="semi")
        # One record of a group is chosen.
        first = pl.col("turn") == pl.col("turn").min().over("cell", "own_group")
        besides = member.filter(~first).select("cell", "value")
        spare = besides.group_by("cell").agg(spare=pl.len().cast(pl.Int64))
        chosen = member.select("factory", "kpi", chosen=value.sort_by("turn").first().over("cell", "own_group"))
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
            .join(chosen, on=["factory", "kpi"], how="left")
            .with_columns(pl.col("chosen").fill_null(value))
            .select(
                "factory",
                "kpi",
                worse=pl.col("worse") - own["worse"],
                tied=pl.col("upto") - pl.col("worse") - 1 - own["tied"],
                n=pl.col("all") - 1 - own["n"],
                groups=pl.col("all") - 1 - pl.col("spare").fill_null(0),
                groups_worse=pl.col("worse") - pl.col("silent_below") - (pl.col("chosen") < value),
                groups_not_better=pl.col("upto") - pl.col("silent_upto") - (pl.col("chosen") <= value),
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
