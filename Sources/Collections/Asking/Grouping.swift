import Foundation

/// Points put together by the value of a field, as they come, best first.
struct Grouping {
    /// What makes points one group.
    private enum Name: Hashable {
        case term(String)
        case integer(Int64)
        case key(PointKey)
    }

    struct Group {
        let value: PayloadValue
        var members: [(id: UUID, score: Float)]
    }

    let kind: FieldKind
    let groupsMax: Int
    let perGroupMax: Int
    private(set) var groups: [Group] = []
    private var indices: [Name: Int] = [:]
    private var fullCount = 0

    init(kind: FieldKind, groupsMax: Int, perGroupMax: Int) {
        self.kind = kind
        self.groupsMax = groupsMax
        self.perGroupMax = perGroupMax
    }

    /// Whether no further point changes anything.
    var isFull: Bool { fullCount == groupsMax }

    /// Takes the next best point.
    mutating func add(_ id: UUID, _ score: Float, _ value: StoredValue?) {
        switch value {
        case .keywords(let keywords):
            for keyword in keywords.sorted(by: { StringTable.precedes($0.term, $1.term) }) {
                add(id, score, .term(keyword.term), .keyword(keyword.spelling))
            }
        case .integer(let number): add(id, score, .integer(number), StoredValue.integer(number).payloadValue(kind))
        case .uuid(let key): add(id, score, .key(key), .uuid(key.id))
        case .float, .text, nil: preconditionFailure("a point without a value to group by")
        }
    }

    private mutating func add(_ id: UUID, _ score: Float, _ name: Name, _ value: PayloadValue) {
        let index: Int
        if let known = indices[name] {
            index = known
        } else {
            // The groups there are have better hits than a new one.
            guard groups.count < groupsMax else { return }
            index = groups.count
            indices[name] = index
            groups.append(Group(value: value, members: []))
        }
        guard groups[index].members.count < perGroupMax else { return }
        groups[index].members.append((id, score))
        if groups[index].members.count == perGroupMax { fullCount += 1 }
    }
}

/// The comparison of every matching point, for groups that the best thousand do not fill.
struct GroupScan: Sendable {
    let state: CollectionState
    let filter: CompiledFilter
    let query: QueryVector
    let scoreThreshold: Float?

    /// The points that match in the order of results. O(n × dimension + n log n), 32 bytes a point.
    func run() -> [TopHits.Entry] {
        var entries: [TopHits.Entry] = []
        for (place, part) in state.parts.enumerated() {
            let stride = part.rows.stride
            filter.slots(of: part).forEach { slot in
                let score = Kernels.best.dot(query.row.base, part.row(slot), stride)
                guard score >= scoreThreshold ?? -.infinity else { return }
                entries.append(
                    TopHits.Entry(score: score, key: part.key(slot), part: Int32(place), slot: Int32(slot)))
            }
        }
        entries.sort { $0.precedes($1) }
        return entries
    }

    var kilobytes: Int {
        let stride = VectorRows.stride(dimension: state.schema.dimension) * MemoryLayout<Float>.stride
        return state.pointsCount * stride / 1_024 + ScanCost.kilobytes(of: filter, state)
    }
}
