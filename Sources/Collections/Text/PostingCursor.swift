/// A place in the postings of one word of a query, in one field of one part, with the arithmetic of its share of BM25.
struct PostingCursor {
    /// The slot behind the last posting.
    static let end = UInt32.max
    /// What bounds are raised by, so that rounding never makes one too low.
    static let slack = 1 + 1e-9

    private let slots: UnsafePointer<UInt32>
    private let counts: UnsafePointer<UInt16>
    private let lengths: UnsafePointer<UInt32>
    private let blockCounts: UnsafePointer<UInt16>
    private let blockLengths: UnsafePointer<UInt32>
    private let postings: Range<Int>
    private var place: Int

    /// `weight × n × idf × (k1 + 1)`
    private let weight: Double
    /// `k1 × (1 − b)`
    private let base: Double
    /// `k1 × b / average length`
    private let slope: Double
    /// The slot at this place; `end` behind the last.
    private(set) var slot: UInt32
    /// No posting of the list adds more.
    private(set) var bound = 0.0

    /// The postings must outlive the cursor.
    init(_ all: WordPostings, word: Int, weight: Double, field: CompiledTextQuery.Field, averageLength: Double) {
        slots = all.slots.base
        counts = all.counts.base
        lengths = all.lengths.base
        blockCounts = all.blockCounts.base
        blockLengths = all.blockLengths.base
        postings = all.postings(ofWord: word)
        place = postings.lowerBound
        slot = postings.isEmpty ? Self.end : slots[place]
        self.weight = weight * (field.k1 + 1)
        base = field.k1 * (1 - field.b)
        slope = field.k1 * field.b / averageLength
        bound = greatestScore() * Self.slack
    }

    var isEmpty: Bool { postings.isEmpty }

    /// The share of a slot at or behind this place, to which it goes.
    mutating func share(of target: UInt32) -> Double {
        seek(target)
        return slot == target ? score(counts[place], lengths[Int(slot)]) : 0
    }

    @inline(__always)
    private func score(_ count: UInt16, _ length: UInt32) -> Double {
        let count = Double(count)
        return weight * count / (count + base + slope * Double(length))
    }

    /// Adds each posting's share to the sum of its slot, as far as the slot matches, up to the window's end; stays where
    /// it is. Blocks that cannot lift a point to the floor are passed over.
    /// - Parameters:
    ///   - others: the most that all other words can add.
    /// - Returns: the place behind the window.
    func accumulate(into window: ScoreWindow, others: Double, floor: Float) -> Int {
        let size = WordPostings.blockPostings
        var place = place
        while place < postings.upperBound, slots[place] < window.end {
            let block = place / size
            let end = min((block + 1) * size, postings.upperBound)
            let bound = score(blockCounts[block], blockLengths[block]) * Self.slack
            if Float(others + bound) < floor {
                place = end
                continue
            }
            while place < end {
                let slot = slots[place]
                if slot >= window.end { return place }
                if window.isMatching(slot) { window.add(score(counts[place], lengths[Int(slot)]), to: slot) }
                place += 1
            }
        }
        return place
    }

    /// Goes to a place behind this one, or stays.
    mutating func jump(to next: Int) {
        guard next > place else { return }
        place = next
        slot = place < postings.upperBound ? slots[place] : Self.end
    }

    /// Goes to the first posting at or behind a slot. O(log distance): by doubling steps, then halving.
    mutating func seek(_ target: UInt32) {
        guard slot < target else { return }
        var step = 1
        var low = place
        var high = place + 1
        while high < postings.upperBound, slots[high] < target {
            low = high
            step *= 2
            high = low + step
        }
        high = min(high, postings.upperBound)
        low += 1
        while low < high {
            let middle = (low + high) / 2
            if slots[middle] < target { low = middle + 1 } else { high = middle }
        }
        place = low
        slot = place < postings.upperBound ? slots[place] : Self.end
    }

    /// The greatest share of any posting, from the bounds of whole blocks, and posting by posting of those blocks that
    /// other words share.
    private func greatestScore() -> Double {
        let size = WordPostings.blockPostings
        let firstBlock = (postings.lowerBound + size - 1) / size
        let lastBlock = postings.upperBound / size
        guard firstBlock < lastBlock else { return greatest(postings) }
        var greatest = max(
            greatest(postings.lowerBound..<firstBlock * size), greatest(lastBlock * size..<postings.upperBound))
        for block in firstBlock..<lastBlock { greatest = max(greatest, score(blockCounts[block], blockLengths[block])) }
        return greatest
    }

    private func greatest(_ places: Range<Int>) -> Double {
        places.reduce(0) { max($0, score(counts[$1], lengths[Int(slots[$1])])) }
    }
}
