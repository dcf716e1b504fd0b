-- Before flatten.sql: of the lines under one key, and of the rows of one stay in T_MCOaaC, the first stands, whatever becomes of it. Rows are
-- taken in the order of their files, which takes `preserve_insertion_order`. A line that names nobody, or whose key has a day that is none,
-- is refused, and another may stand.
CREATE OR REPLACE TEMP TABLE all_lines AS SELECT * FROM ER_PRS_F;
CREATE OR REPLACE TEMP TABLE later_lines AS
SELECT place FROM (
  SELECT rowid AS place, row_number() OVER (PARTITION BY DCT_ORD_NUM, any_date(FLX_DIS_DTD), FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP,
    any_date(FLX_TRT_DTD), ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF ORDER BY rowid) AS nth
  FROM all_lines WHERE NOT blank(BEN_NIR_PSA) AND fair_date(FLX_DIS_DTD) AND fair_date(FLX_TRT_DTD)
) WHERE nth > 1;
CREATE OR REPLACE TEMP VIEW ER_PRS_F AS SELECT * FROM all_lines WHERE rowid NOT IN (SELECT place FROM later_lines);

CREATE OR REPLACE TEMP TABLE all_stays AS SELECT * FROM T_MCOaaC;
CREATE OR REPLACE TEMP TABLE later_stays AS
SELECT place FROM (
  SELECT rowid AS place, row_number() OVER (PARTITION BY aa, ETA_NUM, RSA_NUM ORDER BY rowid) AS nth
  FROM all_stays WHERE NOT blank(ETA_NUM) AND NOT blank(RSA_NUM)
) WHERE nth > 1;
CREATE OR REPLACE TEMP VIEW T_MCOaaC AS SELECT * FROM all_stays WHERE rowid NOT IN (SELECT place FROM later_stays);
