import Foundation
import TestSupport
import Testing

@testable import VectorCollections

@Suite struct SchemaTests {
    @Test func theProductsCollectionsHaveTheFieldsOfTheContract() {
        let questions = CollectionSchema.questions(dimension: 384, model: "m")
        #expect(questions.name == "questions")
        #expect(questions.field("roles")?.kind == .keywords)
        #expect(questions.field("question_id")?.kind == .uuid)
        #expect(questions.field("success_rate")?.kind == .float)
        #expect(CollectionSchema.answers(dimension: 384, model: "m").field("score")?.kind == .float)
        #expect(CollectionSchema.jobDescriptions(dimension: 384, model: "m").field("skills")?.kind == .keywords)
        #expect(CollectionSchema.userPatterns(dimension: 384, model: "m").field("pattern_data")?.kind == .text)
    }

    @Test func impossibleSchemasAreRefused() {
        #expect(throws: SchemaError.dimensionOutOfRange(collection: "c", dimension: 0)) {
            try CollectionSchema(name: "c", model: "m", dimension: 0, fields: [])
        }
        #expect(throws: SchemaError.dimensionOutOfRange(collection: "c", dimension: 4_097)) {
            try CollectionSchema(name: "c", model: "m", dimension: 4_097, fields: [])
        }
        #expect(throws: SchemaError.emptyOrRepeatedField(collection: "c", field: "a")) {
            try CollectionSchema(name: "c", model: "m", dimension: 3, fields: [.init("a", .text), .init("a", .bool)])
        }
    }

    @Test func operatorsSettingsActOrAreNamed() throws {
        let (parameters, ignored) = try CollectionParameters.parse([
            "hnsw_config.m": "16", "ef_construct": "100", "hnsw_config.full_scan_threshold": "77",
            "optimizer_config.default_segment_number": "5", "max_segment_size": "1000", "memmap_threshold": "1",
            "deleted_threshold": "0.5", "tail_points_max": "99", "typo": "x",
        ])
        #expect(ignored == ["memmap_threshold", "typo"])
        #expect(parameters.m == 16 && parameters.efConstruct == 100)
        #expect(parameters.fullScanKilobytes == 77 && parameters.segmentsMax == 5)
        #expect(parameters.segmentKilobytesMax == 1_000 && parameters.deletedShareMax == 0.5)
        #expect(parameters.tailPointsMax == 99)
        #expect(throws: ParameterError(key: "tail_points_max", value: "0", allowed: "a whole number from 1 to 16384")) {
            try CollectionParameters.parse(["tail_points_max": "0"])
        }
        #expect(throws: ParameterError.self) { try CollectionParameters.parse(["deleted_threshold": "nan"]) }
    }

    @Test(arguments: [
        (Point(id: Fixtures.id(1), vector: [1, 2]), PointError.Reason.dimension(came: 2, allowed: 3)),
        (Point(id: Fixtures.id(1), vector: [1, .nan, 2]), .notFinite(element: 1)),
        (Point(id: Fixtures.id(1), vector: [1, 2, .infinity]), .notFinite(element: 2)),
        (Point(id: Fixtures.id(1), vector: [0, 0, 0]), .zeroVector),
        (
            Point(id: Fixtures.id(1), vector: [1, 2, 3], payload: ["nope": .bool(true)]),
            .unknownField("nope", allowed: Fixtures.fields.map(\.name))
        ),
        (
            Point(id: Fixtures.id(1), vector: [1, 2, 3], payload: ["score": .keyword("high")]),
            .wrongKind(field: "score", came: .keyword, allowed: .float)
        ),
        (
            Point(id: Fixtures.id(1), vector: [1, 2, 3], payload: ["score": .float(.infinity)]),
            .notFiniteNumber(field: "score")
        ),
        (
            Point(
                id: Fixtures.id(1), vector: [1, 2, 3],
                payload: ["category": .keyword(String(repeating: "x", count: 1_001))]),
            .tooLong(field: "category", bytes: 1_001, bytesMax: 1_000)
        ),
    ])
    func aPointThatDoesNotFitIsNamedAndNothingIsApplied(point: Point, reason: PointError.Reason) throws {
        let collection = try Fixtures.collection(dimension: 3)
        let good = Point(id: Fixtures.id(9), vector: [1, 0, 0])
        let error = PointError(collection: "tests", id: point.id, reason: reason)
        #expect(throws: error) {
            try collection.apply([
                Change(position: 1, id: good.id, operation: .upsert(good)),
                Change(position: 2, id: point.id, operation: .upsert(point)),
            ])
        }
        #expect("\(error)".contains("tests") && "\(error)".contains("\(point.id)"))
        #expect(collection.state.pointsCount == 0 && collection.state.appliedPosition == .start)
    }

    @Test func vectorsComeToUnitLengthOnce() throws {
        let unit = try UnitVector.normalise([3, 4], dimension: 2)
        #expect(abs(unit[0] - 0.6) < 1e-7 && abs(unit[1] - 0.8) < 1e-7)
        #expect(try UnitVector.normalise(unit, dimension: 2) == unit)
        // Sizes whose squares leave the range of single precision.
        #expect(abs(try UnitVector.normalise([3e30, 4e30], dimension: 2)[1] - 0.8) < 1e-6)
        #expect(abs(try UnitVector.normalise([3e-30, 4e-30], dimension: 2)[1] - 0.8) < 1e-6)
    }

    @Test func payloadsComeBackAsTheyWereGiven() async throws {
        let collection = try Fixtures.collection()
        var generator = SeededGenerator(seed: 5)
        let points = (0..<30).map { Fixtures.point($0, using: &generator) }
        try collection.load(points)
        collection.completeLoad(at: 7)
        for isSealed in [false, true] {
            if isSealed { try await collection.maintain() }
            let stored = try collection.retrieve(ids: points.map(\.id), withVector: true)
            #expect(stored.map(\.id) == points.map(\.id))
            for (stored, point) in zip(stored, points) {
                var expected = point.payload
                if let skills = point.payload["skills"]?.stringsValue {
                    // Of a term given twice the first spelling stays; no keyword is no value.
                    var seen: Set<String> = []
                    let kept = skills.filter { seen.insert(Oracle.folded($0)).inserted }
                    expected["skills"] = kept.isEmpty ? nil : .keywords(kept)
                }
                #expect(stored.payload == expected)
                #expect(try stored.vector == UnitVector.normalise(point.vector, dimension: 20))
            }
        }
    }
}
