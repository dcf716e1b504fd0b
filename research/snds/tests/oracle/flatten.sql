-- The SNDS flattened into events, in SQL for DuckDB: the oracle of the importer. It is written from the rules below and
-- shares no code with the importer or with the generator of invented claims.
--
-- flatten.py makes one view for each table, every column text, and `aa` (two digits of the year of the file) for T_MCOaa*;
-- a table without a file is an empty view. What comes out is the table `events`:
--
--   person         BEN_IDT_ANO
--   kind           drug procedure measurement device condition stay detail death
--   code           CIP13, UCD; CCAM, or PRS_NAT_REF of a line without refined rows; NABM; LPP; ICD-10; GHM; UM_ORD_NUM; the cause
--                  of a death, empty for the death itself
--   start, end     YYYY-MM-DD, first and last day; the end is empty where an illness has none
--   quantity       above 0, without needless zeros; nights of a detail; empty where there is none
--   paid, charged  euros with two decimals (BSE_REM_MNT, PRS_PAI_MNT); claims only
--   source         PHA UCD CAM BIO TIP PRS / MCO MCO-DP MCO-DR MCO-DAS MCO-A MCO-UM UM-DP UM-DR / ALD / BEN CCI ECD
--   nature         PRS_NAT_REF; IMB_ALD_NUM of an ALD
--   activity       CAM_ACT_COD
--   specialty, performer, establishment   PSE_SPE_COD, PFS_EXE_NUM, ETB_PRE_FIN
--   stay           aa/ETA_NUM/RSA_NUM
--
-- Rules on claim lines, before anything is joined or summed:
--   information      a line with DPN_QLF = 71 or PRS_DPN_QLP = 71 is dropped
--   majoration       CPL_MAJ_TOP < 2 is kept; none counts as 0
--   double count     a line with a row of ER_ETE_F whose ETE_IND_TAA is 1 is dropped: the PMSI has it; 0, 2 or no row is kept
--   person           (BEN_NIR_PSA, BEN_RNG_GEM) must stand in IR_BEN_R, which says the BEN_IDT_ANO; twins share the first
--   flow             all months of flow are read: a month of care is spread over two years of them
--   what cannot be read (no date of care, a cell that is no date or no number) drops the line, and so does no PRS_ACT_QTE where
--                    the quantity is the line's (CAM, none); a refined row whose own quantity cannot be read counts for nothing
-- Joins: keys are text, leading zeros too; a line is an event for each of its refined rows (PHA, UCD, CAM, BIO, TIP) and an
--   event of its nature where it has none. The quantity is the refined row's, or PRS_ACT_QTE (CAM, none). Amounts belong to
--   the line: they stand at the refined row whose code is the smallest as text, the others have 0.00.
-- Netting: lines that are the same in person, kind, code, dates, source, nature, activity, specialty, performer and establishment
--   are one event; quantity and amounts are summed, and it is kept where the quantity is above 0.
-- PMSI: a stay counts when all nine return codes of T_MCOaaC are 0 and (NIR_ANO_17, RNG_BEN) is known. B, D, A and UM are
--   joined to it one by one, by aa, ETA_NUM and RSA_NUM, which come again in other years. Acts are dated by ENT_DAT_DEL (days
--   after the stay began; none is 0), units by the nights of the units before them.
-- Once a person: ALD and deaths stand under each of a person's numbers. 1600-01-01 is how the SNDS writes no date.

-- YYYY-MM-DD, DD/MM/YYYY, DDMMMYYYY[:HH:MM:SS] and DDMMYYYY; anything else is no date.
CREATE OR REPLACE MACRO any_date(cell) AS CASE
  WHEN substr(cell, 5, 1) = '-' THEN TRY_CAST(substr(cell, 1, 10) AS DATE)
  WHEN substr(cell, 3, 1) = '/' THEN CAST(try_strptime(cell, '%d/%m/%Y') AS DATE)
  WHEN length(cell) = 8 THEN CAST(try_strptime(cell, '%d%m%Y') AS DATE)
  ELSE CAST(try_strptime(substr(cell, 1, 9), '%d%b%Y') AS DATE)
