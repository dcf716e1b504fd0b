//! A letter's pages as PDF/UA-1.

use std::num::NonZeroU16;

use jiff::civil::Date;
use krilla::color::rgb;
use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect, Size};
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke, StrokeDash};
use krilla::surface::Surface;
use krilla::tagging::{
    Artifact, ArtifactType, BBox, ContentTag, Identifier, ListNumbering, Node as Branch, SpanTag,
    Tag, TagGroup, TagKind, TagTree,
};
use krilla::{Document, SerializeSettings};

use super::faces::Faces;
use super::sheet::{Area, Child, Ink, Mark, PAPER, Role, Sheets};
use crate::Error;

/// What a document says about itself.
pub(super) struct About<'a> {
    pub(super) title: &'a str,
    pub(super) language: &'a str,
    pub(super) author: &'a str,
    pub(super) on: Date,
}

/// A document that ears can read (ISO 14289-1).
pub(super) fn accessible(
    faces: &Faces,
    sheets: &Sheets,
    about: &About<'_>,
) -> Result<Vec<u8>, Error> {
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .expect("PDF/UA-1 is of PDF 1.7");
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    document.set_metadata(metadata(about));
    let leaves = pages(&mut document, faces, sheets);
    document.set_outline(outline(sheets));
    document.set_tag_tree(tree(sheets, &leaves, about.language));
    document.finish().map_err(|_| Error::Unprintable)
}

pub(super) fn metadata(about: &About<'_>) -> Metadata {
    let date = about.on;
    let created = DateTime::new(u16::try_from(date.year()).unwrap_or_default())
        .month(u8::try_from(date.month()).unwrap_or(1))
        .day(u8::try_from(date.day()).unwrap_or(1));
    Metadata::new()
        .title(about.title.to_owned())
        .language(about.language.to_owned())
        .authors(vec![about.author.to_owned()])
        .creation_date(created)
}

/// Adds the pages; gives what each leaf of the tree is called in the document.
fn pages(document: &mut Document, faces: &Faces, sheets: &Sheets) -> Vec<Option<Identifier>> {
    let mut leaves = vec![None; sheets.leaves];
    let size = Size::from_wh(PAPER.0, PAPER.1).expect("A4 is a size");
    for marks in &sheets.pages {
        let mut page = document.start_page_with(PageSettings::new(size));
        let mut surface = page.surface();
        for placed in marks {
            let tag = match placed.leaf {
                Some(_) => ContentTag::Span(SpanTag::empty()),
                None => ContentTag::Artifact(Artifact::with_kind(ArtifactType::Layout)),
            };
            let identifier = surface.start_tagged(match &placed.mark {
                Mark::Squares(_) => ContentTag::Other,
                _ => tag,
            });
            draw(&mut surface, faces, &placed.mark);
            surface.end_tagged();
            if let Some(leaf) = placed.leaf {
                leaves[leaf] = Some(identifier);
            }
        }
        surface.finish();
        page.finish();
    }
    leaves
}

pub(super) fn draw(surface: &mut Surface<'_>, faces: &Faces, mark: &Mark) {
    match mark {
        Mark::Line {
            x,
            y,
            size,
            ink,
            runs,
        } => {
            surface.set_fill(Some(fill(*ink)));
            let mut x = *x;
            for run in runs {
                let font = faces.cut(run.place).font.clone();
                let start = Point::from_xy(x, *y);
                surface.draw_glyphs(start, &run.glyphs, font, &run.text, *size, false);
                x += run.width * size;
            }
        }
        Mark::Fill(area, ink) => {
            surface.set_fill(Some(fill(*ink)));
            rectangles(surface, std::slice::from_ref(area));
        }
        Mark::Squares(areas) => {
            surface.set_fill(Some(fill(Ink::Text)));
            rectangles(surface, areas);
        }
        Mark::Rule {
            x,
            y,
            width,
            dashed,
        } => {
            let mut path = PathBuilder::new();
            path.move_to(*x, *y);
            path.line_to(x + width, *y);
            let dash = dashed.then(|| StrokeDash {
                array: vec![4.0, 3.0],
                offset: 0.0,
            });
            let (red, green, blue) = Ink::Quiet.rgb();
            surface.set_fill(None);
            surface.set_stroke(Some(Stroke {
                paint: rgb::Color::new(red, green, blue).into(),
                width: 0.6,
                dash,
                ..Stroke::default()
            }));
            if let Some(path) = path.finish() {
                surface.draw_path(&path);
            }
            surface.set_stroke(None);
        }
    }
}

fn fill(ink: Ink) -> Fill {
    let (red, green, blue) = ink.rgb();
    Fill {
        paint: rgb::Color::new(red, green, blue).into(),
        ..Fill::default()
    }
}

fn rectangles(surface: &mut Surface<'_>, areas: &[Area]) {
    let mut path = PathBuilder::new();
    for rect in areas.iter().filter_map(|area| rectangle(*area)) {
        path.push_rect(rect);
    }
    if let Some(path) = path.finish() {
        surface.draw_path(&path);
    }
}

fn rectangle(area: Area) -> Option<Rect> {
    Rect::from_xywh(area.x, area.y, area.width, area.height)
}

fn outline(sheets: &Sheets) -> Outline {
    let mut outline = Outline::new();
    for (_, text, page, y) in &sheets.headings {
        let place = XyzDestination::new(*page, Point::from_xy(0.0, *y));
        outline.push_child(OutlineNode::new(text.clone(), place));
    }
    outline
}

fn tree(sheets: &Sheets, leaves: &[Option<Identifier>], language: &str) -> TagTree {
    let mut tree = TagTree::new().with_lang(Some(language.to_owned()));
    for root in &sheets.roots {
        tree.push(group(sheets, leaves, *root));
    }
    tree
}

fn group(sheets: &Sheets, leaves: &[Option<Identifier>], node: usize) -> TagGroup {
    let node = &sheets.nodes[node];
    let children = node.children.iter().filter_map(|child| match child {
        Child::Node(node) => Some(Branch::from(group(sheets, leaves, *node))),
        Child::Leaf(leaf) => leaves[*leaf].map(Branch::from),
    });
    TagGroup::with_children(tag(&node.role), children.collect())
}

fn tag(role: &Role) -> TagKind {
    match role {
        Role::Heading(level, text) => {
            let level = NonZeroU16::new(*level).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(text.clone())).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::Foreign(tag) => Tag::P.with_lang(Some((*tag).to_owned())).into(),
        Role::Steps => Tag::L(ListNumbering::Decimal).into(),
        Role::Item => Tag::LI.into(),
        Role::Label => Tag::Lbl.into(),
        Role::Body => Tag::LBody.into(),
        Role::Figure(shown, page, area) => Tag::Figure(Some(shown.clone()))
            .with_bbox(rectangle(*area).map(|rect| BBox::new(*page, rect)))
            .into(),
    }
}
