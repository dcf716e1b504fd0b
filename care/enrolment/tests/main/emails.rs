//! The campaign by e-mail. Dangers: somebody gets two e-mails, or none, or one and a letter besides; a crash that loses
//! mails or sends codes of nobody; a code by e-mail that does not oppose; a second code that goes by e-mail; an address
//! that takes none, and a clock that runs all the same; a person who is never written to again; a page that tells who has
//! an address.
//! Not a failure: a mail that was on its way at a kill goes once more, with the same code and Message-ID.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use hygie_enrolment::{
    CampaignError, Delivered, Enrolment, Insured, Mails, Registration, Sent, Wave, Way, Wish,
};
use hygie_letters::{Bag, Mailbox};
use hygie_record::notice::{DataKey, SystemEntropy};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::campaigns::{codes, files, folder, living, printed, printing, registered};
use crate::oppositions::{BORN, INS, OTHER, line, tried};
use crate::world::World;

const DAY: u64 = 86_400_000;
/// A number that takes nothing.
pub const NOBODY: &str = "+33639980009";
pub const THIRD: &str = "189127512501282";

/// Addressee and what was sent.
type Taken = Arc<Mutex<Vec<(String, String)>>>;

/// A mail server that takes all but what is for `refused…` or [`NOBODY`], and for `later…` while it says so.
pub struct Server {
    port: u16,
    taken: Taken,
    busy: Arc<Mutex<bool>>,
}

impl Server {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (taken, busy) = (Taken::default(), Arc::new(Mutex::new(true)));
        let (into, says) = (taken.clone(), busy.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, into.clone(), says.clone()));
            }
        });
        Self { port, taken, busy }
    }

    pub fn mailbox(&self) -> Mailbox {
        let relay = format!("smtp://127.0.0.1:{}", self.port).parse().unwrap();
        let from = "no-reply@records.example".parse().unwrap();
        Mailbox::server(&relay, from, Arc::new(SystemEntropy)).unwrap()
    }

    pub fn to(&self) -> Vec<String> {
        let taken = self.taken.lock().unwrap();
        let mut to: Vec<String> = taken.iter().map(|(to, _)| to.clone()).collect();
        to.sort();
        to
    }

    /// What was sent there, its soft line breaks undone.
    pub fn text(&self, to: &str) -> String {
        let taken = self.taken.lock().unwrap();
        let (_, raw) = taken.iter().rfind(|(there, _)| there == to).unwrap();
        raw.replace("=\r\n", "").replace("=3D", "=")
    }
}

async fn talk(stream: TcpStream, taken: Taken, busy: Arc<Mutex<bool>>) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    let (mut to, mut raw, mut data) = (String::new(), String::new(), false);
    writer.write_all(b"220 here\r\n").await.unwrap();
    while let Ok(Some(said)) = lines.next_line().await {
        let answer = if data && said == "." {
            data = false;
            taken.lock().unwrap().push((to.clone(), raw.split_off(0)));
            "250 taken"
        } else if data {
            raw.push_str(&said);
            raw.push_str("\r\n");
            continue;
        } else if let Some(rest) = said.strip_prefix("RCPT TO:<") {
            to = rest.split('>').next().unwrap().to_owned();
            match () {
                () if to.starts_with("refused") || to.starts_with(NOBODY) => "550 nobody",
                () if to.starts_with("later") && *busy.lock().unwrap() => "450 later",
                () => "250 fine",
            }
        } else if said == "DATA" {
            data = true;
            "354 go on"
        } else if said == "QUIT" {
            "221 bye"
        } else {
            "250 fine"
        };
        if writer
            .write_all(format!("{answer}\r\n").as_bytes())
            .await
            .is_err()
        {
            return;
        }
    }
}

pub fn bag(world: &World) -> PathBuf {
    world.dir.path().join("store/mails")
}

/// A process of this installation, as a start makes it.
pub fn mailing(world: &World, server: &Server) -> Enrolment {
    let key = DataKey::from_bytes(&[7; 32]);
    let bag = Bag::new(bag(world), key, Arc::new(SystemEntropy));
    printing(world).mailing(Mails::new(bag, server.mailbox()))
}

pub fn mailed(ins: &str, email: &str) -> Insured {
    Insured {
        email: email.to_owned(),
        ..living(ins, "69001")
    }
}

fn all() -> Wave {
    Wave {
        number: 1,
        departments: Vec::new(),
    }
}

async fn by_mail(roll: &Enrolment) -> u64 {
    roll.announce_by_mail(&all()).await.unwrap().letters
}

pub fn delivered(left: u64, refused: u64, waiting: u64) -> Delivered {
    Delivered {
        left,
        refused,
        waiting,
    }
}

