//! Which parts each letter has.

use jiff::civil::Date;

use super::block::{Block, Panel, Slip, Square};
use super::matter::{Matter, Sender};
use super::moment::Moment;
use super::wording::Wording;
use super::words::Words;

/// How a letter travels: e-mail is read on its way (decision 0023).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    Paper,
    Mail,
}

/// The words of one letter, with what all of them may name.
pub(super) struct Composer<'a> {
    pub(super) words: &'a Words,
    pub(super) sender: &'a Sender,
    pub(super) wording: Wording,
    pub(super) way: Way,
}

impl Composer<'_> {
    /// The parts of a letter about `matter`, behind date and address.
    pub(super) fn blocks(&self, matter: &Matter) -> Vec<Block> {
        let mut blocks = vec![Block::Title(self.title(matter))];
        if matches!(matter, Matter::Announcement { .. } | Matter::NewCode { .. }) {
            blocks.push(self.text("hello"));
        }
        match matter {
            Matter::Announcement { code, until } => {
                self.announcement(&mut blocks, code.text(), *until);
            }
            Matter::NewCode { code, until } => {
                blocks.push(self.text("new-code-what"));
                blocks.push(self.panel(code.text(), *until));
                blocks.push(self.text("new-code-how"));
                blocks.push(self.text("new-code-not-you"));
            }
            Matter::Confirmation {
                opposed,
                number,
                at,
                reversal,
                until,
            } => {
                let (key, name) = opposed.said();
                blocks.push(Block::Text(self.say_with(key, &[("name", name)])));
                let at = self.words.moment(self.wording, *at);
                blocks.push(self.receipt(number, at));
                self.reversal(&mut blocks, reversal.text(), *until);
            }
            Matter::Receipt {
                choice,
                number,
                at,
                proof,
            } => {
                blocks.push(self.text(&format!("{}-what", choice.key())));
                let at = self.words.moment(self.wording, *at);
                blocks.push(self.receipt(number, at));
                blocks.push(Block::Heading(self.say("proof-title")));
                blocks.push(self.text("proof-what"));
                blocks.push(Block::Machine(proof.trim_end().to_owned()));
            }
            Matter::OfAge {
                code,
                until,
                opposed,
            } => self.of_age(&mut blocks, code.text(), *until, *opposed),
            Matter::Created(date) => self.told(&mut blocks, "created", &["how", "refuse"], *date),
            Matter::Activated(at) => self.activated(&mut blocks, "activated", *at),
            Matter::ActivatedForChild(at) => self.activated(&mut blocks, "activated-child", *at),
            Matter::Closed(date) => self.told(&mut blocks, "closed", &["then", "how"], *date),
            Matter::Erasure(date) => self.told(&mut blocks, "erasure", &["keep", "stop"], *date),
            Matter::Erased { at, proof } => {
                let at = self.words.moment(self.wording, *at);
                self.erased(&mut blocks, &at, proof);
            }
        }
        if !matches!(matter, Matter::Announcement { .. }) {
            blocks.push(self.text("signed"));
            blocks.push(self.passage());
        }
        blocks
    }

    /// What stands above it, and names the document.
    pub(super) fn title(&self, matter: &Matter) -> String {
        if let Matter::Receipt { choice, .. } = matter {
            return self.say(&format!("{}-title", choice.key()));
        }
        self.say(match matter {
            Matter::Announcement { .. } => "announcement-title",
            Matter::NewCode { .. } => "new-code-title",
            Matter::Confirmation { .. } => "confirmation-title",
            Matter::Receipt { .. } => "receipt-title",
            Matter::OfAge { .. } => "of-age-title",
            Matter::Created(_) => "created-title",
            Matter::Activated(_) => "activated-title",
            Matter::ActivatedForChild(_) => "activated-child-title",
            Matter::Closed(_) => "closed-title",
            Matter::Erasure(_) => "erasure-title",
            Matter::Erased { .. } => "erased-title",
        })
    }

    /// A space was activated: by its holder, or by a parent.
    fn activated(&self, blocks: &mut Vec<Block>, whose: &str, at: Moment) {
        let at = self.words.moment(self.wording, at);
        let key = |part: &str| format!("{whose}-{part}");
        let what = self.say_with(&key("what"), &[("at", &at)]);
        blocks.push(Block::Text(what));
        blocks.push(self.text(&key("then")));
        blocks.push(Block::Heading(self.say(&key("not-you-title"))));
        blocks.push(self.text("activated-not-you"));
        blocks.push(self.text(&key("refuse")));
    }

    fn of_age(&self, blocks: &mut Vec<Block>, code: &str, until: Date, opposed: bool) {
        blocks.push(self.text("of-age-what"));
        if opposed {
            blocks.push(self.text("of-age-opposed"));
            self.reversal(blocks, code, until);
        } else {
            blocks.push(self.text("of-age-how"));
            blocks.push(self.text("of-age-refuse"));
            blocks.push(self.panel(code, until));
        }
    }

    fn erased(&self, blocks: &mut Vec<Block>, at: &str, proof: &str) {
        blocks.push(Block::Text(self.say_with("erased-what", &[("at", at)])));
        blocks.push(self.text("erased-trail"));
        blocks.push(Block::Heading(self.say("proof-title")));
        blocks.push(self.text("erased-proof"));
        blocks.push(Block::Machine(proof.trim_end().to_owned()));
    }

    fn announcement(&self, blocks: &mut Vec<Block>, code: &str, until: Date) {
        let day = self.words.date(self.wording, until);
        let dated = |key: &str| Block::Text(self.say_with(key, &[("until", &day)]));
        blocks.push(self.text("announcement-what"));
        blocks.push(dated("announcement-choice"));
        blocks.push(self.text("announcement-right"));
        if self.way == Way::Paper {
            blocks.push(self.text("announcement-how"));
        }
        blocks.push(self.panel(code, until));
        if self.way == Way::Paper {
            blocks.push(self.text("signed"));
            blocks.push(self.passage());
            blocks.push(Block::Turn);
        }
        blocks.push(Block::Heading(self.say("ways-title")));
        blocks.push(Block::Steps(self.ways()));
        blocks.push(Block::Heading(self.say("activate-title")));
        blocks.push(self.text("activate"));
        blocks.push(Block::Heading(self.say("change-title")));
        blocks.push(dated("change"));
        blocks.push(self.text("law"));
        if self.way == Way::Paper {
            blocks.push(Block::Slip(self.slip(code)));
        } else {
            blocks.push(self.text("signed"));
            blocks.push(self.passage());
        }
    }

    /// The ways to oppose; the last is the slip, which e-mail has not.
    fn ways(&self) -> String {
        let ways = self.say("ways");
        match (self.way, ways.rsplit_once("\n\n")) {
            (Way::Mail, Some((others, _))) => {
                let address = self.sender.address.lines().join(", ");
                let last = self.say_with("way-without-slip", &[("address", &address)]);
                format!("{others}\n\n{last}")
            }
            _ => ways,
        }
    }

    fn reversal(&self, blocks: &mut Vec<Block>, code: &str, until: Date) {
        blocks.push(Block::Heading(self.say("reversal-title")));
        // Whoever reads somebody's e-mail could oppose for him, and take it back: the second code takes another way.
        if self.way == Way::Mail {
            blocks.push(self.text("reversal-by-post"));
            return;
        }
        let until = self.words.date(self.wording, until);
        blocks.push(Block::Text(self.say_with("reversal", &[("until", &until)])));
        blocks.push(Block::Code(Panel {
            label: self.say("reversal-label"),
            code: code.to_owned(),
            hints: vec![self.say("reversal-hint")],
            square: None,
        }));
    }

    fn told(&self, blocks: &mut Vec<Block>, what: &str, then: &[&str], date: Date) {
        let date = self.words.date(self.wording, date);
        let first = self.say_with(&format!("{what}-what"), &[("date", &date)]);
        blocks.push(Block::Text(first));
        for key in then {
            blocks.push(self.text(&format!("{what}-{key}")));
        }
    }

    fn receipt(&self, number: &str, at: String) -> Block {
        Block::Facts(vec![
            (self.say("receipt-number"), number.to_owned()),
            (self.say("receipt-time"), at),
        ])
    }

    fn panel(&self, code: &str, until: Date) -> Block {
        let until = self.words.date(self.wording, until);
        let url = self.sender.opposition(self.wording);
        Block::Code(Panel {
            label: self.say("code-label"),
            code: code.to_owned(),
            hints: vec![
                self.say("code-hint"),
                self.say_with("code-expires", &[("until", &until)]),
            ],
            square: Some(Square {
                caption: self.say("qr-caption"),
                alternative: self.say_with(
                    "qr-alternative",
                    &[("url", &self.sender.opposition_in_print())],
                ),
                url,
            }),
        })
    }

    fn slip(&self, code: &str) -> Slip {
        Slip {
            cut: self.say("slip-cut"),
            title: self.say("slip-title"),
            say: self.say("slip-say"),
            code: (self.say("slip-code"), code.to_owned()),
            fields: ["slip-name", "slip-birth", "slip-number", "slip-date"]
                .map(|key| self.say(key))
                .to_vec(),
            to: self.say("slip-to"),
            address: self.sender.address.lines().to_vec(),
        }
    }

    fn passage(&self) -> Block {
        Block::Passage(self.say("other-language"), self.wording.other_tag())
    }

    fn text(&self, key: &str) -> Block {
        Block::Text(self.say(key))
    }

    pub(super) fn say(&self, key: &str) -> String {
        self.say_with(key, &[])
    }

    /// With what every text may name beside its own values.
    pub(super) fn say_with(&self, key: &str, values: &[(&str, &str)]) -> String {
        let (url, site) = (
            self.sender.opposition_in_print(),
            self.sender.site_in_print(),
        );
        let telephone = self.sender.telephone.replace(' ', "\u{a0}");
        let mut all = vec![
            ("url", &*url),
            ("site", &*site),
            ("telephone", &*telephone),
            ("hours", self.sender.hours(self.wording)),
            ("sender", &*self.sender.name),
        ];
        all.extend_from_slice(values);
        self.words.say(self.wording, key, &all)
    }
}
