import Foundation
import Synchronization

/// The folder that holds a collection's snapshot: a manifest and the segment files it names.
///
/// A snapshot is a copy of what can be had from the collection's source, and may be deleted at any time while no one has
/// the folder. It is replaced in one step: whatever stops a save, the folder holds the old snapshot or the new one,
/// whole. One process at a time has a folder, and in it one collection.
public final class CollectionFiles: Sendable {
    /// The folder's path.
    public let folder: String
    /// Says which source the positions count in, such as the identity of a database. A snapshot of another is refused.
    public let source: String

    private let names: SnapshotFolder
    private let scratchBytesMin: Int
    private let lock: any FileLock
    private let books = Mutex(Books())
    private let status = Mutex(Status())

    /// What is known of the folder's files. Held by whoever reads or writes them.
    private struct Books {
        var session = 0
        /// Whole segment files by the number of the part they hold.
        var written: [Int: CollectionManifest.SegmentName] = [:]
        /// The numbers of parts whose segments are read from their files.
        var served: Set<Int> = []
        var nextNumber = 1
    }

    /// Held for moments only.
    private struct Status {
        /// Counts the collections that had these files; the last one has them.
        var session = 0
        var isSaving = false
        var position: Position?
        var unverified: [FileVerification] = []
    }

    /// Takes a folder of the operating system, which is made if it is not there; its parent must be.
    /// - Parameter source: any string that differs from source to source.
    /// - Throws: `SnapshotError.locked`, `.file`
    public convenience init(folder: String, source: String) throws(SnapshotError) {
        try self.init(folder: folder, source: source, on: SystemFiles())
    }

    /// What is smaller lies in memory: a file of its own would be more work than it saves.
    private static let scratchBytesMin = 1 << 20

    init(
        folder: String, source: String, on files: any FileSystem, scratchBytesMin: Int = CollectionFiles.scratchBytesMin
    ) throws(SnapshotError) {
        self.folder = folder
        self.scratchBytesMin = scratchBytesMin
        self.source = source
        let names = SnapshotFolder(path: folder, files: files)
        guard let lock = try names.lock() else { throw .locked(folder: folder) }
        self.names = names
        self.lock = lock
    }

    /// Where segments of a collection may put their bulk.
    func scratch(collection: String) -> ScratchSpace {
        ScratchSpace(names, collection: collection, bytesMin: scratchBytesMin)
    }

    // MARK: Sessions: one for each collection that has these files

    /// Gives the files to a collection that begins empty. The snapshot there is stays until the next save.
    func begin() -> Int {
        status.withLock { status in
            status = Status(session: status.session + 1, isSaving: status.isSaving)
            return status.session
        }
    }

    /// The position of the last snapshot saved or restored in a session.
    func position(session: Int) -> Position? { status.withLock { $0.session == session ? $0.position : nil } }

    // MARK: Restoring

    /// What a snapshot held.
    struct Restored {
        /// Numbered from 1.
        let segments: [Part]
        let position: Position
    }

    /// Gives the files to a collection that goes on from their snapshot, and deletes what the snapshot does not need.
    /// - Returns: nil where there is no snapshot.
    /// - Throws: `SnapshotError`; a damaged file is then in quarantine.
    func restore(
        schema: CollectionSchema, checking: FileChecking
    ) throws(SnapshotError) -> (session: Int, restored: Restored?) {
        let session = begin()
        let restored = try books.withLock { books throws(SnapshotError) -> Restored? in
            let reader = SnapshotReader(folder: names, schema: schema, source: source, checking: checking)
            let snapshot = try reader.read()
            books = Books(session: session)
            for part in snapshot?.parts ?? [] { books.written[part.part.number] = part.name }
            books.served = Set(books.written.keys)
            let numbers = Set(books.written.values.map(\.number))
            // What was read may have been written and not synchronised. Only when it is sure to stay may the files go
            // that an older manifest names.
            try names.synchronise()
            try names.clean(keeping: numbers)
            books.nextNumber = (numbers.max() ?? 0) + 1
            guard let snapshot else { return nil }
            status.withLock { status in
                guard status.session == session else { return }
                status.position = snapshot.position
                status.unverified = snapshot.parts.compactMap(\.verification)
            }
            return Restored(segments: snapshot.parts.map(\.part), position: snapshot.position)
        }
        return (session, restored)
    }

    // MARK: Saving

