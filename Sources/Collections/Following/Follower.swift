import Foundation
public import Logging
import Synchronization

/// Keeps a collection up to date with its source: loads everything once, then applies the log for ever.
///
/// What was applied stays searchable whatever happens to the source. A failed step is tried again after a pause; a load
/// goes on where it failed. Every step may be repeated without harm. A point that does not fit the collection is left
/// out, counted and logged, so that one bad item cannot stop the rest. Where there is no memory for what comes, nothing
/// of it is taken in but deletes that stand before it: the step is tried again, ever more seldom, until there is room.
public final class Follower: Sendable {
    /// Larger batches are applied on the collection's worker pool.
    private static let inlineChangesMax = 64

    public let parameters: FollowerParameters

    private let collection: Collection
    private let source: any ChangeSource
    private let logger: Logger
    private let waiters: PositionWaiters
    private let progress = Mutex(FollowerStatus())

    public init(
        collection: Collection, source: any ChangeSource, parameters: FollowerParameters = FollowerParameters(),
        logger: Logger
    ) {
        precondition(parameters.loadPointsMax > 0 && parameters.changesMax > 0 && parameters.pollSeconds > 0)
        self.collection = collection
        self.source = source
        self.parameters = parameters
        waiters = PositionWaiters(waitersMax: parameters.waitersMax)
        var logger = logger
        logger[metadataKey: "collection"] = .string(collection.schema.name)
        self.logger = logger
    }

    // MARK: Where it is

    public var status: FollowerStatus { progress.withLock { $0 } }

    /// Whether the collection has caught up with the head as it was when following began. Stays true.
    public var isReady: Bool { status.isReady }

    /// Changes known of and not applied; nil until the head is known.
    public var lagChanges: Int? {
        let status = status
        return status.headPosition.map { max(0, Int($0.rawValue - status.appliedPosition.rawValue)) }
    }

    /// Returns once every change up to `position` can be found.
    /// - Throws: `WaitError` after `timeoutSeconds` or when too many wait; `CancellationError`.
    public func waitUntilApplied(_ position: Position, timeoutSeconds: Double) async throws {
        try await waiters.wait(for: position, timeoutSeconds: timeoutSeconds)
    }

    // MARK: Following

    private enum Phase {
        /// Learn the head to be reached before the collection is ready.
        case begin
        case load(Load)
        case follow
    }

    private struct Load {
        var cursor: UUID?
        /// That of the first page.
        var position: Position?
        var ids: Set<UUID> = []
    }

