/// The keywords of each slot, and for each term the slots that have it.
struct KeywordColumn: Sendable {
    /// Where each slot's keywords begin in `codes`.
    let offsets: Slab<UInt32>
    /// Numbers of spellings.
    let codes: Slab<UInt32>
    let spellings: StringTable
    /// The term of each spelling.
    let termOfSpelling: Slab<UInt32>
    /// Sorted by bytes.
    let terms: StringTable
    /// Where each term's slots begin in `postings`, and where the last one's end.
    let postingOffsets: Slab<UInt32>
    /// Of each term as `Posting` has them.
    let postings: Slab<UInt32>

    var slotCount: Int { offsets.count - 1 }

    var bytes: Int {
        offsets.bytes + codes.bytes + spellings.bytes + termOfSpelling.bytes + terms.bytes + postingOffsets.bytes
            + postings.bytes
    }

    func isSet(_ slot: Int) -> Bool { offsets[slot + 1] > offsets[slot] }

    func keywords(_ slot: Int) -> [Keyword] {
        (Int(offsets[slot])..<Int(offsets[slot + 1])).map { place in
            let code = Int(codes[place])
            return Keyword(term: terms[Int(termOfSpelling[code])], spelling: spellings[code])
        }
    }

    /// The slots where the field is set. O(slots)
    var present: Bitmap {
        Bitmap(slotCount: slotCount) { offsets.base[$0 &+ 1] > offsets.base[$0] }
    }

    /// The slots that have a term; nil for a term that does not occur.
    func posting(of term: String) -> Posting? { terms.index(of: term).map(posting(ofTerm:)) }

    func posting(ofTerm index: Int) -> Posting {
        let start = Int(postingOffsets[index])
        let elements = UnsafeBufferPointer(start: postings.base + start, count: Int(postingOffsets[index + 1]) - start)
        return Posting(elements, slotCount: slotCount)
    }

    /// Adds to `counts` how many of `slots` have each keyword, by spelling.
    func count(_ slots: Bitmap, into counts: inout [Keyword: Int]) {
        var bySpelling = [Int](repeating: 0, count: spellings.count)
        slots.forEach { slot in
            for place in Int(offsets[slot])..<Int(offsets[slot + 1]) { bySpelling[Int(codes[place])] += 1 }
        }
        for (code, count) in bySpelling.enumerated() where count > 0 {
            counts[Keyword(term: terms[Int(termOfSpelling[code])], spelling: spellings[code]), default: 0] += count
        }
    }

    /// Gathers the slots of a column one after another.
    struct Builder {
        private var offsets: [UInt32] = [0]
        private var codes: [UInt32] = []
        private var codeOfKeyword: [Keyword: UInt32] = [:]

        mutating func append(_ keywords: [Keyword]) {
            for keyword in keywords {
                let next = UInt32(codeOfKeyword.count)
                codes.append(codeOfKeyword[keyword, default: next])
                codeOfKeyword[keyword] = codes[codes.count - 1]
            }
            offsets.append(UInt32(codes.count))
        }

        func build() -> KeywordColumn {
            // Numbered by order, not by arrival, so that equal contents make equal columns.
            let keywords = codeOfKeyword.sorted { left, right in
                left.key.term != right.key.term
                    ? StringTable.precedes(left.key.term, right.key.term)
                    : StringTable.precedes(left.key.spelling, right.key.spelling)
            }
            var terms: [String] = []
            var termOfSpelling: [UInt32] = []
            var renumbered = [UInt32](repeating: 0, count: keywords.count)
            for (place, entry) in keywords.enumerated() {
                if terms.last != entry.key.term { terms.append(entry.key.term) }
                termOfSpelling.append(UInt32(terms.count - 1))
                renumbered[Int(entry.value)] = UInt32(place)
            }
            let sorted = codes.map { renumbered[Int($0)] }
            let (postingOffsets, postings) = invert(sorted, termOfSpelling, termCount: terms.count)
            return KeywordColumn(
                offsets: Slab(offsets), codes: Slab(sorted), spellings: StringTable(keywords.map(\.key.spelling)),
                termOfSpelling: Slab(termOfSpelling), terms: StringTable(terms), postingOffsets: Slab(postingOffsets),
                postings: Slab(postings))
        }

        /// Counts each term's slots, then places them: O(keywords + terms + slots).
        private func invert(
            _ codes: [UInt32], _ termOfSpelling: [UInt32], termCount: Int
        ) -> (offsets: [UInt32], postings: [UInt32]) {
            let slotCount = offsets.count - 1
            var counts = [Int](repeating: 0, count: termCount)
            for code in codes { counts[Int(termOfSpelling[Int(code)])] += 1 }
            var starts: [UInt32] = [0]
            var writers: [Posting.Writer] = []
            for count in counts {
                let start = Int(starts[starts.count - 1])
                let elementCount = Posting.elementCount(slots: count, slotCount: slotCount)
                writers.append(Posting.Writer(start: start, elementCount: elementCount, slotCount: slotCount))
                starts.append(UInt32(start + elementCount))
            }
            var postings = [UInt32](repeating: 0, count: Int(starts[starts.count - 1]))
            for slot in 0..<slotCount {
                for place in Int(offsets[slot])..<Int(offsets[slot + 1]) {
                    writers[Int(termOfSpelling[Int(codes[place])])].write(slot, to: &postings)
                }
            }
            return (starts, postings)
        }
    }
}
