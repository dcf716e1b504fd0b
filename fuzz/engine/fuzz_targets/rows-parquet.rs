#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hygie_fuzz::run("rows-parquet", bytes));
