/// The recalls of the searches audited last: the oldest makes room for the newest.
struct RecallWindow: Sendable {
    static let queriesMax = 1_000

    private var recalls: [Double] = []
    /// The place of the oldest, once the window is full.
    private var oldest = 0

    var count: Int { recalls.count }

    /// O(count)
    var mean: Double? {
        // Sums of up to 1000 numbers may end in the last bits above their count.
        recalls.isEmpty ? nil : min(1, recalls.reduce(0, +) / Double(recalls.count))
    }

    /// - Parameter recall: 0...1
    mutating func add(_ recall: Double) {
        precondition((0...1).contains(recall))
        if recalls.count < Self.queriesMax {
            recalls.append(recall)
        } else {
            recalls[oldest] = recall
            oldest = (oldest + 1) % Self.queriesMax
        }
    }
}
