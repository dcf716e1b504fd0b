//! Who acts for a person: parents until the day, guardians, and helpers within a mandate.

use hygie_notice::Millis;
use hygie_record::{Appointment, Error, Who};
use serde_json::json;

use super::*;
use crate::world::{DAY, DOCTOR, NOW, is_refused};

fn who(role: &str, account: &str, classes: Option<&[&str]>, until: Option<Millis>) -> Appointment {
    let classes = classes.map(|codes| codes.iter().map(|code| (*code).to_owned()).collect());
    Appointment::Appoint(Who {
        account: account.to_owned(),
        name: "Claude Martin".to_owned(),
        role: role.to_owned(),
        classes,
        from: None,
        until,
    })
}

async fn enter(world: &World, person: PersonId, appointment: Appointment) -> String {
    let entered = world
        .record
        .appoint(&world.importer(), person, appointment)
        .await;
    entered.unwrap()
}

#[tokio::test]
async fn a_helper_beyond_his_mandate() {
    let world = World::new().await;
    let (person, other) = (world.person().await, world.person().await);
    brought(&world, person, REPORT, &[]).await;
    let synthesis = brought(&world, person, SYNTHESIS, &[]).await;
    brought(&world, person, SYNTHESIS, &[SECRET]).await;
    brought(&world, person, SYNTHESIS, &[UNANNOUNCED]).await;
    let holder = world.holder(person);
    let mandate = who("helper", "account-1", Some(&["11"]), Some(NOW + 10 * DAY));
    let id = world
        .record
        .appoint(&holder, person, mandate.clone())
        .await
        .unwrap();
    let helper = || representative(&world, person, "account-1");
    only(&world, &helper(), person, &[&synthesis]).await;
    is_refused(sees(&world, &representative(&world, person, "account-2"), person).await);
    is_refused(sees(&world, &representative(&world, person, ""), person).await);
    is_refused(sees(&world, &representative(&world, other, "account-1"), other).await);
    // He appoints nobody, shares nothing, ends nothing, wishes nothing, and learns of no Consent.
    is_refused(world.record.appoint(&helper(), person, mandate).await);
    is_refused(
        world
            .record
            .appoint(&helper(), person, Appointment::End(id.clone()))
            .await,
    );
    let shared = world
        .deposit(&helper(), "Consent", consent(person, &json!({})))
        .await;
    assert!(shared.is_err());
    is_refused(sees(&world, &world.doctor(), person).await);
    is_refused(
        world
            .record
            .wish(&helper(), person, hygie_record::Wishes::default())
            .await,
    );
    is_refused(world.record.appointed(&helper(), person).await);
    says(&world, person, (RPPS, DOCTOR), json!({})).await;
    let consents = world.search(&helper(), person, "Consent").await.unwrap();
    assert!(consents.is_empty());
    world.wait(10 * DAY - 1);
    only(&world, &helper(), person, &[&synthesis]).await;
    world.wait(1);
    is_refused(sees(&world, &helper(), person).await);
}

#[tokio::test]
async fn a_mandate_that_is_ended_and_still_holds() {
    let world = World::new().await;
    let person = world.person().await;
    let report = brought(&world, person, REPORT, &[]).await;
    let holder = world.holder(person);
    let mandate = who("helper", "account-1", None, Some(NOW + DAY));
    let id = world
        .record
        .appoint(&holder, person, mandate)
        .await
        .unwrap();
    let helper = representative(&world, person, "account-1");
    only(&world, &helper, person, &[&report]).await;
    world
        .record
        .appoint(&holder, person, Appointment::End(id.clone()))
        .await
        .unwrap();
    is_refused(sees(&world, &helper, person).await);
    let again = world
        .record
        .appoint(&holder, person, Appointment::End(id))
        .await;
    assert!(matches!(again, Err(Error::NotFound)));
    let guardian = enter(&world, person, who("guardian", "account-3", None, None)).await;
    let ended = world
        .record
        .appoint(&holder, person, Appointment::End(guardian))
        .await;
    assert!(
        matches!(ended, Err(Error::Unprocessable(_))),
        "a court ends it"
    );
}

#[tokio::test]
async fn a_mandate_that_is_none() {
    let world = World::new().await;
    let person = world.person().await;
    let soon = Some(NOW + DAY);
    let by_holder = [
        who("parent", "a", None, soon),
        who("guardian", "a", None, soon),
        who("friend", "a", None, soon),
        who("helper", "", None, soon),
        who("helper", "a", None, None),
        who("helper", "a", None, Some(NOW)),
        who("helper", "a", None, Some(NOW + 3 * 366 * DAY)),
        who("helper", "a", Some(&[]), soon),
        who("helper", "a", Some(&["99"]), soon),
        who("helper", "a", Some(&["identity"]), soon),
        Appointment::OfAge(Some(NOW)),
    ];
    for appointment in by_holder {
        let told = format!("{appointment:?}");
        let said = world
            .record
            .appoint(&world.holder(person), person, appointment)
            .await;
        let wrong = matches!(said, Err(Error::Part(..) | Error::Unprocessable(_)));
        assert!(wrong, "{told}");
    }
    let by_operator = [
        who("helper", "a", None, soon),
        who("parent", "a", Some(&["10"]), soon),
    ];
    for appointment in by_operator {
        let said = world
            .record
            .appoint(&world.importer(), person, appointment)
            .await;
        assert!(matches!(said, Err(Error::Part(..))));
    }
    is_refused(
        world
            .record
            .appoint(&world.doctor(), person, who("helper", "a", None, soon))
            .await,
    );
}

/// Midnight in Paris on 1 March 2027, winter time: the day on which who was born on 29 February 2009 is 18.
const LEAP_DAY_BIRTH: Millis = 1_803_855_600_000;

#[tokio::test]
async fn the_day_on_which_somebody_is_eighteen() {
    for of_age in [NOW + DAY, LEAP_DAY_BIRTH] {
        let world = World::new().await;
        let person = world.person().await;
        let report = brought(&world, person, REPORT, &[]).await;
        let secret = brought(&world, person, REPORT, &[SECRET]).await;
        let masked = brought(&world, person, REPORT, &[MASKED]).await;
        for account in ["mother", "father"] {
            enter(&world, person, who("parent", account, None, None)).await;
        }
        enter(&world, person, who("guardian", "guardian", None, None)).await;
        enter(&world, person, Appointment::OfAge(Some(of_age))).await;
        let parent = |account| representative(&world, person, account);
        only(&world, &parent("father"), person, &[&report, &masked]).await;
        is_refused(sees(&world, &world.holder(person), person).await);
        // A parent shares for the child, and takes it back.
        let shared = world
            .deposit(&parent("mother"), "Consent", consent(person, &json!({})))
            .await;
        shared.unwrap();
        only(&world, &world.doctor(), person, &[&report, &secret]).await;
        world.wait(of_age - NOW - 1);
        only(&world, &parent("mother"), person, &[&report, &masked]).await;
        is_refused(sees(&world, &world.holder(person), person).await);
        world.wait(1);
        for account in ["mother", "father"] {
            is_refused(sees(&world, &parent(account), person).await);
        }
        only(
            &world,
            &world.holder(person),
            person,
            &[&report, &secret, &masked],
        )
        .await;
        // A guardian stays: a court named him.
        only(&world, &parent("guardian"), person, &[&report, &masked]).await;
    }
}
