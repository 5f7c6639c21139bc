/// An immutable array of plain values, aligned to cache lines, in memory of its own or in a mapped file.
///
/// Everything bulky in a segment is a slab: kernels take its address as it is, and a segment file is one slab after
/// another.
///
/// `@unchecked Sendable`: the memory is written only before anyone else has the reference.
final class Slab<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    let count: Int
    let base: UnsafePointer<Element>
    let memory: SlabMemory

    /// The elements in memory that is written no more.
    init(_ memory: SlabMemory) {
        self.memory = memory
        count = memory.count / MemoryLayout<Element>.stride
        base = UnsafePointer(memory.base.bindMemory(to: Element.self, capacity: count))
    }

    /// Memory of `count` elements, all bits zero before `fill` writes it.
    convenience init(count: Int, fill: (UnsafeMutableBufferPointer<Element>) -> Void) {
        precondition(count >= 0)
        let memory = SlabMemory(bytes: count * MemoryLayout<Element>.stride)
        fill(memory.elements(of: Element.self))
        self.init(memory)
    }

    /// Elements inside a mapped file, from an aligned byte on; whoever wrote the file, they must lie within it.
    convenience init(_ file: MappedFile, offset: Int, count: Int) {
        self.init(SlabMemory(file, offset..<offset + count * MemoryLayout<Element>.stride))
    }

    convenience init(_ elements: [Element]) {
        self.init(count: elements.count) { buffer in
            for (index, element) in elements.enumerated() { buffer[index] = element }
        }
    }

    var bytes: Int { count * MemoryLayout<Element>.stride }
    /// Whether the bytes lie in a mapped file.
    var isMapped: Bool { memory.isMapped }

    subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "index \(index) of a slab of \(count)")
        return base[index]
    }

    var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }
}
