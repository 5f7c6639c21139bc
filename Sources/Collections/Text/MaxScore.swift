/// Finds the best points of a part by BM25, exactly, without reading every posting.
///
/// MaxScore (Turtle and Flood, "Query evaluation: strategies and optimizations", 1995) with bounds by blocks (Ding and
/// Suel, "Faster top-k document retrieval using block-max indexes", 2011), a window of slots at a time. Words are ordered
/// by the most they can add. Those that together cannot lift a point to the floor are not read through: they are looked
/// up only in points that one of the others leads to, and only while these can still reach the floor. The score of a
/// point that may be among the best is summed up anew in the order of the query's words, so that it does not depend on
/// how it was found, to the last bit.
struct MaxScore {
    /// With more words than these bounds are so loose that looking words up costs more than reading them through: all
    /// are read, or none where all together cannot reach the floor.
    private static let lookedUpMax = 32

    /// By bound, the lowest first.
    private var cursors: [PostingCursor]
    /// The place of each cursor's word in the query.
    private let order: [Int]
    /// What the cursors before each one can add together, and at the end what all can.
    private let boundsBefore: [Double]
    private var shares: [Double]
    private let matching: Bitmap
    /// Cursors from here on lead to points.
    private var essential = 0

    /// - Parameter cursors: in the order of the query's fields and words.
    init(_ cursors: [PostingCursor], matching: Bitmap) {
        let order = cursors.indices.sorted { (cursors[$0].bound, $0) < (cursors[$1].bound, $1) }
        var before: [Double] = [0]
        for index in order { before.append(before[before.count - 1] + cursors[index].bound) }
        self.cursors = order.map { cursors[$0] }
        self.order = order
        boundsBefore = before
        shares = Array(repeating: 0, count: cursors.count)
        self.matching = matching
    }

    /// Offers every matching point that has a word and can be among the best.
    mutating func run(_ top: inout TopHits, place: Int, part: Part) {
        let words = matching.words
        words.withUnsafeBufferPointer { words in
            withUnsafeTemporaryAllocation(of: Double.self, capacity: ScoreWindow.slotCount) { sums in
                withUnsafeTemporaryAllocation(of: UInt64.self, capacity: ScoreWindow.slotCount / 64) { touched in
                    sums.initialize(repeating: 0)
                    touched.initialize(repeating: 0)
                    guard let words = words.baseAddress, let sums = sums.baseAddress,
                        let touched = touched.baseAddress
                    else { return }
                    raiseEssential(top.floor)
                    while let slot = nextSlot() {
                        let window = ScoreWindow(
                            around: slot, slotsMax: matching.slotCount, sums: sums, touched: touched, matching: words)
                        run(window, &top, place: place, part: part)
                        raiseEssential(top.floor)
                    }
                }
            }
        }
    }

    private mutating func raiseEssential(_ floor: Float) {
        if cursors.count > Self.lookedUpMax {
            if Float(boundsBefore[cursors.count]) < floor { essential = cursors.count }
            return
        }
        while essential < cursors.count, Float(boundsBefore[essential + 1]) < floor { essential += 1 }
    }

    /// The next matching slot at which an essential word can stand; nil when there is none.
    private func nextSlot() -> Int? {
        var least = PostingCursor.end
        for index in essential..<cursors.count { least = min(least, cursors[index].slot) }
        return least == PostingCursor.end ? nil : matching.first(from: Int(least))
    }

    private mutating func run(_ window: ScoreWindow, _ top: inout TopHits, place: Int, part: Part) {
        let first = essential
        let all = boundsBefore[cursors.count]
        var ends: [Int] = []
        ends.reserveCapacity(cursors.count - first)
        for index in first..<cursors.count {
            cursors[index].seek(window.start)
            let others = all - cursors[index].bound
            ends.append(cursors[index].accumulate(into: window, others: others, floor: top.floor))
        }
        window.drain { slot, sum in
            guard let score = score(slot, sum, first: first, floor: top.floor) else { return }
            let key = part.key(Int(slot))
            top.offer(TopHits.Entry(score: score, key: key, part: Int32(place), slot: Int32(slot)))
        }
        for (index, end) in zip(first..<cursors.count, ends) { cursors[index].jump(to: end) }
    }

    /// The score of a slot; nil when it is below the floor.
    /// - Parameter sum: what the cursors from `first` on add.
    private mutating func score(_ slot: UInt32, _ sum: Double, first: Int, floor: Float) -> Float? {
        var sum = sum
        for index in (0..<first).reversed() {
            if Float((sum + boundsBefore[index + 1]) * PostingCursor.slack) < floor { return nil }
            let share = cursors[index].share(of: slot)
            shares[order[index]] = share
            sum += share
        }
        if Float(sum * PostingCursor.slack) < floor { return nil }
        for index in first..<cursors.count { shares[order[index]] = cursors[index].share(of: slot) }
        let score = Float(shares.reduce(0, +))
        return score >= floor ? score : nil
    }
}
