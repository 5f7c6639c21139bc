/// The state in the making: what the one writer of a collection works on before it publishes.
///
/// A value behind the collection's mutex. It shares memory with the published states and copies what it changes.
struct Writer {
    private static let closedPointsMin = 128

    let schema: CollectionSchema
    let parameters: CollectionParameters
    private(set) var parts: [Part] = []
    private(set) var appliedPosition = Position.start
    private(set) var isLoaded = false

    private struct Place {
        let part: Int
        let slot: Int
    }
    /// Live points of tails by key; those of segments are found by their order.
    private var tailPlaces: [PointKey: Place] = [:]
    private var partsMade = 0
    /// Parts being rewritten in the background.
    private var inWork: Set<Int> = []
    /// Where segments put their bulk; memory where nil.
    var scratch: ScratchSpace?
    /// Whether a background task maintains this collection at present.
    var isMaintained = false

    init(schema: CollectionSchema, parameters: CollectionParameters) {
        self.schema = schema
        self.parameters = parameters
    }

    /// What a snapshot held.
    init(schema: CollectionSchema, parameters: CollectionParameters, segments: [Part], appliedPosition: Position) {
        precondition(segments.allSatisfy { $0.segment != nil })
        self.init(schema: schema, parameters: parameters)
        parts = segments
        partsMade = segments.map(\.number).max() ?? 0
        self.appliedPosition = appliedPosition
        isLoaded = true
    }

    var state: CollectionState {
        CollectionState(schema: schema, parts: parts, appliedPosition: appliedPosition, isLoaded: isLoaded)
    }

    // MARK: Points

    /// Puts a point in place of what was under its id.
    mutating func upsert(_ point: PreparedPoint) {
        delete(point.key)
        if parts.last.map({ $0.tail == nil || $0.isClosedTail }) ?? true {
            sealWhenBehind()
            let tail = Tail(dimension: schema.dimension, capacity: parameters.tailPointsMax)
            parts.append(Part(number: nextNumber(), tail: tail))
        }
        let slot = parts[parts.count - 1].append(point)
        tailPlaces[point.key] = Place(part: parts[parts.count - 1].number, slot: slot)
    }

    /// Deleting what is not there changes nothing.
    mutating func delete(_ key: PointKey) {
        if let place = tailPlaces.removeValue(forKey: key) {
            guard let index = parts.firstIndex(where: { $0.number == place.part }) else {
                preconditionFailure("the part \(place.part) of a live point is gone")
            }
            return parts[index].delete(place.slot)
        }
        for index in parts.indices {
            guard let segment = parts[index].segment, let slot = segment.slot(of: key) else { continue }
            if parts[index].live.contains(slot) { return parts[index].delete(slot) }
        }
    }

    /// Deletes every point that is not among `keys`.
    mutating func retain(_ keys: Set<PointKey>) {
        for part in parts {
            part.live.forEach { slot in
                if !keys.contains(part.key(slot)) { delete(part.key(slot)) }
            }
        }
    }

    mutating func advance(to position: Position) {
        precondition(position >= appliedPosition, "a position never goes back")
        appliedPosition = position
        isLoaded = true
    }

    // MARK: Parts

    /// Lets the tail be sealed before it is full, unless it is so small that reading it one by one costs nothing.
    mutating func closeTail() {
        guard let last = parts.last, last.tail != nil, last.liveCount >= Self.closedPointsMin else { return }
        parts[parts.count - 1].close()
    }

    /// Takes the next rewrite that is due; its parts are spoken for until it is installed or given up.
    /// - Parameter postponed: numbers of parts that are to stay as they are.
    mutating func beginRewrite(besides postponed: Set<Int> = []) -> PartRewrite? {
        let free = parts.filter { !inWork.contains($0.number) && !postponed.contains($0.number) }
        guard let rewrite = PartRewrite.due(free, schema, parameters, isLoaded: isLoaded) else { return nil }
        inWork.formUnion(rewrite.sources.map(\.number))
        return rewrite
    }

    /// Takes all segments, to make one of them; nil where there is one or none, or together they would be too large.
    mutating func beginMerge() -> PartRewrite? {
        let free = parts.filter { !inWork.contains($0.number) && $0.segment != nil }
        guard let rewrite = PartRewrite.whole(free, schema, parameters) else { return nil }
        inWork.formUnion(rewrite.sources.map(\.number))
        return rewrite
    }

    /// The numbers of segments that hold points which were deleted.
    var segmentsWithDeleted: Set<Int> {
        Set(parts.filter { $0.segment != nil && $0.deletedCount > 0 }.map(\.number))
    }