END;
CREATE OR REPLACE MACRO as_date(cell) AS CASE WHEN year(any_date(cell)) <> 1600 THEN any_date(cell) END;
CREATE OR REPLACE MACRO as_number(cell) AS
  coalesce(TRY_CAST(cell AS DECIMAL(18, 2)), TRY_CAST(replace(cell, ',', '.') AS DECIMAL(18, 2)));
CREATE OR REPLACE MACRO as_whole(cell) AS TRY_CAST(cell AS INTEGER);
-- 3 and not 3.00, 2.5 and not 2.50.
CREATE OR REPLACE MACRO plainly(number) AS rtrim(rtrim(CAST(CAST(number AS DECIMAL(18, 2)) AS VARCHAR), '0'), '.');

-- The nine columns as one number of 128 bits: as text they fill the memory. Letters count, zeros in front too.
CREATE OR REPLACE MACRO key_of(a, b, c, d, e, f, g, h, i) AS md5_number(concat_ws('|', coalesce(a, ''), coalesce(b, ''),
  coalesce(c, ''), coalesce(d, ''), coalesce(e, ''), coalesce(f, ''), coalesce(g, ''), coalesce(h, ''), coalesce(i, '')));

CREATE OR REPLACE TEMP TABLE insured AS
SELECT DISTINCT BEN_NIR_PSA AS nir, as_whole(BEN_RNG_GEM) AS rank, BEN_IDT_ANO AS person
FROM IR_BEN_R WHERE coalesce(BEN_IDT_ANO, '') <> '';

-- Lines that the PMSI has too.
CREATE OR REPLACE TEMP TABLE priced AS
SELECT DISTINCT key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key
FROM ER_ETE_F WHERE as_whole(ETE_IND_TAA) = 1;

-- Lines that count.
CREATE OR REPLACE TEMP TABLE line AS
WITH parsed AS (
  SELECT BEN_NIR_PSA AS nir, as_whole(BEN_RNG_GEM) AS rank, any_date(EXE_SOI_DTD) AS begun, any_date(EXE_SOI_DTF) AS ended,
    coalesce(EXE_SOI_DTF, '') AS ended_cell, as_number(PRS_ACT_QTE) AS quantity, as_number(BSE_REM_MNT) AS paid,
    as_number(PRS_PAI_MNT) AS charged, coalesce(PRS_ACT_QTE, '') AS quantity_cell, coalesce(BSE_REM_MNT, '') AS paid_cell,
    coalesce(PRS_PAI_MNT, '') AS charged_cell, coalesce(PRS_NAT_REF, '') AS nature, coalesce(PSE_SPE_COD, '') AS specialty,
    coalesce(PFS_EXE_NUM, '') AS performer, coalesce(ETB_PRE_FIN, '') AS establishment,
    key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key
  FROM ER_PRS_F
  WHERE as_whole(DPN_QLF) IS DISTINCT FROM 71 AND as_whole(PRS_DPN_QLP) IS DISTINCT FROM 71 AND coalesce(as_whole(CPL_MAJ_TOP), 0) < 2
)
SELECT person, begun, CASE WHEN year(ended) <> 1600 THEN ended ELSE begun END AS ended, quantity, coalesce(paid, 0) AS paid, coalesce(charged, 0) AS charged,
  nature, specialty, performer, establishment,
  key
FROM parsed JOIN insured USING (nir, rank)
ANTI JOIN priced USING (key)
WHERE begun IS NOT NULL AND year(begun) <> 1600 AND (ended_cell = '' OR ended IS NOT NULL)
  AND (quantity_cell = '' OR quantity IS NOT NULL) AND (paid_cell = '' OR paid IS NOT NULL)
  AND (charged_cell = '' OR charged IS NOT NULL);

-- Their refined rows.
CREATE OR REPLACE TEMP TABLE refined AS
SELECT key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key, 'drug' AS kind, 'PHA' AS source,
  PHA_PRS_C13 AS code, '' AS activity, as_number(PHA_ACT_QSN) AS own, true AS has FROM ER_PHA_F
UNION ALL SELECT key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key,
  'drug', 'UCD', UCD_UCD_COD, '', as_number(UCD_DLV_NBR), true FROM ER_UCD_F
UNION ALL SELECT key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key,
  'procedure', 'CAM', CAM_PRS_IDE, coalesce(CAM_ACT_COD, ''), NULL, false FROM ER_CAM_F
