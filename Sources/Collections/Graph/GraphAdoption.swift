/// The taking over of an older graph's links under new numbers.
struct GraphAdoption {
    let old: GraphView
    /// The new number of each old node; `NodeLayout.none` for those that are gone.
    let numbers: [UInt32]
    /// The graph in the making; its codes are there.
    let view: GraphView

    /// Writes the links of an old node on a level. Those that stay are kept as they are; in place of those that are gone
    /// come as many neighbours' neighbours, of those that were linked to the lost ones.
    func take(
        _ node: UInt32, level: Int, to links: UnsafeMutablePointer<UInt32>, places: Int, _ choice: inout NeighbourChoice
    ) {
        var kept: [UInt32] = []
        var gone: [UInt32] = []
        forEachLink(of: node, level) { link in
            let number = numbers[Int(link)]
            if number == NodeLayout.none { gone.append(link) } else { kept.append(number) }
        }
        if !gone.isEmpty {
            let own = numbers[Int(node)]
            var seen = Set(kept)
            seen.insert(own)
            var candidates: [UInt32] = []
            for node in gone {
                forEachLink(of: node, level) { link in
                    let number = numbers[Int(link)]
                    if number != NodeLayout.none, seen.insert(number).inserted { candidates.append(number) }
                }
            }
            choice.take(candidates, nearTo: view.codes(Int(own)), view)
            choice.choose(places, view, keeping: kept, countMin: kept.count + gone.count)
            kept = choice.chosen
        }
        for (place, link) in kept.enumerated() { links[place] = link }
    }

    private func forEachLink(of node: UInt32, _ level: Int, _ body: (UInt32) -> Void) {
        let links = level == 0 ? old.links(Int(node)) : old.upperLinks(Int(node), level: level)
        for place in 0..<(level == 0 ? old.degreeMax : old.upperDegreeMax) {
            if links[place] == NodeLayout.none { return }
            body(links[place])
        }
    }
}
