import Logging
import Storage
import Synchronization
import TestSupport
import Testing

@testable import greenroom

@Suite struct LeaderServiceTests {
    /// Who did the job, in order, each name once in a row.
    private final class Diary: Sendable {
        private let names = Mutex<[String]>([])
        var all: [String] { names.withLock { $0 } }
        func note(_ name: String) { names.withLock { if $0.last != name { $0.append(name) } } }
    }

    @Test(.timeLimit(.minutes(15))) func whenTheLeaderIsCutOffAnotherLeads() async throws {
        try await withPostgres { postgres in
            let diary = Diary()
            try await postgres.withOpen { first in
                try await postgres.withOpen { second in
                    let leader = Task { try await Self.service("first", first, diary).run() }
                    try await until("its turn has come") { diary.all == ["first"] }
                    let next = Task { try await Self.service("second", second, diary).run() }
                    // It asks and is told no.
                    try await Task.sleep(for: .seconds(3))
                    #expect(diary.all == ["first"])
                    // As when its machine is cut off; here it must not come back before the other asks.
                    leader.cancel()
                    let rows = try await second.query(
                        """
                        SELECT count(pg_terminate_backend(pid)) AS count FROM pg_locks
                        WHERE locktype = 'advisory'
                            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                        """)
                    #expect(try rows.first?.decode("count", as: Int64.self) ?? 2 <= 1)
                    try await until("its turn has come") { diary.all == ["first", "second"] }
                    next.cancel()
                    try await leader.value
                    try await next.value
                }
            }
        }
    }

    /// The connection breaks and the instance lives: it asks for the lock again.
    @Test(.timeLimit(.minutes(15))) func aBrokenConnectionEndsLeadingAndNotTheService() async throws {
        try await withDatabase { database in
            let count = Mutex(0)
            let job = LeaderJob(name: "count", everySeconds: 0) {
                count.withLock { $0 += 1 }
                return 0
            }
            let task = Task {
                try await LeaderService(database: database, jobs: [job], logger: TestDatabase.silentLogger).run()
            }
            try await until("its turn has come") { count.withLock { $0 } > 0 }
            try await database.query(
                """
                SELECT pg_terminate_backend(pid) FROM pg_locks
                WHERE locktype = 'advisory'
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                """)
            let before = count.withLock { $0 }
            try await until("its turn has come") { count.withLock { $0 } > before + 1 }
            task.cancel()
            try await task.value
        }
    }

    @Test(.timeLimit(.minutes(15))) func aJobThatFailsKeepsNoOtherFromItsTurn() async throws {
        struct Broken: Error {}
        try await withDatabase { database in
            let diary = Diary()
            let jobs = [
                LeaderJob(name: "broken", everySeconds: 0) { throw Broken() },
                LeaderJob(name: "endless", everySeconds: 0) { 1 },
                LeaderJob(name: "last", everySeconds: 0) {
                    diary.note("last")
                    return 0
                },
            ]
            let service = LeaderService(database: database, jobs: jobs, logger: TestDatabase.silentLogger)
            let task = Task { try await service.run() }
            try await until("its turn has come") { !diary.all.isEmpty }
            task.cancel()
            try await task.value
        }
    }

    private static func service(_ name: String, _ database: Database, _ diary: Diary) -> LeaderService {
        let job = LeaderJob(name: "note", everySeconds: 0) {
            diary.note(name)
            return 0
        }
        return LeaderService(database: database, jobs: [job], logger: TestDatabase.silentLogger)
    }

}