#[tokio::test]
async fn a_wave_by_mail_writes_to_who_has_an_address_and_the_post_to_the_rest() {
    let world = World::new().await;
    let server = Server::start().await;
    let roll = mailing(&world, &server);
    registered(
        &roll,
        &[mailed(INS, "camille@mail.example"), living(OTHER, "35000")],
    )
    .await;
    let first = roll.announce_by_mail(&all()).await.unwrap();
    assert_eq!((first.letters, first.unreachable), (1, 1));
    assert_eq!(by_mail(&roll).await, 0);
    assert!(
        server.to().is_empty(),
        "it leaves once the roll says so, by its own run"
    );
    assert_eq!(roll.deliver().await.unwrap(), delivered(1, 0, 0));
    assert_eq!(roll.deliver().await.unwrap(), Delivered::default());
    assert_eq!(roll.announce(&all()).await.unwrap().letters, 1);
    assert_eq!(server.to(), ["camille@mail.example"]);
    let counts = roll.dashboard().await.unwrap();
    let sum = |of: fn(&hygie_enrolment::Count) -> u64| counts.iter().map(of).sum::<u64>();
    assert_eq!((sum(|one| one.sent), sum(|one| one.emails)), (2, 1));
    let text = server.text("camille@mail.example");
    let before = files(&world).len();
    tried(&roll, INS, BORN, &codes(&text)[0]).await.unwrap();
    // What confirms it, and takes it back, goes by post.
    assert_eq!(files(&world).len(), before + 2);
    assert_eq!(roll.deliver().await.unwrap(), Delivered::default());
    let counts = roll.dashboard().await.unwrap();
    let by: Vec<_> = counts
        .iter()
        .flat_map(|one| one.opposed_by.clone())
        .collect();
    assert_eq!(by, [("code", 1)]);
    assert!(matches!(
        printing(&world).announce_by_mail(&all()).await,
        Err(CampaignError::NoMailbox)
    ));
}

