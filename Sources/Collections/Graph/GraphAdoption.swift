/// The taking over of an older graph's links under new numbers.
struct GraphAdoption {
    let old: GraphView
    /// The new number of each old node; `NodeLayout.none` for those that are gone.
    let numbers: [UInt32]
    /// The graph in the making; its codes are there.
    let view: GraphView

    /// Writes the links of an old node on a level, with its neighbours' neighbours in place of those that are gone.
    func take(
        _ node: UInt32, level: Int, to links: UnsafeMutablePointer<UInt32>, places: Int, _ choice: inout NeighbourChoice
    ) {
        var kept: [UInt32] = []
        var isWhole = true
        forEachLink(of: node, level) { link in
            let number = numbers[Int(link)]
            if number == NodeLayout.none { isWhole = false } else { kept.append(number) }
        }
        if !isWhole {
            let own = numbers[Int(node)]
            var seen = Set(kept)
            seen.insert(own)
            forEachLink(of: node, level) { gone in
                guard numbers[Int(gone)] == NodeLayout.none else { return }
                forEachLink(of: gone, level) { link in
                    let number = numbers[Int(link)]
                    if number != NodeLayout.none, seen.insert(number).inserted { kept.append(number) }
                }
            }
            choice.take(kept, nearTo: view.codes(Int(own)), view)
            choice.choose(places, view, filling: false)
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
