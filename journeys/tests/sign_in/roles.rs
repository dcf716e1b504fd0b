//! Somebody with two roles says in which he acts, and proves again who he is, by keyboard alone.

use super::{link, person, site, title};
use crate::harness::browser::Browser;
use crate::harness::{Home, free_address};

const SPACE: &str = " ";

#[test]
fn somebody_acts_in_a_role_that_he_did_not_choose() {
    let home = Home::demo();
    let address = free_address();
    let command = home.command(&["--json", "serve", "--listen", &address]);
    let serving = home.serve_by(command, &address);
    let site = site(&address);
    let person = person(&home);
    let words = ["camille", "--holder", &person, "--name", "Camille Durand"];
    let link = link(&home, &words);
    let professional = ["--professional", "10101010101", "--name", "Dr Durand"];
    let mut command = vec!["account", "add", "camille"];
    command.extend(professional);
    let said = home.done(&command).stdout;
    assert!(said.contains("one more role"), "{said}");
    let browser = Browser::start();
    let device = browser.authenticator();
    browser.open(&link);
    title(&browser, "Choisir comment vous connecter");
    browser.push("form[data-passkey] button");
    title(&browser, "À quel titre agissez-vous ?");
    browser.check("fr-role");
    // Nothing chosen: it is said.
    browser.push("main form button");
    browser.wait("document.body.innerText.includes('Choisissez un titre.')");
    browser.reach("input[value='0']");
    browser.press("\u{e015}");
    browser.press(SPACE);
    browser.push("main form button");
    title(&browser, "Espace santé");
    assert!(
        browser
            .text()
            .contains("Comme professionnel de santé (Dr Durand)")
    );
    assert!(
        browser
            .text()
            .contains("Chaque ouverture d’un dossier est montrée")
    );
    browser.push("main a[href='/signin/role']");
    title(&browser, "À quel titre agissez-vous ?");
    browser.reach("input[value='1']");
    browser.press("\u{e013}");
    browser.press(SPACE);
    browser.push("main form button");
    title(&browser, "Espace santé");
    assert!(browser.text().contains("Pour moi-même (Camille Durand)"));
    proves_again(&browser, &site);
    browser.remove(&device);
    serving.stop();
}

/// Before something that matters: by the passkey, and on to where he wanted to go.
fn proves_again(browser: &Browser, site: &str) {
    browser.open(&format!("{site}/signin/again?next=/account/password"));
    title(browser, "Confirmez que c’est vous");
    browser.check("fr-again");
    browser.push("form[data-passkey] button");
    title(browser, "Changer de mot de passe et d’application");
    browser.check("fr-password");
}
