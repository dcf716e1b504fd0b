"""What an engine that nobody here wrote reads in a snapshot's Parquet files: of each table and order every column's
figures, the same for every engine.

usage: claims_engines.py duckdb|polars|spark SNAPSHOT     (the folder of one snapshot; JSON on standard output)
"""

import datetime
import json
import pathlib
import sys


def figure(kind, count, total, least, greatest, different):
    """Whole numbers and days by sum or bounds, amounts in cents, words by how many there are of them."""
    days = [str(day) if isinstance(day, datetime.date) else None for day in (least, greatest)]
    return {
        "whole": [count, int(total or 0)],
        "number": [count, round(float(total or 0) * 100)],
        "day": [count, *days],
        "word": [count, different],
    }[kind]


def duckdb(files):
    import duckdb as engine

    con = engine.connect()
    source = f"read_parquet('{files}', union_by_name => true)"
    kinds = {}
    for name, of, *_ in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall():
        kinds[name] = {"DATE": "day", "DOUBLE": "number", "VARCHAR": "word", "BLOB": "word"}.get(of, "whole")
    answers = {}
    for name, kind in kinds.items():
        total = f"sum({name})" if kind in ("whole", "number") else "NULL"
        sql = f"SELECT count({name}), {total}, min({name}), max({name}), count(DISTINCT {name}) FROM {source}"
        answers[name] = figure(kind, *con.execute(sql).fetchone())
    return answers


def polars(files):
    import polars as pl

    frame = pl.concat([pl.read_parquet(path) for path in sorted(pathlib.Path("/").glob(files[1:]))], how="diagonal")
    answers = {}
    for column in frame.iter_columns():
        kind = "number" if column.dtype == pl.Float64 else "whole" if column.dtype.is_integer() else "word"
        kind = "day" if column.dtype == pl.Date else kind
        told = column.drop_nulls()
        # Polars sums 32 bits in 32 bits.
        total = told.cast(pl.Int64).sum() if kind == "whole" else told.sum() if kind == "number" else None
        bounds = (told.min(), told.max()) if kind == "day" else (None, None)
        answers[column.name] = figure(kind, len(told), total, *bounds, told.n_unique())
    return answers


def spark(files):
    from pyspark.sql import SparkSession, functions as of

    session = SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    frame = session.read.option("mergeSchema", "true").parquet(files)
    kinds = {"date": "day", "double": "number", "string": "word", "binary": "word"}
    kinds = {name: kinds.get(kind, "whole") for name, kind in frame.dtypes}
    asked = []
    for name, kind in kinds.items():
        total = of.sum(name) if kind in ("whole", "number") else of.lit(None)
        asked += [of.count(name), total, of.min(name), of.max(name), of.count_distinct(of.col(name))]
    row = frame.agg(*asked).collect()[0]
    return {name: figure(kind, *row[5 * at : 5 * at + 5]) for at, (name, kind) in enumerate(kinds.items())}


def main():
    engine, snapshot = {"duckdb": duckdb, "polars": polars, "spark": spark}[sys.argv[1]], pathlib.Path(sys.argv[2]).resolve()
    answers = {}
    for folder in sorted(path.parent for path in snapshot.glob("*/*/*.parquet")):
        name = str(folder.relative_to(snapshot))
        if name not in answers:
            answers[name] = dict(sorted(engine(f"{folder}/*.parquet").items()))
    print(json.dumps(answers, sort_keys=True))


main()
