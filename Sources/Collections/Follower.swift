import Foundation
public import Logging
import Synchronization

/// Keeps a collection up to date with its source: loads everything once, then applies the log.
///
/// A source that fails is asked again with growing pauses; what was applied stays searchable meanwhile.
public final class Follower: Sendable {
    private static let loadPageCountMax = 2_000
    private static let changesCountMax = 1_000
    /// How long to wait for a wake-up before looking anyway.
    private static let pollSeconds = 5.0
    private static let pauseSecondsMin = 0.1
    private static let pauseSecondsMax = 10.0

    private struct Progress {
        var isReady = false
        /// The latest head heard of.
        var head = Position.start
    }

    private let collection: Collection
    private let source: any ChangeSource
    private let logger: Logger
    private let progress = Mutex(Progress())

    public init(collection: Collection, source: any ChangeSource, logger: Logger) {
        self.collection = collection
        self.source = source
        self.logger = logger
    }

    /// Whether the collection has caught up with the head as it was when following began. Stays true.
    public var isReady: Bool { progress.withLock { $0.isReady } }

    /// Changes that are known and not applied yet.
    public var lagChanges: Int {
        let head = progress.withLock { $0.head }
        return Int(max(0, head.rawValue - collection.appliedPosition.rawValue))
    }

    /// Returns when every change up to `position` can be found.
    /// - Throws: `WaitTimeout` when that takes longer than `timeoutSeconds`.
    public func waitUntilApplied(_ position: Position, timeoutSeconds: Double) async throws {
        try await collection.waitUntilApplied(position, timeoutSeconds: timeoutSeconds)
    }

    /// Follows until its task is cancelled.
    public func run() async throws {
        try await persistently("load") { try await self.load() }
        while !Task.isCancelled {
            try await persistently("follow") {
                if try await self.applyNews() == false { try await self.source.waitForChange(timeoutSeconds: Self.pollSeconds) }
            }
        }
    }

    private func load() async throws {
        // A load that failed half way may hold points that are gone since.
        collection.removeAll()
        let target = try await source.head()
        var cursor: UUID?
        var position: Position?
        repeat {
            let page = try await source.load(after: cursor, limit: Self.loadPageCountMax)
            // Changes behind the first page's position are read from the log: a later page may hold some of them already.
            if position == nil { position = page.position }
            try await collection.onWorkers { [collection] in try collection.load(page.points) }
            cursor = page.nextCursor
        } while cursor != nil
        collection.setPosition(position ?? .start)
        while collection.appliedPosition < target, try await applyNews() {}
        progress.withLock {
            $0.isReady = true
            $0.head = max($0.head, target)
        }
        logger.info(
            "collection is ready",
            metadata: [
                "collection": .string(collection.schema.name), "points": .stringConvertible(collection.info().pointsCount),
                "position": .stringConvertible(collection.appliedPosition.rawValue),
            ])
    }

    /// Whether there was anything to apply.
    private func applyNews() async throws -> Bool {
        let changes = try await source.changes(after: collection.appliedPosition, limit: Self.changesCountMax)
        guard let last = changes.last else { return false }
        progress.withLock { $0.head = max($0.head, last.position) }
        try await collection.onWorkers { [collection] in try collection.apply(changes) }
        return true
    }

    /// Tries until it succeeds, with pauses that grow to `pauseSecondsMax` and differ between instances.
    private func persistently(_ step: String, _ work: () async throws -> Void) async throws {
        var pause = Self.pauseSecondsMin
        while true {
            do {
                return try await work()
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                logger.warning(
                    "cannot \(step): trying again",
                    metadata: ["collection": .string(collection.schema.name), "error": .string("\(error)")])
                try await Task.sleep(for: .seconds(pause * Double.random(in: 0.5...1)))
                pause = min(pause * 2, Self.pauseSecondsMax)
            }
        }
    }
}
