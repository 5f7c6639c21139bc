import Foundation
import TestSupport
import Testing

@testable import Storage

@Suite struct NotificationsTests {
    @Test func arriveInOrderOnTheirChannel() async throws {
        try await withDatabase { database in
            var iterator = database.notifications(channel: "odd \"name\"").makeAsyncIterator()
            #expect(await iterator.next() == .listening)
            for number in 0..<100 {
                try await database.query(
                    "SELECT pg_notify('odd \"name\"', \("payload \(number)")), pg_notify('other', 'x')")
            }
            for number in 0..<100 { #expect(await iterator.next() == .notification(payload: "payload \(number)")) }
        }
    }

    @Test func surviveAKilledBackend() async throws {
        try await withPostgres { postgres in
            try await postgres.withOpen { database in
                var iterator = database.notifications(channel: "changes").makeAsyncIterator()
                #expect(await iterator.next() == .listening)
                for round in 0..<3 {
                    try await database.query("SELECT pg_notify('changes', \("\(round)"))")
                    #expect(await iterator.next() == .notification(payload: "\(round)"))
                    try await database.query(
                        """
                        SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
                        WHERE datname = \(postgres.name) AND query LIKE 'LISTEN%'
                        """)
                    #expect(await iterator.next() == .reconnected)
                }
            }
        }
    }

    @Test func endWithTheirTask() async throws {
        try await withPostgres { postgres in
            try await postgres.withOpen { database in
                let isListening = Rendezvous(count: 2)
                let consumer = Task {
                    var events: [NotificationEvent] = []
                    for await event in database.notifications(channel: "c") {
                        events.append(event)
                        await isListening.arrive()
                    }
                    return events
                }
                await isListening.arrive()
                consumer.cancel()
                #expect(await consumer.value == [.listening])
                try await until("the connection is closed") {
                    try await database.query(
                        "SELECT FROM pg_stat_activity WHERE datname = \(postgres.name) AND query LIKE 'LISTEN%'"
                    ).isEmpty
                }
            }
        }
    }

    @Test func endWithTheDatabase() async throws {
        try await withPostgres { postgres in
            let database = try postgres.open()
            var iterator = database.notifications(channel: "c").makeAsyncIterator()
            #expect(await iterator.next() == .listening)
            await database.shutdown()
            #expect(await iterator.next() == nil)
        }
    }

    @Test func anOverfullBufferSaysSo() {
        var buffer = NotificationBuffer()
        for number in 0..<NotificationBuffer.countMax { buffer.append("\(number)") }
        #expect(buffer.take() == .payload("0"))
        buffer.append("fits")
        buffer.append("too many")
        buffer.append("after")
        #expect(buffer.take() == .dropped)
        #expect(buffer.take() == nil && buffer.isEmpty)
        buffer.append("anew")
        #expect(buffer.take() == .payload("anew"))
    }
}
