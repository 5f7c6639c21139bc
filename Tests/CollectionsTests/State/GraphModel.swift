import Foundation
import TestSupport
import Testing
import Workers

@testable import VectorCollections

/// A collection whose graphs are walked, in files that fail, beside an oracle and the log of what both were told.
struct GraphModel {
    static let dimension = 24
    static let idsCount = 2_400
    private static let firstCount = 1_600
    /// Saves have fewer steps.
    private static let stepsMax = 40

    let workers = Fixtures.workers()
    private(set) var collection: VectorCollections.Collection
    var oracle = RememberingOracle()
    var generator: SeededGenerator
    private let files: FaultyFiles
    private let centres: [[Float]]
    private(set) var log: [Change] = []
    private(set) var position = Position.start
    private var lastBatch: [Change] = []
    /// What the files hold.
    private var saved = Saved(position: .start, points: [:])

    struct Saved {
        let position: Position
        let points: [PointKey: (vector: [Float], payload: Payload)]
    }

    /// A few hundred points are worth a graph, and walks through it are worth while.
    static var parameters: CollectionParameters {
        var parameters = CollectionParameters()
        // Graphs as small as these are walked.
        parameters.walkCost = 1
        parameters.tailPointsMax = 96
        parameters.closedTailsMax = 3
        parameters.segmentsMax = 4
        parameters.fullScanKilobytes = 38
        parameters.rowScanKilobytes = 4
        parameters.inlineScanKilobytesMax = 64
        parameters.m = 12
        parameters.efConstruct = 64
        parameters.ef = 20
        return parameters
    }

    init(seed: UInt64) throws {
        generator = SeededGenerator(seed: seed)
        files = FaultyFiles(seed: seed)
        var generator = generator
        centres = (0..<30).map { _ in (0..<Self.dimension).map { _ in Float.random(in: -1...1, using: &generator) } }
        self.generator = generator
        collection = VectorCollections.Collection(
            schema: try Fixtures.schema(dimension: Self.dimension), parameters: Self.parameters, workers: workers,
            files: try CollectionFiles(folder: "f", source: "s", on: files, scratchBytesMin: 0))
    }

    // MARK: What is in it

    /// In clusters; some are equal.
    mutating func vector() -> [Float] {
        let centre = centres[generator.below(centres.count)]
        if generator.chance(0.05) { return centre }
        return centre.map { $0 + Float.random(in: -0.8...0.8, using: &generator) }
    }

    private mutating func change() -> Change {
        position = Position(position.rawValue + 1 + Int64(generator.below(2)))
        let id = Fixtures.id(generator.below(Self.idsCount))
        if generator.chance(0.3) { return Change(position: position, id: id, operation: .delete) }
        let point = Point(id: id, vector: vector(), payload: Fixtures.payload(using: &generator))
        return Change(position: position, id: id, operation: .upsert(point))
    }

    /// Takes the first points in, as a load or as changes.
    mutating func fill() async throws {
        let numbers = (0..<Self.idsCount).shuffled(using: &generator).prefix(Self.firstCount)
        let changes = numbers.enumerated().map { index, number -> Change in
            let point = Point(
                id: Fixtures.id(number), vector: vector(), payload: Fixtures.payload(using: &generator))
            return Change(position: Position(Int64(index + 1)), id: point.id, operation: .upsert(point))
        }
        for change in changes { try oracle.apply(change) }
        log = changes
        position = Position(Int64(changes.count))
        if generator.chance(0.5) {
            try collection.load(
                changes.compactMap { change in
                    if case .upsert(let point) = change.operation { point } else { nil }
                })
            collection.completeLoad(at: position)
        } else {
            try collection.apply(changes)
        }
        try await collection.maintain()
    }

    // MARK: Changes

    /// New points, others in place of old ones, old ones gone and come back; the batch before comes once more.
    mutating func apply(countMax: Int = 60) throws {
        let changes = (0..<1 + generator.below(countMax)).map { _ in change() }
        for change in changes { try oracle.apply(change) }
        log += changes
        try collection.apply(lastBatch + changes)
        lastBatch = changes
    }

    /// Changes come while parts are rewritten, and the rewriting may be cancelled at any point of it.
    mutating func applyDuringRewrite() async throws {
        try apply(countMax: 300)
        let isMerge = generator.chance(0.5)
        let task = Task { [collection] in
            if isMerge { try await collection.optimise() } else { try await collection.maintain() }
        }
        for _ in 0..<generator.below(4) {
            for _ in 0..<generator.below(4_000) { await Task.yield() }
            try apply()
        }
        if generator.chance(0.6) { task.cancel() }
        do { try await task.value } catch is CancellationError {}
    }

    // MARK: Files

    mutating func snapshot() async throws {
        try await collection.snapshot()
        saved = Saved(position: position, points: oracle.points)
    }

    /// A save that fails somewhere, or just does not. The folder stays good.
    mutating func failSnapshot() async throws {
        files.arm(.fail(at: generator.below(Self.stepsMax)))
        let attempt = Saved(position: position, points: oracle.points)
        do {
            try await collection.snapshot()
            saved = attempt
        } catch is SnapshotError {
            // The manifest may be in its place already; what comes next finds out.
        }
        files.arm(nil)
    }

    /// The process or the machine stops, in the middle of a save or not; the collection is opened again from its files,
    /// holds one of the two states, and is told the rest of the log.
    mutating func restart(_ comment: Comment) async throws {
        let attempt = Saved(position: position, points: oracle.points)
        if generator.chance(0.7) {
            files.arm(.stop(at: generator.below(Self.stepsMax)))
            do {
                try await collection.snapshot()
                saved = attempt
            } catch is SnapshotError {}
        }
        if generator.chance(0.5) { files.restartProcess() } else { files.restartMachine() }
        collection = try VectorCollections.Collection(
            restoring: CollectionFiles(folder: "f", source: "s", on: files, scratchBytesMin: 0),
            schema: collection.schema,
            parameters: Self.parameters, workers: workers, checking: generator.chance(0.5) ? .full : .structure)
        if collection.appliedPosition == attempt.position { saved = attempt }
        try #require(collection.appliedPosition == saved.position, comment)
        try checkPoints(saved, comment)
        try collection.assertValid()
        var rest = log.filter { $0.position > saved.position }[...]
        while !rest.isEmpty {
            try collection.apply(Array(rest.prefix(1 + generator.below(400))))
            rest = log[...].drop { $0.position <= collection.appliedPosition }
            if generator.chance(0.2) { try await collection.maintain() }
        }
        lastBatch = []
        try checkPoints(Saved(position: position, points: oracle.points), comment)
    }

    /// Every point is there as it came, and no other.
    func checkPoints(_ wanted: Saved, _ comment: Comment) throws {
        let points = Fixtures.points(collection.state)
        try #require(points.count == wanted.points.count, comment)
        for (key, point) in wanted.points {
            let found = try #require(points[key.id], comment)
            try #require(found.vector == point.vector, comment)
            try #require(RememberingOracle.areEqual(found.payload, point.payload), comment)
        }
    }
}
