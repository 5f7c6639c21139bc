/// A filter checked against a schema, in the form that parts answer: fields by number, values folded.
indirect enum CompiledFilter: Sendable, Hashable {
    case everything
    case nothing
    /// Quick ones first.
    case all([CompiledFilter])
    case any([CompiledFilter])
    case not(CompiledFilter)
    case isSet(field: Int)
    case anyTerm(field: Int, Set<String>)
    case allTerms(field: Int, Set<String>)
    case floats(field: Int, Interval)
    case floatIn(field: Int, Set<Double>)
    case integers(field: Int, ClosedRange<Int64>)
    case integerIn(field: Int, Set<Int64>)
    case uuidIn(field: Int, Set<PointKey>)
    case textIn(field: Int, Set<String>)
    case contains(field: Int, String)
    /// Ascending.
    case keys([PointKey])

    struct Interval: Sendable, Hashable {
        var lower = -Double.infinity
        var isLowerIncluded = true
        var upper = Double.infinity
        var isUpperIncluded = true

        func contains(_ number: Double) -> Bool { !startsAfter(number) && !endsBefore(number) }

        func startsAfter(_ number: Double) -> Bool { isLowerIncluded ? number < lower : number <= lower }

        func endsBefore(_ number: Double) -> Bool { isUpperIncluded ? number > upper : number >= upper }
    }

    /// The cost of reading texts.
    static let textCost = 50

    /// A rough measure of the work a slot costs, by which the parts of `all` are ordered.
    var cost: Int {
        switch self {
        case .everything, .nothing: 0
        case .keys, .anyTerm, .allTerms: 1
        case .isSet, .floats, .floatIn, .integers, .integerIn, .uuidIn: 2
        case .all(let parts), .any(let parts): (parts.map(\.cost).max() ?? 0) + 1
        case .not(let part): part.cost + 1
        case .textIn, .contains: Self.textCost
        }
    }

    /// What satisfies both.
    func and(_ other: CompiledFilter) -> CompiledFilter {
        if self == .everything { return other }
        return other == .everything ? self : .all([self, other].sorted { $0.cost < $1.cost })
    }

    // MARK: In a tail, point by point

    func matches(_ tail: Tail, _ slot: Int) -> Bool {
        switch self {
        case .everything: true
        case .nothing: false
        case .all(let parts): parts.allSatisfy { $0.matches(tail, slot) }
        case .any(let parts): parts.contains { $0.matches(tail, slot) }
        case .not(let part): !part.matches(tail, slot)
        case .keys(let keys): Self.has(keys, tail.key(slot))
        case .isSet(let field): tail.value(field: field, slot) != nil
        case .anyTerm(let field, _), .allTerms(let field, _), .floats(let field, _), .floatIn(let field, _),
            .integers(let field, _), .integerIn(let field, _), .uuidIn(let field, _), .textIn(let field, _),
            .contains(let field, _):
            tail.value(field: field, slot).map(matches) ?? false
        }
    }

    private func matches(_ value: StoredValue) -> Bool {
        switch (self, value) {
        case (.anyTerm(_, let terms), .keywords(let keywords)):
            keywords.contains { terms.contains($0.term) }
        case (.allTerms(_, let terms), .keywords(let keywords)):
            terms.allSatisfy { term in keywords.contains { $0.term == term } }
        case (.contains(_, let part), .keywords(let keywords)):
            keywords.contains { TextColumn.contains($0.term, part) }
        case (.floats(_, let interval), .float(let number)): interval.contains(number)
        case (.floatIn(_, let numbers), .float(let number)): numbers.contains(number)
        case (.integers(_, let range), .integer(let number)): range.contains(number)
        case (.integerIn(_, let numbers), .integer(let number)): numbers.contains(number)
        case (.uuidIn(_, let keys), .uuid(let key)): keys.contains(key)
        case (.textIn(_, let texts), .text(_, let folded)): texts.contains(folded)
        case (.contains(_, let part), .text(_, let folded)): TextColumn.contains(folded, part)
        default: preconditionFailure("a filter was compiled for another kind of field")
        }
    }

    private static func has(_ keys: [PointKey], _ key: PointKey) -> Bool {
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if keys[middle] < key { low = middle + 1 } else { high = middle }
        }
        return low < keys.count && keys[low] == key
    }

    // MARK: In a part

    /// The live slots of a part that match.
    func slots(of part: Part) -> Bitmap {
        switch part.storage {
        case .segment(let segment): return slots(of: segment, among: part.live)
        case .tail(let tail):
            var slots = Bitmap(slotCount: part.live.slotCount)
            part.live.forEach { slot in
                if matches(tail, slot) { slots.insert(slot) }
            }
            return slots
        }
    }

    /// Those of some slots of a segment that match.
    private func slots(of segment: Segment, among: Bitmap) -> Bitmap {
        switch self {
        case .everything: return among
        case .nothing: return Bitmap(slotCount: among.slotCount)
        case .all(let parts):
            var slots = among
            for part in parts where !slots.isEmpty { slots = part.slots(of: segment, among: slots) }
            return slots
        case .any(let parts):
            var found = Bitmap(slotCount: among.slotCount)
            var rest = among
            for part in parts where !rest.isEmpty {
                let slots = part.slots(of: segment, among: rest)
                found.formUnion(slots)
                rest.subtract(slots)
            }
            return found
        case .not(let part):
            var slots = among
            slots.subtract(part.slots(of: segment, among: among))
            return slots
        case .contains(let field, let part):
            if case .text(let column) = segment.columns[field] { return column.slots(containing: part, among: among) }
            return leafSlots(of: segment, among)
        case .textIn(let field, let texts):
            guard case .text(let column) = segment.columns[field] else { preconditionFailure("not a text column") }
            var found = Bitmap(slotCount: among.slotCount)
            among.forEach { slot in
                if let text = column.text(slot), texts.contains(text.folded) { found.insert(slot) }
            }
            return found
        default: return leafSlots(of: segment, among)
        }
    }

    /// Of conditions that an index or a plain column answers for all slots at once.
    private func leafSlots(of segment: Segment, _ among: Bitmap) -> Bitmap {
        var slots = Bitmap(slotCount: among.slotCount)
        switch self {
        case .keys(let keys):
            for key in keys {
                if let slot = segment.slot(of: key) { slots.insert(slot) }
            }
        case .isSet(let field): slots = segment.columns[field].present
        case .anyTerm(let field, let terms):
            let column = Self.keywords(segment, field)
            for term in terms { column.posting(of: term)?.insert(into: &slots) }
        case .allTerms(let field, let terms):
            let column = Self.keywords(segment, field)
            slots = among
            for term in terms {
                var having = Bitmap(slotCount: among.slotCount)
                column.posting(of: term)?.insert(into: &having)
                slots.formIntersection(having)
            }
        case .contains(let field, let part):
            let column = Self.keywords(segment, field)
            for term in 0..<column.terms.count where TextColumn.contains(column.terms[term], part) {
                column.posting(ofTerm: term).insert(into: &slots)
            }
        case .floats(let field, let interval):
            let column = Self.floats(segment, field)
            let start = column.place(after: interval.startsAfter)
            slots = column.slots(at: start..<max(start, column.place { !interval.endsBefore($0) }))
        case .floatIn(let field, let numbers): slots = Self.floats(segment, field).slots(with: numbers)
        case .integers(let field, let range):
            slots = Self.integers(segment, field).slots(from: range.lowerBound, to: range.upperBound)
        case .integerIn(let field, let numbers): slots = Self.integers(segment, field).slots(with: numbers)
        case .uuidIn(let field, let keys):
            guard case .uuid(let column) = segment.columns[field] else { preconditionFailure("not a UUID column") }
            slots = column.slots(with: keys)
        case .everything, .nothing, .all, .any, .not, .textIn: preconditionFailure("not a condition on one column")
        }
        slots.formIntersection(among)
        return slots
    }

    private static func keywords(_ segment: Segment, _ field: Int) -> KeywordColumn {
        guard case .keywords(let column) = segment.columns[field] else { preconditionFailure("not a keyword column") }
        return column
    }

    private static func floats(_ segment: Segment, _ field: Int) -> ValueColumn<Double> {
        guard case .float(let column) = segment.columns[field] else { preconditionFailure("not a float column") }
        return column
    }

    private static func integers(_ segment: Segment, _ field: Int) -> ValueColumn<Int64> {
        guard case .integer(let column) = segment.columns[field] else { preconditionFailure("not an integer column") }
        return column
    }
}
