/// Who uses a session now and who does next, first come, first served; at most `waitingMax` wait.
struct TurnQueue {
    static let waitingMax = 1_000

    private var isTaken = false
    private var lastTurn: UInt64 = 0
    private var waiting: [(turn: UInt64, continuation: CheckedContinuation<Void, any Error>)] = []

    /// - Returns: nil when the turn is the caller's; otherwise the number to wait with.
    mutating func take() throws -> UInt64? {
        guard isTaken else {
            isTaken = true
            return nil
        }
        guard waiting.count < Self.waitingMax else {
            throw PostgresError(
                kind: .poolTimeout, message: "\(Self.waitingMax) statements wait for this one connection already")
        }
        lastTurn += 1
        return lastTurn
    }

    mutating func wait(_ turn: UInt64, _ continuation: CheckedContinuation<Void, any Error>) {
        // The turn may have been given back between asking and waiting.
        guard isTaken else {
            isTaken = true
            return continuation.resume()
        }
        waiting.append((turn, continuation))
    }

    mutating func give() {
        precondition(isTaken)
        if waiting.isEmpty {
            isTaken = false
        } else {
            waiting.removeFirst().continuation.resume()
        }
    }

    mutating func abandon(_ turn: UInt64) {
        guard let index = waiting.firstIndex(where: { $0.turn == turn }) else { return }
        waiting.remove(at: index).continuation.resume(throwing: CancellationError())
    }
}
