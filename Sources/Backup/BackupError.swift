/// Why a backup could not be made, read, kept or restored.
///
/// No case ever holds a password or a key.
public enum BackupError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The operating system refused something with a file or a folder.
    case file(operation: String, path: String, reason: String)
    /// The file is no whole archive: something else, or a beginning of one.
    case notAnArchive(path: String, reason: String)
    /// The archive's content is not what was written.
    case damaged(path: String, part: String, reason: String)
    /// A format that this version does not know.
    case unsupportedFormat(path: String, version: Int, supported: Int)
    /// The key file's content cannot be a key. Never shows it.
    case invalidKey(source: String, reason: String)
    /// The archive was sealed with another key; both are named by their public identifiers.
    case wrongKey(path: String, expected: String, given: String)
    case keyMissing(path: String, expected: String)
    /// A key was given and the archive is not sealed: it is not the one that was meant.
    case notEncrypted(path: String)
    /// A program of PostgreSQL that this server needs is not installed. Those that were found are named with why they do
    /// not serve.
    case programMissing(name: String, major: Int, refused: [String])
    case programFailed(name: String, status: String, message: String)
    /// There is no table, so the database is not the one that was meant.
    case nothingToBackUp(database: String)
    case noSuchPart(path: String, part: String)
    /// The restored schema would be one that this program does not know.
    case schema(reason: String)
    /// The target holds something already.
    case targetNotEmpty(database: String, objects: [String])
    /// Sessions other than ours use the database that is to be set aside.
    case targetInUse(database: String, sessions: [String])
    case targetMissing(database: String)
    /// The role may not make databases.
    case notAllowed(role: String, needs: String)
    case invalidName(option: String, value: String, allowed: String)
    /// What was restored is not what was backed up.
    case differs([String])
    /// Another process works in the folder.
    case folderBusy(path: String, waitedSeconds: Int)
    case noGoodBackup(folder: String)

    public var description: String {
        switch self {
        case .file(let operation, let path, let reason): "cannot \(operation) '\(path)': \(reason)"
        case .notAnArchive(let path, let reason): "'\(path)' is not a complete backup: \(reason)"
        case .damaged(let path, let part, let reason): "'\(path)' is damaged in its part \(part): \(reason)"
        case .unsupportedFormat(let path, let version, let supported):
            "'\(path)' has format \(version), this version reads \(supported): use the version that made it, or a newer one"
        case .invalidKey(let source, let reason):
            "\(source) \(reason); expected are 32 bytes in base64 or 64 hexadecimal digits: "
                + "'greenroom backup key --to FILE' makes one"
        case .wrongKey(let path, let expected, let given):
            "wrong key: '\(path)' was sealed with key \(expected), given is key \(given)"
        case .keyMissing(let path, let expected):
            "'\(path)' is encrypted with key \(expected): name its file with --encrypt-key-file"
        case .notEncrypted(let path):
            "'\(path)' is not encrypted though a key was given: it is not the backup that was meant, or leave the key out"
        case .programMissing(let name, let major, let refused):
            "\(name) of PostgreSQL \(major) or newer is missing"
                + (refused.isEmpty ? "" : " (\(refused.joined(separator: "; ")))")
                + ": install the package postgresql-client-\(major), "
                + "or name the folder of the programs with --postgres-bin"
        case .programFailed(let name, let status, let message):
            "\(name) \(status)\(message.isEmpty ? "" : ":\n" + message)"
        case .nothingToBackUp(let database):
            "the database \(database) has no table: is DATABASE_URL the right one?"
        case .noSuchPart(let path, let part): "'\(path)' has no part \(part)"
        case .schema(let reason): reason
        case .targetNotEmpty(let database, let objects):
            "the database \(database) is not empty (\(objects.joined(separator: ", "))): nothing was changed; restore into "
                + "another one with --database, or set this one aside with --replace"
        case .targetInUse(let database, let sessions):
            "the database \(database) is in use (\(sessions.joined(separator: ", "))): stop the service and try again; "
                + "nothing was changed"
        case .targetMissing(let database): "there is no database \(database) to replace: leave --replace out"
        case .notAllowed(let role, let needs):
            "the role \(role) may not do this: it needs \(needs); use a DATABASE_URL with such a role, or restore into an "
                + "empty database that exists"
        case .invalidName(let option, let value, let allowed): "\(option) is '\(value)', allowed is \(allowed)"
        case .differs(let differences):
            "what was restored is not what was backed up:\n"
                + differences.map { "  - \($0)" }.joined(separator: "\n")
        case .folderBusy(let path, let waitedSeconds):
            "another process has worked in '\(path)' for \(waitedSeconds) s: try again when it has ended"
        case .noGoodBackup(let folder): "'\(folder)' has no good backup"
        }
    }
}