#[tokio::test]
async fn a_crash_between_the_roll_and_the_mail_loses_none_and_sends_nobodys() {
    let world = World::new().await;
    let server = Server::start().await;
    registered(&printing(&world), &[mailed(INS, "a@mail.example")]).await;
    assert_eq!(by_mail(&mailing(&world, &server)).await, 1);
    // Killed before it was handed over: the roll says that it left.
    let name = || {
        let mut names = fs::read_dir(bag(&world)).unwrap();
        names.next().unwrap().unwrap().path()
    };
    fs::rename(name(), name().with_extension("part")).unwrap();
    // And one that was prepared, and that the roll does not know.
    let stem = name().file_stem().unwrap().to_str().unwrap().to_owned();
    let (page, _) = stem.rsplit_once('-').unwrap();
    let unknown = bag(&world).join(format!("{page}-1.part"));
    fs::copy(name(), &unknown).unwrap();
    // On paper too, under the name that the mails have.
    let paper = folder(&world).join(format!("{page}-0.pdf.part"));
    fs::write(&paper, b"codes of nobody").unwrap();
    let restarted = mailing(&world, &server);
    assert_eq!(restarted.deliver().await.unwrap(), delivered(1, 0, 0));
    restarted.announce(&all()).await.unwrap();
    assert!(unknown.exists() && paper.exists());
    assert_eq!(server.to(), ["a@mail.example"]);
    tried(
        &restarted,
        INS,
        BORN,
        &codes(&server.text("a@mail.example"))[0],
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn a_kill_among_the_mails_sends_each_once() {
    let world = World::new().await;
    let server = Server::start().await;
    let people: Vec<Insured> = (0..250)
        .map(|place| {
            let name = if place % 10 == 3 { "later" } else { "p" };
            mailed(
                &format!("163127{:07}", 1_000_000 + place),
                &format!("{name}{place}@mail.example"),
            )
        })
        .collect();
    registered(&printing(&world), &people).await;
    assert_eq!(by_mail(&mailing(&world, &server)).await, 250);
    assert_eq!(
        mailing(&world, &server).deliver().await.unwrap(),
        delivered(225, 0, 25)
    );
    *server.busy.lock().unwrap() = false;
    // A start knows of no pause; the same process rests.
    let restarted = mailing(&world, &server);
    assert_eq!(restarted.deliver().await.unwrap(), delivered(25, 0, 0));
    let to = server.to();
    let once: BTreeSet<&String> = to.iter().collect();
    assert_eq!((to.len(), once.len()), (250, 250));
    assert_eq!(fs::read_dir(bag(&world)).unwrap().count(), 0);
}

#[tokio::test]
async fn an_address_that_takes_none_stops_the_clock_and_gets_a_letter_by_post() {
    let world = World::new().await;
    let server = Server::start().await;
    let roll = mailing(&world, &server);
    registered(
        &roll,
        &[
            mailed(INS, "refused@mail.example"),
            mailed(OTHER, "b@mail.example"),
        ],
    )
    .await;
    assert_eq!(by_mail(&roll).await, 2);
    assert_eq!(roll.deliver().await.unwrap(), delivered(1, 1, 0));
    // The one that left comes back later: known by what its Message-ID begins with.
    let text = server.text("b@mail.example");
    let (_, behind) = text.split_once("Message-ID:").unwrap();
    let (id, _) = behind.split_once('>').unwrap();
    let back = roll.returned(&[format!("{id}>")]).await.unwrap();
    assert_eq!((back.waiting, back.late), (1, 0));
    world.wait(60 * DAY);
    assert_eq!(roll.make_due().await.unwrap().created, 0);
    // Not by e-mail again; by post.
    assert_eq!(by_mail(&roll).await, 0);
    assert_eq!(roll.announce(&all()).await.unwrap().letters, 2);
    // The register tells another address: e-mail may go there.
    registered_again(&roll, &mailed(INS, "new@mail.example")).await;
    let wish = Wish::read(INS, BORN).ok().unwrap().by(Way::Email);
    roll.ask_for_code(&wish).await.unwrap();
    assert_eq!(roll.answer_wishes().await.unwrap(), 1);
    assert_eq!(roll.deliver().await.unwrap(), delivered(1, 0, 0));
    assert!(server.to().contains(&"new@mail.example".to_owned()));
}

pub async fn registered_again(roll: &Enrolment, one: &Insured) {
    let one = std::slice::from_ref(one);
    let answers = roll.register(one, Registration::Lines).await.unwrap();
    assert_eq!(answers, [hygie_enrolment::Registered::Corrected]);
}

#[tokio::test]
async fn a_server_that_says_later_for_days_is_one_that_says_no() {
    let world = World::new().await;
    let server = Server::start().await;
    let roll = mailing(&world, &server);
    registered(&roll, &[mailed(INS, "later@mail.example")]).await;
    assert_eq!(by_mail(&roll).await, 1);
    assert_eq!(roll.deliver().await.unwrap(), delivered(0, 0, 1));
    // It rests meanwhile, longer each time.
    assert_eq!(roll.deliver().await.unwrap(), Delivered::default());
    world.wait(31_000);
    assert_eq!(roll.deliver().await.unwrap(), delivered(0, 0, 1));
    world.wait(31_000);
    assert_eq!(roll.deliver().await.unwrap(), Delivered::default());
    world.wait(3 * DAY);
    assert_eq!(roll.deliver().await.unwrap(), delivered(0, 1, 0));
    assert_eq!(roll.announce(&all()).await.unwrap().letters, 1);
}

#[tokio::test]
async fn a_new_code_by_mail_where_there_is_an_address_and_nobody_is_told() {
    let world = World::new().await;
    let server = Server::start().await;
    let roll = mailing(&world, &server);
    registered(
        &roll,
        &[
            mailed(INS, "camille@mail.example"),
            living(OTHER, "35000"),
            mailed(THIRD, "refused@mail.example"),
        ],
    )
    .await;
    // The same trace, whoever asks by whatever way.
    for ins in [INS, OTHER, THIRD, "1631277099999"] {
        let before = world.leaves().await;
        let wish = Wish::read(ins, BORN).ok().unwrap().by(Way::Email);
        roll.ask_for_code(&wish).await.unwrap();
        assert_eq!(world.leaves().await - before, 1);
    }
    assert_eq!(roll.answer_wishes().await.unwrap(), 3);
    // Without an address it came by letter; where it is refused, by letter at once.
    assert_eq!(files(&world).len(), 2);
    assert_eq!(roll.deliver().await.unwrap(), delivered(1, 1, 0));
    assert_eq!(files(&world).len(), 4);
    tried(
        &roll,
        INS,
        BORN,
        &codes(&server.text("camille@mail.example"))[0],
    )
    .await
    .unwrap();
    let is_code = |name: &String| name.starts_with("code-") && name.ends_with(".pdf");
    let letters = files(&world).into_iter().filter(is_code);
    for name in letters {
        let Some(text) = printed(&folder(&world).join(name)) else {
            return;
        };
        let code = &codes(&text)[0];
        let other = tried(&roll, OTHER, BORN, code).await.is_some();
        assert!(other || tried(&roll, THIRD, BORN, code).await.is_some());
    }
}

#[tokio::test]
async fn an_agent_sends_a_code_by_mail() {
    let world = World::new().await;
    let server = Server::start().await;
    let roll = mailing(&world, &server);
    let nowhere = Insured {
        email: "camille@mail.example".to_owned(),
        ..line(INS)
    };
    registered(&roll, &[nowhere]).await;
    let wish = || Wish::read(INS, BORN).ok().unwrap();
    let lea = world.agent("lea");
    assert_eq!(
        roll.send_code_for(&lea, &wish()).await.unwrap(),
        Some(Sent::Nowhere)
    );
    let sent = roll
        .send_code_for(&lea, &wish().by(Way::Email))
        .await
        .unwrap();
    assert_eq!(sent, Some(Sent::By(Way::Email)));
    assert_eq!(roll.deliver().await.unwrap(), delivered(1, 0, 0));
    tried(
        &roll,
        INS,
        BORN,
        &codes(&server.text("camille@mail.example"))[0],
    )
    .await
    .unwrap();
}
