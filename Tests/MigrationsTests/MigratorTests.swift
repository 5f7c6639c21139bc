import Foundation
import Migrations
import Storage
import TestSupport
import Testing

@Suite struct MigratorTests {
    private static let migrations = [
        Migration(
            version: 1, name: "first", up: "CREATE TABLE a (id int8); CREATE TABLE b (id int8);",
            down: "DROP TABLE b; DROP TABLE a;"),
        Migration(version: 2, name: "second", up: "ALTER TABLE a ADD name text", down: "ALTER TABLE a DROP name"),
        Migration(
            version: 3, name: "index",
            up: "CREATE INDEX CONCURRENTLY a_name ON a (name); CREATE INDEX CONCURRENTLY b_id ON b (id)",
            down: "DROP INDEX CONCURRENTLY b_id; DROP INDEX CONCURRENTLY a_name", isTransactional: false),
    ]

    private func migrator(
        _ database: Database, _ migrations: [Migration] = Self.migrations, lockWaitSeconds: Int = 20
    ) throws -> Migrator {
        try Migrator(
            database: database, migrations: migrations, logger: TestDatabase.silentLogger,
            lockWaitSeconds: lockWaitSeconds)
    }

    private func objects(in database: Database) async throws -> [String] {
        try await database.query(
            """
            SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i')
                AND relname NOT LIKE 'schema_migrations%' ORDER BY relname
            """
        ).map { try $0.decode("relname", as: String.self) }
    }

    private func failure(_ run: () async throws -> Void) async throws -> MigrationError {
        try #require(await #expect(throws: MigrationError.self) { try await run() })
    }

    @Test func goesUpAndDown() async throws {
        try await withDatabase { database in
            let migrator = try migrator(database)
            #expect(try await migrator.status().map(\.state) == [.pending, .pending, .pending])
            #expect(try await migrator.up(to: 1).map(\.version) == [1])
            #expect(try await migrator.up().map(\.version) == [2, 3])
            #expect(try await migrator.up().isEmpty)
            try await migrator.verify()
            #expect(try await objects(in: database) == ["a", "a_name", "b", "b_id"])
            let statuses = try await migrator.status()
            #expect(statuses.map(\.state) == [.applied, .applied, .applied])
            #expect(statuses.allSatisfy { $0.appliedAt != nil && $0.durationSeconds != nil })
            #expect(try await migrator.down(to: 1).map(\.version) == [3, 2])
            #expect(try await objects(in: database) == ["a", "b"])
            #expect(try await migrator.down(to: 0).map(\.version) == [1])
            #expect(try await objects(in: database).isEmpty)
            #expect(try await migrator.up().count == 3)
        }
    }

    @Test func aDryRunChangesNothing() async throws {
        try await withDatabase { database in
            let migrator = try migrator(database)
            #expect(try await migrator.up(dryRun: true).map(\.version) == [1, 2, 3])
            #expect(try await database.query("SELECT FROM pg_class WHERE relname = 'schema_migrations'").isEmpty)
            try await migrator.up(to: 2)
            #expect(try await migrator.up(dryRun: true).map(\.version) == [3])
            #expect(try await migrator.down(to: 0, dryRun: true).map(\.version) == [2, 1])
            #expect(try await objects(in: database) == ["a", "b"])
        }
    }

    @Test func historyThatDiffersIsRefused() async throws {
        try await withDatabase { database in
            try await migrator(database).up(to: 2)
            var edited = Self.migrations
            edited[1] = Migration(
                version: 2, name: "second", up: "ALTER TABLE a ADD name varchar", down: edited[1].down)
            let editedMigrator = try migrator(database, edited)
            #expect(try await editedMigrator.status().map(\.state) == [.applied, .edited, .pending])
            #expect(try await failure { try await editedMigrator.up() }.kind == .edited)
            #expect(try await failure { try await editedMigrator.down(to: 0) }.version == 2)
            #expect(try await failure { try await editedMigrator.verify() }.kind == .edited)
            let older = try migrator(database, Array(Self.migrations.prefix(1)))
            #expect(try await older.status().map(\.state) == [.applied, .missing])
            #expect(try await failure { try await older.up() }.kind == .missing)
            #expect(try await failure { try await older.verify() }.description.contains("2 second"))
            let pending = try await failure { try await migrator(database).verify() }
            #expect(pending.kind == .pending && pending.version == 3)
            try await database.query("DELETE FROM schema_migrations WHERE version = 1")
            #expect(try await failure { try await migrator(database).up() }.kind == .outOfOrder)
            #expect(try await objects(in: database) == ["a", "b"])
        }
    }

