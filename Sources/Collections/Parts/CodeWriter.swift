/// Writes the codes of slots, one slot after another, to where `VectorCodes` has them.
struct CodeWriter {
    private let nodes: NodeBuffer
    private let upper: SlabMemory?
    private let lower: SlabMemory
    private let halfBytes: Int
    private let codesCount: Int

    /// - Parameter scratch: where they lie, as far as it has room; memory where nil. Nodes with links end in memory.
    init(_ layout: NodeLayout, dimension: Int, count: Int, in scratch: ScratchFile?) {
        codesCount = NodeLayout.padded(dimension)
        halfBytes = codesCount / 2
        nodes = NodeBuffer(layout: layout, count: count, in: scratch)
        upper = layout.codes == .signs ? SlabMemory(bytes: count * halfBytes, in: scratch) : nil
        lower = SlabMemory(bytes: count * halfBytes, in: scratch)
    }

    /// The sizes of what lies in a scratch file.
    static func pieces(_ layout: NodeLayout, dimension: Int, count: Int) -> [Int] {
        let halves = count * NodeLayout.padded(dimension) / 2
        return [count * layout.nodeBytes, halves] + (layout.codes == .signs ? [halves] : [])
    }

    /// - Parameter codes: with the zeros that pad them.
    func write(_ codes: UnsafePointer<Int8>, _ slot: Int) {
        let node = nodes.bytes(slot)
        let halves = slot * halfBytes
        let upper = upper.map { ($0.base + halves).assumingMemoryBound(to: UInt8.self) }
        Kernels.part(
            codes, codesCount, upper: upper ?? node, lower: (lower.base + halves).assumingMemoryBound(to: UInt8.self))
        if upper != nil { Kernels.signBits(codes, codesCount, bits: node, bytes: nodes.layout.codeBytes) }
    }

    /// - Parameters:
    ///   - links: of the lowest level, as many as the layout has places.
    ///   - numbers: the slot of each node that a link may name.
    func write(links: UnsafePointer<UInt32>, _ numbers: [UInt32], _ slot: Int) {
        let places = nodes.links(slot)
        for place in 0..<nodes.layout.degreeMax {
            places[place] = links[place] == NodeLayout.none ? links[place] : numbers[Int(links[place])]
        }
    }

    /// Some slots are written.
    func letGo(_ slots: Range<Int>) {
        nodes.letGo(slots)
        for halves in [lower, upper] { halves?.letGo(slots.lowerBound * halfBytes..<slots.upperBound * halfBytes) }
    }

    /// The codes, when all slots are written. Nodes that walks read are brought to memory, in large pages.
    func finish(scale: Float, errors: [Float]) -> VectorCodes {
        VectorCodes(
            layout: nodes.layout, count: nodes.count,
            nodes: Slab(nodes.layout.degreeMax > 0 ? nodes.memory.inMemory() : nodes.memory), halfBytes: halfBytes,
            upper: upper.map { Slab($0) }, lower: Slab(lower), scale: scale, errors: Slab(errors))
    }
}
