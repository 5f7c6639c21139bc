/// Memory for the kernels, aligned to a cache line and freed with its owner.
///
/// `@unchecked Sendable`: the owner's rules hold. Packed weights are written before they are shared and only read after;
/// an `EncoderPass` hands out disjoint parts to the threads that work on it.
final class AlignedMemory<Element: BitwiseCopyable>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>
    let count: Int

    /// Zeroed.
    init(count: Int, zero: Element) {
        self.count = count
        let raw = UnsafeMutableRawPointer.allocate(
            byteCount: max(1, count) * MemoryLayout<Element>.stride, alignment: 64)
        pointer = raw.bindMemory(to: Element.self, capacity: count)
        pointer.initialize(repeating: zero, count: count)
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}
