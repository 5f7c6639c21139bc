/// Times the same searches on some indexes in turn, one call a search on one thread.
///
/// The rounds of the indexes alternate, so that what disturbs the machine disturbs all of them alike; of each the round
/// with the shortest total counts.
struct SearchRounds {
    typealias Index = (SearchRequest) throws -> SearchResult

    static let roundsCount = 3
    private static let warmingCount = 100

    let requests: [SearchRequest]

    /// - Parameter k: numbers in each answer.
    /// - Returns: the best pass of each index, in their order.
    /// - Throws: what the searches throw.
    func run(on indexes: [Index], k: Int) throws -> [SearchPass] {
        for index in indexes {
            for request in requests.prefix(Self.warmingCount) { _ = try index(request) }
        }
        var best = [SearchPass?](repeating: nil, count: indexes.count)
        for _ in 0..<Self.roundsCount {
            for (place, index) in indexes.enumerated() {
                let pass = try pass(on: index, k: k)
                if pass.totalSeconds < best[place]?.totalSeconds ?? .infinity { best[place] = pass }
            }
        }
        return best.compactMap(\.self)
    }

    private func pass(on index: Index, k: Int) throws -> SearchPass {
        var seconds: [Double] = []
        var results: [SearchResult] = []
        seconds.reserveCapacity(requests.count)
        results.reserveCapacity(requests.count)
        let clock = ContinuousClock()
        let start = clock.now
        for request in requests {
            let before = clock.now
            results.append(try index(request))
            seconds.append((clock.now - before) / .seconds(1))
        }
        let totalSeconds = (clock.now - start) / .seconds(1)
        var partsCount: [SearchPlan.Strategy: Int] = [:]
        for result in results { partsCount.merge(result.plan.partsCount) { $0 + $1 } }
        return SearchPass(
            seconds: seconds, totalSeconds: totalSeconds,
            answers: results.map { result in
                let rows = result.hits.map { AnnBenchmark.row($0.id) }
                return rows + Array(repeating: -1, count: max(0, k - rows.count))
            },
            matchingCount: results.last?.matchingCount ?? 0, partsCount: partsCount)
    }
}
