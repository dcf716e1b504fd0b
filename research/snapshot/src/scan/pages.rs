//! Covered: a file without an index of its pages, or one that says another page than the values are in, so that engines that prune
//! read all of it or miss rows; a scan that reads pages in which nothing is that was asked for.
//! Not a failure: that `person_id` is read whole to find where persons' rows stand, and the first page's dictionary with any other.
//!
//! What a scan reads is found out by spoiling the rest: in a copy every page that it need not read is overwritten, and it must
//! answer as before; a page that it must read is overwritten in another, and it must not.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::Path;

use parquet::file::metadata::ParquetMetaData;
use parquet::file::page_index::column_index::ColumnIndexMetaData;
use parquet::file::reader::FileReader;
use parquet::file::serialized_reader::{ReadOptionsBuilder, SerializedFileReader};
use parquet::file::statistics::Statistics;

use super::*;
use crate::building::Building;
use crate::building::tests::{drugs, head, lines_of, persons, signer};
use crate::column::Values;
use crate::folder::Snapshots;

const ALL: [&str; 4] = [
    "person_id",
    "drug_exposure_start_date",
    "drug_concept_id",
    "quantity",
];
/// Concepts, a page and a half of rows each.
const CONCEPTS: i32 = 50;

/// 400 persons with 3,000 deliveries each: more than a row group of 2^20 rows.
fn large() -> (tempfile::TempDir, Snapshot) {
    let dir = tempfile::tempdir().expect("a folder");
    let building = Building::begin(dir.path(), 1, 1).expect("it begins");
    persons(&building, 400);
    let line = |person: i32, day: i32| (person, day, 100 + (day * 7 + person) % CONCEPTS, 1.0);
    let lines: Vec<_> = (1..=400)
        .flat_map(|person| (0..3_000).map(move |day| line(person, day)))
        .collect();
    building
        .events("drug_exposure", 0, &drugs(&lines))
        .expect("written");
    building.publish(head(0), &signer()).expect("published");
    let snapshot = Snapshots::new(dir.path(), signer().verifier().clone());
    (dir, snapshot.latest().expect("read"))
}

fn metadata(path: &Path) -> ParquetMetaData {
    let options = ReadOptionsBuilder::new().with_page_index().build();
    let file = fs::File::open(path).expect("there");
    let reader = SerializedFileReader::new_with_options(file, options).expect("Parquet");
    reader.metadata().clone()
}

/// A page: its column, its rows in the file, its bytes.
struct Page {
    column: String,
    rows: Range<usize>,
    bytes: Range<usize>,
}

/// All pages of a file, by its offset index.
fn pages(metadata: &ParquetMetaData) -> Vec<Page> {
    let index = metadata.offset_index().expect("an offset index");
    let mut pages = Vec::new();
    let mut before = 0;
    for (group, columns) in metadata.row_groups().iter().zip(index) {
        let rows = usize::try_from(group.num_rows()).expect("few");
        for (column, index) in group.columns().iter().zip(columns) {
            let locations = index.page_locations();
            let place = |at: i64| usize::try_from(at).expect("a place");
            for (at, page) in locations.iter().enumerate() {
                let next = locations.get(at + 1);
                let end = next.map_or(rows, |next| place(next.first_row_index));
                let first = place(page.offset);
                pages.push(Page {
                    column: column.column_path().string(),
                    rows: before + place(page.first_row_index)..before + end,
                    bytes: first..first + usize::try_from(page.compressed_page_size).expect("some"),
                });
            }
        }
        before += rows;
    }
    pages
}

/// The least and the greatest of each page of a column of whole numbers or days, by the column index.
fn bounds(metadata: &ParquetMetaData, column: &str) -> Vec<(i32, i32)> {
    let index = metadata.column_index().expect("a column index");
    let mut bounds = Vec::new();
    for (group, columns) in metadata.row_groups().iter().zip(index) {
        let mut names = group.columns().iter();
        let place = names.position(|one| one.column_path().string() == column);
        let place = place.expect("the column");
        let ColumnIndexMetaData::INT32(index) = &columns[place] else {
            panic!("`{column}` has no index of its pages");
        };
        let pages = index.min_values().iter().zip(index.max_values());
        let pages: Vec<_> = pages.map(|(least, most)| (*least, *most)).collect();
        let statistics = group.column(place).statistics();
        let Some(Statistics::Int32(whole)) = statistics else {
            panic!("`{column}` has no statistics");
        };
        let least = pages.iter().map(|page| page.0).min();
        let most = pages.iter().map(|page| page.1).max();
        assert_eq!(
            (whole.min_opt().copied(), whole.max_opt().copied()),
            (least, most)
        );
        bounds.extend(pages);
    }
    bounds
}

