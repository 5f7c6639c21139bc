import Logging
import Storage
import Synchronization
import TestSupport
import Testing

@Suite struct NoticeTests {
    /// Keeps what is logged.
    private final class Journal: Sendable {
        private let lines = Mutex<[(level: Logger.Level, text: String)]>([])

        func append(_ level: Logger.Level, _ text: String) { lines.withLock { $0.append((level, text)) } }

        func contains(_ level: Logger.Level, _ text: String) -> Bool {
            lines.withLock { $0.contains { $0.level == level && $0.text == text } }
        }
    }

    private struct Handler: LogHandler {
        let journal: Journal
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) { journal.append(event.level, "\(event.message)") }
    }

    @Test func theServersNoticesAreLogged() async throws {
        try await withPostgres { postgres in
            let journal = Journal()
            let logger = Logger(label: "test", factory: { _ in Handler(journal: journal) })
            let database = Database(configuration: try postgres.configuration(), logger: logger)
            try await database.query("DO $$ BEGIN RAISE WARNING 'careful'; RAISE NOTICE 'by the way'; END $$")
            await database.shutdown()
            #expect(journal.contains(.warning, "careful"))
            #expect(journal.contains(.info, "by the way"))
        }
    }
}
