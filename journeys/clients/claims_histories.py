"""Compares lives: a snapshot's, read by DuckDB as any Parquet, with a list of persons and events (the generator's truth, or what the
oracle's SQL made of the same files). Nobody is named in a snapshot, so each side tells one history a person, over all kinds, beginning
with what he is: year and month of birth, sex, department, death and its cause. The histories must be the same, each as often.

Professionals and establishments have other names there: each is known by all that he did, and to whom, and stands so in the histories.
Eras, observation periods and visits in town are made anew here, in SQL, of the events. An activity stands in a
snapshot where it is not 1.

usage: claims_histories.py EVENTS.csv PERSONS.csv CLAIMS SNAPSHOT     prints one line a kind; exit 1 where lives differ
       CLAIMS has the nomenclatures; it, or a folder beside it, the months of flow
"""

import calendar
import datetime
import pathlib
import re
import sys

import duckdb

events, persons, claims, snapshot = sys.argv[1:5]
con = duckdb.connect()
con.execute("SET threads = 2")


def table(name, order="by_person"):
    return f"read_parquet('{snapshot}/{name}/{order}/*.parquet', union_by_name => true)"


def csv(path):
    return f"read_csv('{path}', delim => ';', header => true, all_varchar => true, quote => '\"')"


def last_flow():
    months = [re.search(r"_F_(\d{6})", path.name) for path in pathlib.Path(claims).parent.rglob("ER_*_F_*.*")]
    last = max(month.group(1) for month in months if month)
    year, month = int(last[:4]), int(last[4:])
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


con.execute(
    f"""CREATE TABLE list AS SELECT person, kind, source, stay,
        CASE WHEN source = 'UCD' THEN right(code, 7) WHEN source = 'BIO' THEN lpad(ltrim(code, '0'), 4, '0') WHEN source = 'TIP' THEN lpad(ltrim(code, '0'), 7, '0')
          ELSE code END AS code,
        CAST(start AS DATE) AS first, greatest(TRY_CAST("end" AS DATE), CAST(start AS DATE)) AS last, CAST(TRY_CAST(quantity AS DOUBLE) AS INT) AS quantity,
        coalesce(TRY_CAST(charged AS DOUBLE), 0) AS charged, coalesce(TRY_CAST(paid AS DOUBLE), 0) AS paid,
        CASE WHEN ltrim(coalesce(performer, ''), '0') <> '' THEN performer END AS doctor, specialty, 'activity ' || nullif(nullif(activity, ''), '1') AS activity
        FROM {csv(events)}"""
)
con.execute("CREATE TABLE stay AS SELECT person, stay, code, first, last, split_part(stay, '/', 2) AS house FROM list WHERE kind = 'stay'")
con.execute(f"CREATE TABLE concept AS SELECT concept_id, concept_code AS code, vocabulary_id FROM {table('concept', 'plain')}")
con.execute(f"CREATE TABLE visit AS SELECT * FROM {table('visit_occurrence')}")

# What makes an era of which drug.
con.execute(
    f"""CREATE TABLE substance AS SELECT PHA_CIP_C13 AS code, PHA_ATC_CLA AS atc FROM {csv(claims + '/nomenclatures/IR_PHA_R.csv')}
        UNION SELECT right(UCD_UCD_COD, 7), UCD_ATC_CLA FROM {csv(claims + '/nomenclatures/IR_UCD_R.csv')}"""
)
con.execute("DELETE FROM substance WHERE length(atc) IS DISTINCT FROM 7")


def eras(deliveries):
    """Eras by the rules of OHDSI's script (https://ohdsi.github.io/CommonDataModel/sqlScripts.html), with deliveries of thirty days: one that
    begins within thirty days of the last day of those before, the thirtieth among them, goes on with them."""
    return f"""
      WITH lasting AS (SELECT person, atc, first, first + 29 AS last FROM ({deliveries})),
      before AS (SELECT *, max(last) OVER (PARTITION BY person, atc ORDER BY first ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached FROM lasting),
      numbered AS (SELECT *, sum(CASE WHEN first <= reached + 30 THEN 0 ELSE 1 END) OVER (PARTITION BY person, atc ORDER BY first ROWS UNBOUNDED PRECEDING) AS era FROM before)
      SELECT person, concat_ws(' ', 'era', atc, min(first), max(last), count(*), sum(CASE WHEN first <= reached + 30 THEN greatest(first - reached - 1, 0) ELSE 0 END)) AS event
      FROM numbered GROUP BY person, atc, era"""


