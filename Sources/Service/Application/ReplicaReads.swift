import Foundation
import Logging
import Metrics
import ServiceLifecycle
import Storage
import Synchronization

/// Reads that may be a little behind, from a streaming replica while it keeps up, else from the primary.
///
/// How far the replica is behind is measured by positions of the write-ahead log, not by clocks: every sample of the
/// primary's position has its time, and the replica is as far behind as the newest sample that it has replayed. So a
/// replica that is cut off from an idle primary is told from one that has nothing to do, and clocks may differ.
final class ReplicaReads: Service, Sendable {
    /// Why a read went to the primary.
    enum Reason: String, Sendable {
        case replica, noReplica = "no_replica", behind, failed, wantsOwnWrites = "own_writes"
    }

    private struct Sample {
        let position: Int64
        let time: ContinuousClock.Instant
    }

    private struct State {
        /// Not known to be replayed yet, oldest first.
        var samples: [Sample] = []
        /// When the primary stood where the replica stands now, at the earliest.
        var replayedTime: ContinuousClock.Instant?
        /// Set while the replica answers and follows this primary.
        var isUp = false
    }

    private static let lookMilliseconds = 250
    private static let samplesMax = 1_000

    private let primary: Database
    private let replica: Database?
    private let lagSecondsMax: Double
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter replica: is run and shut down by this service; nil for none.
    init(primary: Database, replica: Database?, lagSecondsMax: Double, logger: Logger) {
        self.primary = primary
        self.replica = replica
        self.lagSecondsMax = lagSecondsMax
        self.logger = logger
    }

    /// Runs `body` on the replica, or on the primary where that is too far behind or fails for any reason of its own.
    /// - Parameter wantsOwnWrites: whether the caller asked to see what it wrote.
    func read<Value>(
        wantsOwnWrites: Bool = false, _ body: (Database) async throws -> Value
    ) async throws -> Value {
        var reason = reasonForPrimary
        if wantsOwnWrites, replica != nil { reason = .wantsOwnWrites }
        if let replica, reason == nil {
            do {
                let value = try await body(replica)
                count(.replica)
                return value
            } catch let error as PostgresError {
                // Also a query that the replica cancelled because it was in the way of replaying.
                logger.info("a read goes to the primary", metadata: ["error": "\(error)"])
                reason = .failed
            }
        }
        count(reason ?? .failed)
        return try await body(primary)
    }

    /// How far the replica is behind at most; nil while that is not known.
    var lagSeconds: Double? {
        state.withLock { state in
            guard state.isUp, let time = state.replayedTime else { return nil }
            return (ContinuousClock.now - time) / .seconds(1)
        }
    }

    func run() async throws {
        guard let replica else {
            do { try await gracefulShutdown() } catch is CancellationError {
                // Stopped in the other way.
            }
            return
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await replica.run() }
            group.addTask { await self.watch(replica) }
            try await group.waitForAll()
        }
    }

    private func watch(_ replica: Database) async {
        await cancelWhenGracefulShutdown { [self] in
            while !Task.isCancelled {
                do {
                    try await sample(replica)
                } catch  where !Task.isCancelled {
                    let wasUp = state.withLock { state in
                        defer { state.isUp = false }
                        return state.isUp
                    }
                    if wasUp { logger.warning("the replica is left out", metadata: ["error": "\(error)"]) }
                } catch {
                    return
                }
                if let lagSeconds { Gauge(label: "database_replica_lag_seconds").record(lagSeconds) }
                do { try await Task.sleep(for: .milliseconds(Self.lookMilliseconds)) } catch { return }
            }
        }
    }

    private struct NotFollowing: Error, CustomStringConvertible {
        let description = "DATABASE_REPLICA_URL names a server that is no replica: it is not in recovery"
    }

    private func sample(_ replica: Database) async throws {
        let time = ContinuousClock.now
        let position = try await Self.position("pg_current_wal_lsn()", of: primary)
        guard let position, let replayed = try await Self.position("pg_last_wal_replay_lsn()", of: replica) else {
            throw NotFollowing()
        }
        let isNews = state.withLock { state in
            defer { state.isUp = true }
            state.samples.append(Sample(position: position, time: time))
            while let first = state.samples.first, first.position <= replayed {
                state.replayedTime = first.time
                state.samples.removeFirst()
            }
            // One sample less makes the replica look later than it is, never earlier.
            if state.samples.count > Self.samplesMax { state.samples.removeFirst() }
            return !state.isUp
        }
        if isNews { logger.info("reading from the replica") }
    }

    private static func position(_ function: String, of database: Database) async throws -> Int64? {
        let rows = try await database.query(
            Statement(trustedSQL: "SELECT (\(function) - '0/0'::pg_lsn)::bigint AS position"))
        return try rows.first?.decode("position", as: Int64?.self)
    }

    private var reasonForPrimary: Reason? {
        if replica == nil { return .noReplica }
        guard let lagSeconds else { return .failed }
        return lagSeconds > lagSecondsMax ? .behind : nil
    }

    private func count(_ reason: Reason) {
        guard replica != nil else { return }
        Counter(label: "database_replica_reads_total", dimensions: [("result", reason.rawValue)]).increment()
    }
}
