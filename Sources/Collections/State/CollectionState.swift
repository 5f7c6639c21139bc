/// Everything a collection held at one moment. It never changes: a search that pinned it sees one truth to its end.
public final class CollectionState: Sendable {
    public let schema: CollectionSchema
    /// Every change up to it is in this state, with the effect of none before it undone.
    public let appliedPosition: Position
    /// Whether a first load was completed or a change applied.
    public let isLoaded: Bool
    /// Points that can be found.
    public let pointsCount: Int
    let parts: [Part]
    /// The numbers of parts as searches take them: graphs first, the largest of them first, since what is found in one part
    /// shortens the search of the next; the tails last.
    let searchOrder: [Int]

    init(schema: CollectionSchema, parts: [Part], appliedPosition: Position, isLoaded: Bool) {
        self.schema = schema
        self.parts = parts
        searchOrder = parts.indices.sorted { left, right in
            let (one, other) = (parts[left], parts[right])
            let (hasGraph, otherHasGraph) = (one.segment?.graph != nil, other.segment?.graph != nil)
            if hasGraph != otherHasGraph { return hasGraph }
            return hasGraph && one.liveCount != other.liveCount ? one.liveCount > other.liveCount : left < right
        }
        self.appliedPosition = appliedPosition
        self.isLoaded = isLoaded
        pointsCount = parts.reduce(0) { $0 + $1.liveCount }
    }

    /// Where a point is. O(parts × log points) for segments, O(points) for tails.
    func find(_ keys: Set<PointKey>) -> [PointKey: (part: Int, slot: Int)] {
        var found: [PointKey: (part: Int, slot: Int)] = [:]
        for (place, part) in parts.enumerated() where found.count < keys.count {
            switch part.storage {
            case .segment(let segment):
                for key in keys {
                    if let slot = segment.slot(of: key), part.live.contains(slot) { found[key] = (place, slot) }
                }
            case .tail(let tail):
                part.live.forEach { slot in
                    if keys.contains(tail.key(slot)) { found[tail.key(slot)] = (place, slot) }
                }
            }
        }
        return found
    }

    /// The terms that live points have in a keyword or keywords field. O(terms + points of tails), more where much is
    /// deleted.
    func terms(of field: Int) -> Set<String> {
        var terms: Set<String> = []
        for part in parts {
            switch part.storage {
            case .segment(let segment):
                guard case .keywords(let column) = segment.columns[field] else { preconditionFailure("not keywords") }
                for term in 0..<column.terms.count
                where column.posting(ofTerm: term).contains(where: part.live.contains) {
                    terms.insert(column.terms[term])
                }
            case .tail(let tail):
                part.live.forEach { slot in
                    guard case .keywords(let keywords) = tail.value(field: field, slot) else { return }
                    for keyword in keywords { terms.insert(keyword.term) }
                }
            }
        }
        return terms
    }

    /// The fields of a point that a selection asks for.
    func payload(part: Int, slot: Int, fields: [Int]) -> Payload {
        var payload: Payload = [:]
        for field in fields {
            if let value = parts[part].value(field: field, slot) {
                payload[schema.fields[field].name] = value.payloadValue(schema.fields[field].kind)
            }
        }
        return payload
    }

    func vector(part: Int, slot: Int) -> [Float] {
        Array(UnsafeBufferPointer(start: parts[part].row(slot), count: schema.dimension))
    }
}
