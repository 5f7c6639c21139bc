/// How a search was answered. Every way gives the same hits.
public struct SearchPlan: Sendable, Equatable {
    public enum Strategy: String, Sendable, CaseIterable {
        /// Nothing of the part matches the filter.
        case nothing
        /// The matching rows were compared in full precision.
        case rows
        /// The codes of the matching rows gave bounds; rows that may be among the best were compared in full precision.
        case codes
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

    /// Chooses by the counted number of matches.
    static func strategy(
        for part: Part, matchingCount: Int, exact: Bool, _ parameters: CollectionParameters
    ) -> Strategy {
        let rowBytes = part.rows.stride * MemoryLayout<Float>.stride
        return switch matchingCount {
        case 0: .nothing
        case _ where exact: .rows
        case _ where part.tail != nil: .rows
        case ...(parameters.fullScanKilobytes * 1_024 / rowBytes): .rows
        default: .codes
        }
    }

    mutating func add(_ part: PartPlan, explain: Bool) {
        partsCount[part.strategy, default: 0] += 1
        comparedCount += part.comparedCount
        if explain { parts.append(part) }
    }
}
