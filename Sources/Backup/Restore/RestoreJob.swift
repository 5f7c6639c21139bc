public import Foundation
public import Logging
public import Migrations
public import Storage

/// Restores an archive and proves that what was restored is what was backed up.
///
/// Before anything is touched every byte of the archive is verified and its schema is held against the program's. Then
/// the rows go into a database of their own, or into one that is there and empty; row counts, content hashes and
/// migrations are compared; the database gets a new identity, by which engines notice that their local files are of
/// another one and drop them. A database that is replaced is renamed aside in the same transaction in which the new one
/// takes its name. On any failure what was there is as before.
public struct RestoreJob: Sendable {
    /// Where the rows go.
    public enum Target: Sendable, Equatable {
        /// An empty database that exists, or a new one.
        case into(String)
        /// In place of a database that exists, which is kept under another name.
        case replacing(String)
        /// A throw-away one: a drill.
        case nowhere
    }

    public struct Report: Sendable, Equatable, Encodable {
        public let file: String
        /// nil for a drill.
        public let database: String?
        /// The name that the replaced database has now.
        public let keptAs: String?
        public let tables: Int
        public let rows: Int
        /// nil for a schema without one.
        public let identity: UUID?
        /// Migrations of this program that the backup is older than.
        public let pendingMigrations: Int
        /// Reading and verifying the archive.
        public let verifySeconds: Double
        /// From the first change to the last, comparison included.
        public let restoreSeconds: Double
        public let seconds: Double
    }

    private static let snapshotBytesMax: UInt64 = 64 * 1_024 * 1_024

    private let archive: String
    private let key: BackupKey?
    private let server: DatabaseConfiguration
    private let migrations: [Migration]
    private let programFolder: String?
    private let indexFolder: String?
    private let logger: Logger

    /// - Parameters:
    ///   - server: how to reach it; its database is not used.
    ///   - migrations: the program's.
    ///   - indexFolder: where the engine's files of the archive go; must not exist. nil to leave them.
    public init(
        archive: String, key: BackupKey? = nil, server: DatabaseConfiguration, migrations: [Migration],
        programFolder: String? = nil, indexFolder: String? = nil, logger: Logger
    ) {
        self.archive = archive
        self.key = key
        self.server = server
        self.migrations = migrations
        self.programFolder = programFolder
        self.indexFolder = indexFolder
        self.logger = logger
    }

    /// - Throws: `BackupError`, `PostgresError`; `CancellationError`, and then pg_restore has been ended.
    public func run(_ target: Target) async throws -> Report {
        let start = ContinuousClock.now
        let (reader, snapshot) = try await BackgroundThread.run { try open() }
        let pending = try snapshot.checkMigrations(against: migrations)
        let verified = ContinuousClock.now
        let administration = DatabaseAdministration(server, logger: logger)
        let outcome: Outcome
        do {
            let major = try await administration.server().major
            let program = try await PostgresProgram.find(
                .restore, serverMajor: major, folder: programFolder, database: server)
            let filling = DatabaseFilling(
                reader: reader, snapshot: snapshot, key: key, program: program, server: server, logger: logger)
            outcome = try await place(target, filling, administration)
            if let indexFolder {
                try await BackgroundThread.run { try IndexFiles(folder: indexFolder).extract(from: reader, key: key) }
            }
        } catch {
            await administration.shutdown()
            throw error
        }
        await administration.shutdown()
        let end = ContinuousClock.now
        let report = Report(
            file: archive, database: outcome.database, keptAs: outcome.keptAs, tables: snapshot.tables.count,
            rows: snapshot.tables.reduce(0) { $0 + $1.rows }, identity: outcome.identity, pendingMigrations: pending,
            verifySeconds: (verified - start).seconds, restoreSeconds: (end - verified).seconds,
            seconds: (end - start).seconds)
        try await note(report, bytes: reader.byteCount)
        return report
    }

    private struct Outcome {
        var database: String?
        var keptAs: String?
        var identity: UUID?
    }