    /// Follows until its task is cancelled; a second call goes on where the first was. One call at a time.
    /// - Throws: `CancellationError`; `ChangeSourceError.sourceReplaced`, and then the collection is of no use.
    public func run() async throws {
        let (due, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.maintain(when: due) }
            group.addTask { try await self.follow(signal) }
            defer { group.cancelAll() }
            try await group.next()
        }
        throw CancellationError()
    }

    private func follow(_ maintenance: AsyncStream<Void>.Continuation) async throws {
        var phase = Phase.begin
        var target = Position.start
        var backoff = Backoff(secondsMin: parameters.backoffSecondsMin, secondsMax: parameters.backoffSecondsMax)
        var generator = SystemRandomNumberGenerator()
        while true {
            do {
                try Task.checkCancellation()
                switch phase {
                case .begin:
                    target = try await source.head()
                    noteHead(target)
                    phase = collection.state.isLoaded ? .follow : .load(Load())
                case .load(let load): phase = try await takePage(load)
                case .follow: try await takeChanges(readyAt: target)
                }
                backoff.reset()
                noteSuccess(phase)
                maintenance.yield()
            } catch ChangeSourceError.positionGone(let position, let oldest) {
                logger.warning(
                    "the log was cut: loading anew",
                    metadata: ["position": "\(position)", "oldest": "\(oldest)"])
                phase = .load(Load())
            } catch let error as ChangeSourceError {
                throw error
            } catch {
                if Task.isCancelled { throw CancellationError() }
                let pauseSeconds = backoff.nextSeconds(using: &generator)
                note(error, failuresCount: backoff.failuresCount, pauseSeconds: pauseSeconds)
                // Rewriting what is deleted may make room.
                if error is MemoryLimitError { maintenance.yield() }
                try await Task.sleep(for: .seconds(pauseSeconds))
            }
        }
    }

    /// Seals and merges as changes come in, beside the following.
    private func maintain(when due: AsyncStream<Void>) async throws {
        var refusal: FileError?
        for await _ in due {
            do {
                try await collection.maintain()
                let latest = collection.scratchRefusal
                if let latest, latest.code != refusal?.code {
                    logger.warning(
                        "vectors of new segments are in memory: the disk has no room for them",
                        metadata: ["error": "\(latest)"])
                }
                refusal = latest
            } catch {
                if Task.isCancelled { throw CancellationError() }
                logger.warning("cannot seal or merge now: trying again later", metadata: ["error": "\(error)"])
            }
        }
        throw CancellationError()
    }

    // MARK: Steps

    private func takePage(_ load: Load) async throws -> Phase {
        var load = load
        let page = try await source.load(after: load.cursor, limit: parameters.loadPointsMax)
        if let next = page.nextCursor, let cursor = load.cursor, PointKey(next) <= PointKey(cursor) {
            throw FollowerError.sourceStuck(collection: collection.schema.name, after: "\(cursor)")
        }
        try await collection.awaitRoom()
        for point in try await takeIn(page.points) { load.ids.insert(point.id) }
        // Later pages may hold changes behind the first position already: applying them again is harmless.
        let position = load.position ?? page.position
        load.position = position
        load.cursor = page.nextCursor
        progress.withLock { $0.loadedCount = load.ids.count }
        if page.nextCursor != nil { return .load(load) }
        let ids = load.ids
        try await onThread(ids.count) { [collection] in collection.completeLoad(at: position, retaining: ids) }
        noteApplied()
        logger.info("loaded", metadata: ["points": "\(ids.count)", "position": "\(position)"])
        return .follow
    }

    private func takeChanges(readyAt target: Position) async throws {
        let before = collection.state.appliedPosition
        if before >= target { noteReady() }
        let changes = try await source.changes(after: before, limit: parameters.changesMax)
        guard let last = changes.last else {
            noteHead(before)
            noteReady()
            return try await source.waitForChange(timeoutSeconds: parameters.pollSeconds)
        }
        guard last.position > before else {
            throw FollowerError.sourceStuck(collection: collection.schema.name, after: "position \(before)")
        }
        try await collection.awaitRoom()
        noteHead(last.position)
        do {
            try await takeIn(changes)
        } catch let error as MemoryLimitError {
            try await takeLeadingDeletes(changes.filter { $0.position > before })
            throw error
        }
        noteApplied()
        // A large step may be one of many: ask how far there is to go.
        if last.position.rawValue - before.rawValue >= Int64(parameters.changesMax / 2) {
            noteHead(try await source.head())
        }
    }

    /// Loads the points that fit the collection, and returns them.
    private func takeIn(_ points: [Point]) async throws -> [Point] {
        do {
            try await onThread(points.count) { [collection] in try collection.load(points) }
            return points
        } catch is PointError {
            let refusals = points.map(refusal)
            let fitting = zip(points, refusals).filter { $1 == nil }.map(\.0)
            try await onThread(fitting.count) { [collection] in try collection.load(fitting) }
            note(refusals)
            return fitting
        }
    }

    /// Applies the changes. A point that does not fit is deleted: what was under its id is out of date.
    private func takeIn(_ changes: [Change]) async throws {
        do {
            try await onThread(changes.count) { [collection] in try collection.apply(changes) }
        } catch is PointError {
            let refusals = changes.map { change -> PointError? in
                if case .upsert(let point) = change.operation { refusal(of: point) } else { nil }
            }
            let fitting = zip(changes, refusals).map { change, refusal in
                refusal == nil ? change : Change(position: change.position, id: change.id, operation: .delete)
            }
            try await onThread(fitting.count) { [collection] in try collection.apply(fitting) }
            note(refusals)
        }
    }

    /// Applies the deletes that new changes begin with: they need no memory and may make room for the rest. A position
    /// is applied whole or not at all.
    private func takeLeadingDeletes(_ changes: [Change]) async throws {
        var deletes = changes.prefix { $0.operation == .delete }
        if deletes.count < changes.count {
            let next = changes[deletes.count].position
            while deletes.last?.position == next { deletes.removeLast() }
        }
        guard !deletes.isEmpty else { return }
        let leading = Array(deletes)
        try await onThread(leading.count) { [collection] in try collection.apply(leading) }
        noteApplied()
    }

    private func onThread(_ count: Int, _ work: @escaping @Sendable () throws -> Void) async throws {
        if count <= Self.inlineChangesMax { try work() } else { try await collection.onWorkers(work) }
    }

    private func refusal(of point: Point) -> PointError? {
        do {
            try collection.check(point)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Notes

    /// Of a step that succeeded: one that is tried again would count its points again.
    private func note(_ refusals: [PointError?]) {
        for refusal in refusals.compactMap(\.self) {
            progress.withLock { $0.refusedCount += 1 }
            logger.error("left out a point that does not fit", metadata: ["error": "\(refusal)"])
        }
    }

    private func noteHead(_ head: Position) {
        progress.withLock { $0.headPosition = max($0.headPosition ?? .start, head) }
    }

    private func noteApplied() {
        let position = collection.state.appliedPosition
        progress.withLock { $0.appliedPosition = position }
        waiters.reached(position)
    }

    private func noteReady() {
        let position = collection.state.appliedPosition
        let isNews = progress.withLock { status in
            defer { status.isReady = true }
            status.appliedPosition = position
            return !status.isReady
        }
        if isNews {
            waiters.reached(position)
            logger.info(
                "caught up", metadata: ["position": "\(position)", "points": "\(collection.state.pointsCount)"])
        }
    }

    private func noteSuccess(_ phase: Phase) {
        progress.withLock { status in
            if case .follow = phase { status.phase = .following } else { status.phase = .loading }
            status.failuresCount = 0
            status.lastError = nil
            status.memoryLimit = nil
        }
    }

    private func note(_ error: any Error, failuresCount: Int, pauseSeconds: Double) {
        progress.withLock { status in
            status.failuresCount = failuresCount
            status.lastError = "\(error)"
            status.memoryLimit = error as? MemoryLimitError
        }
        logger.warning(
            "cannot follow the source: trying again",
            metadata: [
                "error": "\(error)", "failures": "\(failuresCount)",
                "pause_seconds": "\(pauseSeconds.formatted(.number.precision(.fractionLength(2))))",
            ])
    }
}
