//! The report as a page: one file that loads nothing and runs nothing. French is shown; English is behind a link, in the
//! same file (`:target`), each marked by `lang`.

use std::fs;
use std::path::{Path, PathBuf};

use askama::Template;

use crate::Error;
use crate::report::{self, Report};

mod article;
mod labels;
mod numbers;
mod plots;

use article::Article;
use labels::{ENGLISH, FRENCH};

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    title: String,
    french: String,
    english: String,
}

impl Report {
    /// The page: UTF-8, whole in itself.
    pub fn html(&self) -> String {
        let render = |labels| {
            Article::of(self, labels)
                .render()
                .expect("a template writes into memory")
        };
        let page = Page {
            title: format!("{} {} – Hygie", FRENCH.title, self.snapshot),
            french: render(&FRENCH),
            english: render(&ENGLISH),
        };
        page.render().expect("a template writes into memory")
    }

    /// Writes `quality-{snapshot}.json` and `quality-{snapshot}.html` into a folder, which is made where there is none;
    /// answers where they are. Each is there whole, or as it was.
    ///
    /// # Errors
    /// [`Error::File`].
    pub fn write(&self, folder: &Path) -> Result<(PathBuf, PathBuf), Error> {
        fs::create_dir_all(folder).map_err(|source| Error::file("make", folder, source))?;
        let name = format!("quality-{}", self.snapshot);
        let (json, html) = (
            folder.join(format!("{name}.json")),
            folder.join(format!("{name}.html")),
        );
        report::put(&json, &self.json())?;
        report::put(&html, &self.html())?;
        Ok((json, html))
    }
}