    private func open() throws -> (ArchiveReader, DatabaseSnapshot) {
        let reader = try ArchiveReader(archive)
        try reader.check(key)
        try reader.verify(key: key)
        let content = try reader.content(
            ofPart: ArchiveEnvelope.snapshotPart, key: key, bytesMax: Self.snapshotBytesMax)
        do {
            return (reader, try ArchiveJSON.decode(DatabaseSnapshot.self, from: content))
        } catch is DecodingError {
            throw BackupError.damaged(
                path: archive, part: ArchiveEnvelope.snapshotPart, reason: "it cannot be read")
        }
    }

    private func place(
        _ target: Target, _ filling: DatabaseFilling, _ administration: DatabaseAdministration
    ) async throws -> Outcome {
        let identifier = filling.reader.envelope.identifier + "_" + Self.randomDigits()
        switch target {
        case .into(let text):
            let name = try DatabaseName(text, option: "--database")
            guard let owner = try await administration.owner(of: name.text) else {
                return try await replace(
                    name, owner: nil, aside: nil, draft: name.with(suffix: "restoring_" + identifier), filling,
                    administration)
            }
            let identity = try await filling.fillEmpty(name.text, owner: owner, administration)
            return Outcome(database: name.text, identity: identity)
        case .replacing(let text):
            let name = try DatabaseName(text, option: "--database")
            guard let owner = try await administration.owner(of: name.text) else {
                throw BackupError.targetMissing(database: name.text)
            }
            try await administration.requireUnused(name.text)
            return try await replace(
                name, owner: owner, aside: name.with(suffix: "replaced_" + identifier),
                draft: name.with(suffix: "restoring_" + identifier), filling, administration)
        case .nowhere:
            let draft = "greenroom_drill_" + identifier
            return try await withDraft(draft, owner: nil, filling, administration) { _ in
                try await administration.drop(draft)
                return Outcome()
            }
        }
    }

    private func replace(
        _ name: DatabaseName, owner: String?, aside: String?, draft: String, _ filling: DatabaseFilling,
        _ administration: DatabaseAdministration
    ) async throws -> Outcome {
        try await withDraft(draft, owner: owner, filling, administration) { identity in
            if aside != nil { try await administration.requireUnused(name.text) }
            try await administration.rename(draft, to: name.text, aside: aside)
            return Outcome(database: name.text, keptAs: aside, identity: identity)
        }
    }

    /// Makes and fills a database, which is dropped again when `body` or anything before it fails.
    private func withDraft(
        _ draft: String, owner: String?, _ filling: DatabaseFilling, _ administration: DatabaseAdministration,
        _ body: (UUID?) async throws -> Outcome
    ) async throws -> Outcome {
        try await administration.requireCreation()
        do {
            try await administration.create(draft, owner: owner, encoding: filling.snapshot.server.encoding)
            let identity = try await filling.fill(draft, owner: owner)
            try Task.checkCancellation()
            return try await body(identity)
        } catch {
            // A cancelled task could not wait for the server.
            let failure = await Task { try await administration.drop(draft) }.result
            if case .failure(let left) = failure {
                logger.warning("the database \(draft) is left: drop it by hand", metadata: ["error": "\(left)"])
            }
            throw error
        }
    }

    /// In the folder that the archive stands in, where that is a folder of backups.
    private func note(_ report: Report, bytes: UInt64) async throws {
        let url = URL(fileURLWithPath: archive)
        let folder = BackupFolder(url.deletingLastPathComponent().path)
        let isBackupFolder = try await BackgroundThread.run { try BackupState(folder: folder.path) != nil }
        guard isBackupFolder else { return }
        let success = BackupState.Success(
            file: url.lastPathComponent, finishedAt: Date(), seconds: report.seconds, bytes: bytes)
        try await folder.update { $0.lastRestore = success }
    }

    private static func randomDigits() -> String {
        Hexadecimal.text((0..<3).map { _ in UInt8.random(in: .min ... .max) })
    }
}
