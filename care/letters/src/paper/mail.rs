//! The same letters as plain text, for e-mail (decision 0023).

use super::block::Block;

/// A text without the marks of bold.
fn bare(text: &str) -> String {
    text.replace("<<", "").replace(">>", "")
}

/// A letter's parts as text: an empty line between two, no line broken that the letter does not break. `fact` says a
/// name with what it stands for.
pub(super) fn plain(blocks: &[Block], fact: impl Fn(&str, &str) -> String) -> String {
    let mut parts = Vec::new();
    for block in blocks {
        match block {
            // The subject says it.
            Block::Title(_) | Block::Turn | Block::Slip(_) => {}
            Block::Heading(text) | Block::Text(text) | Block::Passage(text, _) => {
                parts.push(bare(text));
            }
            Block::Machine(text) => parts.push(text.clone()),
            Block::Steps(text) => {
                let steps = text.split("\n\n").enumerate();
                let steps: Vec<String> = steps
                    .map(|(number, step)| format!("{}. {}", number + 1, bare(step)))
                    .collect();
                parts.push(steps.join("\n\n"));
            }
            Block::Facts(facts) => {
                let facts = facts.iter().map(|(name, value)| fact(name, value));
                parts.push(facts.collect::<Vec<_>>().join("\n"));
            }
            Block::Code(panel) => {
                let mut lines = vec![panel.label.clone(), format!("    {}", panel.code)];
                lines.extend(panel.hints.iter().cloned());
                lines.extend(panel.square.as_ref().map(|square| square.url.clone()));
                parts.push(lines.join("\n"));
            }
        }
    }
    let mut text = parts.join("\n\n");
    text.push('\n');
    text
}