UNION ALL SELECT key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key,
  'measurement', 'BIO', BIO_PRS_IDE, '', as_number(BIO_ACT_QSN), true FROM ER_BIO_F
UNION ALL SELECT key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key,
  'device', 'TIP', TIP_PRS_IDE, '', as_number(TIP_ACT_QSN), true FROM ER_TIP_F;

-- Lines with several of them, and the one that carries the line's amounts; where one code comes twice, any of the two does.
CREATE OR REPLACE TEMP TABLE several AS
SELECT key, arg_min(rowid, (code, source, rowid)) AS first FROM refined GROUP BY key HAVING count(*) > 1;

-- Lines that lack the quantity they need.
CREATE OR REPLACE TEMP TABLE uncounted AS
SELECT key FROM line LEFT JOIN refined USING (key) WHERE quantity IS NULL GROUP BY key HAVING bool_or(refined.has IS NOT TRUE);

CREATE OR REPLACE TEMP TABLE claim AS
WITH joined AS (
  SELECT person, coalesce(refined.kind, 'procedure') AS kind, coalesce(refined.code, nature) AS code, begun, ended,
    CASE WHEN refined.has THEN refined.own ELSE quantity END AS quantity,
    coalesce(refined.rowid = several.first, true) AS carries, paid, charged,
    coalesce(refined.source, 'PRS') AS source, nature, coalesce(refined.activity, '') AS activity, specialty, performer, establishment
  FROM line LEFT JOIN refined USING (key) LEFT JOIN several USING (key)
  WHERE NOT (quantity IS NULL AND key IN (FROM uncounted))
)
SELECT person, kind, code, begun, ended, sum(quantity) AS quantity, sum(CASE WHEN carries THEN paid ELSE 0 END) AS paid,
  sum(CASE WHEN carries THEN charged ELSE 0 END) AS charged, source, nature, activity, specialty, performer, establishment
FROM joined GROUP BY ALL HAVING sum(quantity) > 0;

CREATE OR REPLACE TEMP TABLE stay AS
SELECT insured.person, aa, ETA_NUM, RSA_NUM, as_date(EXE_SOI_DTD) AS begun, as_date(EXE_SOI_DTF) AS ended,
  aa || '/' || ETA_NUM || '/' || RSA_NUM AS stay
FROM T_MCOaaC AS c JOIN insured ON insured.nir = c.NIR_ANO_17 AND insured.rank = as_whole(c.RNG_BEN)
WHERE NIR_RET = '0' AND NAI_RET = '0' AND SEX_RET = '0' AND SEJ_RET = '0' AND FHO_RET = '0' AND PMS_RET = '0' AND DAT_RET = '0'
  AND COH_NAI_RET = '0' AND COH_SEX_RET = '0' AND as_date(EXE_SOI_DTD) IS NOT NULL AND as_date(EXE_SOI_DTF) IS NOT NULL;

CREATE OR REPLACE TEMP TABLE unit AS
SELECT person, stay, UM_ORD_NUM, DGN_PAL, DGN_REL, as_whole(PAR_DUR_SEJ) AS nights,
  begun + CAST(coalesce(sum(as_whole(PAR_DUR_SEJ)) OVER before, 0) AS INTEGER) AS begun,
  begun + CAST(coalesce(sum(as_whole(PAR_DUR_SEJ)) OVER upto, 0) AS INTEGER) AS ended
