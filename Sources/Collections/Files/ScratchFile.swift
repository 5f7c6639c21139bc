import Synchronization

/// A file that has no name and goes with the last reference, mapped: the system writes it out and takes its pages back as
/// it likes, so that what is bulky and read little need not stay in memory. Nothing in it outlasts the process.
///
/// It is written by the file, not by its memory: so nothing comes into the process that is not read there.
final class ScratchFile: Sendable {
    typealias Writer = @Sendable (Int, UnsafeRawBufferPointer) throws(FileError) -> Void

    /// Pieces begin at pages.
    private static let pageBytes = 4_096

    /// Zeros where nothing was written.
    let file: MappedFile
    private let writer: Writer
    private let taken = Mutex(0)

    init(_ file: MappedFile, writer: @escaping Writer) {
        self.file = file
        self.writer = writer
        file.advise(0..<file.count, .scattered)
    }

    /// The bytes of a file in which pieces of some sizes have room.
    static func bytes(ofPieces pieces: [Int]) -> Int {
        pieces.reduce(0) { $0 + ($1 + pageBytes - 1) / pageBytes * pageBytes }
    }

    /// Where a piece begins, which is whoever's who took it; nil where there is no room for it.
    func take(bytes: Int) -> Int? {
        taken.withLock { taken in
            let size = Self.bytes(ofPieces: [bytes])
            guard size <= file.count - taken else { return nil }
            defer { taken += size }
            return taken
        }
    }

    /// Writes bytes of a piece that nobody reads yet.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
        precondition(offset >= 0 && offset + bytes.count <= file.count)
        try writer(offset, bytes)
    }
}
