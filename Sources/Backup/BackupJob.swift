import Foundation
public import Storage

/// Makes one consistent archive of a database.
///
/// A transaction that only reads exports its snapshot; pg_dump dumps exactly that snapshot, and the row counts, content
/// hashes and positions are read in it too, side by side with the dump. Writers are not held up. Files of the engine are
/// copied before the snapshot is taken, so that the index is never ahead of the rows.
public struct BackupJob: Sendable {
    /// Of one `backup create`.
    public struct Report: Sendable, Equatable, Encodable {
        public let file: String
        public let identifier: String
        public let bytes: UInt64
        public let seconds: Double
        public let tables: Int
        public let rows: Int
        /// nil where it is not encrypted.
        public let keyIdentifier: String?
    }

    /// How long pg_dump waits for a table that is being altered.
    private static let lockWaitSeconds = 60

    private let database: Database
    private let folder: String
    private let key: BackupKey?
    private let indexFolder: String?
    private let programFolder: String?
    private let productVersion: String
    private let configuration: [String: String]

    /// - Parameters:
    ///   - folder: made when it is missing; its parent must be there.
    ///   - indexFolder: the engine's files, to be kept beside the rows.
    ///   - programFolder: where pg_dump is; nil to look for it.
    ///   - configuration: recorded in the archive; without secrets.
    public init(
        database: Database, folder: String, key: BackupKey? = nil, indexFolder: String? = nil,
        programFolder: String? = nil, productVersion: String, configuration: [String: String] = [:]
    ) {
        self.database = database
        self.folder = BackupFolder(folder).path
        self.key = key
        self.indexFolder = indexFolder
        self.programFolder = programFolder
        self.productVersion = productVersion
        self.configuration = configuration
    }

    /// Makes the archive and notes the success in `backups.json`.
    ///
    /// However it ends, the folder has either the complete archive or none; only a process that was killed leaves an
    /// unfinished file, which is never taken for a backup.
    /// - Throws: `BackupError`, `PostgresError`; `CancellationError`, and then pg_dump has been ended.
    public func run() async throws -> Report {
        let start = ContinuousClock.now
        let server = try await database.withTransaction(readOnly: true) { try await DatabaseSnapshot.server($0) }
        let program = try await PostgresProgram.find(
            .dump, serverMajor: server.major, folder: programFolder, database: database.configuration)
        let writer = try await BackgroundThread.run {
            try BackupFolder.make(folder)
            return try ArchiveWriter(folder: folder, name: .new(at: Date()), key: key)
        }
        let snapshot: DatabaseSnapshot
        let bytes: UInt64
        do {
            if let indexFolder {
                let files = IndexFiles(folder: indexFolder)
                try await BackgroundThread.run { try files.copy(to: writer) }
            }
            snapshot = try await capture(by: program, to: writer)
            guard !snapshot.tables.isEmpty else {
                throw BackupError.nothingToBackUp(database: snapshot.server.database)
            }
            bytes = try await BackgroundThread.run {
                writer.begin(part: ArchiveEnvelope.snapshotPart)
                try writer.append(try ArchiveJSON.encode(snapshot))
                try writer.endPart()
                try BackgroundThread.checkCancellation()
                return try writer.finish(productVersion: productVersion)
            }
        } catch {
            writer.abandon()
            throw error
        }
        let seconds = (ContinuousClock.now - start).seconds
        let success = BackupState.Success(
            file: writer.name.file, finishedAt: Date(), seconds: seconds, bytes: bytes)
        try await BackupFolder(folder).update { $0.lastBackup = success }
        return Report(
            file: writer.path, identifier: writer.name.identifier, bytes: bytes, seconds: seconds,
            tables: snapshot.tables.count, rows: snapshot.tables.reduce(0) { $0 + $1.rows },
            keyIdentifier: key?.identifier)
    }

    /// The first of the two that fails ends the other.
    private func capture(by program: PostgresProgram, to writer: ArchiveWriter) async throws -> DatabaseSnapshot {
        try await database.withTransaction(isolation: .repeatableRead, readOnly: true) { transaction in
            for setting in ["statement_timeout", "idle_in_transaction_session_timeout"] {
                try await transaction.setLocal(setting, "0")
            }
            let rows = try await transaction.query("SELECT pg_export_snapshot() AS name")
            guard let name: String = try rows.first?.decode("name") else {
                preconditionFailure("pg_export_snapshot returns a name")
            }
            return try await withThrowingTaskGroup(of: DatabaseSnapshot?.self) { group in
                group.addTask {
                    writer.begin(part: ArchiveEnvelope.dumpPart)
                    try await program.read(
                        [
                            "--format=custom", "--compress=1", "--no-password", "--snapshot=\(name)",
                            "--lock-wait-timeout=\(Self.lockWaitSeconds)s",
                            // Policies show everybody's rows to the service's settings; without this a role that they
                            // hold for is refused.
                            "--enable-row-security",
                        ]
                    ) { try writer.append($0) }
                    try await BackgroundThread.run { try writer.endPart() }
                    return nil
                }
                group.addTask { try await DatabaseSnapshot.read(in: transaction, configuration: configuration) }
                var snapshot: DatabaseSnapshot?
                for try await result in group { snapshot = result ?? snapshot }
                guard let snapshot else { preconditionFailure("one of the tasks returns it") }
                return snapshot
            }
        }
    }
}

extension Duration {
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
