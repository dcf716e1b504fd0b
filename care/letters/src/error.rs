/// Why a letter was not sent, or could not be. No variant holds an address or what a mail server said, which
/// often repeats one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Text that is no e-mail address (RFC 5321, 4.1.2), or longer than 254 bytes.
    #[error("this is no e-mail address; write it as name@example.org, with nothing around it")]
    AddressMalformed,
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
