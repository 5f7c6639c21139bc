import Foundation

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
    /// Reads bytes of the file from an offset on.
    typealias Reader = @Sendable (Int, UnsafeMutableRawBufferPointer) throws(FileError) -> Void

    private let reader: Reader?
    private let release: @Sendable (UnsafeRawPointer, Int) -> Void

    /// - Parameters:
    ///   - reader: for `copy`; the memory is read where nil.
    ///   - release: gives the memory back.
    init(
        base: UnsafeRawPointer, count: Int, reader: Reader? = nil,
        release: @escaping @Sendable (UnsafeRawPointer, Int) -> Void
    ) {
        self.base = base
        self.count = count
        self.reader = reader
        self.release = release
    }

    deinit { release(base, count) }

    /// How a range of the bytes is read next.
    enum Access {
        /// Here and there: reading ahead would drive out of memory what searches walk through.
        case scattered
        /// From its beginning to its end, soon.
        case soon
    }

    /// Tells the system how a range is going to be read.
    func advise(_ range: Range<Int>, _ access: Access) {
        let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = range.lowerBound / pageBytes * pageBytes
        precondition(range.upperBound <= count)
        if range.isEmpty { return }
        let advice = access == .scattered ? MADV_RANDOM : MADV_WILLNEED
        // Advice alone: where the system does not take it, reading is slower and as right.
        _ = madvise(UnsafeMutableRawPointer(mutating: base + start), range.upperBound - start, Int32(advice))
    }

    /// Copies a range, and leaves it to others what of the file is in memory: bringing pages in, and letting them go
    /// again, would cost searches their own.
    func copy(_ range: Range<Int>, to target: UnsafeMutableRawPointer) throws(FileError) {
        let source = bytes(range)
        if let reader {
            try reader(range.lowerBound, UnsafeMutableRawBufferPointer(start: target, count: range.count))
        } else if let address = source.baseAddress {
            target.copyMemory(from: address, byteCount: range.count)
        }
    }

    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of a file of \(count) bytes")
        return UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
    }
}
