/// How long a test waits for what must come about. It ends what hangs; a busy or slow machine never reaches it.
public enum Patience {
    public static let seconds = 300.0

    public struct Exhausted: Error, CustomStringConvertible {
        let what: String

        public var description: String { "in \(Patience.seconds) s it did not come about that \(what)" }
    }
}

/// Asks again until `condition` holds.
///
/// - Throws: ``Patience/Exhausted`` when it still does not after ``Patience/seconds``; what `condition` throws.
public nonisolated(nonsending) func until(_ what: String, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(Patience.seconds))
    while try await !condition() {
        guard ContinuousClock.now < deadline else { throw Patience.Exhausted(what: what) }
        try await Task.sleep(for: .milliseconds(5))
    }
}
