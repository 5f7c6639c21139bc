import Foundation
import TestSupport
import Testing
import Workers

@testable import VectorCollections

/// The audit of walks that are made to miss: poor graphs, few nodes in view.
@Suite struct RecallAuditTests {
    private static let dimension = 32
    private static let pointsCount = 3_000

    private static func parameters(share: Double) -> CollectionParameters {
        var parameters = CollectionParameters()
        parameters.fullScanKilobytes = 64
        parameters.rowScanKilobytes = 0
        // Graphs as small as these are walked.
        parameters.walkCost = 1
        parameters.m = 4
        parameters.efConstruct = 8
        parameters.ef = 1
        parameters.auditShare = share
        return parameters
    }

    private static func vector(_ generator: inout SeededGenerator) -> [Float] {
        (0..<dimension).map { _ in Float.random(in: -1...1, using: &generator) }
    }

    private static func point(_ number: Int, _ vector: [Float]) -> Point {
        Point(id: Fixtures.id(number), vector: vector, payload: ["uses": .integer(Int64(number % 50))])
    }

    private static func collection(
        seed: UInt64, share: Double = 1, builders: WorkerPool? = nil
    ) async throws -> (collection: VectorCollections.Collection, oracle: Oracle) {
        var generator = SeededGenerator(seed: seed)
        let collection = VectorCollections.Collection(
            schema: try Fixtures.schema(dimension: dimension), parameters: parameters(share: share),
            workers: Fixtures.workers(), builders: builders)
        let points = (0..<pointsCount).map { point($0, vector(&generator)) }
        var oracle = Oracle()
        for point in points { try oracle.upsert(point) }
        try collection.load(points)
        collection.completeLoad(at: 1)
        try await collection.optimise()
        return (collection, oracle)
    }

    /// Hits that are among the true best, over the number of those.
    private static func recall(_ result: SearchResult, _ oracle: Oracle, _ request: SearchRequest) throws -> Double {
        let best = try oracle.search(
            request.vector, request.filter, limit: request.limit, threshold: request.scoreThreshold)
        let found = Set(result.hits.map(\.id)).intersection(best.map(\.id))
        return Double(found.count) / Double(best.count)
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func estimatesAreTheTrueRecall(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed &* 31)
        let (collection, oracle) = try await Self.collection(seed: seed)
        var recalls: [Int: [Double]] = [:]
        for round in 0..<20 {
            for limit in [1, 3, 10, 40, 110] {
                var request = SearchRequest(vector: Self.vector(&generator), limit: limit)
                if round % 3 == 0 { request.filter = .range("uses", lower: .inclusive(.integer(1)), upper: nil) }
                let result =
                    round % 2 == 0
                    ? try await collection.searchBatch([request])[0] : try collection.searchOnThisThread(request)
                #expect(result.plan.partsCount[.graph] == 1)
                recalls[RecallBucket(limit: limit).rawValue, default: []].append(
                    try Self.recall(result, oracle, request))
            }
            #expect(try await collection.audit() == 5, "seed \(seed)")
        }
        let estimates = collection.info().recall
        #expect(estimates.map(\.k) == [1...1, 2...10, 11...100, 101...1_000])
        for (bucket, estimate) in zip(RecallBucket.allCases, estimates) {
            let wanted = try #require(recalls[bucket.rawValue])
            #expect(estimate.queries == wanted.count)
            #expect(abs(estimate.recall - wanted.reduce(0, +) / Double(wanted.count)) < 1e-9, "seed \(seed)")
            #expect(estimate.lower < estimate.recall && estimate.recall < estimate.upper)
            #expect(estimate.recall < 0.99, "the graph is too good for a test")
        }
    }

    @Test func theStateIsPinned() async throws {
        var generator = SeededGenerator(seed: 41)
        let (collection, oracle) = try await Self.collection(seed: 4)
        let request = SearchRequest(vector: Self.vector(&generator), limit: 10)
        let result = try await collection.search(request)
        let before = try Self.recall(result, oracle, request)
        // Nothing of the answer stays, and everything new is nearer.
        let changes = (0..<Self.pointsCount).map { number -> Change in
            let point = Self.point(number, request.vector)
            return Change(position: Position(Int64(number) + 2), id: point.id, operation: .upsert(point))
        }
        try collection.apply(changes)
        try await collection.maintain()
        #expect(try await collection.audit() == 1)
        #expect(collection.info().recall.map(\.recall) == [before])
    }

    @Test func whatScansAnswerIsNotSampled() async throws {
        var generator = SeededGenerator(seed: 51)
        let (collection, _) = try await Self.collection(seed: 5)
        for _ in 0..<5 {
            var request = SearchRequest(vector: Self.vector(&generator), exact: true)
            _ = try await collection.search(request)
            request.exact = false
            request.filter = .equals("uses", .integer(3))
            let result = try await collection.search(request)
            #expect(result.plan.partsCount[.codes] == 1)
        }
        #expect(try await collection.audit() == 0)
        #expect(collection.info().recall.isEmpty)
    }

    @Test func nothingIsSampledWithoutAShareAndSomeWithOne() async throws {
        #expect((0..<1_000).allSatisfy { _ in !AuditSampler(share: 0).next() })
        let always = AuditSampler(share: 1)
        #expect((0..<1_000).allSatisfy { _ in always.next() })
        for share in [0.01, 0.3] {
            let sampler = AuditSampler(share: share)
            let taken = Double((0..<100_000).count { _ in sampler.next() })
            #expect(abs(taken / 100_000 - share) < 0.005)
        }
        #expect(try CollectionParameters.parse(["audit_share": "0.5"]).parameters.auditShare == 0.5)
        #expect(throws: ParameterError.self) { try CollectionParameters.parse(["audit_share": "2"]) }
    }

