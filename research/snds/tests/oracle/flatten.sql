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
--   activity       CAM_ACT_COD, or ACV_ACT
--   specialty, performer, establishment   PSE_SPE_COD, PFS_EXE_NUM, ETB_PRE_FIN
--   stay           aa/ETA_NUM/RSA_NUM
--
-- Rules on claim lines, before anything is joined or summed:
--   information      a line with DPN_QLF = 71 or PRS_DPN_QLP = 71 is dropped
--   majoration       CPL_MAJ_TOP < 2 is kept; none counts as 0
--   double count     a line with a row of ER_ETE_F whose ETE_IND_TAA is 1 is dropped: the PMSI has it; 0, 2 or no row is kept
--   person           (BEN_NIR_PSA, BEN_RNG_GEM) leads to a BEN_IDT_ANO by IR_BEN_R; twins share the first, a rank of zeros or none
--                    is 1; who does not stand there is a person of his own, NIR#RANK
--   repeated         of rows under one key (or of one stay) the first stands (first.sql); what is told apart meets no other
--   flow             all months of flow are read: a month of care is spread over two years of them
--   what cannot be read (no date of care, a cell that is no date, no whole number or no amount, no nature) drops the line, and so does
--                    no PRS_ACT_QTE where the quantity is the line's (CAM, none); a refined row without a code or a whole quantity is
--                    dropped alone: its line stands without it
-- Joins: keys are text, leading zeros too; a line is an event for each of its refined rows (PHA, UCD, CAM, BIO, TIP) and an
--   event of its nature where it has none. The quantity is the refined row's, or PRS_ACT_QTE (CAM, none). Amounts belong to
--   the line: they stand at the first refined row in the order PHA, UCD, CAM, BIO, TIP, then of its code's one form and its quantity;
--   the others have 0.00.
-- Netting: lines that are the same in person, kind, code, dates, source, activity and performer are one event, of the smallest
--   nature, specialty and establishment; quantity and amounts are summed, and it is kept where the quantity is above 0.
-- PMSI: a stay counts when all nine return codes of T_MCOaaC are 0. B, D, A and UM are
--   joined to it one by one, by aa, ETA_NUM and RSA_NUM, which come again in other years; a row of theirs with a cell that cannot be
--   read is dropped whole. Acts are dated by ENT_DAT_DEL (days after the stay began; none is 0) and are one where they do not say
--   how many; units are dated by the nights of the units before them, and end with their stay.
-- Once a person: ALD (of ICD-10; of exemptions those whose IMB_ETM_NAT is 41, 43 or 45) and deaths stand under each of a person's numbers. 1600-01-01 is how the SNDS writes no date.

-- YYYY-MM-DD, DD/MM/YYYY, DDMMMYYYY[:HH:MM:SS] and DDMMYYYY; anything else is no date.
CREATE OR REPLACE MACRO any_date(cell) AS CASE
  WHEN substr(cell, 5, 1) = '-' THEN TRY_CAST(substr(cell, 1, 10) AS DATE)
  WHEN substr(cell, 3, 1) = '/' THEN CAST(try_strptime(cell, '%d/%m/%Y') AS DATE)
  WHEN length(cell) = 8 THEN CAST(try_strptime(cell, '%d%m%Y') AS DATE)
  ELSE CAST(try_strptime(substr(cell, 1, 9), '%d%b%Y') AS DATE)
END;
CREATE OR REPLACE MACRO as_date(cell) AS CASE WHEN any_date(cell) <> DATE '1600-01-01' THEN any_date(cell) END;
CREATE OR REPLACE MACRO as_number(cell) AS
  coalesce(TRY_CAST(cell AS DECIMAL(18, 2)), TRY_CAST(replace(cell, ',', '.') AS DECIMAL(18, 2)));
