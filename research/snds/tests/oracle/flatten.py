"""Flattens a SNDS directory with DuckDB, by the rules of flatten.sql: the oracle of the importer.

    flatten.py DIR EVENTS.csv [--compare OTHER.csv] [--persons PERSONS.csv] [--rejected REJECTED.csv]

DIR holds CSV files (`;`, `,`, `|` or tab by their header; UTF-8 or Windows-1252) or Parquet files of the same names. EVENTS.csv is
written sorted by its columns from the left, as bytes; cells are separated by `;`, text is UTF-8. With --compare, OTHER.csv (same columns, in any order of rows) must hold the same rows, as
many times each, but for persons whom no reference names; exit code 1 and the first differences otherwise. PERSONS.csv gets the table `persons` and REJECTED.csv how many rows of each table are refused. Needs duckdb (journeys/clients/requirements.txt).
"""

import argparse
import csv
import pathlib
import re
import sys
import time

import duckdb

KEY = """DCT_ORD_NUM FLX_DIS_DTD FLX_EMT_NUM FLX_EMT_ORD FLX_EMT_TYP FLX_TRT_DTD ORG_CLE_NUM PRS_ORD_NUM REM_TYP_AFF""".split()
# The columns that flatten.sql speaks of, table by table.
TABLES = {
    "ER_PRS_F": """BEN_NIR_PSA BEN_RNG_GEM BEN_NAI_ANN BEN_SEX_COD BEN_RES_DPT EXE_SOI_DTD EXE_SOI_DTF PRS_NAT_REF DPN_QLF PRS_DPN_QLP CPL_MAJ_TOP PRS_ACT_QTE
        PRS_PAI_MNT BSE_REM_MNT PFS_EXE_NUM PSE_SPE_COD ETB_PRE_FIN""".split() + KEY,
    "ER_PHA_F": ["PHA_PRS_C13", "PHA_ACT_QSN"] + KEY,
    "ER_CAM_F": ["CAM_PRS_IDE", "CAM_ACT_COD"] + KEY,
    "ER_BIO_F": ["BIO_PRS_IDE", "BIO_ACT_QSN"] + KEY,
    "ER_ETE_F": ["ETE_IND_TAA"] + KEY,
    "ER_UCD_F": ["UCD_UCD_COD", "UCD_DLV_NBR"] + KEY,
    "ER_TIP_F": ["TIP_PRS_IDE", "TIP_ACT_QSN"] + KEY,
    "IR_BEN_R": "BEN_NIR_PSA BEN_RNG_GEM BEN_IDT_ANO BEN_NAI_ANN BEN_NAI_MOI BEN_SEX_COD BEN_RES_DPT BEN_DCD_DTE".split(),
    "IR_IMB_R": "BEN_NIR_PSA BEN_RNG_GEM IMB_ALD_DTD IMB_ALD_DTF IMB_ALD_NUM IMB_ETM_NAT MED_MTF_COD MED_NCL_IDT".split(),
    "KI_CCI_R": "BEN_IDT_ANO BEN_DCD_DTE DCD_CIM_COD".split(),
    "KI_ECD_R": "BEN_IDT_ANO BEN_DCD_DTE ECD_CIM_COD".split(),
    "T_MCOaaB": "ETA_NUM RSA_NUM DGN_PAL DGN_REL GRG_GHM".split(),
    "T_MCOaaC": """ETA_NUM RSA_NUM NIR_ANO_17 RNG_BEN EXE_SOI_DTD EXE_SOI_DTF NIR_RET NAI_RET SEX_RET SEJ_RET FHO_RET PMS_RET DAT_RET
        COH_NAI_RET COH_SEX_RET""".split(),
    "T_MCOaaD": "ETA_NUM RSA_NUM ASS_DGN".split(),
    "T_MCOaaA": "ETA_NUM RSA_NUM CDC_ACT ENT_DAT_DEL NBR_EXE_ACT ACV_ACT".split(),
    "T_MCOaaUM": "ETA_NUM RSA_NUM UM_ORD_NUM DGN_PAL DGN_REL PAR_DUR_SEJ".split(),
}
EVENTS = """person kind code start end quantity paid charged source nature activity specialty performer establishment stay""".split()


def text(value):
    return "'" + str(value).replace("'", "''") + "'"


def files_of(folder, table):
    """The table's files, with the year of those of the PMSI."""
    pattern = re.escape(table).replace("aa", r"(\d\d)")
    if table.startswith("ER_"):
        pattern += r"_\d{6}"
    for path in sorted(folder.iterdir()):
        found = re.fullmatch(pattern + r"\.(csv|parquet)", path.name)
        if found:
            yield path, found.group(1) if "aa" in table else None


def header_of(path):
    """Separator and columns of a CSV file, from its first line."""
    with open(path, encoding="latin-1", newline="") as file:
        line = file.readline()
    mark = max(";,|\t", key=line.count)
    return mark, next(csv.reader([line], delimiter=mark))


def encoding_of(path):
    """DuckDB reads UTF-8 and Latin-1 by itself; the letters in which Windows-1252 differs stand in no column used here."""
    try:
        with open(path, encoding="utf-8") as file:
            while file.read(1 << 20):
                pass
        return "utf-8"
    except UnicodeDecodeError:
        return "latin-1"


