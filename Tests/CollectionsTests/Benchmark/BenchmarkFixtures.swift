import Foundation
import TestSupport

@testable import VectorCollections

enum BenchmarkFixtures {
    /// Vectors without equal scores.
    static func rows(_ count: Int, dimension: Int = 12, seed: UInt64) -> VectorFile.Rows {
        var generator = SeededGenerator(seed: seed)
        return VectorFile.Rows(
            dimension: dimension,
            elements: (0..<count * dimension).map { _ in Float.random(in: -1...1, using: &generator) })
    }

    static func benchmark(
        base: Int = 300, queries: Int = 20, payloads: PayloadFile.Rows? = nil, seed: UInt64 = 1
    ) throws -> AnnBenchmark {
        try AnnBenchmark(
            base: rows(base, seed: seed), queries: rows(queries, seed: seed + 1), payloads: payloads, k: 5, threads: 1,
            parameters: CollectionParameters())
    }

    /// The same by plain sums in double precision.
    static func neighbours(
        of queries: VectorFile.Rows, among numbers: [Int32], of base: VectorFile.Rows, k: Int
    ) -> [[Int32]] {
        (0..<queries.count).map { query in
            let scored = numbers.map { (number: $0, score: cosine(queries.row(query), base.row(Int($0)))) }
            let best = scored.sorted { $0.score != $1.score ? $0.score > $1.score : $0.number < $1.number }
            return best.prefix(k).map(\.number)
        }
    }

    private static func cosine(_ left: [Float], _ right: [Float]) -> Double {
        func product(_ left: [Float], _ right: [Float]) -> Double {
            zip(left, right).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        return product(left, right) / (product(left, left) * product(right, right)).squareRoot()
    }

    /// A new folder, deleted at the end.
    static func withFolder<Value>(_ body: (URL) async throws -> Value) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("bench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        do {
            let value = try await body(folder)
            try FileManager.default.removeItem(at: folder)
            return value
        } catch {
            try FileManager.default.removeItem(at: folder)
            throw error
        }
    }

    /// The keys of an object of JSON.
    static func keys(_ value: some Encodable) throws -> Set<String> {
        let object = try JSONSerialization.jsonObject(with: try JSONEncoder().encode(value))
        return Set((object as? [String: Any] ?? [:]).keys)
    }
}
