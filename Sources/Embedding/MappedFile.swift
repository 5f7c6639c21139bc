import Foundation

/// A file mapped into memory for reading. Pages come from the file's cache when they are touched: nothing is copied.
///
/// The file must not be shortened while it is mapped; replacing it by a rename is safe.
///
/// `@unchecked Sendable`: the memory is mapped read-only, its address never changes, and it is unmapped by `deinit` alone.
final class MappedFile: @unchecked Sendable {
    let bytes: UnsafeRawBufferPointer

    /// - Throws: `ModelError.unreadable`.
    init(path: String) throws(ModelError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unreadable(path) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.unreadable(path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ModelError.unreadable(path: path, reason: "it is no regular file")
        }
        guard status.st_size > 0 else { throw ModelError.unreadable(path: path, reason: "it is empty") }
        let address = mmap(nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address, address != MAP_FAILED else { throw Self.unreadable(path) }
        bytes = UnsafeRawBufferPointer(start: address, count: Int(status.st_size))
    }

    private static func unreadable(_ path: String) -> ModelError {
        .unreadable(path: path, reason: String(cString: strerror(errno)))
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}
