import Foundation

/// Memory for large arrays that are read in no order.
///
/// A walk through a graph touches a page per node; with pages of 4 KiB most of its reads would first miss the
/// translation cache. The kernel is asked for large pages where an array fills several of them.
enum LargeMemory {
    static let pageBytes = 2 << 20

    /// Uninitialised memory, aligned to cache lines at least; `deallocate()` frees it.
    static func allocate(bytes: Int) -> UnsafeMutableRawPointer {
        guard bytes >= 2 * pageBytes else { return .allocate(byteCount: bytes, alignment: 64) }
        let memory = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: pageBytes)
        #if os(Linux)
            // A refusal costs speed only.
            _ = madvise(memory, bytes, MADV_HUGEPAGE)
        #endif
        return memory
    }
}
