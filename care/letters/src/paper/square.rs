//! QR codes as dark squares (ISO/IEC 18004).

use qrcode::{Color, EcLevel, QrCode};

use super::sheet::Area;
use crate::Error;

/// How many light squares stand around it.
const AROUND: usize = 4;

/// A text as a QR code within the square of this side at `x`, `y`, its light margin included. Dark squares beside each
/// other are one area.
///
/// # Errors
/// [`Error::SiteMalformed`] when the text is too long for one.
pub(super) fn dark(text: &str, x: f32, y: f32, side: f32) -> Result<Vec<Area>, Error> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M)
        .map_err(|_| Error::SiteMalformed)?;
    let width = code.width();
    let unit = side / (width + 2 * AROUND) as f32;
    let at = |place: usize| (place + AROUND) as f32 * unit;
    let colors = code.to_colors();
    let mut areas = Vec::new();
    for (row, line) in colors.chunks(width).enumerate() {
        let mut column = 0;
        while column < width {
            let length = line[column..]
                .iter()
                .take_while(|color| **color == Color::Dark)
                .count();
            if length > 0 {
                areas.push(Area {
                    x: x + at(column),
                    y: y + at(row),
                    width: length as f32 * unit,
                    height: unit,
                });
            }
            column += length.max(1);
        }
    }
    Ok(areas)
}
