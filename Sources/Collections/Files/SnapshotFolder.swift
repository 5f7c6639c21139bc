/// The names in a collection's folder, and what is done with them one by one:
/// `lock`, `manifest`, `segment-NUMBER`, `NAME.tmp` while one is written, and `quarantine/`.
struct SnapshotFolder: Sendable {
    /// Files kept in quarantine for someone to look at; beyond these the oldest is deleted.
    static let quarantineMax = 4
    static let manifestName = "manifest"

    private static let lockName = "lock"
    private static let segmentPrefix = "segment-"
    static let temporarySuffix = ".tmp"
    private static let quarantineName = "quarantine"

    let path: String
    let files: any FileSystem

    static func segmentName(_ number: Int) -> String { "\(segmentPrefix)\(number)" }

    func map(_ name: String) throws(SnapshotError) -> MappedFile? {
        try wrapping { () throws(FileError) in try files.map(path(name)) }
    }

    private func path(_ name: String) -> String { "\(path)/\(name)" }

    private static func number(ofSegment name: String) -> Int? {
        guard name.hasPrefix(segmentPrefix) else { return nil }
        return Int(name.dropFirst(segmentPrefix.count)).flatMap {
            (0...SectionLayout.numberMax).contains($0) && name == segmentName($0) ? $0 : nil
        }
    }

    /// - Returns: nil where another has the folder.
    func lock() throws(SnapshotError) -> (any FileLock)? {
        try wrapping { () throws(FileError) in
            try files.makeFolder(path)
            return try files.lock(path(Self.lockName))
        }
    }

    /// A number above those of all segment files there are.
    func unusedNumber() throws(SnapshotError) -> Int {
        let names = try wrapping { () throws(FileError) in try files.names(in: path) }
        let highest = names.compactMap(Self.number(ofSegment:)).max() ?? 0
        return highest + 1
    }

    /// Writes a file under a temporary name and moves it to its own. Its name outlasts a stop of the machine after
    /// `synchronise`.
    func put(
        _ name: String, write: (_ path: String) throws(FileError) -> WrittenFile
    ) throws(SnapshotError) -> WrittenFile {
        let temporary = path(name + Self.temporarySuffix)
        do throws(FileError) {
            let file = try write(temporary)
            try files.rename(temporary, to: path(name))
            return file
        } catch {
            // The disk may be full: half a file must not stay. Where even that fails, the next save's cleaning has it.
            do { try files.remove(temporary) } catch {}
            throw .file(error)
        }
    }

    /// A file without a name, for what need not outlast the process.
    func scratch(bytes: Int) throws(FileError) -> ScratchFile { try files.scratch(in: path, bytes: bytes) }

    func synchronise() throws(SnapshotError) {
        try wrapping { () throws(FileError) in try files.synchronise(folder: path) }
    }

    /// Deletes temporary files, and segment files but those of some numbers.
    func clean(keeping numbers: Set<Int>) throws(SnapshotError) {
        try wrapping { () throws(FileError) in
            for name in try files.names(in: path) {
                let isLeft = Self.number(ofSegment: name).map { !numbers.contains($0) } ?? false
                if isLeft || name.hasSuffix(Self.temporarySuffix) { try files.remove(path(name)) }
            }
        }
    }

    private func wrapping<Value>(_ work: () throws(FileError) -> Value) throws(SnapshotError) -> Value {
        do throws(FileError) {
            return try work()
        } catch {
            throw .file(error)
        }
    }

    /// Moves a file aside. Returns the name it has there; nil where it could not be moved.
    func quarantine(_ name: String) -> String? {
        do {
            let folder = path(Self.quarantineName)
            try files.makeFolder(folder)
            var kept = try files.names(in: folder).compactMap(Self.arrival).sorted { $0.order < $1.order }
            let aside = "\((kept.last?.order ?? 0) + 1)-\(name)"
            while kept.count >= Self.quarantineMax { try files.remove("\(folder)/\(kept.removeFirst().name)") }
            try files.rename(path(name), to: "\(folder)/\(aside)")
            return aside
        } catch {
            return nil
        }
    }

    /// The names in quarantine begin with the order in which they came.
    private static func arrival(_ name: String) -> (order: Int, name: String)? {
        name.split(separator: "-").first.flatMap { Int($0) }.flatMap { $0 < Int.max ? ($0, name) : nil }
    }
}
