/// Chooses links by the heuristic of Malkov and Yashunin (2018, algorithm 4): a candidate is taken unless a taken one is
/// nearer to it than the node itself is, so that links point in different directions.
///
/// One thread's working memory, reused from choice to choice.
struct NeighbourChoice {
    struct Candidate {
        let score: Int32
        let node: UInt32

        /// Nearest first, of equal ones the lower number.
        @inline(__always)
        static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
            left.score != right.score ? left.score > right.score : left.node < right.node
        }
    }

    var candidates: [Candidate] = []
    private(set) var chosen: [UInt32] = []
    private var passed: [UInt32] = []
    private var scores: [Int32] = []

    init(candidatesMax: Int) {
        candidates.reserveCapacity(candidatesMax)
        scores = Array(repeating: 0, count: candidatesMax)
        chosen.reserveCapacity(candidatesMax)
        passed.reserveCapacity(candidatesMax)
    }

    /// The entries of a beam are the candidates.
    mutating func take(_ beam: Beam) {
        candidates.removeAll(keepingCapacity: true)
        for index in 0..<beam.count {
            candidates.append(Candidate(score: beam.score(index), node: beam.node(index)))
        }
    }

    /// Some nodes are the candidates, sorted by their nearness to `codes`.
    mutating func take(_ nodes: [UInt32], nearTo codes: UnsafePointer<Int8>, _ view: GraphView) {
        if scores.count < nodes.count { scores = Array(repeating: 0, count: nodes.count) }
        nodes.withUnsafeBufferPointer { nodes in
            scores.withUnsafeMutableBufferPointer { scores in
                guard let scores = scores.baseAddress else { return }
                Kernels.best.dotNodes(
                    codes, view.nodes, nodeBytes: view.nodeBytes, codeBytes: view.codeBytes, nodes, scores: scores)
            }
        }
        candidates.removeAll(keepingCapacity: true)
        for (index, node) in nodes.enumerated() { candidates.append(Candidate(score: scores[index], node: node)) }
        candidates.sort(by: Candidate.precedes)
    }

    /// Fills `chosen` with at most `limit` nodes: first those to keep, then candidates, which must be sorted, each once,
    /// and none of those kept.
    /// - Parameter countMin: where fewer are chosen, the nearest of those passed over are taken too.
    mutating func choose(_ limit: Int, _ view: GraphView, keeping kept: [UInt32] = [], countMin: Int = 0) {
        chosen.removeAll(keepingCapacity: true)
        passed.removeAll(keepingCapacity: true)
        chosen.append(contentsOf: kept)
        for candidate in candidates {
            if chosen.count >= limit { break }
            if isCovered(candidate, view) { passed.append(candidate.node) } else { chosen.append(candidate.node) }
        }
        for node in passed {
            if chosen.count >= min(countMin, limit) { break }
            chosen.append(node)
        }
    }

    private mutating func isCovered(_ candidate: Candidate, _ view: GraphView) -> Bool {
        if chosen.isEmpty { return false }
        return chosen.withUnsafeBufferPointer { chosen in
            scores.withUnsafeMutableBufferPointer { scores in
                guard let scores = scores.baseAddress, let first = chosen.baseAddress else { return false }
                // A few at a time: most candidates are covered by one of the nearest.
                var start = 0
                while start < chosen.count {
                    let count = min(4, chosen.count - start)
                    Kernels.best.dotNodes(
                        view.codes(Int(candidate.node)), view.nodes, nodeBytes: view.nodeBytes,
                        codeBytes: view.codeBytes, UnsafeBufferPointer(start: first + start, count: count),
                        scores: scores)
                    for index in 0..<count where scores[index] > candidate.score { return true }
                    start += count
                }
                return false
            }
        }
    }
}
