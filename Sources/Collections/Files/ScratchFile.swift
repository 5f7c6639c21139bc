import Synchronization

/// A file that has no name and goes with the last reference, mapped: the system writes it out and takes its pages back as
/// it likes, so that what is bulky and read little need not stay in memory. Nothing in it outlasts the process.
///
/// It is written by the file, not by its memory: so nothing comes into the process that is not read there.
final class ScratchFile: Sendable {
    typealias Writer = @Sendable (Int, UnsafeRawBufferPointer) throws(FileError) -> Void

    /// Zeros where nothing was written.
    let file: MappedFile
    private let writer: Writer
    private let taken = Mutex(0)

    init(_ file: MappedFile, writer: @escaping Writer) {
        self.file = file
        self.writer = writer
        file.advise(0..<file.count, .scattered)
    }

    /// Room that is whoever's who took it, for as long as the file is there; nil where there is not so much left.
    func room(bytes: Int) -> ScratchRoom? {
        precondition(bytes >= 0 && bytes % ScratchRoom.pageBytes == 0)
        return taken.withLock { taken in
            guard bytes <= file.count - taken else { return nil }
            defer { taken += bytes }
            return ScratchRoom(self, taken..<taken + bytes)
        }
    }

    fileprivate func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
        try writer(offset, bytes)
    }
}

/// A part of a scratch file, for the bulk of one segment.
final class ScratchRoom: Sendable {
    /// Pieces begin at pages.
    static let pageBytes = 4_096

    let file: ScratchFile
    private let range: Range<Int>
    private let taken: Mutex<Int>

    fileprivate init(_ file: ScratchFile, _ range: Range<Int>) {
        self.file = file
        self.range = range
        taken = Mutex(range.lowerBound)
    }

    /// The bytes in which pieces of some sizes have room.
    static func bytes(ofPieces pieces: [Int]) -> Int {
        pieces.reduce(0) { $0 + ($1 + pageBytes - 1) / pageBytes * pageBytes }
    }

    /// Takes a piece of the room.
    /// - Returns: where it lies in the file; nil where there is no room for it.
    func take(bytes: Int) -> Range<Int>? {
        taken.withLock { taken in
            let size = Self.bytes(ofPieces: [bytes])
            guard size <= range.upperBound - taken else { return nil }
            defer { taken += size }
            return taken..<taken + bytes
        }
    }

    /// Writes bytes of a piece that nobody reads yet.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
        precondition(offset >= range.lowerBound && offset + bytes.count <= range.upperBound)
        try file.write(bytes, at: offset)
    }
}
