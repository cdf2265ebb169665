"""Work done on a Spark cluster: it brings together what belongs together, and each group is worked on by itself.

DuckDB answers queries about it, or a function of the product does its work, which travels there with the product.
Only this module imports pyspark, and only where a cluster is named: it is installed for this alone.
"""

from __future__ import annotations

import os
import pickle
import re
import shutil
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from pyarrow import parquet

from kpi.errors import UserError
from kpi.store.database import SETTINGS

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_BYTES_OF_A_BLOCK = 16 * 1024 * 1024
"""Answers are read back some groups at a time: small blocks, so that little is read in vain."""
_PRODUCT = Path(__file__).resolve().parents[2]
_LIBRARIES = ("numpy", "pandas", "pyarrow", "pydantic", "scipy")
"""A worker has those that the product computes with in the same releases as this machine: one number is one number."""


def refuse_without_spark() -> None:
    """For who is about to read a panel for hours before a cluster is asked.

    Raises:
        UserError: pyspark or Java is not there.
    """
    if find_spec("pyspark") is None:
        raise UserError("pyspark_missing")
    if not _has_java():
        raise UserError("java_missing")


@contextmanager
def spark_session(engine: str) -> Iterator[SparkSession]:
    """A session on the cluster at ``engine``, as Spark writes it: ``spark://HOST:PORT`` or ``local[2]``.

    Spark itself says on standard error why it gave up.

    Raises:
        UserError: pyspark or Java is not there, or Spark cannot be reached or gave up within.
    """
    refuse_without_spark()
    # Workers run this interpreter unless another is named.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with warnings.catch_warnings():
        # It warns of every pandas 3; nothing here goes through pandas.
        warnings.filterwarnings("ignore", message="PySpark does not yet fully support pandas", category=FutureWarning)
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession

        named = SparkSession.builder.master(engine).appName("duibiao").config("spark.ui.enabled", "false")
        shown = named.config("spark.ui.showConsoleProgress", str(sys.stderr.isatty()).lower())
        spark = None
        try:
            spark = shown.getOrCreate()
            yield spark
        except (PySparkException, Py4JError, ConnectionError) as error:
            raise UserError("spark_failed", engine=engine) from error
        finally:
            if spark is not None:
                with suppress(Py4JError, ConnectionError):  # where Java is gone there is nothing to stop
                    spark.stop()


def write_pieces(pieces: Iterable[pa.RecordBatch | pa.Table], folder: Path) -> None:
    """Write the new ``folder``, a Parquet file for each piece."""
    folder.mkdir()
    for number, piece in enumerate(pieces):
        table = pa.Table.from_batches([piece]) if isinstance(piece, pa.RecordBatch) else piece
        parquet.write_table(table, folder / f"{number:06}.parquet")


def answer_on_spark(
    spark: SparkSession,
    queries: Sequence[str],
    values: Mapping[str, Any],
    tables: Mapping[str, Path],
    by: Sequence[str],
    columns: Mapping[str, str],
    memory: str,
    out: Path,
) -> None:
    """Ask ``queries`` of each group of two ``tables``, and write all answers to the new folder ``out``, as Parquet.

    ``tables`` are two folders of Parquet files by the names that the queries have for them; rows that are equal in
    ``by`` come together, and the queries must not need any other. ``columns`` are those of the answers with Spark's
    types; one that a query does not have is null in its rows. DuckDB takes at most ``memory`` for a group, as
    "2GB", beside the group itself. All folders must be reached under the same path by this machine and every worker.
    """
    first, second = (spark.read.parquet(_without_patterns(path)).groupBy(*by) for path in tables.values())
    asked = _by_duckdb(queries, values, list(tables), list(columns), memory)
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    answers = first.cogroup(second).applyInArrow(asked, declared)
    answers.write.option("parquet.block.size", _BYTES_OF_A_BLOCK).parquet(f"file://{out}")


def work_on_spark(
    spark: SparkSession,
    work: Callable[[pa.Table], pa.Table],
    table: Path,
    by: Sequence[str],
    columns: Mapping[str, str],
    out: Path,
) -> None:
    """Have ``work`` done for each group of ``table``, and write all answers to the new folder ``out``.

    As ``answer_on_spark``, but ``work`` is the product's own, to be pickled. The product lies beside ``out`` meanwhile,
    for workers to take it from there: they need not have it, and use no other.
    """
    product = out.with_name("product")
    copy_product(product)
    declared = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    groups = spark.read.parquet(_without_patterns(table)).groupBy(*by)
    groups.applyInArrow(_by_product(work, product), declared).write.parquet(f"file://{out}")


def copy_product(folder: Path) -> None:
    """All that the product is, into the new ``folder``."""
    for part in ("kpi", "data"):
        shutil.copytree(_PRODUCT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))


def _by_product(work: Callable[[pa.Table], pa.Table], product: Path) -> Callable[[pa.Table], pa.Table]:
    """What a worker does for one group. ``work`` goes as bytes: whoever reads them must have the product already."""
    sent, folder = pickle.dumps(work), str(product)
    releases = {name: version(name) for name in _LIBRARIES}

    def answer(group: pa.Table) -> pa.Table:
        if releases != (here := {name: version(name) for name in releases}):
            raise RuntimeError(f"libraries are {releases} where Spark was asked, and {here} on this worker")
        if folder not in sys.path:
            sys.path.insert(0, folder)
            sys.dont_write_bytecode = True  # the folder is removed by who made it
        asked: Callable[[pa.Table], pa.Table] = pickle.loads(sent)  # noqa: S301 - from who asked, with this function
        if Path(str(sys.modules["kpi"].__file__)).parents[1] != Path(folder):
            raise RuntimeError("this worker has loaded another copy of the product")
        return asked(group)

    return answer


def _by_duckdb(
    queries: Sequence[str], values: Mapping[str, Any], tables: Sequence[str], columns: Sequence[str], memory: str
) -> Callable[[pa.Table, pa.Table], pa.Table]:
    """What a worker does for one group. It travels whole: a worker has Python, DuckDB and pyarrow, not the product."""
    # One thread, because Spark gives a group one core.
    settings = SETTINGS | {"threads": "1", "memory_limit": memory}
    expected = duckdb.__version__

    def answer(first: pa.Table, second: pa.Table) -> pa.Table:
        if duckdb.__version__ != expected:
            raise RuntimeError(f"DuckDB is {expected} where Spark was asked, and {duckdb.__version__} on this worker")
        with TemporaryDirectory() as spilled, duckdb.connect(config={**settings, "temp_directory": spilled}) as cursor:
            for name, table in zip(tables, (first, second), strict=True):
                cursor.register(name, table)
            answers = [
                # DuckDB refuses a value that a query does not ask for.
                cursor.sql(
                    query, params={name: value for name, value in values.items() if f"${name}" in query}
                ).to_arrow_table()
                for query in queries
            ]
        return pa.concat_tables(answers, promote_options="default").select(columns)

    return answer


def _has_java() -> bool:
    """Where Spark looks for it."""
    home = os.environ.get("JAVA_HOME")
    return shutil.which("java", path=str(Path(home, "bin")) if home else None) is not None


def _without_patterns(path: Path) -> str:
    """A path to read, of which Spark would otherwise take brackets, braces and stars as a pattern."""
    return "file://" + re.sub(r"([][{}*?\\])", r"\\\1", str(path))
