import Foundation
import Storage
import TestSupport
import Testing

@testable import Catalog

@Suite struct GenerationStoreTests {
    @Test func instancesTellHowFarTheyAreUntilTheyGo() async throws {
        try await withMigratedDatabase { database in
            let model = try await Fixtures.model(database)
            let (instances, store) = (InstanceStore(database: database), GenerationStore(database: database))
            let (one, two) = (UUID(), UUID())
            let ready = GenerationReport(
                collection: .questions, model: model, state: .ready, isServed: true, appliedPosition: 7, detail: nil)
            let lacking = GenerationReport(
                collection: .questions, model: model, state: .noEmbedder, isServed: false, appliedPosition: 0,
                detail: "it has none")
            try await store.report(one, [ready])
            #expect(try await store.live().isEmpty, "it has not shown itself yet")
            try await instances.show(one, version: "1", host: "a:1")
            #expect(try await store.live().map(\.generations) == [[]])
            try await store.report(one, [lacking])
            try await store.report(one, [ready])
            try await instances.show(two, version: "1", host: "b:2")
            try await store.report(two, [lacking])
            let live = try await store.live()
            #expect(live.map(\.generations) == [[ready], [lacking]])
            #expect(live[0].name == "a:1 (\(one.uuidString.lowercased().prefix(8)))")
            #expect(live[0].report(of: model, in: .questions) == ready)
            #expect(live[0].report(of: model, in: .jobDescriptions) == nil)
            try await database.query(
                "UPDATE instances SET seen_at = now() - make_interval(secs => 30.0) WHERE id = \(two)")
            #expect(try await store.live().map(\.id) == [one], "whoever is silent is dead")
            try await instances.remove(one)
            try await store.report(one, [ready])
            #expect(try await database.query("SELECT FROM instance_generations").count == 1)
        }
    }
}