CREATE OR REPLACE MACRO as_whole(cell) AS CASE WHEN as_number(cell) = floor(as_number(cell)) THEN CAST(as_number(cell) AS INTEGER) END;
-- A cell that may be empty, but says what it should where it is not.
CREATE OR REPLACE MACRO blank(cell) AS coalesce(cell, '') = '';
CREATE OR REPLACE MACRO fair_date(cell) AS blank(cell) OR any_date(cell) IS NOT NULL;
CREATE OR REPLACE MACRO fair_number(cell) AS blank(cell) OR as_number(cell) IS NOT NULL;
CREATE OR REPLACE MACRO fair_whole(cell) AS blank(cell) OR as_whole(cell) IS NOT NULL;
CREATE OR REPLACE MACRO rank_of(cell) AS coalesce(nullif(ltrim(cell, '0'), ''), '1');
-- What is a code of its nomenclature by its form. Nothing but zeros, or nines, is no product.
CREATE OR REPLACE MACRO none_of(cell) AS ltrim(cell, '0') = '' OR ltrim(cell, '9') = '';
CREATE OR REPLACE MACRO is_icd10(cell) AS regexp_full_match(coalesce(cell, ''), '[A-Z][0-9][0-9][A-Z0-9+]{0,3}');
CREATE OR REPLACE MACRO is_ccam(cell) AS regexp_full_match(coalesce(cell, ''), '[A-Z]{4}[0-9]{3}');
CREATE OR REPLACE MACRO is_nature(cell) AS regexp_full_match(coalesce(cell, ''), '0*[0-9]{1,5}');
CREATE OR REPLACE MACRO is_cip13(cell) AS regexp_full_match(coalesce(cell, ''), '[0-9]{13}') AND NOT none_of(cell);
CREATE OR REPLACE MACRO is_ucd(cell) AS regexp_full_match(coalesce(cell, ''), '(000000)?[0-9]{7}|34008[0-9]{8}') AND NOT none_of(cell);
CREATE OR REPLACE MACRO is_nabm(cell) AS regexp_full_match(coalesce(cell, ''), '0*[0-9]{1,4}');
CREATE OR REPLACE MACRO is_lpp(cell) AS regexp_full_match(coalesce(cell, ''), '0*[0-9]{1,7}') AND NOT none_of(cell);
-- 3 and not 3.00, 2.5 and not 2.50.
CREATE OR REPLACE MACRO plainly(number) AS rtrim(rtrim(CAST(CAST(number AS DECIMAL(18, 2)) AS VARCHAR), '0'), '.');

-- The nine columns as one number of 128 bits: as text they fill the memory. Letters count, zeros in front too.
CREATE OR REPLACE MACRO key_of(a, b, c, d, e, f, g, h, i) AS md5_number(concat_ws('|', coalesce(a, ''), coalesce(b, ''),
  coalesce(c, ''), coalesce(d, ''), coalesce(e, ''), coalesce(f, ''), coalesce(g, ''), coalesce(h, ''), coalesce(i, '')));

-- Whose numbers.
CREATE OR REPLACE TEMP TABLE insured AS
SELECT DISTINCT BEN_NIR_PSA AS nir, rank_of(BEN_RNG_GEM) AS rank, BEN_IDT_ANO AS person
FROM IR_BEN_R WHERE NOT blank(BEN_IDT_ANO) AND NOT blank(BEN_NIR_PSA) AND fair_date(BEN_DCD_DTE);

-- Lines that the PMSI has too.
CREATE OR REPLACE TEMP TABLE priced AS
SELECT DISTINCT key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key
FROM ER_ETE_F WHERE as_whole(ETE_IND_TAA) = 1;

-- Lines that count.
CREATE OR REPLACE TEMP TABLE line AS
WITH parsed AS (
  SELECT BEN_NIR_PSA AS nir, rank_of(BEN_RNG_GEM) AS rank, as_date(EXE_SOI_DTD) AS begun, as_date(EXE_SOI_DTF) AS ended,
    as_whole(PRS_ACT_QTE) AS quantity, as_number(BSE_REM_MNT) AS paid, as_number(PRS_PAI_MNT) AS charged, PRS_NAT_REF AS nature,
    coalesce(PSE_SPE_COD, '') AS specialty, coalesce(PFS_EXE_NUM, '') AS performer, coalesce(ETB_PRE_FIN, '') AS establishment,
    key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key
  FROM ER_PRS_F
  WHERE as_whole(DPN_QLF) IS DISTINCT FROM 71 AND as_whole(PRS_DPN_QLP) IS DISTINCT FROM 71
    AND fair_whole(CPL_MAJ_TOP) AND coalesce(as_whole(CPL_MAJ_TOP), 0) < 2 AND fair_date(FLX_DIS_DTD) AND fair_date(FLX_TRT_DTD)
    AND NOT blank(BEN_NIR_PSA) AND is_nature(PRS_NAT_REF) AND fair_date(EXE_SOI_DTF) AND fair_whole(PRS_ACT_QTE)
    AND fair_number(BSE_REM_MNT) AND fair_number(PRS_PAI_MNT)
)
SELECT coalesce(person, nir || '#' || rank) AS person, begun, coalesce(ended, begun) AS ended, coalesce(quantity, 0) AS quantity,
  coalesce(paid, 0) AS paid, coalesce(charged, 0) AS charged, nature, specialty, performer, establishment, key
