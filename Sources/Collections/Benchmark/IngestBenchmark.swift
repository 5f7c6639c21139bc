public import Foundation
public import Workers

/// Times how fast a collection takes new points in, and saves them.
///
/// This is the engine alone, in memory: points survive a stop from the moment that the database commits them, which is not
/// measured here, or that a snapshot holds them, which is.
public struct IngestBenchmark: Sendable {
    /// What the benchmark prints.
    public enum Line: Sendable, Encodable {
        case apply(Apply)
        case snapshot(Snapshot)

        public func encode(to encoder: any Encoder) throws {
            switch self {
            case .apply(let line): try line.encode(to: encoder)
            case .snapshot(let line): try line.encode(to: encoder)
            }
        }
    }

    /// Points applied to a collection that was empty.
    public struct Apply: Sendable, Codable, Equatable {
        public var kind = "apply"
        public let batch: Int
        public let points: Int
        /// The writer's waits for room included.
        public let pointsPerSecond: Double
        /// Of one call of `apply`, the waits left out.
        public let p50Milliseconds: Double
        public let p99Milliseconds: Double
        /// From the last batch until all is sealed, merged and linked as far as is due.
        public let settleSeconds: Double
        /// Points cannot get lost: false here, for nothing was written to disk.
        public var isDurable = false

        enum CodingKeys: String, CodingKey {
            case kind, batch, points
            case pointsPerSecond = "points_per_s"
            case p50Milliseconds = "p50_ms"
            case p99Milliseconds = "p99_ms"
            case settleSeconds = "settle_s"
            case isDurable = "durable"
        }
    }

    public struct Snapshot: Sendable, Codable, Equatable {
        public var kind = "snapshot"
        /// The first one of a folder writes everything, the next one what came since.
        public let isFirst: Bool
        public let points: Int
        /// Since the last snapshot.
        public let newPoints: Int
        /// Until files and their names were synchronised.
        public let seconds: Double
        /// What lies in the folder afterwards.
        public let folderBytes: Int
        public var isDurable = true

        enum CodingKeys: String, CodingKey {
            case kind, points, seconds
            case isFirst = "first"
            case newPoints = "new_points"
            case folderBytes = "folder_bytes"
            case isDurable = "durable"
        }
    }

    public let base: VectorFile.Rows
    public let parameters: CollectionParameters
    /// Sizes of batches; each is measured on a collection of its own.
    public let batches: [Int]
    /// Points applied with each size, as far as the time goes. Above the number of rows they are taken again from the
    /// first one on, under other ids.
    public let pointsMax: Int
    public let secondsMax: Double

    public init(
        base: VectorFile.Rows, parameters: CollectionParameters, batches: [Int], pointsMax: Int, secondsMax: Double
    ) {
        precondition(base.count > 0 && pointsMax > 0 && batches.allSatisfy { $0 > 0 })
        self.base = base
        self.parameters = parameters
        self.batches = batches
        self.pointsMax = pointsMax
        self.secondsMax = secondsMax
    }

    /// - Parameters:
    ///   - folder: an empty one for snapshots of the last collection.
    ///   - report: takes a line as soon as it is measured.
    /// - Throws: `SnapshotError`; as `Collection.apply` and `maintain`; what `report` throws.
    public func run(
        folder: URL, workers: WorkerPool, builders: WorkerPool, report: (Line) throws -> Void
    ) async throws {
        let points = BenchmarkPoints(base: base)
        for (place, batch) in batches.enumerated() {
            let isLast = place == batches.count - 1
            let files = isLast ? try CollectionFiles(folder: folder.path, source: "bench") : nil
            let collection = Collection(
                schema: try points.schema(), parameters: parameters, workers: workers, builders: builders, files: files)
            let applied = try await apply(points, to: collection, batch: batch, from: 0, pointsMax: pointsMax)
            try report(.apply(applied))
            guard isLast else { continue }
            try report(.snapshot(try await save(collection, folder, newPoints: applied.points, isFirst: true)))
            let more = try await apply(
                points, to: collection, batch: batch, from: applied.points, pointsMax: min(batch, pointsMax))
            try report(.snapshot(try await save(collection, folder, newPoints: more.points, isFirst: false)))
        }
    }

    private func apply(
        _ points: BenchmarkPoints, to collection: Collection, batch: Int, from first: Int, pointsMax: Int
    ) async throws -> Apply {
        let before = collection.state.pointsCount
        let start = ContinuousClock.now
        let (rows, secondsMax) = (base.count, secondsMax)
        let times = try await SteadyWriter(collection: collection).run { number in
            let offset = number * batch
            guard offset < pointsMax, (ContinuousClock.now - start) / .seconds(1) < secondsMax else { return nil }
            return (first + offset..<first + min(offset + batch, pointsMax)).map { place in
                let point = points.point(Int32(place % rows), id: place)
                return Change(position: Position(Int64(place + 1)), id: point.id, operation: .upsert(point))
            }
        }
        let count = collection.state.pointsCount - before
        return Apply(
            batch: batch, points: count,
            pointsPerSecond: (Double(count) / max(times.totalSeconds, 1e-9)).fiveDigits,
            p50Milliseconds: (Percentile.of(times.applySeconds, 0.5) * 1e3).fiveDigits,
            p99Milliseconds: (Percentile.of(times.applySeconds, 0.99) * 1e3).fiveDigits,
            settleSeconds: times.settleSeconds.fiveDigits)
    }

    private func save(
        _ collection: Collection, _ folder: URL, newPoints: Int, isFirst: Bool
    ) async throws -> Snapshot {
        let start = ContinuousClock.now
        try await collection.snapshot()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return Snapshot(
            isFirst: isFirst, points: collection.state.pointsCount, newPoints: newPoints, seconds: seconds.fiveDigits,
            folderBytes: try OpenBenchmark.bytes(of: folder))
    }
}
