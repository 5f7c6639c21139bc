import Foundation

/// A new file that is written from its beginning to its end, readable by its owner only.
///
/// While it is open it is locked, so that others can tell a file that is being written from one that was left behind.
final class OutputFile: Sendable {
    let path: String
    private let descriptor: Int32

    /// - Throws: `BackupError.file`, also where there is such a file already.
    init(creating path: String) throws(BackupError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw .system("create", path) }
        // Nobody holds the lock of a file that is new, but for the moment in which a listing asks for it.
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                let error = BackupError.system("lock", path)
                close(descriptor)
                throw error
            }
        }
    }

    // What was to be kept was synchronised before, so closing has nothing left to fail at. A child process between its
    // fork and its exec shares the lock, so it is given back by name.
    deinit {
        _ = flock(descriptor, LOCK_UN)
        _ = close(descriptor)
    }

    func write(_ data: Data) throws(BackupError) {
        var written = 0
        while written < data.count {
            let count = data.withUnsafeBytes { bytes in
                Foundation.write(descriptor, bytes.baseAddress.map { $0 + written }, data.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw .system("write", path, code: count < 0 ? errno : EIO) }
            written += count
        }
    }

    func synchronise() throws(BackupError) {
        guard fsync(descriptor) == 0 else { throw .system("synchronise", path) }
    }

    /// Makes what was created, renamed or deleted in a folder outlive a power cut.
    static func synchronise(folder: String) throws(BackupError) {
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard descriptor >= 0 else { throw .system("open", folder) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .system("synchronise", folder) }
    }

    /// Whether a process has the file open for writing.
    static func isBeingWritten(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else {
            _ = flock(descriptor, LOCK_UN)
            return false
        }
        return errno == EWOULDBLOCK
    }
}