#[test]
fn an_index_says_another_page_than_the_values_are_in() {
    let (_dir, snapshot) = large();
    let scan = Scan::new(&snapshot, &Opposed::default()).expect("made");
    for order in [Order::ByPerson, Order::ByConcept] {
        let file = &scan.files("drug_exposure", order).expect("there")[0];
        let metadata = metadata(&snapshot.path(file));
        assert!(metadata.num_row_groups() > 1);
        let pages = pages(&metadata);
        let all: BTreeSet<&str> = pages.iter().map(|page| page.column.as_str()).collect();
        let columns = scan.columns(file).expect("read");
        assert_eq!(all, columns.iter().map(String::as_str).collect());
        for column in &ALL[..3] {
            let table = scan.read(file, &[column]).expect("read").table;
            let values = table.column(column).and_then(Values::ints).expect("whole");
            let pages: Vec<_> = pages.iter().filter(|page| page.column == *column).collect();
            let bounds = bounds(&metadata, column);
            assert!(pages.len() > 50 && pages.len() == bounds.len());
            for (page, bounds) in pages.iter().zip(&bounds) {
                let values = &values[page.rows.clone()];
                let seen = (values.iter().min(), values.iter().max());
                assert_eq!(seen, (Some(&bounds.0), Some(&bounds.1)), "{column}");
            }
            // Of what orders the file, pages rise: a filter of any engine meets few of them.
            let orders = if order == Order::ByPerson {
                ALL[0]
            } else {
                ALL[2]
            };
            if *column == orders {
                assert!(bounds.windows(2).all(|two| two[0].1 <= two[1].0));
            }
        }
    }
}

/// Overwrites the pages of the columns that `which` chooses.
fn spoil(path: &Path, pages: &[Page], which: impl Fn(&Page) -> bool) -> usize {
    let mut bytes = fs::read(path).expect("there");
    let chosen: Vec<_> = pages.iter().filter(|page| which(page)).collect();
    for page in &chosen {
        bytes[page.bytes.clone()].fill(0xff);
    }
    fs::remove_file(path).expect("removed");
    fs::write(path, bytes).expect("written");
    chosen.len()
}

#[test]
fn a_question_about_a_concept_reads_pages_of_others() {
    let (_dir, snapshot) = large();
    let scan = Scan::new(&snapshot, &Opposed::default()).expect("made");
    let file = &scan
        .files("drug_exposure", Order::ByConcept)
        .expect("there")[0];
    let ask = || scan.postings(file, &ALL, &|concept| concept == 120);
    let wanted = lines_of(&ask().expect("read").table);
    assert_eq!(wanted.len(), 400 * 3_000 / 50);
    let path = snapshot.path(file);
    let concepts = scan.read(file, &[ALL[2]]).expect("read").table;
    let concepts = concepts
        .column(ALL[2])
        .and_then(Values::ints)
        .expect("whole");
    let pages = pages(&metadata(&path));
    let needed = |page: &Page| concepts[page.rows.clone()].contains(&120);
    let spoilt = spoil(&path, &pages, |page| !needed(page));
    assert!(spoilt * 10 > pages.len() * 9, "{spoilt} of {}", pages.len());
    assert_eq!(lines_of(&ask().expect("read").table), wanted);
    assert!(
        scan.read(file, &ALL).is_err(),
        "all of it is not there any more"
    );
    spoil(&path, &pages, |page| needed(page) && page.column == ALL[1]);
    assert!(ask().is_err(), "what it must read it reads");
}

#[test]
fn a_question_about_persons_reads_pages_of_others() {
    let (_dir, snapshot) = large();
    let scan = Scan::new(&snapshot, &Opposed::default()).expect("made");
    let file = &scan.files("drug_exposure", Order::ByPerson).expect("there")[0];
    let ask = || scan.of(file, &ALL[1..], &[17, 18, 390]);
    let rows = |batch: Batch| {
        let table = batch.table;
        let days = table
            .column(ALL[1])
            .and_then(Values::ints)
            .map(<[i32]>::to_vec);
        (
            days,
            table
                .column(ALL[2])
                .and_then(Values::ints)
                .map(<[i32]>::to_vec),
        )
    };
    let wanted = rows(ask().expect("read"));
    assert_eq!(wanted.0.as_ref().map(Vec::len), Some(9_000));
    let path = snapshot.path(file);
    let persons = scan.read(file, &[ALL[0]]).expect("read").table;
    let persons = persons
        .column(ALL[0])
        .and_then(Values::ints)
        .expect("whole");
    let pages = pages(&metadata(&path));
    let theirs = |person: &i32| [17, 18, 390].contains(person);
    let needed =
        |page: &Page| page.column == ALL[0] || persons[page.rows.clone()].iter().any(theirs);
    let others = pages.iter().filter(|page| page.column != ALL[0]).count();
    let spoilt = spoil(&path, &pages, |page| !needed(page));
    assert!(spoilt * 10 > others * 9, "{spoilt} of {others}");
    assert_eq!(rows(ask().expect("read")), wanted);
    spoil(&path, &pages, |page| needed(page) && page.column == ALL[2]);
    assert!(ask().is_err(), "what it must read it reads");
}
