use crate::random::Random;

/// Years between a mother and her first child, on average.
const GENERATION: i32 = 29;

/// Ages of a household: its adults and its children, the eldest first.
pub struct Shape {
    pub adult: i32,
    pub partner: bool,
    pub children: Vec<i32>,
}

impl Shape {
    /// Shares of households: INSEE, census of 2021 (38 % one person, 25 % two, 24 % two with
    /// children, 9 % one with children); ages so that the whole has the age pyramid of 2024.
    pub fn draw(random: &mut Random, left: u64) -> Self {
        let kind = random.within(0, 99);
        let shape = match kind {
            0..38 => Self::alone(random),
            38..68 => Self::couple(random),
            68..91 => Self::family(random, true),
            _ => Self::family(random, false),
        };
        match left {
            _ if shape.size() <= left => shape,
            1 => Self::alone(random),
            _ => Self::couple(random),
        }
    }

    fn alone(random: &mut Random) -> Self {
        let adult = match random.within(0, 99) {
            0..26 => random.within(19, 34),
            26..62 => random.within(35, 64),
            62..84 => random.within(65, 79),
            _ => random.within(80, 97),
        };
        Self::adults(adult, false)
    }

    fn couple(random: &mut Random) -> Self {
        let adult = match random.within(0, 99) {
            0..22 => random.within(21, 36),
            22..46 => random.within(45, 60),
            46..92 => random.within(61, 78),
            _ => random.within(79, 92),
        };
        Self::adults(adult, true)
    }

    fn adults(adult: i32, partner: bool) -> Self {
        Self {
            adult,
            partner,
            children: Vec::new(),
        }
    }

    fn family(random: &mut Random, partner: bool) -> Self {
        let mut age = random.within(0, 17);
        let count = match random.within(0, 99) {
            0..40 => 1,
            40..82 => 2,
            _ => 3,
        };
        let mut children = vec![age];
        while children.len() < count && age < 20 {
            age += random.within(2, 4);
            children.insert(0, age);
        }
        let mother = (GENERATION + random.about(0, 6)).clamp(20, 36);
        Self {
            adult: mother + children[0],
            partner,
            children,
        }
    }

    pub fn size(&self) -> u64 {
        let people = 1 + usize::from(self.partner) + self.children.len();
        u64::try_from(people).expect("households are small")
    }
}
