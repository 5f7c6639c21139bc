import Foundation

/// Memory for the kernels, aligned to a cache line and freed with its owner.
///
/// `@unchecked Sendable`: the owner's rules hold. Packed weights are written before they are shared and only read after;
/// an `EncoderPass` hands out disjoint parts to the threads that work on it.
final class AlignedMemory<Element: BitwiseCopyable>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>
    let count: Int

    private static var cacheLineBytes: Int { 64 }
    private static var hugePageBytes: Int { 2 << 20 }

    /// Zeroed. What fills huge pages gets them where the system gives them: fewer address translations for what is read
    /// from end to end.
    init(count: Int, zero: Element) {
        self.count = count
        let bytes = max(1, count) * MemoryLayout<Element>.stride
        let isHuge = bytes >= Self.hugePageBytes
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: bytes, alignment: isHuge ? Self.hugePageBytes : Self.cacheLineBytes)
        #if os(Linux)
            // Advice: what the system does not follow changes nothing but speed.
            if isHuge { _ = madvise(raw, bytes, MADV_HUGEPAGE) }
        #endif
        pointer = raw.bindMemory(to: Element.self, capacity: count)
        pointer.initialize(repeating: zero, count: count)
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}