FROM parsed LEFT JOIN insured USING (nir, rank)
ANTI JOIN priced USING (key)
WHERE begun IS NOT NULL;

-- Their refined rows.
CREATE OR REPLACE TEMP TABLE refined AS
SELECT key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key, 'drug' AS kind, 'PHA' AS source,
  PHA_PRS_C13 AS code, '' AS activity, as_whole(PHA_ACT_QSN) AS own, 1 AS place FROM ER_PHA_F
  WHERE is_cip13(PHA_PRS_C13) AND as_whole(PHA_ACT_QSN) IS NOT NULL
UNION ALL SELECT key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key,
  'drug', 'UCD', UCD_UCD_COD, '', as_whole(UCD_DLV_NBR), 2 FROM ER_UCD_F
  WHERE is_ucd(UCD_UCD_COD) AND as_whole(UCD_DLV_NBR) IS NOT NULL
UNION ALL SELECT key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key,
  'procedure', 'CAM', CAM_PRS_IDE, coalesce(CAM_ACT_COD, ''), NULL, 3 FROM ER_CAM_F WHERE is_ccam(CAM_PRS_IDE)
UNION ALL SELECT key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key,
  'measurement', 'BIO', BIO_PRS_IDE, '', as_whole(BIO_ACT_QSN), 4 FROM ER_BIO_F
  WHERE is_nabm(BIO_PRS_IDE) AND as_whole(BIO_ACT_QSN) IS NOT NULL
UNION ALL SELECT key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key,
  'device', 'TIP', TIP_PRS_IDE, '', as_whole(TIP_ACT_QSN), 5 FROM ER_TIP_F
  WHERE is_lpp(TIP_PRS_IDE) AND as_whole(TIP_ACT_QSN) IS NOT NULL;

-- A code's one form: NABM has 4 digits, LPP 7, UCD the last 7 of 13.
CREATE OR REPLACE MACRO form_of(code, place) AS CASE place WHEN 4 THEN lpad(ltrim(code, '0'), 4, '0') WHEN 5 THEN lpad(ltrim(code, '0'), 7, '0')
  WHEN 2 THEN right(code, 7) ELSE code END;

-- Lines with several of them, and the one that carries the line's amounts; where one code comes twice, any of the two does.
CREATE OR REPLACE TEMP TABLE several AS
SELECT key, arg_min(rowid, (place, form_of(code, place), own, rowid)) AS first FROM refined GROUP BY key HAVING count(*) > 1;

-- Lines that lack the quantity they need.
CREATE OR REPLACE TEMP TABLE uncounted AS
SELECT key FROM line LEFT JOIN refined USING (key) WHERE quantity IS NULL GROUP BY key HAVING bool_or(coalesce(refined.source, 'CAM') = 'CAM');

CREATE OR REPLACE TEMP TABLE claim AS
WITH joined AS (
  SELECT person, coalesce(refined.kind, 'procedure') AS kind, coalesce(refined.code, nature) AS code, begun, ended,
    coalesce(refined.own, quantity) AS quantity,
    coalesce(refined.rowid = several.first, true) AS carries, paid, charged,
    coalesce(refined.source, 'PRS') AS source, nature, coalesce(refined.activity, '') AS activity, specialty, performer, establishment
  FROM line LEFT JOIN refined USING (key) LEFT JOIN several USING (key)
  WHERE NOT (quantity IS NULL AND key IN (FROM uncounted))
)
SELECT person, kind, code, begun, ended, sum(quantity) AS quantity, sum(CASE WHEN carries THEN paid ELSE 0 END) AS paid,
  sum(CASE WHEN carries THEN charged ELSE 0 END) AS charged, source, min(nature) AS nature, activity, min(specialty) AS specialty, performer,
  min(establishment) AS establishment
