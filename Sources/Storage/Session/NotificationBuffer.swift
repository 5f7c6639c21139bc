/// Notifications that arrived and were not asked for yet; at most `countMax`, after which they are dropped and one mark
/// stands for them.
struct NotificationBuffer {
    enum Item: Sendable, Equatable {
        case payload(String)
        case dropped
    }

    static let countMax = 1_000

    private var payloads: [String] = []
    private var hasDropped = false

    var isEmpty: Bool { payloads.isEmpty && !hasDropped }

    mutating func append(_ payload: String) {
        guard !hasDropped else { return }
        if payloads.count < Self.countMax {
            payloads.append(payload)
        } else {
            // The mark tells the reader to read everything anew, so the older ones say nothing more.
            payloads = []
            hasDropped = true
        }
    }

    mutating func take() -> Item? {
        if hasDropped {
            hasDropped = false
            return .dropped
        }
        return payloads.isEmpty ? nil : .payload(payloads.removeFirst())
    }
}
