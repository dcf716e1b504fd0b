//! How files are spelt.

/// How the tables of claims write a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Days {
    /// `2023-03-09`
    Iso,
    /// `09/03/2023`
    French,
    /// `09MAR2023:00:00:00`, as SAS prints an instant.
    Sas,
}

/// What the operator of an extraction chooses; the words of the files are the same.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Between two cells of a CSV file: `;`, `,`, `|` or a tab.
    pub separator: u8,
    /// Decimals with a comma, as French programs write them; not where cells are separated by commas.
    pub decimal_comma: bool,
    /// Days of ER_*_F; the other tables have days of each kind anyway.
    pub days: Days,
    /// How letters with accents are written: `false` is UTF-8, `true` Windows-1252.
    pub windows_1252: bool,
    /// Tables as Parquet, every column a string; nomenclatures and the truth stay CSV.
    pub parquet: bool,
    /// After one claim line in so many stands one that cannot be taken, or is about nobody who lived; 0 is none.
    pub wrong: u32,
    /// Whether the truth is written too.
    pub truth: bool,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            separator: b';',
            decimal_comma: false,
            days: Days::Iso,
            windows_1252: false,
            parquet: false,
            wrong: 0,
            truth: true,
        }
    }
}

impl Form {
    /// A cell of letters: quoted where it must be (RFC 4180), and in the encoding.
    pub fn cell(&self, page: &mut Vec<u8>, text: &str) {
        let special = |byte| byte == self.separator || byte == b'"' || byte == b'\n';
        let quoted = text.bytes().any(special);
        if quoted {
            page.push(b'"');
        }
        for letter in text.chars() {
            if letter == '"' {
                page.push(b'"');
            }
            self.letter(page, letter);
        }
        if quoted {
            page.push(b'"');
        }
    }

    fn letter(&self, page: &mut Vec<u8>, letter: char) {
        if !self.windows_1252 {
            page.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            return;
        }
        // The letters of French that Latin-1 lacks have places of their own; what has none is a question mark.
        page.push(match letter {
            '’' => 0x92,
            'œ' => 0x9c,
            'Œ' => 0x8c,
            '€' => 0x80,
            _ => u8::try_from(u32::from(letter)).unwrap_or(b'?'),
        });
    }

    /// A row of cells of letters.
    pub fn row(&self, page: &mut Vec<u8>, cells: &[&str]) {
        for (at, text) in cells.iter().enumerate() {
            if at > 0 {
                page.push(self.separator);
            }
            self.cell(page, text);
        }
        page.push(b'\n');
    }
}
