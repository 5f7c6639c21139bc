/// Writes the bytes of a slab, a window of them at a time: to memory of its own, or to a scratch file as far as that has
/// room. Used by one thread.
final class SlabWriter {
    private let memory: SlabMemory
    /// Where the piece begins in the file, and what a window is before it is written there.
    private let scratch: (room: ScratchRoom, offset: Int, window: SlabMemory)?

    /// - Parameter windowBytes: the longest window.
    init(bytes: Int, windowBytes: Int, in scratch: ScratchRoom?) {
        if let scratch, let piece = scratch.take(bytes: bytes) {
            memory = SlabMemory(scratch.file.file, piece)
            self.scratch = (scratch, piece.lowerBound, SlabMemory(bytes: min(bytes, windowBytes)))
        } else {
            memory = SlabMemory(bytes: bytes)
            self.scratch = nil
        }
    }

    /// Where to write the bytes of a range, all zero at first. One window is open at a time.
    func open(_ range: Range<Int>) -> UnsafeMutableRawPointer {
        precondition(range.lowerBound >= 0 && range.upperBound <= memory.count)
        guard let window = scratch?.window else { return memory.base + range.lowerBound }
        precondition(range.count <= window.count)
        window.base.initializeMemory(as: UInt8.self, repeating: 0, count: range.count)
        return window.base
    }

    /// The bytes of the open window are written.
    func close(_ range: Range<Int>) throws(FileError) {
        guard let scratch else { return }
        try scratch.room.write(
            UnsafeRawBufferPointer(start: scratch.window.base, count: range.count),
            at: scratch.offset + range.lowerBound)
    }

    /// The whole, when all windows were closed.
    func finish() -> SlabMemory { memory }
}
