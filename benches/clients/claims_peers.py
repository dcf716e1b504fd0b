"""What DuckDB and Polars do with the same files and the same snapshot as `hygie-bench claims`, in the same run.

usage, in the folder of the bench:
  claims_peers.py flatten              the extraction in `claims`, flattened in SQL to Parquet; {"seconds": ..., "events": {KIND: [ROWS, CENTS]}}
  claims_peers.py ask SNAPSHOT RUNS    the questions of a snapshot's folder, without opposed.bin; answers and medians in ms
"""

import importlib.util
import json
import pathlib
import statistics
import sys
import time

import duckdb

ORACLE = pathlib.Path(__file__).parents[2] / "research/snds/tests/oracle"


def flatten():
    spec = importlib.util.spec_from_file_location("flatten", ORACLE / "flatten.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    begun = time.monotonic()
    con = duckdb.connect()
    con.execute("SET memory_limit = '14GB'")
    con.execute("SET temp_directory = 'duckdb.tmp'")
    con.execute("SET preserve_insertion_order = false")
    for name, used in module.TABLES.items():
        module.view(con, pathlib.Path("claims"), name, used)
    # Nothing stays longer than it is needed, and the events go straight to their file: of 100 million lines all of it
    # would not fit on the disk.
    sql = (ORACLE / "flatten.sql").read_text(encoding="utf-8")
    sql = sql.replace("CREATE OR REPLACE TEMP TABLE events", "CREATE OR REPLACE TEMP VIEW events")
    sql = sql.replace("CREATE OR REPLACE TEMP TABLE stay", "DROP TABLE line; DROP TABLE refined; DROP TABLE several; CREATE OR REPLACE TEMP TABLE stay")
    con.execute(sql)
    con.execute("COPY events TO 'flat.parquet' (FORMAT parquet, COMPRESSION zstd)")
    seconds = time.monotonic() - begun
    rows = con.execute(
        """SELECT kind, count(*), CAST(sum(coalesce(TRY_CAST(paid AS DECIMAL(18, 2)), 0)) * 100 AS BIGINT) FROM 'flat.parquet'
        WHERE kind IN ('drug', 'procedure', 'measurement', 'device') GROUP BY kind"""
    ).fetchall()
    con.close()
    pathlib.Path("flat.parquet").unlink()
    return {"seconds": seconds, "events": {kind: [count, cents] for kind, count, cents in rows}}


def table(name, order="by_person"):
    return f"read_parquet('{SNAPSHOT}/{name}/{order}/*.parquet', union_by_name => true)"


KINDS = [
    ("drug_exposure", "drug_exposure_start_date"),
    ("procedure_occurrence", "procedure_date"),
    ("measurement", "measurement_date"),
    ("device_exposure", "device_exposure_start_date"),
]
A10 = """SELECT DISTINCT descendant_concept_id FROM {ancestor} JOIN {concept} ON concept_id = ancestor_concept_id
    WHERE vocabulary_id = 'SNDS ATC' AND concept_code LIKE 'A10%'"""
I21 = """SELECT DISTINCT descendant_concept_id FROM {ancestor} JOIN {concept} ON concept_id = ancestor_concept_id
    WHERE vocabulary_id = 'SNDS CIM-10' AND concept_code LIKE 'I21%'"""


def questions(source):
    """The four questions over tables that `source` names."""
    names = {"ancestor": source("concept_ancestor", "plain"), "concept": source("concept", "plain")}
    a10, i21 = A10.format(**names), I21.format(**names)
    person = source("person", "by_person")
    drugs, stays = source("drug_exposure", "by_concept"), source("condition_occurrence", "by_concept")
    spending = " UNION ALL ".join(
        f"SELECT {kind} AS kind, {date} AS day, person_id, paid_by_payer FROM {source(name, 'by_person')} WHERE paid_by_payer IS NOT NULL"
        for kind, (name, date) in enumerate(KINDS)
    )
    users = f"""first AS (SELECT person_id, min(drug_exposure_start_date) AS day FROM {drugs}
          WHERE drug_concept_id IN ({a10}) AND person_id NOT IN (SELECT person_id FROM opposed) GROUP BY person_id
          HAVING min(drug_exposure_start_date) >= DATE '2023-01-01' AND min(drug_exposure_start_date) < DATE '2024-01-01'),
        users AS (SELECT * FROM first WHERE NOT EXISTS (SELECT 1 FROM {stays} s WHERE s.person_id = first.person_id
          AND s.condition_concept_id IN ({i21}) AND s.condition_status_concept_id IS NOT NULL AND s.condition_start_date < first.day))"""
    return {
        "spending": f"""SELECT kind, (year(day) - 1970) * 12 + month(day) - 1 AS month, coalesce(location_id, -2147483648) AS place,
              sum(round(paid_by_payer * 100)::BIGINT) AS cents FROM ({spending}) JOIN {person} USING (person_id)
            WHERE person_id NOT IN (SELECT person_id FROM opposed) GROUP BY ALL""",
        "new-users": f"WITH {users} SELECT count(*) FROM users",
        "three-in-a-year": f"""SELECT count(DISTINCT person_id) FROM (SELECT person_id, drug_exposure_start_date AS day,
              lag(drug_exposure_start_date, 2) OVER (PARTITION BY person_id ORDER BY drug_exposure_start_date) AS third FROM {drugs}
              WHERE drug_concept_id IN ({a10}) AND person_id NOT IN (SELECT person_id FROM opposed)) WHERE day - third <= 365""",
        "profile": f"""WITH {users},
            told AS (SELECT ((year(day) - year_of_birth) // 10) || ' ' || gender_concept_id || ' ' || coalesce(location_id, -2147483648) AS key, count(*) AS n
              FROM users JOIN {person} USING (person_id) GROUP BY 1),
            ill AS (SELECT left(concept_code, 3) AS key, count(DISTINCT users.person_id) AS n FROM users
              JOIN {source('condition_occurrence', 'by_person')} c ON c.person_id = users.person_id
                AND c.condition_start_date <= users.day AND c.condition_start_date + 365 >= users.day
              JOIN {names['concept']} ON concept_id = condition_concept_id GROUP BY 1)
            SELECT * FROM told UNION ALL SELECT * FROM ill""",
    }


def said(name, rows):
    """The answer as the bench compares it."""
    if name == "spending":
        rows = sorted((f"{kind} {month} {place}", cents) for kind, month, place, cents in rows)
        code = 0
        for key, cents in rows:
            code = (code * 31 + cents + len(key)) % 1_000_000_007
        return [len(rows), sum(cents for _, cents in rows), code]
    if name == "profile":
        return [len(rows), sum(n for _, n in rows), sum(n * n for _, n in rows)]
    return [rows[0][0]]


def timed(runs, work):
    times, rows = [], None
    for _ in range(runs):
        begun = time.monotonic()
        rows = work()
        times.append((time.monotonic() - begun) * 1000)
    return statistics.median(times), rows


def ask(runs):
    con = duckdb.connect("own.duckdb")
    con.execute("SET threads = 2")
    # The opposed as numbers: whoever asks over and over keeps them so.
    names = pathlib.Path("opposed.bin").read_bytes()
    names = [(names[at : at + 16],) for at in range(0, len(names), 16)]
    con.execute("CREATE OR REPLACE TABLE names(name BLOB)")
    if names:
        con.executemany("INSERT INTO names VALUES (?)", names)
    con.execute(f"CREATE OR REPLACE TABLE opposed AS SELECT person_id FROM {table('person')} JOIN names ON name = pseudonym")
    answers = {}
    for name, sql in questions(table).items():
        ms, rows = timed(runs, lambda sql=sql: con.execute(sql).fetchall())
        answers[name] = {"duckdb": {"answer": said(name, rows), "ms": ms}}
    # Its own tables, sorted as the snapshot is, which is the best that we know for it.
    made = set()

    def own(name, order="by_person"):
        if (name, order) not in made:
            made.add((name, order))
            con.execute(f"CREATE OR REPLACE TABLE {name}_{order} AS SELECT * FROM {table(name, order)}")
        return f"{name}_{order}"

    for name, sql in questions(own).items():
        ms, rows = timed(runs, lambda sql=sql: con.execute(sql).fetchall())
        answers[name]["duckdb_own"] = {"answer": said(name, rows), "ms": ms}
    con.close()
    pathlib.Path("own.duckdb").unlink()
    polars(runs, answers)
    return answers


def polars(runs, answers):
    import polars as pl

    def scan(name, order="by_person"):
        return pl.scan_parquet(f"{SNAPSHOT}/{name}/{order}/*.parquet")

    names = pathlib.Path("opposed.bin").read_bytes()
    names = pl.Series("pseudonym", [names[at : at + 16] for at in range(0, len(names), 16)], dtype=pl.Binary)
    hidden = scan("person").filter(pl.col("pseudonym").is_in(names.implode())).select("person_id").collect()["person_id"]
    seen = ~pl.col("person_id").is_in(hidden.implode())
    concept, ancestor = scan("concept", "plain").collect(), scan("concept_ancestor", "plain").collect()

    def below(vocabulary, prefix):
        wanted = concept.filter((pl.col("vocabulary_id") == vocabulary) & pl.col("concept_code").str.starts_with(prefix))
        found = ancestor.filter(pl.col("ancestor_concept_id").is_in(wanted["concept_id"].implode()))
        return found["descendant_concept_id"].unique().implode()

    def spending():
        parts = []
        for kind, (name, date) in enumerate(KINDS):
            day = pl.col(date)
            parts.append(
                scan(name)
                .filter(pl.col("paid_by_payer").is_not_null() & seen)
                .select(
                    "person_id",
                    kind=pl.lit(kind),
                    month=(day.dt.year().cast(pl.Int32) - 1970) * 12 + day.dt.month() - 1,
                    cents=(pl.col("paid_by_payer") * 100).round().cast(pl.Int64),
                )
            )
        place = scan("person").select("person_id", place=pl.col("location_id").fill_null(-2147483648))
        joined = pl.concat(parts).join(place, on="person_id")
        return joined.group_by("kind", "month", "place").agg(pl.col("cents").sum()).collect().select("kind", "month", "place", "cents").rows()

    def users():
        drugs = below("SNDS ATC", "A10")
        first = (
            scan("drug_exposure", "by_concept")
            .filter(pl.col("drug_concept_id").is_in(drugs) & seen)
            .group_by("person_id")
            .agg(day=pl.col("drug_exposure_start_date").min())
            .filter((pl.col("day") >= pl.date(2023, 1, 1)) & (pl.col("day") < pl.date(2024, 1, 1)))
        )
        ill = (
            scan("condition_occurrence", "by_concept")
            .filter(pl.col("condition_concept_id").is_in(below("SNDS CIM-10", "I21")) & pl.col("condition_status_concept_id").is_not_null())
            .group_by("person_id")
            .agg(stay=pl.col("condition_start_date").min())
        )
        return first.join(ill, on="person_id", how="left").filter(pl.col("stay").is_null() | (pl.col("stay") >= pl.col("day")))

    def three():
        drugs = below("SNDS ATC", "A10")
        day = pl.col("drug_exposure_start_date")
        return (
            scan("drug_exposure", "by_concept")
            .filter(pl.col("drug_concept_id").is_in(drugs) & seen)
            .sort("person_id", "drug_exposure_start_date")
            .with_columns(third=day.shift(2).over("person_id"))
            .filter((day - pl.col("third")).dt.total_days() <= 365)
            .select(pl.col("person_id").n_unique())
            .collect()
            .rows()
        )

    def profile():
        cohort = users().select("person_id", "day").collect().lazy()
        told = (
            cohort.join(scan("person"), on="person_id")
            .select(key=pl.format("{} {} {}", (pl.col("day").dt.year() - pl.col("year_of_birth")) // 10, "gender_concept_id", pl.col("location_id").fill_null(-2147483648)))
            .group_by("key")
            .len()
        )
        since = (pl.col("day") - pl.col("condition_start_date")).dt.total_days()
        ill = (
            cohort.join(scan("condition_occurrence").select("person_id", "condition_start_date", "condition_concept_id"), on="person_id")
            .filter((since >= 0) & (since <= 365))
            .join(scan("concept", "plain").select("concept_id", "concept_code"), left_on="condition_concept_id", right_on="concept_id")
            .group_by(key=pl.col("concept_code").str.slice(0, 3))
            .agg(len=pl.col("person_id").n_unique())
        )
        return pl.concat([told.collect(), ill.collect()], how="vertical_relaxed").rows()

    for name, work in {
        "spending": spending,
        "new-users": lambda: users().select(pl.len()).collect().rows(),
        "three-in-a-year": three,
        "profile": profile,
    }.items():
        ms, rows = timed(runs, work)
        answers[name]["polars"] = {"answer": said(name, rows), "ms": ms}


if __name__ == "__main__":
    if sys.argv[1] == "flatten":
        print(json.dumps(flatten()))
    else:
        SNAPSHOT = sys.argv[2]
        print(json.dumps(ask(int(sys.argv[3]))))
