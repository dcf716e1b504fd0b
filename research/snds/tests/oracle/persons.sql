-- After flatten.sql: the table `persons` (person, birth_year, birth_month, sex, department, death), as truth/persons.csv has it.
-- Who they are: by the reference, each trait where a row gives it; whom only claims name, by his lines. Who stands in no reference is
-- there when something was told of him, netted away or not.
CREATE OR REPLACE TEMP TABLE persons AS
WITH known AS (
  SELECT BEN_IDT_ANO AS person, max(as_whole(BEN_NAI_ANN)) AS birth_year, max(CASE WHEN as_whole(BEN_NAI_MOI) BETWEEN 1 AND 12 THEN as_whole(BEN_NAI_MOI) END) AS birth_month,
    max(CASE WHEN BEN_SEX_COD IN ('1', '2') THEN BEN_SEX_COD END) AS sex, max(nullif(BEN_RES_DPT, '')) AS department, max(as_date(BEN_DCD_DTE)) AS death
  FROM IR_BEN_R WHERE NOT blank(BEN_IDT_ANO) AND NOT blank(BEN_NIR_PSA) AND fair_date(BEN_DCD_DTE) GROUP BY BEN_IDT_ANO
), met AS (
  SELECT DISTINCT person FROM line UNION SELECT DISTINCT person FROM other WHERE kind <> 'death'
), accepted AS (
  SELECT DISTINCT BEN_NIR_PSA || '#' || rank_of(BEN_RNG_GEM) AS person, FLX_DIS_DTD AS month FROM ER_PRS_F JOIN line
    ON line.key = key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF)
), named AS (
  -- What the first lines say, of the months that tell something of him.
  SELECT person, arg_min(year, place) FILTER (year IS NOT NULL) AS birth_year, arg_min(sex, place) FILTER (sex IS NOT NULL) AS sex,
    arg_min(department, place) FILTER (department IS NOT NULL) AS department
  FROM (
    SELECT rowid AS place, BEN_NIR_PSA || '#' || rank_of(BEN_RNG_GEM) AS person, FLX_DIS_DTD AS month, as_whole(BEN_NAI_ANN) AS year,
      CASE WHEN BEN_SEX_COD IN ('1', '2') THEN BEN_SEX_COD END AS sex, nullif(BEN_RES_DPT, '') AS department
    FROM all_lines WHERE fair_date(FLX_DIS_DTD) AND fair_date(FLX_TRT_DTD)
  ) JOIN accepted USING (person, month) GROUP BY person
)
SELECT person, birth_year, birth_month, sex, department, death FROM known
UNION ALL SELECT person, birth_year, NULL, sex, department, NULL FROM met LEFT JOIN named USING (person) ANTI JOIN known USING (person);
