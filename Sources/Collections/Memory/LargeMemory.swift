import Foundation

/// Memory for arrays that may be large.
///
/// Large ones are the system's own pages: they go back to it when they are freed, which an allocator may put off for ever.
/// A walk through a graph touches a page per node; with pages of 4 KiB most of its reads would first miss the translation
/// cache. The kernel is asked for large pages where an array fills several of them.
enum LargeMemory {
    private static let hugePageBytes = 2 << 20
    private static let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
    /// Smaller arrays are the allocator's.
    private static let mappedBytesMin = 128 << 10

    /// All bits zero, aligned to cache lines at least. `free` gives it back.
    static func allocate(bytes: Int) -> UnsafeMutableRawPointer {
        guard bytes >= mappedBytesMin else {
            let memory = UnsafeMutableRawPointer.allocate(
                byteCount: max(1, bytes), alignment: SlabMemory.alignmentBytes)
            memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
            return memory
        }
        let length = wholePages(bytes)
        guard length >= 2 * hugePageBytes else { return map(length) }
        let memory = map(length + hugePageBytes)
        let skipped = (hugePageBytes - Int(bitPattern: memory) % hugePageBytes) % hugePageBytes
        unmap(memory, skipped)
        unmap(memory + skipped + length, hugePageBytes - skipped)
        #if os(Linux)
            // A refusal costs speed only.
            _ = madvise(memory + skipped, length, MADV_HUGEPAGE)
        #endif
        return memory + skipped
    }

    /// - Parameter bytes: as it was allocated.
    static func free(_ memory: UnsafeMutableRawPointer, bytes: Int) {
        if bytes >= mappedBytesMin { unmap(memory, wholePages(bytes)) } else { memory.deallocate() }
    }

    private static func wholePages(_ bytes: Int) -> Int { (bytes + pageBytes - 1) / pageBytes * pageBytes }

    private static func map(_ bytes: Int) -> UnsafeMutableRawPointer {
        let (access, flags) = (PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON)
        guard let memory = mmap(nil, bytes, access, flags, -1, 0), memory != MAP_FAILED else {
            preconditionFailure("the system has no memory for \(bytes) bytes: error \(errno)")
        }
        return memory
    }

    /// Of pages that were mapped, which does not fail.
    private static func unmap(_ memory: UnsafeMutableRawPointer, _ bytes: Int) {
        if bytes > 0 { _ = munmap(memory, bytes) }
    }
}
