/// Numbers nodes so that those a walk reads one after another lie close together: breadth first along links, within the
/// nodes of each level, which stay together by falling level.
enum NodeOrder {
    /// The old number of each new one. O(links)
    static func breadthFirst(_ view: GraphView, levels: [UInt8]) -> [UInt32] {
        var order: [UInt32] = []
        order.reserveCapacity(view.count)
        var isPlaced = [Bool](repeating: false, count: view.count)
        for start in 0..<view.count where !isPlaced[start] {
            isPlaced[start] = true
            var next = order.count
            order.append(UInt32(start))
            while next < order.count {
                let links = view.links(Int(order[next]))
                next += 1
                for place in 0..<view.degreeMax {
                    let link = links[place]
                    if link == NodeLayout.none { break }
                    if !isPlaced[Int(link)] {
                        isPlaced[Int(link)] = true
                        order.append(link)
                    }
                }
            }
        }
        // Stable by level, by counting.
        var starts = [Int](repeating: 0, count: NodeLevel.max + 2)
        for level in levels { starts[NodeLevel.max - Int(level) + 1] += 1 }
        for index in 1..<starts.count { starts[index] += starts[index - 1] }
        var sorted = [UInt32](repeating: 0, count: view.count)
        for node in order {
            let key = NodeLevel.max - Int(levels[Int(node)])
            sorted[starts[key]] = node
            starts[key] += 1
        }
        return sorted
    }
}
