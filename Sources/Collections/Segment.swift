import Foundation

/// An immutable part of a collection: rows of unit vectors with their payloads, and an index on each field.
///
/// Slots are numbered from 0. Which slots still count is no matter of the segment: see `LiveSegment`.
final class Segment: Sendable {
    let schema: CollectionSchema
    let ids: [UUID]
    /// One row a slot, `schema.dimension` numbers each, contiguous.
    let rows: [Float]
    let payloads: [[String: PayloadValue]]
    /// For each keyword field the slots that have a keyword, ascending.
    private let postings: [String: [String: [Int32]]]
    /// For each field of numbers or dates its value per slot; not a number where it is missing.
    private let columns: [String: [Double]]

    var count: Int { ids.count }

    /// - Parameter points: checked against the schema already. O(points × dimension).
    init(_ points: [Point], schema: CollectionSchema) {
        self.schema = schema
        ids = points.map(\.id)
        payloads = points.map(\.payload)
        var rows: [Float] = []
        rows.reserveCapacity(points.count * schema.dimension)
        for point in points { rows.append(contentsOf: point.vector) }
        self.rows = rows
        (postings, columns) = Self.index(payloads, schema)
    }

    func vector(_ slot: Int) -> [Float] {
        Array(rows[slot * schema.dimension..<(slot + 1) * schema.dimension])
    }

    func point(_ slot: Int) -> Point { Point(id: ids[slot], vector: vector(slot), payload: payloads[slot]) }

    /// Bytes per part: vectors and everything else, the latter estimated.
    var bytes: (rows: Int, columns: Int) {
        let postingBytes = postings.values.reduce(0) { $0 + $1.values.reduce(0) { $0 + $1.count * 4 } }
        return (rows.count * MemoryLayout<Float>.stride, columns.count * count * 8 + postingBytes + count * 16)
    }

    // MARK: Filters

    /// The slots that satisfy a filter. O(count / 64) for each term and the length of the postings it reads; O(count)
    /// for ranges and parts of texts.
    func matching(_ filter: CompiledFilter) -> Bitmap {
        switch filter {
        case .everything: return Bitmap(count: count, filled: true)
        case .all(let parts):
            var result = Bitmap(count: count, filled: true)
            for part in parts { result.formIntersection(matching(part)) }
            return result
        case .any(let parts):
            var result = Bitmap(count: count)
            for part in parts { result.formUnion(matching(part)) }
            return result
        case .not(let part): return matching(part).inverted
        case .keywords(let field, let values): return union(field, values)
        case .allKeywords(let field, let values):
            var result = Bitmap(count: count, filled: true)
            for value in values { result.formIntersection(union(field, [value])) }
            return result
        case .numbers(let field, let values): return select(field) { values.contains($0) }
        case .between(let field, let lower, let includesLower, let upper, let includesUpper):
            return select(field) { number in
                (includesLower ? number >= lower : number > lower) && (includesUpper ? number <= upper : number < upper)
            }
        case .missing(let field): return filtered { $0[field] == nil }
        case .identifiers(let field, let values):
            return filtered { payload in
                if case .uuid(let id) = payload[field] { return values.contains(id) }
                return false
            }
        case .booleans(let field, let values):
            return filtered { payload in
                if case .bool(let flag) = payload[field] { return values.contains(flag) }
                return false
            }
        case .ids(let wanted):
            var result = Bitmap(count: count)
            for (slot, id) in ids.enumerated() where wanted.contains(id) { result.insert(slot) }
            return result
        case .contains(let field, let part):
            return filtered { payload in
                switch payload[field] {
                case .text(let text), .keyword(let text): text.lowercased().contains(part)
                default: false
                }
            }
        }
    }

    private func union(_ field: String, _ values: [String]) -> Bitmap {
        var result = Bitmap(count: count)
        guard let lists = postings[field] else { return result }
        for value in values {
            for slot in lists[value] ?? [] { result.insert(Int(slot)) }
        }
        return result
    }

    private func select(_ field: String, _ isWanted: (Double) -> Bool) -> Bitmap {
        var result = Bitmap(count: count)
        guard let column = columns[field] else { return result }
        for (slot, number) in column.enumerated() where !number.isNaN && isWanted(number) { result.insert(slot) }
        return result
    }

    private func filtered(_ isWanted: ([String: PayloadValue]) -> Bool) -> Bitmap {
        var result = Bitmap(count: count)
        for (slot, payload) in payloads.enumerated() where isWanted(payload) { result.insert(slot) }
        return result
    }

    private static func index(
        _ payloads: [[String: PayloadValue]], _ schema: CollectionSchema
    ) -> (postings: [String: [String: [Int32]]], columns: [String: [Double]]) {
        var postings: [String: [String: [Int32]]] = [:]
        var columns: [String: [Double]] = [:]
        for (field, kind) in schema.fields {
            switch kind {
            case .keyword, .keywords: postings[field] = [:]
            case .float, .integer, .datetime: columns[field] = Array(repeating: .nan, count: payloads.count)
            case .uuid, .bool, .text: continue
            }
        }
        for (slot, payload) in payloads.enumerated() {
            for (field, value) in payload {
                if let number = value.number { columns[field]?[slot] = number }
                for keyword in Set(value.keywords) { postings[field]?[keyword, default: []].append(Int32(slot)) }
            }
        }
        return (postings, columns)
    }

    /// The keywords of a field with the live slots that have them.
    func keywords(of field: String) -> [String: [Int32]] { postings[field] ?? [:] }
}

extension PayloadValue {
    /// The keywords of the value in compared form; none for values that are not keywords.
    var keywords: [String] {
        switch self {
        case .keyword(let text): [Self.normalized(text)]
        case .keywords(let texts): texts.map(Self.normalized)
        default: []
        }
    }
}
