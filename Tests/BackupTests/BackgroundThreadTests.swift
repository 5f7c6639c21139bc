import Foundation
import Testing

@testable import Backup

@Suite struct BackgroundThreadTests {
    /// A body that runs for a task that was cancelled already has to run: somebody waits for it.
    @Test(.timeLimit(.minutes(15))) func runsThoughItsTaskWasCancelledBefore() async throws {
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await BackgroundThread.run { 42 }
        }
        task.cancel()
        #expect(try await task.value == 42)
    }

    @Test(.timeLimit(.minutes(15))) func findsItselfCancelled() async throws {
        let task = Task {
            try await BackgroundThread.run {
                while true {
                    try BackgroundThread.checkCancellation()
                    usleep(1_000)
                }
            }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }
}