FROM joined GROUP BY person, kind, code, begun, ended, source, activity, performer HAVING sum(quantity) > 0;

CREATE OR REPLACE TEMP TABLE stay AS
SELECT coalesce(insured.person, NIR_ANO_17 || '#' || rank_of(RNG_BEN)) AS person, aa, ETA_NUM, RSA_NUM,
  as_date(EXE_SOI_DTD) AS begun, coalesce(as_date(EXE_SOI_DTF), as_date(EXE_SOI_DTD)) AS ended,
  aa || '/' || ETA_NUM || '/' || RSA_NUM AS stay
FROM T_MCOaaC AS c LEFT JOIN insured ON insured.nir = c.NIR_ANO_17 AND insured.rank = rank_of(c.RNG_BEN)
WHERE NOT blank(ETA_NUM) AND NOT blank(RSA_NUM) AND NOT blank(NIR_ANO_17) AND NIR_RET = '0' AND NAI_RET = '0' AND SEX_RET = '0' AND SEJ_RET = '0' AND FHO_RET = '0' AND PMS_RET = '0' AND DAT_RET = '0'
  AND COH_NAI_RET = '0' AND COH_SEX_RET = '0' AND as_date(EXE_SOI_DTD) IS NOT NULL AND fair_date(EXE_SOI_DTF);

CREATE OR REPLACE TEMP TABLE unit AS
WITH fair AS (
  SELECT person, stay, UM_ORD_NUM, DGN_PAL, DGN_REL, coalesce(as_whole(PAR_DUR_SEJ), 0) AS nights, stay.begun AS first, stay.ended AS last
  FROM T_MCOaaUM JOIN stay USING (aa, ETA_NUM, RSA_NUM)
  WHERE fair_whole(UM_ORD_NUM) AND fair_whole(PAR_DUR_SEJ) AND (blank(DGN_PAL) OR is_icd10(DGN_PAL)) AND (blank(DGN_REL) OR is_icd10(DGN_REL))
)
SELECT person, stay, UM_ORD_NUM, DGN_PAL, DGN_REL, nights,
  least(first + CAST(coalesce(sum(nights) OVER before, 0) AS INTEGER), last) AS begun,
  least(first + CAST(sum(nights) OVER upto AS INTEGER), last) AS ended
