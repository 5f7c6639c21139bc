/// Checks one archive without restoring it.
public struct Verification: Sendable, Equatable, Encodable {
    public let file: String
    public let bytes: UInt64
    /// Whether each chunk was decrypted too; otherwise only checksums were compared.
    public let decrypted: Bool
    /// Of the database, where it could be read.
    public let tables: Int?
    public let rows: Int?
    public let seconds: Double

    private static let snapshotBytesMax: UInt64 = 64 * 1_024 * 1_024

    /// Reads every byte. Without a key the parts of an encrypted archive are held to their checksums only.
    /// - Throws: `BackupError`; `CancellationError`.
    public static func run(archive: String, key: BackupKey?) async throws -> Verification {
        try await BackgroundThread.run {
            let start = ContinuousClock.now
            let reader = try ArchiveReader(archive)
            try reader.verify(key: key)
            var snapshot: DatabaseSnapshot?
            if reader.envelope.encryption == nil || key != nil {
                let content = try reader.content(
                    ofPart: ArchiveEnvelope.snapshotPart, key: key, bytesMax: snapshotBytesMax)
                do {
                    snapshot = try ArchiveJSON.decode(DatabaseSnapshot.self, from: content)
                } catch is DecodingError {
                    throw BackupError.damaged(
                        path: archive, part: ArchiveEnvelope.snapshotPart, reason: "it cannot be read")
                }
            }
            return Verification(
                file: archive, bytes: reader.byteCount, decrypted: reader.envelope.encryption != nil && key != nil,
                tables: snapshot?.tables.count, rows: snapshot?.tables.reduce(0) { $0 + $1.rows },
                seconds: (ContinuousClock.now - start).seconds)
        }
    }
}
