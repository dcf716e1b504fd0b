/// Whether an address that came with a request is one of this site's own pages, to go back to: a path of one
/// slash, since `//host` and `/\host` are other sites' (OWASP: unvalidated redirects).
pub fn is_own_page(address: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'\\' | b'"' | b'<' | b'>');
    address.len() <= 500
        && address.starts_with('/')
        && !address.starts_with("//")
        && address.bytes().all(plain)
}

#[cfg(test)]
mod tests {
    //! Danger: a link of ours that, once somebody has signed in, leads to a page of somebody else's.

    use super::is_own_page;

    #[test]
    fn an_address_that_leads_away() {
        for own in ["/", "/account", "/trail?from=3&lang=fr", "/a#b"] {
            assert!(is_own_page(own), "{own}");
        }
        for other in [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "/a\nb",
            "/a b",
            "/\u{e9}",
            "/\t/evil.example",
        ] {
            assert!(!is_own_page(other), "{other}");
        }
    }
}
