//! The layout of the SNDS: lives as its files, with what real files have in the way. See [`crate::write()`].

mod documents;
pub mod form;
mod hospital;
mod lines;
mod mishaps;
pub mod nomenclatures;
pub mod pages;
mod parquet;
mod people;
mod tables;
mod text;
mod truth;
pub mod write;
