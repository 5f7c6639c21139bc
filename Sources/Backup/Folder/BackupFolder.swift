public import Foundation

/// A folder with archives, what is left of interrupted ones, and `backups.json`.
///
/// The functions wait for the disk on threads of their own.
public struct BackupFolder: Sendable {
    private static let lockFile = ".lock"
    private static let lockWaitSeconds = 30

    /// What `prune` did.
    public struct Pruning: Sendable, Equatable, Encodable {
        public let kept: [String]
        public let removed: [String]
        /// Left as they are, for somebody to look at.
        public let damaged: [String]
    }

    public let path: String

    public init(_ path: String) { self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path }

    /// Backups and what looks like them, oldest first. Reads the end of each.
    /// - Throws: `BackupError.file`.
    public func entries() async throws -> [FolderEntry] {
        try await BackgroundThread.run { try readEntries() }
    }

    /// Removes what interrupted backups left and, where there are rules, the good backups that no rule keeps.
    ///
    /// The newest backup of which every checksum is right is never removed, and where there is none, nothing is.
    /// - Throws: `BackupError.file`, `.folderBusy`.
    public func prune(_ rules: RetentionRules) async throws -> Pruning {
        try await withLock { try pruneEntries(rules) }
    }

    /// The newest good archive's path.
    /// - Throws: `BackupError.noGoodBackup`.
    public func newest() async throws -> String {
        guard let entry = try await entries().last(where: { $0.state == .good }) else {
            throw BackupError.noGoodBackup(folder: path)
        }
        return path + "/" + entry.file
    }

    /// Writes what `backups.json` says in Prometheus' text format; the file is replaced as a whole.
    public func writeMetrics(to file: String) async throws {
        try await BackgroundThread.run {
            let state = try BackupState(folder: path) ?? BackupState()
            try Self.replace(file, by: Data(state.exposition.utf8))
        }
    }

    /// Changes `backups.json`; the file is replaced as a whole.
    func update(_ change: @escaping @Sendable (inout BackupState) -> Void) async throws {
        try await withLock {
            var state = try BackupState(folder: path) ?? BackupState()
            change(&state)
            try Self.replace(path + "/" + BackupState.file, by: try ArchiveJSON.encode(state))
        }
    }

    /// Changes a file that stands beside the archives, whole or not at all.
    /// - Parameters:
    ///   - bytesMax: a larger one is not read.
    ///   - change: gets what is in it, nil where there is none, and gives what will be; nil to leave it.
    /// - Throws: `BackupError.file`, `.folderBusy`; what `change` throws.
    public func rewrite(
        _ name: String, bytesMax: UInt64, _ change: @escaping @Sendable (Data?) throws -> Data?
    ) async throws {
        try await BackgroundThread.run { try Self.make(path) }
        try await withLock {
            let file = path + "/" + name
            guard let content = try change(try Self.content(of: file, bytesMax: bytesMax)) else { return }
            try Self.replace(file, by: content)
        }
    }

    /// Of a file beside the archives; nil where there is none.
    /// - Throws: `BackupError.file`.
    public func content(of name: String, bytesMax: UInt64) async throws -> Data? {
        try await BackgroundThread.run { try Self.content(of: path + "/" + name, bytesMax: bytesMax) }
    }

    static func content(of path: String, bytesMax: UInt64) throws -> Data? {
        guard access(path, F_OK) == 0 else { return nil }
        let file = try InputFile(path)
        guard file.byteCount <= bytesMax else {
            throw BackupError.file(operation: "read", path: path, reason: "it has \(file.byteCount) bytes")
        }
        return try file.read(at: 0, count: Int(file.byteCount))
    }

