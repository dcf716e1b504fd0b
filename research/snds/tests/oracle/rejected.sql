-- After flatten.sql: how many rows of each table cannot be taken because of what they say (`rejected`: table_name, rows). Rows that a rule
-- removes, and those of a line or stay that is gone, are not among them.
CREATE OR REPLACE TEMP TABLE told AS
SELECT 'ER_PHA_F' AS table_name, is_cip13(PHA_PRS_C13) AND as_whole(PHA_ACT_QSN) IS NOT NULL AS fair,
  DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF FROM ER_PHA_F
UNION ALL SELECT 'ER_UCD_F', is_ucd(UCD_UCD_COD) AND as_whole(UCD_DLV_NBR) IS NOT NULL,
  DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF FROM ER_UCD_F
UNION ALL SELECT 'ER_CAM_F', is_ccam(CAM_PRS_IDE),
  DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF FROM ER_CAM_F
UNION ALL SELECT 'ER_BIO_F', is_nabm(BIO_PRS_IDE) AND as_whole(BIO_ACT_QSN) IS NOT NULL,
  DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF FROM ER_BIO_F
UNION ALL SELECT 'ER_TIP_F', is_lpp(TIP_PRS_IDE) AND as_whole(TIP_ACT_QSN) IS NOT NULL,
  DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF FROM ER_TIP_F
UNION ALL SELECT 'ER_ETE_F', true,
  DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF FROM ER_ETE_F;

-- Of each child of a stay: whether its stay is there, counts, and whether its own cells can be read.
CREATE OR REPLACE TEMP TABLE child AS
SELECT 'T_MCOaaB' AS table_name, aa, ETA_NUM, RSA_NUM, (blank(DGN_PAL) OR is_icd10(DGN_PAL)) AND (blank(DGN_REL) OR is_icd10(DGN_REL)) AS fair FROM T_MCOaaB
UNION ALL SELECT 'T_MCOaaUM', aa, ETA_NUM, RSA_NUM, fair_whole(UM_ORD_NUM) AND fair_whole(PAR_DUR_SEJ) AND (blank(DGN_PAL) OR is_icd10(DGN_PAL))
  AND (blank(DGN_REL) OR is_icd10(DGN_REL)) FROM T_MCOaaUM
UNION ALL SELECT 'T_MCOaaD', aa, ETA_NUM, RSA_NUM, is_icd10(ASS_DGN) FROM T_MCOaaD
UNION ALL SELECT 'T_MCOaaA', aa, ETA_NUM, RSA_NUM, is_ccam(CDC_ACT) AND fair_whole(NBR_EXE_ACT) AND fair_whole(ENT_DAT_DEL) FROM T_MCOaaA;

CREATE OR REPLACE TEMP TABLE rejected AS
SELECT 'ER_PRS_F' AS table_name, count(*) AS rows FROM (
  SELECT *, key_of(DCT_ORD_NUM, FLX_DIS_DTD, FLX_EMT_NUM, FLX_EMT_ORD, FLX_EMT_TYP, FLX_TRT_DTD, ORG_CLE_NUM, PRS_ORD_NUM, REM_TYP_AFF) AS key
  FROM ER_PRS_F
) WHERE NOT fair_date(FLX_DIS_DTD) OR NOT fair_date(FLX_TRT_DTD) OR blank(BEN_NIR_PSA) OR (
  as_whole(DPN_QLF) IS DISTINCT FROM 71 AND as_whole(PRS_DPN_QLP) IS DISTINCT FROM 71 AND (NOT fair_whole(CPL_MAJ_TOP) OR (
    coalesce(as_whole(CPL_MAJ_TOP), 0) < 2 AND key NOT IN (SELECT key FROM priced) AND NOT (
      is_nature(PRS_NAT_REF) AND as_date(EXE_SOI_DTD) IS NOT NULL AND fair_date(EXE_SOI_DTF) AND fair_whole(PRS_ACT_QTE)
      AND fair_number(BSE_REM_MNT) AND fair_number(PRS_PAI_MNT)))))
