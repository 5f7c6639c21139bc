/// Writes to a collection as its follower does: waits for room, applies a batch, and lets maintenance run beside.
struct SteadyWriter: Sendable {
    /// Larger batches are applied on the collection's worker pool, as a follower does.
    private static let inlineChangesMax = 64

    /// How writing went.
    struct Times: Sendable {
        /// Of each call of `apply`, without the wait for room.
        var applySeconds: [Double] = []
        /// From the first batch until the last was applied, the waits for room included.
        var totalSeconds = 0.0
        /// From then on until maintenance had nothing left to do.
        var settleSeconds = 0.0
    }

    let collection: Collection

    /// Applies batches until there is none; then waits for maintenance.
    /// - Parameter next: the next batch, by its number from 0 on; nil ends.
    /// - Throws: as `Collection.apply` and `maintain`.
    func run(_ next: @Sendable (Int) throws -> [Change]?) async throws -> Times {
        let (due, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let collection = collection
        async let maintenance: Void = {
            for await _ in due { try await collection.maintain() }
        }()
        var times = Times()
        let clock = ContinuousClock()
        do {
            defer { signal.finish() }
            let start = clock.now
            var number = 0
            while let batch = try next(number) {
                try Task.checkCancellation()
                try await collection.awaitRoom()
                times.applySeconds.append(try await apply(batch))
                signal.yield()
                number += 1
            }
            times.totalSeconds = (clock.now - start) / .seconds(1)
        }
        let end = clock.now
        try await maintenance
        try await collection.maintain()
        times.settleSeconds = (clock.now - end) / .seconds(1)
        return times
    }

    private func apply(_ batch: [Change]) async throws -> Double {
        let collection = collection
        @Sendable func timed() throws -> Double {
            let start = ContinuousClock.now
            try collection.apply(batch)
            return (ContinuousClock.now - start) / .seconds(1)
        }
        return batch.count <= Self.inlineChangesMax ? try timed() : try await collection.onWorkers { try timed() }
    }
}
