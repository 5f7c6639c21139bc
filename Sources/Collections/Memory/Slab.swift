/// An immutable array of plain values, aligned to cache lines, in memory of its own or in a mapped file.
///
/// Everything bulky in a segment is a slab: kernels take its address as it is, and a segment file is one slab after
/// another.
///
/// `@unchecked Sendable`: the memory is written only inside `init`, before anyone else has the reference.
final class Slab<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    static var alignmentBytes: Int { 64 }

    let count: Int
    let base: UnsafePointer<Element>
    private let origin: Origin

    private enum Origin {
        case memory(UnsafeMutableRawPointer)
        case nodes(NodeBuffer)
        /// Kept in place for as long as the slab is there.
        case file(MappedFile)
    }

    /// Memory of `count` elements, all bits zero before `fill` writes it.
    init(count: Int, fill: (UnsafeMutableBufferPointer<Element>) -> Void) {
        precondition(count >= 0)
        let bytes = max(1, count * MemoryLayout<Element>.stride)
        let memory = LargeMemory.allocate(bytes: bytes)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        let elements = memory.bindMemory(to: Element.self, capacity: count)
        fill(UnsafeMutableBufferPointer(start: elements, count: count))
        self.count = count
        base = UnsafePointer(elements)
        origin = .memory(memory)
    }

    /// Elements inside a mapped file, from an aligned byte on; whoever wrote the file, they must lie within it.
    init(_ file: MappedFile, offset: Int, count: Int) {
        precondition(offset % Self.alignmentBytes == 0, "the byte \(offset) is not at a multiple of 64")
        let bytes = file.bytes(offset..<offset + count * MemoryLayout<Element>.stride)
        self.count = count
        // The address of an empty slab is never read, and may be the file's end.
        base = (file.base + offset).bindMemory(to: Element.self, capacity: bytes.count / MemoryLayout<Element>.stride)
        origin = .file(file)
    }

    /// The nodes of a buffer that is written no more.
    init(_ buffer: NodeBuffer) where Element == UInt8 {
        count = buffer.count * buffer.layout.nodeBytes
        base = UnsafePointer(buffer.base.assumingMemoryBound(to: UInt8.self))
        origin = .nodes(buffer)
    }

    convenience init(_ elements: [Element]) {
        self.init(count: elements.count) { buffer in
            for (index, element) in elements.enumerated() { buffer[index] = element }
        }
    }

    deinit { if case .memory(let memory) = origin { memory.deallocate() } }

    var bytes: Int { count * MemoryLayout<Element>.stride }
    /// Whether the bytes lie in a mapped file.
    var isMapped: Bool { if case .file = origin { true } else { false } }

    subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "index \(index) of a slab of \(count)")
        return base[index]
    }

    var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }
}
