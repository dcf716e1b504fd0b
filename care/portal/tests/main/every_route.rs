//! Who may: every route, asked by every kind of actor, in a record of his own and in another's. The
//! routes come from the tables that the routers are built out of; the answers were written by hand.
//!
//! Failures covered: a route that nobody thought of; a kind of actor that nobody thought of; an answer that a role should
//! not get; a role that is refused what is its right.
//!
//! Explicitly not a failure: a deposit by somebody who may not read, a blocked one included (art. L.
//! 1111-15 CSP: an authorisation governs reading). The operator imports through his own socket and
//! deposits nothing here.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request};
use hygie_notice::{ActorKind, ActorRef, IssuerKey, PersonId, SystemEntropy};
use hygie_portal::{ADMIN_ROUTES, PAGE_ROUTES, ROUTES, Route};
use serde_json::{Value, json};

use crate::world::{NOW, World, actor, consent};

/// Who asks. The first record is the holder's; he authorised `reader`, `blocked` and `machine`, and
/// blocked `blocked`. `author` brought the documents of both records and may read neither.
const ACTORS: [&str; 17] = [
    "nobody",
    "forged",
    "holder",
    "reader",
    "author",
    "stranger",
    "blocked",
    "machine",
    "operator",
    "guardian",
    "helper",
    "app",
    "support",
    "crossing",
    "officer",
    "enrolment",
    "sign-in",
];

/// In each column the answer in the first record, and in the other.
const FHIR: &str = "
                                          nobody   forged   holder   reader   author   stranger blocked  machine  operator guardian helper   app      support  crossing officer  enrolment  sign-in
GET    /fhir/metadata                     200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200    200 200
POST   /fhir/{kind}/$validate             401 401  401 401  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200    200 200
GET    /fhir/Patient/{id}/$everything     401 401  401 401  200 403  200 403  403 403  403 403  403 403  200 403  403 403  200 403  200 403  200 403  403 403  403 403  403 403  403 403    403 403
GET    /fhir/AuditEvent                   401 401  401 401  200 403  403 403  403 403  403 403  403 403  403 403  403 403  200 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /fhir/{kind}                       401 401  401 401  200 403  200 403  403 403  403 403  403 403  200 403  403 403  200 403  200 403  200 403  403 403  403 403  403 403  403 403    403 403
POST   /fhir/{kind}/_search               401 401  401 401  200 403  200 403  403 403  403 403  403 403  200 403  403 403  200 403  200 403  200 403  403 403  403 403  403 403  403 403    403 403
GET    /fhir/{kind}/_history              401 401  401 401  200 403  200 403  403 403  403 403  403 403  200 403  403 403  200 403  200 403  200 403  403 403  403 403  403 403  403 403    403 403
GET    /fhir/{kind}/{id}                  401 401  401 401  200 403  200 403  403 403  403 403  403 403  200 403  403 403  200 403  200 403  200 403  403 403  403 403  403 403  403 403    403 403
GET    /fhir/{kind}/{id}/_history         401 401  401 401  200 403  200 403  403 403  403 403  403 403  200 403  403 403  200 403  200 403  200 403  403 403  403 403  403 403  403 403    403 403
GET    /fhir/{kind}/{id}/_history/{version}
                                          401 401  401 401  200 403  200 403  403 403  403 403  403 403  200 403  403 403  200 403  200 403  200 403  403 403  403 403  403 403  403 403    403 403
POST   /fhir/{kind}                       401 401  401 401  201 403  201 201  201 201  201 201  201 201  201 201  403 403  201 403  201 403  201 403  403 403  403 403  403 403  403 403    403 403
POST   /fhir                              401 401  401 401  200 403  200 200  200 200  200 200  200 200  200 200  403 403  200 403  200 403  200 403  403 403  403 403  403 403  403 403    403 403
POST   /fhir/                             401 401  401 401  200 403  200 200  200 200  200 200  200 200  200 200  403 403  200 403  200 403  200 403  403 403  403 403  403 403  403 403    403 403
PATCH  /fhir/{kind}                       401 401  401 401  403 403  403 404  200 200  404 404  404 404  403 404  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
PATCH  /fhir/{kind}/{id}                  401 401  401 401  403 403  403 404  200 200  404 404  404 404  403 404  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
PUT    /fhir/{kind}/{id}                  401 401  401 401  403 403  403 404  200 200  404 404  404 404  403 404  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
DELETE /fhir/{kind}/{id}                  401 401  401 401  403 403  403 404  204 204  404 404  404 404  403 404  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /fhir/Patient/{id}/$break-glass    401 401  401 401  403 403  200 200  200 200  200 200  403 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /fhir/Patient/{id}/$wishes         401 401  401 401  200 403  403 403  403 403  403 403  403 403  403 403  403 403  200 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /fhir/Patient/{id}/$appoint        401 401  401 401  200 403  403 403  403 403  403 403  403 403  403 403  422 422  403 403  403 403  403 403  403 403  403 403  403 403  422 422    403 403
GET    /fhir/Patient/{id}/$appointed      401 401  401 401  200 403  403 403  403 403  403 403  403 403  403 403  403 403  200 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /fhir/Patient/{id}/$see-as         401 401  401 401  200 403  403 403  403 403  403 403  403 403  403 403  403 403  200 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
";

