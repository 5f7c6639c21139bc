import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct ChangeLogTests {
    /// Writers whose transactions overlap and partly fail, and a reader that never looks back: it must see every
    /// committed change, in order and without a gap, whatever order the transactions end in.
    @Test func aReaderThatNeverLooksBackMissesNothing() async throws {
        let seed = UInt64.random(in: .min ... .max)
        try await withMigratedDatabase { database in
            let log = ChangeLog(database: database)
            let writers = 6
            let rounds = 25
            async let written = withThrowingTaskGroup(of: [UUID].self) { group in
                for writer in 0..<writers {
                    group.addTask {
                        var generator = SeededGenerator(seed: seed &+ UInt64(writer))
                        var committed: [UUID] = []
                        for _ in 0..<rounds {
                            let items = (0..<Int.random(in: 1...4, using: &generator)).map { _ in UUID() }
                            let pause = Double.random(in: 0...0.003, using: &generator)
                            let fails = Int.random(in: 0..<5, using: &generator) == 0
                            do {
                                try await database.withTransaction { transaction in
                                    try await transaction.query("SELECT pg_sleep(\(pause))")
                                    try await ChangeLog.append(items, to: .questions, in: transaction)
                                    if fails { throw CancellationError() }
                                }
                                committed += items
                            } catch is CancellationError where fails {
                                // Rolled back on purpose.
                            }
                        }
                        return committed
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            var seen: [(position: Int64, item: UUID, model: Int?)] = []
            let deadline = ContinuousClock.now.advanced(by: .seconds(Patience.seconds))
            var expected: [UUID]?
            while expected.map({ seen.count < $0.count }) ?? true, ContinuousClock.now < deadline {
                let news = try await log.page(
                    of: .questions, after: seen.last?.position ?? 0, limit: 7
                ).entries
                seen += news
                if news.isEmpty, expected == nil, try await log.head(of: .questions) > 0 {
                    expected = try await written
                }
            }
            #expect(seen.map(\.position) == Array(1...Int64(seen.count)), "seed \(seed)")
            #expect(Set(seen.map(\.item)) == Set(try #require(expected)), "seed \(seed)")
        }
    }

    @Test func announcesACommit() async throws {
        try await withMigratedDatabase { database in
            var events = database.notifications(channel: ChangeLog.channel).makeAsyncIterator()
            #expect(await events.next() == .listening)
            try await database.withTransaction { _ = try await ChangeLog.append([UUID()], to: .questions, in: $0) }
            #expect(await events.next() == .notification(payload: "questions"))
        }
    }

    /// A young change keeps every later one in the log, however old that says it is: followers read without gaps.
    @Test func whatIsOldIsCutOffFromTheBeginning() async throws {
        try await withMigratedDatabase { database in
            let log = ChangeLog(database: database)
            let items = (0..<10).map { _ in UUID() }
            for item in items { try await log.announce([item], in: .questions) }
            try await log.announce(items, in: .jobDescriptions)
            try await database.query(
                """
                UPDATE changes SET logged_at = now() - interval '2 hours'
                WHERE collection = 'questions' AND position NOT IN (6, 8)
                """)
            #expect(try await log.prune(.questions, olderThan: 7_200 + 600, limit: 3) == 0)
            #expect(try await log.prune(.questions, olderThan: 3_600, limit: 3) == 3)
            #expect(try await log.prune(.questions, olderThan: 3_600, limit: 3) == 2)
            #expect(try await log.prune(.questions, olderThan: 3_600, limit: 3) == 0)
            let page = try await log.page(of: .questions, after: 0, limit: 3)
            #expect(page.prunedPosition == 5 && page.headPosition == 10)
            #expect(page.entries.map(\.position) == [6, 7, 8] && page.entries.map(\.item) == Array(items[5...7]))
            #expect(try await log.page(of: .questions, after: 10, limit: 3).entries.isEmpty)
            let other = try await log.page(of: .jobDescriptions, after: 0, limit: 100)
            #expect(other.prunedPosition == 0 && other.entries.count == 10)
        }
    }

    @Test func aWholeLogMayGo() async throws {
        try await withMigratedDatabase { database in
            let log = ChangeLog(database: database)
            try await log.announce([UUID(), UUID()], in: .answers)
            try await database.query("UPDATE changes SET logged_at = now() - interval '2 hours'")
            #expect(try await log.prune(.answers, olderThan: 3_600, limit: 100) == 2)
            #expect(try await log.prune(.answers, olderThan: 3_600, limit: 100) == 0)
            #expect(try await log.page(of: .answers, after: 0, limit: 1).prunedPosition == 2)
            #expect(try await log.announce([UUID()], in: .answers) == 3)
        }
    }
}
