/// Counts the values of a field among the points that match.
struct FacetCount: Sendable {
    let state: CollectionState
    let filter: CompiledFilter
    let field: Int
    let limit: Int

    /// The commonest first; of equally common ones the lower value first. O(matching points).
    func run() -> [Facet] {
        var keywords: [Keyword: Int] = [:]
        var integers: [Int64: Int] = [:]
        var keys: [PointKey: Int] = [:]
        for part in state.parts {
            let matching = filter.slots(of: part)
            switch part.storage {
            case .segment(let segment):
                switch segment.columns[field] {
                case .keywords(let column): column.count(matching, into: &keywords)
                case .integer(let column): column.count(matching, into: &integers)
                case .uuid(let column): column.count(matching, into: &keys)
                case .float, .text: preconditionFailure("this kind of field has no facets")
                }
            case .tail(let tail):
                matching.forEach { slot in
                    switch tail.value(field: field, slot) {
                    case .keywords(let values): for value in values { keywords[value, default: 0] += 1 }
                    case .integer(let value): integers[value, default: 0] += 1
                    case .uuid(let key): keys[key, default: 0] += 1
                    case nil: break
                    case .float, .text: preconditionFailure("this kind of field has no facets")
                    }
                }
            }
        }
        let kind = state.schema.fields[field].kind
        switch kind {
        case .keyword, .keywords: return facets(of: keywords)
        case .uuid: return best(keys).map { Facet(value: .uuid($0.id), count: $1) }
        default: return best(integers).map { Facet(value: kind == .bool ? .bool($0 != 0) : .integer($0), count: $1) }
        }
    }

    private func facets(of counts: [Keyword: Int]) -> [Facet] {
        var totals: [String: Int] = [:]
        var spellings: [String: (spelling: String, count: Int)] = [:]
        for (keyword, count) in counts {
            totals[keyword.term, default: 0] += count
            let best = spellings[keyword.term]
            if let best, (best.count, keyword.spelling) > (count, best.spelling) { continue }
            spellings[keyword.term] = (keyword.spelling, count)
        }
        return best(totals).map { term, count in
            Facet(value: .keyword(spellings[term]?.spelling ?? term), count: count)
        }
    }

    private func best<Value: Comparable>(_ counts: [Value: Int]) -> [(Value, Int)] {
        let sorted = counts.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
        return sorted.prefix(limit).map { ($0.key, $0.value) }
    }
}
