/// Writes the codes of slots, a window of slots at a time, to where `VectorCodes` has them. Used by one thread.
final class CodeWriter {
    private let layout: NodeLayout
    private let count: Int
    private let codesCount: Int
    private let halfBytes: Int
    private let nodes: SlabWriter
    private let upper: SlabWriter?
    private let lower: SlabWriter

    /// The first slot of the open window, and where its bytes lie.
    private struct Window {
        let first: Int
        let nodes: UnsafeMutableRawPointer
        let upper: UnsafeMutableRawPointer?
        let lower: UnsafeMutableRawPointer
    }

    private var window: Window?

    /// - Parameters:
    ///   - windowSlots: the longest window.
    ///   - scratch: where they lie, as far as it has room; memory where nil. Nodes with links end in memory.
    init(_ layout: NodeLayout, dimension: Int, count: Int, windowSlots: Int, in scratch: ScratchRoom?) {
        self.layout = layout
        self.count = count
        codesCount = NodeLayout.padded(dimension)
        let halfBytes = codesCount / 2
        self.halfBytes = halfBytes
        func writer(_ bytes: Int) -> SlabWriter {
            SlabWriter(bytes: count * bytes, windowBytes: windowSlots * bytes, in: scratch)
        }
        nodes = writer(layout.nodeBytes)
        upper = layout.codes == .signs ? writer(halfBytes) : nil
        lower = writer(halfBytes)
    }

    /// The sizes of what lies in a scratch file.
    static func pieces(_ layout: NodeLayout, dimension: Int, count: Int) -> [Int] {
        let halves = count * NodeLayout.padded(dimension) / 2
        return [count * layout.nodeBytes, halves] + (layout.codes == .signs ? [halves] : [])
    }

    func open(_ slots: Range<Int>) {
        window = Window(
            first: slots.lowerBound, nodes: nodes.open(bytes(slots, layout.nodeBytes)),
            upper: upper?.open(bytes(slots, halfBytes)), lower: lower.open(bytes(slots, halfBytes)))
    }

    /// - Parameter codes: with the zeros that pad them.
    func write(_ codes: UnsafePointer<Int8>, _ slot: Int) {
        guard let window else { preconditionFailure("no window is open") }
        let place = slot - window.first
        let node = (window.nodes + place * layout.nodeBytes).assumingMemoryBound(to: UInt8.self)
        let upper = window.upper.map { ($0 + place * halfBytes).assumingMemoryBound(to: UInt8.self) }
        let lower = (window.lower + place * halfBytes).assumingMemoryBound(to: UInt8.self)
        Kernels.part(codes, codesCount, upper: upper ?? node, lower: lower)
        if upper != nil { Kernels.signBits(codes, codesCount, bits: node, bytes: layout.codeBytes) }
    }

    /// - Parameters:
    ///   - links: of the lowest level, as many as the layout has places.
    ///   - numbers: the slot of each node that a link may name.
    func write(links: UnsafePointer<UInt32>, _ numbers: [UInt32], _ slot: Int) {
        guard let window else { preconditionFailure("no window is open") }
        let node = window.nodes + (slot - window.first) * layout.nodeBytes
        let places = (node + layout.codeBytes).assumingMemoryBound(to: UInt32.self)
        for place in 0..<layout.degreeMax {
            places[place] = links[place] == NodeLayout.none ? links[place] : numbers[Int(links[place])]
        }
    }

    func close(_ slots: Range<Int>) throws(FileError) {
        window = nil
        try nodes.close(bytes(slots, layout.nodeBytes))
        try upper?.close(bytes(slots, halfBytes))
        try lower.close(bytes(slots, halfBytes))
    }

    /// The codes, when all windows were closed. Nodes that walks read are brought to memory, in large pages.
    func finish(scale: Float, errors: [Float]) throws(FileError) -> VectorCodes {
        let nodes = nodes.finish()
        return VectorCodes(
            layout: layout, count: count, nodes: Slab(layout.degreeMax > 0 ? try nodes.inMemory() : nodes),
            halfBytes: halfBytes, upper: upper.map { Slab($0.finish()) }, lower: Slab(lower.finish()), scale: scale,
            errors: Slab(errors))
    }

    private func bytes(_ slots: Range<Int>, _ slotBytes: Int) -> Range<Int> {
        slots.lowerBound * slotBytes..<slots.upperBound * slotBytes
    }
}
