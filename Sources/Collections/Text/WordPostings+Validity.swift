extension WordPostings {
    /// The first invariant that does not hold; nil when all do. O(postings).
    var broken: String? {
        var counted = [Int](repeating: 0, count: lengths.count)
        for word in 0..<words.count {
            if word > 0, !StringTable.precedes(words[word - 1], words[word]) { return "words do not ascend" }
            var previous = -1
            for place in postings(ofWord: word) {
                let slot = Int(slots[place])
                guard slot > previous, slot < lengths.count else { return "postings do not ascend within the slots" }
                guard counts[place] > 0 else { return "a posting counts no word" }
                counted[slot] += Int(counts[place])
                previous = slot
                let block = place / Self.blockPostings
                guard counts[place] <= blockCounts[block], lengths[slot] >= blockLengths[block] else {
                    return "the bounds of a block do not hold"
                }
            }
        }
        // A count stops at 65,535, so that the sum can be less in texts with more words.
        for (slot, count) in counted.enumerated()
        where count > Int(lengths[slot]) || (count < Int(lengths[slot]) && lengths[slot] <= UInt16.max) {
            return "the postings of slot \(slot) count \(count) words, its length is \(lengths[slot])"
        }
        let total = lengths.elements.reduce(0) { $0 + Int($1) }
        return totalLength == total ? nil : "the lengths are summed up wrongly"
    }
}
