//! The tables of the French national health data system as columns of OMOP: here, its nomenclatures as concepts.
//! It opens no network and no record, and knows nobody's name (INVARIANT no name in research).
#![forbid(unsafe_code)]

pub mod vocabulary;