FROM T_MCOaaUM JOIN stay USING (aa, ETA_NUM, RSA_NUM)
WINDOW before AS (PARTITION BY stay ORDER BY as_whole(UM_ORD_NUM) ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
  upto AS (PARTITION BY stay ORDER BY as_whole(UM_ORD_NUM) ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW);

-- What is not a claim, in one shape.
CREATE OR REPLACE TEMP TABLE other AS
WITH act AS (
  SELECT person, CDC_ACT, NBR_EXE_ACT, stay, begun + coalesce(as_whole(ENT_DAT_DEL), 0) AS day
  FROM T_MCOaaA JOIN stay USING (aa, ETA_NUM, RSA_NUM)
), illness AS (
  SELECT DISTINCT person, MED_MTF_COD, as_date(IMB_ALD_DTD) AS begun, as_date(IMB_ALD_DTF) AS ended, IMB_ALD_NUM
  FROM IR_IMB_R AS imb JOIN insured ON insured.nir = imb.BEN_NIR_PSA AND insured.rank = as_whole(imb.BEN_RNG_GEM)
  WHERE coalesce(MED_MTF_COD, '') <> '' AND as_date(IMB_ALD_DTD) IS NOT NULL
)
SELECT person, 'stay' AS kind, GRG_GHM AS code, begun, ended, '' AS quantity, 'MCO' AS source, '' AS nature, stay
  FROM T_MCOaaB JOIN stay USING (aa, ETA_NUM, RSA_NUM)
UNION ALL SELECT person, 'condition', DGN_PAL, begun, ended, '', 'MCO-DP', '', stay
  FROM T_MCOaaB JOIN stay USING (aa, ETA_NUM, RSA_NUM) WHERE coalesce(DGN_PAL, '') <> ''
UNION ALL SELECT person, 'condition', DGN_REL, begun, ended, '', 'MCO-DR', '', stay
  FROM T_MCOaaB JOIN stay USING (aa, ETA_NUM, RSA_NUM) WHERE coalesce(DGN_REL, '') <> ''
UNION ALL SELECT person, 'condition', ASS_DGN, begun, ended, '', 'MCO-DAS', '', stay
  FROM T_MCOaaD JOIN stay USING (aa, ETA_NUM, RSA_NUM) WHERE coalesce(ASS_DGN, '') <> ''
UNION ALL SELECT person, 'procedure', CDC_ACT, day, day, plainly(as_number(NBR_EXE_ACT)), 'MCO-A', '', stay FROM act
UNION ALL SELECT person, 'detail', UM_ORD_NUM, begun, ended, CAST(nights AS VARCHAR), 'MCO-UM', '', stay FROM unit
UNION ALL SELECT person, 'condition', DGN_PAL, begun, ended, '', 'UM-DP', '', stay FROM unit WHERE coalesce(DGN_PAL, '') <> ''
UNION ALL SELECT person, 'condition', DGN_REL, begun, ended, '', 'UM-DR', '', stay FROM unit WHERE coalesce(DGN_REL, '') <> ''
UNION ALL SELECT person, 'condition', MED_MTF_COD, begun, ended, '', 'ALD', IMB_ALD_NUM, '' FROM illness
UNION ALL SELECT DISTINCT BEN_IDT_ANO, 'death', '', as_date(BEN_DCD_DTE), as_date(BEN_DCD_DTE), '', 'BEN', '', ''
  FROM IR_BEN_R WHERE as_date(BEN_DCD_DTE) IS NOT NULL
UNION ALL SELECT DISTINCT BEN_IDT_ANO, 'death', DCD_CIM_COD, as_date(BEN_DCD_DTE), as_date(BEN_DCD_DTE), '', 'CCI', '', ''
  FROM KI_CCI_R SEMI JOIN insured ON insured.person = BEN_IDT_ANO WHERE as_date(BEN_DCD_DTE) IS NOT NULL
UNION ALL SELECT DISTINCT BEN_IDT_ANO, 'death', ECD_CIM_COD, as_date(BEN_DCD_DTE), as_date(BEN_DCD_DTE), '', 'ECD', '', ''
  FROM KI_ECD_R SEMI JOIN insured ON insured.person = BEN_IDT_ANO WHERE as_date(BEN_DCD_DTE) IS NOT NULL;

CREATE OR REPLACE TEMP TABLE events AS
SELECT person, kind, code, strftime(begun, '%Y-%m-%d') AS start, strftime(ended, '%Y-%m-%d') AS "end", plainly(quantity) AS quantity,
  CAST(CAST(paid AS DECIMAL(18, 2)) AS VARCHAR) AS paid, CAST(CAST(charged AS DECIMAL(18, 2)) AS VARCHAR) AS charged,
  source, nature, activity, specialty, performer, establishment, '' AS stay
FROM claim
UNION ALL SELECT person, kind, code, strftime(begun, '%Y-%m-%d'), coalesce(strftime(ended, '%Y-%m-%d'), ''), quantity, '', '',
  source, nature, '', '', '', '', stay
FROM other;
