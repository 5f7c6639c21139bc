/// A segment or tail as it stands in a state: with the slots that are live. A value; the storage is shared.
struct Part: Sendable {
    enum Storage: Sendable {
        case segment(Segment)
        case tail(Tail)
    }

    /// Names the part within its collection, for as long as it lives.
    let number: Int
    private(set) var storage: Storage
    /// Slots written in this state.
    private(set) var slotCount: Int
    private(set) var live: Bitmap
    private(set) var liveCount: Int
    /// What the payloads of a tail may come to, those of deleted slots with them; 0 of a segment.
    private(set) var payloadBytes = 0
    private var isClosed = false

    /// A segment with every slot live.
    init(number: Int, segment: Segment) {
        self.number = number
        storage = .segment(segment)
        slotCount = segment.slotCount
        live = Bitmap(slotCount: segment.slotCount, filled: true)
        liveCount = segment.slotCount
    }

    /// A segment of which some slots are live.
    init(number: Int, segment: Segment, live: Bitmap) {
        precondition(live.slotCount == segment.slotCount)
        self.number = number
        storage = .segment(segment)
        slotCount = segment.slotCount
        self.live = live
        liveCount = live.count
    }

    /// An empty tail.
    init(number: Int, tail: Tail) {
        self.number = number
        storage = .tail(tail)
        slotCount = 0
        live = Bitmap(slotCount: tail.capacity)
        liveCount = 0
    }

    var deletedCount: Int { slotCount - liveCount }
    var segment: Segment? { if case .segment(let segment) = storage { segment } else { nil } }
    var tail: Tail? { if case .tail(let tail) = storage { tail } else { nil } }
    /// A tail that takes no more, because it is full or was closed.
    var isClosedTail: Bool { tail.map { isClosed || slotCount == $0.capacity } ?? false }

    // MARK: Reading; slots must be live in this state, or in a segment.

    func key(_ slot: Int) -> PointKey {
        switch storage {
        case .segment(let segment): segment.keys[slot]
        case .tail(let tail): tail.key(slot)
        }
    }

    /// The padded unit vector.
    func row(_ slot: Int) -> UnsafePointer<Float> {
        switch storage {
        case .segment(let segment): segment.vectors.row(slot)
        case .tail(let tail): tail.row(slot)
        }
    }

    /// Writes padded rows, one after another, to where it is told; those of slots that were never written too.
    func copyRows(_ slots: Range<Int>, to target: UnsafeMutablePointer<Float>) throws(FileError) {
        switch storage {
        case .segment(let segment): try segment.vectors.copy(slots, to: target)
        case .tail(let tail): target.update(from: tail.row(slots.lowerBound), count: slots.count * tail.stride)
        }
    }

    func value(field: Int, _ slot: Int) -> StoredValue? {
        switch storage {
        case .segment(let segment): segment.columns[field].value(slot)
        case .tail(let tail): tail.value(field: field, slot)
        }
    }

    /// The first row, from which the others follow every `stride` elements.
    var rows: (base: UnsafePointer<Float>, stride: Int) {
        switch storage {
        case .segment(let segment): (segment.vectors.rows.base, segment.vectors.stride)
        case .tail(let tail): (tail.rows, tail.stride)
        }
    }

    /// Of the codes, for a scan that need not be exact; nil where there is a graph.
    var halves: UpperHalves? {
        switch storage {
        case .segment(let segment): segment.halves
        case .tail(let tail): tail.halves
        }
    }

    // MARK: Writing, by the collection's writer

    mutating func delete(_ slot: Int) {
        precondition(live.contains(slot), "slot \(slot) of part \(number) is not live")
        live.remove(slot)
        liveCount -= 1
    }

    /// Goes on with the same segment in other memory; the nodes that walks read stay where they are.
    mutating func move(to segment: Segment) {
        guard let own = self.segment else { preconditionFailure("the part \(number) is no segment") }
        precondition(segment.slotCount == own.slotCount)
        storage = .segment(own.codes.nodes.isMapped ? segment : segment.keepingNodes(of: own))
    }

    /// Takes no more points, whether full or not.
    mutating func close() { isClosed = true }

    /// Of a tail that is not closed.
    mutating func append(_ point: PreparedPoint) -> Int {
        guard case .tail(let tail) = storage else { preconditionFailure("a segment takes no points") }
        let slot = tail.append(point)
        live.insert(slot)
        liveCount += 1
        slotCount += 1
        payloadBytes += point.payloadBytes
        return slot
    }
}