const SOCKET: &str = "
                                          nobody   forged   holder   reader   author   stranger blocked  machine  operator guardian helper   app      support  crossing officer  enrolment  sign-in
POST   /import                            401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /persons                           401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /status                            401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /export/{person}                   401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /prove/{person}                    401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /backup/{after}                    401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /register                          401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /register/merge                    401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /campaign/announce                 401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  409 409  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /campaign/returned                 401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /campaign/make                     401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /campaign/agents                   401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /campaign                          401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /crossing/oppositions              401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403    403 403
POST   /opposition/slips                  401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /reopen/{person}                   401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  409 409  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /erase/{person}                    401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  409 409  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /close/{person}                    401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  409 409  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /desk                              401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /desk/show                         401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  404 404  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /desk/file                         401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /desk/carry-out                    401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  404 404  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /forget                            401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /accounts                          401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /accounts/close                    401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  404 404  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /accounts/invite                   401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  404 404  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /accounts/link                     401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  404 404  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /appoint/{person}                  401 401  401 401  403 403  403 403  403 403  403 403  403 403  403 403  200 200  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
";

/// Pages know who somebody is by his session alone, and a token changes nothing: to a page for somebody all are
/// strangers, and led to the sign-in (303). A form without its token is refused; empty fields are typing mistakes.
const PAGES: &str = "
                                          nobody   forged   holder   reader   author   stranger blocked  machine  operator guardian helper   app      support  crossing officer  enrolment  sign-in
GET    /                                  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200    200 200
GET    /signin                            200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200    200 200
POST   /signin                            403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /signin/passkey                    200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200    200 200
POST   /signin/passkey                    403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /signin/oidc/{provider}            404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404    404 404
GET    /signin/oidc/{provider}/callback   403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /signin/oidc/{provider}/keys       404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404    404 404
GET    /signin/enrol                      404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404  404 404    404 404
POST   /signin/enrol/password             403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /signin/enrol/passkey              403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /signin/role                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /signin/role                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /signin/again                      303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /signin/again                      303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /signin/again/passkey              303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /signout                           303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /account                           303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /account/settings                  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /account/sessions                  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /account/codes                     303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /account/password                  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /account/password                  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /account/passkey                   303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /account/passkey                   303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /account/passkey/remove            303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /agent                             303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /agent                             303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /agent/call                        303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /agent/record                      303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /agent/code                        303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /agent/reviews                     303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /agent/reviews/take                303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /agent/reviews/found               303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /trail                             303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /trail/proof                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /authorisations                    303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /authorisations/new                303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /authorisations/new                303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /authorisations/document           303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /authorisations/document           303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /authorisations/helper             303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /authorisations/helper             303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /authorisations/helper/end         303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /authorisations/letters            303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /authorisations/letters            303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /authorisations/take-back          303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /authorisations/wishes             303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /oppositions                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /oppositions/take-back             303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /oppositions/new                   303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /oppositions/new                   303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /space/close                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /space/close                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /rights                            303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /rights/new                        303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /rights/new                        303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /rights/copy                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /rights/information                303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /rights/case                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /rights/withdraw                   303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /rights/tell                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /rights/lift                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /corrections                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /corrections                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /desk                              303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /desk/case                         303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /desk/case                         303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /see-as                            303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /see-as                            303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /alarms                            303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /alarms/review                     303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /opposition                        200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200    200 200
POST   /opposition                        422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422    422 422
GET    /opposition/code                   200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200    200 200
POST   /opposition/code                   422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422    422 422
GET    /opposition/back                   200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200    200 200
POST   /opposition/back                   422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422    422 422
GET    /opposition/identity               200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200    200 200
POST   /opposition/identity               403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /activation                        200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200    200 200
POST   /activation                        403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /activation/code                   200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200    200 200
POST   /activation/code                   403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
POST   /activation/second                 403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403  403 403    403 403
GET    /agent/identity                    303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /agent/identity                    303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /space                             303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /space/oppose                      303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /space/back                        303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
GET    /space/child                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /space/child                       303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303  303 303    303 303
POST   /api/opposition                    422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422  422 422    422 422
GET    /style.css                         200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200    200 200
GET    /passkey.js                        200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200  200 200    200 200
";