CLAIM = "coalesce(total_charge, 0), coalesce(paid_by_payer, 0)"
IN_STAY = "CASE WHEN v.visit_concept_id = 9201 THEN concat_ws(' ', 'in', v.visit_start_date, coalesce(v.visit_end_date, v.visit_start_date), v.visit_source_value) END"
IN_STAY_TOLD = "CASE WHEN s.stay IS NOT NULL THEN concat_ws(' ', 'in', s.first, s.last, nullif(s.code, '')) END"

# Each: person, event, professional, establishment; of a snapshot, and of the list.
SEEN = [
    f"""SELECT e.person_id, concat_ws(' ', 'drug', code, drug_exposure_start_date, coalesce(drug_exposure_end_date, drug_exposure_start_date), quantity::INT, {CLAIM}),
        provider_id, NULL FROM {table('drug_exposure')} e JOIN concept ON drug_concept_id = concept_id""",
    f"""SELECT e.person_id, concat_ws(' ', 'device', code, device_exposure_start_date, coalesce(device_exposure_end_date, device_exposure_start_date), quantity::INT, {CLAIM}),
        provider_id, NULL FROM {table('device_exposure')} e JOIN concept ON device_concept_id = concept_id""",
    f"""SELECT e.person_id, concat_ws(' ', 'measurement', code, measurement_date, quantity::INT, {CLAIM}), provider_id, NULL
        FROM {table('measurement')} e JOIN concept ON measurement_concept_id = concept_id""",
    f"""SELECT e.person_id, concat_ws(' ', 'procedure', code, procedure_date, coalesce(procedure_end_date, procedure_date), quantity::INT, {CLAIM}, 'activity ' || modifier_source_value, {IN_STAY}),
        coalesce(e.provider_id, v.provider_id), v.care_site_id
        FROM {table('procedure_occurrence')} e JOIN concept ON procedure_concept_id = concept_id LEFT JOIN visit v USING (visit_occurrence_id)""",
    # A diagnosis that several tables say of one stay is one, of the days of the stay.
    f"""SELECT DISTINCT e.person_id, concat_ws(' ', 'condition', code, condition_start_date, coalesce(condition_end_date, condition_start_date), {IN_STAY}), NULL,
        v.care_site_id FROM {table('condition_occurrence')} e JOIN concept ON condition_concept_id = concept_id LEFT JOIN visit v USING (visit_occurrence_id)
        WHERE condition_type_concept_id NOT IN (32813, 32815)""",
    f"""SELECT DISTINCT person_id, concat_ws(' ', 'cause', code, condition_start_date, condition_status_concept_id), NULL, NULL
        FROM {table('condition_occurrence')} JOIN concept ON condition_concept_id = concept_id WHERE condition_type_concept_id = 32815""",
    f"""SELECT DISTINCT person_id, concat_ws(' ', 'illness', code, condition_start_date, condition_end_date), NULL, NULL
        FROM {table('condition_occurrence')} JOIN concept ON condition_concept_id = concept_id WHERE condition_type_concept_id = 32813""",
    "SELECT person_id, concat_ws(' ', 'stay', visit_source_value, visit_start_date, coalesce(visit_end_date, visit_start_date)), provider_id, care_site_id FROM visit WHERE visit_concept_id = 9201",
    "SELECT person_id, concat_ws(' ', 'meeting', visit_start_date, coalesce(visit_end_date, visit_start_date)), provider_id, care_site_id FROM visit WHERE visit_concept_id = 9202",
    f"""SELECT e.person_id, concat_ws(' ', 'detail', visit_detail_start_date, coalesce(visit_detail_end_date, visit_detail_start_date), {IN_STAY}), NULL, e.care_site_id
        FROM {table('visit_detail')} e LEFT JOIN visit v USING (visit_occurrence_id)""",
    f"SELECT person_id, concat_ws(' ', 'period', observation_period_start_date, observation_period_end_date), NULL, NULL FROM {table('observation_period')}",
    f"""SELECT person_id, concat_ws(' ', 'era', code, drug_era_start_date, drug_era_end_date, drug_exposure_count, gap_days), NULL, NULL
        FROM {table('drug_era')} JOIN concept ON drug_concept_id = concept_id""",
    f"""SELECT person_id, concat_ws(' ', 'observation', code, observation_date, value_as_number), provider_id, NULL
        FROM {table('observation')} JOIN concept ON observation_concept_id = concept_id""",
]
DELIVERIES = "SELECT person, atc, first FROM list JOIN substance USING (code) WHERE kind = 'drug'"
TOLD = [
    "SELECT person, concat_ws(' ', kind, code, first, last, quantity, charged, paid), doctor, NULL FROM list WHERE kind IN ('drug', 'device')",
    "SELECT person, concat_ws(' ', 'measurement', code, first, quantity, charged, paid), doctor, NULL FROM list WHERE kind = 'measurement'",
    f"""SELECT t.person, concat_ws(' ', 'procedure', t.code, t.first, t.last, quantity, charged, paid, activity, {IN_STAY_TOLD}), doctor, s.house
        FROM list t LEFT JOIN stay s USING (person, stay) WHERE kind = 'procedure'""",
    f"""SELECT DISTINCT t.person, concat_ws(' ', 'condition', t.code, s.first, s.last, {IN_STAY_TOLD}), NULL, s.house FROM list t LEFT JOIN stay s USING (person, stay)
        WHERE kind = 'condition' AND coalesce(stay, '') <> ''""",
    "SELECT DISTINCT person, concat_ws(' ', 'cause', code, first, CASE source WHEN 'CCI' THEN 32902 ELSE 32908 END), NULL, NULL FROM list WHERE kind = 'death' AND source <> 'BEN'",
    "SELECT DISTINCT person, concat_ws(' ', 'illness', code, first, nullif(last, first)), NULL, NULL FROM list WHERE kind = 'condition' AND coalesce(stay, '') = ''",
    "SELECT person, concat_ws(' ', 'stay', nullif(code, ''), first, last), NULL, house FROM stay",
    "SELECT DISTINCT person, concat_ws(' ', 'meeting', first, first), doctor, NULL FROM list WHERE kind = 'procedure' AND coalesce(stay, '') = '' AND doctor IS NOT NULL",
    f"SELECT t.person, concat_ws(' ', 'detail', t.first, t.last, {IN_STAY_TOLD}), NULL, s.house FROM list t LEFT JOIN stay s USING (person, stay) WHERE kind = 'detail'",
    # From the first event to the last flow, or to the death; an illness is given whole, and is no flow.
    f"""SELECT person, concat_ws(' ', 'period', first, CASE WHEN died IS NULL THEN greatest(last, DATE '{last_flow()}') ELSE greatest(died, first) END), NULL, NULL
        FROM (SELECT person, min(first) AS first, max(CASE WHEN kind = 'measurement' THEN first ELSE last END) AS last FROM list
              WHERE kind <> 'death' AND (kind <> 'condition' OR coalesce(stay, '') <> '') GROUP BY person)
        LEFT JOIN (SELECT person, min(first) AS died FROM list WHERE kind = 'death' AND source = 'BEN' GROUP BY person) USING (person)""",
    f"SELECT person, event, NULL, NULL FROM ({eras(DELIVERIES)})",
]
TRAITS = {
    "seen": f"""SELECT person_id AS person, concat_ws(' ', 'born', year_of_birth, month_of_birth, 'sex', CASE gender_concept_id WHEN 8507 THEN 1 WHEN 8532 THEN 2 END,
          gender_source_value, 'of', location_source_value, 'died', death_date, code) AS event
        FROM {table('person')} p LEFT JOIN {table('location', 'plain')} l USING (location_id)
        LEFT JOIN {table('death')} d USING (person_id) LEFT JOIN concept ON cause_concept_id = concept_id""",
    "told": f"""SELECT person, concat_ws(' ', 'born', birth_year, CAST(birth_month AS INT), 'sex', sex, sex, 'of', department, 'died', died, cause) AS event
        FROM {csv(persons)} LEFT JOIN (SELECT person, coalesce(min(first) FILTER (source = 'BEN'), min(first)) AS died, min(code) FILTER (source = 'CCI') AS cause
          FROM list WHERE kind = 'death' GROUP BY person) USING (person)""",
}
SPECIALTY = {
    "seen": f"SELECT provider_id::VARCHAR AS doctor, specialty_source_value AS specialty FROM {table('provider', 'plain')}",
    "told": "SELECT doctor, min(nullif(specialty, '')) AS specialty FROM list WHERE doctor IS NOT NULL GROUP BY doctor",
}


