//! Covered: an import of hours that says nothing for minutes, where there is no terminal, while it hashes, or while it reads the
//! reference; a time left that counts what took no time; a phase whose figures are those of the one before.
//! Not a failure: a time left that the next unit proves wrong.

use super::*;

/// What is written, each said so many seconds after the begin.
fn told(said: &[(u64, Progress<'_>)]) -> Vec<String> {
    let mut far = Far::default();
    let mut lines = Lines::new(Vec::new());
    for (second, progress) in said {
        let now = Duration::from_secs(*second);
        let ended = far.on(*progress, now);
        lines.tell(&far, ended, now);
    }
    let text = String::from_utf8(lines.to).expect("text");
    text.lines().map(str::to_owned).collect()
}

#[test]
fn a_phase_goes_by_in_silence() {
    let unit = |name, before| Progress::Unit {
        name,
        rows: 3_000_000,
        bytes: 100,
        before,
    };
    let lines = told(&[
        (
            4,
            Progress::Hashed {
                bytes: 100,
                of: 400,
            },
        ),
        (
            10,
            Progress::Hashed {
                bytes: 100,
                of: 400,
            },
        ),
        (
            20,
            Progress::Hashed {
                bytes: 200,
                of: 400,
            },
        ),
        (25, Progress::Rows(1 << 20)),
        (35, Progress::Rows(1 << 20)),
        (40, Progress::Rows(5)),
        (
            40,
            Progress::Units {
                count: 3,
                bytes: 300,
            },
        ),
        (40, unit("flow-202301", true)),
        (45, Progress::Rows(1 << 20)),
        (51, Progress::Rows(1 << 20)),
        (60, unit("flow-202302", false)),
        (61, Progress::Rows(952_848)),
        (75, unit("flow-202303", false)),
        (80, Progress::Bucket(0, 4)),
        (90, Progress::Bucket(1, 4)),
        (91, Progress::Bucket(2, 4)),
        (92, Progress::Bucket(3, 4)),
    ]);
    assert_eq!(
        lines,
        [
            "hashing, 10 s so far, about 10 s left",
            "all files are hashed; hashing, 20 s so far",
            "beneficiaries, 2097152 rows, 209715 rows/s, 35 s so far",
            "beneficiaries are read: 2097157 rows; 3 units follow; reading, 0 of 3 units, 0 rows, 0 rows/s, 40 s so far",
            "flow-202301: 3000000 rows, was done before; reading, 1 of 3 units, 0 rows, 0 rows/s, 40 s so far",
            "reading, 1 of 3 units, 2097152 rows, 190650 rows/s, 51 s so far",
            "flow-202302: 3000000 rows, is done; reading, 2 of 3 units, 2097152 rows, 104857 rows/s, 60 s so far, about 20 s left",
            "flow-202303: 3000000 rows, is done; reading, 3 of 3 units, 3050000 rows, 87142 rows/s, 75 s so far",
            "writing, 2 of 4 buckets, 90 s so far, about 10 s left",
            "all 4 buckets are written; writing, 4 of 4 buckets, 92 s so far",
        ]
    );
}

#[test]
fn nobody_listens() {
    struct Gone;
    impl Write for Gone {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut lines = Lines::new(Gone);
    lines.tell(&Far::default(), Some("done".to_owned()), Duration::ZERO);
}
