import Foundation
import Storage
import TestSupport
import Testing

@testable import greenroom

/// The real binary, on a private PostgreSQL.
@Suite struct BackupCommandTests {
    private struct Scene {
        let test: TestDatabase
        let folder: String
        var environment: [String: String]

        var archives: String { folder + "/archives" }

        @discardableResult
        func run(_ arguments: String..., expecting status: Int32 = 0) async throws -> String {
            try await Command.run(arguments, environment, expecting: status)
        }

        func states() async throws -> [String] {
            try JSONValue(parsing: try await run("backup", "list", "--from", archives, "--json")).elements
                .compactMap { $0["state"].string }
        }
    }

    /// A migrated database with rows that take pg_dump a while.
    private func withScene(rows: Int, _ body: (Scene) async throws -> Void) async throws {
        try await withPostgres { test in
            let folder = FileManager.default.temporaryDirectory.appending(path: "backup-\(UUID().uuidString.prefix(8))")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            var environment = ProcessInfo.processInfo.environment
            environment["DATABASE_URL"] = test.url
            environment["JWT_SECRET_KEY"] = "0123456789abcdef0123456789ABCDEF"
            environment["PORT"] = "8123"
            let scene = Scene(test: test, folder: folder.path, environment: environment)
            try await scene.run("migrate", "up")
            try await test.withOpen { database in
                try await database.query(
                    """
                    INSERT INTO questions (question_text, content_hash, category, difficulty_level)
                    SELECT 'Question ' || n || repeat(md5(n::text), 20), sha256(n::text::bytea), 'general', 'easy'
                    FROM generate_series(1, \(rows)) AS n
                    """)
            }
            try await body(scene)
            try FileManager.default.removeItem(at: folder)
        }
    }

    @Test func makesListsVerifiesPrunesAndRestores() async throws {
        try await withScene(rows: 100) { scene in
            let key = scene.folder + "/key"
            try await scene.run("backup", "key", "--to", key)
            let secret = try String(contentsOfFile: key, encoding: .utf8).trimmingCharacters(in: .newlines)
            try await scene.run("backup", "key", "--to", key, expecting: 1)
            let first = try JSONValue(
                parsing: try await scene.run(
                    "backup", "create", "--to", scene.archives, "--encrypt-key-file", key, "--json"))
            let file = try #require(first["backup"]["file"].string)
            #expect(first["backup"]["rows"].double ?? 0 > 100)
            let second = try await scene.run(
                "backup", "create", "--to", scene.archives, "--encrypt-key-file", key, "--keep-last", "1")
            #expect(second.contains("removed \((file as NSString).lastPathComponent)"))
            #expect(try await scene.states() == ["good"])

            let verified = try await scene.run(
                "backup", "verify", "--from", scene.archives, "--encrypt-key-file", key)
            #expect(verified.contains("checksums and encryption right"))
            for text in [second, verified] { #expect(!text.contains(secret)) }

            let refused = try await scene.run(
                "restore", scene.archives, "--encrypt-key-file", key, expecting: 1)
            #expect(refused.contains("is not empty"))
            let target = scene.test.name + "_cli"
            let metrics = scene.folder + "/greenroom.prom"
            try await scene.run("restore", scene.archives, "--encrypt-key-file", key, "--database", target)
            let replaced = try await scene.run(
                "restore", scene.archives, "--encrypt-key-file", key, "--database", target, "--replace",
                "--metric-file", metrics)
            let kept = try #require(
                replaced.split(separator: " ").last?.trimmingCharacters(in: .whitespacesAndNewlines))
            #expect(kept.hasPrefix(target + "_replaced_"))
            #expect(try String(contentsOfFile: metrics, encoding: .utf8).contains("\nrestore_last_duration_seconds "))
            let drill = try await scene.run("restore", scene.archives, "--encrypt-key-file", key, "--verify-only")
            #expect(drill.contains("as a drill"))
            try await scene.run("restore", scene.archives, expecting: 1)
            try await scene.run("restore", scene.archives, "--verify-only", "--replace", expecting: 1)
            try await scene.run("backup", "verify", "--from", scene.folder + "/none", expecting: 1)
            try await scene.run("backup", "create", "--to", scene.archives, "--timeout-minutes", "0", expecting: 64)
            try await scene.test.withOpen { database in
                for name in [target, kept] {
                    try await database.query(Statement(trustedSQL: "DROP DATABASE \"\(name)\""))
                }
            }
        }
    }