def lives(side, queries):
    """The histories of a side: who did what is known by all that he did, and to whom."""
    parts = " UNION ALL ".join(queries)
    con.execute(f"CREATE TABLE {side}_event AS SELECT CAST(person AS VARCHAR) AS person, event, CAST(doctor AS VARCHAR) AS doctor, CAST(house AS VARCHAR) AS house FROM ({parts}) AS t(person, event, doctor, house)")
    con.execute(f"CREATE TABLE {side}_trait AS SELECT CAST(person AS VARCHAR) AS person, event FROM ({TRAITS[side]})")
    con.execute(
        f"""CREATE TABLE {side}_plain AS SELECT person, md5(concat(any_value(t.event), string_agg(e.event, ',' ORDER BY e.event))) AS name
            FROM {side}_trait t LEFT JOIN {side}_event e USING (person) GROUP BY person"""
    )
    for who in ("doctor", "house"):
        also = f"LEFT JOIN ({SPECIALTY[side]}) USING (doctor)" if who == "doctor" else ""
        specialty = "any_value(specialty)" if who == "doctor" else "''"
        con.execute(
            f"""CREATE TABLE {side}_{who} AS SELECT {who}, md5(concat_ws(',', {specialty}, string_agg(concat(name, event), ',' ORDER BY name, event))) AS {who}_name
                FROM {side}_event JOIN {side}_plain USING (person) {also} WHERE {who} IS NOT NULL GROUP BY {who}"""
        )
    con.execute(
        f"""CREATE TABLE {side}_all AS SELECT person, concat_ws(' ', event, 'by', doctor_name, 'at', house_name) AS event
            FROM {side}_event LEFT JOIN {side}_doctor USING (doctor) LEFT JOIN {side}_house USING (house)"""
    )
    con.execute(
        f"""CREATE TABLE {side} AS SELECT person, any_value(t.event) AS traits, list(e.event ORDER BY e.event) AS history
            FROM {side}_trait t LEFT JOIN {side}_all e USING (person) GROUP BY person"""
    )


