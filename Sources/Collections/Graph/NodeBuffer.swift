/// Nodes in the making: memory that builders write, in large pages where the system grants them and it is no file's.
///
/// `@unchecked Sendable`: during a build each node is written by one thread at a time, and threads meet at the end of
/// every step (see `GraphBuilder`).
final class NodeBuffer: @unchecked Sendable {
    let layout: NodeLayout
    let count: Int
    let memory: SlabMemory
    let base: UnsafeMutableRawPointer

    /// All codes zero, and links not to be read before they are written.
    init(layout: NodeLayout, count: Int, in scratch: ScratchFile? = nil) {
        self.layout = layout
        self.count = count
        memory = SlabMemory(bytes: count * layout.nodeBytes, in: scratch)
        base = memory.base
    }

    func removeLinks() {
        for node in 0..<count { links(node).update(repeating: NodeLayout.none, count: layout.degreeMax) }
    }

    /// Some nodes will not be read or written soon.
    func letGo(_ nodes: Range<Int>) {
        memory.letGo(nodes.lowerBound * layout.nodeBytes..<nodes.upperBound * layout.nodeBytes)
    }

    func codes(_ node: Int) -> UnsafeMutablePointer<Int8> {
        (base + node &* layout.nodeBytes).assumingMemoryBound(to: Int8.self)
    }

    func bytes(_ node: Int) -> UnsafeMutablePointer<UInt8> {
        (base + node &* layout.nodeBytes).assumingMemoryBound(to: UInt8.self)
    }

    func links(_ node: Int) -> UnsafeMutablePointer<UInt32> {
        (base + (node &* layout.nodeBytes &+ layout.codeBytes)).assumingMemoryBound(to: UInt32.self)
    }
}
