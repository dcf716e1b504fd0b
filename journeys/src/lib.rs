//! The journeys of ARCHITECTURE.md as tests over the real programs, processes and sockets: see `tests/`.
//! It exports nothing, and links nothing that the programs are made of but the reading of FHIR resources.
#![forbid(unsafe_code)]
