import Foundation

/// The examples of a request as vectors of length one.
struct Examples: Sendable {
    let positives: [[Float]]
    let negatives: [[Float]]
    /// Those that are points of the collection, ascending, each once.
    let keys: [PointKey]

    /// - Throws: `SearchError` for too many or none, for ids without a point, for vectors that do not fit.
    init(_ request: RecommendRequest, _ state: CollectionState) throws(SearchError) {
        let all = request.positives + request.negatives
        guard all.count <= RecommendRequest.examplesMax else {
            throw .tooMany("examples", came: all.count, countMax: RecommendRequest.examplesMax)
        }
        switch request.strategy {
        case .averageVector where request.positives.isEmpty: throw .noExamples(needed: "positive")
        case .bestScore where all.isEmpty: throw .noExamples(needed: "positive or negative")
        default: break
        }
        var keys: Set<PointKey> = []
        for case .id(let id) in all { keys.insert(PointKey(id)) }
        let places = state.find(keys)
        let unknown = keys.filter { places[$0] == nil }.sorted()
        guard unknown.isEmpty else { throw .unknownExamples(unknown.map(\.id)) }

        func vectors(_ examples: [RecommendRequest.Example], _ list: String) throws(SearchError) -> [[Float]] {
            var vectors: [[Float]] = []
            for (index, example) in examples.enumerated() {
                switch example {
                case .id(let id):
                    guard let place = places[PointKey(id)] else { preconditionFailure("a known example has no place") }
                    vectors.append(state.vector(part: place.part, slot: place.slot))
                case .vector(let vector):
                    do {
                        vectors.append(try UnitVector.normalise(vector, dimension: state.schema.dimension))
                    } catch {
                        throw .example(list, index: index, error)
                    }
                }
            }
            return vectors
        }
        positives = try vectors(request.positives, "positives")
        negatives = try vectors(request.negatives, "negatives")
        self.keys = keys.sorted()
    }

    /// Twice the average of the positives less that of the negatives; the average of the positives without negatives.
    /// - Throws: `SearchError.examplesCancelOut`
    func target() throws(SearchError) -> [Float] {
        var target = Self.average(positives)
        if !negatives.isEmpty {
            let away = Self.average(negatives)
            for index in target.indices { target[index] = 2 * target[index] - away[index] }
        }
        // Below this the direction is one of rounding.
        guard target.reduce(0, { $0 + $1 * $1 }) > 1e-12 else { throw .examplesCancelOut }
        return target.map(Float.init)
    }

    private static func average(_ vectors: [[Float]]) -> [Double] {
        var sum = [Double](repeating: 0, count: vectors.first?.count ?? 0)
        for vector in vectors {
            for (index, element) in vector.enumerated() { sum[index] += Double(element) }
        }
        return sum.map { $0 / Double(vectors.count) }
    }
}
