import Foundation

/// A file that is read at places of one's own choosing.
final class InputFile: Sendable {
    let path: String
    let byteCount: UInt64
    private let descriptor: Int32

    /// - Throws: `BackupError.file`, also where the path is no plain file.
    init(_ path: String) throws(BackupError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system("open", path) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let error = BackupError.system("examine", path)
            close(descriptor)
            throw error
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .file(operation: "read", path: path, reason: "it is no plain file")
        }
        byteCount = UInt64(status.st_size)
    }

    deinit { close(descriptor) }

    /// Exactly `count` bytes.
    /// - Throws: `BackupError.file`, also where the file ends before.
    func read(at offset: UInt64, count: Int) throws(BackupError) -> Data {
        var data = Data(count: count)
        var filled = 0
        while filled < count {
            let read = data.withUnsafeMutableBytes { bytes in
                pread(descriptor, bytes.baseAddress.map { $0 + filled }, count - filled, off_t(offset) + off_t(filled))
            }
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw .system("read", path) }
            guard read > 0 else { throw .file(operation: "read", path: path, reason: "it ends too early") }
            filled += read
        }
        return data
    }
}

extension BackupError {
    /// The error of the system call that has just failed.
    static func system(_ operation: String, _ path: String, code: Int32 = errno) -> BackupError {
        .file(operation: operation, path: path, reason: String(cString: strerror(code)))
    }
}
