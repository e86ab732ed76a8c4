//! Numbers by node of one tree, for tables that have an entry for few nodes: a bit for each node and four bytes for each
//! entry, found without a search. Knows nothing of trees.

use crate::syntax::NodeId;

/// Nodes that share one word of bits.
const WORD: u32 = u64::BITS;

/// A number for some of the nodes of one tree.
#[derive(Clone, Debug, Default)]
pub(in crate::facts) struct NodeMap {
    /// One bit for each node that has an entry.
    bits: Vec<u64>,
    /// For each word of `bits`, the number of entries before it.
    before: Vec<u32>,
    /// In order of their nodes.
    values: Vec<u32>,
}

impl NodeMap {
    /// The map of `entries`; the last of several for one node counts.
    pub(in crate::facts) fn new(mut entries: Vec<(NodeId, u32)>) -> Self {
        entries.sort_by_key(|(node, _)| *node);
        let n_words = entries.last().map_or(0, |(last, _)| (last.0 / WORD) as usize + 1);
        let mut map =
            Self { bits: vec![0; n_words], before: Vec::with_capacity(n_words), values: Vec::new() };
        map.values.reserve_exact(entries.len());
        for (at, (node, value)) in entries.iter().enumerate() {
            if entries.get(at + 1).is_some_and(|(next, _)| next == node) {
                continue;
            }
            if let Some(word) = map.bits.get_mut((node.0 / WORD) as usize) {
                *word |= 1 << (node.0 % WORD);
            }
            map.values.push(*value);
        }
        let mut n_before = 0;
        for word in &map.bits {
            map.before.push(n_before);
            n_before += word.count_ones();
        }
        map
    }

    /// The number of a node.
    pub(in crate::facts) fn get(&self, node: NodeId) -> Option<u32> {
        let at = (node.0 / WORD) as usize;
        let (word, bit) = (*self.bits.get(at)?, 1 << (node.0 % WORD));
        if word & bit == 0 {
            return None;
        }
        let n_before = self.before.get(at)? + (word & (bit - 1)).count_ones();
        self.values.get(n_before as usize).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::NodeMap;
    use crate::syntax::NodeId;

    #[track_caller]
    fn check(entries: &[(u32, u32)], expected: &[(u32, u32)]) {
        let map = NodeMap::new(entries.iter().map(|(node, value)| (NodeId(*node), *value)).collect());
        let found: Vec<(u32, u32)> =
            (0..400).filter_map(|node| Some((node, map.get(NodeId(node))?))).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn only_entered_nodes_have_a_number() {
        check(&[], &[]);
        check(&[(0, 7)], &[(0, 7)]);
        check(&[(63, 1), (64, 2), (127, 3), (320, 4)], &[(63, 1), (64, 2), (127, 3), (320, 4)]);
    }

    #[test]
    fn entries_may_come_in_any_order_and_the_last_of_a_node_counts() {
        check(&[(200, 1), (3, 2), (200, 5), (65, 0)], &[(3, 2), (65, 0), (200, 5)]);
    }
}
