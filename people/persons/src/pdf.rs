//! A page as PDF 1.4 (ISO 32000-1, chapters 7 and 9): one page, Helvetica, text. Nothing is compressed.

use std::fmt::Write as _;

/// Points from the edge, and between lines.
const MARGIN: i32 = 64;
const LINE: i32 = 15;
/// Letters of a line at eleven points: Helvetica's are half as wide as high, on average.
const WIDTH: usize = 86;

/// What stands on a page.
pub struct Page<'p> {
    pub title: &'p str,
    /// Who writes, at the top.
    pub head: &'p str,
    pub about: [String; 3],
    pub lines: &'p [String],
    pub signed: &'p str,
}

/// The page as a file.
pub fn print(page: &Page<'_>) -> Vec<u8> {
    let content = content(page);
    let mut file = File::new();
    file.object(b"<< /Type /Catalog /Pages 2 0 R /Lang (fr-FR) >>");
    file.object(b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    file.object(
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R \
          /Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> >>",
    );
    file.object(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    );
    file.object(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
    );
    let mut stream = format!("<< /Length {} >>\nstream\n", content.len()).into_bytes();
    stream.extend_from_slice(&content);
    stream.extend_from_slice(b"\nendstream");
    file.object(&stream);
    let mut information = b"<< /Title (".to_vec();
    escape(page.title, &mut information);
    information.extend_from_slice(b") >>");
    file.object(&information);
    file.end()
}

/// The operators that set the text, top down.
fn content(page: &Page<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    let mut height = 842 - MARGIN;
    let mut line = |font: &str, size: i32, gap: i32, text: &str| {
        height -= gap;
        out.extend_from_slice(format!("BT /{font} {size} Tf {MARGIN} {height} Td (").as_bytes());
        escape(text, &mut out);
        out.extend_from_slice(b") Tj ET\n");
    };
    line("F2", 11, 0, page.head);
    line("F2", 16, 2 * LINE, page.title);
    line("F1", 11, LINE, "");
    for text in &page.about {
        line("F1", 11, LINE, text);
    }
    line("F1", 11, LINE, "");
    for text in page.lines {
        for part in wrapped(text) {
            line("F1", 11, LINE, &part);
        }
    }
    line("F1", 11, 3 * LINE, page.signed);
    out
}

/// The text in lines that fit the page.
fn wrapped(text: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let last = lines.last_mut().expect("there is always one");
        if !last.is_empty() && last.chars().count() + word.chars().count() >= WIDTH {
            lines.push(word.to_owned());
        } else {
            last.push_str(if last.is_empty() { "" } else { " " });
            last.push_str(word);
        }
    }
    lines
}

/// A text inside a literal string, in the encoding that the fonts have (Windows code page 1252).
fn escape(text: &str, out: &mut Vec<u8>) {
    for character in text.chars() {
        if matches!(character, '(' | ')' | '\\') {
            out.push(b'\\');
        }
        let byte = match character {
            'œ' => 0x9c,
            'Œ' => 0x8c,
            '’' => 0x92,
            '–' => 0x96,
            '€' => 0x80,
            // Latin-1 is the same in both; 0x80 to 0x9f are control characters there.
            ' '..='~' | '\u{a0}'..='ÿ' => u8::try_from(character).expect("Latin-1 is a byte"),
            _ => b'?',
        };
        out.push(byte);
    }
}

/// Objects in their order, with the places where they begin.
struct File {
    bytes: Vec<u8>,
    places: Vec<usize>,
}

impl File {
    /// The second line holds bytes above 127, so that nobody takes the file for text.
    fn new() -> Self {
        Self {
            bytes: b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n".to_vec(),
            places: Vec::new(),
        }
    }

    fn object(&mut self, body: &[u8]) {
        self.places.push(self.bytes.len());
        let head = format!("{} 0 obj\n", self.places.len());
        self.bytes.extend_from_slice(head.as_bytes());
        self.bytes.extend_from_slice(body);
        self.bytes.extend_from_slice(b"\nendobj\n");
    }

    /// The table of places, of twenty bytes an entry, and the trailer; the last object informs.
    fn end(mut self) -> Vec<u8> {
        let (table, count) = (self.bytes.len(), self.places.len() + 1);
        let mut end = format!("xref\n0 {count}\n0000000000 65535 f \n");
        for place in &self.places {
            writeln!(end, "{place:010} 00000 n ").expect("writing to memory succeeds");
        }
        let last = self.places.len();
        write!(
            end,
            "trailer\n<< /Size {count} /Root 1 0 R /Info {last} 0 R >>\nstartxref\n{table}\n%%EOF\n"
        )
        .expect("writing to memory succeeds");
        self.bytes.extend_from_slice(end.as_bytes());
        self.bytes
    }
}
