import Foundation
import Logging
import Metrics
import ServiceLifecycle
import Storage

/// Work that one instance does for all.
struct LeaderJob: Sendable {
    let name: String
    let everySeconds: Double
    /// Does a bounded piece and returns how much it was; is called again at once while that is not 0.
    let step: @Sendable () async throws -> Int
}

/// Does the jobs of the leader on whichever instance holds a lock of PostgreSQL's.
///
/// The lock belongs to a connection: when the leader dies, is cut off or stops, PostgreSQL gives it to the next that asks.
/// A leader that was cut off may be in the middle of a step when the next begins, so a step must stand being done twice.
struct LeaderService: Service {
    /// "greenroom" in digits of its own; other programs on the same database take other numbers.
    private static let lockKey: Int64 = 0x6772_6e72_6f6f_6d01
    /// Between two attempts to become the leader, or two looks at what is due.
    private static let lookSeconds = 2.0
    /// How long one job may go on before the others have their turn.
    private static let stepsMax = 100
    /// A server that hears nothing from the leader's machine gives it up after about this time.
    private static let silenceSeconds = 15

    let database: Database
    let jobs: [LeaderJob]
    let logger: Logger

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            do {
                while true {
                    do {
                        try await leadIfPossible()
                    } catch  where !(error is CancellationError) && !Task.isCancelled {
                        logger.warning("cannot do the leader's work now", metadata: ["error": "\(error)"])
                    }
                    try await Task.sleep(for: .seconds(Self.lookSeconds))
                }
            } catch is CancellationError {
                // The service stops: the lock goes with its connection.
            }
        }
    }

    /// Returns at once where another instance leads; otherwise leads until an error.
    private func leadIfPossible() async throws {
        try await database.withConnection { connection in
            guard try await takeLock(connection) else { return }
            try await connection.query(
                """
                SELECT set_config('tcp_keepalives_idle', \("\(Self.silenceSeconds / 3)"), false),
                    set_config('tcp_keepalives_interval', \("\(Self.silenceSeconds / 3)"), false),
                    set_config('tcp_keepalives_count', '2', false)
                """)
            logger.info("this instance leads")
            Gauge(label: "leader").record(1)
            defer { Gauge(label: "leader").record(0) }
            try await lead(connection)
        }
    }

    private func takeLock(_ connection: PostgresConnection) async throws -> Bool {
        do {
            let rows = try await connection.query("SELECT pg_try_advisory_lock(\(Self.lockKey)) AS is_leader")
            guard try rows.first?.decode("is_leader", as: Bool.self) == true else { return false }
        } catch {
            connection.retire()
            throw error
        }
        // The lock must not stay with a connection that others use.
        connection.retire()
        return true
    }

    private func lead(_ connection: PostgresConnection) async throws {
        var done: [String: ContinuousClock.Instant] = [:]
        while true {
            for job in jobs where done[job.name].map({ .now - $0 >= .seconds(job.everySeconds) }) ?? true {
                // Fails when the connection is gone, and the lock with it.
                try await connection.query("SELECT 1")
                await perform(job)
                done[job.name] = .now
            }
            try await Task.sleep(for: .seconds(Self.lookSeconds))
            try await connection.query("SELECT 1")
        }
    }

    /// A job that fails keeps no other from its turn.
    private func perform(_ job: LeaderJob) async {
        do {
            var total = 0
            for _ in 0..<Self.stepsMax {
                let count = try await job.step()
                total += count
                if count == 0 { break }
            }
            Counter(label: "leader_jobs_total", dimensions: [("job", job.name), ("result", "done")]).increment()
            if total > 0 { logger.info("did a job", metadata: ["job": "\(job.name)", "count": "\(total)"]) }
        } catch  where !Task.isCancelled {
            Counter(label: "leader_jobs_total", dimensions: [("job", job.name), ("result", "failed")]).increment()
            logger.warning("a job failed: it is tried again", metadata: ["job": "\(job.name)", "error": "\(error)"])
        } catch {
            // The service stops.
        }
    }
}