UNION ALL SELECT table_name, count(*) FROM told
WHERE NOT fair OR NOT fair_date(FLX_DIS_DTD) OR NOT fair_date(FLX_TRT_DTD) OR NOT EXISTS (
  SELECT 1 FROM ER_PRS_F AS l WHERE l.DCT_ORD_NUM = told.DCT_ORD_NUM AND l.FLX_DIS_DTD = told.FLX_DIS_DTD AND l.FLX_EMT_NUM = told.FLX_EMT_NUM
    AND l.FLX_EMT_ORD = told.FLX_EMT_ORD AND l.FLX_EMT_TYP = told.FLX_EMT_TYP AND l.FLX_TRT_DTD = told.FLX_TRT_DTD
    AND l.ORG_CLE_NUM = told.ORG_CLE_NUM AND l.PRS_ORD_NUM = told.PRS_ORD_NUM AND l.REM_TYP_AFF = told.REM_TYP_AFF)
GROUP BY table_name
UNION ALL SELECT 'T_MCOaaC', count(*) FROM T_MCOaaC
WHERE blank(ETA_NUM) OR blank(RSA_NUM) OR blank(NIR_ANO_17) OR (
  NIR_RET = '0' AND NAI_RET = '0' AND SEX_RET = '0' AND SEJ_RET = '0' AND FHO_RET = '0' AND PMS_RET = '0' AND DAT_RET = '0'
  AND COH_NAI_RET = '0' AND COH_SEX_RET = '0' AND (as_date(EXE_SOI_DTD) IS NULL OR NOT fair_date(EXE_SOI_DTF)))
-- Nobody's children are refused; those of a stay that does not count are gone with it.
UNION ALL SELECT table_name, count(*) FROM child
WHERE NOT EXISTS (SELECT 1 FROM T_MCOaaC AS c WHERE c.aa = child.aa AND c.ETA_NUM = child.ETA_NUM AND c.RSA_NUM = child.RSA_NUM)
  OR (NOT fair AND EXISTS (SELECT 1 FROM stay WHERE stay.aa = child.aa AND stay.ETA_NUM = child.ETA_NUM AND stay.RSA_NUM = child.RSA_NUM))
GROUP BY table_name
UNION ALL SELECT 'IR_BEN_R', count(*) FROM IR_BEN_R WHERE blank(BEN_IDT_ANO) OR blank(BEN_NIR_PSA) OR NOT fair_date(BEN_DCD_DTE)
UNION ALL SELECT 'IR_IMB_R', count(*) FROM IR_IMB_R
WHERE blank(BEN_NIR_PSA) OR NOT fair_whole(IMB_ETM_NAT) OR as_whole(IMB_ETM_NAT) IN (41, 43, 45)
  AND (MED_NCL_IDT IS DISTINCT FROM 'CIM10' OR NOT is_icd10(MED_MTF_COD) OR as_date(IMB_ALD_DTD) IS NULL OR NOT fair_date(IMB_ALD_DTF))
UNION ALL SELECT table_name, count(*) FROM (
  SELECT 'KI_CCI_R' AS table_name, BEN_IDT_ANO AS person, BEN_DCD_DTE AS day, DCD_CIM_COD AS code FROM KI_CCI_R
  UNION ALL SELECT 'KI_ECD_R', BEN_IDT_ANO, BEN_DCD_DTE, ECD_CIM_COD FROM KI_ECD_R
) LEFT JOIN (SELECT BEN_IDT_ANO AS person, max(as_date(BEN_DCD_DTE)) AS died FROM IR_BEN_R SEMI JOIN insured ON insured.person = BEN_IDT_ANO
  WHERE fair_date(BEN_DCD_DTE) GROUP BY ALL) AS known USING (person)
WHERE blank(person) OR known.person IS NULL OR NOT fair_date(day) OR coalesce(as_date(day), died) IS NULL OR NOT is_icd10(code) GROUP BY table_name;
