"""Loads an exported CDM, as CSV and as Parquet, into tables as OHDSI defines them, and says what is wrong.

The definition is derived from OHDSI's list of fields (types, NOT NULL, primary and foreign keys), as its DDL for DuckDB is.
Both forms must load, hold the same rows, and keep every key. Prints one JSON object: rows of each table.

    load.py FIELDS.csv CSV_FOLDER PARQUET_FOLDER
"""

import csv
import json
import sys

import duckdb

fields, folders = sys.argv[1], {"csv": sys.argv[2], "parquet": sys.argv[3]}
with open(fields, encoding="utf-8-sig", newline="") as file:
    rows = list(csv.DictReader(file))
tables = {}
for row in rows:
    tables.setdefault(row["cdmTableName"].lower(), []).append(row)


def kind(text):
    text = text.lower()
    return {"datetime": "timestamp", "varchar(max)": "text"}.get(text, text)


db = duckdb.connect()
counts = {}
for form, folder in folders.items():
    db.execute(f"create schema {form}")
    for table, columns in tables.items():
        lines = []
        for column in columns:
            required = " not null" if column["isRequired"] == "Yes" else ""
            key = " primary key" if column["isPrimaryKey"] == "Yes" else ""
            name = column["cdmFieldName"].strip('"').lower()
            lines.append(f'"{name}" {kind(column["cdmDatatype"])}{required}{key}')
        db.execute(f"create table {form}.{table} ({', '.join(lines)})")
        how = "format csv, header" if form == "csv" else "format parquet"
        db.execute(f"copy {form}.{table} from '{folder}/{table}.{form}' ({how})")
        names = [line[0] for line in db.execute(f"select * from {form}.{table} limit 0").description]
        with open(f"{folders['csv']}/{table}.csv", encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        assert header == names, f"{table}: {header} is not {names}"
for table, columns in tables.items():
    counts[table] = db.execute(f"select count(*) from csv.{table}").fetchone()[0]
    for one, other in (("csv", "parquet"), ("parquet", "csv")):
        more = db.execute(f"select count(*) from (from {one}.{table} except all from {other}.{table})").fetchone()[0]
        assert more == 0, f"{table}: {more} rows of {one} are not in {other}"
    for column in columns:
        to, name = column["fkTableName"].lower(), column["cdmFieldName"].strip('"')
        # Vocabulary is the operator's matter: a shard of it holds not every concept.
        if column["isForeignKey"] != "Yes" or to in ("concept", "domain", "vocabulary", "concept_class", "relationship"):
            continue
        key = column["fkFieldName"].lower()
        loose = db.execute(
            f"select count(*) from csv.{table} where {name} is not null and {name} not in (select {key} from csv.{to})"
        ).fetchone()[0]
        assert loose == 0, f"{table}.{name}: {loose} lead to no row of {to}"
print(json.dumps(counts))
