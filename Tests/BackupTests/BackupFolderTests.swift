import Foundation
import Testing

@testable import Backup

@Suite struct BackupFolderTests {
    @discardableResult
    private func archive(_ folder: String, day: Double, key: BackupKey? = nil) throws -> String {
        let date = Date(timeIntervalSince1970: 1_767_571_200 + day * 86_400)
        let writer = try ArchiveWriter(folder: folder, name: .new(at: date), key: key)
        writer.begin(part: "a")
        try writer.append(Data("content".utf8))
        try writer.endPart()
        _ = try writer.finish(productVersion: "0.0.0")
        return writer.name.file
    }

    @Test func tellsGoodDamagedUnfinishedAndRunning() async throws {
        try await withFolder { folder in
            let key = BackupKey.generate()
            let good = try archive(folder, day: 1, key: key)
            let damaged = try archive(folder, day: 2)
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder + "/" + damaged))
            try handle.truncate(atOffset: 50)
            try handle.close()
            let left = ArchiveName.new(at: Date(timeIntervalSince1970: 1_767_900_000)).unfinishedFile
            try Data("part".utf8).write(to: URL(fileURLWithPath: folder + "/" + left))
            try Data("else".utf8).write(to: URL(fileURLWithPath: folder + "/notes.txt"))
            let running = try ArchiveWriter(folder: folder, name: .new(at: Date()), key: nil)

            let entries = try await BackupFolder(folder + "/").entries()
            #expect(entries.map(\.file) == [good, damaged, left, running.name.unfinishedFile])
            #expect(entries.map(\.state) == [.good, .damaged, .unfinished, .running])
            #expect(entries[0].keyIdentifier == key.identifier)
            #expect(entries[1].reason?.contains("the least is") ?? false)

            let pruning = try await BackupFolder(folder).prune(try RetentionRules())
            #expect(pruning.removed == [left], "no rule: only what was interrupted")
            #expect(pruning.damaged == [damaged])
            #expect(try await BackupFolder(folder).entries().map(\.state) == [.good, .damaged, .running])
            running.abandon()
            #expect(try await BackupFolder(folder).entries().count == 2)
        }
    }

    @Test func prunesByRules() async throws {
        try await withFolder { folder in
            let files = try (0..<20).map { try archive(folder, day: Double($0)) }
            let pruning = try await BackupFolder(folder).prune(try RetentionRules(last: 1, daily: 3, weekly: 2))
            // Day 0 is a Monday: the newest of the week before day 14 is day 13.
            #expect(pruning.kept == [files[13], files[17], files[18], files[19]])
            #expect(pruning.removed.count == 16)
            #expect(try await BackupFolder(folder).entries().map(\.file) == pruning.kept)
            #expect(try await BackupFolder(folder).newest() == folder + "/" + files[19])
        }
    }

    /// Chance must not decide which of two backups of one second is the newest.
    @Test func theLaterOfOneSecondStays() async throws {
        try await withFolder { folder in
            let files = try (0..<20).map { try archive(folder, day: Double($0) * 0.04 / 86_400) }
            #expect(try await BackupFolder(folder).newest() == folder + "/" + files[19])
            let pruning = try await BackupFolder(folder).prune(try RetentionRules(last: 2))
            #expect(pruning.kept == Array(files.suffix(2)))
        }
    }

    /// A newest backup that cannot be read must not make the rules remove the one before it.
    @Test func theNewestGoodOneStays() async throws {
        try await withFolder { folder in
            let files = try (0..<4).map { try archive(folder, day: Double($0)) }
            for file in files.suffix(2) {
                let url = URL(fileURLWithPath: folder + "/" + file)
                var content = try Data(contentsOf: url)
                // In a part: its end and its envelope are right.
                content[9] ^= 1
                try content.write(to: url)
            }
            let pruning = try await BackupFolder(folder).prune(try RetentionRules(last: 1))
            #expect(pruning.kept == [files[1]])
            #expect(pruning.removed == [files[0]])
            #expect(pruning.damaged == [files[2], files[3]])
        }
    }

    @Test func anEmptyFolderHasNone() async throws {
        try await withFolder { folder in
            let rules = try RetentionRules(last: 1)
            #expect(try await BackupFolder(folder).prune(rules).kept.isEmpty)
            await expectError {
                $0 == .noGoodBackup(folder: folder)
            } _: {
                try await BackupFolder(folder).newest()
            }
            await expectError {
                if case .file("list", _, _) = $0 { true } else { false }
            } _: {
                try await BackupFolder(folder + "/none").entries()
            }
        }
    }

    @Test func keepsItsState() async throws {
        try await withFolder { folder in
            #expect(try BackupState(folder: folder) == nil)
            let success = BackupState.Success(
                file: "x", finishedAt: Date(timeIntervalSince1970: 1_767_571_200), seconds: 2.5, bytes: 7)
            try await BackupFolder(folder).update { $0.lastBackup = success }
            try await BackupFolder(folder).update { $0.lastRestore = success }
            let state = try #require(try BackupState(folder: folder))
            #expect(state.lastBackup == success && state.lastRestore == success)
            #expect(state.exposition.contains("\nbackup_last_success_timestamp_seconds 1767571200.0\n"))
            #expect(state.exposition.contains("\nrestore_last_duration_seconds 2.5\n"))
        }
    }
}
