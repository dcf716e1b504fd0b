mod answer;
mod backup;
mod bronze;
mod copy;
mod document;
mod entry;
mod fhir;
mod home;
mod keys;
mod ledger;
mod manifest;
mod notice;
mod numbers;
mod oidc;
mod others;
mod proof;
mod pseudonym;
#[cfg(feature = "record")]
mod record;
mod request;
mod rows;
#[cfg(feature = "record")]
mod scanner;
mod snapshot;
mod snds;

use std::path::Path;

use tempfile::TempDir;

use crate::Target;

/// A folder that costs nothing to sync, where the system has one.
fn scratch() -> TempDir {
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() {
        tempfile::tempdir_in(memory)
    } else {
        tempfile::tempdir()
    };
    made.expect("there is a temporary folder")
}

macro_rules! target {
    ($name:literal, $($path:ident)::+) => {
        Target {
            name: $name,
            run: $($path)::+::run,
            seeds: $($path)::+::seeds,
        }
    };
}

/// Every decoder.
pub const TARGETS: &[Target] = &[
    target!("vault-entry", entry::sealed),
    target!("vault-pack", entry::packed),
    target!("vault-backup", backup::entries),
    target!("vault-backup-documents", backup::documents),
    target!("keeper-backup", copy),
    target!("backup-manifest", manifest),
    target!("vault-document", document),
    #[cfg(feature = "record")]
    target!("record-change", record),
    #[cfg(feature = "record")]
    target!("record-scanner", scanner),
    target!("ledger-note", ledger::note),
    target!("ledger-proof", ledger::proof),
    target!("ledger-folder", ledger::folder),
    target!("keeper-request", notice::request),
    target!("keeper-response", notice::response),
    target!("keeper-socket", request),
    target!("keeper-answer", answer),
    target!("keeper-home", home),
    target!("keeper-share", keys::share),
    target!("keeper-archive", keys::archive),
    target!("ending-proof", keys::proof),
    target!("trail-event", notice::event),
    target!("trail-proof", proof),
    target!("seal", notice::seal),
    target!("assertion", notice::assertion),
    target!("fhir-resource", fhir::resource),
    target!("fhir-bundle", fhir::bundle),
    target!("fhir-search", fhir::search),
    target!("fhir-patch", fhir::patch),
    target!("oidc-discovery", oidc::discovery),
    target!("oidc-keys", oidc::keys),
    target!("oidc-id-token", oidc::id_token),
    target!("oidc-userinfo", oidc::userinfo),
    target!("numbers", numbers),
    target!("rows-csv", rows::csv),
    target!("rows-parquet", rows::parquet),
    target!("snapshot-manifest", snapshot::manifest),
    target!("snapshot-opposed", snapshot::opposed_list),
    target!("snapshot-part", snapshot::part),
    target!("snds-files", snds::files),
    target!("snds-kept", snds::kept),
    target!("bronze-rows", bronze::rows),
    target!("bronze-beside", bronze::beside),
    target!("pseudonym-keys", pseudonym::keys),
    target!("pseudonym-list", pseudonym::list),
];
