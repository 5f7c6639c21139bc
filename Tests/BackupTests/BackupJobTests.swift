import Foundation
import Migrations
import Storage
import Synchronization
import TestSupport
import Testing

@testable import Backup

@Suite struct BackupJobTests {
    /// Of the writers.
    private final class Progress: Sendable {
        let isDone = Atomic(false)
        let written = Atomic(0)
    }

    @Test func recordsWhatTheDatabaseHolds() async throws {
        try await withScene(questions: 30) { scene in
            let report = try await scene.backUp()
            #expect(report.file.hasPrefix(scene.archives + "/greenroom-"))
            #expect(report.keyIdentifier == nil)
            let reader = try ArchiveReader(report.file)
            try reader.verify(key: nil)
            let snapshot = try ArchiveJSON.decode(
                DatabaseSnapshot.self, from: try reader.content(ofPart: "snapshot.json", key: nil, bytesMax: 1 << 20))
            let now = try await scene.snapshot(of: scene.test.name)
            #expect(snapshot.tables == now.tables)
            #expect(snapshot.identity == now.identity && snapshot.identity != nil)
            #expect(snapshot.migrations.map(\.checksum) == Migration.shipped.map(\.checksum))
            #expect(snapshot.positions.count == 4)
            #expect(snapshot.configuration == ["PORT": "8000"])
            #expect(snapshot.tables.first { $0.table == "public.questions" }?.rows == 30)
            let state = try #require(try BackupState(folder: scene.archives))
            #expect(state.lastBackup?.file == (report.file as NSString).lastPathComponent)
            let attributes = try FileManager.default.attributesOfItem(atPath: report.file)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
        }
    }

    /// Writers keep two tables equal, row for row; a dump that mixed two moments would not.
    @Test func isOneMomentUnderWriters() async throws {
        try await withScene(questions: 2_000) { scene in
            try await scene.database.query("CREATE TABLE first (id bigint PRIMARY KEY, text text NOT NULL)")
            try await scene.database.query("CREATE TABLE second (id bigint PRIMARY KEY, text text NOT NULL)")
            let progress = Progress()
            let report = try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<3 {
                    group.addTask {
                        var number = 0
                        while !progress.isDone.load(ordering: .relaxed) {
                            number += 1
                            let id = number * 3 + writer
                            try await scene.database.withTransaction { transaction in
                                try await transaction.query("INSERT INTO first VALUES (\(id), 'row')")
                                try await transaction.query("INSERT INTO second VALUES (\(id), 'row')")
                                if number % 5 == 0 {
                                    let old = id - 6
                                    try await transaction.query("UPDATE first SET text = 'new' WHERE id = \(old)")
                                    try await transaction.query("UPDATE second SET text = 'new' WHERE id = \(old)")
                                }
                            }
                            progress.written.add(1, ordering: .relaxed)
                        }
                    }
                }
                try await until("it writes") { progress.written.load(ordering: .relaxed) >= 100 }
                let before = progress.written.load(ordering: .relaxed)
                let result: Result<BackupJob.Report, any Error>
                do {
                    result = .success(try await scene.backUp())
                } catch {
                    result = .failure(error)
                }
                #expect(progress.written.load(ordering: .relaxed) > before, "writers are not held up")
                progress.isDone.store(true, ordering: .relaxed)
                try await group.waitForAll()
                return try result.get()
            }
            let copy = scene.name("copy")
            // Compares every count and hash of the snapshot with what the dump holds.
            _ = try await scene.restore(report.file, .into(copy))
            let tables = try await scene.snapshot(of: copy).tables
            let first = try #require(tables.first { $0.table == "public.first" })
            let second = try #require(tables.first { $0.table == "public.second" })
            #expect(first.rows >= 100)
            #expect(first.rows == second.rows && first.contentHash == second.contentHash)
            try await scene.drop(copy)
        }
    }

    @Test func cancelledAtAnyMomentLeavesNothing() async throws {
        try await withScene(questions: 3_000) { scene in
            let whole = try await scene.backUp()
            var (cancelled, rounds) = (0, 0)
            // The machine may be quicker than it was: then a moment lies behind the end, and the next ones come earlier.
            var seconds = whole.seconds
            while rounds < 8 || cancelled < 4 && rounds < 40 {
                let task = Task { try await scene.backUp() }
                try await Task.sleep(for: .seconds(seconds * Double(rounds % 8) / 8))
                task.cancel()
                do {
                    seconds = min(seconds, try await task.value.seconds)
                } catch is CancellationError {
                    cancelled += 1
                }
                rounds += 1
            }
            #expect(cancelled >= 4)
            let entries = try await BackupFolder(scene.archives).entries()
            #expect(entries.allSatisfy { $0.state == .good })
            #expect(entries.count == 1 + rounds - cancelled)
            // The server notices a moment later that a program was ended.
            try await until("pg_dump has ended") {
                let others = try await scene.database.query(
                    "SELECT FROM pg_stat_activity WHERE application_name = 'pg_dump' AND datname = \(scene.test.name)")
                return others.isEmpty
            }
        }
    }

    @Test func aFailedDumpLeavesNothing() async throws {
        try await withScene { scene in
            let folder = scene.folder + "/bin"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
            let script = """
                #!/bin/sh
                [ "$1" = --version ] && echo 'pg_dump (PostgreSQL) 99.1' && exit 0
                head -c 500000 /dev/zero; echo 'pg_dump: error: gone' >&2; exit 1
                """
            try ExecutableScript.write(script, to: folder + "/pg_dump")
            let job = BackupJob(
                database: scene.database, folder: scene.archives, programFolder: folder, productVersion: "0.0.0")
            await expectError {
                $0 == .programFailed(name: "pg_dump", status: "ended with code 1", message: "pg_dump: error: gone")
            } _: {
                try await job.run()
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: scene.archives).isEmpty)
        }
    }

    @Test func aDatabaseWithoutTablesIsRefused() async throws {
        try await withFolder { folder in
            try await withPostgres { test in
                try await test.withOpen { database in
                    await expectError {
                        $0 == .nothingToBackUp(database: test.name)
                    } _: {
                        try await BackupJob(database: database, folder: folder, productVersion: "0.0.0").run()
                    }
                }
            }
            #expect(try await BackupFolder(folder).entries().isEmpty)
        }
    }
}
