import Synchronization

/// Memory in a file that has no name and goes with the last reference: the system writes it out and takes it back as it
/// likes, so that what is bulky and read little need not stay in memory. Nothing in it outlasts the process.
///
/// `@unchecked Sendable`: pieces are handed out one by one, each to whoever writes it before anyone else reads it.
final class ScratchFile: @unchecked Sendable {
    /// Pieces begin at pages, so that letting one go is nothing to its neighbours.
    private static let pageBytes = 4_096

    /// At a page's start; zeros where nothing was written.
    let base: UnsafeMutableRawPointer
    let file: MappedFile
    private let taken = Mutex(0)

    /// - Parameter release: gives the memory back.
    init(base: UnsafeMutableRawPointer, count: Int, release: @escaping @Sendable (UnsafeRawPointer, Int) -> Void) {
        self.base = base
        file = MappedFile(base: UnsafeRawPointer(base), count: count, isBacked: true, release: release)
        file.advise(0..<count, .scattered)
    }

    /// The bytes of a file in which pieces of some sizes have room.
    static func bytes(ofPieces pieces: [Int]) -> Int {
        pieces.reduce(0) { $0 + ($1 + pageBytes - 1) / pageBytes * pageBytes }
    }

    /// Where a piece begins; nil where there is no room for it.
    func take(bytes: Int) -> Int? {
        taken.withLock { taken in
            let size = Self.bytes(ofPieces: [bytes])
            guard size <= file.count - taken else { return nil }
            defer { taken += size }
            return taken
        }
    }
}
