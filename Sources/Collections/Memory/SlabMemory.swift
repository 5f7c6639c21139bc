/// Bytes of a slab: memory of its own, or a piece of a mapped file.
///
/// `@unchecked Sendable`: written by whoever made it, before anyone else has the reference.
final class SlabMemory: @unchecked Sendable {
    static let alignmentBytes = 64

    let base: UnsafeMutableRawPointer
    let count: Int
    private let file: MappedFile?
    private let offset: Int

    /// Memory of its own, all bits zero.
    init(bytes count: Int) {
        precondition(count >= 0)
        self.count = count
        (file, offset) = (nil, 0)
        base = LargeMemory.allocate(bytes: count)
    }

    /// Bytes of a file, only to be read, from an aligned one on; whoever wrote the file, they must lie within it.
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

    deinit { if file == nil { LargeMemory.free(base, bytes: count) } }

    /// Whether the bytes lie in a mapped file.
    var isMapped: Bool { file != nil }

    /// Copies a range; see `MappedFile.copy`.
    func copy(_ range: Range<Int>, to target: UnsafeMutableRawPointer) throws(FileError) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        if let file {
            try file.copy(offset + range.lowerBound..<offset + range.upperBound, to: target)
        } else {
            target.copyMemory(from: base + range.lowerBound, byteCount: range.count)
        }
    }

    /// The same bytes in memory of their own. Where they are that already, no copy.
    func inMemory() throws(FileError) -> SlabMemory {
        guard isMapped else { return self }
        let copy = SlabMemory(bytes: count)
        try self.copy(0..<count, to: copy.base)
        return copy
    }

    /// To be written, where it is memory of its own.
    func elements<Element: BitwiseCopyable & Sendable>(of type: Element.Type) -> UnsafeMutableBufferPointer<Element> {
        precondition(!isMapped)
        let count = count / MemoryLayout<Element>.stride
        return UnsafeMutableBufferPointer(start: base.bindMemory(to: Element.self, capacity: count), count: count)
    }
}
