"""Compares histories: a snapshot's, read by DuckDB as any Parquet, with a list of events (the generator's truth, or what
the oracle's SQL made of the same files). Nobody is named in a snapshot, so persons are compared by what happened to them:
the histories of both sides must be the same, each as often.

usage: claims_histories.py EVENTS.csv SNAPSHOT     prints one line a kind; exit 1 where they differ
"""

import sys

import duckdb

events, snapshot = sys.argv[1], sys.argv[2]
con = duckdb.connect()


def table(name, order="by_person"):
    return f"read_parquet('{snapshot}/{name}/{order}/*.parquet', union_by_name => true)"


con.execute(f"CREATE TABLE concept AS SELECT concept_id, concept_code FROM {table('concept', 'plain')}")
con.execute(
    f"""CREATE TABLE wanted AS SELECT person, kind, code, CAST(start AS DATE) AS day,
        TRY_CAST("end" AS DATE) AS last, TRY_CAST(quantity AS DOUBLE) AS quantity,
        coalesce(TRY_CAST(charged AS DOUBLE), 0) AS charged, coalesce(TRY_CAST(paid AS DOUBLE), 0) AS paid, source, stay
        FROM read_csv('{events}', delim => ';', header => true, all_varchar => true)"""
)

# The code as concepts write it.
CODE = "CASE WHEN source = 'UCD' THEN right(code, 7) WHEN source = 'BIO' THEN lpad(code, 4, '0') ELSE code END"
CLAIM = "coalesce(total_charge, 0), coalesce(paid_by_payer, 0)"

# kind: what the snapshot says, what was wanted
KINDS = {
    "drug": (
        f"""SELECT person_id, concat_ws(' ', concept_code, drug_exposure_start_date, quantity::INT, {CLAIM})
            FROM {table('drug_exposure')} JOIN concept ON drug_concept_id = concept_id""",
        f"SELECT person, concat_ws(' ', {CODE}, day, quantity::INT, charged, paid) FROM wanted WHERE kind = 'drug'",
    ),
    # A laboratory's line has its amounts at one of its analyses: at which, each side says by its own order of codes.
    "measurement": (
        f"""SELECT person_id, concat_ws(' ', concept_code, measurement_date, quantity::INT)
            FROM {table('measurement')} JOIN concept ON measurement_concept_id = concept_id""",
        f"SELECT person, concat_ws(' ', {CODE}, day, quantity::INT) FROM wanted WHERE kind = 'measurement'",
    ),
    "measurement's amounts": (
        f"""SELECT person_id, concat_ws(' ', measurement_date, round(sum(coalesce(total_charge, 0)), 2), round(sum(coalesce(paid_by_payer, 0)), 2))
            FROM {table('measurement')} GROUP BY person_id, measurement_date""",
        """SELECT person, concat_ws(' ', day, round(sum(charged), 2), round(sum(paid), 2)) FROM wanted WHERE kind = 'measurement'
            GROUP BY person, day""",
    ),
    "device": (
        f"""SELECT person_id, concat_ws(' ', concept_code, device_exposure_start_date, quantity::INT, {CLAIM})
            FROM {table('device_exposure')} JOIN concept ON device_concept_id = concept_id""",
        f"SELECT person, concat_ws(' ', {CODE}, day, quantity::INT, charged, paid) FROM wanted WHERE kind = 'device'",
    ),
    "procedure": (
        f"""SELECT person_id, concat_ws(' ', concept_code, procedure_date, quantity::INT, {CLAIM})
            FROM {table('procedure_occurrence')} JOIN concept ON procedure_concept_id = concept_id""",
        f"SELECT person, concat_ws(' ', {CODE}, day, quantity::INT, charged, paid) FROM wanted WHERE kind = 'procedure'",
    ),
    # A diagnosis that several tables say of one stay is one, of the day on which the stay began.
    "condition": (
        f"""SELECT DISTINCT person_id, concat_ws(' ', concept_code, condition_start_date)
            FROM {table('condition_occurrence')} JOIN concept ON condition_concept_id = concept_id
            WHERE condition_type_concept_id IN (32810, 32813)""",
        """SELECT DISTINCT c.person, concat_ws(' ', c.code, coalesce(s.day, c.day)) FROM wanted c
            LEFT JOIN wanted s ON s.kind = 'stay' AND s.stay = c.stay AND s.person = c.person WHERE c.kind = 'condition'""",
    ),
    "stay": (
        f"""SELECT person_id, concat_ws(' ', visit_source_value, visit_start_date, coalesce(visit_end_date, visit_start_date))
            FROM {table('visit_occurrence')} WHERE visit_concept_id = 9201""",
        "SELECT person, concat_ws(' ', code, day, last) FROM wanted WHERE kind = 'stay'",
    ),
    "detail": (
        f"""SELECT person_id, concat_ws(' ', visit_detail_start_date, coalesce(visit_detail_end_date, visit_detail_start_date))
            FROM {table('visit_detail')}""",
        "SELECT person, concat_ws(' ', day, last) FROM wanted WHERE kind = 'detail'",
    ),
    "death": (
        f"SELECT person_id, death_date::VARCHAR FROM {table('death')}",
        "SELECT DISTINCT person, day::VARCHAR FROM wanted WHERE kind = 'death'",
    ),
}

differ = False
for kind, (seen, wanted) in KINDS.items():
    con.execute(f"CREATE OR REPLACE TABLE a AS SELECT * FROM ({seen}) AS t(person, event)")
    con.execute(f"CREATE OR REPLACE TABLE b AS SELECT * FROM ({wanted}) AS t(person, event)")
    counts = con.execute("SELECT (SELECT count(*) FROM a), (SELECT count(*) FROM b)").fetchall()[0]
    apart = con.execute(
        """WITH x AS (SELECT list(event ORDER BY event) AS history FROM a GROUP BY person),
                y AS (SELECT list(event ORDER BY event) AS history FROM b GROUP BY person)
           SELECT (SELECT count(*) FROM (SELECT * FROM x EXCEPT ALL SELECT * FROM y)),
                  (SELECT count(*) FROM (SELECT * FROM y EXCEPT ALL SELECT * FROM x))"""
    ).fetchall()[0]
    print(f"{kind}: {counts[0]} of {counts[1]} events, {apart[0]} and {apart[1]} histories apart")
    differ = differ or counts[0] != counts[1] or apart != (0, 0)
sys.exit(1 if differ else 0)
