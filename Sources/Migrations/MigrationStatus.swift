public import Foundation

/// A migration as the database knows it.
public struct MigrationStatus: Sendable, Equatable {
    public enum State: String, Sendable {
        case pending, applied
        /// Applied, but with another text than the present one.
        case edited
        /// Applied, but not known to this program, which is older than the database.
        case missing
        /// Begun outside of a transaction and not ended.
        case interrupted
    }

    public let version: Int
    public let name: String
    public let state: State
    public let appliedAt: Date?
    /// How long applying it took.
    public let durationSeconds: Double?
}
