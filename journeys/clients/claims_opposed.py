"""Looks for persons who oppose in what was made of claims: a snapshot, read by DuckDB as any Parquet, and what the hub exported of it.

usage: claims_opposed.py snapshot SNAPSHOT LIST
         prints of each table its rows and how many are theirs, and how many of their pseudonyms stand in any column of any file
       claims_opposed.py export SNAPSHOT LIST BEFORE AFTER
         exit 1 unless AFTER is BEFORE (two exports of SNAPSHOT as CSV) without their rows, each other row as it was
LIST is a list of the opposed: pseudonyms of 16 bytes.
"""

import collections
import csv
import json
import pathlib
import sys

import duckdb

con = duckdb.connect()
con.execute("SET threads = 2")
# The tables whose amounts are rows of `cost`, by the domain that names them there.
DOMAINS = {
    "Drug": "drug_exposure",
    "Procedure": "procedure_occurrence",
    "Measurement": "measurement",
    "Observation": "observation",
    "Device": "device_exposure",
    "Visit": "visit_occurrence",
    "Condition": "condition_occurrence",
}


def names(path):
    data = pathlib.Path(path).read_bytes()
    assert data and len(data) % 16 == 0
    return [data[at : at + 16] for at in range(0, len(data), 16)]


def theirs(snapshot, pseudonyms):
    con.execute("CREATE TABLE opposed (name BLOB, hex VARCHAR)")
    con.executemany("INSERT INTO opposed VALUES (?, ?)", [[name, name.hex()] for name in pseudonyms])
    con.execute(f"CREATE TABLE their AS SELECT person_id FROM read_parquet('{snapshot}/person/by_person/*.parquet') JOIN opposed ON name = pseudonym")


def of_snapshot(snapshot, pseudonyms):
    theirs(snapshot, pseudonyms)
    tables, found = {}, set()
    for folder in sorted({path.parent for path in pathlib.Path(snapshot).glob("*/*/*.parquet")}):
        source = f"read_parquet('{folder}/*.parquet', union_by_name => true)"
        columns = {name: of for name, of, *_ in con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()}
        rows = con.execute(f"SELECT count(*) FROM {source}").fetchone()[0]
        of = con.execute(f"SELECT count(*) FROM {source} SEMI JOIN their USING (person_id)").fetchone()[0] if "person_id" in columns else 0
        tables["/".join(folder.parts[-2:])] = [rows, of]
        for name, kind in columns.items():
            # As bytes, and as anybody would write them.
            if kind == "BLOB":
                sql = f"SELECT DISTINCT hex FROM {source} JOIN opposed ON {name} = opposed.name"
            elif kind == "VARCHAR":
                words = f"SELECT DISTINCT lower({name}) AS word FROM {source} WHERE length({name}) >= 16"
                sql = f"SELECT DISTINCT hex FROM ({words}) JOIN opposed ON contains(word, hex)"
            else:
                continue
            found.update(row[0] for row in con.execute(sql).fetchall())
    return {"tables": tables, "pseudonyms": len(found)}


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    return header, rows


def of_export(snapshot, pseudonyms, before, after):
    theirs(snapshot, pseudonyms)
    their = {str(row[0]) for row in con.execute("SELECT person_id FROM their").fetchall()}
    assert len(their) == len(pseudonyms)
    events = {}
    for domain, table in DOMAINS.items():
        header, rows = read(before / f"{table}.csv")
        person, number = header.index("person_id"), header.index(f"{table}_id")
        events[domain] = {row[number] for row in rows if row[person] in their}
    faults, gone = 0, {}
    for path in sorted(before.glob("*.csv")):
        header, rows = read(path)
        header_after, seen = read(after / path.name)
        assert header == header_after
        if path.stem == "cost":
            # Its rows have numbers of their own.
            event, domain = header.index("cost_event_id"), header.index("cost_domain_id")
            wanted = [row[1:] for row in rows if row[event] not in events[row[domain]]]
            seen = [row[1:] for row in seen]
        elif "person_id" in header:
            person = header.index("person_id")
            wanted = [row for row in rows if row[person] not in their]
        else:
            wanted = rows
        gone[path.stem] = len(rows) - len(wanted)
        if collections.Counter(map(tuple, wanted)) != collections.Counter(map(tuple, seen)):
            print(f"{path.stem}: {len(wanted)} rows wanted, {len(seen)} seen", file=sys.stderr)
            faults += 1
    print(json.dumps(gone))
    return faults


def main():
    what, snapshot, pseudonyms = sys.argv[1], sys.argv[2], names(sys.argv[3])
    if what == "snapshot":
        print(json.dumps(of_snapshot(snapshot, pseudonyms)))
    elif of_export(snapshot, pseudonyms, *map(pathlib.Path, sys.argv[4:6])):
        sys.exit(1)


main()
