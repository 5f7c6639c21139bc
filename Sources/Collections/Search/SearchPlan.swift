/// How a search was answered. Every way gives the same hits but that a walk may miss some.
public struct SearchPlan: Sendable, Equatable {
    public enum Strategy: String, Sendable, CaseIterable {
        /// Nothing of the part matches the filter.
        case nothing
        /// The matching rows were compared in full precision.
        case rows
        /// The codes of the matching rows gave bounds; rows that may be among the best were compared in full precision.
        case codes
        /// The upper halves of the codes of the matching rows gave estimates; rows that may be among the best were
        /// compared in full precision. Only where another part was walked.
        case halves
        /// A walk through the graph found rows near the query, which were compared in full precision. Rows it did not
        /// come by are missed.
        case graph
    }

    public struct PartPlan: Sendable, Equatable {
        public let isTail: Bool
        public let strategy: Strategy
        public let slotCount: Int
        public let matchingCount: Int
        /// Rows compared in full precision.
        public let comparedCount: Int
    }

    /// How many parts were answered in each way.
    public private(set) var partsCount: [Strategy: Int] = [:]
    /// Rows compared in full precision.
    public private(set) var comparedCount = 0
    /// Each part; empty unless asked to explain.
    public private(set) var parts: [PartPlan] = []

    /// A walk reads about so many nodes for each one it keeps in view.
    private static let nodesPerKept = 24.0

    /// Fewer rows are compared at once.
    private static let halvesMin = 64

    /// Chooses the way that takes least time, by the counted number of matches. A walk with a filter reads as many more nodes
    /// as there are fewer that match.
    /// - Parameter isBesideWalk: whether another part was walked, so that the answer is not exact anyway.
    static func strategy(
        for part: Part, matchingCount: Int, exact: Bool, ef: Int, isBesideWalk: Bool = false,
        _ parameters: CollectionParameters
    ) -> Strategy {
        if matchingCount == 0 { return .nothing }
        if exact { return .rows }
        if isBesideWalk, part.halves != nil, matchingCount >= halvesMin { return .halves }
        guard let segment = part.segment else { return .rows }
        if segment.graph != nil {
            let walked = nodesPerKept * Double(ef) * Double(part.slotCount) / Double(matchingCount)
            if walked * parameters.walkCost < Double(matchingCount) { return .graph }
        }
        let rowBytes = part.rows.stride * MemoryLayout<Float>.stride
        return matchingCount * rowBytes <= parameters.rowScanKilobytes * 1_024 ? .rows : .codes
    }

    mutating func add(_ part: PartPlan, explain: Bool) {
        partsCount[part.strategy, default: 0] += 1
        comparedCount += part.comparedCount
        if explain { parts.append(part) }
    }
}
