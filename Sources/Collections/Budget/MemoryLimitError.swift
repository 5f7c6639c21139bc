/// What does not fit in a `MemoryBudget`; nothing of it was done.
public struct MemoryLimitError: Error, Equatable, CustomStringConvertible {
    public enum Purpose: String, Sendable {
        /// Points to be applied or loaded.
        case points
        /// The sealing, cleaning or merging of parts, which needs room for its result beside its sources.
        case rewrite
        /// A snapshot to be opened.
        case snapshot
    }

    public let collection: String
    public let purpose: Purpose
    /// Estimated, rather too many than too few.
    public let bytesNeeded: Int
    /// By all collections of the budget.
    public let bytesInUse: Int
    /// By rewrites under way, of all collections of the budget.
    public let bytesReserved: Int
    public let limitBytes: Int
    public let headroomBytes: Int

    public var description: String {
        let uses =
            "collection \(collection): \(bytesInUse) bytes are in use and \(bytesReserved) reserved by rewrites, allowed "
            + "are \(limitBytes) and \(headroomBytes) more for rewrites; "
        switch purpose {
        case .points:
            return uses + "new points need \(bytesNeeded): raise the limit, or delete points and let them be rewritten"
        case .rewrite:
            return uses + "a rewrite needs \(bytesNeeded) for its result and its work: it waits until there is room; "
                + "raise the limit or the headroom, or let smaller segments be made"
        case .snapshot:
            return uses + "the snapshot needs \(bytesNeeded) besides its mapped files: raise the limit, or make room "
                + "in the other collections"
        }
    }
}
