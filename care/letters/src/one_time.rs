//! The e-mail with a one-time code, by which somebody shows that he reads the mailbox on record. It names nobody, and its
//! code is worth nothing without what came by post.

use std::fmt;

use crate::{Address, Language, Mail, Site};

/// A one-time code to one person.
pub struct OneTime {
    /// Where it goes.
    pub to: Address,
    /// In which language.
    pub language: Language,
    /// As it is read and typed: `1234 5678`.
    pub code: String,
}

impl fmt::Debug for OneTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTime(…)")
    }
}

impl OneTime {
    /// As e-mail that names `site`.
    pub fn mail(&self, site: &Site) -> Mail {
        let code = &self.code;
        let (subject, text) = match self.language {
            Language::French => (
                "Votre code à usage unique",
                format!(
                    "Bonjour,\n\n\
                     Voici le code que vous avez demandé. Il est valable dix minutes, une seule fois :\n\n\
                     {code}\n\n\
                     Saisissez-le sur la page que vous avez ouverte, sur {site}\n\
                     Nous ne demandons jamais ce code par téléphone ni par courrier électronique.\n\n\
                     Vous n'avez rien demandé ? Alors quelqu'un a votre courrier. Ce code seul n'ouvre rien : ne le\n\
                     donnez à personne, et prévenez-nous.\n"
                ),
            ),
            Language::English => (
                "Your one-time code",
                format!(
                    "Hello,\n\n\
                     This is the code that you asked for. It is good for ten minutes, once:\n\n\
                     {code}\n\n\
                     Type it on the page that you opened, at {site}\n\
                     We never ask for this code by telephone or by e-mail.\n\n\
                     You asked for nothing? Then somebody has your letter. This code opens nothing by itself: give it\n\
                     to nobody, and tell us.\n"
                ),
            ),
        };
        Mail {
            id: None,
            to: self.to.clone(),
            language: self.language.tag(),
            subject: subject.to_owned(),
            text,
        }
    }
}
