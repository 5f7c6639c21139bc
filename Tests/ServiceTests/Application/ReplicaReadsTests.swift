import Storage
import TestSupport
import Testing

@testable import greenroom

@Suite struct ReplicaReadsTests {
    private static let lagSecondsMax = 1.0

    /// A real streaming replica that keeps up, stands still, comes back and is killed: reads are never further behind than
    /// allowed, and none fails.
    @Test(.timeLimit(.minutes(15))) func readsAreNeverTooFarBehindAndNeverFail() async throws {
        let server = try DurableServer()
        let standby = try server.replica()
        let primary = Database(configuration: try server.configuration(), logger: TestDatabase.silentLogger)
        let replica = Database(configuration: try standby.configuration(), logger: TestDatabase.silentLogger)
        let control = Database(configuration: try standby.configuration(), logger: TestDatabase.silentLogger)
        let reads = ReplicaReads(
            primary: primary, replica: replica, lagSecondsMax: Self.lagSecondsMax, logger: TestDatabase.silentLogger)
        let service = Task { try await reads.run() }
        try await primary.query("CREATE TABLE marks (number bigint)")
        try await primary.query("INSERT INTO marks VALUES (0)")

        // Both: as soon as it reads from the replica, that may be behind these writes by as much as allowed.
        try await until("the replica is read from and has what was written") {
            let isReplica = try await Self.isReplica(reads)
            return try await Self.number(reads) == 0 && isReplica
        }
        #expect(try await !reads.read(wantsOwnWrites: true, Self.isInRecovery))

        // It stands still: what it shows may be as old as allowed, and then the primary answers.
        try await control.query("SELECT pg_wal_replay_pause()")
        // A request: what arrives before it is carried out is still replayed.
        try await until("replaying is paused") {
            let rows = try await control.query("SELECT pg_get_wal_replay_pause_state() AS state")
            return try rows.first?.decode("state") == "paused"
        }
        try await primary.query("UPDATE marks SET number = 1")
        let written = ContinuousClock.now
        while .now - written < .seconds(4) {
            let age = ContinuousClock.now - written
            let number = try await Self.number(reads)
            // One look of the monitor more than allowed.
            #expect(number == 1 || age < .seconds(Self.lagSecondsMax + 1), "\(age)")
            try await Task.sleep(for: .milliseconds(50))
        }
        #expect(try await !Self.isReplica(reads))
        try await control.query("SELECT pg_wal_replay_resume()")
        try await until("it reads where it shall") { try await Self.isReplica(reads) }
        #expect(try await Self.number(reads) == 1)

        // It is killed: every read is answered all the same, for a moment perhaps by processes that it left behind.
        try standby.kill()
        for _ in 0..<20 { #expect(try await Self.number(reads) == 1) }
        try await until("the primary is read from") { try await !Self.isReplica(reads) }
        try standby.start()
        try await until("it reads where it shall") { try await Self.isReplica(reads) }

        service.cancel()
        try await service.value
        await primary.shutdown()
        await control.shutdown()
    }

    @Test(.timeLimit(.minutes(15))) func aServerThatFollowsNobodyIsNotReadFrom() async throws {
        try await withPostgres { postgres in
            try await postgres.withOpen { primary in
                let reads = ReplicaReads(
                    primary: primary, replica: try postgres.open(), lagSecondsMax: Self.lagSecondsMax,
                    logger: TestDatabase.silentLogger)
                let service = Task { try await reads.run() }
                try await Task.sleep(for: .seconds(1))
                #expect(reads.lagSeconds == nil)
                #expect(try await reads.read { try await $0.query("SELECT 1").count } == 1)
                service.cancel()
                try await service.value
            }
        }
    }

    private static func number(_ reads: ReplicaReads) async throws -> Int64? {
        try await reads.read { try await $0.query("SELECT number FROM marks").first?.decode("number") }
    }

    private static func isReplica(_ reads: ReplicaReads) async throws -> Bool { try await reads.read(isInRecovery) }

    private static func isInRecovery(_ database: Database) async throws -> Bool {
        try await database.query("SELECT pg_is_in_recovery() AS yes").first?.decode("yes") ?? false
    }
}
