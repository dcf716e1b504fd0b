//! The words of letters: a Fluent file a wording, with the same keys in each.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use jiff::civil::Date;
use unic_langid::LanguageIdentifier;

use super::moment::Moment;
use super::wording::Wording;

/// The files, in the order of [`Wording::ALL`].
pub(super) const FILES: [&str; 3] = [
    include_str!("../../texts/fr.ftl"),
    include_str!("../../texts/en.ftl"),
    include_str!("../../texts/facile.ftl"),
];

/// The words of every wording.
pub(super) struct Words([FluentBundle<FluentResource>; 3]);

impl Words {
    /// Reads the files, which are compiled in and tested.
    pub(super) fn read() -> Self {
        let [french, english, easy] = FILES;
        Self([
            bundle(Wording::French, french),
            bundle(Wording::English, english),
            bundle(Wording::EasyFrench, easy),
        ])
    }

    /// The text of `key` with values put in; the key itself where there is none, which a test excludes.
    pub(super) fn say(&self, wording: Wording, key: &str, values: &[(&str, &str)]) -> String {
        let place = match wording {
            Wording::French => 0,
            Wording::English => 1,
            Wording::EasyFrench => 2,
        };
        let bundle = &self.0[place];
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        let mut arguments = FluentArgs::new();
        for (name, value) in values {
            arguments.set(*name, *value);
        }
        let said = bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new());
        // In French a space stands before these, at which no line is broken.
        [":", ";", "?", "!", "»"]
            .iter()
            .fold(said.replace("« ", "«\u{a0}"), |said, mark| {
                said.replace(&format!(" {mark}"), &format!("\u{a0}{mark}"))
            })
    }

    /// A day in words.
    pub(super) fn date(&self, wording: Wording, date: Date) -> String {
        let month = self.say(wording, &format!("month-{}", date.month()), &[]);
        let day = match date.day() {
            1 => self.say(wording, "first-day", &[]),
            day => day.to_string(),
        };
        let year = date.year().to_string();
        let values = [("day", &*day), ("month", &*month), ("year", &*year)];
        // A date is read as one: it is never broken over two lines.
        self.say(wording, "date", &values).replace(' ', "\u{a0}")
    }

    /// A point in time in words, to the second, with its zone.
    pub(super) fn moment(&self, wording: Wording, moment: Moment) -> String {
        let clock = moment.clock();
        let date = self.date(wording, clock.date());
        let time = format!(
            "{:02}:{:02}:{:02}",
            clock.hour(),
            clock.minute(),
            clock.second()
        );
        let zone = moment.label();
        let values = [("date", &*date), ("time", &*time), ("zone", &*zone)];
        self.say(wording, "moment", &values)
    }
}

fn bundle(wording: Wording, text: &str) -> FluentBundle<FluentResource> {
    let name: LanguageIdentifier = wording.tag().parse().expect("two letters name a language");
    let mut bundle = FluentBundle::new_concurrent(vec![name]);
    // Marks around values are for mixed directions of writing, and no font here has them.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(text.to_owned())
        .unwrap_or_else(|(_, errors)| panic!("the words of letters: {errors:?}"));
    bundle
        .add_resource(resource)
        .expect("no key stands twice in a file");
    bundle
}