/// The rows of a table: method, address, and two answers an actor.
fn rows(table: &str) -> Vec<(&str, &str, Vec<u16>)> {
    let mut words = table.split_whitespace().peekable();
    let heads: Vec<&str> = words.by_ref().take(ACTORS.len()).collect();
    assert_eq!(heads, ACTORS);
    let mut rows = Vec::new();
    while let (Some(method), Some(path)) = (words.next(), words.next()) {
        let cells: Vec<u16> = words
            .by_ref()
            .take(2 * ACTORS.len())
            .map(|cell| cell.parse().unwrap())
            .collect();
        rows.push((method, path, cells));
    }
    rows
}

/// A person's record with one document.
struct Place {
    person: PersonId,
    document: String,
    version: String,
}

fn document(person: PersonId) -> Value {
    json!({
        "resourceType": "DocumentReference",
        "masterIdentifier": { "system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3" },
        "status": "current",
        "type": { "coding": [{ "system": "http://loinc.org", "code": "34112-3" }] },
        "subject": { "reference": format!("Patient/{person}") },
        "content": [{ "attachment": { "title": "report" } }],
    })
}

fn somebody(name: &str, person: PersonId) -> ActorRef {
    match name {
        "holder" => ActorRef {
            person: Some(person),
            ..actor(ActorKind::Holder, &person.to_string())
        },
        "reader" => actor(ActorKind::Professional, "10101010101"),
        "author" => actor(ActorKind::Professional, "10101010200"),
        "stranger" => actor(ActorKind::Professional, "10101010309"),
        "blocked" => actor(ActorKind::Professional, "10101010408"),
        "machine" => actor(ActorKind::Software, "750100042"),
        "guardian" | "helper" => ActorRef {
            person: Some(person),
            ..actor(ActorKind::Representative, name)
        },
        "app" => ActorRef {
            person: Some(person),
            scope: Some("patient/*.cruds".to_owned()),
            ..actor(ActorKind::App, "pas-a-pas")
        },
        "support" => actor(ActorKind::Support, "support"),
        "crossing" => actor(ActorKind::Crossing, "crossing"),
        "officer" => actor(ActorKind::Officer, "officer"),
        "enrolment" => actor(ActorKind::Enrolment, "enrolment"),
        "sign-in" => actor(ActorKind::SignIn, "sign-in"),
        _ => actor(ActorKind::Operator, "operator"),
    }
}

fn token(world: &World, name: &str, holder: PersonId) -> String {
    match name {
        "nobody" => String::new(),
        "operator" => world.operator(),
        // Signed with another key, in the issuer's name.
        "forged" => {
            let forger = IssuerKey::from_seed("demo", &[7; 32]);
            let holder = somebody("holder", holder);
            forger
                .assert(holder, NOW, 600, "jti".to_owned())
                .text()
                .to_owned()
        }
        // Of these the demo issuer may not speak: each by the key that may.
        "crossing" | "enrolment" | "sign-in" => world.vouched(name, somebody(name, holder)),
        "officer" => world.vouched("sign-in", somebody(name, holder)),
        name => world.token(somebody(name, holder)),
    }
}

