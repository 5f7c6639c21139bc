import Foundation

/// The files of the operating system.
struct SystemFiles: FileSystem {
    /// For the service's own user alone: whoever can write these files can make searches answer what he likes.
    private static let folderMode: mode_t = 0o700
    private static let fileMode: mode_t = 0o600

    func makeFolder(_ path: String) throws(FileError) {
        guard mkdir(path, Self.folderMode) != 0 else { return }
        let code = errno
        var status = stat()
        guard code == EEXIST, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw FileError("make the folder", path, code)
        }
    }

    func names(in folder: String) throws(FileError) -> [String] {
        guard let stream = opendir(folder) else { throw FileError("list", folder, errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw FileError("list", folder, errno) }
                return names.sorted()
            }
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    func create(_ path: String) throws(FileError) -> any FileWriter {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, Self.fileMode)
        guard descriptor >= 0 else { throw FileError("create", path, errno) }
        return Writer(Descriptor(descriptor, path))
    }

    func map(_ path: String) throws(FileError) -> MappedFile? {
        let number = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard number >= 0 else {
            if errno == ENOENT { return nil }
            throw FileError("open", path, errno)
        }
        let descriptor = Descriptor(number, path)
        var status = stat()
        guard fstat(descriptor.number, &status) == 0 else { throw FileError("examine", path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError("map what is no plain file,", path, EINVAL) }
        let count = Int(status.st_size)
        // An empty file cannot be mapped. One byte of memory gives it an address of its own.
        if count == 0 {
            return MappedFile(
                base: UnsafeRawPointer(UnsafeMutableRawPointer.allocate(byteCount: 1, alignment: 64)), count: 0
            ) { base, _ in base.deallocate() }
        }
        guard let base = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor.number, 0), base != MAP_FAILED else {
            throw FileError("map", path, errno)
        }
        return MappedFile(base: base, count: count, reader: descriptor.read, release: Self.unmap)
    }

    func scratch(in folder: String, bytes: Int) throws(FileError) -> ScratchFile {
        // Made with a name, which a stop at this moment leaves to the next cleaning of the folder.
        let path = "\(folder)/scratch-\(UUID().uuidString)\(SnapshotFolder.temporarySuffix)"
        let number = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, Self.fileMode)
        guard number >= 0 else { throw FileError("create", path, errno) }
        let descriptor = Descriptor(number, path)
        try remove(path)
        // What fits is known before any of it is written.
        let code = posix_fallocate(descriptor.number, 0, bytes)
        guard code == 0 else { throw FileError("reserve \(bytes) bytes in", folder, code) }
        guard let base = mmap(nil, bytes, PROT_READ, MAP_SHARED, descriptor.number, 0), base != MAP_FAILED else {
            throw FileError("map", path, errno)
        }
        return ScratchFile(
            MappedFile(base: base, count: bytes, reader: descriptor.read, release: Self.unmap),
            writer: descriptor.write)
    }

    /// Unmapping memory that was mapped does not fail.
    private static let unmap: @Sendable (UnsafeRawPointer, Int) -> Void = { base, count in
        _ = munmap(UnsafeMutableRawPointer(mutating: base), count)
    }

    func rename(_ path: String, to target: String) throws(FileError) {
        guard Foundation.rename(path, target) == 0 else { throw FileError("rename", path, errno) }
    }

    func remove(_ path: String) throws(FileError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw FileError("delete", path, errno) }
    }

    func synchronise(folder: String) throws(FileError) {
        let number = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard number >= 0 else { throw FileError("open", folder, errno) }
        try Descriptor(number, folder).synchronise()
    }

    func lock(_ path: String) throws(FileError) -> (any FileLock)? {
        let number = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, Self.fileMode)
        guard number >= 0 else { throw FileError("open", path, errno) }
        let descriptor = Descriptor(number, path)
        if flock(number, LOCK_EX | LOCK_NB) == 0 { return Lock(descriptor) }
        if errno == EWOULDBLOCK { return nil }
        throw FileError("lock", path, errno)
    }

    /// An open file with a lock.
    private final class Lock: FileLock {
        private let descriptor: Descriptor

        init(_ descriptor: Descriptor) { self.descriptor = descriptor }

        // Closing alone gives it back only when a child process that is between its fork and its exec, and so has the
        // file open too, has got on.
        deinit { _ = flock(descriptor.number, LOCK_UN) }
    }

    /// An open file.
    private final class Descriptor: Sendable {
        let number: Int32
        let path: String

        init(_ number: Int32, _ path: String) {
            self.number = number
            self.path = path
        }

        // What was to be kept was synchronised before, so closing has nothing left to fail at.
        deinit { _ = close(number) }

        @Sendable func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
            guard let base = buffer.baseAddress else { return }
            try repeatUntil(buffer.count, "read") { done in
                pread(number, base + done, buffer.count - done, off_t(offset + done))
            }
        }

        @Sendable func write(at offset: Int, _ bytes: UnsafeRawBufferPointer) throws(FileError) {
            guard let base = bytes.baseAddress else { return }
            try repeatUntil(bytes.count, "write") { done in
                pwrite(number, base + done, bytes.count - done, off_t(offset + done))
            }
        }

        /// The system may do less than it is asked for. Nothing at all is the end of a file that has to go on.
        private func repeatUntil(_ count: Int, _ operation: String, _ step: (Int) -> Int) throws(FileError) {
            var done = 0
            while done < count {
                let more = step(done)
                if more < 0, errno == EINTR { continue }
                guard more > 0 else { throw FileError(operation, path, more < 0 ? errno : EIO) }
                done += more
            }
        }

        func synchronise() throws(FileError) {
            #if canImport(Darwin)
                // There fsync does not empty the disk's own cache.
                guard fcntl(number, F_FULLFSYNC) == 0 else { throw FileError("synchronise", path, errno) }
            #else
                guard fsync(number) == 0 else { throw FileError("synchronise", path, errno) }
            #endif
        }
    }

    private final class Writer: FileWriter {
        /// One call takes at most 2 GiB.
        private static let bytesMax = 1 << 30
        private let descriptor: Descriptor

        init(_ descriptor: Descriptor) { self.descriptor = descriptor }

        func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
            var rest = bytes
            while let base = rest.baseAddress, rest.count > 0 {
                let written = write(descriptor.number, base, min(rest.count, Self.bytesMax))
                if written < 0, errno == EINTR { continue }
                guard written > 0 else { throw FileError("write", descriptor.path, written < 0 ? errno : EIO) }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
            }
        }

        func synchronise() throws(FileError) { try descriptor.synchronise() }
    }
}

extension FileError {
    init(_ operation: String, _ path: String, _ code: Int32) {
        self.init(operation: operation, path: path, code: code, reason: String(cString: strerror(code)))
    }
}
