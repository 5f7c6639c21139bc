/// Bytes of a slab: memory of its own, or a piece of a mapped file.
///
/// `@unchecked Sendable`: written by whoever made it, before anyone else has the reference.
final class SlabMemory: @unchecked Sendable {
    static let alignmentBytes = 64
    private static let copyBytes = 4 << 20

    let base: UnsafeMutableRawPointer
    let count: Int
    private let file: MappedFile?
    private let offset: Int

    /// All bits zero; a piece of `scratch` where there is one and the bytes fit in.
    init(bytes count: Int, in scratch: ScratchFile? = nil) {
        precondition(count >= 0)
        self.count = count
        if let scratch, let offset = scratch.take(bytes: count) {
            (file, self.offset) = (scratch.file, offset)
            base = scratch.base + offset
        } else {
            (file, offset) = (nil, 0)
            base = LargeMemory.allocate(bytes: max(1, count))
            base.initializeMemory(as: UInt8.self, repeating: 0, count: count)
        }
    }

    /// Bytes of a file that is only read, from an aligned one on; whoever wrote the file, they must lie within it.
    init(_ file: MappedFile, _ range: Range<Int>) {
        precondition(
            range.lowerBound % Self.alignmentBytes == 0, "the byte \(range.lowerBound) is not at a multiple of 64")
        precondition(file.bytes(range).count == range.count)
        self.file = file
        offset = range.lowerBound
        count = range.count
        // The address of an empty slab is never read, and may be the file's end.
        base = UnsafeMutableRawPointer(mutating: file.base + offset)
    }

    deinit { if file == nil { base.deallocate() } }

    /// Whether the bytes lie in a mapped file.
    var isMapped: Bool { file != nil }

    /// The same bytes in memory of their own. Where they are that already, no copy.
    func inMemory() -> SlabMemory {
        guard isMapped else { return self }
        let copy = SlabMemory(bytes: count)
        for start in stride(from: 0, to: count, by: Self.copyBytes) {
            let range = start..<min(start + Self.copyBytes, count)
            (copy.base + start).copyMemory(from: base + start, byteCount: range.count)
            letGo(range)
        }
        return copy
    }

    /// Whoever read or wrote these bytes will not do so soon: where they lie in a file, their pages leave the process, and
    /// come back when they are read.
    func letGo(_ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        file?.advise(offset + range.lowerBound..<offset + range.upperBound, .notSoon)
    }
}
