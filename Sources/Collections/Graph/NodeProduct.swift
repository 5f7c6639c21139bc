/// What a walk compares: the product of a query's codes with what nodes carry.
protocol NodeProduct {
    static func scores(
        _ query: UnsafePointer<Int8>, _ view: GraphView, _ nodes: UnsafeBufferPointer<UInt32>,
        into scores: UnsafeMutablePointer<Int32>)
}

/// The product of codes, for graphs in the making.
enum WholeProduct: NodeProduct {
    @inline(__always)
    static func scores(
        _ query: UnsafePointer<Int8>, _ view: GraphView, _ nodes: UnsafeBufferPointer<UInt32>,
        into scores: UnsafeMutablePointer<Int32>
    ) {
        Kernels.best.dotNodes(
            query, view.nodes, nodeBytes: view.nodeBytes, codeBytes: view.codeBytes, nodes, scores: scores)
    }
}

/// The sum of a query's codes where a node's are above 0: an eighth of the memory to read and as much noise again. For many
/// dimensions, over which the noise averages out.
enum SignProduct: NodeProduct {
    @inline(__always)
    static func scores(
        _ query: UnsafePointer<Int8>, _ view: GraphView, _ nodes: UnsafeBufferPointer<UInt32>,
        into scores: UnsafeMutablePointer<Int32>
    ) {
        Kernels.best.sumBits(
            query, view.nodes.assumingMemoryBound(to: UInt8.self), stride: view.nodeBytes, bytes: view.codeBytes, nodes,
            scores: scores)
    }
}

/// The product with the upper halves of codes: half the memory to read, for a little noise. What a walk finds is compared
/// by whole codes afterwards.
enum HalfProduct: NodeProduct {
    @inline(__always)
    static func scores(
        _ query: UnsafePointer<Int8>, _ view: GraphView, _ nodes: UnsafeBufferPointer<UInt32>,
        into scores: UnsafeMutablePointer<Int32>
    ) {
        Kernels.best.dotHalves(
            query, view.nodes.assumingMemoryBound(to: UInt8.self), stride: view.nodeBytes, bytes: view.codeBytes, nodes,
            scores: scores)
    }
}
