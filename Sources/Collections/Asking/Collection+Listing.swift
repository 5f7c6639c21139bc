public import Foundation

/// What is there, without a vector to compare with.
extension Collection {
    /// Those of some points that are there, in the order asked; at most 1000.
    /// - Throws: `SearchError`
    public func retrieve(
        ids: [UUID], payload: PayloadSelection = .all, withVector: Bool = false
    ) throws -> [StoredPoint] {
        guard ids.count <= Self.idsMax else {
            throw SearchError.tooMany("ids", came: ids.count, countMax: Self.idsMax)
        }
        let fields = try payload.resolve(schema)
        let state = state
        let found = state.find(Set(ids.map(PointKey.init)))
        return ids.compactMap { id in
            found[PointKey(id)].map { part, slot in
                StoredPoint(
                    id: id, payload: state.payload(part: part, slot: slot, fields: fields),
                    vector: withVector ? state.vector(part: part, slot: slot) : nil)
            }
        }
    }

    /// How many points match a filter.
    /// - Throws: `FilterError`; `WorkerPoolError` under too much load.
    public func count(filter: Filter? = nil) async throws -> Int {
        try await durations.measure(.count) {
            let filter = try FilterCompiler.compile(filter, schema: schema)
            let state = state
            if filter == .everything { return state.pointsCount }
            return try await onThread(kilobytes: ScanCost.kilobytes(of: filter, state)) {
                state.parts.reduce(0) { $0 + filter.slots(of: $1).count }
            }
        }
    }

    /// The points that match a filter in the order of their ids, from behind `after`; `limit` in 1...1000.
    /// - Throws: `SearchError`, `FilterError`; `WorkerPoolError` under too much load.
    public func scroll(
        after: UUID? = nil, limit: Int, filter: Filter? = nil, payload: PayloadSelection = .all,
        withVector: Bool = false
    ) async throws -> ScrollPage {
        try await durations.measure(.scroll) {
            try checkLimit(limit)
            let scroll = Scroll(
                state: state, filter: try FilterCompiler.compile(filter, schema: schema),
                after: after.map(PointKey.init), limit: limit, fields: try payload.resolve(schema),
                withVector: withVector)
            return try await onThread(kilobytes: ScanCost.kilobytes(of: scroll.filter, scroll.state)) { scroll.run() }
        }
    }

    /// The commonest values of a keyword, keywords, integer, bool or uuid field among the points that match a filter;
    /// `limit` in 1...1000.
    /// - Throws: `SearchError`, `FilterError`; `WorkerPoolError` under too much load.
    public func facets(field: String, limit: Int, filter: Filter? = nil) async throws -> [Facet] {
        try await durations.measure(.facets) {
            try checkLimit(limit)
            guard let index = schema.index(of: field) else {
                throw SearchError.unknownField(field, allowed: schema.fields.map(\.name))
            }
            let kind = schema.fields[index].kind
            guard [.keyword, .keywords, .integer, .bool, .uuid].contains(kind) else {
                throw SearchError.noFacets(field: field, kind: kind)
            }
            let count = FacetCount(
                state: state, filter: try FilterCompiler.compile(filter, schema: schema), field: index, limit: limit)
            return try await onThread(kilobytes: ScanCost.kilobytes(of: count.filter, count.state)) { count.run() }
        }
    }

    /// The keywords that points have in a keyword or keywords field, in compared form, and the position they were read
    /// at. The field must be one of the schema's.
    public func keywords(of field: String) -> (keywords: Set<String>, position: Position) {
        let kind = schema.field(field)?.kind
        precondition(kind == .keyword || kind == .keywords, "collection \(schema.name) has no keyword field '\(field)'")
        guard let index = schema.index(of: field) else { preconditionFailure("a field without an index") }
        let state = state
        return (state.terms(of: index), state.appliedPosition)
    }
}
