//! A browser of few words: it follows, keeps cookies, and fills in the provider's one form.

use std::collections::BTreeMap;

use ureq::Agent;
use ureq::http::Request;

use crate::people::{CALLBACK, OUT};

/// A browser with its cookies.
pub struct Browser {
    agent: Agent,
    cookies: BTreeMap<String, String>,
}

/// A page, or where a browser is sent.
pub struct Page {
    pub status: u16,
    pub location: Option<String>,
    pub text: String,
}

impl Browser {
    pub fn new() -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .build();
        Self {
            agent: config.into(),
            cookies: BTreeMap::new(),
        }
    }

    /// One request, without following.
    pub fn ask(&mut self, url: &str, form: Option<&str>) -> Page {
        let cookies = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        let request = Request::builder().uri(url).header("cookie", cookies);
        let mut answer = match form {
            None => self.agent.run(request.body(()).unwrap()).unwrap(),
            Some(form) => {
                let request = request.method("POST");
                let request = request.header("content-type", "application/x-www-form-urlencoded");
                self.agent
                    .run(request.body(form.to_owned()).unwrap())
                    .unwrap()
            }
        };
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = answer.headers().get("location");
        Page {
            status: answer.status().as_u16(),
            location: location.map(|place| place.to_str().unwrap().to_owned()),
            text: answer.body_mut().read_to_string().unwrap(),
        }
    }

    /// Follows from `url` and says `account` and `answer` where it is asked who it is; the query with which the
    /// provider sends back.
    pub fn sign_in(&mut self, url: &str, account: &str, answer: &str) -> String {
        let mut place = url.to_owned();
        for _ in 0..12 {
            let page = if place.contains("/interaction/") {
                let form = format!("account={account}&answer={answer}");
                self.ask(&place, Some(&form))
            } else {
                self.ask(&place, None)
            };
            let Some(next) = page.location else {
                panic!("the provider sends nowhere: {} {}", page.status, page.text);
            };
            if let Some(query) = next.strip_prefix(CALLBACK) {
                return query.trim_start_matches('?').to_owned();
            }
            place = absolute(url, &next);
        }
        panic!("the provider sends round and round");
    }

    /// Signs out at the provider; the query with which it sends back.
    pub fn sign_out(&mut self, url: &str) -> String {
        let page = self.ask(url, None);
        assert_eq!(page.status, 200, "{}", page.text);
        let secret = page.text.split("name=\"xsrf\" value=\"").nth(1).unwrap();
        let secret = secret.split('"').next().unwrap();
        let action = page.text.split("action=\"").nth(1).unwrap();
        let action = action.split('"').next().unwrap();
        let page = self.ask(
            &absolute(url, action),
            Some(&format!("xsrf={secret}&logout=yes")),
        );
        let place = page.location.unwrap();
        let query = place.strip_prefix(OUT).unwrap();
        query.trim_start_matches('?').to_owned()
    }
}

fn absolute(base: &str, place: &str) -> String {
    if place.contains("://") {
        return place.to_owned();
    }
    let end = base.find("://").unwrap() + 3;
    let end = base[end..]
        .find('/')
        .map_or(base.len(), |slash| end + slash);
    format!("{}{place}", &base[..end])
}
