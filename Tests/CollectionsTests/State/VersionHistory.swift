import Foundation
import TestSupport

@testable import VectorCollections

/// Batches of changes made beforehand, and what is true at the position of each, so that an answer tells by itself
/// whether it is of one state: a point carries the position it is of, in its payload and in its vector.
struct VersionHistory: Sendable {
    static let dimension = 16
    static let idsCount = 700

    /// Batch p − 1 has the position p.
    private(set) var batches: [[Change]] = []
    /// At position p, index p: the version of each point by its number, none where it is not there.
    private var versions: [[Int64?]] = [Array(repeating: nil, count: idsCount)]
    private var counts: [(all: Int, even: Int)] = [(0, 0)]

    init(seed: UInt64, batchesCount: Int, batchPoints: Int) {
        var generator = SeededGenerator(seed: seed)
        for position in 1...Int64(batchesCount) {
            var now = versions[versions.count - 1]
            // Everything at first; then some of it, in no order.
            let numbers = (0..<Self.idsCount).shuffled(using: &generator).prefix(position == 1 ? 600 : batchPoints)
            let batch = numbers.map { number -> Change in
                let isGone = position > 1 && generator.chance(0.25)
                now[number] = isGone ? nil : position
                let operation = isGone ? Change.Operation.delete : .upsert(Self.point(number, position))
                return Change(position: Position(position), id: Fixtures.id(number), operation: operation)
            }
            batches.append(batch)
            versions.append(now)
            counts.append((now.count { $0 != nil }, now.count { $0.map { $0 % 2 == 0 } ?? false }))
        }
    }

    var last: Position { Position(Int64(batches.count)) }

    static func point(_ number: Int, _ version: Int64) -> Point {
        Point(
            id: Fixtures.id(number), vector: vector(number, version),
            payload: ["uses": .integer(version), "open": .bool(version % 2 == 0)])
    }

    private static func vector(_ number: Int, _ version: Int64) -> [Float] {
        var generator = SeededGenerator(seed: UInt64(number) << 32 | UInt64(version))
        return (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
    }

    // MARK: What is true

    /// Points with an even version match `open`.
    static let evenFilter = Filter.equals("open", .bool(true))

    func count(at position: Position, isFiltered: Bool) -> Int {
        let counts = counts[Int(position.rawValue)]
        return isFiltered ? counts.even : counts.all
    }

    /// The points there are, ascending.
    func ids(at position: Position, isFiltered: Bool) -> [UUID] {
        versions[Int(position.rawValue)].enumerated().compactMap { number, version in
            version.flatMap { !isFiltered || $0 % 2 == 0 ? Fixtures.id(number) : nil }
        }
    }

    /// Whether a point, as it was read, is that of a position.
    func has(_ id: UUID, _ payload: Payload, _ vector: [Float]?, at position: Position) throws -> Bool {
        let number = Int(PointKey(id).low)
        guard let version = versions[Int(position.rawValue)][number], payload["uses"]?.integerValue == version else {
            return false
        }
        guard payload["open"] == .bool(version % 2 == 0) else { return false }
        return try vector
            == UnitVector.normalise(Self.vector(number, version), dimension: Self.dimension)
    }
}
