import Foundation
import Logging
import Migrations
import Storage
import TestSupport
import Testing

@testable import Backup

/// A folder of a test's own, removed afterwards.
func withFolder<Value>(_ body: (String) async throws -> Value) async throws -> Value {
    let folder = FileManager.default.temporaryDirectory.appending(path: "backup-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let result: Result<Value, any Error>
    do {
        result = .success(try await body(folder.path))
    } catch {
        result = .failure(error)
    }
    try FileManager.default.removeItem(at: folder)
    return try result.get()
}

/// A server with a migrated database that holds some rows, and a folder for its backups.
struct Scene: Sendable {
    let test: TestDatabase
    let database: Database
    let folder: String

    var archives: String { folder + "/archives" }

    func backUp(key: BackupKey? = nil, indexFolder: String? = nil) async throws -> BackupJob.Report {
        try await BackupJob(
            database: database, folder: archives, key: key, indexFolder: indexFolder, productVersion: "0.0.0",
            configuration: ["PORT": "8000"]
        ).run()
    }

    func restore(
        _ archive: String, _ target: RestoreJob.Target, key: BackupKey? = nil,
        migrations: [Migration] = Migration.shipped, indexFolder: String? = nil
    ) async throws -> RestoreJob.Report {
        try await RestoreJob(
            archive: archive, key: key, server: try test.configuration(), migrations: migrations,
            indexFolder: indexFolder, logger: TestDatabase.silentLogger
        ).run(target)
    }

    /// A name of this test's own for another database.
    func name(_ suffix: String) -> String { test.name + "_" + suffix }

    func open<Value>(_ name: String, _ body: (Database) async throws -> Value) async throws -> Value {
        let database = test.open(try test.configuration().connecting(to: name))
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(database))
        } catch {
            result = .failure(error)
        }
        await database.shutdown()
        return try result.get()
    }

    func snapshot(of name: String) async throws -> DatabaseSnapshot {
        try await open(name) { database in
            try await database.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
                try await DatabaseSnapshot.read(in: transaction, configuration: [:])
            }
        }
    }

    /// Databases whose name begins with this test's.
    func databases() async throws -> [String] {
        let rows = try await database.query(
            "SELECT datname::text AS name FROM pg_database WHERE starts_with(datname, \(test.name + "_")) ORDER BY datname"
        )
        return try rows.map { try $0["name"] }
    }

    func drop(_ name: String) async throws {
        let administration = DatabaseAdministration(try test.configuration(), logger: TestDatabase.silentLogger)
        try await administration.drop(name)
        await administration.shutdown()
    }

    /// Questions that differ in everything that text can get wrong.
    func addQuestions(_ count: Int, seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let texts = (0..<count).map { number in
            "Question \(number) of \(random.next()): \"quoted\", 'single', \\back, tab\t, ü, \u{1F600}?"
        }
        try await database.withTransaction { transaction in
            try await transaction.executeMany(
                texts.map { text in
                    """
                    INSERT INTO questions (question_text, content_hash, category, difficulty_level, average_score)
                    VALUES (\(text), sha256(convert_to(\(text), 'UTF8')), 'general', 'easy', random() * 100)
                    """
                })
        }
    }
}

func withScene<Value>(questions: Int = 50, _ body: (Scene) async throws -> Value) async throws -> Value {
    try await withFolder { folder in
        try await withPostgres { test in
            try await test.withOpen { database in
                try await Migrator(
                    database: database, migrations: Migration.shipped, logger: TestDatabase.silentLogger
                ).up()
                let scene = Scene(test: test, database: database, folder: folder)
                try await scene.addQuestions(questions, seed: 7)
                return try await body(scene)
            }
        }
    }
}

/// Whether `error` is this case of `BackupError`.
func expectError<Value>(
    _ matches: @escaping (BackupError) -> Bool, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Value
) async {
    do {
        _ = try await body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as BackupError {
        #expect(matches(error), "\(error)", sourceLocation: sourceLocation)
    } catch {
        Issue.record("\(error)", sourceLocation: sourceLocation)
    }
}