    /// A run and its answers, as the audit sees them.
    private static func answered(
        _ collection: VectorCollections.Collection, _ request: SearchRequest
    ) throws -> (run: SearchRun, answers: [SearchResult]) {
        let run = SearchRun(
            state: collection.state, parameters: collection.parameters,
            filter: try FilterCompiler.compile(request.filter, schema: collection.schema),
            queries: [try SearchRun.Query(request, schema: collection.schema)])
        return (run, run.run())
    }

    @Test func fewWaitAndTheRestIsCounted() async throws {
        var generator = SeededGenerator(seed: 61)
        let (collection, _) = try await Self.collection(seed: 6, share: 0)
        let metrics = RecordingMetrics()
        let audit = RecallAudit(collection: "tests", share: 1, factory: metrics)
        #expect(metrics["vector_recall_estimate{collection=tests,k=2-10}"] == nil)
        for _ in 0..<20 {
            let (run, answers) = try Self.answered(collection, SearchRequest(vector: Self.vector(&generator)))
            audit.consider(run, answers)
        }
        #expect(metrics["vector_recall_audits_dropped_total{collection=tests,k=2-10}"] == 12)
        var waited = 0
        while let sample = audit.take() {
            audit.note(sample, recall: sample.recall())
            waited += 1
        }
        #expect(waited == RecallAudit.pendingMax)
        #expect(metrics["vector_recall_audits_total{collection=tests,k=2-10}"] == 8)
        let estimate = try #require(audit.estimates.first)
        #expect(metrics["vector_recall_estimate{collection=tests,k=2-10}"] == estimate.recall)
        #expect(metrics["vector_recall_estimate_lower{collection=tests,k=2-10}"] == estimate.lower)
        #expect(metrics["vector_recall_estimate_upper{collection=tests,k=2-10}"] == estimate.upper)

        let (run, answers) = try Self.answered(collection, SearchRequest(vector: Self.vector(&generator)))
        audit.consider(run, answers)
        audit.forgetStale(now: .now + .seconds(RecallAudit.pendingSecondsMax - 60))
        audit.forgetStale(now: .now + .seconds(RecallAudit.pendingSecondsMax + 1))
        #expect(audit.take() == nil)
        #expect(metrics["vector_recall_audits_dropped_total{collection=tests,k=2-10}"] == 13)
    }

    @Test func aBusyPoolLosesOneSample() async throws {
        var generator = SeededGenerator(seed: 71)
        let builders = WorkerPool(name: "builders", threadCount: 1, queueDepthMax: 4)
        let (collection, _) = try await Self.collection(seed: 7, builders: builders)
        for _ in 0..<2 { _ = try await collection.search(SearchRequest(vector: Self.vector(&generator))) }
        builders.shutdown()
        for _ in 0..<2 {
            await #expect(throws: WorkerPoolError.stopped(pool: "builders")) { try await collection.audit() }
        }
        #expect(try await collection.audit() == 0)
    }

    @Test func equalScoresCountAsFound() throws {
        let collection = try Fixtures.collection()
        var vector = [Float](repeating: 0, count: 20)
        vector[0] = 1
        var near = vector
        near[1] = 0.5
        var far = vector
        far[2] = -3
        for (number, vector) in [vector, near, near, near, far].enumerated() {
            try collection.load([Point(id: Fixtures.id(number), vector: vector)])
        }
        func recall(_ numbers: [Int], threshold: Float? = nil) throws -> Double? {
            let request = SearchRequest(vector: vector, limit: 2, scoreThreshold: threshold)
            let (run, answers) = try Self.answered(collection, request)
            let all = try Self.answered(collection, SearchRequest(vector: vector)).answers[0].hits
            let hits = numbers.compactMap { number in all.first { $0.id == Fixtures.id(number) } }
            let answer = SearchResult(
                hits: hits, matchingCount: 5, plan: answers[0].plan, appliedPosition: answers[0].appliedPosition)
            return AuditSample(run, 0, answer, takenAt: .now).recall()
        }
        #expect(try recall([0, 1]) == 1)
        #expect(try recall([0, 3]) == 1)
        #expect(try recall([2, 3]) == 1, "two as good as the second")
        #expect(try recall([0, 4]) == 0.5)
        #expect(try recall([]) == 0)
        #expect(try recall([0], threshold: 0.99) == 1, "there was but one")
        #expect(try recall([], threshold: 1.5) == nil)
    }

    @Test func theWindowForgets() {
        var window = RecallWindow()
        #expect(window.mean == nil)
        for _ in 0..<RecallWindow.queriesMax { window.add(0) }
        for step in 1...RecallWindow.queriesMax {
            window.add(1)
            #expect(window.mean == Double(step) / Double(RecallWindow.queriesMax))
        }
        window.add(0.5)
        #expect(window.count == RecallWindow.queriesMax && window.mean == 0.9995)
    }

    @Test func bucketsHoldTheirLimits() {
        for limit in 1...SearchRequest.limitMax {
            #expect(RecallBucket(limit: limit).limits.contains(limit))
        }
        #expect(RecallBucket.allCases.map(\.name) == ["1", "2-10", "11-100", "101-1000"])
    }
}