    @Test func theListMustBeWhole() async throws {
        try await withDatabase { database in
            let (first, second) = (Self.migrations[0], Self.migrations[1])
            for list in [[second], [first, first], [second, first], [first, Self.migrations[2]]] {
                let error = #expect(throws: MigrationError.self) { try migrator(database, list) }
                #expect(error?.kind == .invalidList)
            }
            let empty = Migration(version: 1, name: "empty", up: "-- nothing", down: "SELECT 1")
            #expect(throws: MigrationError.self) { try migrator(database, [empty]) }
            let whole = try migrator(database)
            #expect(try await failure { try await whole.up(to: 4) }.kind == .unknownVersion)
            #expect(try await failure { try await whole.down(to: -1) }.kind == .unknownVersion)
            #expect(try await migrator(database, []).up().isEmpty)
        }
    }

    @Test func aFailedStatementIsNamedAndItsMigrationUndone() async throws {
        try await withDatabase { database in
            let broken = Migration(
                version: 2, name: "broken", up: "CREATE TABLE c (id int8);\n\nCREATE TABEL d (id int8);\nSELECT 1;",
                down: "DROP TABLE c")
            let migrator = try migrator(database, [Self.migrations[0], broken])
            let error = try await failure { try await migrator.up() }
            #expect(error.kind == .statementFailed && error.version == 2)
            #expect(error.message.contains("0002 broken (up) failed at its statement 2, line 3"))
            #expect(error.cause?.sqlState == "42601" && error.description.contains("TABEL"))
            #expect(try await objects(in: database) == ["a", "b"], "the first stays, the second left nothing")
            #expect(try await migrator.status().map(\.state) == [.applied, .pending])
        }
    }

    @Test func anInterruptedMigrationIsNoticed() async throws {
        try await withDatabase { database in
            let broken = Migration(
                version: 1, name: "half", up: "CREATE TABLE a (id int8); SELECT 1 / 0", down: "DROP TABLE a",
                isTransactional: false)
            let migrator = try migrator(database, [broken])
            #expect(try await failure { try await migrator.up() }.kind == .statementFailed)
            #expect(try await migrator.status().map(\.state) == [.interrupted])
            for refused in try await [failure { try await migrator.up() }, failure { try await migrator.verify() }] {
                #expect(refused.kind == .interrupted && refused.description.contains("schema_migrations"))
            }
            #expect(try await objects(in: database) == ["a"])
        }
    }

    @Test func ofTwoRunsAtOnceTheSecondFindsNothingToDo() async throws {
        try await withPostgres { postgres in
            var migrations = Self.migrations
            migrations[1] = Migration(
                version: 2, name: "second", up: "ALTER TABLE a ADD name text; SELECT pg_sleep(0.2)",
                down: "ALTER TABLE a DROP name")
            let list = migrations
            let applied = try await withThrowingTaskGroup(of: [Int].self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await postgres.withOpen { database in
                            let migrator = try Migrator(
                                database: database, migrations: list, logger: TestDatabase.silentLogger)
                            return try await migrator.up().map(\.version)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(applied.filter { !$0.isEmpty } == [[1, 2, 3]])
        }
    }

    @Test(.timeLimit(.minutes(15))) func aRunThatWaitsTooLongIsToldSo() async throws {
        try await withDatabase { database in
            let impatient = try migrator(database, lockWaitSeconds: 0)
            let holding = Migration(version: 1, name: "holds", up: "SELECT pg_sleep(60)", down: "SELECT 1")
            let holder = Task { try await migrator(database, [holding]).up() }
            var isHeld = false
            while !isHeld {
                // Of this database: other tests hold locks beside.
                isHeld = try await !database.query(
                    """
                    SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted
                        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
                    """
                ).isEmpty
            }
            let error = try await failure { try await impatient.up() }
            #expect(error.kind == .locked)
            holder.cancel()
            await #expect(throws: CancellationError.self) { try await holder.value }
            #expect(try await migrator(database).up().count == 3, "the lock went with the cancelled run")
        }
    }

    @Test func longerThanTheStatementTimeoutIsAllowed() async throws {
        try await withPostgres { postgres in
            try await postgres.withOpen(postgres.configuration(statementTimeoutSeconds: 1)) { database in
                let slow = Migration(version: 1, name: "slow", up: "SELECT pg_sleep(1.2)", down: "SELECT 1")
                let applied = try await migrator(database, [slow]).up()
                #expect(applied == [slow])
            }
        }
    }

    @Test func theChecksumIsOfBothTexts() {
        let migration = Migration(version: 1, name: "x", up: "abc", down: "d")
        #expect(migration.checksum == "9455e32efb2873cf7a2ddbdeb392fa6d40a7514288c856d5efb1d8c6a7d29555")
        let moved = Migration(version: 1, name: "x", up: "ab", down: "cd")
        #expect(migration.checksum != moved.checksum)
        #expect(migration.checksum == Migration(version: 9, name: "y", up: "abc", down: "d").checksum)
    }
}
