import Foundation

/// A script that may be run at once.
public enum ExecutableScript {
    /// Foundation writes through a descriptor that a child started at that moment keeps open, and nobody may run a file
    /// that anybody has open for writing: here no child gets it.
    public static func write(_ text: String, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o755)
        guard file >= 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }
}
