import Foundation
import Migrations
import Storage
import TestSupport
import Testing

@testable import Backup

@Suite struct RestoreJobTests {
    private func key(_ encrypted: Bool) -> BackupKey? { encrypted ? .generate() : nil }

    @Test(arguments: [false, true]) func aNewDatabaseIsEqualButForItsIdentity(_ encrypted: Bool) async throws {
        try await withScene { scene in
            let key = key(encrypted)
            let backup = try await scene.backUp(key: key)
            let before = try await scene.snapshot(of: scene.test.name)
            let copy = scene.name("copy")
            let report = try await scene.restore(backup.file, .into(copy), key: key)
            #expect(report.database == copy && report.keptAs == nil && report.pendingMigrations == 0)
            #expect(report.rows == backup.rows)
            let after = try await scene.snapshot(of: copy)
            #expect(after.identity == report.identity && after.identity != before.identity)
            #expect(after.migrations == before.migrations && after.positions == before.positions)
            let others = { (tables: [TableFingerprint]) in tables.filter { $0.table != "public.database_identity" } }
            #expect(others(after.tables) == others(before.tables))
            try await scene.open(copy) { database in
                try await Migrator(
                    database: database, migrations: Migration.shipped, logger: TestDatabase.silentLogger
                ).verify()
            }
            #expect(try await scene.databases() == [copy])
            let state = try #require(try BackupState(folder: scene.archives))
            #expect(state.lastRestore?.file == (backup.file as NSString).lastPathComponent)
            try await scene.drop(copy)
        }
    }

    @Test func anEmptyDatabaseIsFilledAndKeepsItsOwner() async throws {
        try await withScene { scene in
            let backup = try await scene.backUp()
            let copy = scene.name("copy")
            let role = scene.name("role")
            try await scene.database.query(Statement(trustedSQL: "CREATE ROLE \(role)"))
            try await scene.database.query(Statement(trustedSQL: "CREATE DATABASE \(copy) OWNER \(role)"))
            _ = try await scene.restore(backup.file, .into(copy))
            let owners = try await scene.open(copy) { database in
                try await database.query(
                    "SELECT DISTINCT tableowner::text AS name FROM pg_tables WHERE schemaname = 'public'"
                ).map { try $0.decode("name", as: String.self) }
            }
            #expect(owners == [role])
            try await scene.drop(copy)
            try await scene.database.query(Statement(trustedSQL: "DROP ROLE \(role)"))
        }
    }

    @Test func whatIsThereIsNeverOverwritten() async throws {
        try await withScene { scene in
            let backup = try await scene.backUp()
            try await scene.addQuestions(5, seed: 8)
            let before = try await scene.snapshot(of: scene.test.name)
            await expectError {
                if case .targetNotEmpty(scene.test.name, let objects) = $0 { objects.count == 5 } else { false }
            } _: {
                try await scene.restore(backup.file, .into(scene.test.name))
            }
            #expect(try await scene.snapshot(of: scene.test.name) == before)
            await expectError {
                $0 == .targetMissing(database: "nowhere")
            } _: {
                try await scene.restore(backup.file, .replacing("nowhere"))
            }
            for name in ["postgres", "a b", "dbname=x", ""] {
                await expectError {
                    if case .invalidName("--database", name, _) = $0 { true } else { false }
                } _: {
                    try await scene.restore(backup.file, .into(name))
                }
            }
        }
    }

    @Test func aReplacedDatabaseIsKept() async throws {
        try await withScene { scene in
            let backup = try await scene.backUp()
            let target = scene.name("live")
            _ = try await scene.restore(backup.file, .into(target))
            _ = try await scene.open(target) { try await $0.query("DELETE FROM questions") }
            let old = try await scene.snapshot(of: target)

            // Somebody is connected: nothing happens.
            try await scene.open(target) { database in
                _ = try await database.query("SELECT 1")
                await expectError {
                    if case .targetInUse(target, let sessions) = $0 { sessions.count == 1 } else { false }
                } _: {
                    try await scene.restore(backup.file, .replacing(target))
                }
            }
            #expect(try await scene.databases() == [target])

            let report = try await scene.restore(backup.file, .replacing(target))
            let kept = try #require(report.keptAs)
            #expect(try await scene.databases() == [target, kept])
            #expect(try await scene.snapshot(of: kept).tables == old.tables)
            let new = try await scene.snapshot(of: target)
            #expect(new.tables.first { $0.table == "public.questions" }?.rows == 50)
            #expect(new.identity != old.identity && new.identity == report.identity)
            try await scene.drop(target)
            try await scene.drop(kept)
        }
    }

    @Test func aDrillLeavesNothing() async throws {
        try await withScene { scene in
            let backup = try await scene.backUp()
            let report = try await scene.restore(backup.file, .nowhere)
            #expect(report.database == nil && report.tables == backup.tables && report.restoreSeconds > 0)
            let identifier = "greenroom_drill_" + backup.identifier
            let left = try await scene.database.query(
                "SELECT count(*) AS n FROM pg_database WHERE starts_with(datname, \(identifier))")
            #expect(try left.first?.decode("n", as: Int64.self) == 0)
        }
    }

