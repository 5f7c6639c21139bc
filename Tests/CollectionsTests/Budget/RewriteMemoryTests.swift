import Foundation
import TestSupport
import Testing

@testable import VectorCollections

/// Estimates against what segments take.
@Suite struct RewriteMemoryTests {
    private static func tail(_ points: [Point], _ schema: CollectionSchema) throws -> Part {
        var part = Part(number: 1, tail: Tail(dimension: schema.dimension, capacity: points.count))
        for point in points { _ = part.append(try PreparedPoint(point, schema: schema)) }
        return part
    }

    private static func parameters(_ generator: inout SeededGenerator) -> CollectionParameters {
        var parameters = CollectionParameters()
        parameters.m = 4 + generator.below(13)
        parameters.efConstruct = 16
        parameters.quantization = generator.chance(0.5) ? .binary : .int8
        parameters.fullScanKilobytes = generator.chance(0.5) ? 0 : 10_000
        return parameters
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func aSegmentTakesNoMoreThanItsPointsWereAdmittedAt(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let dimension = [20, 100, 384][generator.below(3)]
        let schema = try Fixtures.schema(dimension: dimension)
        let parameters = Self.parameters(&generator)
        let points = (0..<20 + generator.below(200)).map {
            Fixtures.point($0, dimension: dimension, using: &generator)
        }
        var part = try Self.tail(points, schema)
        for slot in points.indices where generator.chance(0.3) { part.delete(slot) }
        let pointBytes = PointMemory.bytes(schema, parameters)
        var admitted = MemoryUse()
        admitted.add(part, pointBytes: pointBytes)
        let rewrite = PartRewrite(sources: [part], schema: schema)
        let estimate = RewriteMemory(rewrite, parameters)
        let segment = try rewrite.run(parameters)
        var taken = MemoryUse()
        taken.add(Part(number: 2, segment: segment), pointBytes: pointBytes)
        #expect(taken.residentBytes <= admitted.residentBytes, "seed \(seed)")
        #expect(taken.residentBytes <= estimate.resultBytes, "seed \(seed)")
        #expect(estimate.freedBytes == admitted.residentBytes && taken.mappedBytes == 0)
        // And not much less, where vectors are most of it.
        if dimension == 384 { #expect(taken.residentBytes > estimate.resultBytes * 7 / 10, "seed \(seed)") }

        // The same from a segment as the source.
        let merge = RewriteMemory(PartRewrite(sources: [Part(number: 2, segment: segment)], schema: schema), parameters)
        #expect(merge.resultBytes >= taken.residentBytes - 4 * 16 * parameters.m, "seed \(seed)")
        #expect(merge.freedBytes == taken.residentBytes)
    }

    @Test func aSegmentIsCountedWhole() throws {
        let segment = try Fixtures.segment(points: 50, seed: 3)
        let columns = segment.columns.reduce(0) { $0 + $1.bytes }
        let rows = segment.slotCount * segment.vectors.stride * MemoryLayout<Float>.stride
        let rest = segment.keys.bytes + segment.order.bytes + segment.codes.bytes + (segment.graph?.bytes ?? 0)
        #expect(segment.memory.residentBytes == rows + columns + rest)
    }

    @Test func whatIsEmptyNeedsNothing() throws {
        let schema = try Fixtures.schema()
        var generator = SeededGenerator(seed: 1)
        var part = try Self.tail([Fixtures.point(1, using: &generator)], schema)
        part.delete(0)
        let memory = RewriteMemory(PartRewrite(sources: [part], schema: schema), CollectionParameters())
        #expect(memory.resultBytes == 0 && memory.workBytes == 0 && memory.freedBytes > 0)
    }

    /// Texts of words that come again and again, as texts do.
    @Test func textsAreNotUnderestimated() throws {
        var generator = SeededGenerator(seed: 2)
        let schema = try CollectionSchema(
            name: "texts", model: "m", dimension: 20, fields: [.init("text", .text), .init("tags", .keywords)])
        let letters = Array("abcdefghijklmnopqrstuvwxyzäß")
        let words = (0..<3_000).map { number in
            String((0..<2 + generator.below(8)).map { _ in letters[generator.below(letters.count)] })
                + "\(number % 7)"
        }
        let points = (0..<200).map { number in
            let text = (0..<1 + generator.below(200)).map { _ in words[generator.below(words.count)] }
            let tags = (0..<generator.below(20)).map { "\(words[generator.below(words.count)])\($0)" }
            return Point(
                id: Fixtures.id(number), vector: Fixtures.vector(20, using: &generator),
                payload: ["text": .text(text.joined(separator: " ")), "tags": .keywords(tags)])
        }
        let part = try Self.tail(points, schema)
        let parameters = CollectionParameters()
        let rewrite = PartRewrite(sources: [part], schema: schema)
        let segment = try rewrite.run(parameters)
        #expect(segment.memory.residentBytes <= RewriteMemory(rewrite, parameters).resultBytes)
    }
}
