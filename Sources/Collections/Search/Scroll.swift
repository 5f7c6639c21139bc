/// Reads the points that match in the order of their ids.
struct Scroll: Sendable {
    let state: CollectionState
    let filter: CompiledFilter
    let after: PointKey?
    let limit: Int
    let fields: [Int]
    let withVector: Bool

    func run() -> ScrollPage {
        var found: [(key: PointKey, part: Int, slot: Int)] = []
        for (place, part) in state.parts.enumerated() {
            // One more than asked for tells whether there is a next page.
            for slot in slots(of: part, limit + 1) { found.append((part.key(slot), place, slot)) }
        }
        found.sort { $0.key < $1.key }
        let points = found.prefix(limit).map { entry in
            StoredPoint(
                id: entry.key.id, payload: state.payload(part: entry.part, slot: entry.slot, fields: fields),
                vector: withVector ? state.vector(part: entry.part, slot: entry.slot) : nil)
        }
        return ScrollPage(
            points: points, nextAfter: found.count > limit ? points.last?.id : nil,
            appliedPosition: state.appliedPosition)
    }

    /// The first slots of a part behind `after` that match.
    private func slots(of part: Part, _ limit: Int) -> [Int] {
        let matching = filter.slots(of: part)
        var slots: [Int] = []
        switch part.storage {
        case .segment(let segment):
            var next = after.map { segment.place(of: $0) } ?? 0
            if next < segment.slotCount, segment.keys[Int(segment.order[next])] == after { next += 1 }
            while slots.count < limit, next < segment.slotCount {
                let slot = Int(segment.order[next])
                if matching.contains(slot) { slots.append(slot) }
                next += 1
            }
            return slots
        case .tail(let tail):
            matching.forEach { slot in
                if after.map({ tail.key(slot) > $0 }) ?? true { slots.append(slot) }
            }
            return Array(slots.sorted { tail.key($0) < tail.key($1) }.prefix(limit))
        }
    }
}
