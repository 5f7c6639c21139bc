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
            switch column {
            case .float(let column): try checkOrder(column, field.name)
            case .integer(let column): try checkOrder(column, field.name)
            case .uuid(let column): try checkOrder(column, field.name)
            case .keywords, .text: break
            }
            if case .text(let column) = column, let broken = column.postings.broken {
                throw ValidityError(collection: state.schema.name, broken: "the words of '\(field.name)': \(broken)")
            }
        }
        for place in 0..<max(0, count - 1) {
            let (slot, next) = (Int(segment.order[place]), Int(segment.order[place + 1]))
            try require(segment.keys[slot] < segment.keys[next], "the ids of part \(part.number) do not ascend")
        }
        if let graph = segment.graph { try check(graph, segment, part) }
        for slot in 0..<count {
            try require(segment.slot(of: segment.keys[slot]) == slot, "an id is not found at its slot")
            let codes = segment.codes.codes(slot)
            let row = segment.vectors.row(slot)
            var lost = 0.0
            for index in 0..<segment.vectors.dimension {
                let difference = Double(row[index]) - Double(segment.codes.scale) * Double(codes[index])
                lost += difference * difference
            }
            try require(
                lost.squareRoot() <= Double(segment.codes.errors[slot]) * (1 + 1e-6),
                "the codes of slot \(slot) of part \(part.number) are further from their row than their bound says")
        }
    }

    /// Every link leads to another node of its level, each once, and every node can be reached.
    private func check(_ graph: Graph, _ segment: Segment, _ part: Part) throws(ValidityError) {
        let view = graph.view(segment.codes)
        for level in 0...view.upperLevels {
            let degreeMax = level == 0 ? view.degreeMax : graph.m
            let count = level == 0 ? view.count : graph.upperLinks[level - 1].count / graph.m
            for node in 0..<count {
                let links = level == 0 ? view.links(node) : view.upperLinks(node, level: level)
                var seen: Set<UInt32> = []
                for place in 0..<degreeMax where links[place] != NodeLayout.none {
                    let isGood = links[place] < count && links[place] != node && seen.insert(links[place]).inserted
                    try require(isGood, "node \(node) of part \(part.number) has a wrong link on level \(level)")
                    try require(seen.count == place + 1, "the links of node \(node) of part \(part.number) have gaps")
                }
            }
        }
        let lost = GraphReach.unreachable(view)
        try require(lost.isEmpty, "\(lost.count) nodes of part \(part.number) cannot be reached")
    }

    /// Every slot with a value stands in the order once, and values ascend.
    private func checkOrder<Value>(_ column: ValueColumn<Value>, _ field: String) throws(ValidityError) {
        var slots = Bitmap(slotCount: column.slotCount)
        slots.insert(column.order.elements)
        try require(
            slots == column.present && column.order.count == column.present.count,
            "the order of '\(field)' has not each value once")
        for (slot, next) in zip(column.order.elements, column.order.elements.dropFirst()) {
            let (value, other) = (column.values[Int(slot)], column.values[Int(next)])
            try require(value < other || value == other && slot < next, "the order of '\(field)' does not ascend")
        }
    }

    /// Postings and values tell the same.
    private func checkPostings(_ column: KeywordColumn, _ field: String) throws(ValidityError) {
        var posted: Set<[Int]> = []
        for term in 0..<column.terms.count {
            var previous = -1
            for slot in column.posting(ofTerm: term).slots {
                try require(slot > previous, "the postings of '\(field)' do not ascend")
                previous = slot
                posted.insert([slot, term])
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