    @Test func damageAndWrongKeysAreRefusedBeforeAnything() async throws {
        try await withScene { scene in
            let key = BackupKey.generate()
            let backup = try await scene.backUp(key: key)
            let copy = scene.name("copy")
            let other = BackupKey.generate()
            await expectError {
                $0 == .wrongKey(path: backup.file, expected: key.identifier, given: other.identifier)
            } _: {
                try await scene.restore(backup.file, .into(copy), key: other)
            }
            let url = URL(fileURLWithPath: backup.file)
            var content = try Data(contentsOf: url)
            content[5_000] ^= 4
            try content.write(to: url)
            await expectError {
                if case .damaged(backup.file, "database.dump", _) = $0 { true } else { false }
            } _: {
                try await scene.restore(backup.file, .into(copy), key: key)
            }
            #expect(try await scene.databases().isEmpty)
        }
    }

    @Test func aSchemaThatTheProgramDoesNotKnowIsRefused() async throws {
        try await withScene { scene in
            let backup = try await scene.backUp()
            let older = Array(Migration.shipped.dropLast())
            await expectError {
                if case .schema(let reason) = $0 { reason.contains("does not know") } else { false }
            } _: {
                try await scene.restore(backup.file, .into(scene.name("copy")), migrations: older)
            }
            let last = try #require(Migration.shipped.last)
            let edited =
                older + [Migration(version: last.version, name: last.name, up: "SELECT 1", down: "SELECT 1")]
            await expectError {
                if case .schema(let reason) = $0 { reason.contains("another text") } else { false }
            } _: {
                try await scene.restore(backup.file, .into(scene.name("copy")), migrations: edited)
            }
            #expect(try await scene.databases().isEmpty)
        }
    }

    /// The archive is right in itself, but its dump is not what its snapshot says.
    @Test func aDifferenceUndoesTheRestore() async throws {
        try await withScene { scene in
            let backup = try await scene.backUp()
            let forged = try Self.withOneRowLess(backup.file, in: scene.folder)
            let copy = scene.name("copy")
            let differs = { (error: BackupError) in
                error == .differs(["public.questions has 50 rows, the backup 49"])
            }
            await expectError(differs) { try await scene.restore(forged, .into(copy)) }
            #expect(try await scene.databases().isEmpty)

            try await scene.database.query(Statement(trustedSQL: "CREATE DATABASE \(copy)"))
            await expectError(differs) { try await scene.restore(forged, .into(copy)) }
            #expect(try await scene.open(copy) { try await TargetObjects.list(in: $0) }.isEmpty, "empty as before")
            _ = try await scene.restore(backup.file, .into(copy))
            try await scene.drop(copy)
        }
    }

    @Test func cancelledAtAnyMomentChangesNothing() async throws {
        try await withScene(questions: 2_000) { scene in
            let backup = try await scene.backUp()
            let target = scene.name("live")
            let whole = try await scene.restore(backup.file, .into(target))
            let before = try await scene.snapshot(of: target)
            var (cancelled, round) = (0, -1)
            var seconds = whole.seconds
            while round < 5 || cancelled < 3 && round < 30 {
                round += 1
                let task = Task { try await scene.restore(backup.file, .replacing(target)) }
                try await Task.sleep(for: .seconds(seconds * Double(round % 6) / 8))
                task.cancel()
                do {
                    let report = try await task.value
                    seconds = min(seconds, report.seconds)
                    try await scene.drop(target)
                    try await scene.open("postgres") { database in
                        let kept = try #require(report.keptAs)
                        try await database.query(
                            Statement(trustedSQL: "ALTER DATABASE \(kept) RENAME TO \(target)"))
                    }
                } catch is CancellationError {
                    cancelled += 1
                }
                #expect(try await scene.databases() == [target], "round \(round)")
                #expect(try await scene.snapshot(of: target) == before)
            }
            #expect(cancelled >= 3)
            try await scene.drop(target)
        }
    }

    @Test func filesOfTheEngineComeBack() async throws {
        try await withScene { scene in
            let index = scene.folder + "/index"
            try FileManager.default.createDirectory(atPath: index + "/questions", withIntermediateDirectories: true)
            let content = Data((0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
            try content.write(to: URL(fileURLWithPath: index + "/questions/000001.segment"))
            try Data().write(to: URL(fileURLWithPath: index + "/questions/lock"))
            let key = BackupKey.generate()
            let backup = try await scene.backUp(key: key, indexFolder: index)
            let out = scene.folder + "/out"
            let copy = scene.name("copy")
            _ = try await scene.restore(backup.file, .into(copy), key: key, indexFolder: out)
            #expect(
                try FileManager.default.subpathsOfDirectory(atPath: out).sorted() == [
                    "questions", "questions/000001.segment",
                ])
            #expect(try Data(contentsOf: URL(fileURLWithPath: out + "/questions/000001.segment")) == content)
            try await scene.drop(copy)
        }
    }

    /// A copy of a plain archive whose snapshot counts one question less.
    private static func withOneRowLess(_ path: String, in folder: String) throws -> String {
        let reader = try ArchiveReader(path)
        let writer = try ArchiveWriter(folder: folder, name: .new(at: Date()), key: nil)
        for part in reader.envelope.parts {
            var content = try reader.content(ofPart: part.name, key: nil, bytesMax: 1 << 30)
            if part.name == ArchiveEnvelope.snapshotPart {
                let text = String(decoding: content, as: UTF8.self)
                    .replacingOccurrences(of: "\"rows\" : 50", with: "\"rows\" : 49")
                content = Data(text.utf8)
            }
            writer.begin(part: part.name)
            try writer.append(content)
            try writer.endPart()
        }
        _ = try writer.finish(productVersion: "0.0.0")
        return writer.path
    }
}
