/// Checks the invariants of a state, for tests and for operators in doubt.
struct Validity {
    let state: CollectionState

    func check() throws(ValidityError) {
        var live: Set<PointKey> = []
        for part in state.parts {
            try require(part.live.count == part.liveCount, "part \(part.number) counts its live slots wrongly")
            try require(part.liveCount <= part.slotCount, "part \(part.number) has more live slots than slots")
            var slots: [Int] = []
            part.live.forEach { slots.append($0) }
            for slot in slots {
                try require(slot < part.slotCount, "slot \(slot) of part \(part.number) is live and not written")
                let key = part.key(slot)
                try require(live.insert(key).inserted, "point \(key.id) has two live slots")
                try checkVector(part, slot)
            }
            if let segment = part.segment { try check(segment, part) }
        }
        try require(live.count == state.pointsCount, "the state counts its points wrongly")
    }

    private func checkVector(_ part: Part, _ slot: Int) throws(ValidityError) {
        let row = UnsafeBufferPointer(start: part.row(slot), count: part.rows.stride)
        let squared = row.reduce(0.0) { $0 + Double($1) * Double($1) }
        try require(abs(squared - 1) < 1e-4, "the vector of point \(part.key(slot).id) has not length one")
        let padding = row.dropFirst(state.schema.dimension)
        try require(padding.allSatisfy { $0 == 0 }, "a vector of part \(part.number) is not padded with zeros")
    }

    private func check(_ segment: Segment, _ part: Part) throws(ValidityError) {
        let count = segment.slotCount
        for (field, column) in zip(state.schema.fields, segment.columns) {
            try require(column.slotCount == count, "the column '\(field.name)' has not a value per slot")
            if case .keywords(let column) = column { try checkPostings(column, field.name) }
            if case .text(let column) = column, let broken = column.postings.broken {
                throw ValidityError(collection: state.schema.name, broken: "the words of '\(field.name)': \(broken)")
            }
        }
        for slot in 0..<max(0, count - 1) {
            try require(segment.keys[slot] < segment.keys[slot + 1], "the ids of part \(part.number) do not ascend")
        }
        for slot in 0..<count {
            try require(segment.slot(of: segment.keys[slot]) == slot, "an id is not found at its slot")
            let codes = segment.codes.codes.base + slot * segment.codes.stride
            let row = segment.vectors.row(slot)
            var lost = 0.0
            for index in 0..<segment.vectors.dimension {
                let difference = Double(row[index]) - Double(segment.codes.scales[slot]) * Double(codes[index])
                lost += difference * difference
            }
            try require(
                lost.squareRoot() <= Double(segment.codes.errors[slot]) * (1 + 1e-6),
                "the codes of slot \(slot) of part \(part.number) are further from their row than their bound says")
        }
    }

    /// Postings and values tell the same.
    private func checkPostings(_ column: KeywordColumn, _ field: String) throws(ValidityError) {
        var posted: Set<[Int]> = []
        for term in 0..<column.terms.count {
            var previous = -1
            for slot in column.slots(ofTerm: term) {
                try require(Int(slot) > previous, "the postings of '\(field)' do not ascend")
                previous = Int(slot)
                posted.insert([Int(slot), term])
            }
            if term > 0 {
                try require(
                    StringTable.precedes(column.terms[term - 1], column.terms[term]),
                    "the terms of '\(field)' do not ascend")
            }
        }
        var valued = 0
        for slot in 0..<column.slotCount {
            for keyword in column.keywords(slot) {
                valued += 1
                let term = column.terms.index(of: keyword.term)
                try require(
                    term.map { posted.contains([slot, $0]) } ?? false,
                    "the postings of '\(field)' lack the slot \(slot) for '\(keyword.term)'")
            }
        }
        try require(valued == posted.count, "the postings of '\(field)' have slots without the value")
    }

    private func require(_ isTrue: Bool, _ invariant: @autoclosure () -> String) throws(ValidityError) {
        if !isTrue { throw ValidityError(collection: state.schema.name, broken: invariant()) }
    }
}

/// A broken invariant: a defect of the engine, to be reported; the collection can be rebuilt from its source.
public struct ValidityError: Error, Equatable, CustomStringConvertible {
    public let collection: String
    public let broken: String

    public var description: String { "collection \(collection) is not valid: \(broken)" }
}