lives("seen", SEEN)
lives("told", TOLD)
FIRST = "split_part(event, ' ', 1)"
kinds = con.execute(
    f"""SELECT kind, coalesce(a.count, 0), coalesce(b.count, 0) FROM (SELECT {FIRST} AS kind, count(*) AS count FROM seen_all GROUP BY ALL) a
        FULL JOIN (SELECT {FIRST} AS kind, count(*) AS count FROM told_all GROUP BY ALL) b USING (kind) ORDER BY kind"""
).fetchall()
for kind, seen, told in kinds:
    print(f"{kind}: {seen} of {told} events")
counts = con.execute("SELECT (SELECT count(*) FROM seen), (SELECT count(*) FROM told)").fetchone()
apart = con.execute(
    """SELECT (SELECT count(*) FROM (SELECT traits, history FROM seen EXCEPT ALL SELECT traits, history FROM told)),
              (SELECT count(*) FROM (SELECT traits, history FROM told EXCEPT ALL SELECT traits, history FROM seen))"""
).fetchone()
print(f"{counts[0]} of {counts[1]} persons, {apart[0]} and {apart[1]} lives apart")
wrong = counts[0] != counts[1] or apart != (0, 0) or any(seen != told for _, seen, told in kinds)
if wrong:
    # Where to look: events without who did them, then traits, that one side has more often.
    for what, one in (("event", "{}_event"), ("event", "{}_trait")):
        for name, other in (("seen", "told"), ("told", "seen")):
            rows = con.execute(f"SELECT {what} FROM {one.format(name)} EXCEPT ALL SELECT {what} FROM {one.format(other)} ORDER BY 1").fetchall()
            print(f"{len(rows)} only {name}:", *(row[0] for row in rows[:8]), sep="\n  ")
sys.exit(1 if wrong else 0)
