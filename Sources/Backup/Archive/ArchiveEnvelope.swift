public import Foundation

/// What an archive says about itself without a key: when it was made, by what, and its parts with their checksums.
///
/// It stands behind the parts, since their sizes and checksums are known only when they are written. What the database
/// held is not in here but in the part `snapshot.json`, which is sealed with the others.
public struct ArchiveEnvelope: Codable, Sendable, Equatable {
    /// Raised with every change that an older version would misread.
    public static let formatVersion = 1

    /// One stream of bytes; parts lie one behind the other in this order.
    public struct Part: Codable, Sendable, Equatable {
        public let name: String
        /// Before sealing.
        public let bytes: UInt64
        /// In the file.
        public let storedBytes: UInt64
        /// SHA-256 in hexadecimal of what is in the file.
        public let storedSha256: String
    }

    public struct Encryption: Codable, Sendable, Equatable {
        static let cipher = "AES-256-GCM-STREAM"

        public let cipher: String
        /// `BackupKey.identifier`.
        public let keyIdentifier: String
        /// Of plain text.
        public let chunkBytes: Int
        let salt: Data
    }

    public let formatVersion: Int
    /// Eight random hexadecimal digits, also in the file's name.
    public let identifier: String
    /// To the second.
    public let createdAt: Date
    /// Of the program that made it.
    public let productVersion: String
    /// nil for an archive that everybody can read.
    public let encryption: Encryption?
    public let parts: [Part]

    static let dumpPart = "database.dump"
    static let snapshotPart = "snapshot.json"
    static let indexPartPrefix = "index/"
}
