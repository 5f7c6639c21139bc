import Testing

/// Asks again until `condition` holds; fails after ten seconds.
func until(
    _ what: String, sourceLocation: SourceLocation = #_sourceLocation, _ condition: () async throws -> Bool
) async throws {
    let deadline = ContinuousClock.now.advanced(by: .seconds(10))
    while try await !condition() {
        guard ContinuousClock.now < deadline else {
            Issue.record("in ten seconds it did not come about that \(what)", sourceLocation: sourceLocation)
            return
        }
        await Task.yield()
    }
}