    /// Writes a file whole or not at all.
    static func replace(_ path: String, by content: Data) throws {
        let draft = path + ".new-" + UUID().uuidString.lowercased()
        do {
            let file = try OutputFile(creating: draft)
            try file.write(content)
            try file.synchronise()
            guard rename(draft, path) == 0 else { throw BackupError.system("rename", draft) }
        } catch {
            unlink(draft)
            throw error
        }
        try OutputFile.synchronise(folder: URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }

    static func make(_ path: String) throws {
        guard mkdir(path, 0o700) != 0, errno != EEXIST else { return }
        throw BackupError.system("make the folder", path)
    }

    private func readEntries() throws -> [FolderEntry] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw BackupError.file(operation: "list", path: path, reason: (error as NSError).localizedDescription)
        }
        return try names.compactMap { name in
            try BackgroundThread.checkCancellation()
            if ArchiveName.isUnfinished(name) { return unfinished(name) }
            return ArchiveName.isArchive(name) ? archive(name) : nil
        }
    }

    private func unfinished(_ name: String) -> FolderEntry {
        FolderEntry(
            file: name, bytes: size(name), state: OutputFile.isBeingWritten(path + "/" + name) ? .running : .unfinished,
            createdAt: nil, productVersion: nil, keyIdentifier: nil, reason: nil)
    }

    private func archive(_ name: String) -> FolderEntry {
        do {
            let reader = try ArchiveReader(path + "/" + name)
            let envelope = reader.envelope
            return FolderEntry(
                file: name, bytes: reader.byteCount, state: .good, createdAt: envelope.createdAt,
                productVersion: envelope.productVersion, keyIdentifier: envelope.encryption?.keyIdentifier, reason: nil)
        } catch {
            return FolderEntry(
                file: name, bytes: size(name), state: .damaged, createdAt: nil, productVersion: nil,
                keyIdentifier: nil, reason: "\(error)")
        }
    }

    /// 0 for a file that has just gone.
    private func size(_ name: String) -> UInt64 {
        var status = stat()
        return lstat(path + "/" + name, &status) == 0 ? UInt64(status.st_size) : 0
    }

    private func pruneEntries(_ rules: RetentionRules) throws -> Pruning {
        let entries = try readEntries()
        var damaged = entries.filter { $0.state == .damaged }.map(\.file)
        var good = entries.filter { $0.state == .good }
        if !rules.keepsAll {
            // Rules must not trust a newest one that cannot be read: it would be the only one left.
            while let newest = good.max(by: Self.isOlder), try !isReadable(newest) {
                good.removeAll { $0.file == newest.file }
                damaged.append(newest.file)
            }
        }
        let places = rules.kept(of: good.map { $0.createdAt ?? .distantPast })
        let kept = good.indices.filter(places.contains).map { good[$0].file }
        let removed =
            entries.filter { $0.state == .unfinished }.map(\.file)
            + good.indices.filter { !places.contains($0) }.map { good[$0].file }
        for file in removed {
            guard unlink(path + "/" + file) == 0 || errno == ENOENT else {
                throw BackupError.system("delete", path + "/" + file)
            }
        }
        try OutputFile.synchronise(folder: path)
        return Pruning(kept: kept, removed: removed.sorted(), damaged: damaged.sorted())
    }

    private static func isOlder(_ first: FolderEntry, _ second: FolderEntry) -> Bool {
        (first.createdAt ?? .distantPast, first.file) < (second.createdAt ?? .distantPast, second.file)
    }

    private func isReadable(_ entry: FolderEntry) throws -> Bool {
        do {
            try ArchiveReader(path + "/" + entry.file).verify(key: nil)
            return true
        } catch is BackupError {
            return false
        }
    }

    /// One process at a time changes what is in the folder.
    private func withLock<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await BackgroundThread.run {
            let lock = path + "/" + Self.lockFile
            let descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
            guard descriptor >= 0 else { throw BackupError.system("open", lock) }
            defer { close(descriptor) }
            let deadline = ContinuousClock.now.advanced(by: .seconds(Self.lockWaitSeconds))
            while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
                guard errno == EWOULDBLOCK || errno == EINTR else { throw BackupError.system("lock", lock) }
                try BackgroundThread.checkCancellation()
                guard ContinuousClock.now < deadline else {
                    throw BackupError.folderBusy(path: path, waitedSeconds: Self.lockWaitSeconds)
                }
                Thread.sleep(forTimeInterval: 0.05)
            }
            defer { _ = flock(descriptor, LOCK_UN) }
            return try body()
        }
    }
}
