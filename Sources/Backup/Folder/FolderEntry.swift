public import Foundation

/// A file in a folder of backups.
public struct FolderEntry: Sendable, Equatable, Encodable {
    public enum State: String, Sendable, Encodable {
        /// Complete: it has its end, and its length and its envelope's checksum are right.
        case good
        /// Named like a backup and not complete.
        case damaged
        /// A backup that was interrupted.
        case unfinished
        /// A backup that is being written now.
        case running
    }

    /// Its name in the folder.
    public let file: String
    public let bytes: UInt64
    public let state: State
    /// Of a good one, as all that follow.
    public let createdAt: Date?
    public let productVersion: String?
    /// nil where it is not encrypted.
    public let keyIdentifier: String?
    /// Why it is damaged.
    public let reason: String?
}
