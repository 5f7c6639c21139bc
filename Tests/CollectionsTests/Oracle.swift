import Foundation

@testable import VectorCollections

/// The same promises kept the plain way: a dictionary, read from end to end.
struct Oracle {
    private(set) var points: [PointKey: (vector: [Float], payload: Payload)] = [:]

    mutating func apply(_ change: Change) throws {
        switch change.operation {
        case .upsert(let point): try upsert(point)
        case .delete: points[PointKey(change.id)] = nil
        }
    }

    mutating func upsert(_ point: Point) throws {
        let unit = try UnitVector.normalise(point.vector, dimension: point.vector.count)
        points[PointKey(point.id)] = (unit, point.payload)
    }

    func search(_ vector: [Float], _ filter: Filter?, limit: Int, threshold: Float?) throws -> [(
        id: UUID, score: Float
    )] {
        let query = Self.padded(try UnitVector.normalise(vector, dimension: vector.count))
        var scored: [(key: PointKey, score: Float)] = []
        for (key, point) in points where matches(key, filter) {
            // The engine's own product, for a comparison to the last bit; tests compare it with plain sums elsewhere.
            let row = Self.padded(point.vector)
            let score = Kernels.best.dot(query, row, row.count)
            if score >= threshold ?? -.infinity { scored.append((key, score)) }
        }
        scored.sort { $0.score != $1.score ? $0.score > $1.score : $0.key < $1.key }
        return scored.prefix(limit).map { ($0.key.id, $0.score) }
    }

    func ids(_ filter: Filter?) -> [UUID] { points.keys.filter { matches($0, filter) }.sorted().map(\.id) }

    /// Terms with their number of points.
    func keywordCounts(_ field: String, _ filter: Filter?) -> [String: Int] {
        var counts: [String: Int] = [:]
        for (key, point) in points where matches(key, filter) {
            for term in Set((point.payload[field]?.stringsValue ?? []).map(Self.folded)) {
                counts[term, default: 0] += 1
            }
        }
        return counts
    }

    static func folded(_ text: String) -> String {
        text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased().precomposedStringWithCanonicalMapping
    }

    private static func padded(_ vector: [Float]) -> [Float] {
        vector + [Float](repeating: 0, count: VectorRows.stride(dimension: vector.count) - vector.count)
    }

    // MARK: Filters

    func matches(_ key: PointKey, _ filter: Filter?) -> Bool {
        guard let filter, let payload = points[key]?.payload else { return true }
        func value(_ field: String) -> PayloadValue? {
            if case .keywords(let spellings) = payload[field], spellings.isEmpty { return nil }
            return payload[field]
        }
        switch filter {
        case .all(let parts): return parts.allSatisfy { matches(key, $0) }
        case .any(let parts): return parts.contains { matches(key, $0) }
        case .not(let part): return !matches(key, part)
        case .equals(let field, let wanted): return has(value(field), wanted)
        case .anyOf(let field, let wanted): return wanted.contains { has(value(field), $0) }
        case .noneOf(let field, let wanted): return !wanted.contains { has(value(field), $0) }
        case .allOf(let field, let wanted): return wanted.allSatisfy { has(value(field), $0) }
        case .isNull(let field): return value(field) == nil
        case .hasId(let ids): return ids.contains(key.id)
        case .range(let field, let lower, let upper):
            guard let number = value(field).flatMap(Self.number) else { return false }
            let isAbove =
                switch lower {
                case nil: true
                case .inclusive(let bound)?: number >= Self.number(bound) ?? .nan
                case .exclusive(let bound)?: number > Self.number(bound) ?? .nan
                }
            let isBelow =
                switch upper {
                case nil: true
                case .inclusive(let bound)?: number <= Self.number(bound) ?? .nan
                case .exclusive(let bound)?: number < Self.number(bound) ?? .nan
                }
            return isAbove && isBelow
        case .textContains(let field, let part):
            let texts = value(field)?.stringsValue ?? [value(field)?.stringValue].compactMap(\.self)
            return texts.contains { Self.folded($0).contains(Self.folded(part)) }
        }
    }

    private func has(_ value: PayloadValue?, _ wanted: PayloadValue) -> Bool {
        switch (value, wanted) {
        case (.keyword(let spelling)?, .keyword(let wanted)): Self.folded(spelling) == Self.folded(wanted)
        case (.keywords(let spellings)?, .keyword(let wanted)):
            spellings.contains { Self.folded($0) == Self.folded(wanted) }
        case (let value?, _): Self.number(value) != nil ? Self.number(value) == Self.number(wanted) : value == wanted
        case (nil, _): false
        }
    }

    private static func number(_ value: PayloadValue) -> Double? {
        value.numberValue ?? value.dateValue?.timeIntervalSinceReferenceDate
    }
}
