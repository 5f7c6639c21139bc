/// The bytes of a file in memory, as they were when it was mapped. They are read only, and stay until the last
/// reference goes, though the file may be renamed or deleted meanwhile.
///
/// The owner of a folder sees to it that no one shortens or overwrites a file while it is mapped: the engine itself only
/// ever puts whole new files in the place of old ones, and holds the folder's lock.
///
/// `@unchecked Sendable`: the memory is never written.
final class MappedFile: @unchecked Sendable {
    /// At a page's start; of an empty file an address that must not be read.
    let base: UnsafeRawPointer
    let count: Int
    private let release: @Sendable (UnsafeRawPointer, Int) -> Void

    /// - Parameter release: gives the memory back.
    init(base: UnsafeRawPointer, count: Int, release: @escaping @Sendable (UnsafeRawPointer, Int) -> Void) {
        self.base = base
        self.count = count
        self.release = release
    }

    deinit { release(base, count) }

    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of a file of \(count) bytes")
        return UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
    }
}
