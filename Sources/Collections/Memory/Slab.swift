/// An immutable array of plain values in memory of its own, aligned to cache lines.
///
/// Everything bulky in a segment is a slab: kernels take its address as it is, and a segment file can be one slab after
/// another.
///
/// `@unchecked Sendable`: the memory is written only inside `init`, before anyone else has the reference.
final class Slab<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {
    static var alignmentBytes: Int { 64 }

    let count: Int
    let base: UnsafePointer<Element>
    private let memory: UnsafeMutableRawPointer

    /// Memory of `count` elements, all bits zero before `fill` writes it.
    init(count: Int, fill: (UnsafeMutableBufferPointer<Element>) -> Void) {
        precondition(count >= 0)
        let bytes = max(1, count * MemoryLayout<Element>.stride)
        memory = .allocate(byteCount: bytes, alignment: Self.alignmentBytes)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        let elements = memory.bindMemory(to: Element.self, capacity: count)
        fill(UnsafeMutableBufferPointer(start: elements, count: count))
        self.count = count
        base = UnsafePointer(elements)
    }

    convenience init(_ elements: [Element]) {
        self.init(count: elements.count) { buffer in
            for (index, element) in elements.enumerated() { buffer[index] = element }
        }
    }

    deinit { memory.deallocate() }

    var bytes: Int { count * MemoryLayout<Element>.stride }

    subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "index \(index) of a slab of \(count)")
        return base[index]
    }

    var elements: UnsafeBufferPointer<Element> { UnsafeBufferPointer(start: base, count: count) }
}
