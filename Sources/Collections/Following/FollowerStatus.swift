/// How far a follower is.
public struct FollowerStatus: Sendable, Equatable {
    public enum Phase: String, Sendable {
        case loading, following
    }

    public internal(set) var phase = Phase.loading
    /// Whether the collection has caught up with the head as it was when following began. Stays true.
    public internal(set) var isReady = false
    public internal(set) var appliedPosition = Position.start
    /// The latest head heard of; nil before the first.
    public internal(set) var headPosition: Position?
    /// Points taken in by the load under way or the last one.
    public internal(set) var loadedCount = 0
    /// Points that did not fit the collection and are therefore not found in it, since the start.
    public internal(set) var refusedCount = 0
    /// Failures of the source without a success between them.
    public internal(set) var failuresCount = 0
    /// What failed last; nil when the last step succeeded.
    public internal(set) var lastError: String?
    /// Where that was a lack of memory: nothing is taken in until there is room, and the position stays.
    public internal(set) var memoryLimit: MemoryLimitError?
}

/// How a follower goes about its work.
public struct FollowerParameters: Sendable, Hashable {
    public var loadPointsMax = 1_000
    public var changesMax = 1_000
    /// How long to wait for a wake-up before looking anyway.
    public var pollSeconds = 5.0
    public var backoffSecondsMin = 0.1
    public var backoffSecondsMax = 15.0
    /// Tasks that may wait for a position at a time.
    public var waitersMax = 4_096

    public init() {}
}

/// A source that breaks its promises.
public enum FollowerError: Error, Equatable, CustomStringConvertible {
    /// A page or batch does not lead past the place it was asked from.
    case sourceStuck(collection: String, after: String)

    public var description: String {
        switch self {
        case .sourceStuck(let collection, let after):
            "the source of \(collection) gave nothing beyond \(after), though it said that there is more"
        }
    }
}
