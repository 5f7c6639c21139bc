import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct InstanceStoreTests {
    @Test func thoseThatAreSilentAreTakenForDead() async throws {
        try await withMigratedDatabase { database in
            let store = InstanceStore(database: database)
            let (first, second) = (UUID(), UUID())
            try await store.show(first, version: "1", host: "one:1")
            try await store.show(second, version: "1", host: "two:2")
            try await store.show(first, version: "1", host: "one:1")
            #expect(Set(try await store.live().map(\.id)) == [first, second])
            try await database.query(
                "UPDATE instances SET seen_at = now() - interval '25 seconds' WHERE id = \(first)")
            #expect(try await store.live().map(\.host) == ["two:2"])
            #expect(try await store.removeDead() == 0)
            try await database.query("UPDATE instances SET seen_at = now() - interval '25 hours' WHERE id = \(first)")
            #expect(try await store.removeDead() == 1)
            try await store.remove(second)
            #expect(try await store.live().isEmpty)
        }
    }
}
