import Foundation

/// The best of the points offered, at most `limit`: a binary heap with the worst one on top.
struct BestHits {
    struct Found {
        let score: Float
        let id: UUID
        let place: Int
        let slot: Int

        /// The order of results: higher scores first, of equal ones the lower id.
        func isBetter(than other: Found) -> Bool {
            score != other.score ? score > other.score : id.precedes(other.id)
        }
    }

    private let limit: Int
    private let threshold: Float
    private var heap: [Found] = []

    init(limit: Int, threshold: Float?) {
        self.limit = limit
        self.threshold = threshold ?? -.infinity
        heap.reserveCapacity(min(limit, 1_024))
    }

    /// Whether a point with this score may be among the best; spares making up points that are not.
    func admits(_ score: Float) -> Bool {
        score >= threshold && (heap.count < limit || score >= heap[0].score)
    }

    /// O(log limit)
    mutating func insert(_ found: Found) {
        if heap.count < limit {
            heap.append(found)
            siftUp(heap.count - 1)
        } else if found.isBetter(than: heap[0]) {
            heap[0] = found
            siftDown(0)
        }
    }

    /// Best first.
    var sorted: [Found] { heap.sorted { $0.isBetter(than: $1) } }

    private mutating func siftUp(_ start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].isBetter(than: heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func siftDown(_ start: Int) {
        var parent = start
        while true {
            var worst = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[worst].isBetter(than: heap[child]) { worst = child }
            }
            if worst == parent { return }
            heap.swapAt(parent, worst)
            parent = worst
        }
    }
}

extension UUID {
    /// Byte by byte, as PostgreSQL orders them.
    func precedes(_ other: UUID) -> Bool {
        withUnsafeBytes(of: uuid) { left in
            withUnsafeBytes(of: other.uuid) { right in left.lexicographicallyPrecedes(right) }
        }
    }
}
