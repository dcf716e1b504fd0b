use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// A base64 text whose bytes lie elsewhere: a string like any other, but for its text, which only its
/// keeper can bring. No parser makes one.
#[derive(Clone)]
pub struct Elsewhere {
    length: u64,
    hash: [u8; 32],
    keeper: Arc<dyn Any + Send + Sync>,
}

impl Elsewhere {
    /// Stands for the canonical base64 text of `length` bytes whose SHA-256 is `hash`; `keeper` is whatever
    /// knows where they are.
    pub fn new<T: Any + Send + Sync>(length: u64, hash: [u8; 32], keeper: Arc<T>) -> Self {
        Self {
            length,
            hash,
            keeper,
        }
    }

    /// How many bytes the text decodes to.
    pub fn length(&self) -> u64 {
        self.length
    }

    /// How many characters the text has.
    pub fn text_length(&self) -> u64 {
        self.length.div_ceil(3) * 4
    }

    /// SHA-256 of the bytes.
    pub fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Who knows where the bytes are, if it is a `T`.
    pub fn keeper<T: Any + Send + Sync>(&self) -> Option<Arc<T>> {
        Arc::clone(&self.keeper).downcast().ok()
    }
}

/// The same bytes are the same text, wherever they lie.
impl PartialEq for Elsewhere {
    fn eq(&self, other: &Self) -> bool {
        (self.length, self.hash) == (other.length, other.hash)
    }
}

impl Eq for Elsewhere {}

impl fmt::Debug for Elsewhere {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes elsewhere", self.length)
    }
}
