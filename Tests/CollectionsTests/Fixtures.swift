import Foundation
import TestSupport
import Workers

@testable import VectorCollections

enum Fixtures {
    static let fields: [CollectionSchema.Field] = [
        .init("category", .keyword), .init("skills", .keywords), .init("score", .float), .init("uses", .integer),
        .init("created", .datetime), .init("owner", .uuid), .init("open", .bool), .init("text", .text),
    ]

    static func schema(dimension: Int = 20) throws -> CollectionSchema {
        try CollectionSchema(name: "tests", model: "model@1", dimension: dimension, fields: fields)
    }

    /// Small enough that a few points seal, merge and take every way of searching.
    static var tinyParameters: CollectionParameters {
        var parameters = CollectionParameters()
        parameters.tailPointsMax = 8
        parameters.closedTailsMax = 2
        parameters.segmentsMax = 3
        parameters.fullScanKilobytes = 0
        parameters.rowScanKilobytes = 0
        parameters.m = 4
        parameters.efConstruct = 8
        return parameters
    }

    static func collection(
        dimension: Int = 20, parameters: CollectionParameters = tinyParameters, workers: WorkerPool = workers(),
        files: CollectionFiles? = nil
    ) throws -> VectorCollections.Collection {
        VectorCollections.Collection(
            schema: try schema(dimension: dimension), parameters: parameters, workers: workers, files: files)
    }

    static func workers() -> WorkerPool { WorkerPool(name: "tests", threadCount: 1, queueDepthMax: 64) }

    /// The id with a number in its last bytes: ids ascend with their numbers.
    static func id(_ number: Int) -> UUID { PointKey(high: 0x1234_5678_0000_4000, low: UInt64(number)).id }

    static func point(_ number: Int, dimension: Int = 20, using generator: inout SeededGenerator) -> Point {
        Point(id: id(number), vector: vector(dimension, using: &generator), payload: payload(using: &generator))
    }

    /// Of few values, so that equal vectors and equal scores come about.
    static func vector(_ dimension: Int, using generator: inout SeededGenerator) -> [Float] {
        var vector = [Float](repeating: 0, count: dimension)
        for _ in 0..<3 { vector[generator.below(min(dimension, 6))] += Float(generator.below(3) - 1) }
        if generator.chance(0.5) {
            for index in vector.indices { vector[index] += Float.random(in: -1...1, using: &generator) }
        }
        if vector.allSatisfy({ $0 == 0 }) { vector[generator.below(dimension)] = 1 }
        return vector
    }

    static let categories = ["Alpha", "alpha ", "BETA", "Beta", "Gämma", "gamma", "Éclair", "E\u{301}CLAIR"]
    static let skills = ["Swift", "swift", " SQL", "Go", "go ", "C++", "Rust"]
    static let words = ["Explain", "the", "ÄRGER", "query", "planner", "Index", "ümlaut"]

    static func payload(using generator: inout SeededGenerator) -> Payload {
        var payload: Payload = [:]
        if generator.chance(0.8) { payload["category"] = .keyword(categories[generator.below(categories.count)]) }
        if generator.chance(0.8) {
            payload["skills"] = .keywords((0..<generator.below(4)).map { _ in skills[generator.below(skills.count)] })
        }
        if generator.chance(0.8) { payload["score"] = .float(Double(generator.below(9)) / 2) }
        if generator.chance(0.8) { payload["uses"] = .integer(Int64(generator.below(7)) - 3) }
        if generator.chance(0.8) {
            payload["created"] = .datetime(Date(timeIntervalSince1970: Double(generator.below(5)) * 86_400))
        }
        if generator.chance(0.8) { payload["owner"] = .uuid(id(generator.below(4))) }
        if generator.chance(0.8) { payload["open"] = .bool(generator.chance(0.5)) }
        if generator.chance(0.8) {
            payload["text"] = .text((0..<4).map { _ in words[generator.below(words.count)] }.joined(separator: " "))
        }
        return payload
    }

    static func filter(depth: Int = 3, using generator: inout SeededGenerator) -> Filter {
        if depth > 0, generator.chance(0.45) {
            let parts = (0..<generator.below(4)).map { _ in filter(depth: depth - 1, using: &generator) }
            switch generator.below(3) {
            case 0: return .all(parts)
            case 1: return .any(parts)
            default: return .not(filter(depth: depth - 1, using: &generator))
            }
        }
        func category() -> PayloadValue { .keyword(categories[generator.below(categories.count)]) }
        func skill() -> PayloadValue { .keyword(skills[generator.below(skills.count)]) }
        switch generator.below(17) {
        case 0: return .equals("category", category())
        case 1: return .anyOf("category", [category(), category()])
        case 2: return .noneOf("skills", [skill(), skill()])
        case 3: return .allOf("skills", [skill(), skill()])
        case 4: return .equals("skills", skill())
        case 5: return .range("score", lower: .inclusive(.float(1)), upper: .exclusive(.float(3.5)))
        case 6: return .range("uses", lower: .exclusive(.float(-1.5)), upper: nil)
        case 7: return .range("uses", lower: nil, upper: .inclusive(.integer(Int64(generator.below(5)) - 2)))
        case 8:
            let day = Date(timeIntervalSince1970: Double(generator.below(5)) * 86_400)
            return .range("created", lower: nil, upper: .exclusive(.datetime(day)))
        case 9: return .isNull(fields[generator.below(fields.count)].name)
        case 10: return .hasId((0..<8).map { _ in id(generator.below(70)) })
        case 11: return .textContains("text", ["ärg", "QUERY", "x", "er q", "Ümlaut"][generator.below(5)])
        case 12: return .equals("open", .bool(generator.chance(0.5)))
        case 13: return .anyOf("owner", [.uuid(id(generator.below(4))), .uuid(id(generator.below(4)))])
        case 14: return .anyOf("uses", [.integer(1), .float(2), .float(2.5)])
        case 15: return .equals("score", .float(Double(generator.below(9)) / 2))
        default: return .textContains("category", "a")
        }
    }
}
