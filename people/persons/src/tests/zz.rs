use crate::{bundle, lives};
#[test]
fn zz() {
    let mut by: std::collections::BTreeMap<String, Vec<usize>> = Default::default();
    let (mut n, mut bytes) = (0, 0);
    for index in 0..6000 {
        let text = bundle(1, index);
        let c = text.matches("\"fullUrl\"").count();
        n += c;
        bytes += text.len();
        let p = crate::person::Person::new(1, index);
        let l: Vec<_> = lives::led(&p)
            .into_iter()
            .map(|p| lives::LIVES[p].name)
            .collect();
        by.entry(l.join("+")).or_default().push(c);
    }
    for (k, v) in by {
        println!(
            "{k:30} n {} min {} max {} mean {}",
            v.len(),
            v.iter().min().unwrap(),
            v.iter().max().unwrap(),
            v.iter().sum::<usize>() / v.len()
        );
    }
    println!("{} {}", n / 6000, bytes / 6000);
}
