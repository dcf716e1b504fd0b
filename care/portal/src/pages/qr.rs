use qrcode::{Color, EcLevel, QrCode};

/// How many light squares stand around it (ISO/IEC 18004 asks for four).
const AROUND: usize = 4;

/// A text as a QR code: an SVG of squares without any style, so that the strict policy of pages holds. `None` when
/// the text is too long for one.
pub fn drawn(text: &str) -> Option<String> {
    let code = QrCode::with_error_correction_level(text.as_bytes(), EcLevel::M).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (place, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (place % width + AROUND, place / width + AROUND);
            path.push_str(&format!("M{x} {y}h1v1h-1z"));
        }
    }
    let whole = width + 2 * AROUND;
    Some(format!(
        r##"<svg class="qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" shape-rendering="crispEdges" aria-hidden="true"><rect width="{whole}" height="{whole}" fill="#fff"/><path fill="#000" d="{path}"/></svg>"##
    ))
}
