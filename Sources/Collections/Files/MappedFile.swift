import Foundation

/// The bytes of a file in memory, as they were when it was mapped. They are read only, but for those of a `ScratchFile`,
/// and stay until the last reference goes, though the file may be renamed or deleted meanwhile.
///
/// The owner of a folder sees to it that no one shortens or overwrites a file while it is mapped: the engine itself only
/// ever puts whole new files in the place of old ones, and holds the folder's lock.
///
/// `@unchecked Sendable`: the memory is never written here.
final class MappedFile: @unchecked Sendable {
    /// At a page's start; of an empty file an address that must not be read.
    let base: UnsafeRawPointer
    let count: Int
    /// Whether there is a file behind the memory, from which pages come back that left it.
    private let isBacked: Bool
    private let release: @Sendable (UnsafeRawPointer, Int) -> Void

    /// - Parameter release: gives the memory back.
    init(
        base: UnsafeRawPointer, count: Int, isBacked: Bool = false,
        release: @escaping @Sendable (UnsafeRawPointer, Int) -> Void
    ) {
        self.base = base
        self.count = count
        self.isBacked = isBacked
        self.release = release
    }

    deinit { release(base, count) }

    /// How a range of the bytes is read next.
    enum Access {
        /// Here and there: reading ahead would drive out of memory what searches walk through.
        case scattered
        /// From its beginning to its end, soon.
        case soon
        /// Not soon: what was read may leave the process.
        case notSoon
    }

    /// Tells the system how a range is going to be read.
    func advise(_ range: Range<Int>, _ access: Access) {
        let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
        let start = range.lowerBound / pageBytes * pageBytes
        precondition(range.upperBound <= count)
        if range.isEmpty { return }
        let advice =
            switch access {
            case .scattered: MADV_RANDOM
            case .soon: MADV_WILLNEED
            case .notSoon: MADV_DONTNEED
            }
        // Of memory without a file this would take the contents.
        guard access != .notSoon || isBacked else { return }
        // Advice alone: where the system does not take it, reading is slower and as right.
        _ = madvise(UnsafeMutableRawPointer(mutating: base + start), range.upperBound - start, Int32(advice))
    }

    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "\(range) of a file of \(count) bytes")
        return UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
    }
}