/// Two records, and who may do what in the first.
async fn settled(world: &World) -> [Place; 2] {
    let mut places = Vec::new();
    for _ in 0..2 {
        let person = world.person().await;
        let author = token(world, "author", person);
        let answer = world
            .post(&author, "/DocumentReference", &document(person))
            .await
            .json();
        places.push(Place {
            person,
            document: answer["id"].as_str().unwrap().to_owned(),
            version: answer["meta"]["versionId"].as_str().unwrap().to_owned(),
        });
    }
    let person = places[0].person;
    for (name, word) in [
        ("reader", "permit"),
        ("blocked", "permit"),
        ("machine", "permit"),
        ("app", "permit"),
        ("blocked", "deny"),
    ] {
        let mut consent = consent(person);
        let system = match somebody(name, person).kind {
            ActorKind::Software => "https://finess.esante.gouv.fr",
            ActorKind::App => "urn:hygie:app",
            _ => "https://rpps.esante.fr",
        };
        consent["provision"]["type"] = json!(word);
        consent["provision"]["actor"][0]["reference"]["identifier"] =
            json!({ "system": system, "value": somebody(name, person).id });
        let answer = world
            .post(&token(world, "holder", person), "/Consent", &consent)
            .await;
        assert_eq!(answer.status.as_u16(), 201);
    }
    let guardian =
        json!({ "appoint": { "account": "guardian", "name": "UDAF", "role": "guardian" } });
    let path = format!("/appoint/{person}");
    let answer = world
        .ask(Method::POST, &world.operator(), &path, guardian)
        .await;
    assert_eq!(answer.status.as_u16(), 200);
    let path = format!("/Patient/{person}/$appoint");
    let answer = world
        .post(&token(world, "holder", person), &path, &helper())
        .await;
    assert_eq!(answer.status.as_u16(), 200);
    places.try_into().ok().unwrap()
}

/// A Parameters resource of texts.
fn parameters(said: &[(&str, &str)]) -> Value {
    let said = said
        .iter()
        .map(|(name, value)| json!({ "name": name, "valueString": value }));
    json!({ "resourceType": "Parameters", "parameter": said.collect::<Vec<Value>>() })
}

/// Appoints a helper for a year.
fn helper() -> Value {
    parameters(&[
        ("account", "helper"),
        ("name", "Paul"),
        ("until", "2027-06-30"),
    ])
}

/// What an operation on a person's rights is sent.
fn operation(path: &str) -> Value {
    match path.rsplit('$').next().unwrap() {
        "break-glass" => parameters(&[("reason", "unconscious")]),
        "wishes" => parameters(&[("letters", "a@b.example")]),
        "appoint" => helper(),
        _ => parameters(&[
            ("kind", "professional"),
            ("id", "10101010101"),
            ("profession", "G15_10"),
        ]),
    }
}

/// The query and the body of a request to a route, in this record.
fn content(method: &str, path: &str, place: &Place) -> (String, &'static str, Value) {
    const JSON: &str = "application/fhir+json";
    let person = place.person;
    let observation = json!({ "resourceType": "Observation", "status": "final", "code": { "text": "x" },
        "subject": { "reference": format!("Patient/{person}") } });
    let patch = json!([{ "op": "add", "path": "/description", "value": "corrected" }]);
    let mut whole = document(person);
    whole["id"] = json!(place.document);
    match (method, path) {
        ("GET", "/fhir/AuditEvent" | "/fhir/{kind}" | "/fhir/{kind}/_history") => {
            (format!("?patient={person}"), JSON, Value::Null)
        }
        ("POST", "/fhir/{kind}/_search") => (
            String::new(),
            "application/x-www-form-urlencoded",
            json!(format!("patient={person}")),
        ),
        ("POST", "/fhir" | "/fhir/") => {
            let entry = json!({ "resource": observation, "request": { "method": "POST", "url": "Observation" } });
            let bundle =
                json!({ "resourceType": "Bundle", "type": "transaction", "entry": [entry] });
            (String::new(), JSON, bundle)
        }
        // Without a unique id: each of them is new.
        ("POST", "/fhir/{kind}") => {
            whole.as_object_mut().unwrap().remove("masterIdentifier");
            (String::new(), JSON, whole)
        }
        ("PATCH", "/fhir/{kind}") => (
            format!("?identifier=urn:ietf:rfc:3986|urn:oid:1.2.3&patient={person}"),
            JSON,
            patch,
        ),
        ("PATCH", _) => (String::new(), JSON, patch),
        ("POST", path) if told_the_socket(path).is_some() => {
            let body = told_the_socket(path).unwrap();
            (String::new(), "application/json", body)
        }
        ("POST", path) if path.starts_with("/fhir/Patient/{id}/$") => {
            (String::new(), JSON, operation(path))
        }
        ("POST", "/opposition" | "/opposition/code" | "/opposition/back") => (
            String::new(),
            "application/x-www-form-urlencoded",
            json!("ins=&birth-date=&code="),
        ),
        ("POST", "/api/opposition") => (String::new(), "application/json", json!({})),
        ("POST", page) if !page.starts_with("/fhir") => (
            String::new(),
            "application/x-www-form-urlencoded",
            json!(""),
        ),
        ("PUT" | "POST", _) => (String::new(), JSON, whole),
        _ => (String::new(), JSON, Value::Null),
    }
}

