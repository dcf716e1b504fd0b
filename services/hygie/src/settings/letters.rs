//! The settings of letters: the table `[letters]` of the file. Care checks them; what is not said is its own default.

use std::fmt;

use clap::Args;
use serde::Deserialize;

use super::limits::Within;

/// A mail server with its password; never printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One list of the settings: name, type, option, variable, value, and what it says.
macro_rules! letters {
    ($($name:ident: $kind:ty, $id:literal $option:literal $variable:literal $value:literal $help:literal)*) => {
        /// Where letters to people go, and what they say of the site.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Args, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct Letters {
            $(
                #[doc = $help]
                #[arg(id = $id, long = $option, env = $variable, value_name = $value, hide_env_values = true)]
                pub $name: Option<$kind>,
            )*
        }

        impl Letters {
            /// The variables of these settings.
            pub const VARIABLES: &[&str] = &[$($variable),*];

            /// What is said here, else what is said there.
            #[must_use]
            pub fn or(self, other: Self) -> Self {
                Self { $($name: self.$name.or(other.$name)),* }
            }

            /// As variables of care's environment: others could read a password off its command line.
            pub fn variables(&self) -> Vec<(&'static str, String)> {
                let mut variables = Vec::new();
                $(
                    if let Some(value) = &self.$name {
                        variables.push(($variable, value.to_string()));
                    }
                )*
                variables
            }
        }
    };
}

letters! {
    smtp: Secret, "letters_smtp" "letters-smtp" "HYGIE_LETTERS_SMTP" "URL"
        "The mail server that takes letters; with a password, better said in hygie.toml"
    folder: String, "letters_folder" "letters-folder" "HYGIE_LETTERS_FOLDER" "DIR"
        "The folder that takes letters instead, for a demonstration"
    from: String, "letters_from" "letters-from" "HYGIE_LETTERS_FROM" "ADDRESS"
        "From whom letters are [default: no-reply@ the site's host]"
    site: String, "letters_site" "letters-site" "HYGIE_LETTERS_SITE" "URL"
        "Where letters say to sign in [default: the base URL without its /fhir]"
    sms: String, "letters_sms" "letters-sms" "HYGIE_LETTERS_SMS" "ADDRESS"
        "The gateway that takes text messages as e-mail, {phone} standing for the number [default: none]"
    officer: String, "letters_officer" "letters-officer" "HYGIE_LETTERS_OFFICER" "ADDRESS"
        "Where the data-protection officer is reminded of cases that wait for an answer"
    minutes: Within<1, 10_080>, "letters_minutes" "letters-minutes" "HYGIE_LETTERS_MINUTES" "N"
        "Least minutes between two letters to one person [default: 60]"
}