    /// Takes one of some segments, to make it anew without what was deleted; nil where they are gone or spoken for.
    mutating func beginPurge(of numbers: Set<Int>) -> PartRewrite? {
        let free = parts.first { numbers.contains($0.number) && !inWork.contains($0.number) }
        guard let part = free else { return nil }
        inWork.insert(part.number)
        return PartRewrite(sources: [part], schema: schema)
    }

    /// Those of some parts that are still there.
    func remaining(of numbers: Set<Int>) -> Set<Int> { numbers.intersection(parts.map(\.number)) }

    /// Whether more vectors are outside of graphs than may be. Before a first load is complete nobody searches.
    var isBehind: Bool {
        let waiting = parts.reduce(0) { $0 + ($1.segment?.graph == nil ? $1.liveCount : 0) }
        let rowBytes = VectorRows.stride(dimension: schema.dimension) * MemoryLayout<Float>.stride
        return isLoaded && waiting * rowBytes > parameters.backlogKilobytesMax * 1_024
    }

    mutating func giveUp(_ rewrite: PartRewrite) { inWork.subtract(rewrite.sources.map(\.number)) }

    /// Puts the rewritten segment in place of its sources. What was deleted in them meanwhile is deleted in it.
    mutating func install(_ segment: Segment, of rewrite: PartRewrite) {
        giveUp(rewrite)
        var replacement = Part(number: nextNumber(), segment: segment)
        for source in rewrite.sources {
            guard let index = parts.firstIndex(where: { $0.number == source.number }) else {
                preconditionFailure("the part \(source.number) was taken away while it was rewritten")
            }
            var died = source.live
            died.subtract(parts[index].live)
            died.forEach { slot in
                guard let slot = segment.slot(of: source.key(slot)) else {
                    preconditionFailure("a rewritten segment lacks a point of its source")
                }
                replacement.delete(slot)
            }
            if let tail = source.tail { forget(tail, parts[index].live, number: source.number) }
            parts.remove(at: index)
        }
        // Segments stand before the tails, of which the last one takes new points.
        if replacement.liveCount > 0 { parts.insert(replacement, at: 0) }
    }

    /// Puts segments that were read back from files in the place of the parts they were written from, as far as these
    /// are still there. What nothing but reading them needs lies in the files then.
    mutating func adopt(_ written: [Int: Segment]) {
        for index in parts.indices {
            if let segment = written[parts[index].number] { parts[index].move(to: segment) }
        }
    }

    private mutating func forget(_ tail: Tail, _ live: Bitmap, number: Int) {
        live.forEach { slot in
            let place = tailPlaces.removeValue(forKey: tail.key(slot))
            precondition(place?.part == number && place?.slot == slot)
        }
    }

    /// When the background cannot keep up, the writer seals the waiting tails itself: the tails stay bounded.
    private mutating func sealWhenBehind() {
        let waiting = parts.filter { $0.isClosedTail && !inWork.contains($0.number) }
        guard waiting.count >= parameters.closedTailsMax else { return }
        var rewrite = PartRewrite(sources: waiting, schema: schema)
        rewrite.scratch = scratch?.room(bytes: rewrite.scratchBytes(parameters, isLinked: false))
        inWork.formUnion(waiting.map(\.number))
        install(rewrite.runPlain(), of: rewrite)
    }

    private mutating func nextNumber() -> Int {
        partsMade += 1
        return partsMade
    }

    /// Checks the writer's books against what is published.
    func assertMatches(_ state: CollectionState) throws(ValidityError) {
        func fail(_ broken: String) -> ValidityError { ValidityError(collection: schema.name, broken: broken) }
        guard state.appliedPosition == appliedPosition else { throw fail("the published position is not the writer's") }
        guard state.parts.map(\.number) == parts.map(\.number) else {
            throw fail("published parts are not the writer's")
        }
        guard parts.dropLast().allSatisfy({ $0.tail == nil || $0.isClosedTail }) else {
            throw fail("a tail that is not the last one has room")
        }
        var tailPoints = 0
        for part in parts where part.tail != nil {
            var misplaced: PointKey?
            part.live.forEach { slot in
                let place = tailPlaces[part.key(slot)]
                if place?.part != part.number || place?.slot != slot { misplaced = part.key(slot) }
            }
            if let misplaced { throw fail("point \(misplaced.id) is not where the writer looks for it") }
            tailPoints += part.liveCount
        }
        guard tailPlaces.count == tailPoints else { throw fail("the writer knows points that are gone") }
    }
}
