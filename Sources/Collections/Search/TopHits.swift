/// The best of the points offered, at most `limit` of them: a binary heap with the worst on top.
struct TopHits {
    struct Entry {
        let score: Float
        let key: PointKey
        let part: Int32
        let slot: Int32

        /// The order of results.
        @inline(__always)
        func precedes(_ other: Entry) -> Bool {
            score != other.score ? score > other.score : key < other.key
        }
    }

    private let limit: Int
    private var heap: [Entry] = []
    /// No point with a lower score can become one of the best; one with this score may, by its id.
    private(set) var floor: Float

    init(limit: Int, scoreThreshold: Float?) {
        self.limit = limit
        floor = scoreThreshold ?? -.infinity
        heap.reserveCapacity(limit)
    }

    /// The best, best first.
    var sorted: [Entry] { heap.sorted { $0.precedes($1) } }

    /// O(log limit); callers compare with `floor` first.
    mutating func offer(_ entry: Entry) {
        guard entry.score >= floor else { return }
        if heap.count < limit {
            heap.append(entry)
            siftUp(heap.count - 1)
        } else {
            guard entry.precedes(heap[0]) else { return }
            heap[0] = entry
            siftDown()
        }
        if heap.count == limit { floor = max(floor, heap[0].score) }
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].precedes(heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[worst].precedes(heap[child])
            {
                worst = child
            }
            if worst == parent { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}
