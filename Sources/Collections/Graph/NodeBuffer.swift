/// The nodes of a graph in the making: memory that builders write, in large pages where the system grants them.
///
/// `@unchecked Sendable`: during a build each node is written by one thread at a time, and threads meet at the end of
/// every step (see `GraphBuilder`).
final class NodeBuffer: @unchecked Sendable {
    let layout: NodeLayout
    let count: Int
    let base: UnsafeMutableRawPointer
    private let memory: SlabMemory

    /// All codes zero, no links.
    init(layout: NodeLayout, count: Int) {
        self.layout = layout
        self.count = count
        memory = SlabMemory(bytes: count * layout.nodeBytes)
        base = memory.base
        for node in 0..<count { links(node).update(repeating: NodeLayout.none, count: layout.degreeMax) }
    }

    func codes(_ node: Int) -> UnsafeMutablePointer<Int8> {
        (base + node &* layout.nodeBytes).assumingMemoryBound(to: Int8.self)
    }

    func links(_ node: Int) -> UnsafeMutablePointer<UInt32> {
        (base + (node &* layout.nodeBytes &+ layout.codeBytes)).assumingMemoryBound(to: UInt32.self)
    }
}
