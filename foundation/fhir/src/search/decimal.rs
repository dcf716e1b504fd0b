//! Decimal numbers by their digits: exact at any length, where floating point
//! would make 0.1 a neighbour of itself.

use std::cmp::Ordering;

/// A decimal number of any size. Two are equal when their values are: `1.0`
/// is `1.00` here.
#[derive(Clone, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    /// Digits, most significant first, without zeros at either end; empty for
    /// zero.
    digits: Vec<u8>,
    /// The value is 0.d₁d₂d₃… × 10^magnitude; 0 for zero.
    magnitude: i64,
}

/// What a number in a search means: itself, and the range that rounds to it.
pub struct Precise {
    pub value: Decimal,
    /// Half a unit of the last digit below: `99.5` for `100`.
    pub low: Decimal,
    /// Half a unit of the last digit above: `100.5` for `100`.
    pub high: Decimal,
    /// A tenth of the value below and above it, for `ap`.
    pub near: (Decimal, Decimal),
}

/// A number as written: ±digits × 10^exponent.
struct Written {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Written {
    /// R4's `decimal`: `-12.30e4`; a leading `+` or bare point is none.
    fn parse(text: &str) -> Option<Written> {
        let (mantissa, exponent) = match text.find(['e', 'E']) {
            Some(at) => (&text[..at], text[at + 1..].parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (negative, mantissa) = match mantissa.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, mantissa),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return None,
            None => (mantissa, ""),
        };
        let is_number = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
        if whole.is_empty() || !is_number(whole) || !is_number(fraction) {
            return None;
        }
        let digits = whole
            .bytes()
            .chain(fraction.bytes())
            .map(|byte| byte - b'0')
            .collect();
        Some(Written {
            negative,
            digits,
            exponent: i64::from(exponent) - fraction.len() as i64,
        })
    }

    fn decimal(negative: bool, digits: &[u8], exponent: i64) -> Decimal {
        let magnitude = exponent + digits.len() as i64;
        let leading = digits.iter().take_while(|digit| **digit == 0).count();
        let trailing = digits.iter().rev().take_while(|digit| **digit == 0).count();
        if leading == digits.len() {
            return Decimal {
                negative: false,
                digits: Vec::new(),
                magnitude: 0,
            };
        }
        Decimal {
            negative,
            digits: digits[leading..digits.len() - trailing].to_vec(),
            magnitude: magnitude - leading as i64,
        }
    }

    /// The value times a small factor and 10^`shift`.
    fn times(&self, factor: u32, shift: i64) -> Decimal {
        let mut carry = 0;
        let mut product: Vec<u8> = Vec::with_capacity(self.digits.len() + 2);
        for digit in self.digits.iter().rev() {
            carry += u32::from(*digit) * factor;
            product.push((carry % 10) as u8);
            carry /= 10;
        }
        while carry > 0 {
            product.push((carry % 10) as u8);
            carry /= 10;
        }
        product.reverse();
        Written::decimal(self.negative, &product, self.exponent + shift)
    }

    /// Half a unit of the last digit towards zero (`inwards`) or away from it.
    fn half_unit(&self, inwards: bool) -> Decimal {
        let mut digits = self.digits.clone();
        let mut negative = self.negative;
        if inwards {
            if digits.iter().all(|digit| *digit == 0) {
                negative = !negative;
            } else {
                for digit in digits.iter_mut().rev() {
                    if *digit > 0 {
                        *digit -= 1;
                        break;
                    }
                    *digit = 9;
                }
            }
        }
        digits.push(5);
        Written::decimal(negative, &digits, self.exponent - 1)
    }
}

impl Decimal {
    /// Reads a JSON number or R4's `decimal`; none when it is neither.
    pub fn parse(text: &str) -> Option<Decimal> {
        let written = Written::parse(text)?;
        Some(Written::decimal(
            written.negative,
            &written.digits,
            written.exponent,
        ))
    }
}

impl Precise {
    /// Reads the number of a search; none when it is none.
    pub fn parse(text: &str) -> Option<Precise> {
        let written = Written::parse(text)?;
        let sorted = |a: Decimal, b: Decimal| if a <= b { (a, b) } else { (b, a) };
        let (low, high) = sorted(written.half_unit(true), written.half_unit(false));
        let near = sorted(written.times(9, -1), written.times(11, -1));
        Some(Precise {
            value: written.times(1, 0),
            low,
            high,
            near,
        })
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Decimal) -> Ordering {
        let sign = |of: &Decimal| {
            if of.digits.is_empty() {
                0
            } else if of.negative {
                -1
            } else {
                1
            }
        };
        let size = || {
            self.magnitude
                .cmp(&other.magnitude)
                .then_with(|| self.digits.cmp(&other.digits))
        };
        sign(self).cmp(&sign(other)).then_with(|| match sign(self) {
            0 => Ordering::Equal,
            1 => size(),
            _ => size().reverse(),
        })
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Decimal) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
