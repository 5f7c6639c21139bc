import Foundation
import TestSupport
import Testing
import Workers

@testable import VectorCollections

/// Graphs over a few thousand points in clusters, as real texts lie.
@Suite struct GraphTests {
    private static let dimension = 32

    private static func vectors(_ count: Int, seed: UInt64) -> [[Float]] {
        var generator = SeededGenerator(seed: seed)
        let centres = (0..<40).map { _ in (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) } }
        return (0..<count).map { _ in
            let centre = centres[generator.below(centres.count)]
            return centre.map { $0 + Float.random(in: -1...1, using: &generator) }
        }
    }

    private static func points(_ vectors: [[Float]], from first: Int = 0) -> [Point] {
        vectors.enumerated().map { index, vector in
            let number = first + index
            return Point(
                id: Fixtures.id(number), vector: vector,
                payload: ["uses": .integer(Int64(number % 20)), "open": .bool(number % 2 == 0)])
        }
    }

    private static func parameters(
        threads: Int = 1, quantization: Quantization = .int8
    ) -> CollectionParameters {
        var parameters = CollectionParameters()
        parameters.tailPointsMax = 1_000
        parameters.fullScanKilobytes = 64
        parameters.rowScanKilobytes = 0
        // Graphs as small as these are walked.
        parameters.walkCost = 1
        parameters.m = 12
        parameters.efConstruct = 80
        parameters.ef = 64
        parameters.indexingThreadsMax = threads
        parameters.quantization = quantization
        return parameters
    }

    private static func collection(
        _ vectors: [[Float]], threads: Int = 1, quantization: Quantization = .int8
    ) async throws -> VectorCollections.Collection {
        let collection = try Fixtures.collection(
            dimension: vectors.first?.count ?? Self.dimension,
            parameters: parameters(threads: threads, quantization: quantization))
        for start in stride(from: 0, to: vectors.count, by: 500) {
            try collection.load(points(Array(vectors[start..<min(start + 500, vectors.count)]), from: start))
        }
        collection.completeLoad(at: 1)
        try await collection.optimise()
        return collection
    }

    /// The share of the true ten best that searches find, and how often a walk was the way.
    private static func recall(
        _ collection: VectorCollections.Collection, _ queries: [[Float]], filter: Filter? = nil, ef: Int? = nil
    ) throws -> (recall: Double, walks: Int) {
        var found = 0
        var wanted = 0
        var walks = 0
        for query in queries {
            var request = SearchRequest(vector: query, filter: filter, payload: .none, ef: ef)
            let result = try collection.searchOnThisThread(request)
            walks += result.plan.partsCount[.graph] ?? 0
            request.exact = true
            let exact = try collection.searchOnThisThread(request)
            #expect(result.hits.count == exact.hits.count)
            wanted += exact.hits.count
            found += Set(result.hits.map(\.id)).intersection(exact.hits.map(\.id)).count
            // What is found carries its true score.
            let scores = Dictionary(uniqueKeysWithValues: exact.hits.map { ($0.id, $0.score) })
            for hit in result.hits { if let score = scores[hit.id] { #expect(hit.score == score) } }
        }
        return (Double(found) / Double(max(1, wanted)), walks)
    }

    @Test func findsTheNearest() async throws {
        let collection = try await Self.collection(Self.vectors(5_000, seed: 1))
        try collection.assertValid()
        #expect(collection.info().segmentsCount == 1)
        let (recall, walks) = try Self.recall(collection, Self.vectors(100, seed: 2))
        #expect(walks == 100)
        #expect(recall >= 0.95, "recall \(recall)")
    }

    @Test func findsTheNearestBySigns() async throws {
        // Of few dimensions in truth, as vectors of texts are: signs cannot tell points of pure noise apart.
        var generator = SeededGenerator(seed: 12)
        let map = (0..<512).map { _ in
            (0..<Self.dimension).map { _ in Float.random(in: -1...1, using: &generator) }
        }
        func wide(_ vectors: [[Float]]) -> [[Float]] {
            vectors.map { vector in map.map { row in zip(row, vector).reduce(0) { $0 + $1.0 * $1.1 } } }
        }
        let vectors = wide(Self.vectors(2_000, seed: 12))
        let collection = try await Self.collection(vectors, quantization: .binary)
        try collection.assertValid()
        #expect(collection.state.parts.first?.segment?.codes.isBinary == true)
        let (recall, walks) = try Self.recall(collection, wide(Self.vectors(60, seed: 13)), ef: 80)
        #expect(walks == 60)
        #expect(recall >= 0.95, "recall \(recall)")
        let (half, _) = try Self.recall(
            collection, wide(Self.vectors(60, seed: 14)), filter: .equals("open", .bool(true)))
        #expect(half >= 0.95, "recall \(half)")
    }

    @Test func isTheSameOnOneThreadAndOnThree() async throws {
        let vectors = Self.vectors(4_000, seed: 3)
        let one = try await Self.collection(vectors, threads: 1)
        let three = try await Self.collection(vectors, threads: 3)
        let segments = try [one, three].map { try #require($0.state.parts.first?.segment) }
        #expect(segments[0].graph != nil)
        #expect(segments[0].keys.elements.elementsEqual(segments[1].keys.elements))
        #expect(segments[0].codes.nodes.elements.elementsEqual(segments[1].codes.nodes.elements))
    }

    @Test func passesThroughWhatDoesNotMatch() async throws {
        let collection = try await Self.collection(Self.vectors(12_000, seed: 4))
        let (half, walks) = try Self.recall(
            collection, Self.vectors(60, seed: 5), filter: .equals("open", .bool(true)), ef: 110)
        #expect(walks == 60)
        #expect(half >= 0.95, "recall \(half)")
        let (few, scans) = try Self.recall(
            collection, Self.vectors(60, seed: 6), filter: .equals("uses", .integer(3)))
        #expect(scans == 0 && few == 1)
    }

    @Test func staysGoodWhenHalfOfItIsReplaced() async throws {
        var generator = SeededGenerator(seed: 7)
        let collection = try await Self.collection(Self.vectors(5_000, seed: 8))
        let fresh = Self.vectors(5_000, seed: 9)
        let replaced = (0..<5_000).shuffled(using: &generator).prefix(2_500)
        for (step, number) in replaced.enumerated() {
            let point = Self.points([fresh[number]], from: number)[0]
            try collection.apply([
                Change(position: Position(Int64(step + 2)), id: point.id, operation: .upsert(point))
            ])
            if step % 500 == 0 { try await collection.maintain() }
        }
        let (beside, _) = try Self.recall(collection, Self.vectors(60, seed: 10))
        #expect(beside >= 0.95, "recall \(beside)")
        try await collection.optimise()
        try collection.assertValid()
        let (after, walks) = try Self.recall(collection, Self.vectors(60, seed: 10))
        #expect(walks == 60)
        #expect(after >= 0.95, "recall \(after)")
    }

    @Test func aCancelledBuildLeavesEverythingAsItWas() async throws {
        let vectors = Self.vectors(2_000, seed: 11)
        let collection = try Fixtures.collection(dimension: Self.dimension, parameters: Self.parameters())
        try collection.load(Self.points(vectors))
        collection.completeLoad(at: 1)
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await collection.optimise()
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(collection.info().pointsCount == 2_000)
        try await collection.optimise()
        try collection.assertValid()
        #expect(collection.info().segmentsCount == 1)
    }

    @Test(arguments: 1...20)
    func aBeamKeepsTheBest(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let capacity = 1 + generator.below(40)
        let memory = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
        defer { memory.deallocate() }
        var beam = Beam(memory, capacity: capacity)
        var all: [(score: Int32, node: UInt32)] = []
        var expanded: Set<UInt32> = []
        for node in 0..<UInt32(200) {
            let score = Int32(generator.below(60)) - 30
            beam.insert(score, node)
            all.append((score, node))
            all.sort { $0.score != $1.score ? $0.score > $1.score : $0.node < $1.node }
            let best = all.prefix(capacity)
            #expect((0..<beam.count).map { beam.node($0) } == best.map(\.node), "seed \(seed)")
            #expect(beam.floor == (best.count == capacity ? best.last?.score : .min), "seed \(seed)")
            if generator.chance(0.3) {
                let next = best.first { !expanded.contains($0.node) }
                #expect(beam.next()?.node == next?.node, "seed \(seed)")
                if let next { expanded.insert(next.node) }
            }
        }
    }
}
