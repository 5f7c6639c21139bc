import Foundation
import TestSupport

@testable import VectorCollections

/// A collection after random changes, in segments, closed tails and a tail, with the oracle of the same points.
struct AskingFixtures {
    let collection: VectorCollections.Collection
    var oracle = Oracle()
    var generator: SeededGenerator

    static let words = [
        "the", "a", "swift", "query", "queries", "C++", "c#", ".NET", "node.js", "Ärger", "planner", "Index", "cache",
    ]

    init(seed: UInt64, changesCount: Int = 150, idsCount: Int = 70, parameters: CollectionParameters) async throws {
        collection = try Fixtures.collection(parameters: parameters)
        generator = SeededGenerator(seed: seed)
        for position in 1...changesCount {
            let number = generator.below(idsCount)
            let change = Change(
                position: Position(Int64(position)), id: Fixtures.id(number),
                operation: generator.chance(0.8) ? .upsert(Self.point(number, using: &generator)) : .delete)
            try collection.apply([change])
            try oracle.apply(change)
            // Drawn in any case, so that equal seeds give equal points whatever the parts.
            if generator.chance(0.1), parameters == Fixtures.tinyParameters { try await collection.maintain() }
        }
    }

    static func point(_ number: Int, using generator: inout SeededGenerator) -> Point {
        var point = Fixtures.point(number, using: &generator)
        var payload = point.payload
        payload["text"] = generator.chance(0.9) ? .text(text(using: &generator)) : nil
        point = Point(id: point.id, vector: point.vector, payload: payload)
        return point
    }

    /// Of few words, the first of them common, so that equal scores come about.
    static func text(using generator: inout SeededGenerator) -> String {
        (0..<generator.below(13)).map { _ in words[min(generator.below(words.count), generator.below(words.count))] }
            .joined(separator: " ")
    }

    mutating func filter() -> Filter? { generator.chance(0.6) ? Fixtures.filter(using: &generator) : nil }

    mutating func vector() -> [Float] { Fixtures.vector(20, using: &generator) }

    /// The cosines of all points that match, in the order of results.
    func ranked(_ vector: [Float], _ filter: Filter?) throws -> [(id: UUID, score: Float)] {
        try oracle.search(vector, filter, limit: .max, threshold: nil)
    }
}
