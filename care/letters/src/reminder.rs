//! What reminds the data-protection officer: that cases wait, and until when. It says nothing of anybody's.

use crate::{Address, Language, Mail, Site};

/// How much waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reminder {
    /// Cases that will be late within ten days.
    pub soon: u64,
    /// Cases that are late.
    pub late: u64,
}

impl Reminder {
    /// As e-mail, in French, the language of the authority that he answers to.
    pub fn mail(self, to: Address, site: &Site) -> Mail {
        let Self { soon, late } = self;
        let subject = if late > 0 {
            "Des réponses sont en retard"
        } else {
            "Des réponses sont bientôt dues"
        };
        Mail {
            id: None,
            to,
            language: Language::French.tag(),
            subject: subject.to_owned(),
            text: format!(
                "Bonjour,\n\n\
                 Demandes d'exercice de droits (RGPD, articles 15 à 22) :\n\
                 - en retard depuis ce rappel : {late}\n\
                 - à répondre dans les dix jours ou les trois jours : {soon}\n\n\
                 Elles vous attendent, la plus urgente d'abord :\n\n\
                 {site}/desk\n"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Danger: a reminder that tells whom it is about, or that hides that a right was not answered in time.
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::Reminder;

    #[test]
    fn a_reminder_counts_and_says_no_more() {
        let (to, site) = (
            "dpo@example.org".parse().unwrap(),
            "https://space.example".parse().unwrap(),
        );
        let mail = Reminder { soon: 2, late: 1 }.mail(to, &site);
        assert!(mail.subject().contains("en retard"));
        for words in [
            "ce rappel : 1",
            "trois jours : 2",
            "https://space.example/desk",
        ] {
            assert!(mail.text().contains(words), "{}", mail.text());
        }
    }
}