/// What the operator's command sends to this address of the socket.
fn told_the_socket(path: &str) -> Option<Value> {
    Some(match path {
        "/import" => json!({ "source": "x", "named_source": true, "entries": [] }),
        // Nobody has custody in this home, and nothing is closed: the operator is told so.
        "/erase/{person}" | "/close/{person}" => json!({ "years": 10 }),
        "/reopen/{person}" => json!({ "shares": [] }),
        "/appoint/{person}" => {
            json!({ "appoint": { "account": "mother", "name": "Anne", "role": "parent" } })
        }
        "/forget" => Value::Null,
        "/accounts" => json!({ "login": "helper", "role": actor(ActorKind::Support, "helper") }),
        "/accounts/invite" | "/accounts/close" | "/accounts/link" => {
            json!({ "login": "nobody", "issuer": "i", "subject": "x" })
        }
        "/register/merge" => json!({ "keep": "1", "drop": "2" }),
        "/register" | "/campaign/returned" | "/opposition/slips" => json!([]),
        "/desk" => json!({ "all": true }),
        "/desk/file" => {
            json!({ "kind": "access", "text": "", "contact": "Zoé", "checked": "seen" })
        }
        "/desk/show" | "/desk/carry-out" => json!({ "number": "none", "years": 10 }),
        "/campaign/make" => Value::Null,
        "/campaign/announce" => json!({ "number": 1 }),
        _ => return None,
    })
}

fn request(method: &str, path: &str, place: &Place, token: &str) -> Request<Body> {
    let (query, kind, body) = content(method, path, place);
    let id = if path.contains("/fhir/Patient/{id}/$") {
        place.person.to_string()
    } else {
        place.document.clone()
    };
    let address = path
        .replace("{kind}", "DocumentReference")
        .replace("{id}", &id)
        .replace("{version}", &place.version)
        .replace("{after}", "0")
        .replace("{provider}", "none")
        .replace("{person}", &place.person.to_string());
    let mut request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(address + &query);
    if !token.is_empty() {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    let body = match body {
        Value::Null => Body::empty(),
        Value::String(form) => Body::from(form),
        json => Body::from(json.to_string()),
    };
    request.header("content-type", kind).body(body).unwrap()
}

/// Asks every cell of a table, and gives those that were answered otherwise.
async fn asked<S>(world: &World, table: &str, routes: &[Route<S>]) -> (usize, Vec<String>) {
    let rows = rows(table);
    for Route { method, path, .. } in routes {
        let known = rows
            .iter()
            .filter(|row| (row.0, row.1) == (*method, *path))
            .count();
        assert_eq!(known, 1, "{method} {path} has no row, or two: say who may");
    }
    assert_eq!(
        rows.len(),
        routes.len(),
        "a row says of a route that is not there"
    );
    let places = settled(world).await;
    let (mut cells, mut wrong) = (0, Vec::new());
    for (method, path, expected) in &rows {
        for (cell, status) in expected.iter().enumerate() {
            let (name, place) = (ACTORS[cell / 2], &places[cell % 2]);
            let token = token(world, name, places[0].person);
            let request = request(method, path, place, &token);
            let answer = match table {
                FHIR => world.send(request).await,
                SOCKET => world.at_the_socket(request).await,
                _ => world.at_the_pages(request).await,
            };
            cells += 1;
            if answer.status.as_u16() != *status {
                let whose = ["first", "other"][cell % 2];
                wrong.push(format!(
                    "{method} {path} by {name} in the {whose} record: {}, not {status}",
                    answer.status
                ));
            }
        }
    }
    (cells, wrong)
}

#[test]
fn a_kind_of_actor_that_asks_for_nothing() {
    let person = PersonId::random(&SystemEntropy);
    let kinds: BTreeSet<ActorKind> = ACTORS.map(|name| somebody(name, person).kind).into();
    assert_eq!(kinds, BTreeSet::from(ActorKind::ALL));
}

#[tokio::test]
async fn a_route_that_answers_somebody_else() {
    let world = World::new().await;
    let (mut cells, mut wrong) = asked(&world, FHIR, ROUTES).await;
    for (more, others) in [
        asked(&world, SOCKET, ADMIN_ROUTES).await,
        asked(&world, PAGES, PAGE_ROUTES).await,
    ] {
        cells += more;
        wrong.extend(others);
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    println!("{cells} cells as expected");
}