    /// Makes the snapshot that of a state: writes a file for every segment that has none and for what is in tails, and
    /// puts a manifest in the place of the last one. Blocks its thread. O(bytes of new segments).
    /// - Returns: the segments that have files now and were not read from them, as they lie there, by the numbers of their
    ///   parts.
    /// - Throws: `SnapshotError`; the folder holds the last snapshot then or this one, whole, and segment files that were
    ///   finished are used the next time.
    func save(_ state: CollectionState, session: Int) throws(SnapshotError) -> [Int: Segment] {
        let collection = state.schema.name
        guard state.isLoaded else { throw .notLoaded(collection: collection) }
        let isRefused = try status.withLock { status throws(SnapshotError) in
            guard status.session == session else { throw .superseded(collection: collection) }
            defer { status.isSaving = true }
            return status.isSaving
        }
        if isRefused { throw .busy(collection: collection) }
        defer { status.withLock { $0.isSaving = false } }
        return try books.withLock { books throws(SnapshotError) in
            if books.session != session {
                // The collection began empty. The numbers of files that are there are left alone: the last manifest
                // must stay good until the next one is in its place.
                books = Books(session: session, nextNumber: try names.unusedNumber())
            }
            return try write(state, &books)
        }
    }

    private func write(_ state: CollectionState, _ books: inout Books) throws(SnapshotError) -> [Int: Segment] {
        var written: [Int: Segment] = [:]
        var entries: [CollectionManifest.Segment] = []
        for part in state.parts where part.liveCount > 0 {
            guard let segment = part.segment else { continue }
            let file: CollectionManifest.SegmentName
            if let written = books.written[part.number] {
                file = written
            } else {
                file = try put(segment, &books)
            }
            if !books.served.contains(part.number) {
                // One that cannot be read is written anew the next time.
                books.written[part.number] = nil
                written[part.number] = try readBack(file, schema: state.schema)
                books.written[part.number] = file
            }
            entries.append(CollectionManifest.Segment(name: file, live: part.live))
        }
        let tails = state.parts.filter { $0.tail != nil && $0.liveCount > 0 }
        if !tails.isEmpty {
            let segment = PartRewrite(sources: tails, schema: state.schema).runPlain()
            let live = Bitmap(slotCount: segment.slotCount, filled: true)
            entries.append(CollectionManifest.Segment(name: try put(segment, &books), live: live))
        }
        let manifest = CollectionManifest(
            schema: state.schema, source: source, position: state.appliedPosition, segments: entries)
        try put(manifest, &books)
        let partNumbers = Set(state.parts.map(\.number))
        books.written = books.written.filter { partNumbers.contains($0.key) }
        books.served.formIntersection(partNumbers)
        status.withLock { status in
            if status.session == books.session { status.position = state.appliedPosition }
        }
        try names.clean(keeping: Set(entries.map(\.name.number)))
        books.served.formUnion(written.keys)
        return written
    }

    /// A file that was just written, before a manifest names it.
    private func readBack(
        _ name: CollectionManifest.SegmentName, schema: CollectionSchema
    ) throws(SnapshotError) -> Segment {
        let path = SnapshotFolder.segmentName(name.number)
        guard let file = try names.map(path) else { throw .missing(folder: folder, file: path) }
        do throws(SectionFileError) {
            return try SegmentFile.open(file, schema: schema, checking: .structure).segment
        } catch {
            throw .file(
                FileError(operation: "read back", path: "\(folder)/\(path)", code: EIO, reason: "\(error)"))
        }
    }

    private func put(_ segment: Segment, _ books: inout Books) throws(SnapshotError) -> CollectionManifest.SegmentName {
        let number = books.nextNumber
        books.nextNumber += 1
        let file = try names.put(SnapshotFolder.segmentName(number)) { path throws(FileError) in
            try SegmentFile.write(segment, number: number, to: path, on: names.files)
        }
        return CollectionManifest.SegmentName(number: number, file: file)
    }

    /// Segment files must outlast a stop of the machine before a manifest names them, and the manifest before anything
    /// is deleted that only the last one names.
    private func put(_ manifest: CollectionManifest, _ books: inout Books) throws(SnapshotError) {
        let number = books.nextNumber
        books.nextNumber += 1
        try names.synchronise()
        _ = try names.put(SnapshotFolder.manifestName) { path throws(FileError) in
            try manifest.sections().write(
                .manifest, fingerprint: manifest.schema.fingerprint, slotCount: 0, number: number, to: path,
                on: names.files)
        }
        try names.synchronise()
    }

    // MARK: Verifying

    /// A restored file whose checksums were not all verified; nil when there is none left.
    func nextVerification(session: Int) -> FileVerification? {
        status.withLock { $0.session == session ? $0.unverified.last : nil }
    }

    func finish(_ verification: FileVerification, session: Int) {
        status.withLock { status in
            if status.session == session { status.unverified.removeAll { $0.number == verification.number } }
        }
    }

    /// Takes a damaged file out of use, and the files from the session. Blocks its thread.
    func refuse(_ verification: FileVerification, _ reason: SectionFileError, session: Int) -> SnapshotError {
        let name = SnapshotFolder.segmentName(verification.number)
        status.withLock { status in
            if status.session == session { status = Status(session: session + 1, isSaving: status.isSaving) }
        }
        return .refused(
            folder: folder, file: name, reason: reason, quarantine: books.withLock { _ in names.quarantine(name) })
    }
}
