/// Why a letter was not sent, or could not be. No variant holds an address or what a mail server said, which
/// often repeats one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Text that is no e-mail address (RFC 5321, 4.1.2), or longer than 254 bytes.
    #[error("this is no e-mail address; write it as name@example.org, with nothing around it")]
    AddressMalformed,
    /// Text that is no number by which text messages reach somebody (ITU-T E.164).
    #[error(
        "this is no number that takes text messages; write it as +33639980001, with nothing between"
    )]
    PhoneMalformed,
    /// The address of a gateway for text messages is none.
    #[error(
        "the gateway of text messages is an e-mail address in which `{{phone}}` or `{{digits}}` stands once for the number, like `{{phone}}@sms.example`"
    )]
    GatewayMalformed,
    /// A text fits into no single message: 160 characters of the alphabet of all telephones.
    #[error("the text is longer than one message; choose a shorter `letters.site`")]
    TextTooLong,
    /// The address of the site is none.
    #[error(
        "the site is an address like `https://records.example`: http or https, a host, and no more than 200 bytes"
    )]
    SiteMalformed,
    /// The mail server's address is none.
    #[error(
        "a mail server is an address like `smtps://user:password@mail.example:465`, or `smtp://mail.example?tls=required`"
    )]
    RelayMalformed,
    /// Letters would cross a network in the clear.
    #[error(
        "`smtp://` without `?tls=required` is for a mail server on this very machine; use `smtps://`"
    )]
    RelayUnprotected,
    /// A postal address has a line that is too long, or too many lines: the line's number from 1, or 0 for the whole.
    #[error(
        "line {0} of the postal address: an address has one to seven lines of at most 38 characters, and a postcode"
    )]
    PostalMalformed(usize),
    /// Text that is no code as letters show it.
    #[error("this is no code; codes are like `XXXX-XXXX-XXXX-C`")]
    CodeMalformed,
    /// No font of letters has this character: its Unicode code point, which says nothing of whose name it stands in.
    #[error(
        "no font of letters has the character U+{0:04X}; spell it with letters of Latin, Greek or Cyrillic script"
    )]
    NoGlyph(u32),
    /// A batch holds as many letters as it may.
    #[error("the batch is full; begin the next one")]
    BatchFull,
    /// The key of a print shop is none, or there is no key.
    #[error(
        "the print shop's key is none: an age recipient begins with `age1`, and at least one is needed"
    )]
    ShopMalformed,
    /// A batch was not written: by what kind of failure.
    #[error("the batch can't be written: {0}")]
    Batch(std::io::ErrorKind),
    /// The pages make no document.
    #[error("the letter can't be made into a document")]
    Unprintable,
    /// The mail server will never take this letter.
    #[error("the mail server refuses the letter for good")]
    Refused,
    /// The mail server does not take it now.
    #[error("the mail server does not take the letter now")]
    Later,
    /// No mail server was reached, or not by a connection that is protected as it should be.
    #[error("the mail server can't be reached")]
    Unreachable,
    /// The file of letters that wait can't be read or written, or is not what was written with its key.
    #[error("the file of letters that wait can't be used: {0}")]
    Outbox(std::io::ErrorKind),
    /// The folder of letters can't be written.
    #[error("the folder of letters can't be written: {0}")]
    Folder(std::io::ErrorKind),
}

impl Error {
    /// Whether another try may succeed.
    pub fn passes(&self) -> bool {
        matches!(self, Self::Later | Self::Unreachable | Self::Folder(_))
    }
}