    /// kill -9 at points spread over a whole run: what is left is never listed as good.
    @Test func aKilledBackupIsNeverTakenForAGoodOne() async throws {
        try await withScene(rows: 20_000) { scene in
            let clock = ContinuousClock()
            // A run may be quicker than the one that was measured: then it ends before the kill, and the next come earlier.
            var whole = try await clock.measure { try await scene.run("backup", "create", "--to", scene.archives) }
            var (round, unfinished) = (0, 0)
            while round < 8 || unfinished < 2 && round < 40 {
                round += 1
                let process = try Program(
                    try Command.binary().path, ["backup", "create", "--to", scene.archives],
                    environment: scene.environment)
                let started = clock.now
                let moment = whole * Double((round - 1) % 8 + 1) / 9
                while process.isRunning, clock.now - started < moment { try await Task.sleep(for: .milliseconds(2)) }
                if !process.isRunning { whole = min(whole, clock.now - started) }
                process.signal(SIGKILL)
                let ending = try await process.ended()
                let states = try await scene.states()
                unfinished = states.filter { $0 == "unfinished" }.count
                let others = states.filter { $0 != "good" && $0 != "unfinished" }
                #expect(others == [String]())
                let good = states.filter { $0 == "good" }.count
                if ending == .signal(SIGKILL) {
                    #expect(good <= round, "a good one only where the kill came after its end")
                }
                // Whatever is called good is good to its last byte.
                try await scene.run("backup", "verify", "--from", scene.archives)
            }
            #expect(unfinished >= 2, "the kills hit backups under way")
            let printed = try await scene.run("backup", "prune", "--from", scene.archives, "--json")
            #expect(try JSONValue(parsing: printed)["removed"].count == unfinished)
            #expect(try await scene.states().allSatisfy { $0 == "good" })
        }
    }

    @Test func aSignalEndsItInOrder() async throws {
        try await withScene(rows: 20_000) { scene in
            for signal in [SIGTERM, SIGINT] {
                var attempts = 0
                // A signal that came after the end says nothing.
                while try await !endsInOrder(scene, signal), attempts < 10 { attempts += 1 }
                #expect(attempts < 10, "no signal came before the end")
                #expect(try await scene.states().isEmpty)
            }
        }
    }

    /// - Returns: false where it had ended before the signal; its archive is removed then.
    private func endsInOrder(_ scene: Scene, _ signal: Int32) async throws -> Bool {
        let said = scene.folder + "/said"
        try Data().write(to: URL(fileURLWithPath: said))
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: said))
        let process = try Program(
            try Command.binary().path, ["backup", "create", "--to", scene.archives], environment: scene.environment,
            errors: file.fileDescriptor)
        // It has begun when its file is there.
        while try !hasPartial(scene.archives) {
            guard process.isRunning else { break }
            try await Task.sleep(for: .milliseconds(2))
        }
        process.signal(signal)
        let ending = try await process.ended()
        if ending == .code(0) {
            try FileManager.default.removeItem(atPath: scene.archives)
            return false
        }
        #expect(ending == .code(1))
        #expect(try String(contentsOfFile: said, encoding: .utf8).contains("nothing was kept"))
        return true
    }

    private func hasPartial(_ folder: String) throws -> Bool {
        guard FileManager.default.fileExists(atPath: folder) else { return false }
        return try FileManager.default.contentsOfDirectory(atPath: folder).contains { $0.hasSuffix(".partial") }
    }
}
