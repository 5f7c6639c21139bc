/// Finds the best rows of a part by the upper halves of their codes.
///
/// An estimate is off by nearly normal noise of a known deviation, and a row that is 5.5 of it below the best is passed over:
/// one of fifty million that should not be, as against a walk, which misses one of a hundred. So it serves beside walks
/// alone. Where the noise is none, `UpperHalves.width` says so, and all rows are compared in full precision.
struct HalfScan {
    private static let blockSlots = 1_024

    /// The part's place in the state.
    let place: Int
    let part: Part
    let halves: UpperHalves
    /// Live slots that match.
    let matching: Bitmap

    func run(_ queries: inout [QueryRun], limits: [Int]) {
        var candidates = limits.map(Candidates.init)
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.blockSlots + 63) { buffer in
            guard let products = buffer.baseAddress else { return }
            matching.forEachBlock(Self.blockSlots) { slots in
                for index in queries.indices {
                    let query = queries[index].vector
                    halves.products(query, slots, into: products)
                    candidates[index].add(slots, floor: queries[index].top.floor) { place in
                        halves.estimate(products[place], slot: Int(slots[place]), query)
                    }
                }
            }
        }
        let rows = RowScan(place: place, part: part, matching: matching)
        for index in queries.indices { candidates[index].compare(rows, &queries[index]) }
    }
}
