//! The campaign's letters as e-mail: in a folder, as a mail program decodes them (Python's `email`).

use std::process::Command;
use std::sync::Arc;

use hygie_letters::{Mailbox, Paper, Wording};
use hygie_notice::SystemEntropy;

use crate::samples::{CODE, REVERSAL, matters, sender};
use crate::world::{NOW, address};

#[test]
fn a_code_that_travels_by_the_wrong_way() {
    let paper = Paper::new(sender());
    for wording in Wording::ALL {
        for (kind, matter) in matters() {
            let mail = paper.mail(address("camille@home.example"), wording, &matter);
            let text = mail.text();
            // The code that opposes travels; the one that takes an opposition back does not.
            let holds = matches!(kind, "announcement" | "new-code" | "of-age");
            assert_eq!(text.contains(CODE), holds, "{kind}: {text}");
            assert!(!text.contains(REVERSAL), "{kind}: {text}");
            // Nothing of its making is left, and no name.
            for mark in ["<<", ">>", "{", "\u{a0}", "DURAND", "\n\n\n"] {
                assert!(!text.contains(mark), "{kind}: `{mark}` in {text}");
            }
            assert!(text.contains("espace-sante.example"), "{kind}: {text}");
            assert!(mail.subject().chars().count() >= 10);
            let shown = format!("{mail:?}");
            assert!(!shown.contains("camille") && !shown.contains(CODE));
        }
    }
    let all = matters();
    let announcement = all.iter().find(|(kind, _)| *kind == "announcement");
    let (_, announcement) = announcement.unwrap();
    let mail = paper.mail(
        address("camille@home.example"),
        Wording::French,
        announcement,
    );
    // Four ways without the slip, which paper alone has.
    for way in [
        "\n1. ",
        "\n2. ",
        "\n3. ",
        "\n4. Par courrier. Écrivez",
        "59777 LILLE CEDEX",
        "https://espace-sante.example/opposition?lang=fr\n",
    ] {
        assert!(mail.text().contains(way), "`{way}` in {}", mail.text());
    }
    assert!(!mail.text().contains("talon"));
}

#[tokio::test]
async fn a_mail_that_other_programs_do_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let from = address("no-reply@records.example");
    let mailbox = Mailbox::folder(folder.path(), from, Arc::new(SystemEntropy));
    let paper = Paper::new(sender());
    let all = matters();
    let announcement = all.iter().find(|(kind, _)| *kind == "announcement");
    let (_, announcement) = announcement.unwrap();
    let mail = paper.mail(
        address("camille@home.example"),
        Wording::EasyFrench,
        announcement,
    );
    mailbox.send_mail(&mail, NOW).await.unwrap();
    let file = std::fs::read_dir(folder.path())
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let script = "import sys, email, email.policy\nmail = email.message_from_binary_file(open(sys.argv[1], 'rb'), policy=email.policy.default)\nprint(mail['to'], mail['content-language'], mail['auto-submitted'], mail['subject'])\nprint(mail.get_content().replace('\\r\\n', '\\n'), end='')";
    let read = Command::new("python3")
        .args(["-c", script])
        .arg(file.path())
        .env("PYTHONIOENCODING", "utf-8")
        .output();
    let Some(read) = read.ok().filter(|read| read.status.success()) else {
        println!("skipped: letters: e-mail in another program (python3 is not installed)");
        return;
    };
    let said = String::from_utf8(read.stdout).unwrap();
    let (head, text) = said.split_once('\n').unwrap();
    assert_eq!(
        head,
        "camille@home.example fr auto-generated Votre espace santé : vous choisissez"
    );
    assert_eq!(text.trim_end(), mail.text().trim_end());
}