def view(connection, folder, table, used):
    """One view over all files of a table; files of the same shape are read together."""
    shapes = {}
    for path, year in files_of(folder, table):
        if path.suffix == ".parquet":
            shapes.setdefault(("parquet", year), []).append(path)
        else:
            mark, columns = header_of(path)
            # Only tables with labels have letters that are not ASCII.
            encoding = encoding_of(path) if table == "KI_ECD_R" else "utf-8"
            shapes.setdefault((mark, tuple(columns), encoding, year), []).append(path)
    parts = []
    for shape, paths in shapes.items():
        listed = "[" + ", ".join(text(path) for path in paths) + "]"
        names = ", ".join(f'CAST("{column}" AS VARCHAR) AS "{column}"' for column in used)
        if shape[-1] is not None:
            names += f", {text(shape[-1])} AS aa"
        if shape[0] == "parquet":
            source = f"read_parquet({listed})"
        else:
            types = ", ".join(f"{text(column)}: 'VARCHAR'" for column in shape[1])
            source = (
                f"read_csv({listed}, delim={text(shape[0])}, header=true, quote='\"', escape='\"', auto_detect=false, "
                f"ignore_errors=true, encoding={text(shape[2])}, columns={{{types}}})"
            )
        parts.append(f"SELECT {names} FROM {source}")
    if not parts:
        names = used + (["aa"] if "aa" in table else [])
        parts = ["SELECT " + ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in names) + " WHERE false"]
    connection.execute(f"CREATE OR REPLACE TEMP VIEW {table} AS " + " UNION ALL ".join(parts))


def run(connection, name):
    connection.execute(pathlib.Path(__file__).with_name(name).read_text(encoding="utf-8"))


def flatten(connection, folder):
    for table, used in TABLES.items():
        view(connection, folder, table, used)
    # Macros first: first.sql speaks in them. What stands twice has an order.
    macros, tables = pathlib.Path(__file__).with_name("flatten.sql").read_text(encoding="utf-8").split("-- Whose numbers.\n")
    connection.execute(macros)
    connection.execute("SET preserve_insertion_order = true")
    run(connection, "first.sql")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(tables)


def compare(connection, other):
    """How many rows each side has that the other lacks, and some of them."""
    types = ", ".join(f"{text(column)}: 'VARCHAR'" for column in EVENTS)
    columns = ", ".join(f"coalesce(\"{column}\", '') AS \"{column}\"" for column in EVENTS)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE other_events AS SELECT {columns} FROM read_csv({text(other)}, delim=';', header=true, "
        f"quote='\"', auto_detect=false, columns={{{types}}})"
    )
    faults = 0
    # Whom no reference names is nobody of whom the other could tell.
    connection.execute("CREATE OR REPLACE TEMP VIEW known_events AS SELECT * FROM events WHERE person NOT LIKE '%#%'")
    for name, one, two in (("only in the files", "known_events", "other_events"), (f"only in {other}", "other_events", "known_events")):
        rows = connection.execute(f"SELECT {columns} FROM {one} EXCEPT ALL SELECT {columns} FROM {two} ORDER BY ALL").fetchall()
        faults += len(rows)
        print(f"{len(rows)} rows {name}")
        for row in rows[:5]:
            print("  " + ";".join(row))
    return faults


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("events", type=pathlib.Path)
    parser.add_argument("--compare", type=pathlib.Path, metavar="OTHER.csv")
    parser.add_argument("--persons", type=pathlib.Path, metavar="PERSONS.csv")
    parser.add_argument("--rejected", type=pathlib.Path, metavar="REJECTED.csv")
    parser.add_argument("--memory", default="4GB", help="DuckDB's limit; it spills beside EVENTS.csv")
    arguments = parser.parse_args()
    begun = time.monotonic()
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = {text(arguments.memory)}")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(f"SET temp_directory = {text(str(arguments.events) + '.tmp')}")
    flatten(connection, arguments.folder)
    # As a null an empty cell is written without quotation marks; rows are sorted as text, by bytes.
    columns = ", ".join(f"nullif(\"{column}\", '') AS \"{column}\"" for column in EVENTS)
    order = ", ".join(f'events."{column}"' for column in EVENTS)
    connection.execute(
        f"COPY (SELECT {columns} FROM events ORDER BY {order}) TO {text(arguments.events)} (DELIMITER ';', HEADER, QUOTE '\"')"
    )
    if arguments.persons:
        run(connection, "persons.sql")
        connection.execute(f"COPY (SELECT * FROM persons ORDER BY ALL) TO {text(arguments.persons)} (DELIMITER ';', HEADER, QUOTE '\"')")
    if arguments.rejected:
        run(connection, "rejected.sql")
        connection.execute(f"COPY (SELECT * FROM rejected WHERE rows > 0 ORDER BY ALL) TO {text(arguments.rejected)} (DELIMITER ';', HEADER)")
    seconds = time.monotonic() - begun
    lines, = connection.execute("SELECT count(*) FROM ER_PRS_F").fetchone()
    count, = connection.execute("SELECT count(*) FROM events").fetchone()
    print(f"{lines} claim lines, {count} events, {seconds:.1f} s")
    if arguments.compare and compare(connection, arguments.compare):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
