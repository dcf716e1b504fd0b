//! What a letter says: that something is new, and where to sign in. Whoever reads it on its way, or on a shared screen,
//! learns that somebody has a space, and nothing of him.

use crate::{Address, Language, Mail, Site};

/// A letter to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Where it goes.
    pub to: Address,
    /// In which language.
    pub language: Language,
}

impl Letter {
    /// What stands above it.
    pub fn subject(&self) -> &'static str {
        match self.language {
            Language::French => "Du nouveau dans votre espace de santé",
            Language::English => "Something is new in your health space",
        }
    }

    /// What it says, the same to everybody.
    pub fn text(&self, site: &Site) -> String {
        match self.language {
            Language::French => format!(
                "Bonjour,\n\n\
                 Il y a du nouveau dans votre espace de santé. Pour le lire, connectez-vous :\n\n\
                 {site}\n\n\
                 Ce message n'en dit pas plus, pour que personne d'autre ne lise ce qui vous regarde.\n\
                 Nous ne demandons jamais votre mot de passe ni un code par courrier électronique.\n\
                 Dans votre espace, vous choisissez si vous recevez ces messages.\n"
            ),
            Language::English => format!(
                "Hello,\n\n\
                 Something is new in your health space. Sign in to read it:\n\n\
                 {site}\n\n\
                 This message says no more, so that nobody else reads what concerns you.\n\
                 We never ask for your password or for a code by e-mail.\n\
                 In your space you choose whether you get these messages.\n"
            ),
        }
    }

    /// As e-mail that names `site`.
    pub(crate) fn mail(&self, site: &Site) -> Mail {
        Mail {
            to: self.to.clone(),
            language: self.language.tag(),
            subject: self.subject().to_owned(),
            text: self.text(site),
            id: None,
        }
    }
}

#[cfg(test)]
mod tests;
