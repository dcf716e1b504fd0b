//! Who there is at the provider, what it may tell of them, and who may ask.

use serde_json::{Value, json};

/// Where the provider sends browsers back; nothing listens there, the tests read the address.
pub const CALLBACK: &str = "http://127.0.0.1:9/signin/oidc/test/callback";
/// Where it sends them after they signed out.
pub const OUT: &str = "http://127.0.0.1:9/";
/// The secret of clients that have one; its characters must be escaped in a form and in a header.
pub const SECRET: &str = "s%cret+with:signs/and=more-than-32-characters";

/// A client of a code flow, with what `more` says.
pub fn client(id: &str, more: &Value) -> Value {
    let mut client = json!({
        "client_id": id,
        "client_secret": SECRET,
        "redirect_uris": [CALLBACK],
        "post_logout_redirect_uris": [OUT],
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "token_endpoint_auth_method": "client_secret_post",
        "id_token_signed_response_alg": "ES256",
    });
    let fields = client.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    client
}

/// Scopes and their claims, as FranceConnect has them, as Pro Santé Connect has them, and the standard ones.
pub fn claims() -> Value {
    json!({
        "given_name": ["given_name"], "family_name": ["family_name"],
        "preferred_username": ["preferred_username"], "birthdate": ["birthdate"], "gender": ["gender"],
        "birthplace": ["birthplace"], "birthcountry": ["birthcountry"], "email": ["email"],
        "profile": ["given_name", "family_name", "birthdate", "gender"],
        "scope_all": ["given_name", "family_name", "preferred_username", "SubjectNameID", "SubjectRefPro", "SubjectRole"],
    })
}

/// Everybody.
pub fn people() -> Value {
    let angela = json!({
        "given_name": "Angela Claire Louise", "family_name": "DUBOIS", "preferred_username": "",
        "birthdate": "1962-08-24", "gender": "female", "birthplace": "75107", "birthcountry": "99100",
        "email": "angela@example.org",
    });
    let site = |sector: &str, finess: &str, name: &str| {
        json!({
            "codeSecteurDactivite": sector, "numeroFinessSite": finess, "raisonSocialeSite": name,
            "identifiantTechniqueDeLaStructure": "R81311",
        })
    };
    let doctor = json!({
        "SubjectNameID": "810001234565", "preferred_username": "810001234565",
        "given_name": "KIT", "family_name": "DOC0012345",
        "SubjectRole": ["10^1.2.250.1.213.1.1.5.5"],
        "SubjectRefPro": { "codeCivilite": "M", "exercices": [
            { "codeProfession": "10", "codeSavoirFaire": "SM26", "nomDexercice": "Doc", "prenomDexercice": "Kit",
              "activities": [site("SA07", "", "CABINET DR DOC"), site("SA01", "750712184", "HOPITAL TEST")] },
            { "codeProfession": "21", "codeSavoirFaire": "", "nomDexercice": "Doc", "prenomDexercice": "Kit", "activities": [] },
        ] },
    });
    let mut nurse = doctor.clone();
    nurse["SubjectNameID"] = json!("0920012345");
    nurse["preferred_username"] = json!("0920012345");
    let who =
        |acr: &str, amr: Value, claims: &Value| json!({ "acr": acr, "amr": amr, "claims": claims });
    json!({
        "angela": who("eidas2", json!(["pin", "pop", "mfa"]), &angela),
        "angela-low": who("eidas1", json!(["pwd"]), &angela),
        "angela-high": who("eidas3", json!(["sc", "pin"]), &angela),
        "kit": who("eidas1", json!(["pin", "sc"]), &doctor),
        "adeli": who("eidas1", json!(["pin", "sc"]), &nurse),
    })
}