FROM fair
WINDOW before AS (PARTITION BY stay ORDER BY as_whole(UM_ORD_NUM) ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
  upto AS (PARTITION BY stay ORDER BY as_whole(UM_ORD_NUM) ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW);

-- What is not a claim, in one shape.
CREATE OR REPLACE TEMP TABLE other AS
WITH act AS (
  SELECT person, CDC_ACT, coalesce(ACV_ACT, '') AS activity, coalesce(as_whole(NBR_EXE_ACT), 1) AS count, stay, begun + coalesce(as_whole(ENT_DAT_DEL), 0) AS day
  FROM T_MCOaaA JOIN stay USING (aa, ETA_NUM, RSA_NUM)
  WHERE is_ccam(CDC_ACT) AND fair_whole(NBR_EXE_ACT) AND fair_whole(ENT_DAT_DEL)
), illness AS (
  SELECT DISTINCT coalesce(person, imb.BEN_NIR_PSA || '#' || rank_of(imb.BEN_RNG_GEM)) AS person, MED_MTF_COD,
    as_date(IMB_ALD_DTD) AS begun, as_date(IMB_ALD_DTF) AS ended, IMB_ALD_NUM
  FROM IR_IMB_R AS imb LEFT JOIN insured ON insured.nir = imb.BEN_NIR_PSA AND insured.rank = rank_of(imb.BEN_RNG_GEM)
  WHERE NOT blank(imb.BEN_NIR_PSA) AND as_whole(IMB_ETM_NAT) IN (41, 43, 45) AND MED_NCL_IDT = 'CIM10' AND is_icd10(MED_MTF_COD) AND as_date(IMB_ALD_DTD) IS NOT NULL AND fair_date(IMB_ALD_DTF)
), main AS (
  SELECT person, stay, begun, ended, DGN_PAL, DGN_REL, GRG_GHM FROM T_MCOaaB JOIN stay USING (aa, ETA_NUM, RSA_NUM)
  WHERE (blank(DGN_PAL) OR is_icd10(DGN_PAL)) AND (blank(DGN_REL) OR is_icd10(DGN_REL))
)
SELECT person, 'stay' AS kind, coalesce(group_of, '') AS code, begun, ended, '' AS quantity, 'MCO' AS source, '' AS nature, stay, '' AS activity
  FROM stay LEFT JOIN (SELECT stay, any_value(GRG_GHM) AS group_of FROM main GROUP BY stay) USING (stay)
UNION ALL SELECT person, 'condition', DGN_PAL, begun, ended, '', 'MCO-DP', '', stay, '' FROM main WHERE NOT blank(DGN_PAL)
UNION ALL SELECT person, 'condition', DGN_REL, begun, ended, '', 'MCO-DR', '', stay, '' FROM main WHERE NOT blank(DGN_REL)
UNION ALL SELECT person, 'condition', ASS_DGN, begun, ended, '', 'MCO-DAS', '', stay, ''
  FROM T_MCOaaD JOIN stay USING (aa, ETA_NUM, RSA_NUM) WHERE is_icd10(ASS_DGN)
UNION ALL SELECT person, 'procedure', CDC_ACT, day, day, CAST(count AS VARCHAR), 'MCO-A', '', stay, activity FROM act
UNION ALL SELECT person, 'detail', UM_ORD_NUM, begun, ended, CAST(nights AS VARCHAR), 'MCO-UM', '', stay, '' FROM unit
UNION ALL SELECT person, 'condition', DGN_PAL, begun, ended, '', 'UM-DP', '', stay, '' FROM unit WHERE coalesce(DGN_PAL, '') <> ''
UNION ALL SELECT person, 'condition', DGN_REL, begun, ended, '', 'UM-DR', '', stay, '' FROM unit WHERE coalesce(DGN_REL, '') <> ''
UNION ALL SELECT person, 'condition', MED_MTF_COD, begun, ended, '', 'ALD', IMB_ALD_NUM, '', '' FROM illness
UNION ALL SELECT DISTINCT BEN_IDT_ANO, 'death', '', as_date(BEN_DCD_DTE), as_date(BEN_DCD_DTE), '', 'BEN', '', '', ''
  FROM IR_BEN_R WHERE NOT blank(BEN_IDT_ANO) AND NOT blank(BEN_NIR_PSA) AND as_date(BEN_DCD_DTE) IS NOT NULL
UNION ALL SELECT DISTINCT BEN_IDT_ANO, 'death', DCD_CIM_COD, as_date(BEN_DCD_DTE), as_date(BEN_DCD_DTE), '', 'CCI', '', '', ''
  FROM KI_CCI_R SEMI JOIN insured ON insured.person = BEN_IDT_ANO WHERE as_date(BEN_DCD_DTE) IS NOT NULL AND is_icd10(DCD_CIM_COD)
UNION ALL SELECT DISTINCT BEN_IDT_ANO, 'death', ECD_CIM_COD, as_date(BEN_DCD_DTE), as_date(BEN_DCD_DTE), '', 'ECD', '', '', ''
  FROM KI_ECD_R SEMI JOIN insured ON insured.person = BEN_IDT_ANO WHERE as_date(BEN_DCD_DTE) IS NOT NULL AND is_icd10(ECD_CIM_COD);

CREATE OR REPLACE TEMP TABLE events AS
SELECT person, kind, code, strftime(begun, '%Y-%m-%d') AS start, strftime(ended, '%Y-%m-%d') AS "end", plainly(quantity) AS quantity,
  CAST(CAST(paid AS DECIMAL(18, 2)) AS VARCHAR) AS paid, CAST(CAST(charged AS DECIMAL(18, 2)) AS VARCHAR) AS charged,
  source, nature, activity, specialty, performer, establishment, '' AS stay
FROM claim
UNION ALL SELECT person, kind, code, strftime(begun, '%Y-%m-%d'), coalesce(strftime(ended, '%Y-%m-%d'), ''), quantity, '', '',
  source, nature, activity, '', '', '', stay
FROM other;
